"""Conformity of a site with a catalogue: what the portal counts beside what people judged, requirement by requirement."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import F, Prefetch

import assets.summary
import network.summary
import patching.summary
import programme.summary
import risk.summary
import scope.summary
from accounts.registers import SITES
from programme.models import Requirement
from programme.registers import DECISIONS, EVIDENCE, JUDGEMENTS, REQUIREMENTS
from programme.rules import overdue
from programme.summary import HOME
from registers.clock import day_of
from registers.figures import Check

SPEAKERS: tuple[Any, ...] = (
    assets.summary,
    network.summary,
    patching.summary,
    risk.summary,
    programme.summary,
    scope.summary,
)


@dataclass(frozen=True)
class Row:
    """One requirement: the judgement, the checks that speak to it, the evidence with what is stale.

    `asked` is the open request that it does not apply; until that is approved it counts as applicable. `overdue` says that the
    judgement is older than its cycle.
    """

    requirement: Requirement
    judgement: Any = None
    checks: list[Check] = field(default_factory=list)
    evidence: list[Any] = field(default_factory=list)
    stale: list[Any] = field(default_factory=list)
    asked: Any = None
    overdue: bool = False

    @property
    def applicable(self) -> bool:
        """Whether the requirement applies; it does until a decision says otherwise."""
        return self.judgement is None or bool(self.judgement.applicable)

    @property
    def status(self) -> str:
        """The judged status; stale evidence alone lowers Met to Partly."""
        if not self.applicable:
            return "NOT_APPLICABLE"
        judged = self.judgement.status if self.judgement else "NOT_ASSESSED"
        return "PARTLY" if judged == "MET" and self.stale and not self.evidence else judged

    @property
    def computed(self) -> str:
        """What the checks say together: met, partly met, not met, or nothing measured."""
        measured = [check for check in self.checks if check.value is not None]
        if not measured:
            return ""
        met = sum(check.met for check in measured)
        return "MET" if met == len(measured) else "PARTLY" if met else "NOT_MET"

    @property
    def weakest(self) -> Check | None:
        """The check that is furthest below its target, which stands for the computed figure."""
        measured = [check for check in self.checks if check.value is not None]
        return min(measured, key=lambda check: (check.value or 0) - check.target, default=None)

    @property
    def differs(self) -> bool:
        """Whether the judged and the computed status say different things."""
        judged = self.status in {"MET", "PARTLY", "NOT_MET"}
        return judged and bool(self.computed) and self.computed != self.status


def conformity(user: Any, site: Any, edition: str, on: date, *, only: str = "", category: str = "") -> list[Row]:
    """Return the rows of a catalogue at a site, or of one requirement or category, in order, in a constant number of queries."""
    by_code: dict[str, list[Check]] = defaultdict(list)
    for speaker in SPEAKERS:
        for check in speaker.checks(user, site, on):
            for code in check.codes:
                by_code[code].append(check)
    judged = JUDGEMENTS.queryset(user).filter(site=site)
    proof = EVIDENCE.queryset(user).filter(site=site, superseded_by=None).order_by("-effective_from")
    found = REQUIREMENTS.queryset(user).filter(catalogue__edition=edition).order_by("position").prefetch_related(
        Prefetch("judgements", queryset=judged, to_attr="at_site"), Prefetch("evidence_items", queryset=proof, to_attr="proof")
    )  # fmt: skip
    if only:
        found = found.filter(code=only)
    if category:
        found = found.filter(category=category)
    asked = DECISIONS.queryset(user).filter(site=site, kind="NOT_APPLICABLE", status__in=["REQUESTED", "ASKED_BACK"])
    open_requests = {one.object_id: one for one in asked}
    rows = []
    for requirement in found:
        judgement = next(iter(requirement.at_site), None)
        row = _judged(requirement, judgement, requirement.proof, site, on)
        asked_for = open_requests.get(judgement.pk) if judgement else None
        rows.append(replace(row, checks=_checks(requirement, edition, by_code), asked=asked_for))
    return rows


def judged(user: Any, edition: str, on: date, among: Collection[int] | None = None) -> dict[Any, list[Row]]:
    """Return for every site that this person sees, or those of them asked for, the rows as people judged them; what the portal counts is left out."""
    words: dict[int, dict[int, Any]] = defaultdict(dict)
    proof: dict[tuple[int, int], list[Any]] = defaultdict(list)
    here = {} if among is None else {"site__in": list(among)}
    for one in JUDGEMENTS.queryset(user).filter(requirement__catalogue__edition=edition, **here):
        words[one.site_id][one.requirement_id] = one
    shown = EVIDENCE.queryset(user).filter(superseded_by=None, requirements__catalogue__edition=edition, **here)
    for one in shown.annotate(proves=F("requirements__pk")):
        proof[one.site_id, one.proves].append(one)
    asked = list(REQUIREMENTS.queryset(user).filter(catalogue__edition=edition).order_by("position"))
    sites = SITES.queryset(user).order_by("code")
    return {
        site: [_judged(one, words[site.pk].get(one.pk), proof[site.pk, one.pk], site, on) for one in asked]
        for site in (sites if among is None else sites.filter(pk__in=among))
    }


def _judged(requirement: Requirement, judgement: Any, proof: Iterable[Any], site: Any, on: date) -> Row:
    """Return the row of a requirement with what people said of it and with its evidence, the stale apart."""
    cycle = (judgement.cycle_months if judgement else None) or requirement.cycle_months
    stale = [one for one in proof if one.stale(on, cycle=cycle)]
    good = [one for one in proof if one not in stale]
    return Row(requirement, judgement, evidence=good, stale=stale, overdue=_overdue(judgement, site, cycle, on))


def _overdue(judgement: Any, site: Any, cycle: int, on: date) -> bool:
    """Tell whether what was said is to be said again."""
    if (
        judgement is None
        or judgement.judged_at is None
        or judgement.status == "NOT_ASSESSED"
        or not judgement.applicable
    ):
        return False
    return overdue(day_of(judgement.judged_at, site), cycle=cycle, on=on)


def _checks(requirement: Requirement, edition: str, by_code: dict[str, list[Check]]) -> list[Check]:
    """Return the checks that speak to a requirement, directly or by the crosswalk to 2-1:2024."""
    codes = [requirement.code] if edition == HOME else requirement.crosswalk.get("maps_to_2024", [])
    return list({check.key: check for code in codes for check in by_code.get(code, ())}.values())
