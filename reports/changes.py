"""What changed at a site in the period of a report: one line for each act, however many records it touched."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min
from django.db.models.fields.json import KT
from django.db.models.functions import TruncDay

from accounts.models import Site, User
from assets import registers as plant
from patching.registers import MATCHES
from programme import registers as programme
from registers.history.past import tracked
from registers.register import Register
from reports.compliance import LogEntry

TOLD: tuple[Register, ...] = (
    *(
        register
        for register in plant.REGISTERS
        if register.name in {"zones", "conduits", "flows", "networks", "assets"}
    ),
    MATCHES,
    programme.JUDGEMENTS,
    programme.DECISIONS,
)
DONE = {"insert": "added", "update": "changed", "delete": "deleted"}


def changes(user: User, site: Site, *, since: datetime, until: datetime) -> tuple[LogEntry, ...]:
    """Return what people and the portal did at the site after `since` and up to `until`, newest first."""
    found = [entry for register in TOLD for entry in _acts(user, register, site, since=since, until=until)]
    return tuple(sorted(found, key=lambda entry: entry.at, reverse=True))


def _acts(user: User, register: Register, site: Site, *, since: datetime, until: datetime) -> list[LogEntry]:
    """Return the acts on one register: the same person, reason and day at the site are one, told by the last moment."""
    events: Any = next(event for model, event in tracked() if model is register.model)
    rows = list(
        events.objects.filter(site=site.pk, pgh_created_at__gt=since, pgh_created_at__lte=until)
        .annotate(
            day=TruncDay("pgh_created_at", tzinfo=ZoneInfo(site.time_zone)),
            by=KT("pgh_context__name"),
            why=KT("pgh_context__reason"),
        )
        .values("day", "by", "why", "pgh_label")
        .annotate(records=Count("pgh_obj_id", distinct=True), one=Min("pgh_obj_id"), at=Max("pgh_created_at"))
    )
    names = register.queryset(user).in_bulk([row["one"] for row in rows if row["records"] == 1])
    return [LogEntry(at=row["at"], by=row["by"] or "Portal", what=_said(row, register, names)) for row in rows]


def _said(row: dict[str, Any], register: Register, names: dict[int, Any]) -> str:
    """Return one act in words: what was touched, how, and the reason given."""
    if row["records"] == 1:
        named = names.get(row["one"])
        what = f"{register.one.capitalize()} {named}" if named else f"One {register.one}"
    else:
        what = f"{row['records']} {register.title.lower()}"
    return f"{what} {DONE[row['pgh_label']]}" + (f": {row['why']}" if row["why"] else "")
