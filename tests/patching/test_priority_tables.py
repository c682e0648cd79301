"""A version of the priority table comes into force by a decision of the organisation, for a time, and counts for every match (V3, X19)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from assets.models import Zone
from patching import tasks, workflow
from patching.models import Match, PriorityTable
from patching.rules.priority import STANDARD
from patching.urgencies import table_in_force
from programme.models import Authority, Decision
from programme.workflow import approve, end_what_lapsed, refuse
from registers.workflow import NotPossible
from tests.patching.test_teaching import PUMP, pump


def submitted(table: PriorityTable, by: User) -> Decision:
    """Submit a version, with somebody who may decide; return the decision that is asked for."""
    Authority.objects.get_or_create(kind="PRIORITY_TABLE", role="approver", most_days=730)
    workflow.submit(table, by=by)
    asked: Decision = Decision.objects.get(kind="PRIORITY_TABLE", object_id=table.pk, status="REQUESTED")
    return asked


@pytest.mark.django_db(transaction=True)
class TestTable:
    def test_a_new_table_is_approved_by_another_person_and_dates_matches_anew(
        self, pumping: Zone, mara: User, petra: User, feed: Callable[..., None]
    ) -> None:
        pump(pumping.site, "N-P1", zone=pumping)
        feed(PUMP)
        made = PriorityTable.objects.create(title="Patch policy 4.2", drafted_by=mara)
        made.intervals["TRACK"] = {"days": 10, "source": "patch policy 4.2"}
        made.save()
        asked = submitted(made, mara)
        with pytest.raises(NotPossible, match="four eyes"):
            approve(asked, by=mara, decision_reason="Fine")
        assert table_in_force() == STANDARD
        approve(asked, by=petra, decision_reason="As agreed in the committee")
        tasks.rematch()
        found = Match.objects.get()
        assert found.due_on is not None
        assert (found.due_on - found.found_on).days == 10
        assert found.inputs["table"] == "Patch policy 4.2"
        approve(submitted(PriorityTable.objects.create(title="Patch policy 5"), mara), by=petra, decision_reason="Back")
        made.refresh_from_db()
        asked.refresh_from_db()
        assert (made.status, asked.status, asked.ended_because) == (
            "SUPERSEDED",
            "LAPSED",
            "Superseded by Patch policy 5.",
        )
        assert table_in_force().name == "Patch policy 5"

    def test_the_decision_freezes_every_row_and_holds_for_a_time(
        self, organisation: Any, mara: User, petra: User
    ) -> None:
        made = PriorityTable.objects.create(title="Patch policy 4.2", why="Audit")
        asked = submitted(made, mara)
        assert (asked.site, asked.reason) == (None, "Audit")
        row = asked.snapshot["exploitation active, exposure open"]
        assert row == "low Attend, medium Act, high Act, safety Act"
        assert asked.snapshot["days for Act"] == "14 (CISA BOD 26-04, second class)"
        assert asked.snapshot["days for Act, exploited and openly exposed"] == "3 (CISA BOD 26-04, worst class)"
        assert len(asked.snapshot) == 3 + 9 + 5
        approve(asked, by=petra, decision_reason="Fine")
        made.refresh_from_db()
        assert (made.status, made.approved_by) == ("EFFECTIVE", petra)
        end_what_lapsed(now=timezone.now() + timedelta(days=800))
        made.refresh_from_db()
        assert (made.status, table_in_force()) == ("ENDED", STANDARD)
        approve(submitted(made, mara), by=petra, decision_reason="For another year")
        PriorityTable.objects.filter(pk=made.pk).update(epss_threshold=0.9)
        assert end_what_lapsed(now=timezone.now()) == 1
        assert table_in_force() == STANDARD

    def test_changed_or_refused_it_goes_back_to_its_author(self, organisation: Any, mara: User, petra: User) -> None:
        made = PriorityTable.objects.create(title="Patch policy 4.2")
        asked = submitted(made, mara)
        PriorityTable.objects.filter(pk=made.pk).update(title="Patch policy 4.3")
        with pytest.raises(NotPossible, match="changed since"):
            approve(asked, by=petra, decision_reason="Fine")
        refuse(asked, by=petra, decision_reason="Too slow")
        made.refresh_from_db()
        assert made.status == "DRAFT"

    def test_who_has_a_role_at_one_site_only_neither_sees_nor_decides_it(
        self, mara: User, nils: User, petra: User, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        asked = submitted(PriorityTable.objects.create(title="Patch policy 4.2"), mara)
        assert signed_in(nils).get(asked.get_absolute_url()).status_code == 404
        assert rest(nils).send("get", f"decisions/{asked.pk}/").status_code == 404
        assert signed_in(nils).get(asked.about.get_absolute_url()).status_code == 200
        assert signed_in(petra).get(asked.get_absolute_url()).status_code == 200
        assert "everywhere" in signed_in(petra).get("/my-work/").content.decode()
        assert rest(petra).send("get", f"decisions/{asked.pk}/").json()["site"] is None
        other = rest(petra).send("patch", f"decisions/{asked.pk}/", {"reason": "Mine now"}, If_Match=asked.etag)
        assert other.status_code == 403

    def test_a_table_in_force_is_not_changed(self, mara: User, petra: User, rest: Callable[..., Any]) -> None:
        made = PriorityTable.objects.create(title="Patch policy 4.2")
        approve(submitted(made, mara), by=petra, decision_reason="Fine")
        answer = rest(mara).send("patch", f"priority-tables/{made.pk}/", {"title": "Another"})
        assert answer.status_code == 400
        assert "in force" in answer.content.decode()
