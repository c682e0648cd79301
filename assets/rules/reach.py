"""How zones are reached from outside over the declared flows: the least guarded way, then the shortest."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """One direction of a conduit: who may start talking to whom, and whether a boundary device stands between."""

    start: int
    end: int
    guarded: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A way into a zone: the names of the zones on it, the first outside the site, and the boundary devices passed."""

    zones: tuple[str, ...]
    guards: int


def ways_in(names: dict[int, str], outside: Iterable[int], passages: Iterable[Passage]) -> dict[int, Way]:
    """Give, for each zone that can be reached from outside, the way that passes the fewest boundary devices."""
    onward: dict[int, list[Passage]] = defaultdict(list)
    for passage in passages:
        onward[passage.start].append(passage)
    found: dict[int, Way] = {}
    waiting: list[tuple[int, int, tuple[int, ...]]] = [(0, 1, (zone,)) for zone in sorted(set(outside))]
    heapq.heapify(waiting)
    while waiting:
        guards, length, path = heapq.heappop(waiting)
        here = path[-1]
        if here in found:
            continue
        found[here] = Way(tuple(names[zone] for zone in path), guards)
        for passage in onward[here]:
            if passage.end not in found:
                heapq.heappush(waiting, (guards + passage.guarded, length + 1, (*path, passage.end)))
    return found
