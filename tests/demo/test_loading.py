"""The demo plant loads once, its year reads as if it had happened, and it goes again without a trace but history."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, Site, User
from accounts.permissions import may
from assets.models import Asset, Conduit, Zone
from csms.catalog import REGISTERS
from network import functions
from network.monitoring import LastSeen
from network.rules.monitoring import Watch, watch
from patching.controlling import control
from patching.models import Advisory, AdvisorySource, Match, PatchDeployment
from programme.models import Authority, Decision, Evidence, Judgement, Requirement
from registers.history import seals
from registers.history.past import as_of, tracked
from registers.history.timeline import entries
from registers.models import Installation, Mail
from risk.models import Threat, in_force
from scope.models import Process, ScopeStatement
from tests.demo.plant import events

pytestmark = pytest.mark.django_db
PASSWORD = "csms-demo-2026"


def run(*arguments: str) -> str:
    """Run `manage.py demo` and return the last line that it printed."""
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue().strip().splitlines()[-1]


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Load the demo plant once for this module, and leave an empty database behind."""
    with django_db_blocker.unblock():
        try:
            call_command("prepare", "--demo", stdout=StringIO())
            yield run()
        finally:
            call_command("flush", interactive=False, verbosity=0)


def test_the_plant_is_there(demo: str) -> None:
    assert demo.startswith("sites: 3, people: 7, assets: 404, ")
    assert (Zone.objects.count(), Conduit.objects.count()) == (34, 38)
    assert not Conduit.objects.filter(boundary_device=None).exists()
    assert Process.objects.exclude(assets=None).count() == 12
    assert Advisory.objects.count() == 71
    assert Match.objects.filter(verdict="AFFECTED").count() > 60
    assert Match.objects.filter(verdict="REVIEW").count() > 20
    assert Judgement.objects.count() == 3 * 87
    assert set(ScopeStatement.objects.filter(status="APPROVED").values_list("site__code", flat=True)) == {
        "NORTH",
        "SOUTH",
        "HARBOUR",
    }
    assert Decision.objects.filter(kind="NOT_APPLICABLE", status="REQUESTED").exists()


def test_one_site_has_every_security_function_and_its_zones_are_seen_silent_or_dark() -> None:
    assert set(Site.objects.filter(functions.lacking()).values_list("code", flat=True)) == {"SOUTH", "HARBOUR"}
    mara, today = User.objects.get(email="mara@demo.example"), timezone.localdate()
    south, north = Site.objects.get(code="SOUTH"), Site.objects.get(code="NORTH")
    assert [one.function for one in functions.at(mara, south) if not one.assets] == ["MONITORING"]
    seen = LastSeen(mara, north).zones
    stands = {watch(seen.get(zone.pk), today) for zone in Zone.objects.filter(site=north, external=False)}
    assert stands == set(Watch)


def test_people_sign_in_and_are_held_to_their_site() -> None:
    people = {one.email.split("@")[0]: one for one in User.objects.filter(robot=False)}
    assert all(one.check_password(PASSWORD) for one in people.values())
    north, south = (Asset.objects.filter(site__code=code)[0] for code in ("NORTH", "SOUTH"))
    assert may(people["emil"], "change", north)
    assert not may(people["emil"], "view", south)
    assert may(people["ada"], "view", north)
    assert not may(people["ada"], "change", north)
    assert may(people["mara"], "change", south)


def test_the_engineer_of_south_learns_nothing_of_north() -> None:
    sven, told = Client(), {}
    sven.force_login(User.objects.get(email="sven@demo.example"))
    pages = [
        "/",
        "/my-work/",
        "/search/?q=n",
        "/reports/conformity/",
        "/self-checks/",
        "/patching/plan/",
        "/patching/exposure/",
        "/network/drawing/",
    ]
    for register in REGISTERS:
        pages += [f"/{register.app}/{register.name}/?rows=200", f"/api/v1/{register.name}/?limit=1000"]
    for page in pages:
        answer = sven.get(page)
        assert answer.status_code in {200, 403}, page
        if found := re.search(rb".{40}(\bNORTH\b|\bN-[A-Z]{2}).{20}", answer.content, re.S):
            told[page] = found[0]
    assert told == {}


def test_only_the_demo_feed_is_polled_by_itself() -> None:
    assert list(AdvisorySource.objects.filter(enabled=True).values_list("name", flat=True)) == ["Merewater demo feed"]
    assert set(AdvisorySource.objects.filter(enabled=False).values_list("kind", flat=True)) == {"CSAF", "KEV", "EPSS"}


def test_no_letter_of_the_past_waits_to_be_sent() -> None:
    assert not Mail.objects.exists()


def test_an_assets_year_tells_who_did_what_and_why() -> None:
    told = entries(Asset.objects.get(name="N-CR-SCADA01"))
    update = next(one for one in told if any(change.field == "version" for change in one.changes))
    assert (update.actor, update.reason) == ("Emil Vang", "With the spring shutdown.")
    assert told[-1].actor == "Nils Aker"
    assert told[-1].reason == "import Server list of the works"
    assert [one.at for one in told] == sorted((one.at for one in told), reverse=True)
    assert timedelta(days=355) < timezone.now() - told[-1].at < timedelta(days=365)


def test_no_record_of_the_year_is_dated_on_the_day_of_loading() -> None:
    today = timezone.now() - timedelta(hours=1)
    for model, event in tracked():
        assert not event.objects.filter(pgh_created_at__gt=today).exists(), model
    assert not Match.objects.filter(found_on=date.today()).exists()
    assert not Match.objects.exclude(decided_at=None).filter(decided_at__gt=today).exists()
    assert not Judgement.objects.filter(judged_at__gt=today).exists()
    assert not Decision.objects.filter(requested_at__gt=today).exists()


def test_what_a_person_decided_stands() -> None:
    kept = Match.objects.get(asset__name="N-DS-SW02", advisory__tracking_id="MW-2026-001")
    assert (kept.status, kept.verdict, str(kept.decided_by)) == ("REJECTED", "NOT_AFFECTED", "Nils Aker")
    assert Match.objects.filter(status="CONFIRMED").count() >= 9


def test_whose_firmware_the_year_tells_is_not_patched_beside_it() -> None:
    told = {(event["site"], event["asset"]) for event in events("set_version", "decide_match")}
    begun = PatchDeployment.objects.exclude(status=PatchDeployment.Status.AVAILABLE)
    assert begun.count() > 30
    assert told.isdisjoint(begun.values_list("site__code", "asset__name"))


def test_last_spring_there_were_fewer_assets_with_older_firmware() -> None:
    now = timezone.now()
    with as_of(now - timedelta(days=255), now=now):
        assert 100 < Asset.objects.count() < 300
        assert Asset.objects.get(name="N-CR-SCADA01").version == "V7.5 SP2 Update 3"
        assert not Match.objects.exists()
    assert Asset.objects.get(name="N-CR-SCADA01").version == "V7.5 SP2 Update 8"


def test_the_past_knows_the_rules_by_which_it_was_judged() -> None:
    now = timezone.now()
    with as_of(now - timedelta(days=90), now=now):
        assert in_force() is not None
        assert Threat.objects.exists()
        assert Authority.objects.exists()


def test_most_patching_is_under_control_and_some_is_late() -> None:
    counted = Counter(
        PatchDeployment.objects.annotate(stands=control(timezone.now().date())).values_list("stands", flat=True)
    )
    counted.pop("")
    assert counted["PLACED"] + counted["DEFERRED"] > 0.6 * counted.total()
    assert 0.05 * counted.total() < counted["OVERDUE"] < 0.2 * counted.total()


def test_twice_is_once_then_it_goes(demo: str) -> None:
    before = [event.objects.count() for _model, event in tracked()]
    assert run() == demo
    assert [event.objects.count() for _model, event in tracked()] == before

    files = list(Evidence.objects.values_list("file", flat=True))
    assert all(default_storage.exists(name) for name in files)
    run("--remove")
    for model in (Organisation, Site, User, Asset, Match, Decision, AdvisorySource):
        assert not model.objects.exists(), model
    assert Requirement.objects.exists()
    assert not any(default_storage.exists(name) for name in files)
    assert not Installation.objects.filter(demo=True).exists()
    assert seals.verify() is None
    assert run("--remove") == "The demo plant is not here."
    now = timezone.now()
    for days in (1, 90, 365):  # the past of a demo that is loaded next holds that one alone
        with as_of(now - timedelta(days=days), now=now):
            assert not any(model.objects.exists() for model in (Asset, Zone, Match, Decision))


def test_a_portal_with_a_plant_of_its_own_is_left_alone() -> None:
    run("--remove")
    Organisation.objects.create(name="Somebody's plant")
    assert run() == "The portal holds a plant of its own, so the demo is not loaded."
    assert not Site.objects.exists()
