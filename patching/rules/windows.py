"""When a maintenance window takes place: recurrences by the clock on the wall, which daylight saving neither skips nor doubles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, rrule, rrulestr

PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY", "WKST"})  # fmt: skip
LONGEST = timedelta(days=3660)


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
        """Raise UnreadableRule for a rule that this product does not follow."""
        self._wall(self.starts_on + timedelta(days=1))

    def between(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield (start, end) in UTC of each occurrence that begins within [first, last)."""
        zone = ZoneInfo(self.time_zone)
        from_day = first.astimezone(zone).date() - timedelta(days=1)
        to_day = last.astimezone(zone).date() + timedelta(days=1)
        for wall in self._wall(to_day):
            if wall.date() < from_day or wall.date() in self.without:
                continue
            start = on_wall(wall, zone)
            if first <= start < last:
                yield start, start + timedelta(minutes=self.minutes)

    def _wall(self, until: date) -> rrule:
        """Return the recurrence in the site's wall time, without zone, up to the end of a day."""
        begins, ends = datetime.combine(self.starts_on, self.starts_time), datetime.combine(until, time.max)
        ends = min(ends, begins + LONGEST)
        if not self.rule:
            return rrule(DAILY, dtstart=begins, count=1)
        parts = dict(part.partition("=")[::2] for part in self.rule.upper().split(";"))
        if unknown := set(parts) - PARTS:
            raise UnreadableRule(f"'{min(unknown)}' is not understood here. Use FREQ, INTERVAL, BYDAY and their like.")
        if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
            raise UnreadableRule("Begin with FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY.")
        own_end = parts.pop("UNTIL", "")
        try:
            if own_end:
                ends = min(ends, datetime.combine(datetime.strptime(own_end[:8], "%Y%m%d").date(), time.max))
            read = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=begins)
            bounded: rrule = read.replace(until=ends)  # type: ignore[union-attr]
        except (ValueError, TypeError, AttributeError, KeyError) as wrong:
            raise UnreadableRule("This rule cannot be read. Write it such as FREQ=MONTHLY;BYDAY=1SU.") from wrong
        return bounded


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
