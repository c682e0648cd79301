"""How the plant stood at the end of each month and of the last days: counted once from history and kept; today is counted live."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

import assets.summary
import patching.summary
import risk.summary
from accounts.models import Site
from accounts.permissions import sites_seen
from accounts.robots import onlooker
from programme.rules import months_after
from programme.summary import HOME
from registers.history.past import NotSettled, as_of
from registers.middleware import end_of_day
from reports.models import ConformityPoint, PlantPoint
from reports.trend import months_before

WEEK = 7
TELLERS: tuple[Any, ...] = (assets.summary, patching.summary, risk.summary)


@dataclass(frozen=True)
class Line:
    """One figure over the months, oldest first, and today; None where nothing was there to count."""

    label: str
    values: tuple[int | None, ...]
    unit: str
    url: str

    @property
    def known(self) -> list[int]:
        """The values that are known."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True)
class Course:
    """The lines of the overview, with the days that they have in common, and what has changed since a week ago."""

    days: tuple[date, ...]
    lines: tuple[Line, ...]
    week: tuple[tuple[int, str, str], ...]

    @property
    def rows(self) -> list[tuple[date, list[str]]]:
        """The same as a table, newest first."""
        return [
            (day, ["" if line.values[at] is None else f"{line.values[at]}{line.unit}" for line in self.lines])
            for at, day in reversed(list(enumerate(self.days)))
        ]


def month_ends(on: date) -> list[date]:
    """Return the last days of the twelve months that are over, oldest first."""
    return [months_after(first, 1) - timedelta(days=1) for first in months_before(on)]


def days_kept(on: date) -> list[date]:
    """Return the days before this one that are kept, newest first: month ends, and the days of a week."""
    return sorted({*month_ends(on), *(on - timedelta(days=back) for back in range(1, WEEK + 1))}, reverse=True)


def counted(user: Any, on: date, site: Any = None) -> dict[int, dict[str, int]]:
    """Return by site what all apps tell of it."""
    told: dict[int, dict[str, int]] = defaultdict(dict)
    for app in TELLERS:
        for place, found in app.counts(user, on, site).items():
            told[place] |= found
    return told


def keep(*, now: datetime, most: int = 20) -> int:
    """Count days that are missing, the newest first, until about so many are kept; return how many. Doing it twice keeps nothing twice.

    A day is counted for all sites before the next: the sum over sites would be that of some of them in between.
    """
    by_zone: dict[str, list[Site]] = defaultdict(list)
    for site in Site.objects.order_by("pk"):
        by_zone[site.time_zone].append(site)
    missing: dict[date, list[list[Site]]] = defaultdict(list)
    for name, sites in by_zone.items():
        known = set(PlantPoint.objects.filter(site__in=sites).values_list("site", "on"))
        zone = ZoneInfo(name)
        for day in days_kept(now.astimezone(zone).date()):
            if lacking := [one for one in sites if _stood(one, day, zone) and (one.pk, day) not in known]:
                missing[day].append(lacking)
    kept = 0
    for day in sorted(missing, reverse=True):
        if kept < most:
            kept += sum(_kept(sites, day, now) for sites in missing[day])
    return kept


def _stood(site: Site, day: date, zone: ZoneInfo) -> bool:
    return site.created_at.astimezone(zone).date() <= day


def _kept(sites: Sequence[Site], day: date, now: datetime) -> bool:
    try:
        with as_of(end_of_day(day, sites[0].time_zone), now=now):
            found = counted(onlooker(), day)
    except NotSettled:
        return False
    points = [PlantPoint(site=site, on=day, **found[site.pk]) for site in sites]
    return bool(PlantPoint.objects.bulk_create(points, ignore_conflicts=True))


def course(user: Any, on: date, site: Any, met: int, applicable: int) -> Course:
    """Return how the sites that this person sees, or the one, came to today, where so many requirements of those that apply are met."""
    seen = sites_seen(user, "reports", site)
    today: Counter[str] = Counter()
    for found in counted(user, on, site).values():
        today.update(found)
    past = PlantPoint.together(seen, days_kept(on))
    judged = ConformityPoint.together(seen, HOME)
    judged = {months_after(month, 1) - timedelta(days=1): found for month, found in judged.items()}
    days = [day for day in month_ends(on) if day in past or day in judged]
    shown = [*(past.get(day, {}) for day in days), today]
    said = [*(judged.get(day, {}) for day in days), {"met": met, "applicable": applicable}]
    at = f"&site={site.pk}" if site else ""
    lines = (
        Line(gettext("Requirements met"), _shares(said, "met", "applicable"), " %", f"/reports/conformity/?{at[1:]}"),
        Line(gettext("Risks above the line"), _numbers(shown, "above"), "", f"/risk/risks/?status=OPEN&above=true{at}"),
        Line(gettext("Patches controlled"), _shares(shown, "controlled", "patches"), " %", f"/patching/patch-deployments/?control=PLACED&control=DEFERRED{at}"),
        Line(gettext("Measures late"), _numbers(shown, "late"), "", f"/risk/treatments/?check=measure-late{at}"),
        Line(gettext("Inventory complete"), _shares(shown, "complete", "assets"), " %", f"/assets/quality/?{at[1:]}"),
    )  # fmt: skip
    return Course((*days, on), lines, _week(past.get(on - timedelta(days=WEEK)), today, at))


def _numbers(shown: Sequence[Any], name: str) -> tuple[int | None, ...]:
    return tuple(found.get(name) for found in shown)


def _shares(shown: Sequence[Any], part: str, whole: str) -> tuple[int | None, ...]:
    return tuple(found[part] * 100 // found[whole] if found.get(whole) else None for found in shown)


def _week(before: dict[str, int] | None, today: Counter[str], at: str) -> tuple[tuple[int, str, str], ...]:
    """Return what is more or less than a week ago, each with its list as it is now."""
    if before is None:
        return ()
    told = (
        ("open_matches", gettext("open matches"), f"{patching.summary.OPEN_LIST}{at}"),
        ("above", gettext("risks above the line"), f"/risk/risks/?status=OPEN&above=true{at}"),
        ("late", gettext("measures late"), f"/risk/treatments/?check=measure-late{at}"),
        ("controlled", gettext("patches controlled"), f"/patching/patch-deployments/?control=PLACED&control=DEFERRED{at}"),
        ("assets", gettext("assets"), f"/assets/assets/?{assets.summary.LIVING[1:]}{at}"),
    )  # fmt: skip
    return tuple((today[name] - before[name], words, url) for name, words, url in told if today[name] != before[name])
