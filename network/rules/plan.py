"""A site's zones, conduits and flows as plain values, on which the rules of segmentation and reach are computed."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

BUSINESS = 4.0
DMZ = 3.5


@dataclass(frozen=True, kw_only=True)
class PlanDevice:
    """A device that is not, or not only, joined by cable to a network of the site.

    `mobile`: it has a connection to a carrier's network; `beyond`: the outside zone in whose network it stands as well;
    `carries`: it is network equipment, which carries what others say.
    """

    name: str
    wireless: bool = False
    mobile: bool = False
    beyond: int | None = None
    carries: bool = False

    @property
    def outside(self) -> bool:
        """Whether it is joined to a network outside the site."""
        return self.mobile or self.beyond is not None


@dataclass(frozen=True, kw_only=True)
class PlanZone:
    """A zone: `level` is its Purdue level, 0 to 5, None where not set; `gateway`: a remote access system stands in it.

    `ends`: how many devices stand in it for good, network equipment left out; `devices`: those of its devices that are joined
    otherwise than by cable to a network of the site; `visitors`: the names of the devices that may be joined to it for a time.
    """

    id: int
    name: str
    level: float | None = None
    external: bool = False
    safety: bool = False
    gateway: bool = False
    sl_t: tuple[int, ...] | None = None
    ends: int = 0
    devices: tuple[PlanDevice, ...] = ()
    visitors: tuple[str, ...] = ()

    @property
    def business(self) -> bool:
        """Whether it lies above the plant: office, Internet, vendors."""
        return self.level is not None and self.level >= BUSINESS

    @property
    def dmz(self) -> bool:
        """Whether it stands between business and plant."""
        return not self.external and self.level is not None and DMZ <= self.level < BUSINESS

    @property
    def plant(self) -> bool:
        """Whether it is a zone of the control system itself."""
        return not self.external and (self.level is None or self.level < DMZ)

    def others(self, kind: Callable[[PlanDevice], bool]) -> int:
        """Return how many of the devices that stand in it are not of a kind, network equipment left out."""
        return self.ends - sum(kind(one) and not one.carries for one in self.devices)


@dataclass(frozen=True, kw_only=True)
class PlanFlow:
    """A declared flow: the zone that opens the connection, the protocol's code, whether it opens a remote session."""

    initiator: int
    protocol: str
    remote_session: bool = False


@dataclass(frozen=True, kw_only=True)
class PlanConduit:
    """A conduit between two zones; `guard` names its boundary device, `controls` what else holds it."""

    id: int
    name: str
    zone_a: int
    zone_b: int
    guard: str = ""
    controls: str = ""
    flows: tuple[PlanFlow, ...] = ()

    def beyond(self, zone: int) -> int:
        """Return the zone at the other end."""
        return self.zone_b if zone == self.zone_a else self.zone_a


@dataclass(frozen=True)
class Plan:
    """All zones and conduits of one site."""

    zones: tuple[PlanZone, ...]
    conduits: tuple[PlanConduit, ...]

    @cached_property
    def zone(self) -> dict[int, PlanZone]:
        """The zones by id."""
        return {zone.id: zone for zone in self.zones}

    @cached_property
    def at(self) -> dict[int, list[PlanConduit]]:
        """The conduits that end at each zone, in the order of their ids."""
        found: dict[int, list[PlanConduit]] = {zone.id: [] for zone in self.zones}
        for conduit in sorted(self.conduits, key=lambda one: one.id):
            if conduit.zone_a in found and conduit.zone_b in found:
                found[conduit.zone_a].append(conduit)
                found[conduit.zone_b].append(conduit)
        return found

    def ways(self, starts: Iterable[int], through: Callable[[PlanZone], bool]) -> dict[int, tuple[PlanConduit, ...]]:
        """Return the shortest way from any start to each zone reached, passing on only through zones that let pass."""
        reached: dict[int, tuple[PlanConduit, ...]] = dict.fromkeys(sorted(starts), ())
        waiting = deque(reached)
        while waiting:
            here = waiting.popleft()
            if reached[here] and not through(self.zone[here]):
                continue
            for conduit in self.at[here]:
                there = conduit.beyond(here)
                if there not in reached:
                    reached[there] = (*reached[here], conduit)
                    waiting.append(there)
        return reached
