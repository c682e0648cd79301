"""SL-A follows the answers; a countermeasure counts once somebody else approved it (N6)."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Site, User
from assets.models import Conduit, Zone
from network.models import SrAnswer
from network.models.answers import EDITION, reached, requirements, settle
from network.settling import follow
from network.workflow import ask_compensation
from programme import workflow
from programme.models import Decision, Requirement
from registers.workflow import NotPossible
from tests.catalogues import load


@pytest.fixture
def asked(pumping: Zone) -> dict[str, Requirement]:
    """The system requirements by id."""
    load()
    return {one.code: one for one in Requirement.objects.filter(catalogue__edition=EDITION)}


def answer_all(zone: Zone, asked: dict[str, Requirement], *, fr: int, up_to: int, answer: str = "MET") -> None:
    """Answer every requirement of one FR up to a level alike."""
    SrAnswer.objects.bulk_create(
        SrAnswer(site_id=zone.site_id, zone=zone, requirement=asked[one.code], answer=answer)
        for one in requirements() if one.fr == fr and one.from_level <= up_to
    )  # fmt: skip


@pytest.mark.django_db
class TestLevels:
    def test_the_catalogue_holds_every_requirement_with_its_level(self, asked: dict[str, Requirement]) -> None:
        told = requirements()
        assert len(told) == len(asked) == 100
        assert {one.fr for one in told} == set(range(1, 8))
        assert {one.from_level for one in told} == {1, 2, 3, 4}

    def test_a_zone_reaches_what_its_answers_reach(self, pumping: Zone, asked: dict[str, Requirement]) -> None:
        answer_all(pumping, asked, fr=5, up_to=2)
        settle([pumping])
        pumping.refresh_from_db()
        assert pumping.sl_a == [0, 0, 0, 0, 2, 0, 0]
        assert reached(pumping)[4].caps
        assert reached(pumping)[0].caps

    def test_without_answers_there_is_no_level(self, pumping: Zone, asked: dict[str, Requirement]) -> None:
        answer_all(pumping, asked, fr=5, up_to=2)
        settle([pumping])
        SrAnswer.objects.all().delete()
        settle([pumping])
        pumping.refresh_from_db()
        assert pumping.sl_a is None

    def test_a_conduit_has_its_own(
        self, north: Site, pumping: Zone, asked: dict[str, Requirement], nils: User, rest: Callable[..., Any]
    ) -> None:
        office = Zone.objects.create(site=north, name="Office", level=4)
        conduit = Conduit.objects.create(site=north, name="C", zone_a=office, zone_b=pumping)
        program = rest(nils)
        body = {
            "site": str(north.pk),
            "conduit": str(conduit.pk),
            "requirement": str(asked["SR 5.1"].pk),
            "answer": "MET",
        }
        assert program.send("post", "sr-answers/", body).status_code == 201
        assert program.send("get", f"conduits/{conduit.pk}/").json()["sl_a"] == [0] * 7

    @pytest.mark.parametrize(
        ("given", "pointer"),
        [
            ({"answer": "NOT_APPLICABLE"}, "does not apply"),
            ({"answer": "COMPENSATED"}, "countermeasure"),
            ({"answer": "PERHAPS"}, "PERHAPS"),
            ({"zone": None}, "zone or a conduit"),
        ],
    )
    def test_a_bad_answer_is_refused_with_the_remedy(
        self,
        given: dict[str, Any],
        pointer: str,
        north: Site,
        pumping: Zone,
        asked: dict[str, Requirement],
        nils: User,
        rest: Callable[..., Any],
    ) -> None:
        body = {
            "site": str(north.pk),
            "zone": str(pumping.pk),
            "requirement": str(asked["SR 5.1"].pk),
            "answer": "MET",
        } | given
        answer = rest(nils).send("post", "sr-answers/", body)
        assert answer.status_code == 400
        assert pointer in answer.content.decode()

    def test_a_requirement_of_another_catalogue_is_refused(
        self, north: Site, pumping: Zone, asked: Any, nils: User, rest: Callable[..., Any]
    ) -> None:
        other = Requirement.objects.get(catalogue__edition="IEC 62443-2-1:2024", code="NET 1.1")
        body = {"site": str(north.pk), "zone": str(pumping.pk), "requirement": str(other.pk), "answer": "MET"}
        assert rest(nils).send("post", "sr-answers/", body).status_code == 400


@pytest.mark.django_db
class TestCompensation:
    @pytest.fixture
    def answer(self, pumping: Zone, asked: dict[str, Requirement]) -> SrAnswer:
        answer_all(pumping, asked, fr=5, up_to=1)
        SrAnswer.objects.filter(requirement__code="SR 5.1").update(
            answer="COMPENSATED", countermeasure="Locked cabinet"
        )
        return SrAnswer.objects.get(requirement__code="SR 5.1")

    def level(self, zone: Zone) -> int:
        settle([zone])
        zone.refresh_from_db()
        assert zone.sl_a is not None
        return zone.sl_a[4]

    def test_it_counts_once_another_person_approved_it(
        self, answer: SrAnswer, pumping: Zone, emil: User, petra: User
    ) -> None:
        assert self.level(pumping) == 0
        ask_compensation(answer, by=emil)
        workflow.approve(Decision.objects.get(), by=petra, decision_reason="Seen on site.")
        pumping.refresh_from_db()
        assert pumping.sl_a is not None
        assert pumping.sl_a[4] == 1
        with pytest.raises(NotPossible, match="approved already"):
            ask_compensation(answer, by=emil)

    def test_another_countermeasure_waits_for_its_own_approval(
        self, answer: SrAnswer, pumping: Zone, emil: User, petra: User
    ) -> None:
        ask_compensation(answer, by=emil)
        workflow.approve(Decision.objects.get(), by=petra, decision_reason="Seen on site.")
        answer.refresh_from_db()
        answer.countermeasure = "Nothing much"
        answer.save()
        assert self.level(pumping) == 0

    def test_its_end_lowers_the_level(self, answer: SrAnswer, pumping: Zone, emil: User, petra: User) -> None:
        ask_compensation(answer, by=emil)
        decision = workflow.approve(Decision.objects.get(), by=petra, decision_reason="Seen on site.")
        SrAnswer.objects.filter(pk=answer.pk).update(countermeasure="Gone")
        assert workflow.end_what_lapsed(now=decision.decided_at) == 1
        assert self.level(pumping) == 0


@pytest.mark.django_db(transaction=True)
def test_answers_are_followed(pumping: Zone) -> None:
    load()
    assert follow() == 0
    requirement = Requirement.objects.get(catalogue__edition=EDITION, code="SR 5.1")
    answer = SrAnswer.objects.create(site_id=pumping.site_id, zone=pumping, requirement=requirement, answer="MET")
    Zone.objects.filter(pk=pumping.pk).update(sl_a=None)
    assert follow() == 1
    assert follow() == 0
    SrAnswer.objects.filter(pk=answer.pk).delete()
    assert follow() == 1
