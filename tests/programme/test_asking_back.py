"""A request goes back with a question and returns with the answer, on the state of then; what carries an end is approved for less (X19, X6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from assets.models import Asset
from patching import deferring
from patching.models import Patch, PatchDeployment
from programme import bargaining, judging, summary, workflow
from programme.models import Authority, Decision, Judgement
from programme.rules import digest
from registers.history.timeline import entries
from registers.models import Mail
from registers.workflow import NotPossible
from tests.csms.test_inbox import asked, page

__all__ = ["asked"]
pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
QUESTION, ANSWER = "What about the dosing station?", "It has none either, see the drawing."


def titles(user: User) -> list[str]:
    return [one.title for one in summary.waiting(user, TODAY)]


class TestAskingBack:
    def test_it_waits_for_who_asked_and_returns_with_the_answer(
        self, asked: Decision, nils: User, petra: User, mara: User
    ) -> None:
        assert (asked.title in titles(petra), asked.title in titles(nils)) == (True, False)
        back = bargaining.ask_back(asked, by=petra, question=QUESTION)
        assert (back.status, back.asked_back_by, back.decided_by) == ("ASKED_BACK", petra, None)
        assert (asked.title in titles(petra), asked.title in titles(nils)) == (False, True)
        assert Mail.objects.latest("pk").to == [nils.email]
        with pytest.raises(NotPossible, match="asked back"):
            workflow.approve(asked, by=mara, decision_reason="Fine.")
        with pytest.raises(NotPossible, match="Only the person who asked"):
            bargaining.reply(asked, by=mara, answer=ANSWER)
        again = bargaining.reply(asked, by=nils, answer=ANSWER)
        assert (again.status, again.question, again.answer, again.digest) == (
            "REQUESTED",
            QUESTION,
            ANSWER,
            asked.digest,
        )
        assert Mail.objects.latest("pk").to == [petra.email]
        assert (asked.title in titles(petra), asked.title in titles(nils)) == (True, False)
        assert [one.step for one in entries(asked)[:2]] == ["Answer it", "Ask back"]
        assert workflow.approve(asked, by=petra, decision_reason="Clear now.").status == "APPROVED"

    def test_what_changed_meanwhile_is_frozen_anew_under_a_new_digest(
        self, asked: Decision, judgement: Judgement, nils: User, petra: User
    ) -> None:
        bargaining.ask_back(asked, by=petra, question=QUESTION)
        Judgement.objects.filter(pk=judgement.pk).update(justification="Neither here nor at the dosing station.")
        again = bargaining.reply(asked, by=nils, answer=ANSWER)
        assert again.digest != asked.digest
        assert again.digest == digest(again.snapshot)
        assert again.requested_at > asked.requested_at
        assert "dosing" in str(again.snapshot)
        assert workflow.approve(again, by=petra, decision_reason="Clear now.").status == "APPROVED"

    def test_what_changed_after_the_answer_cannot_be_approved(
        self, asked: Decision, judgement: Judgement, nils: User, petra: User
    ) -> None:
        bargaining.ask_back(asked, by=petra, question=QUESTION)
        bargaining.reply(asked, by=nils, answer=ANSWER)
        Judgement.objects.filter(pk=judgement.pk).update(justification="Something else.")
        with pytest.raises(NotPossible, match="changed since"):
            workflow.approve(asked, by=petra, decision_reason="Fine.")

    def test_it_is_still_asked_for_and_may_be_withdrawn_or_refused(
        self, asked: Decision, judgement: Judgement, nils: User, petra: User
    ) -> None:
        bargaining.ask_back(asked, by=petra, question=QUESTION)
        with pytest.raises(NotPossible, match="asked for already"):
            judging.request_not_applicable(judgement, by=nils, justification="Again")
        assert workflow.withdraw(asked, by=nils).status == "WITHDRAWN"
        other = judging.request_not_applicable(judgement, by=nils, justification="Again")
        bargaining.ask_back(other, by=petra, question=QUESTION)
        assert workflow.refuse(other, by=petra, decision_reason="No answer came.").status == "REFUSED"

    def test_only_who_may_decide_asks_back_and_never_who_asked(
        self, judgement: Judgement, asked: Decision, mara: User, petra: User
    ) -> None:
        Authority.objects.filter(role="approver").delete()
        with pytest.raises(NotPossible, match="authority table"):
            bargaining.ask_back(asked, by=petra, question=QUESTION)
        workflow.refuse(asked, by=mara, decision_reason="No.")
        own = judging.request_not_applicable(judgement, by=mara, justification="None.")
        with pytest.raises(NotPossible, match="four eyes"):
            bargaining.ask_back(own, by=mara, question=QUESTION)

    def test_rest_has_both_steps_on_the_revision_that_was_read(
        self, asked: Decision, nils: User, petra: User, sven: User, ada: User, rest: Callable[..., Any]
    ) -> None:
        path = f"decisions/{asked.pk}"
        body = {"question": QUESTION}
        assert rest(sven).send("post", f"{path}/ask_back/", body, If_Match=asked.etag).status_code == 404
        assert rest(ada).send("post", f"{path}/ask_back/", body, If_Match=asked.etag).status_code == 403
        assert rest(petra).send("post", f"{path}/ask_back/", body).status_code == 428
        assert rest(petra).send("post", f"{path}/ask_back/", {}, If_Match=asked.etag).status_code == 400
        told = rest(petra).send("post", f"{path}/ask_back/", body, If_Match=asked.etag)
        assert (told.json()["status"], told.json()["question"]) == ("ASKED_BACK", QUESTION)
        assert rest(nils).send("get", "my-work/?limit=50").json()["results"][0]["title"] == asked.title
        done = rest(nils).send("post", f"{path}/reply/", {"answer": ANSWER}, If_Match=told["ETag"])
        assert (done.status_code, done.json()["status"], done.json()["answer"]) == (200, "REQUESTED", ANSWER)

    def test_my_work_asks_answers_and_shows_both(
        self, asked: Decision, nils: User, petra: User, signed_in: Callable[[User], Client]
    ) -> None:
        director, keeper = signed_in(petra), signed_in(nils)
        address = asked.get_absolute_url()
        assert f"{address}ask_back/?next=" in page(director)
        sent = {"question": QUESTION, "seen_revision": asked.revision}
        assert director.post(f"{address}ask_back/", sent).status_code == 302
        text = page(keeper)
        assert QUESTION in text
        assert f"{address}reply/?next=" in text
        assert f"{address}reply/" not in director.get(address).content.decode()
        asked.refresh_from_db()
        keeper.post(f"{address}reply/", {"answer": ANSWER, "seen_revision": asked.revision})
        text = page(director)
        assert QUESTION in text
        assert ANSWER in text


class TestForLess:
    @pytest.fixture
    def deferral(self, plc: Asset, emil: User) -> Decision:
        """Emil asks to put a patch off for thirty days."""
        Authority.objects.create(kind="PATCH_DEFERRAL", role="approver", most_days=90)
        patch = Patch.objects.create(vendor="Siemens", product="CPU 1516", version="V3.1.2")
        deployment = PatchDeployment.objects.create(site=plc.site, asset=plc, patch=patch)
        deferring.ask_deferral(
            deployment, by=emil, countermeasure="Port closed", deferred_until=TODAY + timedelta(days=30), because_of="Season"
        )  # fmt: skip
        return Decision.objects.get()

    def test_it_holds_until_the_earlier_day(self, deferral: Decision, petra: User) -> None:
        sooner = TODAY + timedelta(days=10)
        done = bargaining.approve_for_less(deferral, by=petra, decision_reason="Ten days do.", ends_on=sooner)
        deployment = PatchDeployment.objects.get()
        assert (done.status, done.expires_on, done.digest) == ("APPROVED", sooner, deferral.digest)
        assert (deployment.status, deployment.deferred_until) == ("DEFERRED", sooner)
        assert entries(deferral)[0].step == "Approve for less"
        assert workflow.end_what_lapsed(now=timezone.now() + timedelta(days=11)) == 1

    @pytest.mark.parametrize(("days", "told"), [(30, "earlier day"), (31, "earlier day"), (0, "not hold for a day")])
    def test_only_an_earlier_day_to_come(self, days: int, told: str, deferral: Decision, petra: User) -> None:
        with pytest.raises(NotPossible, match=told):
            bargaining.approve_for_less(
                deferral, by=petra, decision_reason="Fine.", ends_on=TODAY + timedelta(days=days)
            )
        deferral.refresh_from_db()
        assert (deferral.status, deferral.expires_on) == ("REQUESTED", TODAY + timedelta(days=30))

    def test_more_than_the_authority_allows_can_be_approved_for_less(self, deferral: Decision, petra: User) -> None:
        Authority.objects.filter(kind="PATCH_DEFERRAL").update(most_days=20)
        with pytest.raises(NotPossible, match="Approve it for less"):
            workflow.approve(deferral, by=petra, decision_reason="Fine.")
        done = bargaining.approve_for_less(
            deferral, by=petra, decision_reason="Fine.", ends_on=TODAY + timedelta(days=20)
        )
        assert done.status == "APPROVED"

    def test_who_asked_never_decides_and_without_an_end_there_is_no_less(
        self, deferral: Decision, asked: Decision, emil: User, petra: User, mara: User
    ) -> None:
        with pytest.raises(NotPossible, match="No end was asked for"):
            bargaining.approve_for_less(asked, by=petra, decision_reason="x", ends_on=TODAY + timedelta(days=5))
        Decision.objects.filter(pk=deferral.pk).update(requested_by=mara)
        with pytest.raises(NotPossible, match="four eyes"):
            bargaining.approve_for_less(deferral, by=mara, decision_reason="x", ends_on=TODAY + timedelta(days=5))

    def test_my_work_and_rest(
        self, deferral: Decision, asked: Decision, petra: User, signed_in: Callable[[User], Client], rest: Callable[..., Any]
    ) -> None:  # fmt: skip
        browser, address = signed_in(petra), deferral.get_absolute_url()
        keys = {one.title: one.key for one in summary.waiting(petra, TODAY)}
        text = page(browser, f"?item={keys[deferral.title]}")
        assert f'formaction="{address}approve_for_less/"' in text
        assert 'name="ends_on"' in text
        assert "approve_for_less" not in page(browser, f"?item={keys[asked.title]}")
        assert "approve_for_less" not in browser.get(asked.get_absolute_url()).content.decode()
        typed = {"decision_reason": "Ten days do.", "ends_on": (TODAY + timedelta(days=10)).isoformat()}
        passed_over = browser.post(f"{address}approve/", typed)
        assert passed_over.status_code == 422
        assert "“Only until” is filled in, and “Approve” does not ask for it." in passed_over.content.decode()
        assert "Ten days do." in passed_over.content.decode()
        deferral.refresh_from_db()
        assert deferral.status == "REQUESTED"
        body = {"decision_reason": "Ten days do.", "ends_on": (TODAY + timedelta(days=10)).isoformat()}
        told = rest(petra).send("post", f"decisions/{deferral.pk}/approve_for_less/", body, If_Match=deferral.etag)
        assert (told.status_code, told.json()["expires_on"]) == (200, body["ends_on"])
