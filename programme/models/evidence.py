"""What is kept on any record of a site: evidence and comments."""

from datetime import date

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from programme.files import check, storage_name
from programme.models.requirement import Requirement
from programme.rules import stale
from registers.constraints import SameSite, unique_with_site
from registers.door import record_at
from registers.history.track import history


@history()
class Evidence(SiteRecord):
    """Proof of something: a file, a link, or words, with the time it is good for; it stands on a record and supports requirements.

    A file is never exchanged: the next revision is a record of its own that supersedes this one.
    """

    class Kind(models.TextChoices):
        WRITTEN_PROCEDURE = "WRITTEN_PROCEDURE", _("Written procedure")
        RECORD_OF_PRACTICE = "RECORD_OF_PRACTICE", _("Record of practice")

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    file = models.FileField(_("file"), upload_to=storage_name, blank=True, max_length=300)
    file_name = models.CharField(_("file name"), max_length=200, blank=True, editable=False)
    media_type = models.CharField(_("type"), max_length=100, blank=True, editable=False)
    size = models.PositiveIntegerField(_("bytes"), default=0, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    link = models.CharField(
        _("link"),
        max_length=500,
        blank=True,
        help_text=_("An http address, or that of a record's page in this portal."),
    )
    note = models.TextField(_("note"), blank=True)
    effective_from = models.DateField(_("good from"))
    effective_to = models.DateField(_("good until"), null=True, blank=True)
    requirements = models.ManyToManyField(
        Requirement, verbose_name=_("supports"), blank=True, related_name="evidence_items"
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, editable=False)
    object_id = models.BigIntegerField(null=True, editable=False)
    about = GenericForeignKey()
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("supersedes"), related_name="superseded_by"
    )

    class Meta(SiteRecord.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            unique_with_site("evidence_with_site"),
            SameSite(field="supersedes", name="evidence_supersedes_same_site"),
            models.CheckConstraint(
                condition=models.Q(effective_to=None) | models.Q(effective_to__gte=models.F("effective_from")),
                name="evidence_period", violation_error_message=_("It cannot end before it begins."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def stale(self, on: date, *, cycle: int | None = None) -> bool:
        """Tell whether it is good no more, for what must be proved again after `cycle` months."""
        practice = self.kind == self.Kind.RECORD_OF_PRACTICE
        return stale(practice=practice, begins=self.effective_from, ends=self.effective_to, cycle=cycle, on=on)

    def clean(self) -> None:
        """Refuse a file that is not of a known, inactive type, and keep its digest."""
        kept = Evidence.objects.filter(pk=self.pk).values_list("file", flat=True).first() if self.pk else ""
        if kept and str(self.file.name) != kept:
            raise ValidationError({"file": gettext("A file is never exchanged. Add the new one as the next revision.")})
        if self.file and not getattr(self.file, "_committed", True):
            told = check(self.file.file, str(self.file.name))
            if told.refused:
                raise ValidationError({"file": told.refused})
            if told.instead is not None:
                self.file = ContentFile(told.instead, name=told.name)
            self.file_name, self.media_type, self.size, self.sha256 = told.name, told.media_type, told.size, told.sha256
        if self.link:
            self._check_link()
        if not (self.file or self.link or self.note):
            raise ValidationError(gettext("Give a file, a link, or a note that says where it is."))

    def _check_link(self) -> None:
        """Take an http address, or a page of this portal that shows a record of the same site."""
        self.link = (
            self.link.removeprefix(settings.PUBLIC_URL)
            if self.link.startswith(f"{settings.PUBLIC_URL}/")
            else self.link
        )
        if not self.link.startswith("/"):
            URLValidator(["http", "https"])(self.link)
        elif getattr(record_at(self.link), "site_id", None) != self.site_id:
            raise ValidationError({"link": gettext("There is no record of this site at that address.")})


@history()
class Comment(SiteRecord):
    """What somebody says on a record."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, editable=False)
    object_id = models.BigIntegerField(editable=False)
    about = GenericForeignKey()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("author"), related_name="+")
    text = models.TextField(_("comment"), max_length=5000)

    class Meta(SiteRecord.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self) -> str:
        return self.text[:60]
