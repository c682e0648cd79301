"""What is late is late by the clock of the site: a plant at UTC+12 has its next day while UTC still has this one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from accounts.models import Site, User
from assets.lending import check
from assets.models import Asset, RemovableMedium, Zone
from csms.demo.telling import happening
from patching.models import Advisory, Match
from programme.models import Decision, Judgement
from programme.workflow import end_what_lapsed
from registers import clock
from registers.figures import Waiting
from risk.following import follow
from risk.models import Reassessment, Risk, Treatment
from risk.reference import load as load_risks
from tests.catalogues import load as load_catalogues

pytestmark = pytest.mark.django_db
EAST, WEST = "Pacific/Fiji", "Pacific/Pago_Pago"  # twelve hours ahead and eleven behind, all year
EVENING = datetime(2027, 3, 9, 22, 30, tzinfo=UTC)  # half past ten in the morning of the 10th in Fiji
MORNING = datetime(2027, 3, 10, 8, 30, tzinfo=UTC)  # half past nine in the evening of the 9th in Pago Pago
HERE, THERE = date(2027, 3, 9), date(2027, 3, 10)


@pytest.fixture
def moved(north: Site) -> Callable[[str], Site]:
    """Move NORTH to another zone of the world."""

    def move(time_zone: str) -> Site:
        Site.objects.filter(pk=north.pk).update(time_zone=time_zone)
        return Site.objects.get(pk=north.pk)

    return move


def test_what_is_done_there_is_done_on_the_day_there(moved: Callable[[str], Site], emil: User) -> None:
    medium = RemovableMedium.objects.create(site=moved(EAST), name="Stick 4", kind="STICK")
    with clock.at(EVENING):
        assert check(medium, by=emil, tool="Kiosk", result="CLEAN").checked_on == THERE


@pytest.mark.parametrize(("zone", "now", "ended"), [(EAST, EVENING, 1), (WEST, MORNING, 0), ("UTC", EVENING, 0)])
def test_an_approval_holds_for_the_whole_of_its_last_day_there(
    moved: Callable[[str], Site], judgement: Judgement, emil: User, petra: User, zone: str, now: datetime, ended: int
) -> None:
    frozen = judgement.snapshot()
    Decision.objects.create(
        site=moved(zone), kind="NOT_APPLICABLE", level=0, title="None", status="APPROVED", requested_by=emil, requested_at=now,
        decided_by=petra, decided_at=now, snapshot=frozen, digest="0" * 64, expires_on=HERE, object_id=judgement.pk,
        content_type=ContentType.objects.get_for_model(Judgement),
    )  # fmt: skip
    assert end_what_lapsed(now=now) == ended


@pytest.mark.parametrize(("zone", "asked"), [(EAST, True), ("UTC", False)])
def test_a_risk_is_looked_at_again_on_its_day_there(
    moved: Callable[[str], Site], pumping: Zone, zone: str, asked: bool
) -> None:
    Risk.objects.create(
        site=moved(zone), zone=pumping, title="Flood", likelihood=3, impacts={"safety": 2}, review_on=THERE
    )
    with clock.at(EVENING):
        follow(now=EVENING)
    assert Reassessment.objects.exists() is asked


@pytest.mark.parametrize(("zone", "late"), [(EAST, 1), ("UTC", 0)])
def test_a_figure_and_its_list_are_judged_by_the_day_there(
    moved: Callable[[str], Site], pumping: Zone, nils: User, signed_in: Callable[[User], Any], zone: str, late: int
) -> None:
    load_catalogues()
    load_risks()
    site = moved(zone)
    risk = Risk.objects.create(site=site, zone=pumping, title="Flood", likelihood=3, impacts={"safety": 2})
    Treatment.objects.create(site=site, risk=risk, title="Wall", due_on=HERE, status="RUNNING")
    browser = signed_in(nils)
    with clock.at(EVENING):
        figure = browser.get(f"/?site={site.pk}").context["tiles"]["risk"]["figures"][2]
        assert (figure.value, browser.get(figure.url).context["count"]) == (late, late)
        assert browser.get(f"/risk/heat-map/?site={site.pk}").context["late"] == late
        assert Waiting("Wall", "", "/", HERE, "treatment", site).on == (THERE if late else HERE)


@pytest.mark.parametrize(("zone", "day"), [(EAST, THERE), ("UTC", HERE)])
def test_a_match_is_closed_on_the_day_there(plc: Asset, moved: Callable[[str], Site], zone: str, day: date) -> None:
    advisory = Advisory.objects.create(
        publisher="https://vendor.example", tracking_id="V-1", title="T", initial_release_on=EVENING, current_release_on=EVENING
    )  # fmt: skip
    match = Match.objects.create(
        site=moved(zone),
        asset=plc,
        advisory=advisory,
        verdict="AFFECTED",
        found_on=HERE,
        due_on=HERE + timedelta(days=9),
    )
    with happening(EVENING):
        match.verdict = "FIXED"
        match.save()
    match.refresh_from_db()
    assert match.closed_on == day
