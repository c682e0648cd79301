"""How exposed a plant was over time, how fast it remediates, and its position as a VEX document."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Aggregate, BooleanField, Case, Count, F, FloatField, Func, IntegerField, Q, QuerySet, When

from patching.models import Match
from patching.rules.vex import Product, Statement
from registers.slices import part

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
    recent = Q(closed_on__gt=on - YEAR)
    fixed = recent & Q(verdict="FIXED")
    late_open = OPEN & Q(due_on__lt=on)
    counted: Any = matches.order_by().values("priority").annotate(
        opened=Count("pk", filter=OPEN), late=Count("pk", filter=late_open), remediated=Count("pk", filter=fixed),
        closed=Count("pk", filter=(recent & Q(was_due_on__isnull=False)) | late_open),
        in_time=Count("pk", filter=recent & Q(closed_on__lte=F("was_due_on"))),
    )  # fmt: skip
    told = {row.pop("priority"): row for row in counted}
    figures: Counter[str] = Counter()
    for row in told.values():
        figures.update(row)
    remediated = matches.filter(fixed).order_by()
    medians = dict(remediated.values_list("priority").annotate(days=Median(DAYS)))
    return Course(
        tuple(_weeks(matches, on)),
        figures["opened"], remediated.aggregate(days=Median(DAYS))["days"], figures["remediated"], figures["closed"], figures["in_time"],
        tuple(part(matches.filter(OPEN).order_by("found_on", "pk"), 0, SHOWN, count=figures["opened"])),
        tuple((name, told[name]["opened"], told[name]["late"], medians.get(name)) for name in Match.Priority.values if name in told),
    )  # fmt: skip


def _weeks(matches: QuerySet[Match], on: date) -> Iterator[tuple[date, int, int]]:
    """Yield for the end of each week how many were open, and how many of those exploited; matches of one course are counted together."""
    days = [on - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    seen = matches.filter(OPEN | Q(closed_on__gt=days[0])).order_by()
    still = Case(When(OPEN, then=True), default=False, output_field=BooleanField())
    told = list(
        seen.annotate(still=still).values_list("found_on", "closed_on", "exploited", "still").annotate(n=Count("pk"))
    )
    for day in days:
        then = [
            (hot, n) for found, closed, hot, open_, n in told
            if (open_ if day == on else found <= day and (open_ or closed > day))  # some sites may be a day ahead
        ]  # fmt: skip
        yield day, sum(n for _hot, n in then), sum(n for hot, n in then if hot)


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
