"""When a maintenance window takes place: recurrences by the clock on the wall, which daylight saving neither skips nor doubles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY", "WKST"})  # fmt: skip
EVERY = {"DAILY": 1, "WEEKLY": 7}
MOST = {"INTERVAL": 999, "COUNT": 9999}
ONCE = "FREQ=DAILY;COUNT=1"
FIRST_YEAR, LAST_YEAR = 1970, 2199
TRIAL_YEAR, CALENDARS = 9943, 28
UNREADABLE = "This rule cannot be read. Write it such as FREQ=MONTHLY;BYDAY=1SU."


class UnreadableRule(ValueError):
    """A recurrence rule cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """First day, time on the wall, length, time zone, rule and the days that are left out."""

    starts_on: date
    starts_time: time
    minutes: int
    time_zone: str
    rule: str = ""
    without: frozenset[date] = frozenset()

    def check(self) -> None:
        """Raise UnreadableRule for a rule that this product does not follow, or that never comes true.

        It is tried on a calendar like that of the first year near the end of all, where dateutil soon gives up the search for a day.
        """
        if not FIRST_YEAR <= self.starts_on.year <= LAST_YEAR:
            raise UnreadableRule(f"The first day lies between {FIRST_YEAR} and {LAST_YEAR}.")
        parts, last = self._parts()
        if last is not None and last < self.starts_on:
            raise UnreadableRule("UNTIL lies before the first day.")
        alike = self.starts_on.replace(year=TRIAL_YEAR + (self.starts_on.year - TRIAL_YEAR) % CALENDARS)
        if next(iter(_read(parts, datetime.combine(alike, self.starts_time))), None) is None:
            raise UnreadableRule("This rule names no day that there is. Look at BYMONTH, BYMONTHDAY and BYDAY.")

    def between(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield (start, end) in UTC of each occurrence that begins within [first, last)."""
        zone = ZoneInfo(self.time_zone)
        from_day = first.astimezone(zone).date() - timedelta(days=1)
        to_day = last.astimezone(zone).date() + timedelta(days=1)
        for wall in self._wall(from_day, to_day):
            if wall.date() < from_day or wall.date() in self.without:
                continue
            start = on_wall(wall, zone)
            if first <= start < last:
                yield start, start + timedelta(minutes=self.minutes)

    def _wall(self, since: date, until: date) -> rrule:
        """Return the recurrence in the site's wall time, without zone, from before a day up to the end of another."""
        parts, last = self._parts()
        begins = datetime.combine(self.starts_on, self.starts_time)
        period = EVERY.get(parts["FREQ"], 0) * int(parts.get("INTERVAL", 1))
        if period and "COUNT" not in parts:  # what came long ago is passed over, in whole periods
            begins += timedelta(days=max((since - self.starts_on).days - period, 0) // period * period)
        return _read(parts, begins).replace(until=datetime.combine(min(until, last or until), time.max))

    def _parts(self) -> tuple[dict[str, str], date | None]:
        """Return the rule part by part, and the day of its UNTIL; raises UnreadableRule."""
        parts = dict(part.partition("=")[::2] for part in (self.rule or ONCE).upper().split(";"))
        if unknown := set(parts) - PARTS:
            raise UnreadableRule(f"'{min(unknown)}' is not understood here. Use FREQ, INTERVAL, BYDAY and their like.")
        if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
            raise UnreadableRule("Begin with FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY.")
        for name, most in MOST.items():
            told = parts.get(name, "1")
            if not (told.isascii() and told.isdigit() and len(told) < 9 and 1 <= int(told) <= most):
                raise UnreadableRule(f"{name} is a number from 1 to {most:,}.")
        own_end = parts.pop("UNTIL", "")
        try:
            return parts, datetime.strptime(own_end[:8], "%Y%m%d").date() if own_end else None
        except ValueError as wrong:
            raise UnreadableRule(UNREADABLE) from wrong


def _read(parts: dict[str, str], begins: datetime) -> rrule:
    try:
        read = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=begins)
    except (ValueError, TypeError, AttributeError, KeyError) as wrong:
        raise UnreadableRule(UNREADABLE) from wrong
    if not isinstance(read, rrule):
        raise UnreadableRule(UNREADABLE)
    return read


def on_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which a clock on the wall shows this: the first of two, the next one if the hour is left out."""
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    late, early = sorted((moment, wall.replace(tzinfo=zone, fold=1).astimezone(UTC)))[::-1]
    return early + _to_change(early, late, zone)


def _to_change(early: datetime, late: datetime, zone: ZoneInfo) -> timedelta:
    """Return how long after `early` the clock is put forward, to the minute."""
    offset, minutes = early.astimezone(zone).utcoffset(), int((late - early).total_seconds() // 60)
    steps = (timedelta(minutes=n) for n in range(minutes + 1))
    return next((step for step in steps if (early + step).astimezone(zone).utcoffset() != offset), late - early)


def days_in(text: str) -> frozenset[date]:
    """Read days such as 2026-12-27, 2027-01-03; ValueError if one is none."""
    return frozenset(date.fromisoformat(part.strip()) for part in text.split(",") if part.strip())
