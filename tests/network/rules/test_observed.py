"""Observed flows by zone: whom an address belongs to, what is declared, what is not, what is unknown."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.rules.observed import Allowed, Declarations, Seen, Standing, between_zones, service
from network.rules.places import Claim, Places, local, open_ends
from network.rules.spans import meet
from network.rules.traffic import number, subnet

OFFICE, DMZ, LINE, INTERNET = 1, 2, 3, 9
S = Standing


def claim(zone: int, text: str) -> Claim:
    """The claim of a zone on a subnet."""
    return Claim(zone, *subnet(text))


PLACES = Places(
    (claim(OFFICE, "10.21.10.0/24"), claim(DMZ, "10.21.0.0/16"), claim(LINE, "10.21.11.0/24"), claim(LINE, "10.21.10.99"), claim(LINE, "fd00::/64")),
    open_ends=(INTERNET,),
)  # fmt: skip
DECLARED = Declarations([
    Allowed(id=5, source=OFFICE, destination=DMZ, services=((6, ((443, 443), (8000, 8010))),)),
    Allowed(id=6, source=DMZ, destination=INTERNET, services=((17, ((53, 53),)), (1, ((0, 65535),)))),
])  # fmt: skip


def at(text: str) -> int:
    """The place of an address."""
    return number(ipaddress.ip_address(text))


@pytest.mark.parametrize(("address", "zones"), [
    ("10.21.10.5", (OFFICE,)), ("10.21.10.99", (LINE,)), ("10.21.11.5", (LINE,)), ("10.21.35.1", (DMZ,)), ("10.22.0.1", ()),
    ("8.8.8.8", (INTERNET,)), ("fd00::1", (LINE,)), ("fd00:1::1", ()), ("2a00::1", (INTERNET,)), ("192.168.1.1", ()),
])  # fmt: skip
def test_the_smallest_claim_has_the_address(address: str, zones: tuple[int, ...]) -> None:
    assert PLACES.holders(at(address)) == zones


def test_two_zones_of_the_same_network_both_have_it() -> None:
    assert Places((claim(1, "10.0.0.0/24"), claim(2, "10.0.0.0/24"))).holders(at("10.0.0.1")) == (1, 2)


@pytest.mark.parametrize(("address", "told"), [("224.0.0.1", True), ("255.255.255.255", True), ("127.0.0.1", True), ("fe80::1", True), ("10.0.0.1", False)])  # fmt: skip
def test_what_stays_on_its_own_network_is_left_out(address: str, told: bool) -> None:
    assert local(at(address)) is told


def test_only_the_outermost_zone_without_a_network_is_an_open_end() -> None:
    assert open_ends([(1, 5.0), (2, 3.0), (3, 5.0), (4, 5.0)], described=[3]) == (1, 4)
    assert open_ends([(2, 3.0)], described=[]) == ()


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 60), st.integers(1, 20)), max_size=12), st.integers(0, 90))
def test_zones_share_addresses_only_by_claims_of_one_size(told: list[tuple[int, int, int]], address: int) -> None:
    claims = tuple(Claim(zone, low, low + size) for zone, low, size in told)
    places = Places(claims)
    holding = [one for one in claims if one.low <= address <= one.high]
    least = min((one.high - one.low for one in holding), default=0)
    assert places.holders(address) == tuple(sorted({one.zone for one in holding if one.high - one.low == least}))
    for zone, held in places.addresses.items():
        assert bool(meet(held, ((address, address),))) == (zone in places.holders(address))


def seen(source: str, destination: str, port: int = 443, protocol: int = 6, **more: float) -> Seen:
    """What was seen between two addresses."""
    return Seen(source=source, destination=destination, port=port, protocol=protocol, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("given", "standing", "flow"), [
    (seen("10.21.10.5", "10.21.35.12"), S.DECLARED, 5),
    (seen("10.21.10.5", "10.21.35.12", 8005), S.DECLARED, 5),
    (seen("10.21.10.5", "10.21.35.12", 445), S.UNDECLARED, None),
    (seen("10.21.10.5", "10.21.35.12", 443, 17), S.UNDECLARED, None),
    (seen("10.21.35.12", "10.21.10.5"), S.UNDECLARED, None),
    (seen("10.21.35.12", "9.9.9.9", 53, 17), S.DECLARED, 6),
    (seen("10.21.35.12", "9.9.9.9", 8, 1), S.DECLARED, 6),
    (seen("10.22.0.7", "10.21.35.12"), S.UNKNOWN, None),
])  # fmt: skip
def test_what_crosses_zones_is_declared_or_not(given: Seen, standing: Standing, flow: int | None) -> None:
    [found], counts = between_zones([given], PLACES, DECLARED)
    assert (found.standing, found.flow) == (standing, flow)
    assert counts[standing] == 1


def test_what_stays_inside_a_zone_or_a_network_is_only_counted() -> None:
    found, counts = between_zones(
        [seen("10.21.10.5", "10.21.10.6", count=3), seen("10.21.10.5", "224.0.0.251", count=2)], PLACES, DECLARED
    )
    assert found == []
    assert (counts[S.INSIDE], counts[S.LOCAL]) == (3, 2)


def test_addresses_add_up_to_zones_and_ports() -> None:
    told = [
        seen("10.21.10.5", "10.21.11.5", 502, count=3, answered=1, bytes=10, first=20.0, last=30.0),
        seen("10.21.10.6", "10.21.11.5", 502, count=4, answered=4, bytes=5, first=10.0, last=25.0),
        seen("10.21.10.5", "10.21.11.5", 503),
    ]
    found = {one.port: one for one in between_zones(told, PLACES, DECLARED)[0]}
    one = found[502]
    assert (one.source, one.destination, one.count, one.answered, one.bytes, one.first, one.last) == (OFFICE, LINE, 7, 5, 15, 10.0, 30.0)  # fmt: skip
    assert one.pairs == {("10.21.10.5", "10.21.11.5"): 3, ("10.21.10.6", "10.21.11.5"): 4}
    assert set(found) == {502, 503}


@given(st.lists(st.tuples(st.sampled_from(["10.21.10.5", "10.21.35.1", "10.21.11.4", "10.9.9.9", "224.0.0.1"]), st.sampled_from(["10.21.10.5", "8.8.8.8", "10.21.11.4"]), st.sampled_from([53, 443]), st.integers(1, 50))))  # fmt: skip
def test_no_connection_is_lost(told: list[tuple[str, str, int, int]]) -> None:
    found, counts = between_zones([seen(a, b, port, count=count) for a, b, port, count in told], PLACES, DECLARED)
    assert sum(counts.values()) == sum(count for *_rest, count in told)
    assert sum(one.count for one in found) == counts[S.DECLARED] + counts[S.UNDECLARED] + counts[S.UNKNOWN]


@pytest.mark.parametrize(("protocol", "port", "told"), [(6, 502, "TCP 502"), (1, 8, "ICMP type 8"), (50, 0, "ESP"), (200, 0, "protocol 200")])  # fmt: skip
def test_a_service_in_words(protocol: int, port: int, told: str) -> None:
    assert service(protocol, port) == told
