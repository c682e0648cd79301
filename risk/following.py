"""Risks follow the plant: vulnerabilities of their places, their days, exploited ones (R7)."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Site
from accounts.robots import robot
from assets.models import Asset
from patching.models import Match
from registers.clock import day_of
from registers.history.changes import Changes
from registers.history.origin import because
from risk.models import Reassessment, Risk, RiskMethodology, Treatment, settle
from risk.workflow import open_again

WATCHED: tuple[Any, ...] = (Match, Asset, Risk, Treatment, RiskMethodology)


def follow(*, now: datetime) -> int:
    """Settle the risks if a place, a measure or a rating changed, and open what is to be looked at again; return how many moved."""
    changes, moved = Changes("risks"), 0
    with because(by=robot("risks"), step="risk.risk.follow"):
        if changes.first or changes.any(*WATCHED):
            moved = _settle()
        _due(now)
    changes.done()
    return moved


def _settle() -> int:
    """Settle every risk that is not closed; one whose place has more exploited vulnerabilities than before is looked at again."""
    risks = list(Risk.objects.exclude(status=Risk.Status.CLOSED).order_by("pk"))
    before = {risk.pk: risk.exploited for risk in risks}
    moved = settle(risks, following=True)
    for risk in risks:
        if risk.exploited > before[risk.pk]:
            figure = f"Exploited vulnerabilities at the place: {risk.exploited}, before {before[risk.pk]}."
            open_again(risk, Reassessment.Cause.EXPLOITED, figure)
    return moved


def _due(now: datetime) -> None:
    open_ones = Reassessment.objects.filter(status="OPEN", cause=Reassessment.Cause.DUE).values("risk")
    for site in Site.objects.order_by("pk"):
        due = Risk.objects.filter(
            ~Q(status="CLOSED"), ~Q(pk__in=open_ones), site=site, review_on__lte=day_of(now, site)
        )
        for risk in due:
            open_again(risk, Reassessment.Cause.DUE, f"To be looked at again on {risk.review_on}.")
