"""Two people who decide one match at once cannot both win: the second decides anew, on what the first decided (X4)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Site, User
from patching import workflow
from patching.models import Match
from registers.history.timeline import entries
from registers.workflow import NotPossible
from tests.patching.test_course import ON, made

WHY = {"decision_reason": "Seen at the device"}
NOT = WHY | {"justification": "component_not_present"}


@pytest.fixture
def match(north: Site) -> Match:
    return made(north, "N-DRV1", "REVIEW", found=ON, due=ON)


def test_the_second_of_two_is_refused_and_leaves_no_trace(match: Match, emil: User, nils: User) -> None:
    workflow.confirm(match, by=emil, **WHY)
    with pytest.raises(NotPossible, match="confirmed already"):
        workflow.reject(match, by=nils, **NOT)
    match.refresh_from_db()
    assert (match.status, match.decided_by) == ("CONFIRMED", emil)
    assert entries(match)[0].actor == emil.name


def test_rest_decides_anew_on_the_revision_that_was_read(match: Match, emil: User, rest: Callable[..., Any]) -> None:
    path = f"matches/{match.pk}"
    before = rest(emil).send("get", f"{path}/")["ETag"]
    assert rest(emil).send("post", f"{path}/reject/", NOT).status_code == 200
    refused = rest(emil).send("post", f"{path}/confirm/", WHY)
    assert refused.status_code == 409
    assert "rejected already" in refused.json()["detail"]
    assert rest(emil).send("post", f"{path}/confirm/", WHY, If_Match=before).status_code == 412
    read = rest(emil).send("get", f"{path}/")["ETag"]
    anew = rest(emil).send("post", f"{path}/confirm/", WHY, If_Match=read)
    assert (anew.status_code, anew.json()["status"]) == (200, "CONFIRMED")


def test_who_looks_into_it_is_not_replaced_unseen(match: Match, emil: User, nils: User) -> None:
    looked = workflow.investigate(match, by=emil, **WHY)
    with pytest.raises(NotPossible, match="under investigation already"):
        workflow.investigate(match, by=nils, **WHY)
    assert workflow.investigate(match, by=nils, revision=looked.revision, **WHY).decided_by == nils
    assert workflow.reject(match, by=emil, **NOT).status == "REJECTED"


def test_a_form_from_before_is_refused_and_offered_anew(
    match: Match, emil: User, signed_in: Callable[[User], Client]
) -> None:
    client, address = signed_in(emil), f"/patching/matches/{match.pk}/reject/"
    assert "seen_revision" not in client.get(address).content.decode()
    workflow.confirm(match, by=emil, **WHY)
    answer = client.post(address, NOT)
    assert answer.status_code == 409
    assert "confirmed already" in answer.content.decode()
    match.refresh_from_db()
    assert f'name="seen_revision" value="{match.revision}"' in answer.content.decode()
    assert client.post(address, NOT | {"seen_revision": match.revision}).status_code == 302
