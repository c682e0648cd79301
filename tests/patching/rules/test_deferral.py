"""A deferral falls when waiting becomes worse, and only then."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching.rules.deferral import URGENCY, rank, worse
from patching.rules.priority import Priority


@pytest.mark.parametrize(
    ("fact", "frozen", "live", "falls"),
    [
        ("exploited", "no", "yes", True), ("exploited", "yes", "no", False),
        ("priority", "Attend", "Act", True), ("priority", "Act", "Attend", False), ("priority", "Track*", "none open", False),
        ("priority", "none open", "Track", True),
        ("countermeasure", "Port closed", "Nothing", True), ("patch", "CPU 1.0", "CPU 1.1", True), ("patch", "CPU 1.0", "CPU 1.0", False),
    ],
)  # fmt: skip
def test_what_ends_it(fact: str, frozen: str, live: str, falls: bool) -> None:
    assert worse(fact, frozen, live) is falls


@given(st.sampled_from(URGENCY), st.sampled_from(URGENCY))
def test_of_two_priorities_one_way_at_most_is_worse(one: str, other: str) -> None:
    assert (worse("priority", one, other) + worse("priority", other, one)) == (one != other)


def test_act_is_the_most_urgent() -> None:
    assert max(URGENCY, key=rank) == Priority.ACT.label
