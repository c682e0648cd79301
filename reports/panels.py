"""What reports put on other pages: conformity, computed beside judged, on requirement and judgement; the file on a report."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.registers import SITES
from programme.models import Judgement, Requirement
from registers.door import may, may_anywhere
from registers.history.past import day_at, moment
from reports.conformity import Row, conformity
from reports.models import Report

PAGE = "reports/_requirement.html"


@dataclass(frozen=True)
class AtSite:
    """A requirement at one site: its row, the day that counts there, and where this person can judge it."""

    site: Any
    row: Row
    on: date
    judge_url: str

    @property
    def why(self) -> str:
        """Why what is judged and what is computed differ, or what is still missing, in one sentence."""
        row = self.row
        if row.asked:
            told = gettext("{by} asked that it does not apply; it counts until that is approved.")
            return told.format(by=row.asked.requested_by)
        if not row.applicable:
            return str(row.judgement.justification)
        if row.status != (row.judgement.status if row.judgement else row.status):
            return gettext("Its evidence has gone stale.")
        if row.differs and (check := row.weakest):
            told = gettext("{n} of {all} {what}, target {target} %.")
            return told.format(n=check.numerator, all=check.denominator, what=check.sentence, target=check.target)
        return ""


def of_requirement(requirement: Requirement, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of a requirement at every site that this person may see."""
    return _panel(requirement, SITES.queryset(user).order_by("code"), user)


def of_judgement(judgement: Judgement, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the requirement at the judgement's own site."""
    return _panel(judgement.requirement, [judgement.site], user)


def _panel(requirement: Requirement, sites: Any, user: Any) -> tuple[str, dict[str, Any]] | None:
    places = [_at(requirement, site, user) for site in sites]
    if not places:
        return None
    checks = [(place.site, check) for place in places for check in place.row.checks]
    measured = [check for _site, check in checks if check.value is not None]
    proof = [
        (place, one, one in place.row.stale) for place in places for one in (*place.row.evidence, *place.row.stale)
    ]
    return PAGE, {
        "places": places, "checks": checks, "measured": len(measured), "met": sum(check.met for check in measured),
        "short": [place for place in places if place.row.computed in {"NOT_MET", "PARTLY"}], "evidence": proof,
        "differ": [place for place in places if place.row.differs], "at": moment() or timezone.now(), "alone": len(places) == 1,
    }  # fmt: skip


def _at(requirement: Requirement, site: Any, user: Any) -> AtSite:
    on = day_at(site)
    (row,) = conformity(user, site, requirement.catalogue.edition, on, only=requirement.code)
    return AtSite(site, row, on, "" if moment() else _judge_url(requirement, site, row, user))


def _judge_url(requirement: Requirement, site: Any, row: Row, user: Any) -> str:
    """Return where this person judges the requirement at a site, or nothing."""
    if not may_anywhere(user, "judge", Judgement) or not may(user, "judge", row.judgement or Judgement(site=site)):
        return ""
    if row.judgement:
        return reverse("programme:judgements-judge", args=[row.judgement.pk])
    return f"{reverse('programme:judgements-add')}?site={site.pk}&requirement={requirement.pk}"


def of_report(report: Report, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel from which the kept file is taken."""
    return "reports/_file.html", {"report": report}
