"""Catalogues of requirements, and what a site says of each requirement."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord, SiteRecord
from registers.history.track import history

CROSSWALKS = {
    "maps_to_2024": "2-1:2024", "from_2010": "2-1:2010", "related_sr": "62443-3-3", "related_2_4": "62443-2-4",
    "csf20_suggested": "NIST CSF 2.0", "csf20_derived": "NIST CSF 2.0", "iso27001_2022_suggested": "ISO 27001:2022",
}  # fmt: skip


@history()
class Catalogue(SharedRecord):
    """A standard in one edition, by requirement ids and our own short titles; never the standard's wording."""

    today_always = True

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

    today_always = True

    catalogue = models.ForeignKey(Catalogue, models.CASCADE, verbose_name=_("catalogue"), related_name="requirements")
    code = models.CharField(_("id"), max_length=40)
    title = models.CharField(_("title"), max_length=300)
    parent = models.CharField(_("part of"), max_length=40, blank=True)
    group = models.CharField(_("group"), max_length=200, blank=True)
    group_code = models.CharField(_("group id"), max_length=20, blank=True)
    obligation = models.CharField(_("obligation"), max_length=20, blank=True)
    min_sl = models.PositiveSmallIntegerField(_("from SL"), null=True)
    step = models.PositiveSmallIntegerField(_("step"), null=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    cycle_months = models.PositiveSmallIntegerField(_("judged again after, months"), default=12)
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
    cycle_months = models.PositiveSmallIntegerField(
        _("judged again after, months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Empty: as the requirement says."),
    )

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

    @property
    def cycle(self) -> int:
        """After how many months it is to be judged again."""
        return self.cycle_months or self.requirement.cycle_months

    def snapshot(self) -> dict[str, Any]:
        """Return the facts that a decision on it freezes."""
        return {"requirement": self.requirement.code, "site": self.site.code, "justification": self.justification}
