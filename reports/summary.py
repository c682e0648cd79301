"""The conformity tile of the overview."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from statistics import median_low
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.permissions import sites_seen
from accounts.registers import SITES
from accounts.robots import onlooker
from programme.models import Catalogue, Evidence, Judgement, Requirement
from programme.summary import HOME
from registers.figures import Waiting
from registers.history.kept import by_site
from reports.conformity import Row, conformity, judged
from reports.course import course
from reports.selfchecks import results

MOST_SITES = 3
STATUSES = ("MET", "PARTLY", "NOT_MET", "NOT_ASSESSED")
JUDGED = (Judgement, Evidence, Evidence.requirements.through, Requirement, Catalogue)
Tally = Counter[Any]
Tallies = dict[str, Tally]


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return nothing: a judgement that differs is shown on its page."""
    return []


def tile(user: Any, on: date, site: Any) -> dict[str, Any] | None:
    """Return conformity by group for one site; for several, as people judged it, together and the sites furthest behind."""
    sites = [site] if site else list(SITES.queryset(user).order_by("code"))
    if not sites:
        return None
    checks = {"checks": _checks(user, on, site)}
    if len(sites) > 1:
        return _everywhere(user, on, sites) | checks
    shown = sites[0]
    rows = conformity(user, shown, HOME, on)
    by_group = _tallies(rows)
    total = _sum(by_group.values())
    return checks | {
        "catalogue": gettext("{catalogue} at {site}").format(catalogue=HOME, site=shown.code), "groups": _lines(by_group), **_told(total),
        "course": course(user, on, site, *_met(total)),
        "compared": True, "differ": sum(row.differs for row in rows), "url": f"/reports/conformity/?site={shown.pk}",
    }  # fmt: skip


def _everywhere(user: Any, on: date, sites: list[Any]) -> dict[str, Any]:
    """Return all sites together by group, and by themselves those that are furthest behind."""

    def count(places: list[int]) -> dict[int, Tallies]:
        return {site.pk: _tallies(rows) for site, rows in judged(onlooker(), HOME, on, places).items()}

    seen = sites_seen(user, "programme")
    by_place = by_site(f"conformity-{on}", JUDGED, seen, count)
    together: Tallies = {}
    for tallies in by_place.values():
        for group, tally in tallies.items():
            _add(tally, to=together.setdefault(group, Counter()))
    lines = [
        _line(site.code, site.name, _sum(by_place[site.pk].values())) | {"url": f"/reports/conformity/?site={site.pk}"}
        for site in sites if site.pk in seen
    ]  # fmt: skip
    total = _sum(together.values())
    return {
        "catalogue": gettext("{catalogue} at all sites").format(catalogue=HOME), "url": "/reports/conformity/",
        "sites": sorted(lines, key=lambda line: line["percent"])[:MOST_SITES], "left_out": max(0, len(lines) - MOST_SITES), "groups": _lines(together), **_told(total),
        "course": course(user, on, None, *_met(total)),
    }  # fmt: skip


def _tallies(rows: Iterable[Row]) -> Tallies:
    """Return by group how many requirements stand how; nothing said is maturity 0."""
    found: Tallies = {}
    for row in rows:
        tally = found.setdefault(row.requirement.group_code, Counter())
        tally[row.status] += 1
        if not row.applicable:
            continue
        said = row.judgement
        maturity, target = (said.maturity or 0, said.target_maturity or 0) if said else (0, 0)
        tally["maturity", maturity] += 1
        tally["target", target] += bool(target)
        tally["aimed"] += bool(maturity and target)
        tally["reached"] += bool(maturity and target and maturity >= target)
    return found


def _sum(tallies: Iterable[Tally]) -> Tally:
    total: Tally = Counter()
    for tally in tallies:
        _add(tally, to=total)
    return total


def _add(tally: Tally, *, to: Tally) -> None:
    for name, number in tally.items():
        to[name] += number


def _lines(tallies: Tallies) -> list[dict[str, Any]]:
    """Return a line for each group of requirements."""
    return [_line(code, gettext(GROUPS.get(code, "")), tally) for code, tally in tallies.items()]


def _line(code: str, title: str, tally: Tally) -> dict[str, Any]:
    """Return the statuses, the share met of what applies, and the median of maturity."""
    met, asked = _met(tally)
    return {
        "code": code, "title": title, "met": met, "partly": tally["PARTLY"], "not_met": tally["NOT_MET"],
        "not_assessed": tally["NOT_ASSESSED"], "percent": met * 100 // max(1, asked),
        "maturity": _median(tally, "maturity"), "target": _median(tally, "target"),
    }  # fmt: skip


def _met(tally: Tally) -> tuple[int, int]:
    """Return how many requirements are met, and how many apply."""
    return tally["MET"], sum(tally[status] for status in STATUSES)


def _median(tally: Tally, name: str) -> int:
    return median_low([level for level in range(5) for _each in range(tally[name, level])] or [0])


def _told(tally: Tally) -> dict[str, int]:
    """Return how many requirements there are, how many are met and assessed, and how many reach the maturity aimed at."""
    total = sum(tally[status] for status in (*STATUSES, "NOT_APPLICABLE"))
    return {
        "met": tally["MET"], "total": total, "assessed": total - tally["NOT_ASSESSED"],
        "aimed": tally["aimed"], "reached": tally["reached"],
    }  # fmt: skip


def _checks(user: Any, on: date, site: Any) -> dict[str, Any]:
    """Return how many self-checks there are and how many of them find something, the grave apart."""
    rules = results(user, on, site)
    broken = Counter(one.check.severity == "HIGH" for one in rules if one.found)
    return {
        "rules": len(rules), "grave": broken[True], "other": broken[False], "url": f"/self-checks/{f'?site={site.pk}' if site else ''}",
    }  # fmt: skip


GROUPS = {
    "ORG": _("Organisation"), "CM": _("Configuration"), "NET": _("Network"), "COMP": _("Components"), "DATA": _("Data"), "USER": _("User access"),
    "EVENT": _("Events, incidents"), "AVAIL": _("Availability"),
}  # fmt: skip
