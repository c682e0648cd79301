"""A patch from available to verified: each gate holds, and the asset's version follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Role, User
from assets.models import Asset
from patching import deploying
from patching.models import Patch, PatchDeployment, PatchPolicy
from programme.models import Authority, Decision
from programme.workflow import approve, end_what_lapsed, refuse
from registers import clock
from registers.history.timeline import entries
from registers.workflow import NotPossible
from tests.patching.steps import TEST, approved, back_up, bench_tested, log_of, scheduled
from tests.patching.test_deferring import ask


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
        assert end_what_lapsed(now=timezone.now()) == 1
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
