"""The drawing of a site from its registers: what is shown, what breaks a rule, where zones stand, what a change would do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from accounts.models import Site, User
from assets.drawing import DrawnConduit, DrawnZone, Key, draw, worst
from assets.models import Zone
from assets.registers import CONDUITS, ZONES
from assets.routing import Pins
from network.colouring import COLOURS, Plain, colouring
from network.models import ZonePlace
from network.plans import plan_of
from network.registers import FINDINGS
from network.rules.plan import Plan, PlanConduit
from network.rules.segmentation import violations
from registers.history.past import day_at

NO_COLOUR = Plain()


@dataclass(frozen=True)
class Drawing:
    """A site as an address asks for it and one person sees it; page and files draw the same."""

    site: Site
    on: date
    colour: str
    boundary: bool
    zones: list[Any]
    conduits: list[Any]
    focus: Any
    shown: list[DrawnZone]
    lines: list[DrawnConduit]
    pins: Pins
    key: Key | None

    @property
    def title(self) -> str:
        """What it shows."""
        return gettext("Zones and conduits of {site}").format(site=self.site.code)

    def svg(self, *, lines: Sequence[DrawnConduit] | None = None, title: str = "", style: str = "") -> str:
        """Return it as SVG, with other conduits where these are given; `style` is carried inside."""
        focus = str(self.focus.pk) if self.focus and lines is None else ""
        return draw(
            self.shown, self.lines if lines is None else lines, title=title or self.title, style=style, focus=focus, pinned=self.pins, key=self.key
        )  # fmt: skip


def drawing_of(user: User, site: Site, asked: Mapping[str, str]) -> Drawing:
    """Return the drawing that an address asks for by `colour`, `boundary` and `focus`."""
    on = day_at(site)
    colour = asked.get("colour", "gap")
    colour = colour if colour in COLOURS else "gap"
    zones, conduits = list(zones_of(user, site)), list(conduits_of(user, site))
    if asked.get("boundary"):
        zones, conduits = boundary(zones, conduits)
    way = colouring(colour, user, site, on)
    return Drawing(
        site=site, on=on, colour=colour, boundary=bool(asked.get("boundary")), zones=zones, conduits=conduits,
        focus=next((zone for zone in zones if str(zone.pk) == asked.get("focus")), None), shown=drawn_zones(zones, way),
        lines=drawn_conduits(conduits, broken_rules(user, site), way), pins=pins_of(site), key=way.key(f"{site.code} · {COLOURS[colour]} · {on}"),
    )  # fmt: skip


def zones_of(user: User, site: Site) -> QuerySet[Any]:
    """Return the zones of a site with their number of assets in use."""
    counted = Count("assets", filter=~Q(assets__lifecycle="RETIRED"))
    found: QuerySet[Any] = ZONES.queryset(user).filter(site=site).annotate(n=counted)
    return found.order_by("-level", "name")


def conduits_of(user: User, site: Site) -> QuerySet[Any]:
    """Return the conduits of a site with their flows."""
    return CONDUITS.queryset(user).filter(site=site).prefetch_related("flows__protocol").order_by("name")


def boundary(zones: list[Any], conduits: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the conduits that cross the boundary of the site, and the zones at their ends (S5)."""
    outside = {zone.pk for zone in zones if zone.external}
    crossing = [way for way in conduits if (way.zone_a_id in outside) != (way.zone_b_id in outside)]
    ends = {end for way in crossing for end in (way.zone_a_id, way.zone_b_id)}
    return [zone for zone in zones if zone.pk in ends], crossing


def broken_rules(user: User, site: Site) -> dict[int, list[str]]:
    """Return the codes of the rules that each conduit breaks, those let stand left out."""
    told: dict[int, list[str]] = defaultdict(list)
    found = FINDINGS.queryset(user).filter(site=site, conduit__isnull=False, status="OPEN").order_by("rule")
    for conduit, rule in found.values_list("conduit", "rule"):
        told[conduit].append(rule)
    return told


def pins_of(site: Site) -> Pins:
    """Return where people put the zones of a site."""
    return {
        str(zone): (line, column)
        for zone, line, column in ZonePlace.objects.filter(site=site).values_list("zone", "line", "column")
    }


def drawn_zones(zones: Iterable[Any], way: Plain = NO_COLOUR) -> list[DrawnZone]:
    """Return zones as the drawing shows them, coloured in one way."""
    return [_zone(zone, way) for zone in zones]


def _zone(zone: Any, way: Plain) -> DrawnZone:
    target, achieved = worst(zone.sl_t, zone.sl_a)
    return DrawnZone(
        id=str(zone.pk), name=zone.name, level=None if zone.level is None else float(zone.level), assets=zone.n, safety=zone.safety,
        external=zone.external, target=target, achieved=achieved, **way.zone(zone),
    )  # fmt: skip


def drawn_conduits(
    conduits: Iterable[Any], broken: Mapping[int, list[str]], way: Plain = NO_COLOUR
) -> list[DrawnConduit]:
    """Return conduits as the drawing shows them, with the protocols of their flows and the rules they break."""
    return [
        DrawnConduit(
            id=str(one.pk), name=one.name, zone_a=str(one.zone_a_id), zone_b=str(one.zone_b_id), broken=", ".join(broken.get(one.pk, ())),
            protocols=tuple(dict.fromkeys(f"{flow.protocol.name} {flow.ports}".strip() for flow in one.flows.all())),
            boundary_device=one.boundary_device.name if one.boundary_device else "", quiet=way.quiet(one),
        )
        for one in conduits
    ]  # fmt: skip


class Proposal:
    """A change of the plan that nobody made yet: a conduit more, a conduit less; what it would break and mend."""

    def __init__(
        self, user: User, site: Site, *, joins: tuple[Zone, Zone] | None, guarded: bool, drops: int | None
    ) -> None:
        self.joins, self.guarded, self.drops = joins, guarded, drops
        today = plan_of(user, site)
        kept = tuple(one for one in today.conduits if one.id != drops)
        fresh = (PlanConduit(id=0, name="Proposed", zone_a=joins[0].pk, zone_b=joins[1].pk, guard="Proposed device" if guarded else ""),) if joins else ()  # fmt: skip
        before, after = _told(today), _told(Plan(today.zones, kept + fresh))
        self.breaks = sorted(after - before)
        self.mends = sorted(before - after)

    def drawn(self, conduits: Sequence[DrawnConduit]) -> list[DrawnConduit]:
        """Return the conduits as they would be: the new one stressed, the one that goes pale."""
        told = [replace(one, change="gone", broken="") if one.id == str(self.drops) else one for one in conduits]
        if self.joins:
            one, other = self.joins
            fresh = DrawnConduit(
                id="proposed", name=gettext("Proposed"), zone_a=str(one.pk), zone_b=str(other.pk), change="new", protocols=(gettext("proposed"),),
                boundary_device=gettext("Proposed device") if self.guarded else "", broken=", ".join(sorted({code for code, _text in self.breaks})),
            )  # fmt: skip
            told.append(fresh)
        return told


def _told(plan: Plan) -> set[tuple[str, str]]:
    return {(one.rule, one.sentence) for one in violations(plan)}
