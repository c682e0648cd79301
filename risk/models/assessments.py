"""Risk assessments: one walk through IEC 62443-3-2 ZCR 1 to 7 for a system under consideration (R5)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models import SuC
from registers.constraints import SameSite
from registers.history.track import history
from risk.models.methods import RiskMethodology


@history()
class RiskAssessment(SiteRecord):
    """Who assessed which system, by which methodology, what they noted at each step, and who approved it."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Under way")
        SUBMITTED = "SUBMITTED", _("Waiting for approval")
        APPROVED = "APPROVED", _("Approved")
        ENDED = "ENDED", _("Ended")

    suc = models.ForeignKey(
        SuC,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("system"),
        related_name="risk_assessments",
        help_text=_("Empty: the whole site."),
    )
    title = models.CharField(_("title"), max_length=200)
    participants = models.TextField(_("participants"), blank=True, help_text=_("One a line: name and role."))
    started_on = models.DateField(_("started on"), null=True, blank=True)
    methodology = models.ForeignKey(
        RiskMethodology, models.PROTECT, null=True, blank=True, verbose_name=_("methodology"), related_name="assessments", editable=False
    )  # fmt: skip
    cycle_months = models.PositiveSmallIntegerField(_("again after, months"), default=12)
    next_on = models.DateField(_("next on"), null=True, blank=True, editable=False)
    notes = models.JSONField(_("notes by step"), default=dict, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)

    class Meta(SiteRecord.Meta):
        verbose_name = _("risk assessment")
        verbose_name_plural = _("risk assessments")
        constraints = [
            models.UniqueConstraint(fields=["site", "title"], name="assessment_title", violation_error_message=_("This site has an assessment of that title.")),
            SameSite(field="suc", name="assessment_suc_same_site"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def snapshot(self) -> dict[str, Any]:
        """Return the facts that its approval freezes."""
        return {
            "title": self.title, "site": self.site.code, "system": str(self.suc or "whole site"), "participants": self.participants,
            "methodology": str(self.methodology or ""), "notes": self.notes,
        }  # fmt: skip
