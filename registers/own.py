"""What a person keeps and is told, and the fields that an organisation adds to its records."""

import hashlib
import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registers import clock
from registers.door import Reach, registers
from registers.history.track import history
from registers.models import Now, Record

OWN_FIELD = "custom."


def list_of(name: str) -> Any:
    """Return the register of this name, or None."""
    return next((one for one in registers() if one.name == name), None)


def keeps(listed: Any, name: str) -> bool:
    """Tell whether this part of a list's address says what is shown and how, and so belongs to a kept view."""
    known = name in {"q", "sort", "columns", "rows"} or name in listed.filterset_class.base_filters
    return known or name.startswith(OWN_FIELD)


@history()
class SavedView(Record):
    """A list as a person likes to see it: filter, columns and order, kept as the address that shows it."""

    reach = Reach.OWN

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("owner"), editable=False
    )
    register = models.CharField(_("list"), max_length=60)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filter, columns and order"), max_length=2000, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "register", "name"], name="saved_view_name",
                violation_error_message=_("You have a view of this name. Choose another name."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the list as this view shows it."""
        listed = list_of(self.register)
        return f"{reverse(f'{listed.app}:{listed.name}-list')}?{self.query}" if listed else ""

    def clean(self) -> None:
        """Refuse a list that there is not, and parameters that it does not know."""
        listed = list_of(self.register)
        if listed is None:
            raise ValidationError({"register": gettext("There is no such list.")})
        asked = QueryDict(self.query)
        if strange := sorted(name for name in asked if not keeps(listed, name)):
            raise ValidationError({"query": gettext("This list knows no '{name}'.").format(name=strange[0][:40])})
        self.query = asked.urlencode()


@history()
class Notice(Record):
    """Something that happened and that a person should know; it says what, and leads there."""

    reach = Reach.OWN

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("owner"), editable=False
    )
    title = models.CharField(_("what happened"), max_length=200)
    url = models.CharField(_("where"), max_length=300, blank=True)
    read = models.BooleanField(_("read"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [models.Index(fields=["owner", "-id"], name="notice_owner")]

    def __str__(self) -> str:
        return self.title


class CalendarFeed(models.Model):
    """The secret address under which a person's calendar reads what waits; kept as its digest."""

    reach = Reach.OWN

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"calendar of {self.owner}"

    @classmethod
    def of(cls, user: Any) -> "CalendarFeed | None":
        """Return the person's own feed, if they made one."""
        return cls.objects.filter(owner=user).first()

    @classmethod
    def renew(cls, user: Any) -> str:
        """Make a new secret, 256 random bits, in the place of the old one, and return it."""
        secret = secrets.token_urlsafe(32)
        cls.objects.update_or_create(owner=user, defaults={"digest": cls._digest(secret), "created_at": clock.now()})
        return secret

    @classmethod
    def found_by(cls, secret: str) -> "CalendarFeed | None":
        """Return the feed of this secret while its owner may sign in."""
        good = cls.objects.select_related("owner").filter(owner__is_active=True)
        return good.filter(digest=cls._digest(secret)).first()

    @staticmethod
    def _digest(secret: str) -> str:
        return hashlib.sha256(f"calendar:{secret}".encode()).hexdigest()


class Snooze(models.Model):
    """A thing that a person put away for themselves until a day; nobody else notices, and it comes back by itself."""

    reach = Reach.OWN

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="snoozes")
    item = models.CharField(max_length=32)
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "item"], name="snooze_once")]

    def __str__(self) -> str:
        return f"{self.item} until {self.until}"

    @classmethod
    def of(cls, user: Any) -> dict[str, date]:
        """Return the day until which each thing is put away by this person."""
        return dict(cls.objects.filter(owner=user).values_list("item", "until"))

    @classmethod
    def put_away(cls, user: Any, item: str, until: date, *, on: date) -> None:
        """Put a thing away until a day; what came back before today is forgotten."""
        cls.objects.filter(owner=user, until__lte=on).delete()
        cls.objects.update_or_create(owner=user, item=item, defaults={"until": until})

    @classmethod
    def take_back(cls, user: Any, item: str) -> None:
        """Bring a thing back at once."""
        cls.objects.filter(owner=user, item=item).delete()


@history()
class OwnField(Record):
    """A field that the organisation adds to the records of one register."""

    reach = Reach.SHARED

    class Kind(models.TextChoices):
        TEXT = "TEXT", _("Text")
        NUMBER = "NUMBER", _("Number")
        DATE = "DATE", _("Date")
        CHOICE = "CHOICE", _("Choice")

    register = models.CharField(_("register"), max_length=60)
    name = models.CharField(
        _("name"), max_length=40, help_text=_("Small letters, digits and _; programs use it."),
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Use small letters, digits and _, and begin with a letter."))],
    )  # fmt: skip
    label = models.CharField(_("label"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    choices = ArrayField(
        models.CharField(max_length=80), verbose_name=_("choices"), default=list, blank=True, size=100,
        help_text=_("For a choice: the words to choose from, separated by commas."),
    )  # fmt: skip
    required = models.BooleanField(_("must be filled in"), default=False)
    help = models.CharField(_("help"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("own field")
        verbose_name_plural = _("own fields")
        constraints = [
            models.UniqueConstraint(
                fields=["register", "name"], name="own_field_name",
                violation_error_message=_("This register has a field of that name. Choose another name."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Refuse a register that keeps no own fields, a choice without words, and another kind for values that are kept."""
        listed = list_of(self.register)
        if listed is None or not hasattr(listed.model, "custom") or not listed.fields:
            raise ValidationError({"register": gettext("There is no such register, or it keeps no own fields.")})
        if (self.kind == self.Kind.CHOICE) != bool(self.choices):
            raise ValidationError({"choices": gettext("A choice needs its words, and only a choice has them.")})
        kept = OwnField.objects.filter(pk=self.pk).values_list("register", "name", "kind").first()
        if kept and kept != (self.register, self.name, self.kind):
            raise ValidationError(gettext("Register, name and kind stay as they are. Make another field."))
