"""The conformity tile of the overview."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from statistics import median_low
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.registers import SITES
from programme.summary import HOME
from registers.figures import Waiting
from reports.conformity import Row, conformity, judged
from reports.selfchecks import results
from reports.trend import Point, points

MOST_SITES = 3


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return nothing: a judgement that differs is shown on its page."""
    return []


def tile(user: Any, on: date, site: Any) -> dict[str, Any] | None:
    """Return conformity by group for one site; for several, as people judged it, together and the sites furthest behind."""
    sites = [site] if site else list(SITES.queryset(user).order_by("code"))
    if not sites:
        return None
    if len(sites) > 1:
        return _everywhere(user, on) | {"checks": _checks(user, on, None)}
    shown = sites[0]
    rows = conformity(user, shown, HOME, on)
    return {
        "catalogue": gettext("{catalogue} at {site}").format(catalogue=HOME, site=shown.code), "groups": _by_group(rows), **_told(rows),
        "trend": _trend(points(shown, HOME, on, rows)), "checks": _checks(user, on, site),
        "compared": True, "differ": sum(row.differs for row in rows), "url": f"/reports/conformity/?site={shown.pk}",
    }  # fmt: skip


def _everywhere(user: Any, on: date) -> dict[str, Any]:
    """Return all sites together by group, and by themselves those that are furthest behind."""
    by_site = judged(user, HOME, on)
    rows = [row for found in by_site.values() for row in found]
    lines = [
        _line(site.code, site.name, found) | {"url": f"/reports/conformity/?site={site.pk}"}
        for site, found in by_site.items()
    ]
    return {
        "catalogue": gettext("{catalogue} at all sites").format(catalogue=HOME), "url": "/reports/conformity/",
        "sites": sorted(lines, key=lambda line: line["percent"])[:MOST_SITES], "groups": _by_group(rows), **_told(rows),
    }  # fmt: skip


def _by_group(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return a line for each group of requirements."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.requirement.group_code, []).append(row)
    return [_line(code, gettext(GROUPS.get(code, group[0].requirement.group)), group) for code, group in found.items()]


def _line(code: str, title: str, rows: Iterable[Row]) -> dict[str, Any]:
    """Return the statuses of these rows, the share met of what applies, and the median of maturity, where nothing said is 0."""
    asked = [row for row in rows if row.applicable]
    found = Counter(row.status for row in asked)
    said = [row.judgement for row in asked if row.judgement]
    return {
        "code": code, "title": title, "met": found["MET"], "partly": found["PARTLY"], "not_met": found["NOT_MET"],
        "not_assessed": found["NOT_ASSESSED"], "percent": found["MET"] * 100 // max(1, len(asked)),
        "maturity": median_low([row.judgement.maturity or 0 if row.judgement else 0 for row in asked] or [0]),
        "target": median_low([one.target_maturity for one in said if one.target_maturity] or [0]),
    }  # fmt: skip


def _told(rows: Collection[Row]) -> dict[str, int]:
    """Return how many rows there are, how many are met and assessed, and how many reach the maturity aimed at."""
    found = Counter(row.status for row in rows)
    aimed = [
        row.judgement
        for row in rows
        if row.applicable and row.judgement and row.judgement.maturity and row.judgement.target_maturity
    ]
    return {
        "met": found["MET"], "total": len(rows), "assessed": len(rows) - found["NOT_ASSESSED"],
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
