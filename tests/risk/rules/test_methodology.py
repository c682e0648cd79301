"""Methodologies and standings: tables of cases, and the laws that hold for any of them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from risk.rules.methodology import CATEGORIES, BadMethodology, read
from risk.rules.standing import Measure, proposed_target, stand

DEFAULT = yaml.safe_load((Path(__file__).resolve().parents[3] / "risk" / "data" / "methodology.yaml").read_text())
METHOD = read(DEFAULT)
SMALL = {
    "likelihoods": ["rare", "often"], "impacts": ["small", "large", "huge"], "matrix": [[1, 1, 2], [1, 2, 2]], "tolerable": 1,
    "levels": [{"name": "ok", "accepted_days": 30, "reassess_months": 12}, {"name": "bad", "accepted_days": 10, "reassess_months": 1}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"likelihoods": ["one"]}, "likelihoods"), ({"impacts": "many"}, "impacts"), ({"levels": []}, "levels"),
        ({"levels": [{"name": "ok"}, {"name": "bad"}]}, "levels[1]"), ({"matrix": [[1, 1, 2]]}, "matrix"),
        ({"matrix": [[1, 1, 2], [1, 9, 2]]}, "matrix[2][2]"), ({"matrix": [[2, 1, 2], [1, 2, 2]]}, "matrix[1][2]"),
        ({"matrix": [[1, True, 2], [1, 2, 2]]}, "matrix[1][2]"), ({"tolerable": 3}, "tolerable"), ({"tolerable": None}, "tolerable"),
        ({"thresholds": {"luck": ["a", "b", "c"]}}, "thresholds.luck"), ({"thresholds": {"safety": ["a"]}}, "thresholds.safety"),
        ({"thresholds": 3}, "thresholds"), ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(BadMethodology) as refused:
        read(SMALL | change)
    assert refused.value.problems[0][0] == place


@pytest.mark.parametrize("nothing", [None, [], "x", 3])
def test_a_definition_that_is_none_is_refused(nothing: Any) -> None:
    with pytest.raises(BadMethodology):
        read(nothing)


def test_any_size_of_matrix_is_read() -> None:
    small = read(SMALL)
    assert [small.level(likelihood, impact) for likelihood in (1, 2) for impact in (1, 2, 3)] == [1, 1, 2, 1, 2, 2]
    assert (small.level(99, 99), small.level(-1, 0), small.named(2), small.named(7)) == (2, 1, "bad", "")


@pytest.mark.parametrize(
    ("likelihood", "impacts", "measures", "priority", "levels"),
    [
        (4, {"safety": 4}, [], "", (4, 4, 4)),
        (4, {"safety": 2, "production": 4}, [Measure(1, 0, True)], "", (4, 3, 3)),
        (4, {"safety": 4}, [Measure(2, 0, False)], "", (4, 4, 2)),
        (4, {"safety": 4}, [Measure(2, 0, True), Measure(0, 2, False)], "", (4, 2, 2)),
        (2, {"production": 4}, [], "ACT", (2, 4, 2)),
        (2, {"production": 4}, [], "ATTEND", (2, 4, 2)),
        (2, {"production": 4}, [], "TRACK", (2, 2, 2)),
        (5, {"safety": 5}, [Measure(9, 9, True)], "", (4, 1, 1)),
        (1, {}, [], "", (1, 1, 1)),
    ],
)
def test_where_a_risk_stands(
    likelihood: int, impacts: dict[str, int], measures: list[Measure], priority: str, levels: tuple[int, ...]
) -> None:
    told = stand(METHOD, likelihood=likelihood, impacts=impacts, measures=measures, priority=priority)
    assert (told.unmitigated.level, told.current.level, told.residual.level) == levels


MEASURES = st.lists(st.builds(Measure, st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=5)
IMPACTS = st.dictionaries(st.sampled_from(CATEGORIES), st.integers(1, 5))
PRIORITIES = st.sampled_from(["", "ACT", "ATTEND", "TRACK"])


@given(st.integers(1, 5), IMPACTS, MEASURES, PRIORITIES)
def test_residual_never_lies_above_current_and_nothing_above_unmitigated_without_vulnerabilities(
    likelihood: int, impacts: dict[str, int], measures: list[Measure], priority: str
) -> None:
    told = stand(METHOD, likelihood=likelihood, impacts=impacts, measures=measures, priority=priority)
    assert told.residual.level <= told.current.level
    calm = stand(METHOD, likelihood=likelihood, impacts=impacts, measures=measures)
    assert calm.current.level <= calm.unmitigated.level
    assert calm.current.level <= told.current.level


@given(st.integers(1, 4), IMPACTS, MEASURES, PRIORITIES, st.sampled_from(CATEGORIES))
def test_more_likelihood_or_impact_never_lowers_a_level(
    likelihood: int, impacts: dict[str, int], measures: list[Measure], priority: str, category: str
) -> None:
    one = stand(METHOD, likelihood=likelihood, impacts=impacts, measures=measures, priority=priority)
    worse = impacts | {category: min(5, impacts.get(category, 1) + 1)}
    for other in (
        stand(METHOD, likelihood=likelihood + 1, impacts=impacts, measures=measures, priority=priority),
        stand(METHOD, likelihood=likelihood, impacts=worse, measures=measures, priority=priority),
    ):
        assert other.current.level >= one.current.level
        assert other.residual.level >= one.residual.level


@given(
    st.integers(1, 5),
    IMPACTS,
    MEASURES,
    PRIORITIES,
    st.builds(Measure, st.integers(0, 4), st.integers(0, 4), st.booleans()),
)
def test_one_measure_more_never_raises_a_level(
    likelihood: int, impacts: dict[str, int], measures: list[Measure], priority: str, more: Measure
) -> None:
    one = stand(METHOD, likelihood=likelihood, impacts=impacts, measures=measures, priority=priority)
    other = stand(METHOD, likelihood=likelihood, impacts=impacts, measures=[*measures, more], priority=priority)
    assert other.current.level <= one.current.level
    assert other.residual.level <= one.residual.level


@pytest.mark.parametrize(
    ("level", "levels", "target"),
    [(1, 4, 1), (2, 4, 2), (4, 4, 4), (1, 3, 2), (3, 3, 4), (1, 5, 1), (5, 5, 4), (1, 10, 1), (10, 10, 4)],
)
def test_a_risk_proposes_a_target_level(level: int, levels: int, target: int) -> None:
    assert proposed_target(level, levels) == target
