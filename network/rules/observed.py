"""Observed flows told by zone and measured by the declared ones (IEC 62443-3-3 SR 5.2, SR 6.2)."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from network.rules.places import Places, local
from network.rules.traffic import NAMES, number

MOST_PAIRS = 50


class Standing(StrEnum):
    """How an observed flow stands to what is declared."""

    DECLARED = "DECLARED"
    UNDECLARED = "UNDECLARED"
    UNKNOWN = "UNKNOWN"
    INSIDE = "INSIDE"
    LOCAL = "LOCAL"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen between two addresses."""

    source: str
    destination: str
    protocol: int
    port: int
    count: int = 1
    answered: int = 1
    bytes: int = 0
    first: float = 0.0
    last: float = 0.0
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """A declared flow as observation needs it: from zone to zone, by protocols each with its ports."""

    id: int
    source: int
    destination: int
    services: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]

    def allows(self, protocol: int, port: int) -> bool:
        """Tell whether it allows a protocol with a port."""
        return any(one == protocol and any(low <= port <= high for low, high in ports) for one, ports in self.services)


@dataclass
class Between:
    """What was seen from one zone to another by one protocol and port; None is an address that no zone holds."""

    source: int | None
    destination: int | None
    protocol: int
    port: int
    standing: Standing
    flow: int | None = None
    count: int = 0
    answered: int = 0
    bytes: int = 0
    first: float = 0.0
    last: float = 0.0
    service: str = ""
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, seen: Seen) -> None:
        """Add what two addresses of the zones said."""
        self.count += seen.count
        self.answered += seen.answered
        self.bytes += seen.bytes
        self.first = min(filter(None, (self.first, seen.first)), default=0.0)
        self.last = max(self.last, seen.last)
        self.service = self.service or seen.service
        pair = (seen.source, seen.destination)
        self.pairs[pair] = self.pairs.get(pair, 0) + seen.count


class Declarations:
    """The declared flows of a site by their zones."""

    def __init__(self, allowed: Iterable[Allowed]) -> None:
        self.by_zones: dict[tuple[int, int], list[Allowed]] = {}
        for one in allowed:
            self.by_zones.setdefault((one.source, one.destination), []).append(one)

    def find(self, source: int, destination: int, protocol: int, port: int) -> int | None:
        """Return the declared flow that allows this, or None."""
        flows = self.by_zones.get((source, destination), ())
        return next((one.id for one in flows if one.allows(protocol, port)), None)

    def judge(self, sources: Sequence[int], destinations: Sequence[int], protocol: int, port: int) -> tuple[Standing, int | None, int | None, int | None]:  # fmt: skip
        """Return how a flow stands, its two zones, and the flow that declares it; an address may belong to several zones."""
        if not sources or not destinations:
            return Standing.UNKNOWN, next(iter(sources), None), next(iter(destinations), None), None
        if shared := set(sources) & set(destinations):
            return Standing.INSIDE, min(shared), min(shared), None
        for source in sources:
            for destination in destinations:
                if (flow := self.find(source, destination, protocol, port)) is not None:
                    return Standing.DECLARED, source, destination, flow
        return Standing.UNDECLARED, sources[0], destinations[0], None


def between_zones(seen: Iterable[Seen], places: Places, declared: Declarations) -> tuple[list[Between], dict[Standing, int]]:  # fmt: skip
    """Return what crosses zones or comes from nowhere known, added up by zone, and how many connections stand how."""
    found: dict[tuple[int | None, int | None, int, int], Between] = {}
    counts = dict.fromkeys(Standing, 0)
    for one in seen:
        source, destination = (number(ipaddress.ip_address(text)) for text in (one.source, one.destination))
        if local(source) or local(destination):
            counts[Standing.LOCAL] += one.count
            continue
        standing, from_zone, to_zone, flow = declared.judge(
            places.holders(source), places.holders(destination), one.protocol, one.port
        )
        counts[standing] += one.count
        if standing == Standing.INSIDE:
            continue
        key = (from_zone, to_zone, one.protocol, one.port)
        if key not in found:
            found[key] = Between(*key, standing, flow)
        found[key].add(one)
    return list(found.values()), counts


def service(protocol: int, port: int) -> str:
    """Return protocol and port in words, such as TCP 502."""
    name = NAMES.get(protocol, f"protocol {protocol}")
    if protocol in {1, 58}:
        return f"{name} type {port}"
    return f"{name} {port}" if protocol in {6, 17, 132} else name
