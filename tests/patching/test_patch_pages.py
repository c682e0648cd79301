"""What the pages of patches tell: the hour on the wall of the site, what is late, what a patch is for, and why a figure is as it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Site, User
from assets.models import Asset
from patching.models import Advisory, MaintenanceWindow, Match, Patch, PatchDeployment, VendorQualification
from registers import cells
from tests.patching.steps import approved, scheduled

LONG_AGO = date(2026, 1, 5)


@pytest.fixture
def match(plc: Asset, patch: Patch) -> Match:
    """An open match that the patch mends."""
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    advisory = Advisory.objects.create(
        namespace="https://vendor.example", tracking_id="V-2026-1", title="Web server", version="1", cvss=9.8,
        initial_release_on=moment, current_release_on=moment,
    )  # fmt: skip
    patch.advisories.add(advisory)
    return Match.objects.create(
        site=plc.site, asset=plc, advisory=advisory, verdict="AFFECTED", computed_verdict="AFFECTED", reason="Named", found_on=LONG_AGO,
        due_on=LONG_AGO, priority="ATTEND", priority_reason="Attend: exploited now; 30 days.", inputs={"epss": 0.41},
    )  # fmt: skip


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


class TestClock:
    def test_a_window_at_ten_in_the_evening_is_told_so_on_every_page(
        self, deployment: PatchDeployment, window: MaintenanceWindow, emil: User, petra: User, authority: Any, signed_in: Callable[[User], Client]
    ) -> None:  # fmt: skip
        Site.objects.filter(pk=deployment.site_id).update(time_zone="Europe/Berlin")
        deployment, window = PatchDeployment.objects.get(), MaintenanceWindow.objects.get()
        placed = scheduled(approved(deployment, emil, petra), window, emil)
        asked = signed_in(emil)
        day = placed.starts_at.date().isoformat()
        for address in ("/patching/patch-deployments/", placed.get_absolute_url(), placed.asset.get_absolute_url()):
            assert f"{day} 22:00" in page(asked, address), address
        assert "+00:00" not in page(asked, placed.get_absolute_url())
        assert "times of Europe/Berlin" in page(asked, f"{placed.get_absolute_url()}history/")


def test_of_the_steps_the_one_that_leads_on_is_the_main_one(
    deployment: PatchDeployment, window: MaintenanceWindow, emil: User, petra: User, authority: Any, signed_in: Callable[[User], Client]
) -> None:  # fmt: skip
    placed = scheduled(approved(deployment, emil, petra), window, emil)
    actions = signed_in(emil).get(placed.get_absolute_url()).context_data["actions"]  # type: ignore[attr-defined]
    assert [one["label"] for one in actions if one["main"]] == [actions[0]["label"]] == ["Installed"]


@pytest.mark.parametrize("status", ["INSTALLED", "VERIFIED", "NOT_APPLICABLE", "DEFERRED", "ROLLED_BACK"])
def test_a_patch_that_waits_for_nothing_is_not_late(status: str) -> None:
    told = {state: cells.drawn("due_on", PatchDeployment(status=state, due_on=LONG_AGO), "").html for state in (status, "SCHEDULED")}  # fmt: skip
    assert "bad" in told["SCHEDULED"]
    assert told[status] == "2026-01-05"


class TestPages:
    def test_a_deployment_leads_to_the_matches_it_closes_and_to_what_the_vendor_says(
        self, match: Match, deployment: PatchDeployment, patch: Patch, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        VendorQualification.objects.create(
            patch=patch, vendor="Siemens", product="PCS neo", verdict="QUALIFIED", stated_on=LONG_AGO
        )
        told = page(signed_in(emil), deployment.get_absolute_url())
        assert match.get_absolute_url() in told
        assert "Siemens PCS neo" in told
        assert "Siemens PCS neo" in page(signed_in(emil), patch.get_absolute_url())

    def test_figures_of_a_match_explain_themselves_under_the_pointer(
        self, match: Match, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        why = 'title="Attend: exploited now; 30 days."'
        assert page(signed_in(emil), "/patching/matches/").count(why) == 2  # the priority and the due day
        asset = page(signed_in(emil), match.asset.get_absolute_url())
        assert why in asset
        assert "CVSS 9.8 · EPSS 0.41" in asset

    def test_the_label_of_one_asset_is_printed_from_its_page(
        self, plc: Asset, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        asked = signed_in(emil)
        told = page(asked, plc.get_absolute_url())
        assert 'action="/reports/labels/"' in told
        assert f'<input type="hidden" name="ids" value="{plc.pk}">' in told
        assert told.index(">Edit<") < told.index(">Retire<")


@pytest.mark.django_db
class TestAssetPage:
    """The asset's page shows how far its patch is."""

    def page(self, plc: Asset, browser: Client) -> str:
        return " ".join(browser.get(plc.get_absolute_url()).content.decode().split())

    def test_the_steps_of_a_patch_under_way_stand_in_a_row(
        self, plc: Asset, deployment: Any, window: Any, authority: Any, emil: User, petra: User, signed_in: Callable[[User], Client]
    ) -> None:  # fmt: skip
        assert 'aria-label="Where the patch stands"' not in self.page(plc, signed_in(emil))
        scheduled(approved(deployment, emil, petra), window, emil)
        row = self.page(plc, signed_in(emil)).split('aria-label="Where the patch stands"')[1].split("</dl>")[0]
        assert [
            one for one in ("Available", "Tested", "Approved", "Scheduled", "Installed", "Verified") if one not in row
        ] == []
        deployment.refresh_from_db()
        assert [how for _label, how, _when in deployment.way] == ["done", "done", "done", "now", "ahead", "ahead"]
