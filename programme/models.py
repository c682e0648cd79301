"""Catalogues and requirements, what a site says of each, decisions with their authority, evidence, comments."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, SharedRecord, SiteRecord
from programme.files import check, storage_name
from registers.history.track import history

CROSSWALKS = {
    "maps_to_2024": "2-1:2024", "from_2010": "2-1:2010", "related_sr": "62443-3-3", "related_2_4": "62443-2-4",
    "csf20_suggested": "NIST CSF 2.0", "csf20_derived": "NIST CSF 2.0", "iso27001_2022_suggested": "ISO 27001:2022",
}  # fmt: skip


@history()
class Catalogue(SharedRecord):
    """A standard in one edition, by requirement ids and our own short titles; never the standard's wording."""

    edition = models.CharField(_("edition"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)

    class Meta(SharedRecord.Meta):
        verbose_name = _("catalogue")
        verbose_name_plural = _("catalogues")

    def __str__(self) -> str:
        return self.edition

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return edition and name of every catalogue."""
        return [(one.edition, f"{one.edition} {one.title}") for one in cls.objects.order_by("edition")]


@history()
class Requirement(SharedRecord):
    """One requirement of a catalogue."""

    catalogue = models.ForeignKey(Catalogue, models.CASCADE, verbose_name=_("catalogue"), related_name="requirements")
    code = models.CharField(_("id"), max_length=40)
    title = models.CharField(_("title"), max_length=300)
    parent = models.CharField(_("part of"), max_length=40, blank=True)
    group = models.CharField(_("group"), max_length=200, blank=True)
    group_code = models.CharField(_("group id"), max_length=20, blank=True)
    obligation = models.CharField(_("obligation"), max_length=20, blank=True)
    min_sl = models.PositiveSmallIntegerField(_("from SL"), null=True)
    step = models.PositiveSmallIntegerField(_("step"), null=True)
    evidence = models.JSONField(_("usual evidence"), default=list)
    crosswalk = models.JSONField(_("crosswalk"), default=dict)
    confidence = models.CharField(_("confidence"), max_length=80, blank=True)
    source = models.JSONField(_("source"), default=list)
    position = models.PositiveIntegerField()

    class Meta(SharedRecord.Meta):
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [models.UniqueConstraint(fields=["catalogue", "code"], name="requirement_code")]

    def __str__(self) -> str:
        return self.code

    @property
    def crosswalk_words(self) -> list[tuple[str, str]]:
        """Return the other standards that this requirement is held against, each with its ids there."""
        return [
            (name, ", ".join(map(str, self.crosswalk[key])))
            for key, name in CROSSWALKS.items()
            if self.crosswalk.get(key)
        ]


@history()
class Judgement(SiteRecord):
    """What a site says of one requirement: status and maturity with a reason, and whether it applies at all."""

    class Status(models.TextChoices):
        MET = "MET", _("Met")
        PARTLY = "PARTLY", _("Partly met")
        NOT_MET = "NOT_MET", _("Not met")
        NOT_ASSESSED = "NOT_ASSESSED", _("Not assessed")

    requirement = models.ForeignKey(
        Requirement, models.PROTECT, verbose_name=_("requirement"), related_name="judgements"
    )
    applicable = models.BooleanField(_("applies"), default=True)
    justification = models.TextField(_("why it does not apply"), blank=True)
    status = models.CharField(_("status"), max_length=14, choices=Status.choices, default=Status.NOT_ASSESSED)
    maturity = models.PositiveSmallIntegerField(
        _("maturity level"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    target_maturity = models.PositiveSmallIntegerField(
        _("target level"), default=3, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    reason = models.TextField(_("reason"), blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("judged by"), related_name="+"
    )
    judged_at = models.DateTimeField(_("judged"), null=True, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "requirement"],
                name="judgement_once",
                violation_error_message=_("This site has a judgement of that requirement."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.requirement.code} at {self.site.code}"

    def snapshot(self) -> dict[str, Any]:
        """Return the facts that a decision on it freezes."""
        return {"requirement": self.requirement.code, "site": self.site.code, "justification": self.justification}


@history()
class Authority(SharedRecord):
    """Which role may take which kind of decision, and for how long at most (G6)."""

    kind = models.CharField(_("kind of decision"), max_length=40)
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    most_days = models.PositiveIntegerField(_("valid for at most, days"), default=365)

    class Meta(SharedRecord.Meta):
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        constraints = [models.UniqueConstraint(fields=["kind", "role"], name="authority_once")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.kind.replace('_', ' ').lower()}"


@history()
class Decision(SiteRecord):
    """One approval: who asked, the frozen state it was asked for, who decided, until when (X19)."""

    class Kind(models.TextChoices):
        SCOPE_STATEMENT = "SCOPE_STATEMENT", _("Scope statement")
        NOT_APPLICABLE = "NOT_APPLICABLE", _("Requirement does not apply")

    class Status(models.TextChoices):
        REQUESTED = "REQUESTED", _("Asked for")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        EXPIRED = "EXPIRED", _("Expired")
        LAPSED = "LAPSED", _("Lapsed")

    changed_only_by = "requested_by"

    kind = models.CharField(_("kind"), max_length=40, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    content_type = models.ForeignKey(ContentType, models.PROTECT, editable=False)
    object_id = models.BigIntegerField(editable=False)
    about = GenericForeignKey()
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("asked by"), related_name="+"
    )
    requested_at = models.DateTimeField(_("asked"))
    reason = models.TextField(_("reason for asking"), blank=True)
    snapshot = models.JSONField(_("frozen state"), default=dict)
    digest = models.CharField(_("SHA-256 of the frozen state"), max_length=64, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("decided by"), related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)
    expires_on = models.DateField(_("ends on"), null=True, blank=True)
    ended_because = models.CharField(_("ended because"), max_length=500, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [models.Index(fields=["site", "status"]), models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("requested_by")), name="decision_four_eyes"
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "kind"], condition=models.Q(status="REQUESTED"), name="decision_asked_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse to word a request anew once it is decided."""
        if self.pk and self.status != self.Status.REQUESTED:
            kept = Decision.objects.filter(pk=self.pk).values_list("status", "reason").first()
            if kept and kept[0] != self.Status.REQUESTED and kept[1] != self.reason:
                raise ValidationError({"reason": "This is decided. Ask again to say something else."})


@history()
class Evidence(SiteRecord):
    """Proof of something: a file, a link, or words, with the time it is good for; it supports any number of requirements."""

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
    link = models.CharField(_("link"), max_length=500, blank=True, validators=[URLValidator(["http", "https"])])
    note = models.TextField(_("note"), blank=True)
    effective_from = models.DateField(_("good from"))
    effective_to = models.DateField(_("good until"), null=True, blank=True)
    requirements = models.ManyToManyField(
        Requirement, verbose_name=_("supports"), blank=True, related_name="evidence_items"
    )

    class Meta(SiteRecord.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_to=None) | models.Q(effective_to__gte=models.F("effective_from")),
                name="evidence_period", violation_error_message=_("It cannot end before it begins."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a file that is not of a known, inactive type, and keep its digest."""
        if self.file and not getattr(self.file, "_committed", True):
            told = check(self.file.file, str(self.file.name))
            if told.refused:
                raise ValidationError({"file": told.refused})
            self.file_name, self.media_type, self.size, self.sha256 = told.name, told.media_type, told.size, told.sha256
        if not (self.file or self.link or self.note):
            raise ValidationError("Give a file, a link, or a note that says where it is.")


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


from programme import tags  # noqa: E402, F401  # a model that stands on its own, known to Django by this import
