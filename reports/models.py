"""The reports that were issued, each file with the digests by which it can be recognised; conformity and the plant's figures over time."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, SiteRecord
from registers.history.track import history


@history()
class Report(SiteRecord):
    """A document that was made for a site, of one state of the data, and is kept as it was issued."""

    class Kind(models.TextChoices):
        COMPLIANCE = "compliance", _("CSMS compliance report")
        SOA = "soa", _("Statement of applicability")
        ASSETS = "assets", _("Asset inventory")
        PATCHES = "patches", _("Patch status")
        RISKS = "risk-register", _("Risk register")
        ZONES = "zones-conduits", _("Zones and conduits")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    catalogue = models.CharField(_("catalogue"), max_length=80)
    as_of = models.DateTimeField(_("state of"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("made by"), related_name="+")
    file = models.FileField(upload_to="reports/%Y/%m")
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, unique=True)
    data_sha256 = models.CharField(_("SHA-256 of the data"), max_length=64)

    class Meta(SiteRecord.Meta):
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def issued(cls, sha256: str) -> bool:
        """Tell whether this very file was issued here; the digest gives nothing else away."""
        return cls.objects.filter(sha256=sha256).exists()


class ConformityPoint(models.Model):
    """Conformity of a site with a catalogue at the end of a month, counted once from history."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    catalogue = models.CharField(max_length=80)
    month = models.DateField()
    applicable = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    judged = models.PositiveIntegerField()
    measured = models.PositiveIntegerField()
    computed_met = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "catalogue", "month"], name="conformity_point_once")]

    def __str__(self) -> str:
        return f"{self.site} {self.catalogue} {self.month:%Y-%m}"

    @classmethod
    def of(cls, site: Site, catalogue: str) -> "models.QuerySet[ConformityPoint]":
        """Return the points of a site that was found by its register."""
        return cls.objects.filter(site=site, catalogue=catalogue)

    @classmethod
    def together(cls, sites: Iterable[int], catalogue: str) -> dict[date, dict[str, int]]:
        """Return by month what these sites have together."""
        return _together(cls.objects.filter(site__in=sites, catalogue=catalogue), "month")

    @property
    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return {name: getattr(self, name) for name in ("applicable", "met", "judged", "measured", "computed_met")}


class PlantPoint(models.Model):
    """How a site stood at the end of a day, counted once from history."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    on = models.DateField()
    assets = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()
    open_matches = models.PositiveIntegerField()
    patches = models.PositiveIntegerField()
    controlled = models.PositiveIntegerField()
    risks = models.PositiveIntegerField()
    above = models.PositiveIntegerField()
    late = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "on"], name="plant_point_once")]

    def __str__(self) -> str:
        return f"{self.site} {self.on:%Y-%m-%d}"

    @classmethod
    def together(cls, sites: Iterable[int], days: Iterable[date]) -> dict[date, dict[str, int]]:
        """Return by day what these sites have together."""
        return _together(cls.objects.filter(site__in=sites, on__in=days), "on")


def _together(points: models.QuerySet[Any], day: str) -> dict[date, dict[str, int]]:
    names = [field.name for field in points.model._meta.fields if isinstance(field, models.PositiveIntegerField)]
    rows = points.values(day).order_by(day).annotate(**{name: models.Sum(name) for name in names})
    return {row[day]: row for row in rows}
