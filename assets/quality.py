"""How good an inventory is: what is filled in, how long ago it was verified, what is probably in it twice (A7)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from assets.models import Asset, AssetDistinction
from assets.rules.quality import Twins, twins

KEPT = ("IN_USE", "SPARE")
EMPTY: dict[str, Q] = {
    "zone": Q(zone=None), "owner": Q(owner=""), "vendor": Q(vendor=""), "product": Q(product=""),
    "serial_number": Q(serial_number=""), "version": Q(version=""), "criticality": Q(criticality=""),
    "location": Q(location=""), "verified_on": Q(verified_on=None),
}  # fmt: skip
AGES = (180, 365)
COMPARED = ("id", "name", "vendor", "zone", "serial_number", "mac_address", "ip_address")


@dataclass(frozen=True)
class Share:
    """Of `all` assets, how many have the field filled in."""

    field: str
    filled: int
    all: int

    @property
    def percent(self) -> int:
        """The share, rounded down: 100 means all."""
        return 100 * self.filled // self.all


@dataclass(frozen=True)
class Age:
    """How many assets were last verified between two days; both None for those never verified."""

    label: str
    count: int
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Quality:
    """The figures of an inventory; `kinds` holds one row of shares for each kind that is there, `whole` that of all."""

    all: int
    whole: tuple[Share, ...]
    kinds: tuple[tuple[str, int, tuple[Share, ...]], ...]
    ages: tuple[Age, ...]
    twins: tuple[Twins, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the form that REST shows."""
        return {
            "assets": self.all,
            "completeness": {one.field: {"filled": one.filled, "of": one.all} for one in self.whole},
            "by_kind": {
                kind: {one.field: {"filled": one.filled, "of": one.all} for one in row} for kind, _n, row in self.kinds
            },
            "last_verified": [
                {
                    "label": one.label, "count": one.count, "since": one.since.isoformat() if one.since else None,
                    "until": one.until.isoformat() if one.until else None,
                } for one in self.ages
            ],
            "probable_duplicates": [
                {"assets": [str(one) for one in group.ids], "signs": list(group.signs)} for group in self.twins
            ],
        }  # fmt: skip


def of(assets: QuerySet[Asset], *, on: date) -> Quality:
    """Work the figures out from the assets in use and in store among these, which the caller narrowed to what the person may see."""
    kept = assets.filter(lifecycle__in=KEPT).order_by()
    counts = {name: Count("pk", filter=~empty) for name, empty in EMPTY.items()}
    counted: Any = kept.values("kind").annotate(all=Count("pk"), **_prefixed(counts))
    rows: dict[str, Any] = {row["kind"]: row for row in counted}
    kinds = tuple(
        (kind, rows[kind]["all"], tuple(Share(name, rows[kind][f"has_{name}"], rows[kind]["all"]) for name in EMPTY))
        for kind in Asset.Kind.values
        if kind in rows
    )
    total = sum(n for _kind, n, _row in kinds)
    whole = tuple(
        Share(name, sum(row[place].filled for _kind, _n, row in kinds), total) for place, name in enumerate(EMPTY)
    )
    told_apart = AssetDistinction.objects.filter(asset__in=kept.values("pk")).values_list("asset", "other")
    found = twins(kept.values(*COMPARED), frozenset(told_apart))
    return Quality(total, whole if total else (), kinds, _ages(kept, on), tuple(found))


def _prefixed(counts: dict[str, Count]) -> dict[str, Count]:
    return {f"has_{name}": count for name, count in counts.items()}


def _ages(kept: QuerySet[Asset], on: date) -> tuple[Age, ...]:
    near, far = (on - timedelta(days=days) for days in AGES)
    periods = (
        ("within 180 days", near, None), ("180 to 365 days ago", far, near - timedelta(days=1)),
        ("more than 365 days ago", None, far - timedelta(days=1)),
    )  # fmt: skip
    asked = {
        f"p{place}": Count("pk", filter=_between(since, until)) for place, (_label, since, until) in enumerate(periods)
    }
    told = kept.aggregate(never=Count("pk", filter=Q(verified_on=None)), **asked)
    aged = tuple(Age(label, told[f"p{place}"], since, until) for place, (label, since, until) in enumerate(periods))
    return (*aged, Age("never", told["never"], None, None))


def _between(since: date | None, until: date | None) -> Q:
    found = Q(verified_on__isnull=False)
    if since:
        found &= Q(verified_on__gte=since)
    return found & Q(verified_on__lte=until) if until else found
