"""Where zones stand in the drawing of their site."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models import Zone
from assets.routing import MOST_COLUMNS
from registers.constraints import SameSite
from registers.history.track import history


@history()
class ZonePlace(SiteRecord):
    """The place that people gave a zone in the drawing: a line within its Purdue band, and a column (N2)."""

    zone = models.OneToOneField(Zone, models.CASCADE, verbose_name=_("zone"), related_name="drawn_at")
    line = models.PositiveSmallIntegerField(_("line"))
    column = models.PositiveSmallIntegerField(_("column"))

    class Meta(SiteRecord.Meta):
        verbose_name = _("place in the drawing")
        verbose_name_plural = _("places in the drawing")
        constraints = [
            SameSite(field="zone", name="zone_place_same_site"),
            models.CheckConstraint(condition=models.Q(column__lt=MOST_COLUMNS, line__lt=40), name="zone_place_inside"),
        ]

    def __str__(self) -> str:
        return f"{self.zone}: line {self.line}, column {self.column}"
