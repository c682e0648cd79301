"""Which patches the ticked assets wait for: those on the way, those that are known and not planned yet, and why the rest has none."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from assets.models import Asset
from patching.brands import Vendors
from patching.deploying import OPEN
from patching.models import Match, Patch, PatchDeployment
from patching.patch_registers import DEPLOYMENTS, PATCHES
from patching.registers import MATCHES
from patching.rules.releases import compare, read_version
from registers import saving
from registers.door import may
from registers.history.origin import because
from registers.wording import small


@dataclass
class Waiting:
    """What can be planned for some assets: deployments, patches that nobody planned, and the assets left out with the reason."""

    deployments: list[PatchDeployment] = field(default_factory=list)
    unplanned: list[tuple[Asset, Patch]] = field(default_factory=list)
    left: list[tuple[Asset, str]] = field(default_factory=list)


def waiting_for(assets: Sequence[Asset], *, user: Any) -> Waiting:
    """Return what can be planned for these assets by this person."""
    keys = [asset.pk for asset in assets]
    known: dict[int, list[PatchDeployment]] = defaultdict(list)
    for one in DEPLOYMENTS.queryset(user).filter(asset__in=keys).order_by("due_on", "pk"):
        known[one.asset_id].append(one)
    named = _named(assets, user)
    found = Waiting()
    for asset in assets:
        ready = [one for one in known[asset.pk] if one.status in OPEN]
        newest = named.get(asset.pk)
        planned = any(one.patch == newest for one in known[asset.pk])
        if not may(user, "start_test", PatchDeployment(site=asset.site)):
            found.left.append((asset, gettext("you may not plan patches at {site}").format(site=asset.site.code)))
        elif ready:
            found.deployments += ready
        elif newest is None or planned:
            found.left.append((asset, _why_not(known[asset.pk], open_matches=asset.pk in named)))
        elif may(user, "add", PatchDeployment(site=asset.site)):
            found.unplanned.append((asset, newest))
        else:
            found.left.append(
                (asset, gettext("{patch} is not planned yet, and you may not add it").format(patch=newest))
            )
    return found


def _named(assets: Sequence[Asset], user: Any) -> dict[int, Patch | None]:
    """Return, for each asset with open matches, the newest patch of its product that mends one of them, or None."""
    advisories: dict[int, set[int]] = defaultdict(set)
    rows = MATCHES.queryset(user).filter(asset__in=[one.pk for one in assets], verdict__in=Match.OPEN)
    for asset, advisory in rows.order_by().values_list("asset", "advisory"):
        advisories[asset].add(advisory)
    told, vendors = _mending(set().union(*advisories.values()), user), Vendors()
    by_product: dict[str, list[Patch]] = defaultdict(list)
    for patch in PATCHES.queryset(user).filter(pk__in=told):
        by_product[patch.product].append(patch)

    def mending(asset: Asset) -> list[Patch]:
        found = by_product[asset.product or asset.model_number]
        return [one for one in found if told[one.pk] & advisories[asset.pk] and vendors.same(one.vendor, asset.vendor)]

    return {asset.pk: _newest(asset, mending(asset)) for asset in assets if asset.pk in advisories}


def _mending(advisories: Iterable[int] | QuerySet[Match, Any], user: Any) -> dict[int, set[int]]:
    """Return by patch which of these advisories it mends: as a person wrote down, or on an asset that this person may see."""
    written = PATCHES.queryset(user).filter(advisories__in=advisories).values_list("pk", "advisories")
    found = DEPLOYMENTS.queryset(user).filter(remedies__in=advisories).values_list("patch", "remedies")
    told: dict[int, set[int]] = defaultdict(set)
    for patch, advisory in (*written.order_by(), *found.order_by()):
        told[patch].add(advisory)
    return told


def _newest(asset: Asset, patches: Iterable[Patch]) -> Patch | None:
    installed = read_version(asset.version)
    found = [
        (release.key, patch) for patch in patches
        if (release := read_version(patch.version)) is not None
        and installed is not None and compare(release, installed) == 1
    ]  # fmt: skip
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _why_not(deployments: Sequence[PatchDeployment], *, open_matches: bool) -> str:
    if deployments:
        last = deployments[-1]
        return gettext("{patch} is {state}").format(patch=last.patch, state=small(last.get_status_display()))
    if open_matches:
        return gettext("no patch is known for its open matches")
    return gettext("it has no open match")


def plan(unplanned: Iterable[tuple[Asset, Patch]], *, by: Any) -> list[PatchDeployment]:
    """Plan these patches on these assets, all of them or none."""
    made = [
        PatchDeployment(site=asset.site, asset=asset, patch=patch, minutes=patch.minutes, due_on=_due(asset, patch, by))
        for asset, patch in unplanned
    ]
    with because(by=by, step="patching.patchdeployment.plan"):
        saving.save_many(made, by=by)
        for one in made:
            one.remedies.add(*_mended(one.asset, one.patch, by).values_list("advisory", flat=True))
    return made


def _mended(asset: Asset, patch: Patch, user: Any) -> QuerySet[Match]:
    """Return the open matches of an asset that a patch mends there."""
    found = MATCHES.queryset(user).filter(asset=asset, verdict__in=Match.OPEN)
    return found.filter(advisory__in=_mending(found.values("advisory"), user)[patch.pk])


def _due(asset: Asset, patch: Patch, user: Any) -> Any:
    """Return the first day on which a match that the patch mends is due there."""
    return _mended(asset, patch, user).order_by("due_on").values_list("due_on", flat=True).first()
