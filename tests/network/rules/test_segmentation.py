"""Segmentation: each rule finds what breaks it and names the way, and leaves a sound plan alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.rules.plan import Plan, PlanConduit, PlanDevice, PlanFlow, PlanZone
from network.rules.segmentation import RULES, Violation, violations

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
    assert {rule.code for rule in RULES} == {
        "DMZ", "LEVEL", "SAFETY", "TEMPORARY", "WIRELESS", "EXTERNAL", "REMOTE", "BOUNDARY",
    }  # fmt: skip


RADIO = PlanDevice(name="Tablet", wireless=True)
MODEM = PlanDevice(name="Modem", mobile=True, carries=True)
LEG = PlanDevice(name="Server", beyond=OFFICE.id)
ACCESS_POINT = PlanDevice(name="Access point", wireless=True, carries=True)


def stands(zone: PlanZone, **given: object) -> tuple[PlanZone, ...]:
    """The zones, of which one holds something more."""
    return tuple(replace(one, **given) if one is zone else one for one in ZONES)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "given", "expected"),
    [
        (LINE, {"visitors": ("Laptop",), "ends": 3}, [("TEMPORARY", (6,))]),
        (LINE, {"visitors": ("Laptop",)}, []),
        (INTERNET, {"visitors": ("Laptop",), "ends": 3}, []),
        (LINE, {"devices": (RADIO,), "ends": 3}, [("WIRELESS", (6,))]),
        (LINE, {"devices": (RADIO,), "ends": 1}, []),
        (LINE, {"devices": (ACCESS_POINT,), "ends": 1}, [("WIRELESS", (6,))]),
        (LINE, {"devices": (ACCESS_POINT, RADIO), "ends": 1}, []),
        (OFFICE, {"devices": (RADIO, LEG), "ends": 9}, []),
        (LINE, {"devices": (MODEM,), "ends": 1}, [("EXTERNAL", (6,))]),
        (LINE, {"devices": (MODEM,)}, []),
        (LINE, {"devices": (LEG,), "ends": 2}, [("EXTERNAL", (2, 6))]),
        (LINE, {"devices": (LEG, MODEM), "ends": 1}, []),
        (DMZ, {"devices": (LEG, MODEM), "ends": 9}, []),
        (LINE, {"devices": (RADIO, LEG), "ends": 2}, [("WIRELESS", (6,)), ("EXTERNAL", (2, 6))]),
    ],
)
def test_devices_of_a_kind_stand_in_zones_of_their_own(
    zone: PlanZone, given: dict[str, object], expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    told = violations(Plan(stands(zone, **given), SOUND))
    assert [(one.rule, one.way) for one in told] == expected
    assert {one.place for one in told} <= {(zone.id, None)}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"visitors": ("Laptop 2", "Laptop 1"), "ends": 3}, "Line: where devices stand for good, others may be joined for a time: Laptop 1, Laptop 2."),
        ({"devices": (RADIO,), "ends": 3}, "Line: among wired devices stand wireless ones: Tablet."),
        ({"devices": (LEG, MODEM), "ends": 3}, "Office and mobile network > Line: joined from outside, among devices that are not: Modem, Server."),
    ],
)  # fmt: skip
def test_the_sentence_names_devices_and_way(given: dict[str, object], sentence: str) -> None:
    assert [one.sentence for one in violations(Plan(stands(LINE, **given), SOUND))] == [sentence]


@pytest.mark.parametrize(
    "given", [{"visitors": ("Laptop",)}, {"devices": (RADIO,), "ends": 1}, {"devices": (LEG,), "ends": 1}]
)
@pytest.mark.parametrize(
    ("guard", "controls", "kept"), [("FW1", "", True), ("", "Access list", True), ("", " ", False)]
)
def test_a_zone_of_their_own_has_a_boundary(given: dict[str, object], guard: str, controls: str, kept: bool) -> None:
    told = violations(Plan(stands(LINE, **given), (joined(5, SCADA, LINE, guard=guard, controls=controls),)))
    assert [one.way for one in told] == ([] if kept else [(6, 5)])


def test_a_sentence_does_not_move_with_devices_that_it_is_not_about() -> None:
    told = {violations(Plan(stands(LINE, devices=(RADIO,), ends=many), SOUND))[0] for many in (2, 3, 40)}
    assert len(told) == 1


def test_a_long_list_is_cut() -> None:
    names = tuple(f"Laptop {number:02}" for number in range(20))
    (one,) = violations(Plan(stands(LINE, visitors=names, ends=1), SOUND))
    assert one.sentence.endswith("Laptop 06, Laptop 07 and 12 more.")


DEVICES = st.builds(
    PlanDevice, name=st.sampled_from("ABCDEF"), wireless=st.booleans(), mobile=st.booleans(), carries=st.booleans(),
    beyond=st.sampled_from((None, 1, 2)),
)  # fmt: skip


@st.composite
def filled(draw: st.DrawFn) -> tuple[PlanZone, ...]:
    """The zones with all that may stand in them."""
    zones = []
    for zone in ZONES:
        devices = tuple(draw(st.lists(DEVICES, max_size=4)))
        ends = sum(not one.carries for one in devices) + draw(st.integers(0, 3))
        zones.append(replace(zone, devices=devices, ends=ends, visitors=tuple(draw(st.sets(st.sampled_from("XYZ"))))))
    return tuple(zones)


def apart(told: list[Violation]) -> set[tuple[str, int]]:
    """The zones that mix devices, each with the rule."""
    return {(one.rule, one.zone) for one in told if one.zone is not None}


@given(filled())
def test_a_zone_breaks_a_rule_exactly_when_both_kinds_stand_in_it(zones: tuple[PlanZone, ...]) -> None:
    expected = set()
    for zone in zones:
        plain = zone.ends - sum(not one.carries for one in zone.devices)
        for code, kind in (("WIRELESS", "wireless"), ("EXTERNAL", "outside")):
            theirs = [one for one in zone.devices if getattr(one, kind)]
            others = [one for one in zone.devices if not getattr(one, kind) and not one.carries]
            judged = not zone.external and (code == "WIRELESS" or not zone.dmz)
            if judged and theirs and (others or plain):
                expected.add((code, zone.id))
        if not zone.external and zone.visitors and zone.ends:
            expected.add(("TEMPORARY", zone.id))
    assert apart(violations(Plan(zones, SOUND))) == expected


@given(filled())
def test_a_zone_for_each_kind_mends_all(zones: tuple[PlanZone, ...]) -> None:
    split = []
    for zone in zones:
        kinds: dict[tuple[bool, bool], list[PlanDevice]] = {(False, False): []}
        for one in zone.devices:
            kinds.setdefault((one.wireless, one.outside), []).append(one)
        plain = zone.ends - sum(not one.carries for one in zone.devices)
        for n, (kind, devices) in enumerate(kinds.items()):
            ends = sum(not one.carries for one in devices) + (0 if any(kind) else plain)
            split.append(replace(zone, id=zone.id * 10 + n, devices=tuple(devices), ends=ends, visitors=()))
        split.append(replace(zone, id=zone.id * 10 + 9, devices=(), ends=0))
    assert apart(violations(Plan((*ZONES, *split), ()))) == set()


@given(st.lists(st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)), max_size=12), st.data())
def test_taking_a_conduit_away_breaks_no_more_rules(
    pairs: list[tuple[PlanZone, PlanZone]], data: st.DataObject
) -> None:
    zones = data.draw(filled())
    conduits = tuple(joined(n, one, other, guard="") for n, (one, other) in enumerate(pairs) if one is not other)
    before = {(one.rule, one.place) for one in violations(Plan(zones, conduits))}
    if conduits:
        gone = data.draw(st.sampled_from(conduits))
        after = violations(Plan(zones, tuple(one for one in conduits if one is not gone)))
        assert {(one.rule, one.place) for one in after} <= before
