"""The pages of risk: heat map, risk record and form, guided assessment; strangers find nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Site, User
from assets.models import SuC, Zone
from programme import workflow as decisions
from programme.models import Decision
from registers.workflow import NotPossible
from risk.models import Risk, RiskAssessment, Scenario, Threat, Treatment
from risk.workflow import ask_approval, assess_again


@pytest.mark.django_db
class TestHeatMap:
    def test_each_cell_counts_and_leads_to_its_list(
        self, risk: Risk, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        page = browser.get("/risk/heat-map/").content.decode()
        assert page.count("<svg xmlns") == 3
        assert "likelihood=3&amp;impact=4" in page
        listed = browser.get("/risk/risks/?status=OPEN&current_likelihood=3&current_impact=4").content.decode()
        assert risk.title in listed
        assert "High" in listed

    def test_adding_is_offered_to_who_may(
        self, risk: Risk, nils: User, ada: User, signed_in: Callable[[User], Any]
    ) -> None:
        offered = [b"/risk/risks/add/" in signed_in(one).get("/risk/heat-map/").content for one in (nils, ada)]
        assert offered == [True, False]

    def test_a_stranger_sees_no_risk_of_another_site(
        self, risk: Risk, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(sven)
        assert browser.get(f"/risk/heat-map/?site={risk.site_id}").status_code == 404
        assert risk.title not in browser.get("/risk/heat-map/").content.decode()


@pytest.mark.django_db
class TestRecord:
    def test_the_form_speaks_the_words_of_the_methodology(
        self, risk: Risk, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        page = browser.get(f"/risk/risks/{risk.pk}/change/").content.decode()
        assert "Up to two weeks" in page
        data = {
            "site": risk.site_id,
            "title": risk.title,
            "zone": risk.zone_id,
            "likelihood": "5",
            "impact_safety": "5",
            "impact_production": "",
            "seen_revision": risk.revision,
        }
        assert browser.post(f"/risk/risks/{risk.pk}/change/", data).status_code == 302
        risk.refresh_from_db()
        assert (risk.impacts, risk.current) == ({"safety": 5}, 4)

    def test_the_page_shows_where_it_stands_and_what_is_done(
        self, risk: Risk, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        Treatment.objects.create(site=risk.site, risk=risk, title="Second pump", lowers_impact=2)
        page = signed_in(nils).get(f"/risk/risks/{risk.pk}/").content.decode()
        assert "Second pump" in page
        assert 'class="hm"' in page

    def test_the_zone_shows_its_risks(self, risk: Risk, nils: User, signed_in: Callable[[User], Any]) -> None:
        page = signed_in(nils).get(f"/assets/zones/{risk.zone_id}/").content.decode()
        assert risk.title in page
        assert "Risk proposes a target of SL 3" in page
        assert "The zone aims lower" in page

    def test_a_scenario_shows_its_bow_tie(self, risk: Risk, nils: User, signed_in: Callable[[User], Any]) -> None:
        scenario = Scenario.objects.create(
            site=risk.site,
            title="Worm reaches the pumps",
            threat=Threat.objects.get(code="T0866"),
            consequence="No water",
        )
        Risk.objects.filter(pk=risk.pk).update(scenario=scenario)
        Treatment.objects.create(site=risk.site, risk=risk, title="Port filter", lowers_likelihood=1)
        page = signed_in(nils).get(f"/risk/scenarios/{scenario.pk}/").content.decode()
        assert "No water" in page
        assert "Port filter" in page

    @pytest.mark.parametrize("impacts", [{"luck": 3}, {"safety": 11}, {"safety": "x"}, [1], "x"])
    def test_bad_impacts_are_refused(self, impacts: Any, risk: Risk, nils: User, rest: Callable[..., Any]) -> None:
        answer = rest(nils).send("patch", f"risks/{risk.pk}/", {"impacts": impacts})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "/impacts"


@pytest.mark.django_db
class TestAssessment:
    @pytest.fixture
    def assessment(self, risk: Risk, north: Site) -> RiskAssessment:
        suc = SuC.objects.create(site=north, name="Pumping", boundary="Fence to fence")
        Zone.objects.filter(pk=risk.zone_id).update(suc=suc)
        return RiskAssessment.objects.create(
            site=north, suc=suc, title="Pumping 2026", participants="Nils Berg, security"
        )

    def test_it_shows_what_is_missing_and_keeps_notes(
        self, assessment: RiskAssessment, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        address = f"/risk/risk-assessments/{assessment.pk}/guide/"
        assert "something is missing" in browser.get(address).content.decode()
        assert browser.post(address, {"step": "zcr-5", "note": "Workshop of March"}).status_code == 302
        assert "Workshop of March" in browser.get(address).content.decode()
        assert browser.post(address, {"step": "zcr-9", "note": "x"}).status_code == 404

    def test_others_read_or_find_nothing(
        self, assessment: RiskAssessment, ada: User, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        address = f"/risk/risk-assessments/{assessment.pk}/guide/"
        assert signed_in(ada).get(address).status_code == 200
        assert signed_in(ada).post(address, {"step": "zcr-5", "note": "x"}).status_code == 403
        assert signed_in(sven).get(address).status_code == 404

    def test_another_person_approves_and_a_change_of_notes_ends_it(
        self, assessment: RiskAssessment, nils: User, petra: User
    ) -> None:
        ask_approval(assessment, by=nils)
        decisions.approve(Decision.objects.get(), by=petra, decision_reason="Read.")
        assessment.refresh_from_db()
        assert (assessment.status, str(assessment.methodology)) == ("APPROVED", "Plant risk matrix, version 1")
        assert assessment.next_on is not None
        assess_again(assessment, by=nils, because_of="New filter line.")
        assessment.refresh_from_db()
        assert (assessment.status, Decision.objects.get().status) == ("DRAFT", "LAPSED")

    def test_without_people_it_is_not_submitted(self, assessment: RiskAssessment, nils: User) -> None:
        RiskAssessment.objects.filter(pk=assessment.pk).update(participants=" ")
        with pytest.raises(NotPossible, match="who took part"):
            ask_approval(assessment, by=nils)
