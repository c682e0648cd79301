"""Findings of the segmentation rules, each of a rule and a conduit or zone, open until it is mended or let stand."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models import Conduit, Zone
from network.rules.segmentation import RULES
from policies.models import PolicyException
from registers.constraints import SameSite
from registers.history.track import history


@history()
class SegmentationFinding(SiteRecord):
    """A conduit, or a zone by itself, that breaks a rule of segmentation, with the way that shows it (N3)."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Open")
        WAIVED = "WAIVED", _("Let stand")
        FIXED = "FIXED", _("Mended")

    conduit = models.ForeignKey(
        Conduit, models.CASCADE, null=True, blank=True, verbose_name=_("conduit"), related_name="findings"
    )
    zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, verbose_name=_("zone"), related_name="findings"
    )
    rule = models.CharField(_("rule"), max_length=10, choices=[(rule.code, _(rule.title)) for rule in RULES])
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
            models.CheckConstraint(condition=Q(zone=None) ^ Q(conduit=None), name="finding_one_place"),
            models.UniqueConstraint(fields=["conduit", "rule"], name="finding_once"),
            models.UniqueConstraint(fields=["zone", "rule"], name="finding_zone_once"),
            SameSite(field="conduit", name="finding_conduit_same_site"),
            SameSite(field="zone", name="finding_zone_same_site"),
            SameSite(field="exception", name="finding_exception_same_site"),
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}: {self.place}"

    @property
    def place(self) -> Zone | Conduit | None:
        """The zone or conduit that breaks the rule."""
        return self.zone or self.conduit
