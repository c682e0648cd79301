"""What patching tells the dashboard, My work and conformity."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from patching.registers import MATCHES, REGISTERS
from registers.figures import Figure, Waiting

SOURCES = next(register for register in REGISTERS if register.name == "advisory-sources")
OPEN = Q(verdict__in=["AFFECTED", "REVIEW"])
LIST = "/patching/matches/"


def figures(user: Any, on: date, site: Any = None) -> list[Figure]:
    """Return the open matches by verdict, the late ones, and those of exploited vulnerabilities."""
    found = MATCHES.queryset(user)
    if site is not None:
        found = found.filter(site=site)
    at = f"&site={site.pk}" if site is not None else ""
    counted = found.aggregate(
        affected=Count("pk", filter=Q(verdict="AFFECTED")),
        review=Count("pk", filter=Q(verdict="REVIEW")),
        fixed=Count("pk", filter=Q(verdict="FIXED")),
        late=Count("pk", filter=OPEN & Q(due_on__lt=on)),
        exploited=Count("pk", filter=OPEN & Q(exploited=True)),
        act=Count("pk", filter=OPEN & Q(priority="ACT")),
        soon=Count("pk", filter=OPEN & Q(due_on__gte=on, due_on__lte=on + timedelta(days=14))),
    )
    late_until = on - timedelta(days=1)
    return [
        Figure("affected", "affected", counted["affected"], f"{LIST}?verdict=AFFECTED{at}", "matches with verdict affected"),
        Figure("review", "for you to decide", counted["review"], f"{LIST}?verdict=REVIEW{at}", "matches that the text cannot decide"),
        Figure("fixed", "fixed", counted["fixed"], f"{LIST}?verdict=FIXED{at}", "matches whose recorded version is on the fixed side"),
        Figure("late", "late", counted["late"], f"{LIST}?verdict=AFFECTED&verdict=REVIEW&due_on__lte={late_until}{at}", "open matches whose due day has passed"),
        Figure("exploited", "known exploited", counted["exploited"], f"{LIST}?verdict=AFFECTED&verdict=REVIEW&exploited=true{at}", "open matches with a CVE in KEV"),
        Figure("act", "act now", counted["act"], f"{LIST}?verdict=AFFECTED&verdict=REVIEW&priority=ACT{at}", "open matches with priority Act"),
        Figure("soon", "due in 14 days", counted["soon"], f"{LIST}?verdict=AFFECTED&verdict=REVIEW&due_on__gte={on}&due_on__lte={on + timedelta(days=14)}{at}", "open matches due within 14 days"),
    ]  # fmt: skip


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the matches that this person can decide or must deal with soon, at most 50."""
    found = MATCHES.queryset(user, "confirm").filter(OPEN).filter(Q(due_on__lte=on + timedelta(days=14)) | Q(verdict="REVIEW"))
    return [
        Waiting(
            f"{match.advisory.tracking_id} on {match.asset}", f"{match.site.code} · {match.get_verdict_display()} · {match.get_priority_display()}",
            match.get_absolute_url(), match.due_on, "match",
        )
        for match in found.order_by("due_on", "pk")[:50]
    ]  # fmt: skip


def sources(user: Any) -> list[dict[str, Any]]:
    """Return each source with its health, for the dashboard."""
    return [
        {"name": source.name, "health": source.health, "last_success_at": source.last_success_at, "url": source.get_absolute_url()}
        for source in SOURCES.queryset(user).filter(enabled=True).order_by("name")
    ]
