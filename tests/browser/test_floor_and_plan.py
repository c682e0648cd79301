"""Whole pieces of work in a real browser: a scan is settled, a round is walked, doubles are merged, a month is planned."""

import re
from collections.abc import Callable
from datetime import date, time

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Site, User
from assets.models import Asset, DiscoveryScan, Zone
from patching.models import MaintenanceWindow, Patch, PatchDeployment
from registers import jobs
from registers.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

SCAN = """name,vendor,serial_number,version,ip_address
n-ps1-plc01,,,V2.9.7,10.21.11.10
N-PS1-RTU9,WAGO,W-1,,10.21.11.9
nb-service-04,Dell,NB-4,,10.21.11.99
"""


def given(page: Page, name: str, text: str) -> None:
    """Choose a file made of this text."""
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": text.encode()})


def worked(kind: str) -> str:
    """Do the work that waits, as the worker would, and return how it ended."""
    return jobs.run(Job.objects.filter(kind=kind, state="QUEUED").latest("pk").pk)


def test_a_scan_is_taken_in_and_settled(enter: Callable[..., Page], emil: User, plc: Asset, pumping: Zone) -> None:
    page = enter(emil, width=820)
    page.goto("/assets/discovery-scans/take/")
    given(page, "scan.csv", SCAN)
    page.get_by_role("button", name="Compare with the inventory").click()
    page.wait_for_url(re.compile(r"/jobs/\d+/$"))
    assert worked("discovery") == "DONE"
    page.get_by_role("link", name="Open the result").click()
    page.wait_for_url(re.compile(r"/assets/discovery-scans/\d+/$"))
    assert Asset.objects.count() == 1
    page.get_by_label("Choose n-ps1-plc01").check()
    page.get_by_role("button", name="Take the changes over").click()
    expect(page.get_by_text("Take the change over: 1 device.")).to_be_visible()
    page.get_by_label("Choose nb-service-04").check()
    page.get_by_label("Reason, to ignore").fill("Service laptop, plugged in for the day")
    page.get_by_role("button", name="Ignore").click()
    expect(page.get_by_text("Ignore: 1 device.")).to_be_visible()
    page.get_by_label("Choose N-PS1-RTU9").check()
    page.get_by_label("Zone of new assets").select_option(label=str(pumping))
    page.get_by_role("button", name="Add to the inventory").click()
    expect(page.get_by_text("Add to the inventory: 1 device.")).to_be_visible()
    plc.refresh_from_db()
    assert (plc.version, plc.ip_address) == ("V2.9.7", "10.21.11.10")
    assert Asset.objects.get(name="N-PS1-RTU9").zone == pumping
    assert not Asset.objects.filter(name="nb-service-04").exists()
    assert not DiscoveryScan.objects.get().devices.filter(status="OPEN").exists()


def test_a_round_is_walked_on_a_tablet_and_settled(enter: Callable[..., Page], emil: User, plc: Asset) -> None:
    hmi = Asset.objects.create(site=plc.site, zone=plc.zone, name="N-PS1-HMI01", version="1.0", location="Panel")
    page = enter(emil, width=820)
    page.goto("/assets/walk-downs/add/")
    page.get_by_label("Title").fill("Pumping station, autumn")
    page.get_by_role("button", name="Add walk-down").click()
    page.get_by_role("link", name="Walk", exact=True).click()
    page.get_by_role("button", name="As recorded").click()
    expect(page.locator("h2").first).to_contain_text("N-PS1-HMI01")
    page.get_by_label("Version").fill("1.2")
    page.get_by_role("button", name="Different").click()
    page.get_by_role("link", name="Something that no record tells of").click()
    page.get_by_label("Name on the device").fill("Modem")
    page.get_by_role("button", name="Note it").click()
    page.get_by_role("link", name="What was found").click()
    page.get_by_role("link", name="N-PS1-HMI01").click()
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_text("Take over: done.")).to_be_visible()
    hmi.refresh_from_db()
    plc.refresh_from_db()
    assert hmi.version == "1.2"
    assert hmi.verified_on == plc.verified_on is not None
    page.goto("/assets/sightings/?status=OPEN")
    page.get_by_role("link", name="Modem").click()
    page.get_by_role("button", name="Add to the inventory").click()
    expect(page.get_by_text("Add to the inventory: done.")).to_be_visible()
    assert Asset.objects.get(name="Modem").site == plc.site


def test_two_records_of_one_device_become_one(enter: Callable[..., Page], nils: User, plc: Asset) -> None:
    Asset.objects.create(site=plc.site, zone=plc.zone, name="N_PS1_PLC1", vendor="Siemens", serial_number="SC-1")
    page = enter(nils)
    page.goto("/assets/quality/")
    page.get_by_role("link", name="Merge").click()
    page.get_by_role("row", name="Serial number").get_by_role("checkbox").check()
    page.get_by_label("Reason").fill("One controller, typed in twice")
    page.get_by_role("button", name="Merge").click()
    page.wait_for_url(f"**/assets/assets/{plc.pk}/")
    plc.refresh_from_db()
    assert (plc.serial_number, Asset.objects.count()) == ("SC-1", 1)


def test_a_month_is_planned_with_the_keyboard(enter: Callable[..., Page], nils: User, plc: Asset, north: Site) -> None:
    MaintenanceWindow.objects.create(
        site=north, name="Sunday night", starts_on=date(2026, 1, 4), starts_time=time(22), rule="FREQ=WEEKLY;BYDAY=SU", minutes=120
    )  # fmt: skip
    patch = Patch.objects.create(vendor="Siemens", product="CPU 1516-3 PN/DP", version="V3.1.2", minutes=60)
    other = Asset.objects.create(site=north, zone=plc.zone, name="N-PS1-PLC02", kind="PLC")
    waiting = [
        PatchDeployment.objects.create(site=north, asset=one, patch=patch, minutes=60, status="APPROVED")
        for one in (plc, other)
    ]
    page = enter(nils)
    for week, deployment in enumerate(waiting):
        page.goto(f"/patching/plan/?site={north.pk}")
        choice = page.get_by_label(f"Move {deployment.asset} to")
        slots = choice.locator("option").evaluate_all("all => all.map(one => one.value).filter(Boolean)")
        choice.select_option(slots[week + 1])
        choice.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(f"#piece-{deployment.pk}")).to_have_attribute("data-at", slots[week + 1])
    placed = list(PatchDeployment.objects.order_by("starts_at").values_list("status", flat=True))
    assert placed == ["SCHEDULED", "SCHEDULED"]
    expect(page.get_by_text("Every approved patch has its window.")).to_be_visible()
