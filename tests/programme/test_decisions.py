"""Decisions: never by the one who asked, by right of the authority table, on a frozen state, ended when it changes (X19, G6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from programme import judging, workflow
from programme.models import Authority, Decision, Judgement, Requirement
from programme.reference import load
from registers.workflow import NotPossible
from reports.conformity import conformity


@pytest.fixture
def asked(judgement: Judgement, nils: User) -> Decision:
    """Nils asked that it does not apply."""
    return judging.request_not_applicable(judgement, by=nils, justification="There is no safety system at NORTH.")


@pytest.mark.django_db
def test_reference_data_loads_once() -> None:
    assert load()[0] == 468
    assert load() == (0, 0)


@pytest.mark.django_db
class TestFourEyes:
    def test_it_applies_until_somebody_else_approves(self, judgement: Judgement, asked: Decision, petra: User) -> None:
        judgement.refresh_from_db()
        assert judgement.applicable
        workflow.approve(asked, by=petra, decision_reason="Seen on the walk-down.")
        judgement.refresh_from_db()
        assert not judgement.applicable

    def test_the_one_who_asked_never_decides(self, judgement: Judgement, mara: User) -> None:
        asked = judging.request_not_applicable(judgement, by=mara, justification="No safety system.")
        with pytest.raises(NotPossible, match="four eyes"):
            workflow.approve(asked, by=mara, decision_reason="Me.")

    def test_an_administrator_does_not_decide(self, asked: Decision, admin: User) -> None:
        with pytest.raises(PermissionDenied):
            workflow.approve(asked, by=admin, decision_reason="Because I can.")

    def test_without_authority_nobody_decides(self, asked: Decision, petra: User) -> None:
        Authority.objects.filter(role="approver").delete()
        with pytest.raises(NotPossible, match="CSMS manager"):
            workflow.approve(asked, by=petra, decision_reason="Fine.")

    def test_an_engineer_of_elsewhere_finds_nothing(
        self, asked: Decision, sven: User, rest: Callable[..., Any]
    ) -> None:
        assert (
            rest(sven)
            .send("post", f"decisions/{asked.pk}/approve/", {"decision_reason": "x"}, If_Match=asked.etag)
            .status_code
            == 404
        )

    def test_a_decision_wants_the_revision_that_was_read(
        self, asked: Decision, petra: User, rest: Callable[..., Any]
    ) -> None:
        program = rest(petra)
        path = f"decisions/{asked.pk}/approve/"
        assert program.send("post", path, {"decision_reason": "x"}).status_code == 428
        assert program.send("post", path, {"decision_reason": "x"}, If_Match=asked.etag).status_code == 200
        again = program.send("post", path, {"decision_reason": "x"}, If_Match=f'"{asked.pk}-2"')
        assert again.status_code == 409


@pytest.mark.django_db
class TestEnd:
    def test_what_changed_since_the_request_cannot_be_approved(
        self, judgement: Judgement, asked: Decision, petra: User
    ) -> None:
        Judgement.objects.filter(pk=judgement.pk).update(justification="Another reason.")
        with pytest.raises(NotPossible, match="changed since"):
            workflow.approve(asked, by=petra, decision_reason="Fine.")

    def test_a_material_change_lets_it_lapse(self, judgement: Judgement, asked: Decision, petra: User) -> None:
        workflow.approve(asked, by=petra, decision_reason="Fine.")
        Judgement.objects.filter(pk=judgement.pk).update(justification="Another reason.")
        assert workflow.end_what_lapsed(now=timezone.now()) == 1
        assert workflow.end_what_lapsed(now=timezone.now()) == 0
        asked.refresh_from_db()
        judgement.refresh_from_db()
        assert (asked.status, judgement.applicable) == ("LAPSED", True)
        assert "justification" in asked.ended_because

    def test_it_ends_on_its_day(self, judgement: Judgement, asked: Decision, petra: User) -> None:
        today = timezone.now().date()
        workflow.approve(asked, by=petra, decision_reason="Fine.", expires_on=today + timedelta(days=30))
        assert workflow.end_what_lapsed(now=timezone.now() + timedelta(days=30)) == 0
        assert workflow.end_what_lapsed(now=timezone.now() + timedelta(days=31)) == 1
        judgement.refresh_from_db()
        assert judgement.applicable

    def test_it_never_holds_longer_than_the_authority(self, asked: Decision, petra: User) -> None:
        late = timezone.now().date() + timedelta(days=2000)
        with pytest.raises(NotPossible, match="at most"):
            workflow.approve(asked, by=petra, decision_reason="Fine.", expires_on=late)

    def test_it_never_ends_on_a_day_that_is_over(self, asked: Decision, petra: User) -> None:
        with pytest.raises(NotPossible, match="would not hold for a day"):
            workflow.approve(asked, by=petra, decision_reason="Fine.", expires_on=timezone.now().date())

    def test_only_the_asker_withdraws(self, asked: Decision, mara: User, nils: User) -> None:
        with pytest.raises(NotPossible):
            workflow.withdraw(asked, by=mara)
        assert workflow.withdraw(asked, by=nils).status == "WITHDRAWN"


@pytest.mark.django_db
class TestConformity:
    def test_computed_stands_beside_judged(
        self, judgement: Judgement, plc: Any, mara: User, rest: Callable[..., Any]
    ) -> None:
        judged = Judgement.objects.create(
            site=judgement.site,
            requirement=Requirement.objects.get(catalogue__edition="IEC 62443-2-1:2024", code="CM 1.1"),
        )
        judging.judge(judged, by=mara, verdict="MET", maturity="3", why="The list is true.")
        row = next(
            row
            for row in conformity(mara, judgement.site, "IEC 62443-2-1:2024", timezone.now().date())
            if row.requirement.code == "CM 1.1"
        )
        assert (row.status, row.computed, row.differs) == ("MET", "NOT_MET", True)
        body = rest(mara).send("get", "conformity/?site=NORTH&catalogue=IEC 62443-2-1:2024").json()
        assert body["count"] == 87
        found = next(one for one in body["results"] if one["code"] == "CM 1.1")
        assert found["computed"]["denominator"] == 1
        assert found["judged"]["by"] == "Mara Keller"

    def test_another_site_is_one_that_does_not_exist(
        self, judgement: Judgement, sven: User, rest: Callable[..., Any]
    ) -> None:
        program = rest(sven)
        theirs, absent = program.send("get", "conformity/?site=NORTH"), program.send("get", "conformity/?site=NOWHERE")
        assert theirs.status_code == absent.status_code == 400
        assert theirs.json()["errors"] == absent.json()["errors"]

    def test_the_cost_is_constant(
        self, judgement: Judgement, plc: Any, mara: User, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(30):
            conformity(mara, judgement.site, "IEC 62443-2-1:2024", timezone.now().date())


@pytest.mark.django_db
def test_only_who_asked_words_the_request_and_only_until_it_is_decided(
    asked: Decision, nils: User, mara: User, petra: User, rest: Callable[..., Any]
) -> None:
    def reword(user: User, words: str = "Better said.") -> int:
        answer = rest(user).send("patch", f"decisions/{asked.pk}/", {"reason": words}, If_Match=asked.etag)
        return int(answer.status_code)

    assert reword(mara) == 403
    assert reword(nils) == 200
    asked.refresh_from_db()
    workflow.approve(asked, by=petra, decision_reason="Seen.")
    asked.refresh_from_db()
    assert reword(nils, "Never said.") == 400
