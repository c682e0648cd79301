"""The self-checks of all apps: which rules of consistency are broken, by how many records, where."""

from dataclasses import dataclass
from datetime import date
from typing import Any

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
    """Return every rule that this person may ask, the broken and grave first; in one query for each rule."""
    asked = [check for check in SELF_CHECKS if check.speaks_of(site) and check.register.may_anywhere(user, "view")]
    told = [Result(check, check.broken(user, on, site).count(), check.url(site), check.rest(site)) for check in asked]
    return sorted(told, key=lambda one: (one.found == 0, SEVERITIES.index(one.check.severity), -one.found))
