"""The demo's year: believable moments in a row, and the one way to do something at such a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from registers import clock
from registers.history.origin import because
from registers.models import Mail

ZONE = ZoneInfo("Europe/Berlin")
STEP = timedelta(minutes=3)


class Year:
    """Hands out moments relative to the day of loading, each later than the one before and none in the future."""

    def __init__(self, loaded_at: datetime) -> None:
        self.loaded_at = loaded_at
        self.today = loaded_at.astimezone(ZONE).date()
        self.last = datetime.combine(self.today - timedelta(days=366), time(8), ZONE)
        self.count = 0

    def moment(self, day: int) -> datetime:
        """Return the next moment on a day, counted from the day of loading, within working hours."""
        self.count += 1
        wanted = datetime.combine(self.today + timedelta(days=day), time(7, 30), ZONE)
        wanted += timedelta(minutes=self.count * 37 % 400, seconds=self.count * 13 % 60)
        if wanted <= self.last:
            wanted = self.last + STEP
        self.last = min(wanted, self.loaded_at)
        return self.last

    def soon(self) -> datetime:
        """Return a moment a few minutes after the last one."""
        self.last = min(self.last + STEP, self.loaded_at)
        return self.last


@contextmanager
def happening(moment: datetime, *, by: Any = None, step: str = "", reason: str = "") -> Iterator[None]:
    """Do what is inside in one transaction that history dates at `moment`; letters of a past year are not sent."""
    with clock.at(moment), because(by=by, step=step, reason=reason):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('csms.demo_now', %s, true)", [moment.isoformat()])
        yield
        Mail.objects.filter(created_at=moment).delete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('csms.demo_now', '', true)")
