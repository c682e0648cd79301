"""Exceptions: what a site lets stand against a rule, why, what protects it meanwhile, and until when (P5)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from programme.models import Requirement
from registers.constraints import unique_with_site
from registers.history.track import history


@history()
class PolicyException(SiteRecord):
    """What is let stand against a rule for a time, with the countermeasure that makes up for it."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Waiting for approval")
        IN_FORCE = "IN_FORCE", _("In force")
        ENDED = "ENDED", _("Ended")

    title = models.CharField(_("title"), max_length=200)
    covers = models.TextField(_("what is let stand"), help_text=_("The rule that is not kept, and where."))
    reason = models.TextField(_("reason"), help_text=_("Why it cannot be kept now."))
    compensating_control = models.TextField(
        _("compensating control"), help_text=_("What protects the plant meanwhile.")
    )
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, null=True, blank=True, verbose_name=_("requirement"), related_name="exceptions"
    )
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)

    class Meta(SiteRecord.Meta):
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        indexes = [models.Index(fields=["site", "status"])]
        constraints = [unique_with_site("exception_with_site")]

    def __str__(self) -> str:
        return self.title

    def snapshot(self) -> dict[str, Any]:
        """Return the facts that its approval freezes."""
        return {
            "title": self.title, "site": self.site.code, "what is let stand": self.covers, "reason": self.reason,
            "compensating control": self.compensating_control, "requirement": self.requirement.code if self.requirement else "",
        }  # fmt: skip
