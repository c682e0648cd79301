"""A patch is put off by a decision of another person and comes back by itself: on its day, or when waiting becomes worse (V4, X19)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.models import Role, User
from assets.models import Asset
from patching import deferring
from patching.models import Advisory, Match, Patch, PatchDeployment
from programme.models import Authority, Decision
from programme.workflow import approve, difference, end_what_lapsed, refuse, withdraw
from registers import clock
from registers.workflow import NotPossible


def ask(deployment: PatchDeployment, by: User, days: int = 30, countermeasure: str = "Port closed") -> Decision:
    """Ask to put the patch off for some days."""
    deferring.ask_deferral(
        deployment, by=by, countermeasure=countermeasure, deferred_until=timezone.now().date() + timedelta(days=days), because_of="Season"
    )  # fmt: skip
    return Decision.objects.get(kind="PATCH_DEFERRAL", object_id=deployment.pk, status="REQUESTED")


@pytest.fixture
def match(deployment: PatchDeployment) -> Match:
    """The open match that the patch mends, of middling urgency."""
    advisory = Advisory.objects.create(
        tracking_id="SSA-1", namespace="https://vendor.example", title="Web server", current_release_on=timezone.now(), initial_release_on=timezone.now()
    )  # fmt: skip
    deployment.patch.advisories.add(advisory)
    return Match.objects.create(
        site=deployment.site, asset=deployment.asset, advisory=advisory, verdict="AFFECTED", computed_verdict="AFFECTED", priority="ATTEND",
        found_on=timezone.now().date(), reason="x", facts="x",
    )  # fmt: skip


@pytest.mark.django_db
class TestDeferral:
    def test_another_person_approves_it_and_it_comes_back_by_itself(
        self, deployment: Any, match: Match, deferrer: Any, emil: User, petra: User
    ) -> None:
        today = timezone.now().date()
        asked = ask(deployment, emil, days=10)
        deployment.refresh_from_db()
        assert (deployment.status, deployment.deferred_until, asked.expires_on) == (
            "AVAILABLE",
            None,
            today + timedelta(days=10),
        )
        assert (asked.snapshot["priority"], asked.snapshot["exploited"], asked.level) == ("Attend", "no", 3)
        decided = approve(asked, by=petra, decision_reason="Not in the season")
        deployment.refresh_from_db()
        assert (deployment.status, deployment.deferred_until, decided.expires_on) == (
            "DEFERRED",
            asked.expires_on,
            asked.expires_on,
        )
        assert end_what_lapsed(now=timezone.now() + timedelta(days=10)) == 0
        assert end_what_lapsed(now=timezone.now() + timedelta(days=11)) == 1
        assert end_what_lapsed(now=timezone.now() + timedelta(days=11)) == 0
        deployment.refresh_from_db()
        decided.refresh_from_db()
        assert (deployment.status, deployment.deferred_until, decided.status) == ("AVAILABLE", None, "EXPIRED")
        assert "ended" in deployment.reason

    def test_what_is_frozen_is_the_same_in_every_language(
        self, deployment: Any, match: Match, deferrer: Any, emil: User, petra: User
    ) -> None:
        with translation.override("de"):
            asked = ask(deployment, emil)
        assert asked.snapshot["priority"] == "Attend"
        assert difference(asked) == []
        with translation.override("de"):
            assert difference(asked) == []
            assert approve(asked, by=petra, decision_reason="Nicht in der Saison").status == "APPROVED"

    def test_not_by_the_one_who_asked_or_without_authority(
        self, deployment: Any, deferrer: Any, mara: User, nils: User
    ) -> None:
        Authority.objects.create(kind="PATCH_DEFERRAL", role=Role.MANAGER)
        asked = ask(deployment, mara)
        with pytest.raises(NotPossible, match="four eyes"):
            approve(asked, by=mara, decision_reason="Me")
        with pytest.raises(NotPossible, match="authority table"):
            approve(asked, by=nils, decision_reason="Me")

    def test_what_waits_does_not_count_and_is_asked_once(
        self, deployment: Any, deferrer: Any, nils: User, petra: User
    ) -> None:
        asked = ask(deployment, nils)
        with pytest.raises(NotPossible, match="asked for already"):
            ask(deployment, nils, countermeasure="Another")
        refuse(asked, by=petra, decision_reason="Do it now")
        deployment.refresh_from_db()
        assert (deployment.status, deployment.deferred_until, deployment.countermeasure) == (
            "AVAILABLE",
            None,
            "Port closed",
        )
        assert ask(deployment, nils, countermeasure="Another").snapshot["countermeasure"] == "Another"

    @pytest.mark.parametrize("days", [0, 181])
    def test_not_for_ever(self, deployment: Any, nils: User, days: int) -> None:
        with pytest.raises(NotPossible, match="180 days"):
            ask(deployment, nils, days=days)

    def test_not_longer_than_the_approver_may_and_on_no_other_day(
        self, deployment: Any, deferrer: Any, nils: User, petra: User
    ) -> None:
        asked = ask(deployment, nils, days=91)
        with pytest.raises(NotPossible, match="asked for again"):
            approve(asked, by=petra, decision_reason="Fine")
        withdraw(asked, by=nils)
        asked = ask(deployment, nils, days=90)
        with pytest.raises(NotPossible, match="ends on"):
            approve(asked, by=petra, decision_reason="Fine", expires_on=timezone.now().date() + timedelta(days=5))
        assert approve(asked, by=petra, decision_reason="Fine", expires_on=asked.expires_on).status == "APPROVED"

    @pytest.mark.parametrize(
        ("changes", "comes_back"),
        [
            ({"exploited": True}, True),
            ({"priority": "ACT"}, True),
            ({"priority": "TRACK"}, False),
            ({"verdict": "FIXED"}, False),
        ],
    )
    def test_it_lapses_when_waiting_becomes_worse(
        self, deployment: Any, match: Match, deferrer: Any, emil: User, petra: User, changes: Any, comes_back: bool
    ) -> None:
        decided = approve(ask(deployment, emil), by=petra, decision_reason="Fine")
        Match.objects.filter(pk=match.pk).update(**changes)
        assert end_what_lapsed(now=timezone.now()) == int(comes_back)
        deployment.refresh_from_db()
        decided.refresh_from_db()
        assert (deployment.status, decided.status) == (
            ("AVAILABLE", "LAPSED") if comes_back else ("DEFERRED", "APPROVED")
        )

    def test_it_lapses_with_the_patch_or_the_countermeasure(
        self, deployment: Any, patch: Patch, deferrer: Any, emil: User, petra: User
    ) -> None:
        approve(ask(deployment, emil), by=petra, decision_reason="Fine")
        Patch.objects.filter(pk=patch.pk).update(version="V3.1.3")
        assert end_what_lapsed(now=timezone.now()) == 1
        approve(ask(deployment, emil), by=petra, decision_reason="Fine")
        PatchDeployment.objects.filter(pk=deployment.pk).update(countermeasure="None")
        assert end_what_lapsed(now=timezone.now()) == 1
        deployment.refresh_from_db()
        assert "countermeasure" in deployment.reason

    def test_what_became_worse_meanwhile_is_not_approved(
        self, deployment: Any, match: Match, deferrer: Any, emil: User, petra: User
    ) -> None:
        asked = ask(deployment, emil)
        Match.objects.filter(pk=match.pk).update(exploited=True)
        with pytest.raises(NotPossible, match="exploited"):
            approve(asked, by=petra, decision_reason="Fine")

    def test_taken_up_by_hand_the_decision_ends(self, deployment: Any, deferrer: Any, emil: User, petra: User) -> None:
        decided = approve(ask(deployment, emil), by=petra, decision_reason="Fine")
        taken = deferring.take_up(deployment, by=emil, because_of="There is a stop now")
        decided.refresh_from_db()
        assert (taken.status, taken.deferred_until, taken.reason) == ("AVAILABLE", None, "There is a stop now")
        assert (decided.status, decided.ended_because) == ("LAPSED", "There is a stop now")

    def test_a_scheduled_patch_leaves_its_window_and_an_installed_one_stays(
        self, deployment: Any, window: Any, deferrer: Any, emil: User, petra: User, plc: Asset
    ) -> None:
        at = next(start for start, _end in window.recurrence.between(clock.now(), clock.now() + timedelta(days=30)))
        PatchDeployment.objects.filter(pk=deployment.pk).update(status="SCHEDULED", window=window, starts_at=at)
        asked = ask(deployment, emil)
        approve(asked, by=petra, decision_reason="Fine")
        deployment.refresh_from_db()
        assert (deployment.status, deployment.window, deployment.starts_at) == ("DEFERRED", None, None)
        other = PatchDeployment.objects.create(
            site=plc.site, asset=plc, patch=Patch.objects.create(vendor="S", product="P", version="2")
        )
        asked = ask(other, emil)
        PatchDeployment.objects.filter(pk=other.pk).update(status="INSTALLED")
        with pytest.raises(NotPossible, match="nothing left to defer"):
            approve(asked, by=petra, decision_reason="Fine")

    def test_one_from_before_there_were_decisions_comes_back_too(
        self, deployment: Any, deferrer: Any, emil: User, petra: User, patch: Patch, plc: Asset
    ) -> None:
        today = timezone.now().date()
        other = PatchDeployment.objects.create(
            site=plc.site, asset=Asset.objects.create(site=plc.site, name="N-PLC2"), patch=patch
        )
        approve(ask(other, emil, days=10), by=petra, decision_reason="Fine")
        PatchDeployment.objects.filter(pk=deployment.pk).update(
            status="DEFERRED", countermeasure="Port closed", deferred_until=today + timedelta(days=10)
        )
        assert deferring.reopen_deferred(now=timezone.now() + timedelta(days=10)) == 0
        assert deferring.reopen_deferred(now=timezone.now() + timedelta(days=11)) == 1
        assert deferring.reopen_deferred(now=timezone.now() + timedelta(days=11)) == 0
        deployment.refresh_from_db()
        assert (deployment.status, deployment.deferred_until) == ("AVAILABLE", None)
