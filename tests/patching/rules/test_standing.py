"""Where an asset's patches stand is one word, the worst first."""

from datetime import date

import pytest

from patching.rules.standing import standing

TODAY, PAST, SOON, LATER = date(2026, 11, 23), date(2026, 11, 22), date(2026, 11, 30), date(2027, 1, 31)


@pytest.mark.parametrize(
    ("deployments", "verdicts", "state"),
    [
        ([], [], "CURRENT"),
        ([], ["REVIEW"], "REVIEW"),
        ([], ["AFFECTED", "REVIEW"], "NO_FIX"),
        ([("AVAILABLE", SOON)], ["AFFECTED"], "AVAILABLE"),
        ([("IN_TEST", TODAY)], ["AFFECTED"], "IN_TEST"),
        ([("IN_TEST", PAST)], ["AFFECTED"], "OVERDUE"),
        ([("SCHEDULED", LATER), ("IN_TEST", SOON)], ["AFFECTED"], "IN_TEST"),
        ([("SCHEDULED", SOON), ("AVAILABLE", None)], ["AFFECTED"], "SCHEDULED"),
        ([("SCHEDULED", SOON), ("AVAILABLE", SOON)], ["AFFECTED"], "AVAILABLE"),
        ([("DEFERRED", PAST)], ["AFFECTED"], "DEFERRED"),
        ([("DEFERRED", PAST), ("SCHEDULED", LATER)], ["AFFECTED"], "SCHEDULED"),
        ([("INSTALLED", PAST)], [], "INSTALLED"),
        ([("INSTALLED", PAST)], ["AFFECTED"], "NO_FIX"),
    ],
)
def test_the_worst_comes_first(deployments: list[tuple[str, date | None]], verdicts: list[str], state: str) -> None:
    assert standing(deployments, verdicts, on=TODAY) == state
