"""How exposed a plant was over time, how fast it remediates, and its position as a VEX document."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Aggregate, Case, Count, F, FloatField, Func, IntegerField, Q, QuerySet, When

from patching.models import Match
from patching.rules.vex import Product, Statement

OPEN = Q(verdict__in=Match.OPEN)
WEEKS, YEAR, SHOWN = 26, timedelta(days=365), 10


class Median(Aggregate):
    """The value in the middle; half are smaller."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()
    allow_distinct = False


DAYS = Func(F("closed_on"), F("found_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


@dataclass(frozen=True)
class Course:
    """Open matches week by week, and the figures of the last 365 days; days and shares are None where nothing was closed."""

    weeks: tuple[tuple[date, int, int], ...]
    open: int
    median_days: float | None
    remediated: int
    closed: int
    in_time: int
    oldest: tuple[Match, ...]
    by_priority: tuple[tuple[str, int, int, float | None], ...]

    @property
    def share_in_time(self) -> int | None:
        """The share, in percent, of what was closed or fell due in the year that was closed by its day."""
        return round(100 * self.in_time / self.closed) if self.closed else None

    def to_json(self) -> dict[str, Any]:
        """Give the form that REST shows."""
        return {
            "weeks": [{"on": day.isoformat(), "open": opened, "exploited": hot} for day, opened, hot in self.weeks],
            "open": self.open, "median_days_to_remediate": self.median_days, "remediated": self.remediated,
            "closed_or_due": self.closed, "in_time": self.in_time, "share_in_time": self.share_in_time,
            "oldest_open": [{"id": str(one.pk), "found_on": one.found_on.isoformat()} for one in self.oldest],
        }  # fmt: skip


def course(matches: QuerySet[Match], *, on: date) -> Course:
    """Work the figures out from these matches, which the caller narrowed to what the person may see."""
    days = [on - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    known: dict[str, Any] = {}
    for number, day in enumerate(days):
        then = Q(found_on__lte=day) & (Q(closed_on__gt=day) | OPEN)
        known[f"open{number}"] = Count("pk", filter=then)
        known[f"hot{number}"] = Count("pk", filter=then & Q(exploited=True))
    recent = Q(closed_on__gt=on - YEAR, closed_on__lte=on)
    fixed = recent & Q(verdict="FIXED")
    late_open = OPEN & Q(due_on__lt=on)
    figures = matches.aggregate(
        **known, now=Count("pk", filter=OPEN), median=Median(DAYS, filter=fixed), remediated=Count("pk", filter=fixed),
        closed=Count("pk", filter=(recent & Q(was_due_on__isnull=False)) | late_open),
        in_time=Count("pk", filter=recent & Q(closed_on__lte=F("was_due_on"))),
    )  # fmt: skip
    rows = matches.order_by().values("priority").annotate(
        opened=Count("pk", filter=OPEN), late=Count("pk", filter=late_open), median=Median(DAYS, filter=fixed),
        rank=Case(*(When(priority=name, then=rank) for rank, name in enumerate(Match.Priority.values)), default=9),
    )  # fmt: skip
    return Course(
        tuple((day, figures[f"open{number}"], figures[f"hot{number}"]) for number, day in enumerate(days)),
        figures["now"], figures["median"], figures["remediated"], figures["closed"], figures["in_time"],
        tuple(matches.filter(OPEN).order_by("found_on", "pk")[:SHOWN]),
        tuple(
            (row["priority"], row["opened"], row["late"], row["median"]) for row in sorted(rows, key=lambda row: row["rank"])
            if row["priority"]
        ),
    )  # fmt: skip


def statements(matches: QuerySet[Match]) -> Iterator[Statement]:
    """Say what each match means, CVE by CVE."""
    for match in matches.select_related("asset", "advisory", "site").order_by("pk").iterator(chunk_size=500):
        asset = match.asset
        product = Product(
            f"CSMSPID-{asset.pk}", f"{match.site.code} {asset.name}: {asset.vendor} {asset.product} {asset.version}".strip(),
            asset.vendor, asset.product, asset.version, asset.model_number, asset.serial_number,
        )  # fmt: skip
        by = f" by {match.due_on.isoformat()}" if match.due_on else ""
        action = f"{match.get_priority_display() or 'Open'}: to be dealt with{by}. {match.decision_reason}".strip()
        for cve in match.cves or [match.advisory.tracking_id]:
            yield Statement(
                product, cve, match.status if match.examined else match.verdict, match.decision_reason or match.reason, action, match.justification,
                match.advisory.tracking_id,
            )  # fmt: skip
