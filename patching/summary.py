"""What patching tells the dashboard, My work and conformity; patch_summary adds what is said of patches."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext

from accounts.permissions import sites_seen, sites_where
from accounts.robots import onlooker
from patching import patch_summary
from patching.controlling import CONTROLLED
from patching.course import OPEN, YEAR
from patching.models import Match
from patching.registers import MATCHES, SOURCES
from registers.clock import day_of
from registers.figures import Check, Figure, Waiting
from registers.history.kept import by_site

LIST, MOST = "/patching/matches/", 50
OPEN_LIST = f"{LIST}?verdict=AFFECTED&verdict=REVIEW"
KNOWN = "&verdict=AFFECTED&verdict=REVIEW&verdict=FIXED"


def standing(user: Any, on: date, site: Any = None) -> dict[int, dict[str, int]]:
    """Return by site how many matches there are of each kind; counted again when a match there was changed."""

    def count(sites: list[int]) -> dict[int, dict[str, int]]:
        rows: Any = MATCHES.queryset(onlooker()).filter(site__in=sites).order_by().values("site").annotate(
            affected=Count("pk", filter=Q(verdict="AFFECTED")), review=Count("pk", filter=Q(verdict="REVIEW")),
            fixed=Count("pk", filter=Q(verdict="FIXED")), late=Count("pk", filter=OPEN & Q(due_on__lt=on)),
            exploited=Count("pk", filter=OPEN & Q(exploited=True)), act=Count("pk", filter=OPEN & Q(priority="ACT")),
            closed=Count("pk", filter=Q(closed_on__gt=on - YEAR, was_due_on__isnull=False)),
            in_time=Count("pk", filter=Q(closed_on__gt=on - YEAR, closed_on__lte=F("was_due_on"))),
            soon=Count("pk", filter=OPEN & Q(due_on__gte=on, due_on__lte=on + timedelta(days=14))),
        )  # fmt: skip
        return {place: {} for place in sites} | {row.pop("site"): row for row in rows}

    return by_site(f"matches-{on}", (Match,), sites_seen(user, "patching", site), count)


def counts(user: Any, on: date, site: Any = None) -> dict[int, dict[str, int]]:
    """Return by site what the course of the overview keeps: open matches, patches, and those of them that are controlled."""
    patches = patch_summary.standing(user, on, site)
    return {
        place: {
            "open_matches": found.get("affected", 0) + found.get("review", 0), "patches": sum(patches[place].values()),
            "controlled": sum(patches[place].get(one, 0) for one in CONTROLLED),
        }
        for place, found in standing(user, on, site).items()
    }  # fmt: skip


def figures(user: Any, on: date, site: Any = None) -> list[Figure]:
    """Return the open matches by verdict, the late ones, and those of exploited vulnerabilities."""
    at = f"&site={site.pk}" if site is not None else ""
    counted: Counter[str] = Counter()
    for found in standing(user, on, site).values():
        counted.update(found)
    late_until = on - timedelta(days=1)
    return [
        Figure("affected", gettext("affected"), counted["affected"], f"{LIST}?verdict=AFFECTED{at}", gettext("matches with verdict affected")),
        Figure("review", gettext("for you to decide"), counted["review"], f"{LIST}?verdict=REVIEW{at}", gettext("matches that the text cannot decide")),
        Figure("fixed", gettext("fixed"), counted["fixed"], f"{LIST}?verdict=FIXED{at}", gettext("matches whose recorded version is on the fixed side")),
        Figure("late", gettext("late"), counted["late"], f"{OPEN_LIST}&due_on__lte={late_until}{at}", gettext("open matches whose due day has passed")),
        Figure("exploited", gettext("known exploited"), counted["exploited"], f"{OPEN_LIST}&exploited=true{at}", gettext("open matches with a CVE in KEV")),
        Figure("act", gettext("act now"), counted["act"], f"{OPEN_LIST}&priority=ACT{at}", gettext("open matches with priority Act")),
        Figure("soon", gettext("due in 14 days"), counted["soon"], f"{OPEN_LIST}&due_on__gte={on}&due_on__lte={on + timedelta(days=14)}{at}", gettext("open matches due within 14 days")),
        Figure("in_time", gettext("closed in time"), counted["in_time"], f"/patching/exposure/?{at.removeprefix('&')}", gettext("matches closed by their due day, of those closed in 365 days"), of=counted["closed"], target=95),
        *patch_summary.figures(user, on, site)[:1],
    ]  # fmt: skip


def tile(user: Any, on: date, site: Any) -> dict[str, Any]:
    """Return what the overview shows of patches."""
    return patch_summary.tile(user, on, site)


def _due(user: Any, on: date) -> dict[int, list[tuple[date, int]]]:
    """Return by site, where this person decides, the first matches that are due or to be decided, each as its day and its id."""

    def count(sites: list[int]) -> dict[int, list[tuple[date, int]]]:
        soon = Q(due_on__lte=on + timedelta(days=14)) | Q(verdict="REVIEW")
        found = MATCHES.queryset(onlooker()).filter(OPEN, soon, site__in=sites).order_by("due_on", "pk")
        place = Window(RowNumber(), partition_by="site", order_by=("due_on", "pk"))
        told: dict[int, list[tuple[date, int]]] = {one: [] for one in sites}
        for site, day, pk in found.annotate(place=place).filter(place__lte=MOST).values_list("site", "due_on", "pk"):
            told[site].append((day or date.max, pk))
        return told

    return by_site(f"due-{on}", (Match,), sites_where(user, "confirm", "patching"), count)


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the matches that this person can decide or must deal with soon, at most 50."""
    due = sorted(one for found in _due(user, on).values() for one in found)[:MOST]
    records = MATCHES.queryset(user, "confirm").filter(pk__in=[pk for _day, pk in due])
    return patch_summary.waiting(user, on) + [
        Waiting(
            _name(match), f"{match.site.code} · {match.get_status_display() if match.examined else match.get_verdict_display()} · {match.get_priority_display()}",
            match.get_absolute_url(), match.due_on, "match", match.site,
        )
        for match in records.order_by("due_on", "pk")
    ]  # fmt: skip


def done(user: Any, since: datetime) -> list[Waiting]:
    """Return the matches that this person decided since then, and the patches on which they took a step, the newest first."""
    found = MATCHES.queryset(user).filter(decided_by=user.pk, decided_at__gte=since).order_by("-decided_at", "-pk")
    return [
        Waiting(_name(match), f"{match.site.code} · {match.get_status_display()}", match.get_absolute_url(), day_of(match.decided_at, match.site), "match", match.site)
        for match in found[:50]
    ] + patch_summary.done(user, since)  # fmt: skip


def _name(match: Any) -> str:
    return gettext("{advisory} on {asset}").format(advisory=match.advisory.tracking_id, asset=match.asset)


def sources(user: Any) -> Any:
    """Return the sources that poll by themselves, for the dashboard."""
    return SOURCES.queryset(user).filter(enabled=True).order_by("name")


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return the figures of patching at a site: sources polled, matches decided in time, exploited ones closed."""
    found = MATCHES.queryset(user).filter(site=site)
    m = found.aggregate(
        all=Count("pk", filter=~Q(verdict="NOT_AFFECTED")), decided=Count("pk", filter=~Q(verdict__in=["REVIEW", "NOT_AFFECTED"])),
        open=Count("pk", filter=OPEN), in_time=Count("pk", filter=OPEN & Q(due_on__gte=on)),
    )  # fmt: skip
    sources = [one for one in SOURCES.queryset(user) if one.enabled or one.last_success_at]
    fresh = [one for one in sources if one.last_success_at and one.last_success_at.date() >= on - timedelta(days=7)]
    at, rest = f"{LIST}?site={site.pk}", f"/api/v1/matches/?site={site.pk}"
    return [
        Check("sources polled", ("EVENT 1.9", "COMP 3.3"), gettext("advisory sources with a good poll in 7 days"), len(fresh), len(sources), 100,
              "/patching/advisory-sources/", "/api/v1/advisory-sources/"),
        Check("matches decided", ("EVENT 1.9", "COMP 3.3"), gettext("matches that are decided"), m["decided"], m["all"], 90, f"{at}{KNOWN}", f"{rest}{KNOWN}"),
        Check("open in time", ("EVENT 1.9", "COMP 3.2", "COMP 3.5"), gettext("open matches whose due day has not passed"), m["in_time"], m["open"], 95,
              f"{at}&verdict=AFFECTED&verdict=REVIEW", f"{rest}&verdict=AFFECTED&verdict=REVIEW"),
        *patch_summary.checks(user, site, on),
    ]  # fmt: skip


SELF_CHECKS = patch_summary.SELF_CHECKS
