"""Finds the release that mends a match in the advisory's own words, and proposes it for the assets that need it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.robots import robot
from patching.matching import TYPE, index_of
from patching.models import Match, Patch, PatchDeployment
from patching.rules.advisories import NamedProduct
from patching.rules.fixes import fixed_releases
from patching.rules.matching import AssetType
from patching.rules.releases import compare, read_version
from registers.history.changes import Changes
from registers.history.origin import because
from registers.history.timeline import events_of

LOCK = 7003
STEP = "patching.patchdeployment.propose"
S = PatchDeployment.Status
REPLACED = "Another release mends it now: "


def remedy(match: Match) -> str:
    """Return the lowest release named by the advisory that is newer than the asset's and that it no longer affects, or nothing."""
    asset, state = match.asset, match.advisory.states.order_by("-pk").first()
    installed = read_version(asset.version)
    if state is None or installed is None:
        return ""
    named = [NamedProduct.from_json(one) for one in state.products if one["leaf"]["full_name"][:1000] == match.product]
    releases = {release.raw: release for product in named for text in product.texts for release in fixed_releases(text)}
    releases |= {
        product.leaf.version: release
        for product in map(NamedProduct.from_json, state.products)
        if any(status in {"fixed", "first_fixed"} for _cve, status in product.statuses)
        and (product.leaf.vendor, product.leaf.product) in {(one.leaf.vendor, one.leaf.product) for one in named}
        and (release := read_version(product.leaf.version)) is not None
    }
    index = index_of([match.advisory_id])
    newer = [(raw, release) for raw, release in releases.items() if compare(release, installed) == 1]
    for raw, _release in sorted(newer, key=lambda pair: pair[1].key):
        kind = AssetType(asset.vendor, asset.product, asset.model_number, raw)
        if all(judgement.verdict.value in {"FIXED", "NOT_AFFECTED"} for _key, judgement in index.match(kind)):
            return raw[:80]
    return ""


def propose(matches: Iterable[Match], *, now: datetime) -> int:
    """Propose, for affected matches whose advisory names a mended release, that release on the asset; return how many are new."""
    known: dict[tuple[Any, ...], str] = {}
    made = 0
    with because(by=robot("patches"), step=STEP):
        for match in matches:
            asset = match.asset
            key = (match.advisory_id, match.product, *(getattr(asset, name) for name in TYPE))
            if key not in known:
                known[key] = remedy(match)
            if known[key]:
                made += _offer(match, known[key], now)
    return made


def _offer(match: Match, version: str, now: datetime) -> int:
    asset = match.asset
    patch, _new = Patch.objects.get_or_create(
        vendor=asset.vendor, product=asset.product or asset.model_number, version=version,
        defaults={"title": match.advisory.title[:200], "reference": match.advisory.tracking_id, "released_on": match.advisory.current_release_on.date()},
    )  # fmt: skip
    patch.advisories.add(match.advisory)
    deployment, new = PatchDeployment.objects.get_or_create(
        asset=asset, patch=patch, defaults={"site": match.site, "due_on": match.due_on, "minutes": patch.minutes}
    )
    kept = PatchDeployment.objects.filter(pk=deployment.pk)
    if not new and match.due_on and (deployment.due_on is None or match.due_on < deployment.due_on):
        kept.update(due_on=match.due_on)
    back = kept.filter(status=S.NOT_APPLICABLE, reason__startswith=REPLACED).update(status=S.AVAILABLE, reason="")
    _withdraw(match, patch)
    return int(new) + back


def _withdraw(match: Match, named: Patch) -> None:
    """Take back what was proposed before the advisory named this release, where nobody began with it and it mends nothing else."""
    proposed = PatchDeployment.objects.filter(
        asset=match.asset, status=S.AVAILABLE, reason="", test_passed=None, patch__advisories=match.advisory,
        patch__vendor=named.vendor, patch__product=named.product,
    ).exclude(patch=named)  # fmt: skip
    for one in proposed.select_related("patch"):
        others = Match.objects.filter(asset=match.asset, verdict=Match.Verdict.AFFECTED, advisory__patches=one.patch)
        made = events_of(PatchDeployment).filter(pgh_obj=one.pk, pgh_label="insert", pgh_context__step=STEP)
        needed = any(remedy(other) == one.patch.version for other in others.exclude(pk=match.pk))
        if made.exists() and not needed:
            why = f"{REPLACED}{match.advisory} names {named.version}."
            PatchDeployment.objects.filter(pk=one.pk, status=S.AVAILABLE).update(
                status=S.NOT_APPLICABLE, reason=why[:500]
            )


def follow(*, now: datetime) -> int:
    """Propose patches for the matches that changed since the last look; return how many are new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    try:
        changes = Changes("patches")
        affected = Match.objects.filter(verdict=Match.Verdict.AFFECTED).select_related("asset", "advisory", "site")
        if not changes.first:
            affected = affected.filter(pk__in=changes.ids(Match))
        made = propose(affected.order_by("pk").iterator(chunk_size=500), now=now)
        changes.done()
        return made
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [LOCK])
