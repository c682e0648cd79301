"""Done this week tells what a person did, from the steps in the history: patches, walk-downs, reviews, beside decisions and matches (X6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from assets import floor
from assets.models import Asset, Sighting, WalkDown
from csms import work
from patching import deploying
from patching.models import Patch, PatchDeployment
from patching.patch_registers import DEPLOYMENTS
from programme.judging import judge
from programme.models import Evidence, Judgement
from registers.history.deeds import taken
from tests.csms.test_inbox import page

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()


@pytest.fixture
def tested(plc: Asset, emil: User) -> PatchDeployment:
    """A patch that Emil tested this week."""
    patch = Patch.objects.create(vendor="Siemens", product="CPU 1516", version="V3.1.2")
    one = PatchDeployment.objects.create(site=plc.site, asset=plc, patch=patch)
    log = Evidence.objects.create(site=plc.site, title="Log", kind="RECORD_OF_PRACTICE", note="x", effective_from=TODAY)
    deploying.start_test(one, by=emil, test_environment="Bench")
    return deploying.pass_test(one, by=emil, test_steps="Loaded", test_result="Fine", test_proofs=[log])


def told(user: User) -> list[tuple[str, str]]:
    return [(one.title, one.detail) for one in work.done(user, TODAY)]


def test_a_patch_stands_once_with_the_last_step_of_the_person(
    tested: PatchDeployment, emil: User, nils: User, sven: User
) -> None:
    assert told(emil) == [(str(tested), "NORTH · Test passed")]
    assert told(nils) == told(sven) == []
    deploying.refuse_test(tested, by=nils, because_of="It restarts too often")
    assert told(emil) == [(str(tested), "NORTH · Test passed")]
    assert told(nils) == [(str(tested), "NORTH · Test refused")]


def test_a_walk_down_stands_once_however_many_assets_were_seen(plc: Asset, emil: User) -> None:
    walk = WalkDown.objects.create(site=plc.site, title="Autumn round")
    other = Asset.objects.create(site=plc.site, name="N-HMI01")
    floor.see(walk, by=emil, asset=plc.name, result="FOUND")
    floor.see(walk, by=emil, asset=other.name, result="DIFFERENT", note="Another colour")
    assert told(emil) == [("Autumn round", "NORTH · Record")]
    floor.leave(Sighting.objects.get(asset=other), by=emil, because_of="Painted")
    floor.close(walk, by=emil)
    assert [title for title, _detail in told(emil)].count("Autumn round") == 1
    assert ("Autumn round", "NORTH · Close") in told(emil)
    assert any(detail == "NORTH · Leave as it is" for _title, detail in told(emil))


def test_a_requirement_that_was_judged_stands_there(judgement: Judgement, nils: User) -> None:
    judge(judgement, by=nils, verdict="MET", why="Seen")
    assert told(nils) == [(str(judgement), "NORTH · Judge")]


def test_what_was_done_before_is_left_out(tested: PatchDeployment, emil: User) -> None:
    later = timezone.now() + timedelta(minutes=1)
    assert taken(DEPLOYMENTS, (deploying.pass_test,), by=emil, since=later, kind="patch") == []
    assert taken(DEPLOYMENTS, (deploying.verify,), by=emil, since=timezone.now() - work.WEEK, kind="patch") == []


def test_the_page_lists_it_and_more_of_it_costs_no_more_queries(
    tested: PatchDeployment, plc: Asset, emil: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(emil)
    assert str(tested) in page(client, "?tab=done")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            work.done(emil, TODAY)
        return len(asked)

    few = queries()
    for number in range(4):
        asset = Asset.objects.create(site=plc.site, name=f"N-{number}")
        one = PatchDeployment.objects.create(site=plc.site, asset=asset, patch=tested.patch, status="IN_TEST")
        deploying.refuse_test(one, by=emil, because_of="It does not start")
    assert len(work.done(emil, TODAY)) == 5
    assert queries() == few
