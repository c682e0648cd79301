"""The main job in a real browser: a plant is imported, advisories are polled and matched to it, an auditor takes a report."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from assets.models import Zone
from programme.reference import load
from registers import jobs
from registers.models import Job
from reports import pdf
from stack.places import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
ADVISORY = ROOT / "csms" / "demo" / "data" / "advisories" / "mw-2026-002.json"
PLANT = """name,zone,kind,vendor,product,version,criticality
N-SW01,N-PS1 Pumping station 1,NETWORK_DEVICE,Cisco,Industrial Ethernet 3400,17.9.1,HIGH
N-SW02,N-PS1 Pumping station 1,NETWORK_DEVICE,Cisco,Industrial Ethernet 3400,17.9.4a,HIGH
"""


def work() -> None:
    """Do what waits, as the worker would."""
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


def test_a_plant_is_imported_matched_and_reported(
    enter: Callable[..., Page], mara: User, pumping: Zone, tmp_path: Path, settings: Any
) -> None:
    load()
    settings.DROP_DIR = tmp_path
    page = enter(mara)

    plant = tmp_path / "plant.csv"
    plant.write_text(PLANT.replace("N-SW02,N-PS1 Pumping station 1", "N-SW02,N-PS1 Pumping"))
    page.goto("/import/assets/")
    page.set_input_files("input[name=file]", plant)
    page.get_by_role("button", name="Check the file").click()
    work()
    expect(page.locator("main")).to_contain_text("Did you mean 'N-PS1 Pumping station 1'")
    plant.write_text(PLANT)
    page.goto("/import/assets/")
    page.set_input_files("input[name=file]", plant)
    page.get_by_role("button", name="Check the file").click()
    work()
    expect(page.locator("main")).to_contain_text("nothing is written yet")
    page.get_by_role("button", name="Import").click()
    work()
    expect(page.locator("h1")).to_contain_text("Imported")

    feed = tmp_path / "feed"
    feed.mkdir()
    shutil.copy(ADVISORY, feed)
    page.goto("/patching/advisory-sources/add/")
    page.fill("input[name=name]", "Plant's own folder")
    page.select_option("select[name=kind]", "FOLDER")
    page.fill("input[name=address]", "feed")
    page.get_by_role("button", name="Add advisory source").click()
    page.get_by_role("button", name="Poll now").click()
    work()
    expect(page.locator("main")).to_contain_text("Done")

    page.goto("/assets/assets/?q=N-SW01")
    page.get_by_role("link", name="N-SW01").click()
    told = json.loads(ADVISORY.read_text())["document"]
    expect(page.locator("main")).to_contain_text(told["tracking"]["id"])
    page.get_by_role("link", name=told["tracking"]["id"]).first.click()
    expect(page.locator("main")).to_contain_text("17.9.4a")
    page.goto("/patching/matches/?verdict=FIXED")
    expect(page.locator("main table")).to_contain_text("N-SW02")
    expect(page.locator("main table")).not_to_contain_text("N-SW01")

    page.goto("/reports/make/")
    page.get_by_role("button", name="Make the report").click()
    work()
    page.goto("/reports/reports/")
    page.locator("main tbody a").first.click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take the PDF").click()
    kept = pdf.verify(taken.value.path().read_bytes())
    assert kept.intact
