"""Traffic as a product of sets: from which addresses to which, by which protocol and ports, new or belonging to an open connection.

IPv4 addresses are the numbers below 2^32, IPv6 addresses the numbers from there on, so that one line holds both.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from network.rules.spans import Spans, join, meet, minus, spans, within

V6 = 1 << 32
ANY4: Spans = ((0, V6 - 1),)
ANY6: Spans = ((V6, V6 + (1 << 128) - 1),)
ANY: Spans = ((0, V6 + (1 << 128) - 1),)
ALL_PORTS: Spans = ((0, 65535),)
ALL_PROTOCOLS: Spans = ((0, 255),)
ALL_DOORS: Spans = ((0, 65535),)  # interfaces of a firewall, numbered by its rule set
NEW, ALL_STATES = ((0, 0),), ((0, 4),)
STATES = {"NEW": 0, "ESTABLISHED": 1, "RELATED": 2, "INVALID": 3, "UNTRACKED": 4}
PROTOCOLS = {
    "icmp": 1,
    "igmp": 2,
    "tcp": 6,
    "udp": 17,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmpv6": 58,
    "ospf": 89,
    "sctp": 132,
}
NAMES = {number: name.upper() for name, number in PROTOCOLS.items()}
USUAL: Spans = ((10 << 24, (11 << 24) - 1),)  # 10.0.0.0/8
SHOWN = 3


class Box(NamedTuple):
    """A product of sets, one for each thing by which a firewall tells packets apart; for ICMP the port is its type."""

    source: Spans = ANY
    destination: Spans = ANY
    protocol: Spans = ALL_PROTOCOLS
    port: Spans = ALL_PORTS
    source_port: Spans = ALL_PORTS
    state: Spans = ALL_STATES
    entry: Spans = ALL_DOORS
    exit: Spans = ALL_DOORS


def number(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> int:
    """Return the place of an address on the line."""
    return int(address) + (V6 if address.version == 6 else 0)


def subnet(text: str) -> tuple[int, int]:
    """Return first and last address of a subnet or of one address; ValueError where it is neither."""
    net = ipaddress.ip_network(text, strict=False)
    return number(net[0]), number(net[-1])


def common(one: Box, other: Box) -> Box | None:
    """Return the traffic that belongs to both, or None."""
    found = []
    for mine, theirs in zip(one, other, strict=True):
        both = mine if mine == theirs else meet(mine, theirs)
        if not both:
            return None
        found.append(both)
    return Box._make(found)


def without(one: Box, other: Box) -> Iterator[Box]:
    """Yield, as disjoint boxes, the traffic of the first that does not belong to the second."""
    kept = list(one)
    for place, (mine, theirs) in enumerate(zip(one, other, strict=True)):
        if outside := minus(mine, theirs):
            yield Box._make([*kept[:place], outside, *one[place + 1 :]])
        kept[place] = meet(mine, theirs)
        if not kept[place]:
            return


LOCAL = spans(map(subnet, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "::1/128", "fe80::/10", "ff00::/8")))  # fmt: skip
PRIVATE = spans(map(subnet, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
PUBLIC = minus(join(((0, V6 - 1),), (subnet("2000::/3"),)), join(LOCAL, PRIVATE))
MANY = 1 << 30  # so many public addresses are no longer told one by one


class TooMany(Exception):
    """The sets are cut into more pieces than can be reckoned with."""


def uncovered(box: Box, covers: Sequence[Box], budget: list[int]) -> Box | None:
    """Return some traffic of the box that no cover holds, or None where all is covered; `budget` holds the steps left."""
    waiting = [(box, 0)]
    while waiting:
        piece, start = waiting.pop()
        for place in range(start, len(covers)):
            budget[0] -= 1
            if budget[0] < 0:
                raise TooMany
            if common(piece, covers[place]) is not None:
                waiting.extend((rest, place + 1) for rest in without(piece, covers[place]))
                break
        else:
            return piece
    return None


def address_words(found: Spans) -> str:
    """Return addresses as a person writes them: subnets and single addresses, the first few and how many more."""
    if found in {ANY, ANY4}:
        return "any"
    if within(found, PUBLIC) and sum(high - low for low, high in found) > MANY:
        return "public addresses"
    told: list[str] = []
    more = 0
    for low, high in found:
        if len(told) >= SHOWN:
            more += 1
            continue
        for start, end in ((low, min(high, V6 - 1)), (max(low, V6), high)):
            if start <= end:
                told.append(_stretch(start, end))
    return ", ".join(told) + (f" and {more} more" if more else "")


def _stretch(low: int, high: int) -> str:
    first, last = _address(low), _address(high)
    if low == high:
        return str(first)
    nets = list(ipaddress.summarize_address_range(first, last))
    return str(nets[0]) if len(nets) == 1 else f"{first}-{last}"


def _address(place: int) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.IPv6Address(place - V6) if place >= V6 else ipaddress.IPv4Address(place)


def port_words(found: Spans) -> str:
    """Return ports such as 502 or 4840-4850, the first few and how many more."""
    if found == ALL_PORTS:
        return "any"
    told = [str(low) if low == high else f"{low}-{high}" for low, high in found]
    return ", ".join(told[:SHOWN]) + (f" and {len(told) - SHOWN} more" if len(told) > SHOWN else "")


def protocol_words(found: Spans) -> str:
    """Return protocols by name."""
    if found == ALL_PROTOCOLS:
        return "any"
    told = [
        NAMES.get(low, f"protocol {low}") if low == high else f"protocols {low}-{high}" for low, high in _split(found)
    ]
    return ", ".join(told[:SHOWN]) + (f" and {len(told) - SHOWN} more" if len(told) > SHOWN else "")


def _split(found: Spans) -> Iterator[tuple[int, int]]:
    for low, high in found:
        if high - low < SHOWN:
            yield from ((one, one) for one in range(low, high + 1))
        else:
            yield low, high


def service_words(box: Box) -> str:
    """Return protocol and ports together, such as TCP 502."""
    name = protocol_words(box.protocol)
    if box.port == ALL_PORTS:
        return name if box.protocol not in {((6, 6),), ((17, 17),)} else f"{name} any port"
    return f"{name} {port_words(box.port)}"


def example(box: Box) -> str:
    """Return one packet of the traffic in words."""
    low = box.protocol[0][0]
    name = NAMES.get(low, f"protocol {low}") if box.protocol != ALL_PROTOCOLS else "any protocol"
    port = f" {box.port[0][0]}" if box.port != ALL_PORTS else ""
    return f"{_sample(box.source)} to {_sample(box.destination)} by {name}{port}"


def _sample(found: Spans) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return one of the addresses, of a plant's own range where there is one."""
    low, high = (meet(found, USUAL) or found)[0]
    return _address(low + (1 if high > low else 0))


def merged(boxes: Iterable[Box], place: int) -> Spans:
    """Return what the boxes hold in one of their sets."""
    return spans(pair for box in boxes for pair in box[place])
