"""People, the organisation, its sites, and what the records of other apps are made of."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.zones import validate_time_zone
from registers.door import Reach
from registers.history.track import history
from registers.mail import post
from registers.models import Record

ENOUGH_ALONE = 15


class Role(models.TextChoices):
    """What a person may be at a site or everywhere; what each may do is in permissions.MATRIX."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("CSMS manager")
    SECURITY_MANAGER = "security_manager", _("Site security manager")
    ENGINEER = "engineer", _("Engineer")
    APPROVER = "approver", _("Approver")
    AUDITOR = "auditor", _("Auditor")


class People(BaseUserManager["User"]):
    """Makes users; the e-mail address is the name they sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who may sign in; without a password only single sign-on or a reset lets them in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make the first administrator: a grant on the whole organisation, no hidden bypass."""
        from accounts.grants import grant

        user = self.create_user(email, password, **fields)
        grant(user, Role.ADMINISTRATOR, Organisation.objects.get_or_create(defaults={"name": "Organisation"})[0])
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail, whatever its case."""
        return self.get(email__iexact=username)


@history(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin, Record):
    """A person or a robot. What they may do is in their grants; there is no superuser bypass."""

    reach = Reach.ORGANISATION

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("function"), max_length=120, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    robot = models.BooleanField(_("robot"), default=False, editable=False)
    short_password = models.BooleanField(default=False, editable=False)
    invited_at = models.DateTimeField(_("invited"), null=True, editable=False)
    sessions_ended_at = models.DateTimeField(_("sessions ended"), null=True, editable=False)
    reset_asked_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, verbose_name=_("reset asked for by"), related_name="+"
    )
    reset_asked_at = models.DateTimeField(_("reset asked for"), null=True, editable=False)
    preferences = models.JSONField(default=dict, blank=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta(Record.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **given: Any) -> None:
        """Keep the person; a change of their address is told at the old one and the new one, whoever made it."""
        written, former = given.get("update_fields"), None
        with transaction.atomic():
            if self.pk and not self.robot and (written is None or "email" in written):
                former = User.objects.filter(pk=self.pk).values_list("email", flat=True).first()
            super().save(*args, **given)
            if former and former != self.email:
                self._tell_of_address(former)

    def _tell_of_address(self, former: str) -> None:
        with translation.override(self.language):
            text = gettext(
                "Your e-mail address in the CSMS Portal was changed from {old} to {new}. From now on you sign in with the new one.\n\n"
                "If you did not expect this, tell your administrator at once."
            )
            for address in (former, self.email):
                post([address], gettext("Your e-mail address was changed"), text.format(old=former, new=self.email))

    @property
    def language(self) -> str:
        """Return the language of letters to this person."""
        return str(self.preferences.get("language") or settings.LANGUAGE_CODE)

    def set_password(self, raw_password: str | None) -> None:
        """Keep the password's hash, and whether it is so short that it needs a second factor beside it."""
        super().set_password(raw_password)
        self.short_password = raw_password is not None and len(raw_password) < ENOUGH_ALONE

    @property
    def status(self) -> str:
        """Return whether the person may come in: ACTIVE (RESET_ASKED for their second factor), INVITED, not here yet, or INACTIVE."""
        if self.is_active and self.reset_asked_at:
            return "RESET_ASKED"
        return "ACTIVE" if self.is_active else "INVITED" if self.invited_at else "INACTIVE"

    def get_status_display(self) -> str:
        """Return the same in words."""
        words = {
            "ACTIVE": _("Active"),
            "RESET_ASKED": _("Reset asked for"),
            "INVITED": _("Invited"),
            "INACTIVE": _("Inactive"),
        }
        return str(words[self.status])

    def get_full_name(self) -> str:
        """Return the name as written on lists."""
        return self.name

    @property
    def initials(self) -> str:
        """Return at most two letters for the corner of the page."""
        return "".join(part[0] for part in self.name.split()[:2]).upper() or "?"


@history()
class Organisation(Record):
    """The company whose management system this is; there is one."""

    reach = Reach.SHARED

    name = models.CharField(_("name"), max_length=120)
    classification = models.CharField(_("classification of documents"), max_length=60, default="Confidential")
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("organisation")
        permissions = [(role.value, role.label) for role in Role]

    def __str__(self) -> str:
        return self.name


@history()
class Site(Record):
    """A plant or location; everything that is bound to a place is bound to one of these."""

    reach, known_by = Reach.SITE, "code"

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[validate_time_zone])
    address = models.CharField(_("address"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    owner = models.CharField(_("responsible person"), max_length=120, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        permissions = [(role.value, role.label) for role in Role]

    def __str__(self) -> str:
        return self.code


class SiteRecord(Record):
    """A record that belongs to one site for good."""

    reach = Reach.SITE

    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"), related_name="+")

    class Meta(Record.Meta):
        abstract = True
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(
                name="site_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("site_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__site__df=pgtrigger.F("new__site")),
                func="RAISE EXCEPTION 'A record never changes its site' USING ERRCODE = '23514';",
            ),
        ]


class SharedRecord(Record):
    """Reference data that everyone who signs in may read."""

    reach = Reach.SHARED

    class Meta(Record.Meta):
        abstract = True


class OrganisationRecord(Record):
    """A record of the whole organisation, for those with a grant on it."""

    reach = Reach.ORGANISATION

    class Meta(Record.Meta):
        abstract = True
