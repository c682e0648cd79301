"""Measures rule sets and observed flows anew when what is declared changed, or a flow came to its end (N4, N5)."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Site
from accounts.robots import robot
from assets.models import Asset, Conduit, Flow, Interface, Network, Zone
from network import captures, rulesets
from network.models import FirewallRuleset, ObservedFlow
from policies.models import PolicyException
from registers import clock
from registers.history.changes import Changes
from registers.history.origin import because

WATCHED: tuple[Any, ...] = (Zone, Conduit, Flow, Asset, Interface, Network, PolicyException)
RECENT = timedelta(days=2)  # how long after its end a flow is looked for


def follow(*, now: datetime) -> int:
    """Measure the sites where something changed since the last look; return how many rules and flows changed."""
    changes = Changes("declared")
    measured = {*FirewallRuleset.objects.values_list("site", flat=True), *ObservedFlow.objects.values_list("site", flat=True).distinct()}  # fmt: skip
    if not changes.first:
        touched = {site for model in WATCHED for site in changes.sites(model)}
        measured &= touched | _ended(now)
    changed = 0
    with because(by=robot("segmentation"), step="network.observedflow.measure"):
        for site in Site.objects.filter(pk__in=measured).order_by("pk"):
            changed += rulesets.rejudge(site, now=now) + captures.rejudge(site, on=clock.day_of(now, site))
    changes.done()
    return changed


def _ended(now: datetime) -> set[int]:
    """Return the sites where a flow ended in the last days; measuring them twice changes nothing."""
    over: set[int] = set()
    for site in Site.objects.filter(pk__in=Flow.objects.filter(expires_on__isnull=False).values("site")):
        on = clock.day_of(now, site)
        if Flow.objects.filter(site=site, expires_on__lt=on, expires_on__gte=on - RECENT).exists():
            over.add(site.pk)
    return over
