"""Patch status of a site: figures on its own days, who may see it, the past as it was, and the pages of the report."""

import io
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Site, User
from assets.models import Asset
from patching.models import Blackout, MaintenanceWindow, Patch, PatchDeployment, VendorQualification
from registers.history import seals
from registers.history.past import as_of
from reports import patch_status
from reports.building import build
from reports.conclusion import of_patches
from reports.patches import Deployment
from reports.pdf import DATA_NAME, render, verify
from tests.catalogues import load
from tests.reports.factory import texts

HOME = "IEC 62443-2-1:2024"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def one(state: str, **more: Any) -> Deployment:
    return Deployment(site="NORTH", asset="PLC", zone="", patch="CPU V3", vendor="Siemens", state=state, **more)


def test_figures_count_by_the_day_of_the_site() -> None:
    berlin, due = ZoneInfo("Europe/Berlin"), date(2026, 3, 1)
    rows = [
        one("AVAILABLE", due_on=due, late=True), one("SCHEDULED", due_on=date(2026, 4, 1)), one("TESTED"),
        one("INSTALLED", due_on=due, installed_at=datetime(2026, 3, 1, 22, 59, tzinfo=UTC)),  # 23:59 at the site
        one("VERIFIED", due_on=due, installed_at=datetime(2026, 3, 1, 23, 1, tzinfo=UTC)),  # the day after at the site
        one("INSTALLED", installed_at=NOW),
        one("DEFERRED", deferred_until=date(2026, 6, 1)), one("DEFERRED", deferred_until=date(2026, 5, 1)),
    ]  # fmt: skip
    found = {figure.label: figure for figure in patch_status.figures(rows, NOW.date(), berlin)}
    assert {label: (one.numerator, one.denominator) for label, one in found.items()} == {
        "Open patches": (3, 8), "Overdue": (1, 3), "Scheduled": (1, 3), "Installed in time": (1, 2), "Deferred": (2, 8),
    }  # fmt: skip
    assert found["Installed in time"].value == "50 %"
    assert found["Deferred"].note == "the first deferral ends 2026-05-01"
    assert patch_status.figures([], NOW.date(), berlin)[3].value == "none"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ((), "No patch is recorded for the assets of this site."),
        ((one("VERIFIED"),), "1 of 1 patch deployment is installed or ruled out, 0 are overdue, 0 deferred."),
        (
            (one("TESTED", late=True), one("DEFERRED"), one("NOT_APPLICABLE")),
            "1 of 3 patch deployments is installed or ruled out, 1 is overdue, 1 deferred.",
        ),
    ],
)
def test_the_sentence_of_the_cover(rows: tuple[Deployment, ...], says: str) -> None:
    assert of_patches(rows) == says


def fill(site: Site, assets: int, due: date) -> MaintenanceWindow:
    """Plan a patch on assets of a site: the first in a window, the second deferred, the rest open."""
    patch, _made = Patch.objects.get_or_create(vendor="Siemens", product="CPU 1516-3", version="V3.1.2")
    VendorQualification.objects.get_or_create(
        patch=patch, vendor="AVEVA", product="System Platform", verdict="QUALIFIED", stated_on=date(2026, 1, 9)
    )
    window = MaintenanceWindow.objects.create(
        site=site, name=f"Sunday {site.code}", starts_on=date(2026, 1, 4), starts_time=time(22), rule="FREQ=WEEKLY;BYDAY=SU", minutes=120
    )  # fmt: skip
    now = timezone.now()
    start = next(window.recurrence.between(now, now + timedelta(days=14)))[0]
    for n in range(assets):
        asset = Asset.objects.create(site=site, name=f"{site.code}-PLC-{n}")
        more: dict[str, Any] = {"status": "AVAILABLE"}
        if n == 0:
            more = {"status": "SCHEDULED", "window": window, "starts_at": start}
        if n == 1:
            more = {"status": "DEFERRED", "deferred_until": due, "countermeasure": "Port 102 closed at the firewall"}
        PatchDeployment.objects.create(site=site, asset=asset, patch=patch, due_on=due, minutes=60, **more)
    return window


@pytest.mark.django_db
class TestRead:
    def test_it_is_of_its_site_and_for_those_who_see_it(self, north: Site, south: Site, emil: User, sven: User) -> None:
        late = timezone.now().date() - timedelta(days=3)
        fill(north, 3, late)
        fill(south, 2, late)
        found = patch_status.read(emil, north, timezone.now())
        assert [(row.asset, row.state, row.late) for row in found.deployments] == [
            ("NORTH-PLC-2", "AVAILABLE", True), ("NORTH-PLC-0", "SCHEDULED", True), ("NORTH-PLC-1", "DEFERRED", False),
        ]  # fmt: skip
        assert found.deployments[2].countermeasure == "Port 102 closed at the firewall"
        assert [(row.patch, row.product) for row in found.qualifications] == [("CPU 1516-3 V3.1.2", "System Platform")]
        assert (len(found.work), found.work[0].deployments, found.work[0].minutes, found.work[0].room) == (
            13,
            1,
            60,
            120,
        )
        hidden = patch_status.read(sven, north, timezone.now())
        assert (hidden.deployments, hidden.qualifications, hidden.work) == ((), (), ())

    def test_a_blackout_takes_a_window_away(self, north: Site, emil: User) -> None:
        fill(north, 1, date(2026, 1, 1))
        first = patch_status.read(emil, north, timezone.now()).work[0].starts_at.date()
        Blackout.objects.create(site=north, title="Stocktaking", first_on=first, last_on=first + timedelta(days=1))
        assert first not in {one.starts_at.date() for one in patch_status.read(emil, north, timezone.now()).work}

    def test_its_queries_do_not_grow_with_its_rows(
        self, north: Site, emil: User, django_assert_max_num_queries: Any
    ) -> None:
        fill(north, 3, date(2026, 1, 1))
        with django_assert_max_num_queries(10) as few:
            patch_status.read(emil, north, timezone.now())
        patch = Patch.objects.get()
        for n in range(30):
            asset = Asset.objects.create(site=north, name=f"More {n}")
            PatchDeployment.objects.create(site=north, asset=asset, patch=patch)
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert len(patch_status.read(emil, north, timezone.now()).deployments) == 33


@pytest.mark.django_db
def test_the_report_holds_it_and_nothing_else(north: Site, mara: User) -> None:
    load()
    fill(north, 3, timezone.now().date() - timedelta(days=3))
    now = timezone.now()
    report = build(mara, north, "patches", HOME, as_of=now, now=now)
    pdf = render(report)
    reader = PdfReader(io.BytesIO(pdf))
    text = " ".join(texts(pdf))
    chapters = [
        "Patch status",
        "4 Patches by state",
        "5 Deferrals",
        "6 Qualified by vendors",
        "7 Planned windows",
        "Port 102 closed",
    ]
    assert [words for words in chapters if words not in text] == []
    assert [words for words in ("Gaps to close first", "Open vulnerabilities", "Asset register") if words in text] == []
    data = json.loads(reader.attachments[DATA_NAME][0])["report"]
    assert (len(data["deployments"]), len(data["qualifications"]), len(data["work"])) == (3, 1, 13)
    assert data["assets"] == data["groups"] == data["vulnerabilities"] == []
    assert verify(pdf).intact


@pytest.mark.django_db(transaction=True)
def test_the_past_is_as_it_was(north: Site, mara: User) -> None:
    fill(north, 3, date(2026, 1, 1))
    before = timezone.now()
    PatchDeployment.objects.filter(status="AVAILABLE").update(status="INSTALLED", installed_at=timezone.now())
    seals.seal()
    with as_of(before, now=timezone.now()):
        then = patch_status.read(mara, north, before)
    assert [row.state for row in then.deployments] == ["AVAILABLE", "SCHEDULED", "DEFERRED"]
    assert "INSTALLED" in {row.state for row in patch_status.read(mara, north, timezone.now()).deployments}
