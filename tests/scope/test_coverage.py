"""Coverage: the zone's system decides, a mark says otherwise with its reason, the undecided are a work list (S3)."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from assets.models import Asset, SuC, Zone
from scope.coverage import lines, undecided
from scope.models import ScopeMark

PAGE = "/scope/coverage/"


@pytest.mark.django_db
class TestCoverage:
    def told(self, user: User, site: Any) -> dict[str, tuple[int, int, int]]:
        return {line.title: (line.inside, line.outside, line.undecided) for line in lines(user, site) if line.all}

    def test_a_zone_of_a_system_decides_and_a_mark_stands_over_it(self, plc: Asset, nils: User) -> None:
        assert self.told(nils, plc.site) == {"PLCs and field devices": (0, 0, 1)}
        suc = SuC.objects.create(site=plc.site, name="Pumping")
        Zone.objects.filter(pk=plc.zone_id).update(suc=suc)
        assert self.told(nils, plc.site) == {"PLCs and field devices": (1, 0, 0)}
        ScopeMark.objects.create(site=plc.site, asset=plc, inside=False, reason="Of the builder until handed over.")
        assert self.told(nils, plc.site) == {"PLCs and field devices": (0, 1, 0)}
        Asset.objects.filter(pk=plc.pk).update(lifecycle="RETIRED")
        assert self.told(nils, plc.site) == {}

    def test_the_list_behind_a_line_holds_what_it_counts(
        self, plc: Asset, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        Asset.objects.create(site=plc.site, name="Scrapped", kind="PLC", lifecycle="RETIRED")
        found = [line for line in lines(nils, plc.site) if line.all]
        assert [signed_in(nils).get(line.url).context["count"] for line in found] == [line.all for line in found] == [1]

    def test_the_ticked_ones_are_decided_at_once(
        self, plc: Asset, rtu: Asset, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        page = browser.post(PAGE, {"asset": [plc.pk, rtu.pk], "inside": "0"})
        assert page.status_code == 422
        assert "Say why it is left out." in page.content.decode()
        assert (
            browser.post(PAGE, {"asset": [plc.pk, rtu.pk, "x"], "inside": "0", "reason": "Test rig"}).status_code == 302
        )
        (mark,) = ScopeMark.objects.all()
        assert (mark.asset, mark.inside, mark.reason) == (plc, False, "Test rig")
        assert not undecided(nils, plc.site).exists()

    def test_a_site_without_assets_is_not_told_that_all_are_decided(
        self, plc: Asset, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        ScopeMark.objects.create(site=plc.site, asset=plc, inside=True)
        assert "Every asset is decided." in browser.get(PAGE).content.decode()
        Asset.objects.filter(pk=plc.pk).update(lifecycle="RETIRED")
        page = browser.get(PAGE).content.decode()
        assert "Every asset is decided." not in page
        assert "No asset is recorded yet." in page

    def test_others_decide_or_find_nothing(
        self, plc: Asset, ada: User, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        assert signed_in(ada).post(PAGE, {"asset": plc.pk, "inside": "1"}).status_code == 403
        assert signed_in(sven).post(f"{PAGE}?site={plc.site_id}", {"asset": plc.pk, "inside": "1"}).status_code == 404
        assert not ScopeMark.objects.exists()
