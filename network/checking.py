"""Keeps the findings of the segmentation rules in step with the plant (N3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Site
from accounts.robots import robot
from assets.models import Asset, Conduit, Flow, Interface, Network, RemovableMedium, Zone
from network.models import SegmentationFinding
from network.plans import plan_of
from network.rules.segmentation import Violation, violations
from policies.models import PolicyException
from programme.models import Decision
from programme.workflow import end_early
from registers.history.changes import Changes
from registers.history.origin import because

S = SegmentationFinding.Status
WATCHED: tuple[Any, ...] = (Zone, Conduit, Flow, Asset, Interface, Network, RemovableMedium, PolicyException)
PERMITTED: Any = RemovableMedium.zones.through  # where a medium may be used; its rows name no site


@transaction.atomic
def recheck(site: Site, *, now: datetime) -> int:
    """Bring the findings of a site up to what the rules find now; return how many changed. What people decide meanwhile waits."""
    found = merged(violations(plan_of(robot("segmentation"), site)))
    locked = SegmentationFinding.objects.select_for_update(of=("self",)).select_related("exception")
    kept = {(one.rule, one.zone_id, one.conduit_id): one for one in locked.filter(site=site)}
    changed = 0
    for key, violation in found.items():
        finding = kept.get(key) or SegmentationFinding(
            site=site, rule=violation.rule, zone_id=violation.zone, conduit_id=violation.conduit, found_at=now
        )
        changed += _keep(finding, violation, now)
    for key, finding in kept.items():
        if key not in found and finding.status != S.FIXED:
            finding.status, finding.fixed_at = S.FIXED, now
            finding.save()
            changed += 1
    return changed


def merged(found: Iterable[Violation]) -> dict[tuple[str, int | None, int | None], Violation]:
    """Return one violation for each rule and zone or conduit, which says all that is wrong there."""
    told: dict[tuple[str, int | None, int | None], Violation] = {}
    for one in found:
        before = told.get((one.rule, *one.place))
        sentence = f"{before.sentence} {one.sentence}" if before else one.sentence
        told[one.rule, *one.place] = replace(before or one, sentence=sentence)
    return told


def _keep(finding: SegmentationFinding, violation: Violation, now: datetime) -> int:
    """Write what the rule says now; an exception that let something else stand ends."""
    exception = finding.exception
    in_force = exception is not None and exception.status == PolicyException.Status.IN_FORCE
    if exception is not None and in_force and exception.covers != violation.sentence:
        end_early(
            exception,
            Decision.Kind.EXCEPTION,
            by=robot("segmentation"),
            why=f"What it let stand changed: {violation.sentence}",
        )
        in_force = False
    status = S.WAIVED if in_force else S.OPEN
    told = (status, violation.sentence, list(violation.way))
    if finding.pk and (finding.status, finding.sentence, finding.way) == told:
        return 0
    if finding.status == S.FIXED:
        finding.found_at, finding.fixed_at = now, None
    finding.status, finding.sentence, finding.way = told
    finding.save()
    return 1


def follow(*, now: datetime) -> int:
    """Check the sites whose plan changed since the last look; return how many findings changed."""
    changes = Changes("segmentation")
    sites = Site.objects.order_by("pk")
    if not changes.first and not changes.any(PERMITTED):
        touched = {site for model in WATCHED for site in changes.sites(model)}
        sites = sites.filter(pk__in=touched)
    with because(by=robot("segmentation"), step="network.segmentationfinding.check"):
        changed = sum(recheck(site, now=now) for site in sites)
    changes.done()
    return changed
