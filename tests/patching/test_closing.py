"""From a match to its patch and back: what is installed closes the match through the real matcher, what is rolled back opens it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from csms.celery import app
from csms.demo.files import FEED
from patching import deploying, matching, polling, remedies
from patching.models import Match, PatchDeployment
from patching.tasks import propose_patches, rematch
from tests.patching.steps import approved, back_up, scheduled
from tests.patching.test_matching import DATA, take_folder, with_data


@pytest.mark.django_db(transaction=True)
def test_the_loop_closes_through_the_real_matcher(
    north: Site, emil: User, petra: User, authority: Any, window: Any
) -> None:
    store = Asset.objects.create(
        site=north, name="N-OPS-BKP01", vendor="Veeam", product="Backup & Replication", version="11.0.1.1261"
    )
    take_folder(FEED)
    match = Match.objects.get(asset=store, advisory__tracking_id="MW-2026-006")
    assert match.verdict == "AFFECTED"
    assert remedies.follow(now=timezone.now()) >= 1
    assert remedies.follow(now=timezone.now()) == 0
    deployment = PatchDeployment.objects.get(asset=store, remedies=match.advisory)
    assert (deployment.patch.version, deployment.due_on) == ("12.0.0.1420", match.due_on)
    back_up(store)
    scheduled(approved(deployment, emil, petra), window, emil)
    deploying.install(deployment, by=emil, note="The pumps stood still")
    matching.follow(now=timezone.now())
    match.refresh_from_db()
    assert match.verdict in {"FIXED", "NOT_AFFECTED"}
    deploying.verify(deployment, by=emil, version_read=deployment.patch.version)
    deploying.roll_back(deployment, by=emil, because_of="The nightly copy failed")
    matching.follow(now=timezone.now())
    match.refresh_from_db()
    store.refresh_from_db()
    assert (match.verdict, store.version) == ("AFFECTED", "11.0.1.1261")


@with_data
@pytest.mark.django_db(transaction=True)
def test_nothing_is_proposed_where_the_vendor_names_no_release(north: Site) -> None:
    gateway = Asset.objects.create(site=north, name="N-GW1", vendor="Moxa", product="MGate MB3180", version="2.2")
    take_folder(DATA / "csaf")
    match = Match.objects.get(asset=gateway, advisory__tracking_id="ICSA-21-357-01")
    assert (match.verdict, remedies.remedy(match)) == ("AFFECTED", "")


@pytest.fixture
def woken() -> Iterator[None]:
    """Do each task at once where it is sent."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.mark.django_db(transaction=True)
def test_a_patch_is_proposed_as_soon_as_its_match_is_written(north: Site, woken: None) -> None:
    store = Asset.objects.create(
        site=north, name="N-OPS-BKP01", vendor="Veeam", product="Backup & Replication", version="11.0.1.1261"
    )
    assert polling.poll(polling.source_for(str(FEED)), now=timezone.now())
    assert rematch() > 0
    kept = PatchDeployment.objects.get(asset=store)
    assert kept.patch.version == "12.0.0.1420"
    assert (rematch(), propose_patches()) == (0, 0)
    kept_again = PatchDeployment.objects.get(asset=store)
    assert kept_again.revision == kept.revision
