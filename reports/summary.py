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
    return {
        "catalogue": gettext("{catalogue} at {site}").format(catalogue=HOME, site=shown.code), "groups": groups, "met": total["MET"], "total": len(rows),
        "checks": sum(one.found > 0 for one in results(user, on, site)), "checks_url": f"/self-checks/{f'?site={site.pk}' if site else ''}",
        "assessed": len(rows) - total["NOT_ASSESSED"], "differ": sum(row.differs for row in rows), "url": f"/reports/conformity/?site={shown.pk}",
    }  # fmt: skip


GROUPS = {
    "ORG": _("Organisation"), "CM": _("Configuration"), "NET": _("Network"), "COMP": _("Components"), "DATA": _("Data"), "USER": _("User access"),
    "EVENT": _("Events, incidents"), "AVAIL": _("Availability"),
}  # fmt: skip
