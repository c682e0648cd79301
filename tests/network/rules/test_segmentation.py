"""Segmentation: each rule finds what breaks it and names the way, and leaves a sound plan alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.rules.plan import Plan, PlanConduit, PlanFlow, PlanZone
from network.rules.segmentation import RULES, violations

INTERNET = PlanZone(id=1, name="Internet", level=5, external=True)
OFFICE = PlanZone(id=2, name="Office", level=4, external=True, sl_t=(1,) * 7)
DMZ = PlanZone(id=3, name="DMZ", level=3.5, gateway=True, sl_t=(2,) * 7)
OPS = PlanZone(id=4, name="Operations", level=3, sl_t=(2,) * 7)
SCADA = PlanZone(id=5, name="Control room", level=2, sl_t=(2,) * 7)
LINE = PlanZone(id=6, name="Line", level=1, sl_t=(2,) * 7)
SIS = PlanZone(id=7, name="Shut-off", level=1, safety=True, sl_t=(3,) * 7)
ZONES = (INTERNET, OFFICE, DMZ, OPS, SCADA, LINE, SIS)
RDP = PlanFlow(initiator=1, protocol="RDP", remote_session=True)


def joined(number: int, one: PlanZone, other: PlanZone, guard: str = "FW1", **given: object) -> PlanConduit:
    """A conduit between two zones."""
    return PlanConduit(id=number, name=f"C{number}", zone_a=one.id, zone_b=other.id, guard=guard, **given)  # type: ignore[arg-type]


SOUND = (
    joined(1, INTERNET, DMZ, flows=(RDP,)), joined(2, OFFICE, DMZ), joined(3, DMZ, OPS), joined(4, OPS, SCADA),
    joined(5, SCADA, LINE), joined(6, LINE, SIS), joined(7, INTERNET, OFFICE),
)  # fmt: skip


def found(*more: PlanConduit, zones: tuple[PlanZone, ...] = ZONES) -> list[tuple[str, int, tuple[int, ...]]]:
    """What breaks a rule when conduits are added to the sound plan, or take the place of one of the same id."""
    kept = {one.id: one for one in (*SOUND, *more)}
    return [(one.rule, one.conduit, one.way) for one in violations(Plan(zones, tuple(kept.values())))]


def test_a_sound_plan_breaks_nothing() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("conduit", "expected"),
    [
        (joined(9, OFFICE, OPS), [("DMZ", 9, (2, 4)), ("LEVEL", 9, (2, 4))]),
        (joined(9, DMZ, LINE), [("LEVEL", 9, (3, 6))]),
        (joined(9, OPS, SIS), [("LEVEL", 9, (4, 7)), ("SAFETY", 9, (4, 7))]),
        (joined(6, LINE, SIS, guard=""), [("SAFETY", 6, (6, 7)), ("BOUNDARY", 6, (6, 7))]),
        (joined(6, LINE, SIS, guard="", controls="Data diode"), [("SAFETY", 6, (6, 7))]),
    ],
)
def test_a_conduit_that_breaks_a_rule_is_named_with_its_way(conduit: PlanConduit, expected: list[object]) -> None:
    assert found(conduit) == expected


def test_the_way_past_the_dmz_is_told_from_its_start() -> None:
    peer = PlanZone(id=8, name="Other works", level=3, external=True)
    plan = Plan((*ZONES, peer), (*SOUND, joined(8, OFFICE, peer), joined(9, peer, OPS)))
    (one,) = [one for one in violations(plan) if one.rule == "DMZ"]
    assert (one.conduit, one.way) == (9, (2, 8, 4))
    assert one.sentence == "Office > Other works > Operations: business reaches the plant past the DMZ."


def test_a_remote_session_needs_a_gateway_where_it_ends() -> None:
    bare = replace(DMZ, gateway=False)
    assert ("REMOTE", 1, (1, 3)) in found(zones=tuple(bare if zone is DMZ else zone for zone in ZONES))
    asked_from_inside = replace(RDP, initiator=3)
    assert found(joined(1, INTERNET, DMZ, flows=(asked_from_inside,))) == []


def test_every_rule_can_be_broken() -> None:
    assert {rule.code for rule in RULES} == {"DMZ", "LEVEL", "SAFETY", "REMOTE", "BOUNDARY"}


@given(st.lists(st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)), max_size=12), st.data())
def test_taking_a_conduit_away_breaks_no_more_rules(
    pairs: list[tuple[PlanZone, PlanZone]], data: st.DataObject
) -> None:
    conduits = tuple(joined(n, one, other, guard="") for n, (one, other) in enumerate(pairs) if one is not other)
    before = {(one.rule, one.conduit) for one in violations(Plan(ZONES, conduits))}
    if conduits:
        gone = data.draw(st.sampled_from(conduits))
        after = violations(Plan(ZONES, tuple(one for one in conduits if one is not gone)))
        assert {(one.rule, one.conduit) for one in after} <= before
