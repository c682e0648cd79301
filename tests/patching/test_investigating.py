"""A match that somebody looks into stays open, counted and due; it says so everywhere, and lapses as decisions do."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Site, User
from assets.models import Asset
from patching import summary, tasks, workflow
from patching.models import Match
from registers.history.timeline import entries
from registers.workflow import NotPossible
from tests.patching.test_course import ON, made
from tests.patching.test_teaching import PUMP, pump, revised

NOTE = {"decision_reason": "Asked the maker whether the web server is built in."}


@pytest.fixture
def match(north: Site) -> Match:
    return made(north, "N-DRV1", "AFFECTED", found=ON, due=ON)


def test_it_stays_open_and_due_and_says_who_looks_into_it(match: Match, emil: User) -> None:
    taken = workflow.investigate(match, by=emil, **NOTE)
    assert (taken.status, taken.verdict, taken.due_on) == ("EXAMINING", "AFFECTED", ON)
    assert (taken.decided_by, taken.decision_reason) == (emil, NOTE["decision_reason"])
    assert (entries(match)[0].actor, entries(match)[0].step) == (emil.name, "Investigate")
    assert [figure.value for figure in summary.figures(emil, ON) if figure.key == "affected"] == [1]
    assert any("Under investigation" in one.detail for one in summary.waiting(emil, ON))


def test_what_is_closed_cannot_be_looked_into(
    north: Site, emil: User, signed_in: Callable[[User], Client], rest: Callable[..., Any]
) -> None:
    closed = made(north, "N-DRV2", "FIXED", found=ON)
    with pytest.raises(NotPossible, match="closed"):
        workflow.investigate(closed, by=emil, **NOTE)
    assert rest(emil).send("post", f"matches/{closed.pk}/investigate/", NOTE).status_code == 409
    assert "/investigate/" not in signed_in(emil).get(closed.get_absolute_url()).content.decode()


def test_rest_takes_it_from_those_who_may_decide(
    match: Match, emil: User, ada: User, sven: User, admin: User, rest: Callable[..., Any]
) -> None:
    path = f"matches/{match.pk}/investigate/"
    assert rest(sven).send("post", path, NOTE).status_code == 404
    assert rest(ada).send("post", path, NOTE).status_code == 403
    assert rest(admin).send("post", path, NOTE).status_code == 403
    assert rest(emil).send("post", path, {}).status_code == 400
    told = rest(emil).send("post", path, NOTE).json()
    assert (told["status"], told["verdict"], told["due_on"]) == ("EXAMINING", "AFFECTED", ON.isoformat())
    assert rest(emil).send("get", "matches/?status=EXAMINING").json()["count"] == 1
    done = rest(emil).send("post", f"matches/{match.pk}/confirm/", {"decision_reason": "It is built in."}).json()
    assert done["status"] == "CONFIRMED"


def test_pages_say_it_beside_the_verdict(match: Match, emil: User, signed_in: Callable[[User], Client]) -> None:
    workflow.investigate(match, by=emil, **NOTE)
    client = signed_in(emil)
    for address in (
        "/patching/matches/?columns=asset,verdict",
        match.get_absolute_url(),
        match.asset.get_absolute_url(),
        match.advisory.get_absolute_url(),
    ):
        page = client.get(address).content.decode()
        assert "Under investigation</span>" in page, address
        assert "Affected</span>" in page, address


def test_it_is_chosen_beside_the_verdicts_of_an_advisory(
    match: Match, emil: User, signed_in: Callable[[User], Client]
) -> None:
    Match.objects.filter(pk=match.pk).update(verdict="REVIEW", computed_verdict="REVIEW")
    match.refresh_from_db()
    client, place = signed_in(emil), f"{match.advisory.get_absolute_url()}?decide={match.pk}"
    sent = NOTE | {"step": "investigate", "justification": "", "seen": match.revision}
    assert client.post(place, sent).status_code == 302
    match.refresh_from_db()
    assert (match.status, match.verdict) == ("EXAMINING", "REVIEW")
    assert f'href="?decide={match.pk}#decide"' in client.get(match.advisory.get_absolute_url()).content.decode()


def test_vex_tells_it_as_under_investigation(match: Match, emil: User, rest: Callable[..., Any]) -> None:
    workflow.investigate(match, by=emil, **NOTE)
    (weakness,) = rest(emil).send("get", "matches/vex/?site=NORTH").json()["vulnerabilities"]
    assert weakness["product_status"] == {"under_investigation": [f"CSMSPID-{match.asset_id}"]}
    assert "remediations" not in weakness


@pytest.mark.parametrize("verdict", ["AFFECTED", "REVIEW"])
def test_what_is_taken_back_is_due_as_it_was(verdict: str, north: Site, emil: User) -> None:
    match = made(north, "N-DRV3", verdict, found=ON, due=ON)
    workflow.reject(match, by=emil, decision_reason="Off", justification="component_not_present")
    again = workflow.reopen(match, by=emil)
    assert (again.status, again.verdict, again.due_on) == ("OPEN", verdict, ON)


def test_a_verdict_that_is_taken_back_leaves_no_day_on_what_is_closed(north: Site, emil: User) -> None:
    match = made(north, "N-DRV4", "FIXED", found=ON)
    workflow.confirm(match, by=emil, decision_reason="The plate says otherwise")
    Match.objects.filter(pk=match.pk).update(due_on=date(2026, 5, 1))
    assert workflow.reopen(match, by=emil).due_on is None


@pytest.mark.django_db(transaction=True)
class TestFacts:
    @pytest.fixture
    def looked(self, north: Site, emil: User, feed: Callable[..., None]) -> Match:
        pump(north, "N-P1")
        feed(PUMP)
        return workflow.investigate(Match.objects.get(), by=emil, **NOTE)

    def test_other_words_leave_it_and_another_range_ends_it(self, looked: Match, feed: Callable[..., None]) -> None:
        due = looked.due_on
        feed(revised("2", versions="< 2.5", fix="Update to 2.5 or later."))
        looked.refresh_from_db()
        assert (looked.status, looked.verdict, looked.due_on) == ("EXAMINING", "AFFECTED", due)
        feed(revised("3", versions="<2.6"))
        looked.refresh_from_db()
        assert (looked.status, looked.decided_by) == ("OPEN", None)
        assert looked.reopened_because.startswith("Looked into on ")

    def test_an_asset_that_is_mended_closes_it(self, looked: Match) -> None:
        Asset.objects.update(version="2.5")
        tasks.rematch()
        looked.refresh_from_db()
        assert (looked.status, looked.verdict) == ("OPEN", "FIXED")
