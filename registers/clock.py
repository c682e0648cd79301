"""The one place that domain code asks for the time, so that a year of history can be told in the order it happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the moment that counts as now: the true one, except while the demo's past is loaded."""
    return _told.get() or timezone.now()


def day_of(moment: datetime, site: Any = None) -> date:
    """Return the day of a moment by the clock of a site, UTC without one."""
    return moment.astimezone(ZoneInfo(site.time_zone if site is not None else "UTC")).date()


def telling() -> bool:
    """Say whether the past is being told: then nobody is woken and nothing is sent."""
    return _told.get() is not None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `moment` be now for everything inside; only the loader of the demo does this."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
