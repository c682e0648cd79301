"""The self-checks of all apps: which rules of consistency are broken, by how many records, where."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Value

import accounts.summary
import assets.summary
import network.summary
import patching.summary
import policies.summary
import programme.summary
import risk.summary
import scope.summary
from registers.figures import SelfCheck

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
    """Return every rule that this person may ask, the broken and grave first; in one query."""
    asked = [check for check in SELF_CHECKS if check.speaks_of(site) and check.register.may_anywhere(user, "view")]
    counts = [
        check.broken(user, on, site).order_by().values(key=Value(check.key)).annotate(found=Count("pk"))
        for check in asked
    ]
    found = {row["key"]: row["found"] for row in counts[0].union(*counts[1:], all=True)} if counts else {}
    told = [Result(check, found.get(check.key, 0), check.url(site), check.rest(site)) for check in asked]
    return sorted(told, key=lambda one: (one.found == 0, SEVERITIES.index(one.check.severity), -one.found))
