"""The pages of security levels: an answer is kept at once, the level moves with it, strangers find nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Site, User
from assets.models import Zone
from network.models import SrAnswer
from network.models.answers import EDITION
from programme.models import Requirement
from tests.catalogues import load

PAGE = "/network/security-levels/"


@pytest.fixture
def requirement(db: None) -> Requirement:
    """One system requirement."""
    load()
    return Requirement.objects.get(catalogue__edition=EDITION, code="SR 5.1")


def told(zone: Zone, requirement: Requirement, **given: str) -> dict[str, Any]:
    """Return what the page sends for one answer."""
    return {"zone": zone.pk, "requirement": requirement.pk, "answer": "MET", "reason": "", "countermeasure": ""} | given


@pytest.mark.django_db
class TestAnswers:
    def test_an_answer_is_kept_and_the_standing_shown_anew(
        self, pumping: Zone, requirement: Requirement, emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        page = signed_in(emil).post(
            f"{PAGE}answer/", told(pumping, requirement, reason="VLANs"), headers={"HX-Request": "true"}
        )
        assert page.status_code == 200
        assert 'hx-swap-oob="true"' in page.content.decode()
        kept = SrAnswer.objects.get()
        assert (kept.answer, kept.reason, kept.zone) == ("MET", "VLANs", pumping)
        pumping.refresh_from_db()
        assert pumping.sl_a == [0] * 7

    def test_what_is_missing_is_said_and_nothing_kept(
        self, pumping: Zone, requirement: Requirement, emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        page = signed_in(emil).post(
            f"{PAGE}answer/", told(pumping, requirement, answer="NOT_APPLICABLE"), headers={"HX-Request": "true"}
        )
        assert "Say why it does not apply." in page.content.decode()
        assert not SrAnswer.objects.exists()

    def test_an_answer_is_taken_away(
        self, pumping: Zone, requirement: Requirement, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        browser.post(f"{PAGE}answer/", told(pumping, requirement))
        assert browser.post(f"{PAGE}answer/", told(pumping, requirement, answer="")).status_code == 302
        pumping.refresh_from_db()
        assert (SrAnswer.objects.count(), pumping.sl_a) == (0, None)

    def test_open_ones_are_answered_as_another_zone_did(
        self, north: Site, pumping: Zone, requirement: Requirement, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        other = Zone.objects.create(site=north, name="N-PS2", sl_t=[1] * 7)
        SrAnswer.objects.create(
            site=north,
            zone=pumping,
            requirement=requirement,
            answer="COMPENSATED",
            countermeasure="Lock",
            approved=True,
        )
        browser = signed_in(nils)
        assert "Take over" in browser.get(f"{PAGE}?zone={other.pk}").content.decode()
        for _time in range(2):
            browser.post(f"{PAGE}take-over/", {"zone": other.pk, "other": pumping.pk})
        (taken,) = SrAnswer.objects.filter(zone=other)
        assert (taken.answer, taken.countermeasure, taken.approved) == ("COMPENSATED", "Lock", False)

    def test_an_auditor_reads_and_changes_nothing(
        self, pumping: Zone, requirement: Requirement, ada: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(ada)
        page = browser.get(f"{PAGE}?zone={pumping.pk}").content.decode()
        assert "not answered" in page
        assert "hx-post" not in page
        assert browser.post(f"{PAGE}answer/", told(pumping, requirement)).status_code == 403
        assert not SrAnswer.objects.exists()

    @pytest.mark.parametrize("zone", ["{rtu}", "999999", "x"])
    def test_another_sites_zone_is_as_none(
        self, zone: str, telemetry: Zone, requirement: Requirement, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        key = zone.format(rtu=telemetry.pk)
        browser = signed_in(nils)
        assert browser.get(f"{PAGE}?zone={key}").status_code == 404
        assert (
            browser.post(f"{PAGE}answer/", {"zone": key, "requirement": requirement.pk, "answer": "MET"}).status_code
            == 404
        )
        assert browser.post(f"{PAGE}take-over/", {"zone": key, "other": key}).status_code == 404


@pytest.mark.django_db
def test_the_overview_shows_what_is_short(
    pumping: Zone, nils: User, signed_in: Callable[[User], Any], django_assert_max_num_queries: Any
) -> None:
    Zone.objects.filter(pk=pumping.pk).update(sl_a=[2, 1, 2, 2, 0, 2, 2])
    page = signed_in(nils).get(f"{PAGE}?site={pumping.site_id}").content.decode()
    assert pumping.name in page
    assert page.count("short by") == 2
