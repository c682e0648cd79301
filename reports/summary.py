"""The conformity tile of the overview."""

from collections import Counter
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.registers import SITES
from programme.summary import HOME
from registers.figures import Waiting
from reports.conformity import conformity
from reports.selfchecks import results
from reports.trend import Point, points


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return nothing: a judgement that differs is shown on its page."""
    return []


def tile(user: Any, on: date, site: Any) -> dict[str, Any] | None:
    """Return conformity by group for one site, or for the first that this person sees."""
    shown = site or SITES.queryset(user).order_by("code").first()
    if shown is None:
        return None
    rows = conformity(user, shown, HOME, on)
    by_group: dict[str, Counter[str]] = {}
    titles: dict[str, str] = {}
    for row in rows:
        by_group.setdefault(row.requirement.group_code, Counter())[row.status] += 1
        titles.setdefault(row.requirement.group_code, row.requirement.group)
    groups = [
        {"code": code, "title": gettext(GROUPS.get(code, titles[code])), "met": c["MET"], "partly": c["PARTLY"], "not_met": c["NOT_MET"],
         "not_assessed": c["NOT_ASSESSED"], "percent": c["MET"] * 100 // max(1, c.total() - c["NOT_APPLICABLE"])}
        for code, c in by_group.items()
    ]  # fmt: skip
    total = Counter(row.status for row in rows)
    told = [
        row.judgement
        for row in rows
        if row.applicable and row.judgement and row.judgement.maturity and row.judgement.target_maturity
    ]
    return {
        "catalogue": gettext("{catalogue} at {site}").format(catalogue=HOME, site=shown.code), "groups": groups, "met": total["MET"], "total": len(rows),
        "aimed": len(told), "reached": sum(one.maturity >= one.target_maturity for one in told), "trend": _trend(points(shown, HOME, on, rows)),
        "checks": _checks(user, on, site),
        "assessed": len(rows) - total["NOT_ASSESSED"], "differ": sum(row.differs for row in rows), "url": f"/reports/conformity/?site={shown.pk}",
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
