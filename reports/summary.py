"""The conformity tile of the overview."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.registers import SITES
from programme.summary import HOME
from registers.figures import Waiting
from reports.conformity import Row, conformity, judged
from reports.selfchecks import results
from reports.trend import Point, points

MOST_SITES = 8


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return nothing: a judgement that differs is shown on its page."""
    return []


def tile(user: Any, on: date, site: Any) -> dict[str, Any] | None:
    """Return conformity by group for one site; for several, as people judged it, site by site."""
    sites = [site] if site else list(SITES.queryset(user).order_by("code"))
    if not sites:
        return None
    if len(sites) > 1:
        return _everywhere(user, on) | {"checks": _checks(user, on, None)}
    shown = sites[0]
    rows = conformity(user, shown, HOME, on)
    by_group: dict[str, list[Row]] = {}
    for row in rows:
        by_group.setdefault(row.requirement.group_code, []).append(row)
    groups = [
        {"code": code, "title": gettext(GROUPS.get(code, found[0].requirement.group)), **_counted(found)}
        for code, found in by_group.items()
    ]
    return {
        "catalogue": gettext("{catalogue} at {site}").format(catalogue=HOME, site=shown.code), "groups": groups, **_told(rows),
        "trend": _trend(points(shown, HOME, on, rows)), "checks": _checks(user, on, site),
        "compared": True, "differ": sum(row.differs for row in rows), "url": f"/reports/conformity/?site={shown.pk}",
    }  # fmt: skip


def _everywhere(user: Any, on: date) -> dict[str, Any]:
    """Return the sites that are furthest behind, and all of them together."""
    by_site = judged(user, HOME, on)
    lines = [
        {"code": site.code, "title": site.name, "url": f"/reports/conformity/?site={site.pk}", **_counted(rows)}
        for site, rows in by_site.items()
    ]
    return {
        "catalogue": gettext("{catalogue} at all sites").format(catalogue=HOME), "url": "/reports/conformity/",
        "groups": sorted(lines, key=lambda line: line["percent"])[:MOST_SITES], **_told([row for rows in by_site.values() for row in rows]),
    }  # fmt: skip


def _counted(rows: Iterable[Row]) -> dict[str, int]:
    """Return how many of these rows have each status, and the share that is met of what applies."""
    found = Counter(row.status for row in rows)
    return {
        "met": found["MET"], "partly": found["PARTLY"], "not_met": found["NOT_MET"], "not_assessed": found["NOT_ASSESSED"],
        "percent": found["MET"] * 100 // max(1, found.total() - found["NOT_APPLICABLE"]),
    }  # fmt: skip


def _told(rows: Collection[Row]) -> dict[str, int]:
    """Return how many rows there are, how many are met and assessed, and how many reach the maturity aimed at."""
    counted = _counted(rows)
    aimed = [
        row.judgement
        for row in rows
        if row.applicable and row.judgement and row.judgement.maturity and row.judgement.target_maturity
    ]
    return {
        "met": counted["met"], "total": len(rows), "assessed": len(rows) - counted["not_assessed"],
        "aimed": len(aimed), "reached": sum(one.maturity >= one.target_maturity for one in aimed),
    }  # fmt: skip


def _checks(user: Any, on: date, site: Any) -> dict[str, Any]:
    """Return how many self-checks there are and how many of them find something, the grave apart."""
    rules = results(user, on, site)
    broken = Counter(one.check.severity == "HIGH" for one in rules if one.found)
    return {
        "rules": len(rules), "grave": broken[True], "other": broken[False], "url": f"/self-checks/{f'?site={site.pk}' if site else ''}",
    }  # fmt: skip


def _trend(found: list[Point]) -> list[dict[str, Any]]:
    """Return the lines that have moved for three months or more: judged and computed, each with its months in percent."""
    lines = (
        (gettext("Judged met"), [one.judged for one in found]),
        (gettext("Computed met"), [one.computed for one in found]),
    )
    known = [(label, [value for value in values if value is not None]) for label, values in lines]
    return [{"label": label, "values": values} for label, values in known if len(values) >= 3]


GROUPS = {
    "ORG": _("Organisation"), "CM": _("Configuration"), "NET": _("Network"), "COMP": _("Components"), "DATA": _("Data"), "USER": _("User access"),
    "EVENT": _("Events, incidents"), "AVAIL": _("Availability"),
}  # fmt: skip
