"""Finds the release that mends a match in the advisory's own words, and proposes it for the assets that need it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from accounts.robots import robot
from assets.models import Asset
from patching.brands import Vendors
from patching.deploying import OPEN
from patching.matching import TYPE, index_of
from patching.models import DeploymentRemedy, Match, Patch, PatchDeployment
from patching.models.patches import STEP
from patching.rules.advisories import NamedProduct
from patching.rules.fixes import fixed_releases
from patching.rules.index import Index
from patching.rules.matching import AssetType
from patching.rules.releases import compare, read_version
from registers.history.changes import Changes
from registers.history.origin import because
from registers.history.timeline import events_of
from registers.locks import held

PROPOSING = 7003  # advisory lock
FOLLOWER = "patches, one for all that it mends"  # under another name all matches are looked at once more
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
        if mends(match, raw, index):
            return raw[:80]
    return ""


def mends(match: Match, version: str, index: Index) -> bool:
    """Tell whether the advisory would no longer affect the asset with this version, as the matcher judges it."""
    asset = match.asset
    kind = AssetType(asset.vendor, asset.product, asset.model_number, version)
    return all(judgement.verdict.value in {"FIXED", "NOT_AFFECTED"} for _key, judgement in index.match(kind))


class Remedies:
    """Which release mends a match, and whether another does too: asked once for each advisory and product."""

    def __init__(self) -> None:
        self._named: dict[tuple[Any, ...], str] = {}
        self._mended: dict[tuple[Any, ...], bool] = {}
        self._vendors = Vendors()

    def of(self, match: Match) -> str:
        """Return the release that the match's own advisory names for its asset, or nothing."""
        key = (match.advisory_id, match.product, *(getattr(match.asset, name) for name in TYPE))
        if key not in self._named:
            self._named[key] = remedy(match)
        return self._named[key]

    def covered(self, match: Match, version: str) -> bool:
        """Tell whether a release is at least the one that mends the match, and the matcher judges it so."""
        own, other = read_version(self.of(match)), read_version(version)
        if own is None or other is None or compare(other, own) not in {0, 1}:
            return False
        asset = match.asset
        key = (match.advisory_id, asset.vendor, asset.product, asset.model_number, version)
        if key not in self._mended:
            self._mended[key] = mends(match, version, index_of([match.advisory_id]))
        return self._mended[key]

    def patch(self, asset: Asset, product: str, version: str) -> Patch:
        """Return the patch of a release: one, however inventories write its vendor."""
        for one in Patch.objects.filter(product=product, version=version).order_by("pk"):
            if self._vendors.same(one.vendor, asset.vendor):
                return one
        return Patch.objects.create(vendor=asset.vendor, product=product, version=version)


def propose(matches: Iterable[Match], *, now: datetime) -> int:
    """Propose, for affected matches whose advisory names a mended release, that release on the asset; return how many are new.

    Of the matches of one asset, which stand together, those that a newer release mends too are mended by that one alone.
    """
    remedies, made = Remedies(), 0
    with because(by=robot("patches"), step=STEP):
        for _asset, found in groupby(matches, key=lambda match: match.asset_id):
            for version, mended in _standing(list(found), remedies):
                made += _offer(mended, version, remedies)
    return made


def _standing(matches: list[Match], remedies: Remedies) -> Iterator[tuple[str, list[Match]]]:
    """Yield the fewest releases that mend these matches of one asset, the newest first, each with what it mends."""
    named = [(version, match) for match in matches if (version := remedies.of(match))]
    rest = sorted(named, key=lambda pair: _order(pair[0]), reverse=True)
    settled = set(
        PatchDeployment.objects.filter(asset=matches[0].asset_id).exclude(status__in=OPEN)
        .exclude(status=S.NOT_APPLICABLE, reason__startswith=REPLACED).values_list("patch__version", flat=True)
    ) if rest else set()  # fmt: skip
    while rest:
        newest = rest[0][0]  # what people put off or ruled out stands for no other match
        mended = [
            (version, match) for version, match in rest
            if version == newest or (newest not in settled and remedies.covered(match, newest))
        ]  # fmt: skip
        yield newest, [match for _version, match in mended]
        rest = [pair for pair in rest if pair not in mended]


def _order(version: str) -> Any:
    release = read_version(version)
    return (release is not None, release.key if release else ())


def _offer(mended: list[Match], version: str, remedies: Remedies) -> int:
    """Propose a release for what it mends on one asset, unless a newer one mends it too that another match asks for, or asked for."""
    match, asset = mended[0], mended[0].asset
    product = asset.product or asset.model_number
    there = PatchDeployment.objects.filter(asset=asset, patch__product=product)
    newer = [
        one for one in there.filter(status__in=OPEN).exclude(patch__version=version).select_related("patch")
        if all(remedies.covered(other, one.patch.version) for other in mended)
        and (_given_for(one, mended) or any(remedies.of(other) == one.patch.version for other in _others(one, mended)))
        and _proposed(one)
    ]  # fmt: skip
    if newer:
        deployment, new, back = max(newer, key=lambda one: _order(one.patch.version)), False, 0
        patch = deployment.patch
    else:
        patch = remedies.patch(asset, product, version)
        deployment, new = PatchDeployment.objects.get_or_create(
            asset=asset, patch=patch, defaults={"site": match.site, "minutes": patch.minutes}
        )
        if new:
            DeploymentRemedy.objects.create(deployment=deployment, advisory=match.advisory, asked=True)
        kept = PatchDeployment.objects.filter(pk=deployment.pk)
        back = kept.filter(status=S.NOT_APPLICABLE, reason__startswith=REPLACED).update(status=S.AVAILABLE, reason="")
    _join(deployment, mended)
    _withdraw(deployment, mended, remedies)
    return int(new) + back


def _proposed(deployment: PatchDeployment) -> bool:
    """Tell whether the portal proposed it; what a person planned by hand stands apart."""
    made = events_of(PatchDeployment).filter(pgh_obj=deployment.pk, pgh_label="insert", pgh_context__step=STEP)
    return made.exists()


def _given_for(deployment: PatchDeployment, mended: Iterable[Match]) -> bool:
    """Tell whether a patch was proposed for these matches already, and not because one of them asked for it."""
    advisories = {match.advisory_id for match in mended}
    found = DeploymentRemedy.objects.filter(deployment=deployment, advisory__in=advisories)
    return found.count() == len(advisories) and not found.filter(asked=True).exists()


def _others(deployment: PatchDeployment, mended: Iterable[Match]) -> list[Match]:
    """Return the affected matches on its asset for which a patch is proposed, without these."""
    found = Match.objects.filter(
        asset=deployment.asset_id, verdict=Match.Verdict.AFFECTED, advisory__in=deployment.advisories
    )
    return list(found.exclude(pk__in=[match.pk for match in mended]).select_related("asset", "advisory", "site"))


def _join(deployment: PatchDeployment, mended: Iterable[Match]) -> None:
    """Say that a patch mends these matches too; it is due with the first of them."""
    matches = list(mended)
    deployment.remedies.add(*(match.advisory for match in matches))
    due = min((match.due_on for match in matches if match.due_on), default=None)
    if due and (deployment.due_on is None or due < deployment.due_on):
        PatchDeployment.objects.filter(pk=deployment.pk).update(due_on=due)
        deployment.due_on = due


def _withdraw(deployment: PatchDeployment, mended: list[Match], remedies: Remedies) -> None:
    """Take back what was proposed before, where nobody began with it and this release mends all that it was for."""
    named, advisories = deployment.patch, {match.advisory_id for match in mended}
    proposed = PatchDeployment.objects.filter(
        asset=deployment.asset_id, status=S.AVAILABLE, reason="", test_passed=None,
        patch__product=named.product,
    ).exclude(patch=named)  # fmt: skip
    stands = PatchDeployment.objects.filter(pk=deployment.pk, status__in=OPEN).exists()
    for one in proposed.select_related("patch"):
        others = [other for other in _others(one, mended) if remedies.covered(other, one.patch.version)]
        if others:
            over = stands and all(remedies.covered(other, named.version) for other in others)
        else:
            over = one.advisories.filter(pk__in=advisories).exists()
        if over and _proposed(one):
            why = f"{REPLACED}{mended[0].advisory} names {named.version}."
            PatchDeployment.objects.filter(pk=one.pk, status=S.AVAILABLE).update(
                status=S.NOT_APPLICABLE, reason=why[:500]
            )
            _join(deployment, others)


def follow(*, now: datetime) -> int:
    """Propose patches for the matches that changed since the last look; return how many are new."""
    with held(PROPOSING) as free:
        if not free:
            return 0
        changes = Changes(FOLLOWER)
        affected = Match.objects.filter(verdict=Match.Verdict.AFFECTED).select_related("asset", "advisory", "site")
        if not changes.first:
            affected = affected.filter(pk__in=changes.ids(Match))
        made = propose(affected.order_by("asset", "pk").iterator(chunk_size=500), now=now)
        changes.done()
        return made
