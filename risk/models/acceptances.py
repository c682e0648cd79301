"""Acceptances of risks, and looking at risks again."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from registers.constraints import SameSite
from registers.history.track import history
from risk.models.methods import in_force
from risk.models.risks import Risk


@history()
class RiskAcceptance(SiteRecord):
    """A risk carried as it is by somebody who may, for a time; it lapses when the risk changes (R6)."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Waiting for approval")
        ACCEPTED = "ACCEPTED", _("Accepted")
        ENDED = "ENDED", _("Ended")

    risk = models.ForeignKey(Risk, models.CASCADE, verbose_name=_("risk"), related_name="acceptances")
    reason = models.TextField(_("reason"), help_text=_("Why the risk is carried rather than lowered."))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)

    class Meta(SiteRecord.Meta):
        verbose_name = _("risk acceptance")
        verbose_name_plural = _("risk acceptances")
        indexes = [models.Index(fields=["site", "status"])]
        constraints = [
            SameSite(field="risk", name="acceptance_risk_same_site"),
            models.UniqueConstraint(
                fields=["risk"], condition=models.Q(status__in=["SUBMITTED", "ACCEPTED"]), name="acceptance_one_running",
                violation_error_message=_("This risk is accepted or waits for it already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Acceptance of {self.risk}"

    @property
    def title(self) -> str:
        """What the acceptance is called."""
        return str(self)

    def snapshot(self) -> dict[str, Any]:
        """Return the state of the risk that the acceptance is given for."""
        risk = self.risk
        method = in_force()
        level = method.rules.named(risk.current) if method else ""
        return {
            "risk": risk.title, "site": risk.site.code, "current level": f"{risk.current} {level}".strip(), "likelihood now": risk.current_likelihood,
            "impact now": risk.current_impact, "impact by category": risk.impacts, "raised by": risk.pressed_by, "reason": self.reason,
        }  # fmt: skip


@history()
class Reassessment(SiteRecord):
    """A risk to be looked at again, with the figure that asked for it (R7)."""

    class Cause(models.TextChoices):
        DUE = "DUE", _("Its day has come")
        EXPLOITED = "EXPLOITED", _("Exploited vulnerability in the place")
        ACCEPTANCE = "ACCEPTANCE", _("Its acceptance ended")

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Open")
        DONE = "DONE", _("Done")

    risk = models.ForeignKey(Risk, models.CASCADE, verbose_name=_("risk"), related_name="reassessments")
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices)
    figure = models.CharField(_("what asked for it"), max_length=300)
    opened_at = models.DateTimeField(_("opened"))
    status = models.CharField(_("status"), max_length=4, choices=Status.choices, default=Status.OPEN)
    outcome = models.TextField(_("outcome"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("reassessment")
        verbose_name_plural = _("reassessments")
        constraints = [
            SameSite(field="risk", name="reassessment_risk_same_site"),
            models.UniqueConstraint(fields=["risk", "cause"], condition=models.Q(status="OPEN"), name="reassessment_open_once"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Look again at {self.risk}"
