"""What people find where the assets stand: rounds through the plant, and records that look alike but are not (A7)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models.asset import Asset
from assets.models.network import Zone
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history


@history()
class WalkDown(SiteRecord):
    """A round through the plant on which each asset is looked at where it stands."""

    class Status(models.TextChoices):
        RUNNING = "RUNNING", _("Running")
        CLOSED = "CLOSED", _("Closed")

    title = models.CharField(_("title"), max_length=120)
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, verbose_name=_("zone"), related_name="+", help_text=_("Empty: all zones.")
    )  # fmt: skip
    place = models.CharField(
        _("place"), max_length=160, blank=True, help_text=_("Only assets whose place holds these words. Empty: all.")
    )
    assets = models.ManyToManyField(
        Asset, verbose_name=_("assets"), blank=True, related_name="+", help_text=_("Only these. Empty: all that the zone and the place let through.")
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.RUNNING, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    not_seen = models.PositiveIntegerField(_("not seen"), null=True, blank=True, editable=False)

    class Meta(SiteRecord.Meta):
        verbose_name = _("walk-down")
        verbose_name_plural = _("walk-downs")
        constraints = [unique_with_site("walkdown_with_site"), SameSite(field="zone", name="walkdown_zone_same_site")]

    def __str__(self) -> str:
        return self.title


@history()
class Sighting(SiteRecord):
    """What was found of one asset on a walk-down, or a device that no record tells of."""

    class Result(models.TextChoices):
        FOUND = "FOUND", _("As recorded")
        DIFFERENT = "DIFFERENT", _("Different")
        MISSING = "MISSING", _("Missing")
        UNKNOWN = "UNKNOWN", _("Not in the inventory")

    class Status(models.TextChoices):
        OPEN = "OPEN", _("To settle")
        SETTLED = "SETTLED", _("Settled")

    walkdown = models.ForeignKey(WalkDown, models.CASCADE, verbose_name=_("walk-down"), related_name="sightings")
    asset = models.ForeignKey(
        Asset, models.CASCADE, null=True, blank=True, verbose_name=_("asset"), related_name="sightings"
    )
    result = models.CharField(_("result"), max_length=9, choices=Result.choices)
    seen = models.JSONField(_("seen"), default=dict, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    seen_on = models.DateField(_("seen on"))
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("seen by"), related_name="+"
    )
    status = models.CharField(_("status"), max_length=7, choices=Status.choices, default=Status.OPEN)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [
            models.UniqueConstraint(fields=["walkdown", "asset"], name="sighting_once"),
            SameSite(field="walkdown", name="sighting_walkdown_same_site"),
            SameSite(field="asset", name="sighting_asset_same_site"),
        ]

    def __str__(self) -> str:
        return f"{self.asset or self.seen.get('name', '')}: {self.get_result_display()}"


@history()
class AssetDistinction(SiteRecord):
    """Two assets that look like one and are not, with the reason: they are not shown as duplicates again."""

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="+")
    other = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("other asset"), related_name="+")
    reason = models.CharField(_("reason"), max_length=300)

    class Meta(SiteRecord.Meta):
        verbose_name = _("distinction of assets")
        verbose_name_plural = _("distinctions of assets")
        constraints = [
            models.UniqueConstraint(fields=["asset", "other"], name="distinct_once"),
            SameSite(field="asset", name="distinct_asset_same_site"),
            SameSite(field="other", name="distinct_other_same_site"),
        ]

    def __str__(self) -> str:
        return f"{self.asset} / {self.other}"

    def clean(self) -> None:
        """Refuse one asset named twice, and keep the pair in one order."""
        if self.asset_id is None or self.other_id is None:
            return
        if self.asset_id == self.other_id:
            raise ValidationError({"other": _("Choose another asset.")})
        if self.asset_id > self.other_id:
            self.asset, self.other = self.other, self.asset
