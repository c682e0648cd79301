"""What a decision holds, and for how long: a second question, a deleted record, another plant."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from programme import judging, workflow
from programme.models import Decision, Judgement
from registers.workflow import NotPossible

TODAY = timezone.now().date()
WHY = "There is no safety system at NORTH."


@pytest.fixture
def approved(judgement: Judgement, nils: User, petra: User) -> Decision:
    """Petra approved that the requirement does not apply."""
    asked = judging.request_not_applicable(judgement, by=nils, justification=WHY)
    return workflow.approve(asked, by=petra, decision_reason="Seen.")


@pytest.mark.django_db
class TestSecondQuestion:
    @pytest.mark.parametrize("answer", ["refuse", "withdraw"])
    def test_an_approval_stands_when_a_later_question_comes_to_nothing(
        self, answer: str, approved: Decision, judgement: Judgement, nils: User, petra: User
    ) -> None:
        again = judging.request_not_applicable(judgement, by=nils, justification=WHY)
        if answer == "refuse":
            workflow.refuse(again, by=petra, decision_reason="It is decided already.")
        else:
            workflow.withdraw(again, by=nils)
        judgement.refresh_from_db()
        approved.refresh_from_db()
        assert (approved.status, judgement.applicable) == ("APPROVED", False)

    def test_the_same_is_not_asked_twice_at_once(self, judgement: Judgement, nils: User) -> None:
        judging.request_not_applicable(judgement, by=nils, justification=WHY)
        with pytest.raises(NotPossible, match="asked for already"):
            judging.request_not_applicable(judgement, by=nils, justification=WHY)


@pytest.mark.django_db
class TestDeletedRecord:
    def test_a_decision_on_a_record_that_is_gone_lapses_and_holds_up_no_other(
        self, approved: Decision, judgement: Judgement
    ) -> None:
        Judgement.objects.filter(pk=judgement.pk).delete()
        assert workflow.end_what_lapsed(now=timezone.now()) == 1
        approved.refresh_from_db()
        assert (approved.status, approved.ended_because) == ("LAPSED", "The record is gone.")

    def test_it_cannot_be_approved(self, judgement: Judgement, nils: User, petra: User) -> None:
        asked = judging.request_not_applicable(judgement, by=nils, justification=WHY)
        Judgement.objects.filter(pk=judgement.pk).delete()
        with pytest.raises(NotPossible, match="gone"):
            workflow.approve(asked, by=petra, decision_reason="Fine.")

    def test_its_page_says_so(
        self, approved: Decision, judgement: Judgement, petra: User, signed_in: Callable[[User], Any]
    ) -> None:
        Judgement.objects.filter(pk=judgement.pk).delete()
        assert signed_in(petra).get(approved.get_absolute_url()).status_code == 200

    def test_a_judgement_with_its_history_is_not_deleted_by_hand(
        self, judgement: Judgement, mara: User, rest: Callable[..., Any]
    ) -> None:
        assert rest(mara).send("delete", f"judgements/{judgement.pk}/").status_code == 405


@pytest.mark.django_db
class TestPatch:
    def test_the_request_is_worded_anew_only_with_the_revision_that_was_read(
        self, judgement: Judgement, nils: User, rest: Callable[..., Any]
    ) -> None:
        asked = judging.request_not_applicable(judgement, by=nils, justification=WHY)
        program, path = rest(nils), f"decisions/{asked.pk}/"
        assert program.send("patch", path, {"reason": "Better said."}).status_code == 428
        assert program.send("patch", path, {"reason": "Better said."}, If_Match=f'"{asked.pk}-99"').status_code == 412
        answer = program.send("patch", path, {"reason": "Better said."}, If_Match=asked.etag)
        assert (answer.status_code, answer.json()["reason"]) == (200, "Better said.")

    def test_only_the_person_who_asked_words_it_anew(
        self, judgement: Judgement, nils: User, mara: User, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        asked = judging.request_not_applicable(judgement, by=nils, justification=WHY)
        answer = rest(mara).send("patch", f"decisions/{asked.pk}/", {"reason": "Never said."}, If_Match=asked.etag)
        assert answer.status_code == 403
        page = f"/programme/decisions/{asked.pk}/change/"
        assert signed_in(mara).post(page, {"reason": "Never said."}).status_code == 403
        asked.refresh_from_db()
        assert asked.reason == WHY
        assert signed_in(nils).post(page, {"reason": "Better said."}).status_code == 302

    def test_what_was_decided_is_not_reworded(self, approved: Decision, nils: User, rest: Callable[..., Any]) -> None:
        answer = rest(nils).send(
            "patch", f"decisions/{approved.pk}/", {"reason": "Never said."}, If_Match=approved.etag
        )
        assert answer.status_code == 400
        approved.refresh_from_db()
        assert approved.reason == WHY

    @pytest.mark.parametrize("name", ["status", "decided_by", "snapshot", "expires_on", "digest"])
    def test_nobody_writes_a_decision_past_its_steps(
        self, name: str, judgement: Judgement, nils: User, mara: User, rest: Callable[..., Any]
    ) -> None:
        asked = judging.request_not_applicable(judgement, by=nils, justification=WHY)
        before = Decision.objects.filter(pk=asked.pk).values().get()
        rest(mara).send("patch", f"decisions/{asked.pk}/", {name: "APPROVED"}, If_Match=asked.etag)
        assert Decision.objects.filter(pk=asked.pk).values().get() == before


@pytest.mark.django_db
def test_who_decides_is_found_at_a_constant_price(
    judgement: Judgement, nils: User, petra: User, mara: User, ada: User, sven: User, django_assert_max_num_queries: Any
) -> None:
    asked = judging.request_not_applicable(judgement, by=nils, justification=WHY)
    with django_assert_max_num_queries(6):
        assert {one.name for one in workflow.deciders_of(asked)} == {petra.name, mara.name}
