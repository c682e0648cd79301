"""The ground on which attack paths are searched: declared flows and open vulnerabilities of a site, as a person may see them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q

from accounts.models import Site, User
from assets.models import Zone
from assets.registers import ASSETS, FLOWS, ZONES
from patching.registers import MATCHES
from risk.rules.paths import Hop, Path, Terrain

WORST = ("exploited", "ACT", "ATTEND")
WORDS = {
    "exploited": ("exploited vulnerability", "exploited vulnerabilities"), "ACT": ("vulnerability of priority Act", "vulnerabilities of priority Act"),
    "ATTEND": ("vulnerability of priority Attend", "vulnerabilities of priority Attend"),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A change that nobody made yet: a conduit that goes, a guard that is put on one, a flow that is opened."""

    drops: int | None = None
    guards: int | None = None
    opens: tuple[int, int] | None = None

    def on(self, terrain: Terrain) -> Terrain:
        """Return the ground as it would be."""
        hops = [
            replace(hop, guard=hop.guard or "proposed device") if hop.conduit == self.guards else hop
            for hop in terrain.hops if hop.conduit != self.drops
        ]  # fmt: skip
        if self.opens:
            hops.append(Hop(*self.opens, 0, "proposed flow"))
        return replace(terrain, hops=tuple(hops))


def terrain_of(user: User, site: Site) -> tuple[Terrain, dict[int, tuple[str, int]]]:
    """Return the ground of a site, and for each weak zone its worst open vulnerability and how many are open of that kind."""
    flows = FLOWS.queryset(user).filter(site=site).select_related("conduit__boundary_device", "protocol")
    weak = weaknesses(user, site)
    return Terrain(tuple(_hop(flow) for flow in flows), {zone: kind for zone, (kind, _n) in weak.items()}), weak


def _hop(flow: Any) -> Hop:
    way = flow.conduit
    end = way.zone_b_id if flow.initiator_id == way.zone_a_id else way.zone_a_id
    return Hop(
        flow.initiator_id, end, way.pk, str(flow), way.boundary_device.name if way.boundary_device else "", flow.authenticated, flow.encrypted, way.controls.strip()[:120]
    )  # fmt: skip


def weaknesses(user: User, site: Site) -> dict[int, tuple[str, int]]:
    """Return the worst kind of open vulnerability of each zone, with how many there are."""
    found = (
        MATCHES.queryset(user)
        .filter(site=site, verdict="AFFECTED", asset__zone__isnull=False)
        .exclude(asset__lifecycle="RETIRED")
        .order_by()
    )
    rows = found.values("asset__zone").annotate(
        exploited_ones=Count("pk", filter=Q(exploited=True)), act=Count("pk", filter=Q(priority="ACT")), attend=Count("pk", filter=Q(priority="ATTEND"))
    )  # fmt: skip
    told = {}
    for row in rows:
        counts = dict(zip(WORST, (row["exploited_ones"], row["act"], row["attend"]), strict=True))
        kind = next((name for name in WORST if counts[name]), None)
        if kind:
            told[row["asset__zone"]] = (kind, counts[kind])
    return told


@dataclass(frozen=True)
class Told:
    """A path in words: its zones by name, its hops each with what helps and what stands in the way."""

    cost: float
    zones: tuple[str, ...]
    hops: tuple[tuple[Hop, str, str, tuple[str, ...], str], ...]  # hop, from, to, what stands in the way, what helps


def in_words(path: Path, names: dict[int, str], weak: dict[int, tuple[str, int]]) -> Told:
    """Return a path with the names of zones and the reasons of its costs."""
    hops = []
    for hop in path.hops:
        held = tuple(filter(None, (
            hop.guard and f"passes {hop.guard}", "authenticated" if hop.authenticated else "", "encrypted" if hop.encrypted else "", hop.controls,
        )))  # fmt: skip
        kind, count = weak.get(hop.end, ("", 0))
        helps = f"{count} {WORDS[kind][count != 1]}" if kind else ""
        hops.append((hop, names[hop.start], names[hop.end], held, helps))
    return Told(round(path.cost, 1), tuple(names[zone] for zone in path.zones), tuple(hops))


def outside(zones: Iterable[Zone]) -> list[int]:
    """Return the zones from which an attacker comes: those outside the site."""
    return [zone.pk for zone in zones if zone.external]


def reached(user: User, site: Site, found: dict[int, Path]) -> list[tuple[Zone, float, int, int]]:
    """Return the zones within reach with the cost of getting there, their assets in use, and how many of these are vital."""
    vital = Count("assets", filter=Q(assets__lifecycle="IN_USE", assets__criticality__in=["HIGH", "SAFETY"]))
    rows = (
        ZONES.queryset(user)
        .filter(site=site, pk__in=found)
        .annotate(n=Count("assets", filter=Q(assets__lifecycle="IN_USE")), vital=vital)
    )
    return sorted(
        ((zone, round(found[zone.pk].cost, 1), zone.n, zone.vital) for zone in rows),
        key=lambda row: (row[1], row[0].name),
    )


def zone_of(user: User, site: Site, key: str) -> int | None:
    """Return the zone of an asset of the site; None for one that is not there or stands in no zone."""
    asset = ASSETS.queryset(user).filter(site=site, pk=key if key.isdigit() and len(key) < 19 else 0).first()
    return asset.zone_id if asset else None
