"""Threats, and scenarios: how one meets a weakness at a place, and what follows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord, SiteRecord
from assets.models import Zone
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history
from scope.models import Process


@history()
class Threat(SharedRecord):
    """Something that can be done to a control system, by the technique id of MITRE ATT&CK for ICS where there is one (R2)."""

    today_always = True

    code = models.CharField(_("technique"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    tactic = models.CharField(_("tactic"), max_length=60, blank=True)
    source = models.CharField(_("threat source"), max_length=120, blank=True)
    words = models.TextField(_("in words"), blank=True)

    class Meta(SharedRecord.Meta):
        verbose_name = _("threat")
        verbose_name_plural = _("threats")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@history()
class Scenario(SiteRecord):
    """How a threat meets a weakness at a place, and what follows (ZCR 5.1 to 5.3)."""

    title = models.CharField(_("title"), max_length=200)
    threat = models.ForeignKey(
        Threat, models.PROTECT, null=True, blank=True, verbose_name=_("threat"), related_name="scenarios"
    )
    weakness = models.TextField(
        _("weakness"),
        blank=True,
        help_text=_("What lets it happen; open vulnerabilities of the place are added by themselves."),
    )
    consequence = models.TextField(_("consequence"), blank=True)
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, verbose_name=_("zone"), related_name="scenarios"
    )
    process = models.ForeignKey(
        Process, models.SET_NULL, null=True, blank=True, verbose_name=_("process"), related_name="scenarios"
    )

    class Meta(SiteRecord.Meta):
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        constraints = [
            models.UniqueConstraint(fields=["site", "title"], name="scenario_title", violation_error_message=_("This site has a scenario of that title.")),
            unique_with_site("scenario_with_site"),
            SameSite(field="zone", name="scenario_zone_same_site"),
            SameSite(field="process", name="scenario_process_same_site"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title
