"""The page of My work: a decision is taken there by the very step of its own page; a thing put away comes back by itself."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from csms import work
from programme import judging, workflow
from programme.models import Authority, Decision, Evidence, Judgement
from programme.rules import decide_by
from registers import clock
from registers.history.past import day_at
from registers.own import Snooze

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(judgement: Judgement, nils: User) -> Decision:
    """Nils asked that it does not apply."""
    return judging.request_not_applicable(judgement, by=nils, justification="There is no safety system at NORTH.")


def page(browser: Client, query: str = "") -> str:
    """Return the page's text."""
    answer = browser.get(f"/my-work/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def fields(text: str) -> dict[str, str]:
    """Return the hidden fields of the form in which one decides."""
    form = re.search(r'<form method="post" novalidate>.*?</form>', text, re.DOTALL)
    assert form
    return dict(re.findall(r'name="(seen_revision|next)" value="([^"]*)"', form[0].replace("&amp;", "&")))


class TestDeciding:
    def test_all_that_is_needed_stands_beside_the_list(
        self, asked: Decision, petra: User, signed_in: Callable[[User], Client]
    ) -> None:
        text = page(signed_in(petra))
        for words in (
            "There is no safety system at NORTH.", asked.digest[:16], "live record still equal", "<b>you may decide</b>; Nils",
            f'formaction="{asked.get_absolute_url()}approve/"', f'formaction="{asked.get_absolute_url()}refuse/"', "Approver: for",
        ):  # fmt: skip
            assert words in text

    def test_who_decides_goes_on_to_the_next(
        self, asked: Decision, stale: Evidence, mara: User, signed_in: Callable[[User], Client]
    ) -> None:
        Evidence.objects.filter(pk=stale.pk).update(effective_to=day_at() + timedelta(days=20))
        browser = signed_in(mara)
        sent = fields(page(browser))
        answer = browser.post(
            f"{asked.get_absolute_url()}approve/", {**sent, "decision_reason": "Seen on the walk-down."}
        )
        assert answer["Location"] == sent["next"]
        asked.refresh_from_db()
        assert (asked.status, asked.decided_by) == ("APPROVED", mara)
        after = page(browser, sent["next"].removeprefix("/my-work/"))
        assert f'href="{stale.get_absolute_url()}"' in after
        assert asked.title not in after
        assert asked.title in page(browser, "?tab=done")

    def test_a_reason_that_was_reworded_meanwhile_is_read_again_first(
        self, asked: Decision, petra: User, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(petra)
        sent = fields(page(browser))
        asked.reason = "We would rather not."
        asked.save()
        answer = browser.post(f"{asked.get_absolute_url()}approve/", {**sent, "decision_reason": "Fine."})
        assert answer.status_code == 409
        assert "changed since you read it" in answer.content.decode()
        asked.refresh_from_db()
        assert asked.status == "REQUESTED"

    def test_nobody_decides_twice(
        self, asked: Decision, petra: User, mara: User, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(petra)
        sent = fields(page(browser))
        workflow.refuse(asked, by=mara, decision_reason="There is one.")
        answer = browser.post(f"{asked.get_absolute_url()}approve/", {**sent, "decision_reason": "Fine."})
        assert answer.status_code == 409
        asked.refresh_from_db()
        assert (asked.status, asked.decided_by) == ("REFUSED", mara)

    def test_who_asked_is_shown_it_under_asked_by_me_and_cannot_decide(
        self, judgement: Judgement, mara: User, signed_in: Callable[[User], Client]
    ) -> None:
        made = judging.request_not_applicable(judgement, by=mara, justification="None.")
        browser = signed_in(mara)
        assert made.title not in page(browser)
        text = page(browser, "?tab=asked")
        assert made.title in text
        assert "another person has to decide" in text
        assert "formaction" not in text
        assert browser.post(f"{made.get_absolute_url()}approve/", {"decision_reason": "Me."}).status_code == 409

    def test_reading_decides_nothing_and_no_other_site_hears_of_it(
        self, asked: Decision, sven: User, petra: User, signed_in: Callable[[User], Client]
    ) -> None:
        signed_in(petra).get(f"{asked.get_absolute_url()}approve/?decision_reason=x&expires_on=")
        asked.refresh_from_db()
        assert asked.status == "REQUESTED"
        item = next(one.key for one in work.waiting_for(petra, day_at()))
        for query in ("", "?tab=decisions", "?tab=asked", "?tab=done", f"?item={item}"):
            assert asked.title not in page(signed_in(sven), query)

    def test_one_goes_back_into_this_portal_only(
        self, asked: Decision, petra: User, signed_in: Callable[[User], Client]
    ) -> None:
        sent = {"decision_reason": "Fine.", "next": "https://elsewhere.example/"}
        answer = signed_in(petra).post(f"{asked.get_absolute_url()}approve/", sent)
        assert answer["Location"] == asked.get_absolute_url()

    def test_what_one_may_not_decide_takes_nobodys_place(
        self, asked: Decision, judgement: Judgement, petra: User, nils: User
    ) -> None:
        Authority.objects.filter(kind="RISK_ACCEPTANCE").delete()
        for number in range(60):
            Decision.objects.create(
                site=asked.site, title=f"Other {number}", kind="RISK_ACCEPTANCE", content_type=asked.content_type, object_id=1000 + number,
                requested_by=nils, requested_at=timezone.now() - timedelta(days=9), snapshot={}, digest="",
            )  # fmt: skip
        assert [one.title for one in work.waiting_for(petra, day_at())] == [asked.title]


class TestSnoozing:
    def test_it_is_put_away_until_a_day_by_one_person_for_themselves(
        self, stale: Evidence, nils: User, mara: User, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        (one,) = rest(nils).send("get", "my-work/").json()["results"]
        until = str(stale.effective_to - timedelta(days=2))
        told = rest(nils).send("post", f"my-work/{one['id']}/snooze/", {"until": until})
        assert (told.status_code, told.json()["snoozed_until"]) == (200, until)
        (still,) = rest(nils).send("get", "my-work/").json()["results"]
        assert still == one | {"snoozed_until": until}
        assert rest(nils).send("get", "my-work/?snoozed=false").json()["count"] == 0
        assert rest(nils).send("get", "my-work/?snoozed=true").json()["count"] == 1
        text = page(signed_in(nils))
        assert 'aria-label="My work"' in text
        assert "Snoozed" in text
        (others,) = rest(mara).send("get", "my-work/").json()["results"]
        assert others["snoozed_until"] is None
        woken = rest(nils).send("post", f"my-work/{one['id']}/wake/", {})
        assert (woken.status_code, woken.json()["snoozed_until"]) == (200, None)

    @pytest.mark.parametrize(("days", "code"), [(-1, 400), (0, 400), (1, 200), (5, 200), (6, 400)])
    def test_never_beyond_the_day_it_is_due(
        self, stale: Evidence, nils: User, rest: Callable[..., Any], days: int, code: int
    ) -> None:
        (one,) = rest(nils).send("get", "my-work/").json()["results"]
        until = str(timezone.now().date() + timedelta(days=days))
        answer = rest(nils).send("post", f"my-work/{one['id']}/snooze/", {"until": until})
        assert answer.status_code == code
        if code == 400:
            assert answer.json()["errors"][0]["pointer"] == "/until"

    def test_it_comes_back_by_itself_and_at_once_when_it_is_due(self, stale: Evidence, nils: User) -> None:
        on = day_at()
        (one,) = work.waiting_for(nils, on)
        work.snooze(nils, one, on + timedelta(days=3))
        assert work.awake(work.waiting_for(nils, on)) == []
        with clock.at(timezone.now() + timedelta(days=3)):
            assert len(work.awake(work.waiting_for(nils, day_at()))) == 1
        Evidence.objects.filter(pk=stale.pk).update(effective_to=on)
        assert len(work.awake(work.waiting_for(nils, on))) == 1

    def test_what_is_due_stays(self, stale: Evidence, nils: User, rest: Callable[..., Any]) -> None:
        Evidence.objects.filter(pk=stale.pk).update(effective_to=day_at())
        (one,) = rest(nils).send("get", "my-work/").json()["results"]
        until = str(day_at() + timedelta(days=1))
        assert rest(nils).send("post", f"my-work/{one['id']}/snooze/", {"until": until}).status_code == 409

    def test_the_page_puts_away_and_says_what_is_wrong(
        self, stale: Evidence, nils: User, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(nils)
        (one,) = work.waiting_for(nils, day_at())
        for until in ("", "soon", "2020-01-01", "9999-12-31"):
            answer = browser.post(f"/my-work/{one.key}/snooze/", {"until": until}, follow=True)
            assert (answer.status_code, Snooze.objects.count()) == (200, 0)
            assert "Not done." in answer.content.decode()
        browser.post(f"/my-work/{one.key}/snooze/", {"until": str(day_at() + timedelta(days=1))})
        assert Snooze.of(nils) == {one.key: day_at() + timedelta(days=1)}
        browser.post(f"/my-work/{one.key}/snooze/", {"wake": "1"})
        assert Snooze.of(nils) == {}
        assert browser.get(f"/my-work/{one.key}/snooze/").status_code == 405

    def test_nobody_puts_away_what_does_not_wait_for_them(
        self, stale: Evidence, nils: User, sven: User, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        (one,) = work.waiting_for(nils, day_at())
        until = {"until": str(day_at() + timedelta(days=1))}
        assert rest(sven).send("post", f"my-work/{one.key}/snooze/", until).status_code == 404
        assert signed_in(sven).post(f"/my-work/{one.key}/snooze/", until).status_code == 404
        assert rest(nils, ["read"]).send("post", f"my-work/{one.key}/snooze/", until).status_code == 403
        for wrong in ({}, {"until": None}, {"until": 3}, {"until": "soon"}, until | {"more": 1}):
            assert rest(nils).send("post", f"my-work/{one.key}/snooze/", wrong).status_code == 400
        assert rest(nils).send("get", "my-work/?snoozed=maybe").status_code == 400
        assert not Snooze.objects.exists()


@pytest.mark.parametrize(
    ("ends", "due"),
    [(None, date(2026, 3, 6)), (date(2026, 9, 1), date(2026, 3, 6)), (date(2026, 3, 3), date(2026, 3, 3))],
)
def test_a_request_is_to_be_decided_within_five_days_and_before_its_own_end(ends: date | None, due: date) -> None:
    assert decide_by(date(2026, 3, 1), ends) == due


class TestOneSite:
    def test_the_work_of_one_site_stays_with_it(
        self, asked: Decision, stale: Evidence, mara: User, south: Site, signed_in: Callable[[User], Client]
    ) -> None:
        other = Evidence.objects.create(
            site=south, title="Photographs of South", kind="RECORD_OF_PRACTICE", note="Binder 4", effective_from=stale.effective_from,
            effective_to=stale.effective_to,
        )  # fmt: skip
        browser = signed_in(mara)
        assert other.title in page(browser)
        home = browser.get(f"/?site={stale.site_id}").content.decode()
        assert f'href="/my-work/?site={stale.site_id}"' in home
        text = page(browser, f"?site={stale.site_id}")
        assert stale.title in text
        assert other.title not in text
        assert f'href="/my-work/?site={stale.site_id}&amp;tab=decisions"' in text
        chosen = fields(page(browser, f"?site={stale.site_id}&tab=decisions"))
        assert chosen["next"] == f"/my-work/?site={stale.site_id}&tab=decisions"
        assert browser.get("/my-work/?site=999999").status_code == 404
