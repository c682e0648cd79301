"""A patch from available to verified: each gate holds, the asset's version follows, the match closes and reopens."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Role, Site, SiteUserGrant, User
from assets.models import Asset, Backup
from csms.celery import app
from csms.demo.files import FEED
from patching import calendars, deploying, matching, planning, polling, remedies
from patching.models import MaintenanceWindow, Match, Patch, PatchDeployment, PatchPolicy
from patching.placing import slot_key
from patching.tasks import propose_patches, rematch
from programme.models import Authority, Decision, Evidence
from programme.workflow import approve, end_what_lapsed, refuse
from registers import clock
from registers.history.timeline import entries
from registers.jobs import run
from registers.workflow import NotPossible
from tests.patching.test_deferring import ask
from tests.patching.test_matching import DATA, take_folder, with_data

TEST = {"test_steps": "Loaded on the bench, ran for a day", "test_result": "No alarm"}


def occurrence(window: MaintenanceWindow, number: int = 0) -> datetime:
    now = clock.now()
    return [start for start, _end in window.recurrence.between(now, now + timedelta(days=90))][number]


def log_of(site: Site) -> Evidence:
    """The log of a day on the bench."""
    return Evidence.objects.get_or_create(
        site=site, title="Bench log 41", kind="RECORD_OF_PRACTICE", note="In the workshop", effective_from=timezone.now().date()
    )[0]  # fmt: skip


def bench_tested(deployment: PatchDeployment, by: User) -> PatchDeployment:
    testing = deploying.start_test(deployment, by=by, test_environment="Bench")
    return deploying.pass_test(testing, by=by, test_proofs=[log_of(deployment.site)], **TEST)


def approved(deployment: PatchDeployment, by: User, petra: User) -> PatchDeployment:
    deploying.ask_approval(
        bench_tested(deployment, by), by=by, rollback_plan="Load the old firmware", because_of="Critical"
    )
    approve(Decision.objects.get(object_id=deployment.pk, status="REQUESTED"), by=petra, decision_reason="Go")
    deployment.refresh_from_db()
    return deployment


def scheduled(deployment: PatchDeployment, window: MaintenanceWindow, by: User, number: int = 0) -> PatchDeployment:
    return deploying.schedule(deployment, by=by, window_id=window.pk, begins_at=occurrence(window, number))


def back_up(asset: Asset, days: int = 1) -> Backup:
    return Backup.objects.create(
        site=asset.site, asset=asset, taken_on=timezone.now().date() - timedelta(days=days), content="Project"
    )


@pytest.mark.django_db
class TestGates:
    def test_the_whole_way(
        self, deployment: Any, window: Any, authority: Any, emil: User, petra: User, plc: Asset
    ) -> None:
        back_up(plc)
        approved(deployment, emil, petra)
        assert deployment.status == "APPROVED"
        scheduled(deployment, window, emil)
        deploying.install(deployment, by=emil, note="The pumps stood still")
        plc.refresh_from_db()
        assert plc.version == "V3.1.2"
        done = deploying.verify(deployment, by=emil, version_read="3.1.2")
        assert (done.status, done.version_before, done.verified_by) == ("VERIFIED", "V2.9.4", emil)
        told = " ".join(f"{entry}" for entry in entries(plc))
        assert "deployment" in told

    def test_an_installation_before_its_window_wants_a_reason(
        self,
        deployment: Any,
        window: Any,
        authority: Any,
        emil: User,
        petra: User,
        plc: Asset,
        rest: Callable[..., Any],
    ) -> None:
        back_up(plc)
        placed = scheduled(approved(deployment, emil, petra), window, emil)
        url = f"patch-deployments/{placed.pk}/install/"
        refused = rest(emil).send("post", url, {})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/note")
        assert "Say why it was installed before" in refused.json()["errors"][0]["detail"]
        assert "at 22:00" in refused.json()["errors"][0]["detail"]
        plc.refresh_from_db()
        assert plc.version == "V2.9.4"
        assert rest(emil).send("post", url, {"note": "The pumps stood still"}).status_code == 200
        placed.refresh_from_db()
        assert (placed.status, placed.reason) == ("INSTALLED", "The pumps stood still")

    def test_within_its_window_nothing_is_asked(
        self, deployment: Any, window: Any, authority: Any, emil: User, petra: User, plc: Asset
    ) -> None:
        back_up(plc)
        placed = scheduled(approved(deployment, emil, petra), window, emil)
        PatchDeployment.objects.filter(pk=placed.pk).update(starts_at=clock.now() - timedelta(minutes=1))
        assert deploying.install(placed, by=emil).status == "INSTALLED"

    def test_a_refused_test_makes_it_available_with_the_reason(self, deployment: Any, emil: User) -> None:
        deploying.start_test(deployment, by=emil, test_environment="Bench")
        back = deploying.refuse_test(deployment, by=emil, because_of="Panel froze after an hour")
        assert (back.status, back.reason, back.test_passed) == ("AVAILABLE", "Panel froze after an hour", False)
        with pytest.raises(NotPossible):
            deploying.ask_approval(back, by=emil, rollback_plan="x", because_of="x")

    def test_the_one_who_asks_does_not_approve(self, deployment: Any, authority: Any, mara: User, emil: User) -> None:
        Authority.objects.create(kind="PATCH_DEPLOYMENT", role=Role.MANAGER)
        deploying.ask_approval(bench_tested(deployment, mara), by=mara, rollback_plan="Back", because_of="Now")
        decision = Decision.objects.get()
        assert decision.snapshot["way back"] == "Back"
        with pytest.raises(NotPossible, match="four eyes"):
            approve(decision, by=mara, decision_reason="Me")
        with pytest.raises(PermissionDenied):
            approve(decision, by=emil, decision_reason="Me")
        deployment.refresh_from_db()
        assert deployment.status == "TESTED"

    def test_an_approval_lapses_when_the_way_back_changes(
        self, deployment: Any, window: Any, authority: Any, emil: User, petra: User
    ) -> None:
        approved(deployment, emil, petra)
        scheduled(deployment, window, emil)
        PatchDeployment.objects.filter(pk=deployment.pk).update(rollback_plan="None")
        assert end_what_lapsed(today=timezone.now().date()) == 1
        deployment.refresh_from_db()
        assert (deployment.status, deployment.window, deployment.starts_at) == ("TESTED", None, None)

    @pytest.mark.parametrize("leave", ["rule_out", "roll_back"])
    def test_an_approval_ends_with_the_installation_that_it_was_for(
        self, deployment: Any, window: Any, authority: Any, emil: User, petra: User, mara: User, plc: Asset, leave: str
    ) -> None:
        scheduled(approved(deployment, emil, petra), window, emil)
        if leave == "roll_back":
            back_up(plc)
            deploying.install(deployment, by=emil, note="The pumps stood still")
        left = getattr(deploying, leave)(deployment, by=mara, because_of="The pumps tripped")
        assert left.status in {"NOT_APPLICABLE", "ROLLED_BACK"}
        assert (left.window, left.starts_at, left.reason) == (None, None, "The pumps tripped")
        decision = Decision.objects.get()
        assert (decision.status, decision.ended_because) == ("LAPSED", "The pumps tripped")

    def test_an_approval_ends_with_a_deferral(
        self, deployment: Any, deferrer: Any, authority: Any, emil: User, petra: User
    ) -> None:
        install = approved(deployment, emil, petra)
        asked = ask(install, emil)
        approve(asked, by=petra, decision_reason="Fine")
        ended = Decision.objects.get(kind="PATCH_DEPLOYMENT")
        assert (ended.status, ended.ended_because) == ("LAPSED", f"Deferred until {asked.expires_on}.")
        deployment.refresh_from_db()
        assert deployment.status == "DEFERRED"

    @pytest.mark.parametrize("leave", ["rule_out", "defer"])
    def test_a_request_that_nobody_decided_ends_with_the_patch_it_was_for(
        self, deployment: Any, deferrer: Any, authority: Any, emil: User, mara: User, petra: User, leave: str
    ) -> None:
        deploying.ask_approval(bench_tested(deployment, emil), by=emil, rollback_plan="Back", because_of="Now")
        if leave == "defer":
            approve(ask(deployment, emil), by=petra, decision_reason="Fine")
        else:
            deploying.rule_out(deployment, by=mara, because_of="Another drive")
        asked = Decision.objects.get(kind="PATCH_DEPLOYMENT")
        assert asked.status == "LAPSED"
        deployment.refresh_from_db()
        assert deployment.status == {"defer": "DEFERRED", "rule_out": "NOT_APPLICABLE"}[leave]
        with pytest.raises(NotPossible):
            approve(asked, by=petra, decision_reason="Go")

    @pytest.mark.parametrize("leave", ["install", "rule_out"])
    def test_a_deferral_that_nobody_decided_ends_with_the_patch_done(
        self, deployment: Any, window: Any, deferrer: Any, authority: Any, emil: User, mara: User, petra: User, plc: Asset, leave: str
    ) -> None:  # fmt: skip
        back_up(plc)
        scheduled(approved(deployment, emil, petra), window, emil)
        asked = ask(deployment, emil)
        done = (
            deploying.install(deployment, by=emil, note="The pumps stood still")
            if leave == "install"
            else deploying.rule_out(deployment, by=mara, because_of="Another drive")
        )
        asked.refresh_from_db()
        assert (asked.status, done.status) == ("LAPSED", {"install": "INSTALLED", "rule_out": "NOT_APPLICABLE"}[leave])

    def test_a_refused_approval_leaves_it_tested(
        self, deployment: Any, authority: Any, emil: User, petra: User
    ) -> None:
        deploying.ask_approval(bench_tested(deployment, emil), by=emil, rollback_plan="Back", because_of="Now")
        refuse(Decision.objects.get(), by=petra, decision_reason="Not in harvest time")
        deployment.refresh_from_db()
        assert deployment.status == "TESTED"

    @pytest.mark.parametrize(
        ("days", "allowed", "goes"), [(None, 30, False), (31, 30, False), (30, 30, True), (3, 2, False)]
    )
    def test_the_backup_is_as_young_as_the_policy_demands(
        self, deployment: Any, window: Any, authority: Any, emil: User, petra: User, plc: Asset, days: Any, allowed: int, goes: bool
    ) -> None:  # fmt: skip
        PatchPolicy.objects.create(site=plc.site, backup_days=allowed)
        if days is not None:
            back_up(plc, days)
        scheduled(approved(deployment, emil, petra), window, emil)
        if goes:
            assert deploying.install(deployment, by=emil, note="The pumps stood still").status == "INSTALLED"
        else:
            with pytest.raises(NotPossible, match="backup"):
                deploying.install(deployment, by=emil, note="The pumps stood still")
            plc.refresh_from_db()
            assert plc.version == "V2.9.4"

    def test_another_version_read_is_not_verified(
        self, deployment: Any, window: Any, authority: Any, emil: User, petra: User, plc: Asset
    ) -> None:
        back_up(plc)
        scheduled(approved(deployment, emil, petra), window, emil)
        deploying.install(deployment, by=emil, note="The pumps stood still")
        with pytest.raises(NotPossible, match="It shows"):
            deploying.verify(deployment, by=emil, version_read="V2.9.4")

    def test_who_may_do_what(self, deployment: Any, emil: User, ada: User, sven: User) -> None:
        for who in (ada, sven):
            with pytest.raises(PermissionDenied):
                deploying.start_test(deployment, by=who, test_environment="Bench")
            with pytest.raises(PermissionDenied):
                ask(deployment, who)
        assert ask(deployment, emil).requested_by == emil


@pytest.mark.django_db
class TestScheduling:
    def test_two_people_schedule_and_the_second_sees_why(
        self,
        deployment: Any,
        window: Any,
        authority: Any,
        emil: User,
        nils: User,
        petra: User,
        rest: Callable[..., Any],
    ) -> None:
        seen = approved(deployment, emil, petra)
        body = {"window_id": window.pk, "begins_at": occurrence(window).isoformat(), "seen": seen.revision}
        address = f"patch-deployments/{deployment.pk}/schedule/"
        assert rest(emil).send("post", address, body).status_code == 200
        late = rest(nils).send("post", address, body | {"begins_at": occurrence(window, 1).isoformat()})
        assert late.status_code == 409
        assert "Emil Sand" in late.content.decode()
        assert "Sunday night" in late.content.decode()
        stale = rest(nils).send("post", address, body, If_Match=f'"{deployment.pk}-{seen.revision}"')
        assert stale.status_code == 412

    def test_a_second_person_who_says_nothing_of_what_they_read_moves_nothing(
        self,
        deployment: Any,
        window: Any,
        authority: Any,
        emil: User,
        nils: User,
        petra: User,
        rest: Callable[..., Any],
    ) -> None:
        approved(deployment, emil, petra)
        address = f"patch-deployments/{deployment.pk}/schedule/"
        first, second = (
            {"window_id": window.pk, "begins_at": occurrence(window, number).isoformat()} for number in (0, 1)
        )
        assert rest(emil).send("post", address, first).status_code == 200
        refused = rest(nils).send("post", address, second)
        assert (refused.status_code, "scheduled already" in refused.json()["detail"]) == (409, True)
        deployment.refresh_from_db()
        assert (deployment.scheduled_by, deployment.starts_at) == (emil, occurrence(window))
        assert rest(nils).send("post", address, second, If_Match=deployment.etag).status_code == 200
        deployment.refresh_from_db()
        assert rest(emil).send("post", address, first | {"seen": deployment.revision}).status_code == 200

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
class TestTogether:
    def test_all_or_none(self, deployment: Any, patch: Patch, plc: Asset, emil: User, rest: Callable[..., Any]) -> None:
        other = Asset.objects.create(site=plc.site, name="N-PS1-PLC02")
        second = PatchDeployment.objects.create(site=plc.site, asset=other, patch=patch)
        program, ids = rest(emil), [str(deployment.pk), str(second.pk)]
        body = {"step": "start_test", "ids": ids, "answers": {"test_environment": "Bench"}}
        assert program.send("post", "patch-deployments/together/", body).json()["moved"] == ids
        deploying.refuse_test(second, by=emil, because_of="No")
        answers = {**TEST, "test_proofs": [str(log_of(plc.site).pk)]}
        refused = program.send(
            "post", "patch-deployments/together/", {"step": "pass_test", "ids": ids, "answers": answers}
        )
        assert refused.status_code == 409
        deployment.refresh_from_db()
        assert deployment.status == "IN_TEST"

    def test_each_on_the_revision_that_was_read(
        self, deployment: Any, patch: Patch, plc: Asset, emil: User, rest: Callable[..., Any]
    ) -> None:
        second = PatchDeployment.objects.create(
            site=plc.site, asset=Asset.objects.create(site=plc.site, name="N-PS1-PLC02"), patch=patch
        )
        program, address, ids = rest(emil), "patch-deployments/together/", [str(deployment.pk), str(second.pk)]
        body = {"step": "start_test", "ids": ids, "answers": {"test_environment": "Bench"}}
        read = {ids[0]: deployment.revision, ids[1]: second.revision}
        PatchDeployment.objects.filter(pk=second.pk).update(minutes=75)
        moved = program.send("post", address, body | {"revisions": read})
        assert moved.status_code == 412, moved.json()
        assert [one["pointer"] for one in moved.json()["errors"]] == [f"/revisions/{ids[1]}"]
        for wrong, pointer in (
            ({"0": 1}, "/revisions/0"),
            ({ids[0]: "1"}, f"/revisions/{ids[0]}"),
            ([1], "/revisions"),
        ):
            refused = program.send("post", address, body | {"revisions": wrong})
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
        deployment.refresh_from_db()
        assert deployment.status == "AVAILABLE"
        second.refresh_from_db()
        assert program.send("post", address, body | {"revisions": read | {ids[1]: second.revision}}).status_code == 200

    def test_the_page_changes_nothing_that_moved_on_since_it_was_shown(
        self, deployment: Any, emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        client, address = signed_in(emil), "/patching/patch-deployments/together/"
        form = {"ids": [deployment.pk], "step": "start_test"}
        shown = client.post(address, form).content.decode()
        assert f'name="seen" value="{deployment.pk}-{deployment.revision}"' in shown
        PatchDeployment.objects.filter(pk=deployment.pk).update(minutes=75)
        given = form | {"confirm": "1", "test_environment": "Bench", "seen": [f"{deployment.pk}-{deployment.revision}"]}
        refused = client.post(address, given)
        assert (refused.status_code, b"changed since you read it" in refused.content) == (422, True)
        deployment.refresh_from_db()
        assert (deployment.status, deployment.minutes) == ("AVAILABLE", 75)

    def test_the_page_asks_once_for_all(
        self, deployment: Any, emil: User, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        form = {"ids": [deployment.pk], "step": "start_test"}
        assert b"Test bench or device" in signed_in(emil).post("/patching/patch-deployments/together/", form).content
        done = signed_in(emil).post(
            "/patching/patch-deployments/together/", form | {"confirm": "1", "test_environment": "Bench"}
        )
        assert done.status_code == 302
        deployment.refresh_from_db()
        assert deployment.status == "IN_TEST"
        assert signed_in(sven).post("/patching/patch-deployments/together/", form).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_loop_closes_through_the_real_matcher(
    north: Site, emil: User, petra: User, authority: Any, window: Any
) -> None:
    store = Asset.objects.create(
        site=north, name="N-OPS-BKP01", vendor="Veeam", product="Backup & Replication", version="11.0.1.1261"
    )
    take_folder(FEED)
    match = Match.objects.get(asset=store, advisory__tracking_id="MW-2026-006")
    assert match.verdict == "AFFECTED"
    assert remedies.follow(now=timezone.now()) >= 1
    assert remedies.follow(now=timezone.now()) == 0
    deployment = PatchDeployment.objects.get(asset=store, patch__advisories=match.advisory)
    assert (deployment.patch.version, deployment.due_on) == ("12.0.0.1420", match.due_on)
    back_up(store)
    scheduled(approved(deployment, emil, petra), window, emil)
    deploying.install(deployment, by=emil, note="The pumps stood still")
    matching.follow(now=timezone.now())
    match.refresh_from_db()
    assert match.verdict in {"FIXED", "NOT_AFFECTED"}
    deploying.verify(deployment, by=emil, version_read=deployment.patch.version)
    deploying.roll_back(deployment, by=emil, because_of="The nightly copy failed")
    matching.follow(now=timezone.now())
    match.refresh_from_db()
    store.refresh_from_db()
    assert (match.verdict, store.version) == ("AFFECTED", "11.0.1.1261")


@with_data
@pytest.mark.django_db(transaction=True)
def test_nothing_is_proposed_where_the_vendor_names_no_release(north: Site) -> None:
    gateway = Asset.objects.create(site=north, name="N-GW1", vendor="Moxa", product="MGate MB3180", version="2.2")
    take_folder(DATA / "csaf")
    match = Match.objects.get(asset=gateway, advisory__tracking_id="ICSA-21-357-01")
    assert (match.verdict, remedies.remedy(match)) == ("AFFECTED", "")


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


@pytest.fixture
def woken() -> Iterator[None]:
    """Do each task at once where it is sent."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.mark.django_db(transaction=True)
def test_a_patch_is_proposed_as_soon_as_its_match_is_written(north: Site, woken: None) -> None:
    store = Asset.objects.create(
        site=north, name="N-OPS-BKP01", vendor="Veeam", product="Backup & Replication", version="11.0.1.1261"
    )
    assert polling.poll(polling.source_for(str(FEED)), now=timezone.now())
    assert rematch() > 0
    kept = PatchDeployment.objects.get(asset=store)
    assert kept.patch.version == "12.0.0.1420"
    assert (rematch(), propose_patches()) == (0, 0)
    kept_again = PatchDeployment.objects.get(asset=store)
    assert kept_again.revision == kept.revision
