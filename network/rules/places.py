"""Which zone an address belongs to: by its asset first, then by the smallest network that holds it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from network.rules.spans import Spans, join, minus, spans
from network.rules.traffic import LOCAL, PUBLIC


@dataclass(frozen=True)
class Claim:
    """A stretch of addresses that a zone has by a network or an asset."""

    zone: int
    low: int
    high: int


@dataclass(frozen=True)
class Places:
    """The addresses of each zone. `open_ends` are the outside zones that no network describes: they hold what is public and nobody else's."""

    claims: tuple[Claim, ...]
    open_ends: tuple[int, ...] = ()
    _known: dict[int, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def addresses(self) -> dict[int, Spans]:
        """The addresses of each zone, without those that a smaller claim of another zone takes out."""
        sizes: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for one in self.claims:
            sizes[one.high - one.low][one.zone].append((one.low, one.high))
        found: dict[int, Spans] = {}
        taken: Spans = ()
        for _size, zones in sorted(sizes.items()):
            fresh = {zone: minus(spans(pairs), taken) for zone, pairs in zones.items()}
            for zone, mine in fresh.items():
                found[zone] = join(found.get(zone, ()), mine)
            taken = join(taken, *fresh.values())
        if rest := minus(PUBLIC, taken):
            found |= {zone: rest for zone in self.open_ends if zone not in found}
        return found

    def holders(self, address: int) -> tuple[int, ...]:
        """Return the zones that hold an address, lowest id first; none where it is unknown."""
        if address not in self._known:
            self._known[address] = tuple(sorted(zone for zone, held in self._sorted if _in(held, address)))
        return self._known[address]

    @cached_property
    def _sorted(self) -> list[tuple[int, Spans]]:
        return list(self.addresses.items())


def _in(held: Spans, address: int) -> bool:
    place = bisect_right(held, (address, 1 << 200)) - 1
    return place >= 0 and held[place][0] <= address <= held[place][1]


def local(address: int) -> bool:
    """Tell whether an address never leaves its own network: broadcast, multicast, loop-back, link-local."""
    return _in(LOCAL, address)


def open_ends(outside: Iterable[tuple[int, float]], described: Iterable[int]) -> tuple[int, ...]:
    """Return, of the outside zones with their levels, those of the highest level that no network or asset describes."""
    known = set(described)
    bare = [(zone, level) for zone, level in outside if zone not in known]
    highest = max((level for _zone, level in bare), default=0.0)
    return tuple(sorted(zone for zone, level in bare if level == highest and level >= 4))
