"""Scope statements: drafted, submitted, approved by somebody else, superseded by their next version (S2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Site, User
from programme import workflow
from programme.models import Decision
from registers.workflow import NotPossible
from scope.models import Process, ScopeStatement
from scope.workflow import next_version, submit
from tests.catalogues import load


@pytest.fixture
def draft(north: Site) -> ScopeStatement:
    """The first draft of NORTH's scope."""
    load()
    return ScopeStatement.objects.create(
        site=north, title="Scope of NORTH", inside="All control networks.", outside="Office: no control."
    )


def decide(statement: ScopeStatement, by: User, asker: User) -> Decision:
    """Submit a statement and let somebody else approve it."""
    submit(statement, by=asker, because_of="Yearly review.")
    asked = Decision.objects.get(object_id=statement.pk, kind="SCOPE_STATEMENT", status="REQUESTED")
    return workflow.approve(asked, by=by, decision_reason="Read and agreed.")


@pytest.mark.django_db
class TestApproval:
    def test_a_draft_becomes_the_baseline_by_another_persons_word(
        self, draft: ScopeStatement, nils: User, petra: User
    ) -> None:
        decision = decide(draft, petra, nils)
        draft.refresh_from_db()
        assert draft.status == "APPROVED"
        assert decision.snapshot["inside"] == "All control networks."

    def test_the_one_who_submitted_does_not_approve(self, draft: ScopeStatement, mara: User) -> None:
        submit(draft, by=mara, because_of="Yearly review.")
        with pytest.raises(NotPossible, match="four eyes"):
            workflow.approve(Decision.objects.get(), by=mara, decision_reason="Mine.")

    def test_a_refused_one_is_a_draft_again(self, draft: ScopeStatement, nils: User, petra: User) -> None:
        submit(draft, by=nils, because_of="Yearly review.")
        workflow.refuse(Decision.objects.get(), by=petra, decision_reason="Say why the office is out.")
        draft.refresh_from_db()
        assert draft.status == "DRAFT"

    def test_the_next_version_is_drafted_while_this_one_holds(
        self, draft: ScopeStatement, nils: User, petra: User, rest: Callable[..., Any]
    ) -> None:
        decide(draft, petra, nils)
        answer = rest(nils).send(
            "post", f"scope-statements/{draft.pk}/next_version/", {"inside": "Also the laboratory.", "outside": ""}
        )
        assert answer.status_code == 200, answer.json()
        second = ScopeStatement.objects.get(number=2)
        draft.refresh_from_db()
        assert (draft.status, second.status) == ("APPROVED", "DRAFT")
        decide(second, petra, nils)
        assert list(ScopeStatement.objects.order_by("number").values_list("status", flat=True)) == [
            "SUPERSEDED",
            "APPROVED",
        ]
        assert workflow.end_what_lapsed(now=timezone.now()) == 0

    def test_two_next_versions_do_not_run_side_by_side(self, draft: ScopeStatement, nils: User, petra: User) -> None:
        decide(draft, petra, nils)
        next_version(draft, by=nils, inside="Also the laboratory.")
        with pytest.raises(NotPossible, match="on its way"):
            next_version(draft, by=nils, inside="Also the canteen.")

    def test_an_approved_text_that_is_changed_is_no_baseline_any_more(
        self, draft: ScopeStatement, nils: User, petra: User
    ) -> None:
        decision = decide(draft, petra, nils)
        ScopeStatement.objects.filter(pk=draft.pk).update(outside="Everything.")
        assert workflow.end_what_lapsed(now=timezone.now()) == 1
        draft.refresh_from_db()
        decision.refresh_from_db()
        assert (decision.status, draft.status) == ("LAPSED", "DRAFT")

    def test_a_baseline_is_not_deleted_by_hand(
        self, draft: ScopeStatement, mara: User, rest: Callable[..., Any]
    ) -> None:
        assert rest(mara).send("delete", f"scope-statements/{draft.pk}/").status_code == 405

    def test_an_engineer_drafts_but_does_not_submit(
        self, draft: ScopeStatement, emil: User, rest: Callable[..., Any]
    ) -> None:
        assert (
            rest(emil).send("post", f"scope-statements/{draft.pk}/submit/", {"because_of": "Now."}).status_code == 403
        )


@pytest.mark.django_db
def test_a_process_is_carried_by_assets_of_its_own_plant(
    north: Site, rtu: Any, plc: Any, mara: User, rest: Callable[..., Any]
) -> None:
    program = rest(mara)
    body = {"site": str(north.pk), "name": "Filtration", "criticality": "HIGH", "assets": [str(plc.pk)]}
    assert program.send("post", "processes/", body).status_code == 201
    refused = program.send("post", "processes/", body | {"name": "Pumping", "assets": [str(rtu.pk)]})
    assert refused.status_code == 400
    assert not Process.objects.filter(name="Pumping").exists()


@pytest.mark.django_db
def test_the_assets_of_a_process_are_named_on_its_page_and_in_its_file(
    north: Site, plc: Any, ada: User, signed_in: Callable[[User], Any]
) -> None:
    process = Process.objects.create(site=north, name="Filtration")
    process.assets.add(plc)
    browser = signed_in(ada)
    assert plc.name in browser.get(process.get_absolute_url()).content.decode()
    exported = b"".join(browser.get("/scope/processes/export/").streaming_content).decode()
    assert plc.name in exported
    assert "None" not in exported
