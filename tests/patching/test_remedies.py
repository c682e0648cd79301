"""One release is proposed for a match: that of the asset's own train, and only what its advisory still names."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from patching import deploying, remedies
from patching.models import Match, Patch, PatchDeployment, VendorAlias
from registers.models import Watermark
from tests.patching.test_teaching import PUMP, pump, revised

pytestmark = pytest.mark.django_db(transaction=True)


def proposed(asset: Asset) -> dict[str, str]:
    """Propose what is missing, and return the state of each release on an asset: the same when all matches are told once more."""
    remedies.follow(now=timezone.now())
    once = _releases(asset)
    Watermark.objects.filter(follower=remedies.FOLLOWER).delete()
    remedies.follow(now=timezone.now())
    assert _releases(asset) == once
    return once


def _releases(asset: Asset) -> dict[str, str]:
    found = PatchDeployment.objects.filter(asset=asset).select_related("patch")
    return {one.patch.version: one.status for one in found}


def in_two_trains(fix: str = "Update to 2.5 or 3.1.") -> dict[str, Any]:
    """An advisory that names a release for each of two trains, in one sentence for both."""
    made = deepcopy(PUMP)
    product = made["product_tree"]["branches"][0]["branches"][0]
    product["branches"].append(
        {"category": "product_version_range", "name": ">=3.0|<3.1", "product": {"product_id": "P2", "name": "Quellwerk Flowmaster 300 3.x"}}
    )  # fmt: skip
    weakness = made["vulnerabilities"][0]
    weakness["product_status"]["known_affected"] = ["P1", "P2"]
    weakness["remediations"] = [{"category": "vendor_fix", "details": fix, "product_ids": ["P1", "P2"]}]
    return made


def other(tracking_id: str, fix: str, versions: str = "<2.5", also: str = "", *, state: str = "1") -> dict[str, Any]:
    """A second advisory on the same pump, which may affect one later version too."""
    made = revised(state, versions=versions, fix=fix)
    made["document"]["tracking"]["id"] = tracking_id
    if also:
        later = {
            "category": "product_version",
            "name": also,
            "product": {"product_id": "P9", "name": f"Flowmaster 300 {also}"},
        }
        made["product_tree"]["branches"][0]["branches"][0]["branches"].append(later)
        made["vulnerabilities"][0]["product_status"]["known_affected"].append("P9")
    return made


@pytest.mark.parametrize(("version", "release"), [("2.2", "2.5"), ("3.0", "3.1")])
@pytest.mark.parametrize("fix", ["Update to 2.5 or 3.1.", "Update to 3.1. For 2.x update to 2.5."])
def test_an_asset_gets_the_release_of_its_own_train_alone(
    version: str, release: str, fix: str, north: Site, feed: Callable[..., None]
) -> None:
    asset = pump(north, "N-P1", version=version)
    feed(in_two_trains(fix))
    assert proposed(asset) == {release: "AVAILABLE"}


def test_without_a_release_in_its_train_the_lowest_higher_one_is_proposed(
    north: Site, feed: Callable[..., None]
) -> None:
    asset = pump(north, "N-P1", version="1.7")
    feed(in_two_trains())
    assert proposed(asset) == {"2.5": "AVAILABLE"}


def test_a_release_that_the_advisory_no_longer_names_is_not_proposed_beside_the_new_one(
    north: Site, feed: Callable[..., None]
) -> None:
    asset = pump(north, "N-P1")
    feed(PUMP)
    assert proposed(asset) == {"2.5": "AVAILABLE"}
    feed(revised("2", versions="<3.1", fix="Update to 3.1."))
    assert proposed(asset) == {"2.5": "NOT_APPLICABLE", "3.1": "AVAILABLE"}
    assert "QW-1 names 3.1" in PatchDeployment.objects.get(asset=asset, patch__version="2.5").reason
    feed(revised("3", versions="<2.5", fix="Update to 2.5."))
    assert proposed(asset) == {"2.5": "AVAILABLE", "3.1": "NOT_APPLICABLE"}
    assert PatchDeployment.objects.get(asset=asset, patch__version="2.5").reason == ""


def test_what_somebody_began_with_or_ruled_out_is_left_to_people(
    north: Site, nils: User, feed: Callable[..., None]
) -> None:
    begun, left = pump(north, "N-P1"), pump(north, "N-P2")
    feed(PUMP)
    assert proposed(begun) == proposed(left) == {"2.5": "AVAILABLE"}
    deploying.start_test(PatchDeployment.objects.get(asset=begun), by=nils, test_environment="Bench")
    deploying.rule_out(PatchDeployment.objects.get(asset=left), by=nils, because_of="Not our variant")
    feed(revised("2", versions="<3.1", fix="Update to 3.1."))
    assert proposed(begun) == {"2.5": "IN_TEST", "3.1": "AVAILABLE"}
    feed(revised("3", versions="<2.5", fix="Update to 2.5."))
    assert proposed(left)["2.5"] == "NOT_APPLICABLE"


def mended_by(asset: Asset, version: str) -> set[str]:
    """Return the advisories that a proposed release is named to mend."""
    found = PatchDeployment.objects.get(asset=asset, patch__version=version).remedies
    return set(found.values_list("tracking_id", flat=True))


def test_one_release_stands_for_all_that_it_mends(north: Site, feed: Callable[..., None]) -> None:
    asset = pump(north, "N-P1")
    feed(PUMP)
    feed(other("QW-2", "Update to 2.7.", "<2.7"))
    assert proposed(asset) == {"2.7": "AVAILABLE"}
    assert mended_by(asset, "2.7") == {"QW-1", "QW-2"}
    feed(other("QW-3", "Update to 2.6.", "<2.6"))
    assert proposed(asset) == {"2.7": "AVAILABLE"}
    assert mended_by(asset, "2.7") == {"QW-1", "QW-2", "QW-3"}


def test_a_newer_release_takes_the_place_of_the_one_proposed_before(north: Site, feed: Callable[..., None]) -> None:
    asset = pump(north, "N-P1")
    feed(PUMP)
    assert proposed(asset) == {"2.5": "AVAILABLE"}
    Match.objects.update(found_on=F("found_on") - timedelta(days=30), due_on=F("due_on") - timedelta(days=30))
    first = Match.objects.get().due_on
    PatchDeployment.objects.update(due_on=first)
    feed(other("QW-2", "Update to 2.7.", "<2.7"))
    assert proposed(asset) == {"2.5": "NOT_APPLICABLE", "2.7": "AVAILABLE"}
    assert mended_by(asset, "2.7") == {"QW-1", "QW-2"}
    assert Match.objects.get(advisory__tracking_id="QW-2").due_on > first
    assert PatchDeployment.objects.get(patch__version="2.7").due_on == first
    assert "QW-2 names 2.7" in PatchDeployment.objects.get(patch__version="2.5").reason


@pytest.mark.parametrize("step", ["start_test", "approved", "by hand"])
def test_what_is_under_way_stays_beside_the_newer_one(
    step: str, north: Site, nils: User, feed: Callable[..., None]
) -> None:
    asset = pump(north, "N-P1")
    feed(PUMP)
    assert proposed(asset) == {"2.5": "AVAILABLE"}
    begun = PatchDeployment.objects.get()
    if step == "start_test":
        deploying.start_test(begun, by=nils, test_environment="Bench")
    elif step == "approved":
        PatchDeployment.objects.update(status="APPROVED", test_passed=True)
    else:
        begun.delete()
        PatchDeployment.objects.create(site=north, asset=asset, patch=begun.patch)
    feed(other("QW-2", "Update to 2.7.", "<2.7"))
    kept = {"start_test": "IN_TEST", "approved": "APPROVED", "by hand": "AVAILABLE"}[step]
    assert proposed(asset) == {"2.5": kept, "2.7": "AVAILABLE"}


def test_what_people_ruled_out_or_put_off_stands_for_nothing_else(
    north: Site, nils: User, feed: Callable[..., None]
) -> None:
    asset = pump(north, "N-P1")
    feed(other("QW-2", "Update to 2.7.", "<2.7"))
    assert proposed(asset) == {"2.7": "AVAILABLE"}
    deploying.rule_out(PatchDeployment.objects.get(), by=nils, because_of="Not our variant")
    feed(PUMP)
    assert proposed(asset) == {"2.5": "AVAILABLE", "2.7": "NOT_APPLICABLE"}


@pytest.mark.parametrize("told_together", [False, True])
def test_a_release_stays_for_what_the_newer_one_does_not_mend(
    told_together: bool, north: Site, feed: Callable[..., None]
) -> None:
    asset = pump(north, "N-P1")
    feed(PUMP)
    feed(other("QW-2", "Update to 2.7.", "<2.7"))
    feed(other("QW-3", "Update to 2.6.", "<2.6", "3.1"))
    assert proposed(asset) == {"2.7": "AVAILABLE"}
    feed(other("QW-2", "Update to 3.1.", "<3.1", state="2"))
    if told_together:
        Watermark.objects.filter(follower=remedies.FOLLOWER).delete()
    assert proposed(asset) == {"2.7": "AVAILABLE", "3.1": "AVAILABLE"}
    assert {"QW-1", "QW-3"} <= mended_by(asset, "2.7")


def test_one_release_is_proposed_once_however_its_vendor_is_written(north: Site, feed: Callable[..., None]) -> None:
    pumps = [pump(north, "N-P1"), pump(north, "N-P2", vendor="Quellwerk GmbH"), pump(north, "N-P3", vendor="QW")]
    VendorAlias.objects.create(written="QW", means="Quellwerk")
    feed(PUMP)
    assert [proposed(one) for one in pumps] == [{"2.5": "AVAILABLE"}] * 3
    assert Patch.objects.get().deployments.count() == 3


def test_a_plan_that_a_person_made_by_hand_is_never_taken_back(north: Site, feed: Callable[..., None]) -> None:
    asset = pump(north, "N-P1")
    feed(PUMP)
    proposed(asset)
    named = Patch.objects.get(version="2.5")
    upgrade = Patch.objects.create(vendor=named.vendor, product=named.product, version="3.1")
    upgrade.advisories.set(named.deployments.get().remedies.all())
    PatchDeployment.objects.create(site=north, asset=asset, patch=upgrade)
    feed(revised("2", versions="<2.4", fix="Update to 2.4."))
    assert proposed(asset) == {"2.4": "AVAILABLE", "2.5": "NOT_APPLICABLE", "3.1": "AVAILABLE"}
