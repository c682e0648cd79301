"""How conformity moved month by month: points that are worked out from history once and kept."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Site
from accounts.robots import robot
from programme.models import Judgement
from programme.rules import months_after
from programme.summary import HOME
from registers.clock import day_of
from registers.history.past import NotSettled, as_of
from registers.middleware import end_of_day
from reports.conformity import Row, conformity
from reports.models import ConformityPoint

MONTHS = 12


@dataclass(frozen=True)
class Point:
    """A month's shares in percent, None where nothing was there to share."""

    month: date
    judged: int | None
    computed: int | None

    @property
    def label(self) -> str:
        """The month as it stands below the chart."""
        return f"{self.month:%Y-%m}"


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """Return how many requirements apply, are judged met, are measured and are computed met."""
    asked = [row for row in rows if row.applicable]
    computed = Counter(row.computed for row in asked)
    return {
        "applicable": len(asked), "met": sum(row.status == "MET" for row in asked), "judged": sum(row.status != "NOT_ASSESSED" for row in asked),
        "measured": len(asked) - computed[""], "computed_met": computed["MET"],
    }  # fmt: skip


def shares(month: date, counts: dict[str, int]) -> Point:
    """Return the shares of one month: of what applies, judged met; of what is measured, computed met."""
    judged = counts["met"] * 100 // counts["applicable"] if counts["judged"] else None
    return Point(month, judged, counts["computed_met"] * 100 // counts["measured"] if counts["measured"] else None)


def months_before(day: date) -> list[date]:
    """Return the first days of the last twelve months that are over, oldest first."""
    return [months_after(day.replace(day=1), -back) for back in range(MONTHS, 0, -1)]


def keep(*, now: datetime, most: int = 6) -> int:
    """Work out points that are missing, at most so many; return how many were kept. Doing it twice keeps nothing twice."""
    by, kept = robot("conformity"), 0
    for site, edition, month in _missing(now):
        if kept == most:
            break
        last = months_after(month, 1) - timedelta(days=1)
        try:
            with as_of(end_of_day(last, site.time_zone), now=now):
                counts = counted(conformity(by, site, edition, last))
        except NotSettled:
            continue
        kept += ConformityPoint.objects.get_or_create(site=site, catalogue=edition, month=month, defaults=counts)[1]
    return kept


def _missing(now: datetime) -> Iterable[tuple[Site, str, date]]:
    known = set(ConformityPoint.objects.values_list("site", "catalogue", "month"))
    spoken = set(Judgement.objects.values_list("site", "requirement__catalogue__edition").distinct())
    for site in Site.objects.order_by("pk"):
        born = day_of(site.created_at, site).replace(day=1)
        for edition in sorted({HOME} | {edition for pk, edition in spoken if pk == site.pk}):
            for month in months_before(day_of(now, site)):
                if month >= born and (site.pk, edition, month) not in known:
                    yield site, edition, month


def points(site: Any, edition: str, on: date, rows: Iterable[Row]) -> list[Point]:
    """Return the points before a day, oldest first, and that of the day itself; for those who see the site.

    A month between them that is not counted yet keeps its place, without a share.
    """
    months = months_before(on)
    known = {one.month: one.counts for one in ConformityPoint.of(site, edition).filter(month__in=months)}
    since = [month for month in months if month >= min(known, default=on)]
    found = [shares(month, known[month]) if month in known else Point(month, None, None) for month in since]
    return [*found, shares(on.replace(day=1), counted(rows))]
