"""What a scan or another list saw of the plant, device by device, until somebody decides: discovered is not yet inventory."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord, User
from assets.models.asset import Asset
from assets.models.network import Zone
from assets.rules.reconciling import KEYS
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history


@history()
class DiscoveryScan(SiteRecord):
    """A file that tells which devices were seen at a site: by a scanner, a sensor, or another inventory (A4)."""

    class Covers(models.TextChoices):
        SEEN = "SEEN", _("Only what it names")
        ZONE = "ZONE", _("All of one zone")
        SITE = "SITE", _("The whole site")

    name = models.CharField(_("name"), max_length=160)
    source = models.CharField(_("source"), max_length=120, blank=True, help_text=_("The scanner, sensor or list."))
    seen_on = models.DateField(_("seen on"))
    covers = models.CharField(
        _("covers"), max_length=4, choices=Covers.choices, default=Covers.SEEN,
        help_text=_("Assets that it covers and does not name are reported as missing."),
    )  # fmt: skip
    zone = models.ForeignKey(Zone, models.SET_NULL, null=True, blank=True, verbose_name=_("zone"), related_name="+")
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    taken_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, verbose_name=_("brought in by"), related_name="+"
    )
    note = models.TextField(_("note"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("discovery scan")
        verbose_name_plural = _("discovery scans")
        constraints = [
            models.UniqueConstraint(fields=["site", "sha256"], name="discovery_scan_once"),
            unique_with_site("discovery_scan_with_site"),
            SameSite(field="zone", name="discovery_scan_zone_same_site"),
        ]

    def __str__(self) -> str:
        return self.name


@history()
class DiscoveredDevice(SiteRecord):
    """A device as a scan saw it, what it seems to be, and what was decided about it."""

    class Verdict(models.TextChoices):
        NEW = "NEW", _("New")
        CHANGED = "CHANGED", _("Changed")
        SAME = "SAME", _("Same")
        MISSING = "MISSING", _("Missing")
        UNCLEAR = "UNCLEAR", _("Not clear")

    class Status(models.TextChoices):
        OPEN = "OPEN", _("To decide")
        AS_RECORDED = "AS_RECORDED", _("As recorded")
        ACCEPTED = "ACCEPTED", _("Added to the inventory")
        APPLIED = "APPLIED", _("Change taken over")
        IGNORED = "IGNORED", _("Ignored")
        TO_VERIFY = "TO_VERIFY", _("To be verified on the floor")

    scan = models.ForeignKey(DiscoveryScan, models.CASCADE, verbose_name=_("scan"), related_name="devices")
    number = models.PositiveIntegerField(_("number"), default=0)
    title = models.CharField(_("seen as"), max_length=160)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, default=Verdict.NEW)
    asset = models.ForeignKey(
        Asset, models.SET_NULL, null=True, blank=True, verbose_name=_("asset"), related_name="discoveries"
    )
    matched_by = models.CharField(
        _("recognised by"), max_length=20, choices=[(key, _(word)) for key, word in KEYS.items()], blank=True
    )
    why = models.CharField(_("what is doubtful"), max_length=400, blank=True)
    seen = models.JSONField(_("what was seen"), default=dict, blank=True)
    changes = models.JSONField(_("differences"), default=list, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.OPEN)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("discovered device")
        verbose_name_plural = _("discovered devices")
        indexes = [models.Index(fields=["scan", "verdict", "status", "number"], name="discovered_by_scan")]
        constraints = [
            SameSite(field="scan", name="discovered_scan_same_site"),
            SameSite(field="asset", name="discovered_asset_same_site"),
        ]

    def __str__(self) -> str:
        return self.title
