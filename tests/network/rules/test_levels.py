"""The achieved level: tables of cases, and the laws that hold for any answers."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.rules.levels import HOLDS, Achieved, Answer, SystemRequirement, achieved, by_requirement

FR5 = [
    SystemRequirement("SR 5.1", 5, 1), SystemRequirement("SR 5.1 RE 1", 5, 2), SystemRequirement("SR 5.1 RE 2", 5, 3),
    SystemRequirement("SR 5.2", 5, 1), SystemRequirement("SR 5.2 RE 1", 5, 2), SystemRequirement("SR 5.1 RE 3", 5, 4),
]  # fmt: skip
M, N, C, X = Answer.MET, Answer.NOT_APPLICABLE, Answer.COMPENSATED, Answer.NOT_MET


@pytest.mark.parametrize(
    ("answers", "level", "caps"),
    [
        ({}, 0, ("SR 5.1", "SR 5.2")),
        ({"SR 5.1": M}, 0, ("SR 5.2",)),
        ({"SR 5.1": M, "SR 5.2": M}, 1, ("SR 5.1 RE 1", "SR 5.2 RE 1")),
        ({"SR 5.1": M, "SR 5.2": M, "SR 5.1 RE 2": M}, 1, ("SR 5.1 RE 1", "SR 5.2 RE 1")),
        ({"SR 5.1": N, "SR 5.2": C, "SR 5.1 RE 1": M, "SR 5.2 RE 1": M}, 2, ("SR 5.1 RE 2",)),
        ({"SR 5.1": X, "SR 5.2": M, "SR 5.1 RE 1": M, "SR 5.2 RE 1": M}, 0, ("SR 5.1",)),
        (dict.fromkeys([one.code for one in FR5], M), 4, ()),
    ],
)
def test_the_highest_level_at_which_everything_holds(
    answers: dict[str, Answer], level: int, caps: tuple[str, ...]
) -> None:
    assert achieved(FR5, answers)[4] == Achieved(5, level, caps)


def test_an_fr_of_which_nothing_is_asked_is_achieved() -> None:
    assert [one.level for one in achieved(FR5, {})] == [4, 4, 4, 4, 0, 4, 4]


@dataclass
class Place:
    sl_t: list[int] | None = None
    sl_a: list[int] | None = None


@pytest.mark.parametrize(
    ("place", "gaps"),
    [
        (Place([2, 2, 2, 2, 3, 0, 0], [4, 2, 1, 0, 1, 4, 4]), [0, 0, 1, 2, 2, 0, 0]),
        (Place([1, 2, 0, 0, 0, 0, 3], None), [1, 2, 0, 0, 0, 0, 3]),
        (Place(None, [4] * 7), [0] * 7),
    ],
)
def test_a_gap_is_what_is_missing_to_the_target(place: Place, gaps: list[int]) -> None:
    assert [one.gap for one in by_requirement(place)] == gaps


codes = st.sampled_from([one.code for one in FR5])


@given(st.dictionaries(codes, st.sampled_from(Answer)), codes, st.sampled_from(sorted(HOLDS)))
def test_holding_one_more_never_lowers_a_level(answers: dict[str, Answer], code: str, holds: Answer) -> None:
    before = [one.level for one in achieved(FR5, answers)]
    after = [one.level for one in achieved(FR5, {**answers, code: holds})]
    assert all(one <= other for one, other in zip(before, after, strict=True))


@given(st.dictionaries(codes, st.sampled_from(Answer)))
def test_the_caps_are_open_and_closing_them_all_raises_the_level(answers: dict[str, Answer]) -> None:
    reached = achieved(FR5, answers)[4]
    assert all(answers.get(code) not in HOLDS for code in reached.caps)
    if reached.caps:
        assert achieved(FR5, {**answers, **dict.fromkeys(reached.caps, M)})[4].level > reached.level
