"""The drawing of a site from its registers: what is coloured, what breaks a rule, where zones stand, what a change would do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Site, User
from assets.drawing import DrawnConduit, DrawnZone, worst
from assets.models import Zone
from assets.registers import CONDUITS, ZONES
from assets.routing import Pins
from network.models import ZonePlace
from network.plans import plan_of
from network.registers import FINDINGS
from network.rules.plan import Plan, PlanConduit
from network.rules.segmentation import violations
from patching.registers import MATCHES

COLOURS = {"gap": "Gap to the target level", "matches": "Open vulnerabilities", "": "No colour"}
OPEN = Q(verdict__in=["AFFECTED", "REVIEW"])
FEW, MANY = 5, 20


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


def open_matches(user: User, site: Site) -> dict[int, int]:
    """Return the number of open matches by zone."""
    rows = MATCHES.queryset(user).filter(OPEN, site=site, asset__zone__isnull=False).order_by()
    return dict(rows.values_list("asset__zone").annotate(n=Count("pk")))


def broken_rules(user: User, site: Site) -> dict[int, list[str]]:
    """Return the codes of the rules that each conduit breaks, those let stand left out."""
    told: dict[int, list[str]] = defaultdict(list)
    found = FINDINGS.queryset(user).filter(site=site, status="OPEN").order_by("rule")
    for conduit, rule in found.values_list("conduit", "rule"):
        told[conduit].append(rule)
    return told


def pins_of(site: Site) -> Pins:
    """Return where people put the zones of a site."""
    return {
        str(zone): (line, column)
        for zone, line, column in ZonePlace.objects.filter(site=site).values_list("zone", "line", "column")
    }


def drawn_zones(zones: Iterable[Any], colour: str, matches: dict[int, int]) -> list[DrawnZone]:
    """Return zones as the drawing shows them, coloured by what was chosen."""
    return [_zone(zone, colour, matches.get(zone.pk, 0)) for zone in zones]


def _zone(zone: Any, colour: str, matches: int) -> DrawnZone:
    target, achieved = worst(zone.sl_t, zone.sl_a)
    tint, note = 0, ""
    if colour == "matches" and matches:
        tint, note = 1 if matches < FEW else 2 if matches < MANY else 3, f"{matches} open"
    elif colour == "gap" and achieved is not None and target is not None:
        tint = max(0, min(4, target - achieved))
    return DrawnZone(
        id=str(zone.pk), name=zone.name, level=None if zone.level is None else float(zone.level), assets=zone.n, safety=zone.safety,
        external=zone.external, target=target, achieved=achieved, tint=tint, note=note,
    )  # fmt: skip


def drawn_conduits(conduits: Iterable[Any], broken: dict[int, list[str]]) -> list[DrawnConduit]:
    """Return conduits as the drawing shows them, with the protocols of their flows and the rules they break."""
    return [
        DrawnConduit(
            id=str(one.pk), name=one.name, zone_a=str(one.zone_a_id), zone_b=str(one.zone_b_id), broken=", ".join(broken.get(one.pk, ())),
            protocols=tuple(dict.fromkeys(f"{flow.protocol.name} {flow.ports}".strip() for flow in one.flows.all())),
            boundary_device=one.boundary_device.name if one.boundary_device else "",
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
                id="proposed", name="Proposed", zone_a=str(one.pk), zone_b=str(other.pk), change="new", protocols=("proposed",),
                boundary_device="Proposed device" if self.guarded else "", broken=", ".join(sorted({code for code, _text in self.breaks})),
            )  # fmt: skip
            told.append(fresh)
        return told


def _told(plan: Plan) -> set[tuple[str, str]]:
    return {(one.rule, one.sentence) for one in violations(plan)}
