"""When a process that died is started again, and when the portal counts as started."""

import pytest

from stack.keeping import Restarts
from stack.run import failing


def delays(deaths: list[float]) -> list[float]:
    """Return how long after each death (seconds) the restart comes."""
    restarts = Restarts()
    return [restarts.due_at(moment) - moment for moment in deaths]


@pytest.mark.parametrize(
    ("deaths", "expected"),
    [
        ([100], [0.5]),
        ([100, 101, 103, 106, 111], [0.5, 1, 2, 4, 8]),
        ([100, 170, 240], [0.5, 0.5, 0.5]),
        ([100, 101, 102, 103, 104, 112.5], [0.5, 1, 2, 4, 8, 48]),
    ],
)
def test_each_restart_waits_longer_and_none_is_the_sixth_in_a_minute(
    deaths: list[float], expected: list[float]
) -> None:
    assert delays(deaths) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"checks": {"database": "ok", "broker": "ok", "beat": "not seen yet"}}', ""),
        ('{"checks": {"database": "does not answer", "broker": "ok", "beat": "unknown"}}', "database does not answer"),
        ("<h1>Service unavailable</h1>", "<h1>Service unavailable</h1>"),
        ('{"status": "failing"}', '{"status": "failing"}'),
    ],
)
def test_beat_alone_keeps_nobody_waiting(answer: str, expected: str) -> None:
    assert failing(answer) == expected
