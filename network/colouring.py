"""By what the drawing is coloured: each way gives a zone its colour with words, a conduit its look, and the legend (N2)."""

from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from assets.drawing import Key, worst
from network.monitoring import LastSeen
from network.rules.monitoring import LATELY, Watch, watch
from patching.course import OPEN
from patching.registers import MATCHES

COLOURS = {
    "gap": _("Gap to the target level"), "matches": _("Open vulnerabilities"), "monitoring": _("Monitoring"), "": _("No colour"),
}  # fmt: skip
FEW, MANY = 5, 20


class Plain:
    """No colour."""

    def zone(self, zone: Any) -> dict[str, Any]:
        """Return the colour of a zone and its words, as `DrawnZone` takes them."""
        return {}

    def quiet(self, conduit: Any) -> bool:
        """Tell whether a conduit is drawn as one on which nothing was seen."""
        return False

    def key(self, title: str) -> Key | None:
        """Return the legend, which begins with the title."""
        return None


class Gap(Plain):
    """By how far the worst foundational requirement is below its target."""

    def zone(self, zone: Any) -> dict[str, Any]:
        """Colour what is assessed and below its target; the card says both levels."""
        target, achieved = worst(zone.sl_t, zone.sl_a)
        return {} if target is None or achieved is None else {"tint": max(0, min(4, target - achieved))}

    def key(self, title: str) -> Key | None:
        """Say what one to four levels look like."""
        short = [
            gettext("1 level short"),
            gettext("2 levels short"),
            gettext("3 levels short"),
            gettext("4 levels short"),
        ]
        told = [
            ("", gettext("at target, or not assessed")),
            *((f"t{n}", words) for n, words in enumerate(short, start=1)),
        ]
        return Key(title=title, cards=tuple(told))


class Matches(Plain):
    """By the number of open matches of the assets in it."""

    def __init__(self, user: User, site: Site) -> None:
        rows = MATCHES.queryset(user).filter(OPEN, site=site, asset__zone__isnull=False).order_by()
        self.found: dict[int, int] = dict(rows.values_list("asset__zone").annotate(n=Count("pk")))

    def zone(self, zone: Any) -> dict[str, Any]:
        """Colour what has any."""
        n = self.found.get(zone.pk, 0)
        return {"tint": 1 if n < FEW else 2 if n < MANY else 3, "note": gettext("%d open") % n} if n else {}

    def key(self, title: str) -> Key | None:
        """Say what few and many look like."""
        told = [gettext("none open"), gettext("under %d open") % FEW, gettext("under %d open") % MANY, gettext("%d open or more") % MANY]  # fmt: skip
        return Key(title=title, cards=tuple((f"t{n}" if n else "", words) for n, words in enumerate(told)))


class Monitoring(Plain):
    """By when a sensor or a discovery scan last saw it; what lies outside the site is not ours to watch."""

    def __init__(self, user: User, site: Site, on: date) -> None:
        self.seen, self.on = LastSeen(user, site), on

    def zone(self, zone: Any) -> dict[str, Any]:
        """Colour every zone of the site, and say the day."""
        if zone.external:
            return {}
        last = self.seen.zones.get(zone.pk)
        return {
            Watch.SEEN: {"good": True, "note": gettext("seen %s") % last},
            Watch.SILENT: {"tint": 1, "note": gettext("silent since %s") % last},
            Watch.NEVER: {"tint": 2, "note": gettext("never seen")},
        }[watch(last, self.on)]

    def quiet(self, conduit: Any) -> bool:
        """Tell whether no traffic between its zones was seen lately."""
        last = self.seen.pairs.get(frozenset((conduit.zone_a_id, conduit.zone_b_id)))
        return watch(last, self.on) != Watch.SEEN

    def key(self, title: str) -> Key | None:
        """Say what seen, silent and never seen look like."""
        days = {"days": LATELY.days}
        return Key(
            title=title,
            cards=(
                ("ok", gettext("seen in the last %(days)d days") % days), ("t1", gettext("silent: seen before, not since")), ("t2", gettext("never seen")),
            ),
            lines=(
                ("", gettext("traffic seen in the last %(days)d days") % days), ("quiet", gettext("no traffic seen in %(days)d days") % days),
            ),
        )  # fmt: skip


def colouring(colour: str, user: User, site: Site, on: date) -> Plain:
    """Return the way that is asked for."""
    if colour == "gap":
        return Gap()
    if colour == "matches":
        return Matches(user, site)
    return Monitoring(user, site, on) if colour == "monitoring" else Plain()
