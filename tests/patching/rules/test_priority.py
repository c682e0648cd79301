"""The decision table and due days: complete, and never calmer when things get worse."""

from datetime import date
from itertools import pairwise, product

import pytest

from patching.rules.priority import (
    INTERVALS,
    Criticality,
    Exploitation,
    Exposure,
    Interval,
    Priority,
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
def test_exposure(level: float | None, external: bool, expected: str) -> None:
    assert exposure(level, external=external) == expected


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


def test_the_policys_own_table_counts() -> None:
    own = {**INTERVALS, Priority.TRACK: Interval(10, "patch policy 4.2")}
    decided = urgency(Exploitation.NONE, Exposure.SMALL, Criticality.LOW, known_on=date(2026, 3, 1), intervals=own)
    assert (decided.due_on, decided.source) == (date(2026, 3, 11), "patch policy 4.2")
