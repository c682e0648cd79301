"""The self-checks of all apps: which rules of consistency are broken, by how many records, where."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Count, F, Value

import accounts.summary
import assets.summary
import network.summary
import patching.summary
import policies.summary
import programme.summary
import risk.summary
import scope.summary
from accounts.permissions import sites_seen
from accounts.robots import onlooker
from patching.models import Advisory, AdvisorySource, Exploited, Poll
from registers.door import Reach
from registers.figures import SelfCheck
from registers.history.kept import by_site
from registers.history.past import tracked

POLLED = (Advisory, AdvisorySource, Exploited, Poll)
SEVERITIES = ("HIGH", "MEDIUM", "LOW")
SELF_CHECKS: tuple[SelfCheck, ...] = (
    *assets.summary.SELF_CHECKS, *network.summary.SELF_CHECKS, *patching.summary.SELF_CHECKS, *risk.summary.SELF_CHECKS, *policies.summary.SELF_CHECKS, *programme.summary.SELF_CHECKS, *scope.summary.SELF_CHECKS, *accounts.summary.SELF_CHECKS,
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """A rule and how many records break it."""

    check: SelfCheck
    found: int
    url: str
    rest: str


def results(user: Any, on: date, site: Any = None) -> list[Result]:
    """Return every rule that this person may ask, the broken and grave first; in two queries at most, fewer while nothing is written."""
    asked = [check for check in SELF_CHECKS if check.speaks_of(site) and check.register.may_anywhere(user, "view")]
    found = _of_sites(user, on, site) | _others(user, on, site, [check for check in asked if not _by_site(check)])
    told = [Result(check, found.get(check.key, 0), check.url(site), check.rest(site)) for check in asked]
    return sorted(told, key=lambda one: (one.found == 0, SEVERITIES.index(one.check.severity), -one.found))


def _by_site(check: SelfCheck) -> bool:
    """Tell whether every record of which it speaks belongs to one site."""
    return (
        check.register.reach is Reach.SITE
        and not check.of_sites
        and not check.register.model._meta.get_field("site").null
    )


def _of_sites(user: Any, on: date, site: Any) -> dict[str, int]:
    """Return by rule how many records of this person's sites break it; counted again at the sites where one was written."""
    rules = [check for check in SELF_CHECKS if _by_site(check)]
    seen = {check.register.app: sites_seen(user, check.register.app, site) for check in rules}

    def count(sites: list[int]) -> dict[int, Counter[str]]:
        told: dict[int, Counter[str]] = {place: Counter() for place in sites}
        rows = [
            check.broken(onlooker(), on).filter(site__in=sites).order_by().values(key=Value(check.key), place=F("site")).annotate(found=Count("pk"))
            for check in rules
        ]  # fmt: skip
        for row in rows[0].union(*rows[1:], all=True):
            told[row["place"]][row["key"]] = row["found"]
        return told

    by_place = by_site(f"self-checks-{on}", _kinds(), frozenset().union(*seen.values()), count)
    return {
        check.key: sum(by_place[place][check.key] for place in seen[check.register.app]) for check in rules
    }  # fmt: skip


def _others(user: Any, on: date, site: Any, asked: list[SelfCheck]) -> dict[str, int]:
    """Return by rule how many records break it that belong to no site, or that are sites."""
    rows = [
        check.broken(user, on, site).order_by().values(key=Value(check.key)).annotate(found=Count("pk"))
        for check in asked
    ]
    return {row["key"]: row["found"] for row in rows[0].union(*rows[1:], all=True)} if rows else {}


@cache
def _kinds() -> tuple[type[models.Model], ...]:
    """Return the record types that a rule about records of a site may read: all but those that every sign-in or poll writes."""
    return tuple(
        kind
        for kind, _event in tracked()
        if kind not in POLLED and kind._meta.app_label not in {"accounts", "registers"}
    )
