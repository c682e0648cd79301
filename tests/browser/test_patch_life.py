"""One advisory from arrival to verified on three assets in a real browser, with a refused test, a deferral and a drag."""

import shutil
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from assets.models import Asset, Backup, Zone
from patching import matching, remedies
from patching.models import AdvisorySource, MaintenanceWindow, Match, PatchDeployment
from programme.models import Authority
from programme.workflow import end_what_lapsed
from stack.places import ROOT
from tests.browser.test_main_job import work

pytestmark = pytest.mark.django_db(transaction=True)
ADVISORY = ROOT / "csms" / "demo" / "data" / "advisories" / "mw-2026-002.json"
LIST = "/patching/patch-deployments/?sort=asset"


@pytest.fixture
def switches(pumping: Zone) -> list[Asset]:
    """Three switches of one release, each with a backup of yesterday."""
    made = [
        Asset.objects.create(
            site=pumping.site, zone=pumping, name=f"N-SW0{number}", kind="NETWORK_DEVICE", vendor="Cisco",
            product="Industrial Ethernet 3400", version="17.9.1",
        )
        for number in (1, 2, 3)
    ]  # fmt: skip
    for one in made:
        Backup.objects.create(
            site=one.site,
            asset=one,
            taken_on=timezone.now().date() - timedelta(days=1),
            content="Running configuration",
        )
    for kind in ("PATCH_DEPLOYMENT", "PATCH_DEFERRAL"):
        Authority.objects.create(kind=kind, role=Role.APPROVER, most_days=90)
    MaintenanceWindow.objects.create(
        site=pumping.site, name="Sunday night", starts_on=date(2026, 1, 4), starts_time=time(22), rule="FREQ=WEEKLY;BYDAY=SU", minutes=240
    )  # fmt: skip
    return made


def together(page: Page, names: list[str], step: str, **answers: str) -> None:
    """Tick these assets in the list and take a step for all of them."""
    page.goto(LIST)
    for name in names:
        page.locator("tr", has_text=name).get_by_role("checkbox").check()
    page.get_by_role("button", name="Take a step").click()
    page.get_by_role("button", name=step, exact=True).click()
    take(page, f"{step}: {len(names)}", **answers)
    expect(page.get_by_text(f"{step}: {len(names)} done.")).to_be_visible()


def take(page: Page, button: str, **answers: str) -> None:
    """Answer what a step asks, and take it."""
    for name, text in answers.items():
        box = page.locator(f"[name={name}]")
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(label=text)
        else:
            box.fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def step(page: Page, name: str, label: str, **answers: str) -> None:
    """Take one step on the record of one asset."""
    page.goto(LIST)
    page.locator("tr", has_text=name).get_by_role("link").first.click()
    page.get_by_role("link", name=label, exact=True).click()
    take(page, label, **answers)
    expect(page.get_by_text(f"{label}: done.")).to_be_visible()


def keep_log(page: Page, name: str, title: str) -> None:
    """Keep the log of the bench as evidence on the patch of one asset."""
    page.goto(LIST)
    page.locator("tr", has_text=name).get_by_role("link").first.click()
    page.get_by_text("Add evidence").click()
    panel = page.locator("section", has=page.get_by_role("heading", name="Evidence", exact=True))
    panel.locator("[name=title]").fill(title)
    panel.locator("[name=kind]").select_option("RECORD_OF_PRACTICE")
    panel.locator("[name=note]").fill("In the folder of the bench")
    panel.get_by_role("button", name="Keep as evidence").click()
    expect(page.get_by_text(f"{title} is kept as evidence.")).to_be_visible()


def approve(page: Page, name: str) -> None:
    """Approve what is asked for one asset."""
    page.goto("/programme/decisions/?status=REQUESTED")
    page.locator("tr", has_text=name).get_by_role("link").first.click()
    page.get_by_role("link", name="Approve", exact=True).click()
    take(page, "Approve", decision_reason="Bench log is sound")


def drag(page: Page, name: str, week: int) -> None:
    """Drag a patch into the window of a week of the plan."""
    page.goto(f"/patching/plan/?site={Asset.objects.get(name=name).site_id}")
    window = page.locator("[data-slot]:not([data-slot='']):not([data-past])").nth(week)
    page.locator("[data-piece]", has_text=name).drag_to(window)
    expect(page.locator("[data-piece]", has_text=name)).to_have_attribute(
        "data-at", str(window.get_attribute("data-slot"))
    )


def states() -> dict[str, str]:
    """Return the state of each deployment by asset."""
    return dict(PatchDeployment.objects.values_list("asset__name", "status"))


def verdicts() -> dict[str, str]:
    """Return what the matcher says of each asset."""
    matching.follow(now=timezone.now())
    return dict(Match.objects.values_list("asset__name", "verdict"))


TEST = {"test_steps": "Loaded on the bench, ran for a day", "test_result": "No alarm", "test_proofs": "Bench log 41"}
WAY_BACK = {"rollback_plan": "Load the old image from the backup", "because_of": "Web interface is open to the office"}


def test_from_arrival_to_verified_on_three_assets(
    enter: Callable[..., Page], mara: User, emil: User, petra: User, switches: list[Asset], tmp_path: Path
) -> None:
    feed = tmp_path / "feed"
    feed.mkdir()
    shutil.copy(ADVISORY, feed)
    source = AdvisorySource.objects.create(name="Plant's own folder", kind="FOLDER", address=str(feed))
    page = enter(mara)
    page.goto(source.get_absolute_url())
    page.get_by_role("button", name="Poll now").click()
    work()
    expect(page.locator("main")).to_contain_text("Done")
    assert set(verdicts().values()) == {"AFFECTED"}
    assert remedies.follow(now=timezone.now()) == 3

    engineer, director = enter(emil), enter(petra)
    together(engineer, ["N-SW01", "N-SW02", "N-SW03"], "Start the test", test_environment="Spare switch on the bench")
    step(engineer, "N-SW03", "Test refused", because_of="The ring did not close again")
    assert states() == {"N-SW01": "IN_TEST", "N-SW02": "IN_TEST", "N-SW03": "AVAILABLE"}
    until = timezone.now().date() + timedelta(days=30)
    page = enter(mara)
    step(
        page, "N-SW03", "Ask to defer", countermeasure="Web interface is off", deferred_until=until.isoformat(), because_of="Vendor looks into it"
    )  # fmt: skip

    assert states()["N-SW03"] == "AVAILABLE"
    approve(director, "N-SW03")

    two = ["N-SW01", "N-SW02"]
    keep_log(engineer, "N-SW01", "Bench log 41")
    together(engineer, two, "Test passed", **TEST)
    together(engineer, two, "Ask for approval", **WAY_BACK)
    for name in two:
        approve(director, name)
    for week, name in enumerate(two):
        drag(engineer, name, week)
    together(engineer, two, "Installed", note="The ring was down anyway")
    assert verdicts() == {"N-SW01": "FIXED", "N-SW02": "FIXED", "N-SW03": "AFFECTED"}
    for name in two:
        step(engineer, name, "Verify", version_read="17.9.4a")

    assert states()["N-SW03"] == "DEFERRED"
    assert end_what_lapsed(now=timezone.now() + timedelta(days=31)) == 1
    together(engineer, ["N-SW03"], "Start the test", test_environment="Two spare switches in a ring")
    step(engineer, "N-SW03", "Test passed", **TEST)
    step(engineer, "N-SW03", "Ask for approval", **WAY_BACK)
    approve(director, "N-SW03")
    drag(engineer, "N-SW03", 2)
    step(engineer, "N-SW03", "Installed", note="Ring closed within a second")
    step(engineer, "N-SW03", "Verify", version_read="17.9.4a")
    assert (set(states().values()), set(verdicts().values())) == ({"VERIFIED"}, {"FIXED"})
    engineer.goto(Match.objects.get(asset__name="N-SW03").advisory.get_absolute_url())
    expect(engineer.locator("main")).to_contain_text("N-SW03")
