"""The decision table and due days: complete, and never calmer when things get worse."""

from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from typing import Any

import pytest

from assets.rules.reach import Way
from patching.rules.priority import (
    INTERVALS,
    STANDARD,
    Criticality,
    Exploitation,
    Exposure,
    Interval,
    Priority,
    Table,
    Unsound,
    exploitation,
    exposure,
    priority,
    urgency,
)

RANK = list(Priority)


def test_every_input_decides_and_worse_input_never_calms() -> None:
    for exploited, exposed, criticality in product(Exploitation, Exposure, Criticality):
        decided = RANK.index(priority(exploited, exposed, criticality))
        for worse in list(Exploitation)[list(Exploitation).index(exploited) :]:
            assert RANK.index(priority(worse, exposed, criticality)) >= decided
        for worse_place in list(Exposure)[list(Exposure).index(exposed) :]:
            assert RANK.index(priority(exploited, worse_place, criticality)) >= decided
    for exploited, exposed in product(Exploitation, Exposure):
        row = [RANK.index(priority(exploited, exposed, criticality)) for criticality in Criticality]
        assert all(a <= b for a, b in pairwise(row))


@pytest.mark.parametrize(
    ("kev", "epss", "expected"),
    [
        (True, None, "ACTIVE"),
        (True, 0.0, "ACTIVE"),
        (False, 0.1, "PUBLIC"),
        (False, 0.099, "NONE"),
        (False, None, "NONE"),
    ],
)
def test_exploitation(kev: bool, epss: float | None, expected: str) -> None:
    assert exploitation(kev=kev, epss=epss) == expected


@pytest.mark.parametrize(
    ("level", "external", "expected"),
    [
        (1, False, "SMALL"),
        (2.5, False, "SMALL"),
        (3, False, "CONTROLLED"),
        (3.5, False, "CONTROLLED"),
        (4, False, "OPEN"),
        (1, True, "OPEN"),
        (None, False, "OPEN"),
    ],
)
def test_exposure_of_a_zone_without_conduits_follows_its_level(
    level: float | None, external: bool, expected: str
) -> None:
    assert exposure(level, external=external)[0] == expected


@pytest.mark.parametrize(
    ("way", "expected", "told"),
    [
        (Way(("Internet", "Cell"), 0), "OPEN", "Internet > Cell, passing 0 boundary devices"),
        (Way(("Internet", "DMZ", "Cell"), 1), "CONTROLLED", "passing 1 boundary device"),
        (Way(("Internet", "DMZ", "Site", "Cell"), 2), "CONTROLLED", "passing 2 boundary devices"),
        (Way(("Internet", "DMZ", "Site", "Cell"), 3), "SMALL", "passing 3"),
        (None, "SMALL", "no declared flow"),
    ],
)
def test_exposure_follows_the_least_guarded_way(way: Way | None, expected: str, told: str) -> None:
    found, why = exposure(4, drawn=True, way=way)
    assert found == expected
    assert told in why


@pytest.mark.parametrize(
    ("exploited", "exposed", "criticality", "label", "due"),
    [
        (Exploitation.ACTIVE, Exposure.OPEN, Criticality.SAFETY, "Act", date(2026, 3, 4)),
        (Exploitation.ACTIVE, Exposure.CONTROLLED, Criticality.HIGH, "Act", date(2026, 3, 15)),
        (Exploitation.PUBLIC, Exposure.CONTROLLED, Criticality.HIGH, "Attend", date(2026, 3, 31)),
        (Exploitation.NONE, Exposure.SMALL, Criticality.SAFETY, "Track*", date(2026, 5, 30)),
        (Exploitation.NONE, Exposure.SMALL, Criticality.LOW, "Track", date(2027, 3, 1)),
    ],
)
def test_due_day(exploited: Exploitation, exposed: Exposure, criticality: Criticality, label: str, due: date) -> None:
    decided = urgency(exploited, exposed, criticality, known_on=date(2026, 3, 1))
    assert (decided.priority.label, decided.due_on) == (label, due)
    assert decided.source in decided.sentence


def test_the_organisations_own_table_counts() -> None:
    own = replace(STANDARD, intervals={**INTERVALS, Priority.TRACK: Interval(10, "patch policy 4.2")})
    decided = urgency(Exploitation.NONE, Exposure.SMALL, Criticality.LOW, known_on=date(2026, 3, 1), table=own)
    assert (decided.due_on, decided.source) == (date(2026, 3, 11), "patch policy 4.2")


def test_a_table_comes_back_as_it_was_kept() -> None:
    kept = STANDARD.to_json()
    assert len(kept["decisions"]) == 36
    again = Table.from_json(kept["decisions"], kept["intervals"], name=STANDARD.name, epss_threshold=0.1)
    assert again.to_json() == kept
    assert again.decisions == STANDARD.decisions


@pytest.mark.parametrize(
    ("part", "spoil", "told"),
    [
        ("decisions", {"NONE/SMALL/LOW": "NEVER"}, "NONE/SMALL/LOW must be one of"),
        ("decisions", {"NONE/SMALL": "ACT"}, "Give all 36 cells"),
        ("intervals", {"ACT": {"days": 0, "source": "policy"}}, "whole number from 1"),
        ("intervals", {"ACT": {"days": True, "source": "policy"}}, "whole number from 1"),
        ("intervals", {"ACT": {"days": 5, "source": " "}}, "where the days of ACT come from"),
        ("intervals", {"LATER": {"days": 5, "source": "x"}}, "for each of"),
    ],
)
def test_an_unsound_table_is_refused(part: str, spoil: dict[str, Any], told: str) -> None:
    kept = STANDARD.to_json()
    kept[part] |= spoil
    with pytest.raises(Unsound, match=told) as refused:
        Table.from_json(kept["decisions"], kept["intervals"], name="own", epss_threshold=0.1)
    assert refused.value.part == part
