"""Two records of one device become one, and what a person decided of an advisory is not lost (A7, V2)."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Site, User
from assets import merging
from assets.models import Asset
from patching import tasks, workflow
from patching.models import Match
from registers.history.timeline import entries
from tests.patching.test_teaching import PUMP, pump

pytestmark = pytest.mark.django_db(transaction=True)
NOT_REACHED = "vulnerable_code_not_in_execute_path"


@pytest.fixture
def pair(north: Site, feed: Callable[..., None]) -> tuple[Asset, Asset]:
    """The record that stays and its double, each with a match of the same advisory."""
    made = pump(north, "N-P1"), pump(north, "N_P_1")
    feed(PUMP)
    assert Match.objects.filter(verdict="AFFECTED").count() == 2
    return made


def merged(pair: tuple[Asset, Asset], by: User, take: tuple[str, ...] = ()) -> Match:
    """Merge the double into the record that stays, let the matcher look, and return the match that is left."""
    merging.merge(pair[0], by=by, other=str(pair[1].pk), take=list(take), because_of="One device")
    tasks.rematch()
    return Match.objects.get()


def reject(asset: Asset, by: User, reason: str = "The web server is off") -> None:
    workflow.reject(Match.objects.get(asset=asset), by=by, decision_reason=reason, justification=NOT_REACHED)


def test_a_decision_on_the_one_that_goes_moves(pair: Any, emil: User, nils: User) -> None:
    reject(pair[1], emil)
    kept = merged(pair, nils)
    assert (kept.asset, kept.status, kept.verdict, kept.due_on) == (pair[0], "REJECTED", "NOT_AFFECTED", None)
    assert (kept.decided_by, kept.decision_reason, kept.justification) == (emil, "The web server is off", NOT_REACHED)
    pair[0].refresh_from_db()
    assert pair[0].note.endswith("Left behind: 1 match. Decisions moved: 1 match.")
    assert any(change.field == "status" for entry in entries(kept) for change in entry.changes)


def test_a_confirmed_one_stays_due(pair: Any, emil: User, nils: User) -> None:
    workflow.confirm(Match.objects.get(asset=pair[1]), by=emil, decision_reason="Seen on the floor")
    due = Match.objects.get(asset=pair[0]).due_on
    kept = merged(pair, nils)
    assert (kept.status, kept.verdict, kept.due_on) == ("CONFIRMED", "AFFECTED", due)


def test_where_both_were_decided_each_keeps_its_own(pair: Any, emil: User, nils: User) -> None:
    reject(pair[1], emil)
    workflow.confirm(Match.objects.get(asset=pair[0]), by=nils, decision_reason="Seen on the floor")
    kept = merged(pair, nils)
    assert (kept.status, kept.decision_reason) == ("CONFIRMED", "Seen on the floor")
    pair[0].refresh_from_db()
    assert pair[0].note.endswith("Own decisions kept: 1 match.")


def test_a_decision_on_the_one_that_stays_is_untouched(pair: Any, emil: User, nils: User) -> None:
    reject(pair[0], emil)
    assert merged(pair, nils).status == "REJECTED"
    pair[0].refresh_from_db()
    assert pair[0].note.endswith("Left behind: 1 match.")


@pytest.mark.parametrize("looked_into", [0, 1])
def test_a_decision_goes_over_the_note_that_somebody_looks_into_it(
    pair: Any, emil: User, nils: User, looked_into: int
) -> None:
    workflow.investigate(Match.objects.get(asset=pair[looked_into]), by=nils, decision_reason="Asked the maker")
    reject(pair[1 - looked_into], emil)
    kept = merged(pair, nils)
    assert (kept.asset, kept.status, kept.decided_by) == (pair[0], "REJECTED", emil)


@pytest.mark.parametrize(("take", "stands"), [((), False), (("version",), True)])
def test_it_stands_while_the_facts_are_those_it_was_given_on(
    pair: Any, emil: User, nils: User, take: tuple[str, ...], stands: bool
) -> None:
    Asset.objects.filter(pk=pair[0].pk).update(version="2.1")
    tasks.rematch()
    reject(pair[1], emil)
    kept = merged(pair, nils, take)
    assert (kept.status == "REJECTED") is stands
    assert ("the recorded version changed" in kept.reopened_because) is not stands


def test_the_page_says_before_what_becomes_of_decisions(
    pair: Any, emil: User, nils: User, signed_in: Callable[[User], Any]
) -> None:
    address = f"/assets/assets/{pair[0].pk}/merge/?other={pair[1].pk}"
    reject(pair[1], emil)
    assert "What a person decided moves to N-P1: 1 match." in signed_in(nils).get(address).content.decode()
    assert Match.objects.get(asset=pair[0]).status == "OPEN"
    reject(pair[0], nils)
    shown = signed_in(nils).get(address).content.decode()
    assert "N-P1 keeps its own decision." in shown
    assert "What a person decided moves" not in shown
