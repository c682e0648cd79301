"""Who may decide: by kind, level and site of the authority table; one of two approvers wins (G6, X19)."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import Site, User
from programme import judging, workflow
from programme.models import Authority, Decision, Judgement, Requirement
from registers.workflow import NotPossible
from tests.catalogues import load

THREE_THREE = "IEC 62443-3-3:2013"


def ask(site: Site, by: User, code: str, edition: str = THREE_THREE) -> Decision:
    """Ask that a requirement does not apply."""
    requirement = Requirement.objects.get(catalogue__edition=edition, code=code)
    judgement = Judgement.objects.create(site=site, requirement=requirement)
    return judging.request_not_applicable(judgement, by=by, justification="No such system.")


@pytest.fixture
def catalogue(organisation: Any) -> None:
    """The catalogues and the usual authority table."""
    load()


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
class TestLevel:
    def test_a_decision_bears_the_level_of_what_it_is_about(self, north: Site, nils: User) -> None:
        high = Requirement.objects.filter(catalogue__edition=THREE_THREE, min_sl=3).values_list("code", flat=True)[0]
        assert ask(north, nils, high).level == 3
        assert ask(north, nils, "SR 1.1").level == 1

    def test_above_the_level_another_role_decides(self, north: Site, nils: User, mara: User, petra: User) -> None:
        Authority.objects.filter(role="manager", kind="NOT_APPLICABLE").update(up_to_level=2)
        high = Requirement.objects.filter(catalogue__edition=THREE_THREE, min_sl=3).values_list("code", flat=True)[0]
        low, grave = ask(north, nils, "SR 1.1"), ask(north, nils, high)
        assert {one.name for one in workflow.deciders_of(low)} == {mara.name, petra.name}
        assert [one.name for one in workflow.deciders_of(grave)] == [petra.name]
        workflow.approve(low, by=mara, decision_reason="Fine.")
        with pytest.raises(NotPossible, match="decided by: Approver"):
            workflow.approve(grave, by=mara, decision_reason="Fine.")
        workflow.approve(grave, by=petra, decision_reason="Fine.")


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
class TestSite:
    def test_a_role_may_decide_at_one_site_only(self, north: Site, south: Site, nils: User, mara: User) -> None:
        Authority.objects.create(kind="NOT_APPLICABLE", role="security_manager", only_at=south)
        asked = ask(north, mara, "SR 1.1")
        with pytest.raises(NotPossible):
            workflow.approve(asked, by=nils, decision_reason="Fine.")
        Authority.objects.create(kind="NOT_APPLICABLE", role="security_manager", only_at=north, most_days=90)
        approved = workflow.approve(asked, by=nils, decision_reason="Fine.")
        assert (approved.expires_on - approved.decided_at.date()).days == 90

    def test_another_site_does_not_read_it_and_nobody_of_a_site_writes_it(
        self, north: Site, nils: User, sven: User, mara: User, rest: Callable[..., Any]
    ) -> None:
        row = Authority.objects.create(kind="NOT_APPLICABLE", role="security_manager", only_at=north)
        path = f"authorities/{row.pk}/"
        assert rest(nils).send("get", path).json()["only_at"] == str(north.pk)
        assert rest(sven).send("get", path).status_code == 404
        assert str(row.pk) not in [one["id"] for one in rest(sven).send("get", "authorities/").json()["results"]]
        assert rest(nils).send("patch", path, {"most_days": 9999}).status_code == 403
        given = {"kind": "NOT_APPLICABLE", "role": "engineer", "only_at": str(north.pk)}
        assert rest(nils).send("post", "authorities/", given).status_code == 403
        assert rest(mara).send("patch", path, {"most_days": 30}).status_code == 200
        assert rest(mara).send("post", "authorities/", given).status_code == 201
        assert rest(mara).send("post", "authorities/", given).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_wins_and_the_other_is_told(
    north: Site, nils: User, mara: User, petra: User, rest: Callable[..., Any]
) -> None:
    load()
    asked = ask(north, nils, "SR 1.1")
    programs, answers, together = [rest(mara), rest(petra)], [], Barrier(2)

    def decide(program: Any) -> None:
        together.wait()
        answers.append(
            program.send("post", f"decisions/{asked.pk}/approve/", {"decision_reason": "Fine."}, If_Match=asked.etag)
        )
        connection.close()

    threads = [Thread(target=decide, args=[program]) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won = next(answer for answer in answers if answer.status_code == 200).json()
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert lost["Content-Type"] == "application/problem+json"
    asked.refresh_from_db()
    assert (asked.status, str(asked.decided_by_id)) == ("APPROVED", won["decided_by"])
