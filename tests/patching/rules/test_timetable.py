"""Visits come by elapsed time: the days on which the clocks change neither skip nor double one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from patching.rules.timetable import LONGEST_WAIT, next_poll, recheck_due

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "hours_of_day"), [(datetime(2026, 3, 29, tzinfo=BERLIN), 23), (datetime(2026, 10, 25, tzinfo=BERLIN), 25)]
)
@pytest.mark.parametrize("every", [1, 2, 6])
def test_a_day_of_clock_change_has_as_many_visits_as_it_has_intervals(
    day: datetime, hours_of_day: int, every: int
) -> None:
    start = day.astimezone(UTC)
    end = (day + timedelta(days=1)).astimezone(UTC)
    assert end - start == timedelta(hours=hours_of_day)
    visits, last, now = [], start - timedelta(hours=every), start
    while now < end:
        if next_poll(last_started=last, every_hours=every, failures=0, seed=1) <= now:
            visits.append(now)
            last = now
        now += timedelta(minutes=1)
    assert len(visits) == -(-hours_of_day // every)
    assert {later - earlier for earlier, later in pairwise(visits)} == {timedelta(hours=every)}


def test_failures_wait_longer_and_longer_and_not_all_alike() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    waits = [next_poll(last_started=at, every_hours=6, failures=count, seed=7) - at for count in range(1, 9)]
    assert waits == sorted(waits[:5]) + waits[5:]
    assert all(timedelta(hours=24) <= wait <= timedelta(hours=28.8) for wait in waits[4:])
    others = {next_poll(last_started=at, every_hours=6, failures=3, seed=seed) for seed in range(20)}
    assert len(others) == 20
    again = next_poll(last_started=at, every_hours=6, failures=3, seed=7)
    assert again == at + waits[2]


def test_what_a_site_asks_for_is_kept_within_reason() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    wish = at + timedelta(hours=30)
    assert next_poll(last_started=at, every_hours=6, failures=1, seed=1, retry_at=wish) == wish
    assert next_poll(last_started=at, every_hours=6, failures=0, seed=1, retry_at=at) == at + timedelta(hours=6)
    never = at + timedelta(days=4000)
    assert next_poll(last_started=at, every_hours=6, failures=1, seed=1, retry_at=never) == at + LONGEST_WAIT


def test_every_hash_is_compared_once_a_day() -> None:
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert recheck_due(now=now, last=None)
    assert recheck_due(now=now, last=now - timedelta(hours=24))
    assert not recheck_due(now=now, last=now - timedelta(hours=23, minutes=59))
