"""The questionnaire of criticality: one rule in words and in the database, asset after asset, each within one's sites (A2)."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from accounts.models import Site, User
from assets.models import Asset, Zone
from assets.rules.criticality import grade
from registers.history.timeline import entries

PAGE = "/assets/criticality/"
EFFECTS, HOURS = (None, 0, 1, 2, 3), (None, 0, 72, 73)
SEVERE = {"safety_effect": 0, "environment_effect": 1, "production_effect": 3, "recovery_hours": 8}


@pytest.mark.parametrize(
    ("answers", "level", "why"),
    [
        ((2, 0, 0, 0), "SAFETY", "serious effect on safety"), ((0, 3, 0, 0), "HIGH", "the environment is severe"),
        ((1, 0, 2, 8), "MEDIUM", "production is serious."), ((0, 2, 2, 73), "HIGH", "over 72 hours"),
        ((1, 0, 0, 73), "MEDIUM", "slight"), ((1, 1, 1, 72), "LOW", "more than slight"), ((0, 0, 0, 900), "LOW", "slight"),
        ((None, 3, 3, 1), "", "missing"),
    ],
)  # fmt: skip
def test_the_level_says_what_decided_it(answers: Any, level: str, why: str) -> None:
    found = grade(*answers)
    assert (found.level, why in found.why) == (level, True)


@pytest.mark.django_db
def test_the_database_computes_the_same(north: Site) -> None:
    cases = list(product(EFFECTS, EFFECTS, EFFECTS, HOURS))
    names = ("safety_effect", "environment_effect", "production_effect", "recovery_hours")
    Asset.objects.bulk_create(
        Asset(site=north, name=f"N-{number}", **dict(zip(names, case, strict=True)))
        for number, case in enumerate(cases)
    )
    computed = dict(Asset.objects.values_list("name", "criticality"))
    assert {f"N-{number}": grade(*case).level for number, case in enumerate(cases)} == computed


@pytest.mark.django_db
class TestPage:
    def made(self, zone: Zone, *names: str, **given: Any) -> list[Asset]:
        return [Asset.objects.create(site=zone.site, zone=zone, name=name, kind="PLC", **given) for name in names]

    def test_one_goes_from_asset_to_asset(self, pumping: Zone, emil: User, signed_in: Callable[[User], Any]) -> None:
        first, second = self.made(pumping, "N-A", "N-B")
        browser = signed_in(emil)
        page = browser.get(PAGE)
        assert "N-A" in page.content.decode()
        answer = browser.post(PAGE, {"asset": first.pk, **SEVERE})
        assert answer.headers["Location"].endswith("after=N-A")
        page = browser.get(answer.headers["Location"])
        assert "N-B" in page.content.decode()
        assert "The effect on production is severe." in page.content.decode()
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.criticality, second.criticality) == ("HIGH", "")
        told = entries(first)[0]
        assert (told.actor, told.step, told.reason) == (str(emil), "Assess", "The effect on production is severe.")

    def test_the_like_of_it_get_the_same_answers(
        self, pumping: Zone, emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        first, second = self.made(pumping, "N-A", "N-B", vendor="Moxa", product="NPort")
        (other,) = self.made(pumping, "N-C", vendor="Moxa", product="EDS")
        signed_in(emil).post(PAGE, {"asset": first.pk, "alike": "1", **SEVERE})
        found = dict(Asset.objects.values_list("name", "criticality"))
        assert found == {first.name: "HIGH", second.name: "HIGH", other.name: ""}

    def test_the_level_is_shown_before_it_is_kept(self, emil: User, signed_in: Callable[[User], Any]) -> None:
        shown = signed_in(emil).get(f"{PAGE}level/", SEVERE).content.decode()
        assert "The effect on production is severe." in shown
        assert "An answer is missing." in signed_in(emil).get(f"{PAGE}level/", {"safety_effect": "9"}).content.decode()

    def test_half_an_answer_is_sent_back(self, pumping: Zone, emil: User, signed_in: Callable[[User], Any]) -> None:
        (asset,) = self.made(pumping, "N-A")
        answer = signed_in(emil).post(PAGE, {"asset": asset.pk, "safety_effect": "0"})
        assert answer.status_code == 422
        asset.refresh_from_db()
        assert asset.safety_effect is None

    def test_others_have_nothing_to_say(
        self, pumping: Zone, sven: User, ada: User, signed_in: Callable[[User], Any]
    ) -> None:
        (asset,) = self.made(pumping, "N-A")
        for who, status in ((sven, 404), (ada, 403)):
            assert signed_in(who).post(PAGE, {"asset": asset.pk, **SEVERE}).status_code == status
        assert signed_in(sven).get(f"{PAGE}?site={pumping.site_id}").status_code == 404
        asset.refresh_from_db()
        assert asset.criticality == ""


@pytest.mark.django_db
def test_a_site_without_assets_is_not_told_that_all_are_assessed(
    emil: User, north: Site, signed_in: Callable[[User], Any]
) -> None:
    assert "Nothing to assess yet" in signed_in(emil).get(f"{PAGE}?site={north.pk}").content.decode()
    Asset.objects.create(site=north, name="N-1", **SEVERE)
    assert "Every asset is assessed" in signed_in(emil).get(f"{PAGE}?site={north.pk}").content.decode()


@pytest.mark.django_db
def test_the_navigation_leads_there_who_may_assess(
    emil: User, ada: User, north: Site, signed_in: Callable[[User], Any]
) -> None:
    shown = [f'href="{PAGE}"' in signed_in(one).get("/assets/assets/").content.decode() for one in (emil, ada)]
    assert shown == [True, False]
