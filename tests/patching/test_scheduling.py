"""When a patch is installed: placed by people, proposed by a plan, shown in a calendar."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar

from accounts.models import SiteUserGrant, User
from assets.models import Asset
from patching import calendars, deploying, planning
from patching.models import Patch, PatchDeployment
from patching.placing import slot_key
from registers.jobs import run
from registers.workflow import NotPossible
from tests.patching.steps import approved, occurrence, scheduled

Schedule = tuple[PatchDeployment, Callable[..., Any]]


@pytest.mark.django_db
class TestScheduling:
    @pytest.fixture
    def first(
        self, deployment: Any, window: Any, authority: Any, emil: User, petra: User, rest: Callable[..., Any]
    ) -> Schedule:
        """An approved deployment, and how a person says by REST in which of the next windows it is done."""

        def say(by: User, number: int, etag: str = "", **seen: int) -> Any:
            body = {"window_id": window.pk, "begins_at": occurrence(window, number).isoformat(), **seen}
            named = {"If_Match": etag} if etag else {}
            return rest(by).send("post", f"patch-deployments/{deployment.pk}/schedule/", body, **named)

        return approved(deployment, emil, petra), say

    def test_two_people_schedule_and_the_second_sees_why(self, first: Schedule, emil: User, nils: User) -> None:
        seen, say = first
        assert say(emil, 0, seen=seen.revision).status_code == 200
        late = say(nils, 1, seen=seen.revision)
        assert late.status_code == 409
        assert "Emil Sand" in late.content.decode()
        assert "Sunday night" in late.content.decode()
        stale = say(nils, 0, f'"{seen.pk}-{seen.revision}"', seen=seen.revision)
        assert stale.status_code == 412

    def test_a_second_person_who_says_nothing_of_what_they_read_moves_nothing(
        self, first: Schedule, window: Any, emil: User, nils: User
    ) -> None:
        deployment, say = first
        assert say(emil, 0).status_code == 200
        refused = say(nils, 1)
        assert (refused.status_code, "scheduled already" in refused.json()["detail"]) == (409, True)
        deployment.refresh_from_db()
        assert (deployment.scheduled_by, deployment.starts_at) == (emil, occurrence(window))
        assert say(nils, 1, deployment.etag).status_code == 200
        deployment.refresh_from_db()
        assert say(emil, 0, seen=deployment.revision).status_code == 200

    def test_a_full_window_and_a_pair_are_refused(
        self, deployment: Any, window: Any, authority: Any, patch: Patch, emil: User, petra: User, plc: Asset
    ) -> None:
        scheduled(approved(deployment, emil, petra), window, emil)
        others = []
        for name, minutes, partner in (("N-PS1-PLC02", 10, plc.name), ("N-PS1-PLC03", 61, "")):
            asset = Asset.objects.create(site=plc.site, zone=plc.zone, name=name, redundant_partner=partner)
            made = PatchDeployment.objects.create(site=plc.site, asset=asset, patch=patch, minutes=minutes)
            others.append(approved(made, emil, petra))
        with pytest.raises(NotPossible, match="stands in for"):
            scheduled(others[0], window, emil)
        with pytest.raises(NotPossible, match="60 of 120 are left"):
            scheduled(others[1], window, emil)
        assert scheduled(others[0], window, emil, number=1).status == "SCHEDULED"

    def test_only_when_the_window_takes_place(
        self, deployment: Any, window: Any, authority: Any, emil: User, petra: User
    ) -> None:
        approved(deployment, emil, petra)
        for at, words in (
            (occurrence(window) + timedelta(minutes=1), "does not take place"), (datetime(2026, 1, 4, 21, tzinfo=UTC), "begun already"),
        ):  # fmt: skip
            with pytest.raises(NotPossible, match=words):
                deploying.schedule(deployment, by=emil, window_id=window.pk, begins_at=at)


@pytest.mark.django_db
class TestPlan:
    def test_a_job_proposes_and_people_accept_some(
        self, deployment: Any, window: Any, authority: Any, patch: Patch, emil: User, petra: User, plc: Asset, sven: User,
        signed_in: Callable[[User], Any],
    ) -> None:  # fmt: skip
        other = Asset.objects.create(site=plc.site, zone=plc.zone, name="N-PS1-PLC02", redundant_partner=plc.name)
        second = PatchDeployment.objects.create(site=plc.site, asset=other, patch=patch, minutes=30)
        approved(deployment, emil, petra)
        approved(second, emil, petra)
        job = planning.ask(plc.site, by=emil)
        assert run(job.pk) == "DONE"
        browser = signed_in(emil)
        board = browser.get(f"/patching/plan/?site={plc.site_id}").content.decode()
        assert f'href="?site={plc.site_id}&amp;job={job.pk}">See the proposal</a>' in board
        assert "See the proposal" not in signed_in(sven).get("/patching/plan/").content.decode()
        page = browser.get(f"/patching/plan/?site={plc.site_id}&job={job.pk}")
        assert "See the proposal" not in page.content.decode()
        placements = {one["record"].pk: one for one in page.context["proposal"]}
        assert placements[deployment.pk]["slot"] != placements[second.pk]["slot"]
        assert "stands in for" in placements[deployment.pk]["reason"] + placements[second.pk]["reason"]
        one = placements[second.pk]
        ticked = f"{second.pk}|{one['slot']}|{one['seen']}"
        assert (
            signed_in(sven).post("/patching/plan/accept/", {"site": plc.site_id, "placement": ticked}).status_code
            == 404
        )
        browser.post("/patching/plan/accept/", {"site": plc.site_id, "placement": ticked})
        second.refresh_from_db()
        deployment.refresh_from_db()
        assert (second.status, deployment.status) == ("SCHEDULED", "APPROVED")
        told = browser.get(f"/patching/plan/?site={plc.site_id}").context["conflicts"][str(deployment.pk)]
        assert any("stands in for" in conflict["text"] for conflict in told[one["slot"]])

    def test_a_card_is_moved_and_the_board_comes_back(
        self, deployment: Any, window: Any, authority: Any, emil: User, petra: User, signed_in: Callable[[User], Any]
    ) -> None:
        seen, at = approved(deployment, emil, petra), occurrence(window)
        form = {
            "site": seen.site_id, "deployment": seen.pk, "seen": seen.revision, "slot": slot_key(window.pk, at), "from": timezone.now().date().isoformat(),
        }  # fmt: skip
        board = signed_in(emil).post("/patching/plan/move/", form, follow=True)
        assert board.status_code == 200
        assert any(
            card.record == seen for _week, columns in board.context["weeks"] for one in columns for card in one.cards
        )
        again = signed_in(emil).post("/patching/plan/move/", form, follow=True)
        assert b"changed this in the meantime" in again.content


@pytest.mark.django_db
class TestCalendar:
    def test_a_secret_address_shows_windows_until_it_is_revoked(
        self, window: Any, emil: User, signed_in: Callable[[User], Any], client: Any
    ) -> None:
        browser = signed_in(emil)
        made = browser.post("/patching/plan/calendar/", {"site": window.site_id})
        address = made.context["url"].removeprefix("http://testserver")
        read = client.get(address)
        assert read["Content-Type"].startswith("text/calendar")
        events = Calendar.from_ical(read.content).walk("VEVENT")
        assert len(events) > 20
        assert str(events[0]["summary"]) == "Sunday night, NORTH"
        assert client.get("/patching/calendar/guessed.ics").status_code == 404
        browser.post("/patching/plan/calendar/", {"site": window.site_id, "revoke": "1"})
        assert client.get(address).status_code == 404

    def test_it_ends_with_the_grant(self, window: Any, emil: User) -> None:
        secret = calendars.make(window.site, emil, now=timezone.now())
        assert calendars.read(secret, now=timezone.now())
        SiteUserGrant.objects.filter(user=emil).delete()
        assert calendars.read(secret, now=timezone.now()) is None
