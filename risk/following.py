"""Risks follow the plant: vulnerabilities of their places, their days, exploited ones (R7)."""

from datetime import date
from typing import Any

from django.db.models import Q

from accounts.robots import robot
from assets.models import Asset
from patching.models import Match
from registers.history.changes import Changes
from registers.history.origin import because
from risk.models import Reassessment, Risk, Treatment, settle
from risk.workflow import open_again

CHANGED: tuple[Any, ...] = (Match, Asset)


def follow(*, today: date) -> int:
    """Settle the risks whose place, measures or rating changed, and open what is to be looked at again; return how many moved."""
    changes = Changes("risks")
    risks = Risk.objects.exclude(status=Risk.Status.CLOSED).order_by("pk")
    if not changes.first:
        risks = risks.filter(_touched(changes))
    with because(by=robot("risks"), step="risk.risk.follow"):
        before = dict(risks.values_list("pk", "exploited"))
        moved = settle(risks)
        for risk in Risk.objects.filter(pk__in=before, exploited__gt=0):
            if risk.exploited > before[risk.pk]:
                open_again(
                    risk,
                    Reassessment.Cause.EXPLOITED,
                    f"{risk.exploited} exploited vulnerabilities at the place, {before[risk.pk]} before.",
                )
        _due(today)
    changes.done()
    return moved


def _touched(changes: Changes) -> Q:
    """Return: the risk itself, one of its measures, or a match or asset of its place was written since."""
    assets = {int(row[0]) for row in changes.texts(Match, "asset_id")} | changes.ids(Asset)
    zones = {row for row in Asset.objects.filter(pk__in=assets).values_list("zone", flat=True) if row}
    zones |= {int(row[0]) for row in changes.texts(Asset, "zone_id") if row[0]}
    measures = {int(row[0]) for row in changes.texts(Treatment, "risk_id")}
    return Q(pk__in=changes.ids(Risk) | measures) | Q(asset__in=assets) | Q(zone__in=zones)


def _due(today: date) -> None:
    open_ones = Reassessment.objects.filter(status="OPEN", cause=Reassessment.Cause.DUE).values("risk")
    for risk in Risk.objects.filter(~Q(status="CLOSED"), ~Q(pk__in=open_ones), review_on__lte=today):
        open_again(risk, Reassessment.Cause.DUE, f"To be looked at again on {risk.review_on}.")
