"""Windows recur by the clock on the wall; the days on which it changes neither skip nor double one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching.rules.windows import Recurrence, UnreadableRule, days_in, on_wall

BERLIN = ZoneInfo("Europe/Berlin")


def starts(rule: str, first: str, at: time, since: str, until: str, **more: object) -> list[str]:
    recurrence = Recurrence(date.fromisoformat(first), at, 120, "Europe/Berlin", rule, **more)  # type: ignore[arg-type]
    found = recurrence.between(
        datetime.fromisoformat(since).replace(tzinfo=BERLIN), datetime.fromisoformat(until).replace(tzinfo=BERLIN)
    )
    return [start.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") for start, _end in found]


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        ("", "2026-11-29", ["2026-11-29 22:00"]),
        ("FREQ=WEEKLY;BYDAY=SU", "2026-11-22", ["2026-11-22 22:00", "2026-11-29 22:00"]),
        ("FREQ=MONTHLY;BYDAY=1SU", "2026-01-01", ["2026-12-06 22:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-01", ["2026-11-30 22:00"]),
        ("FREQ=WEEKLY;COUNT=2", "2026-11-15", ["2026-11-22 22:00"]),
        ("FREQ=WEEKLY;UNTIL=20261124T000000Z", "2026-11-15", ["2026-11-22 22:00"]),
    ],
)
def test_rules_of_rfc_5545(rule: str, first: str, expected: list[str]) -> None:
    until = "2026-12-07" if "1SU" in rule else "2026-12-02"
    assert starts(rule, first, time(22), "2026-11-20", until) == expected


def test_spring_forward_skips_none() -> None:
    """On 29 March 2026 the clock in Berlin goes from 02:00 to 03:00: a window at 02:30 begins at 03:00 that day."""
    found = starts("FREQ=DAILY", "2026-03-01", time(2, 30), "2026-03-28", "2026-03-31")
    assert found == ["2026-03-28 02:30", "2026-03-29 03:00", "2026-03-30 02:30"]


def test_autumn_back_doubles_none() -> None:
    """On 25 October 2026 half past two comes twice: the window takes place at the first, and once."""
    found = starts("FREQ=DAILY", "2026-10-01", time(2, 30), "2026-10-24", "2026-10-27")
    assert found == ["2026-10-24 02:30", "2026-10-25 02:30", "2026-10-26 02:30"]
    assert on_wall(datetime(2026, 10, 25, 2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_length_is_time_that_passes() -> None:
    recurrence = Recurrence(date(2026, 10, 25), time(1), 180, "Europe/Berlin")
    (start, end), = recurrence.between(datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))  # fmt: skip
    assert end - start == timedelta(hours=3)
    assert end.astimezone(BERLIN).hour == 3


def test_days_left_out() -> None:
    found = starts(
        "FREQ=WEEKLY", "2026-12-20", time(6), "2026-12-19", "2027-01-05", without=days_in("2026-12-27, 2027-01-03")
    )
    assert found == ["2026-12-20 06:00"]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=HOURLY", "FREQ=MINUTELY;INTERVAL=1", "BYDAY=SU", "every sunday", "FREQ=WEEKLY;BYEASTER=1", "FREQ=MONTHLY;BYDAY=9XX",
     "FREQ=WEEKLY;UNTIL=tomorrow", "FREQ=WEEKLY;INTERVAL=x", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=99999999999999999999",
     "FREQ=DAILY;COUNT=0", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=6;BYWEEKNO=50", "FREQ=WEEKLY;UNTIL=20251231"],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused(rule: str) -> None:
    with pytest.raises(UnreadableRule):
        Recurrence(date(2026, 1, 1), time(2), 60, "UTC", rule).check()


@pytest.mark.parametrize("first", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_first_day_beyond_any_plant_s_life_is_refused(first: date) -> None:
    with pytest.raises(UnreadableRule, match="between 1970 and 2199"):
        Recurrence(first, time(2), 60, "Europe/Berlin", "FREQ=DAILY").check()


@pytest.mark.parametrize(
    "rule", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=SU", ""]
)
def test_rare_and_usual_rules_may_stand(rule: str) -> None:
    Recurrence(date(2024, 2, 29), time(2), 60, "Europe/Berlin", rule).check()


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=SU", "FREQ=MONTHLY;BYDAY=-1SU"]
)
def test_a_window_of_long_ago_still_recurs_in_its_rhythm(rule: str) -> None:
    every = starts(rule, "2010-03-04", time(22), "2010-01-01", "2027-01-01")
    assert [day for day in every if day >= "2026-11"] == starts(
        rule, "2010-03-04", time(22), "2026-11-01", "2027-01-01"
    )
    assert every[-1] >= "2026-12"


def test_a_day_that_never_comes_is_found_out_soon() -> None:
    assert starts("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01", time(2), "2026-01-01", "2030-01-01") == []


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago"]),
    st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.times(),
)  # fmt: skip
def test_every_day_has_its_window_once_whatever_the_zone(zone: str, first: date, at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    recurrence = Recurrence(first, at, 30, zone, "FREQ=DAILY;COUNT=400")
    since = datetime.combine(first - timedelta(days=1), time(), UTC)
    found = [start for start, _end in recurrence.between(since, since + timedelta(days=410))]
    days = [start.astimezone(ZoneInfo(zone)).date() for start in found]
    assert days == sorted(set(days))
    assert len(days) == 400
