"""Ways of an attacker over declared flows: the cheapest paths to a zone, what lies within reach of one, what a change does (R9).

A hop is a declared flow, taken in the direction in which it is opened. It costs more for what stands in the way and less
where the zone it enters has open vulnerabilities; the sum of a path orders paths, it is no probability.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

STEP = 1.0
GUARD, AUTHENTICATED, CONTROLLED, ENCRYPTED = 3.0, 2.0, 1.0, 0.5
EASE = {
    "exploited": 0.4,
    "ACT": 0.6,
    "ATTEND": 0.8,
}  # what an open vulnerability of the zone entered leaves of the cost


@dataclass(frozen=True)
class Hop:
    """A declared flow as a step of an attacker: from zone to zone, over which conduit, by which protocol, past what."""

    start: int
    end: int
    conduit: int
    protocol: str = ""
    guard: str = ""
    authenticated: bool = False
    encrypted: bool = False
    controls: str = ""

    def cost(self, weakness: str = "") -> float:
        """Return what the hop costs into a zone of this weakness: `exploited`, ACT, ATTEND or nothing."""
        held = (
            GUARD * bool(self.guard)
            + AUTHENTICATED * self.authenticated
            + CONTROLLED * bool(self.controls)
            + ENCRYPTED * self.encrypted
        )
        return (STEP + held) * EASE.get(weakness, 1.0)


@dataclass(frozen=True)
class Path:
    """A way over hops, with its cost; two ways of the same zones and conduits are one."""

    cost: float
    hops: tuple[Hop, ...]

    @property
    def zones(self) -> tuple[int, ...]:
        """The zones on the way, the first one outside."""
        return (self.hops[0].start, *(hop.end for hop in self.hops)) if self.hops else ()


@dataclass(frozen=True)
class Terrain:
    """All hops of a site, and the weakness of each zone."""

    hops: tuple[Hop, ...]
    weakness: Mapping[int, str] = field(default_factory=dict)

    def onward(self) -> dict[int, list[tuple[float, Hop]]]:
        """Return the hops that leave each zone with their costs; of several over one conduit only the cheapest."""
        best: dict[tuple[int, int, int], tuple[float, Hop]] = {}
        for hop in self.hops:
            cost = hop.cost(self.weakness.get(hop.end, ""))
            key = (hop.start, hop.end, hop.conduit)
            if key not in best or (cost, hop.protocol) < (best[key][0], best[key][1].protocol):
                best[key] = (cost, hop)
        found: dict[int, list[tuple[float, Hop]]] = defaultdict(list)
        for (start, _end, _conduit), priced in sorted(best.items()):
            found[start].append(priced)
        return found


Onward = Mapping[int, list[tuple[float, Hop]]]


def cheapest(
    onward: Onward,
    sources: Iterable[int],
    target: int,
    *,
    without: frozenset[Hop] = frozenset(),
    past: frozenset[int] = frozenset(),
) -> Path | None:
    """Return the cheapest path from any source to the target that takes none of some hops and passes none of some zones (Dijkstra)."""
    waiting: list[tuple[float, int, int, tuple[Hop, ...]]] = [
        (0.0, 0, zone, ()) for zone in sorted(set(sources) - past)
    ]
    heapq.heapify(waiting)
    seen: set[int] = set()
    turn = 0
    while waiting:
        cost, _turn, here, hops = heapq.heappop(waiting)
        if here == target and hops:
            return Path(cost, hops)
        if here in seen:
            continue
        seen.add(here)
        for price, hop in onward.get(here, ()):
            if hop.end not in seen and hop.end not in past and hop not in without:
                turn += 1
                heapq.heappush(waiting, (cost + price, turn, hop.end, (*hops, hop)))
    return None


def paths(terrain: Terrain, sources: Iterable[int], target: int, *, most: int = 5) -> list[Path]:
    """Return the cheapest loopless paths into a zone, at most so many, the cheapest first (Yen 1971)."""
    onward, starts = terrain.onward(), set(sources) - {target}
    first = cheapest(onward, starts, target)
    found, waiting = [first] if first else [], dict[tuple[Hop, ...], Path]()
    while found and len(found) < most:
        last = found[-1]
        for number in range(len(last.hops)):
            root = last.hops[:number]
            spur = root[-1].end if root else None
            used = frozenset(
                path.hops[number] for path in found if path.hops[:number] == root and len(path.hops) > number
            )
            passed = frozenset({hop.start for hop in root})
            begins = [spur] if spur is not None else starts
            rest = cheapest(onward, begins, target, without=used, past=passed)
            if rest is not None:
                hops = root + rest.hops
                waiting.setdefault(hops, Path(_cost(hops, terrain), hops))
        for path in found:
            waiting.pop(path.hops, None)
        if not waiting:
            break
        best = min(waiting.values(), key=lambda path: (path.cost, len(path.hops), path.zones))
        found.append(best)
    return found


def _cost(hops: Iterable[Hop], terrain: Terrain) -> float:
    return sum(hop.cost(terrain.weakness.get(hop.end, "")) for hop in hops)


def blast(terrain: Terrain, start: int) -> dict[int, Path]:
    """Return what lies within reach of a compromised zone: the cheapest path to each zone."""
    onward = terrain.onward()
    waiting: list[tuple[float, int, int, tuple[Hop, ...]]] = [(0.0, 0, start, ())]
    found: dict[int, Path] = {}
    turn = 0
    while waiting:
        cost, _turn, here, hops = heapq.heappop(waiting)
        if here in found:
            continue
        found[here] = Path(cost, hops)
        for price, hop in onward.get(here, ()):
            if hop.end not in found:
                turn += 1
                heapq.heappush(waiting, (cost + price, turn, hop.end, (*hops, hop)))
    del found[start]
    return found
