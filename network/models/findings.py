"""Findings of the segmentation rules, each of a rule and a conduit, open until it is mended or let stand."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models import Conduit
from network.rules.segmentation import RULES
from policies.models import PolicyException
from registers.constraints import SameSite
from registers.history.track import history


@history()
class SegmentationFinding(SiteRecord):
    """A conduit that breaks a rule of segmentation, with the way that shows it (N3)."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Open")
        WAIVED = "WAIVED", _("Let stand")
        FIXED = "FIXED", _("Mended")

    conduit = models.ForeignKey(Conduit, models.CASCADE, verbose_name=_("conduit"), related_name="findings")
    rule = models.CharField(_("rule"), max_length=10, choices=[(rule.code, rule.title) for rule in RULES])
    sentence = models.TextField(_("what is wrong"))
    way = ArrayField(models.BigIntegerField(), verbose_name=_("zones on the way"), default=list, editable=False)
    status = models.CharField(_("status"), max_length=6, choices=Status.choices, default=Status.OPEN)
    found_at = models.DateTimeField(_("found"))
    fixed_at = models.DateTimeField(_("mended"), null=True, blank=True)
    exception = models.ForeignKey(
        PolicyException, models.SET_NULL, null=True, blank=True, verbose_name=_("exception"), related_name="findings"
    )
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("segmentation finding")
        verbose_name_plural = _("segmentation findings")
        indexes = [models.Index(fields=["site", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["conduit", "rule"], name="finding_once"),
            SameSite(field="conduit", name="finding_conduit_same_site"),
            SameSite(field="exception", name="finding_exception_same_site"),
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}: {self.conduit}"
