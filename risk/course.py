"""How many risks were open, above the line and at each level at the end of each month, from their history (R8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, F, Q, Window
from django.db.models.functions import Lead

from accounts.models import Site
from registers.history.past import tracked
from risk.models import Risk

MONTHS = 12


@dataclass(frozen=True)
class Point:
    """The risks of one day: all that were not closed, those above the line, and how many at each level, the lowest first."""

    on: date
    open: int
    above: int
    levels: tuple[int, ...]


def month_ends(on: date) -> list[date]:
    """Return the last days of the months before, and the day itself."""
    first = on.replace(day=1)
    return [*(first - relativedelta(months=back) - timedelta(days=1) for back in range(MONTHS - 1, -1, -1)), on]


def course(sites: Iterable[Site], *, on: date, levels: int) -> list[Point]:
    """Return a point for each month end and for the day, in one query; months before the first risk are left out."""
    days = month_ends(on)
    event: Any = next(event for model, event in tracked() if model is Risk)
    known = event.objects.filter(site__in=list(sites)).annotate(
        until=Window(Lead("pgh_created_at"), partition_by=F("pgh_obj"), order_by=F("pgh_id").asc())
    )
    asked: dict[str, Any] = {}
    for number, day in enumerate(days):
        end = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
        stood = (
            Q(pgh_created_at__lt=end)
            & (Q(until=None) | Q(until__gte=end))
            & ~Q(pgh_label="delete")
            & ~Q(status="CLOSED")
        )
        asked[f"o{number}"] = Count("pgh_id", filter=stood)
        asked[f"a{number}"] = Count("pgh_id", filter=stood & Q(above=True))
        for level in range(1, levels + 1):
            asked[f"l{number}_{level}"] = Count("pgh_id", filter=stood & Q(current=level))
    told = known.aggregate(**asked)
    points = [
        Point(
            day,
            told[f"o{number}"],
            told[f"a{number}"],
            tuple(told[f"l{number}_{level}"] for level in range(1, levels + 1)),
        )
        for number, day in enumerate(days)
    ]
    started = next((number for number, point in enumerate(points) if point.open), len(points))
    return points[started:]
