"""Rules of a firewall against declared flows: a table of cases, and laws that hold for any rules and flows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.rules.firewall import Declared, Plant, Rule, Verdict, against, judge
from network.rules.spans import Spans, join, meet, minus, spans, within
from network.rules.traffic import (
    ALL_PORTS,
    ALL_PROTOCOLS,
    ANY,
    PUBLIC,
    Box,
    TooMany,
    common,
    subnet,
    uncovered,
    without,
)

V = Verdict
TCP, UDP = ((6, 6),), ((17, 17),)


def net(*texts: str) -> Spans:
    """Addresses of subnets."""
    return spans(map(subnet, texts))


def box(source: str, destination: str, protocol: Spans = TCP, port: Spans = ((443, 443),), **more: Spans) -> Box:
    """Traffic between subnets."""
    one, other = (ANY if text == "any" else net(*text.split()) for text in (source, destination))
    return Box(one, other, protocol, port, **more)


OFFICE, DMZ, OPS = "10.21.10.0/24", "10.21.35.0/24", "10.21.30.0/24"
PLANT = Plant(
    flows=(
        Declared(1, "Office to DMZ: HTTPS", (box(OFFICE, DMZ),)),
        Declared(2, "Office to DMZ: RDP", (box(OFFICE, DMZ, port=((3389, 3389),)),)),
        Declared(3, "DMZ to operations: DNS", (box(DMZ, OPS, ((6, 6), (17, 17)), ((53, 53),)),)),
        Declared(5, "DMZ to Internet: MQTT", (Box(net(DMZ), PUBLIC, TCP, ((8883, 8883),)),)),
        Declared(4, "Tunnel, whose zones have no addresses", ()),
    ),
    inside=(box(OFFICE, OFFICE, ALL_PROTOCOLS, ALL_PORTS), box(DMZ, DMZ, ALL_PROTOCOLS, ALL_PORTS)),
)
ALLOW_ALL = box("any", "any", ALL_PROTOCOLS, ALL_PORTS)


def rule(*traffic: Box, **more: object) -> Rule:
    """A permit rule."""
    return Rule(**{"line": 1, "text": "rule", "traffic": traffic} | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("given", "verdict", "told"), [
    (rule(box(OFFICE, DMZ)), V.COVERED, "Declared: Office to DMZ: HTTPS."),
    (rule(box("10.21.10.7/32", "10.21.35.12/32")), V.COVERED, "HTTPS"),
    (rule(box(OFFICE, DMZ, port=((443, 443), (3389, 3389)))), V.COVERED, "HTTPS; Office to DMZ: RDP"),
    (rule(box(OFFICE, DMZ), box(DMZ, OPS, UDP, ((53, 53),))), V.COVERED, "DNS"),
    (rule(box(OFFICE, OFFICE, ALL_PROTOCOLS, ALL_PORTS)), V.COVERED, "Both ends lie in one zone"),
    (rule(box(f"{OFFICE} {DMZ}", DMZ)), V.COVERED, "HTTPS"),
    (rule(ALLOW_ALL._replace(state=((1, 2),))), V.COVERED, "answers of open connections"),
    (rule(box("10.21.0.0/16", DMZ)), V.TOO_WIDE, "source 10.21.0.0/16 instead of 10.21.10.0/24"),
    (rule(box(OFFICE, DMZ, port=ALL_PORTS)), V.TOO_WIDE, "port any instead of 443, 3389"),
    (rule(box(OFFICE, "any")), V.TOO_WIDE, "destination any instead of 10.21.35.0/24"),
    (rule(box(OFFICE, DMZ, ALL_PROTOCOLS)), V.TOO_WIDE, "protocol any instead of TCP"),
    (rule(ALLOW_ALL), V.TOO_WIDE, "It lets pass"),
    (rule(box(DMZ, "any", port=((8883, 8883),))), V.TOO_WIDE, "destination any instead of public addresses"),
    (rule(box(f"{OFFICE} {DMZ}", f"{DMZ} {OPS}", port=((53, 53), (443, 443)))), V.TOO_WIDE, "one by one, not together"),
    (rule(box(DMZ, OFFICE)), V.UNDECLARED, "such as 10.21.35.1 to 10.21.10.1 by TCP 443"),
    (rule(box(OFFICE, DMZ, port=((22, 22),))), V.UNDECLARED, "TCP 22"),
    (rule(box(OFFICE, DMZ, UDP)), V.UNDECLARED, "UDP 443"),
    (rule(box("any", "any", port=((4444, 4444),))), V.UNDECLARED, "TCP 4444"),
    (rule(box(OFFICE, DMZ), hits=0), V.NEVER_SEEN, "No packet ever met it."),
    (rule(box(OFFICE, DMZ), hits=7), V.COVERED, "HTTPS"),
    (rule(box(DMZ, OFFICE), hits=0), V.UNDECLARED, "No packet ever met it."),
    (rule(ALLOW_ALL, permits=False), V.BLOCKS, "blocks"),
    (rule(ALLOW_ALL, active=False), V.OFF, "switched off"),
])  # fmt: skip
def test_a_rule_has_its_verdict(given: Rule, verdict: Verdict, told: str) -> None:
    [judged] = judge([given], PLANT)
    assert judged.verdict == verdict
    assert told in judged.words


@pytest.mark.parametrize(("first", "second", "shadowed"), [
    (rule(box(OFFICE, DMZ)), rule(box("10.21.10.7/32", DMZ)), True),
    (rule(ALLOW_ALL, permits=False), rule(box(OFFICE, DMZ)), True),
    (rule(box(OFFICE, DMZ), box(OFFICE, OPS)), rule(box(OFFICE, f"{DMZ} {OPS}")), True),
    (rule(box(OFFICE, DMZ)), rule(box(OFFICE, DMZ, port=ALL_PORTS)), False),
    (rule(box(OFFICE, DMZ), active=False), rule(box(OFFICE, DMZ)), False),
    (rule(box(OFFICE, DMZ), chain="inside"), rule(box(OFFICE, DMZ), chain="outside"), False),
    (rule(box(OFFICE, DMZ, entry=((1, 1),))), rule(box(OFFICE, DMZ)), False),
    (rule(box(OFFICE, DMZ)), rule(box(OFFICE, DMZ, entry=((1, 1),))), True),
    (rule(box(OFFICE, DMZ, state=((1, 1),))), rule(box(OFFICE, DMZ)), False),
])  # fmt: skip
def test_the_first_rule_that_takes_it_all_is_named(first: Rule, second: Rule, shadowed: bool) -> None:
    judged = judge([replace(first, line=7), replace(second, line=9)], PLANT)[1]
    assert (judged.verdict == V.SHADOWED) == shadowed
    assert ("Line 7 comes first" in judged.words) == shadowed


def test_the_flows_that_a_rule_touches_are_told() -> None:
    assert against(rule(box(OFFICE, DMZ, port=ALL_PORTS)), PLANT).flows == (1, 2)


def test_what_falls_into_too_many_pieces_counts_as_not_covered() -> None:
    with pytest.raises(TooMany):
        uncovered(ALLOW_ALL, [box(OFFICE, DMZ)] * 3, [2])


small = st.integers(0, 40)
sets = st.lists(st.tuples(small, small).map(lambda pair: (min(pair), max(pair))), min_size=1, max_size=3).map(spans)
boxes = st.tuples(sets, sets, sets, sets).map(lambda told: Box(*told))
plants = st.builds(
    lambda covers, inside: Plant(tuple(Declared(n, f"F{n}", (one,)) for n, one in enumerate(covers)), tuple(inside)),
    st.lists(boxes, max_size=5), st.lists(boxes, max_size=2),
)  # fmt: skip


def points(found: Spans) -> set[int]:
    """Every number of a small set."""
    return {one for low, high in found for one in range(low, high + 1)}


@given(sets, sets)
def test_sets_are_sets(one: Spans, other: Spans) -> None:
    assert points(meet(one, other)) == points(one) & points(other)
    assert points(minus(one, other)) == points(one) - points(other)
    assert points(join(one, other)) == points(one) | points(other)
    assert within(one, other) == (points(one) <= points(other))


@given(boxes, boxes)
def test_a_box_without_another_and_what_they_share_is_the_box(one: Box, other: Box) -> None:
    def size(box: Box) -> int:
        return len(points(box[0])) * len(points(box[1])) * len(points(box[2])) * len(points(box[3]))

    both = common(one, other)
    pieces = list(without(one, other))
    assert sum(map(size, pieces)) + (size(both) if both else 0) == size(one)
    assert all(common(piece, other) is None for piece in pieces)


@given(boxes, boxes, plants)
def test_a_rule_narrower_than_a_covered_one_is_covered(one: Box, other: Box, plant: Plant) -> None:
    both = common(one, other)
    if both is not None and against(rule(one), plant).verdict == V.COVERED:
        assert against(rule(both), plant).verdict == V.COVERED


@given(boxes, plants, st.integers(0, 4))
def test_taking_a_flow_away_makes_nothing_declared(one: Box, plant: Plant, gone: int) -> None:
    order = [V.UNDECLARED, V.TOO_WIDE, V.COVERED]
    before, after = (against(rule(one), kept).verdict for kept in (plant, replace(plant, flows=plant.flows[:gone] + plant.flows[gone + 1 :])))  # fmt: skip
    assert order.index(after) <= order.index(before)


@given(boxes, boxes, plants)
def test_a_wider_rule_is_never_better(one: Box, other: Box, plant: Plant) -> None:
    if against(rule(one, other), plant).verdict == V.COVERED:
        assert against(rule(one), plant).verdict == V.COVERED


@given(boxes, plants)
def test_a_rule_is_covered_by_a_flow_of_just_its_traffic(one: Box, plant: Plant) -> None:
    more = replace(plant, flows=(*plant.flows, Declared(99, "itself", (one,))))
    assert against(rule(one), more).verdict == V.COVERED


@given(boxes, boxes, plants)
def test_of_two_rules_the_second_is_shadowed_when_it_is_narrower(one: Box, other: Box, plant: Plant) -> None:
    both = common(one, other)
    if both is not None:
        assert judge([rule(one), rule(both)], plant)[1].verdict == V.SHADOWED
