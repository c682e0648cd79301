"""Risks follow measures and vulnerabilities; who may accept is said by level; acceptances end by themselves (R4, R6, R7)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from assets.models import Asset, Zone
from patching.models import Advisory, Match
from programme import workflow as decisions
from programme.models import Decision
from registers.workflow import NotPossible
from risk.following import follow
from risk.models import Reassessment, Risk, RiskAcceptance, RiskMethodology, Treatment, settle
from risk.preview import moves
from risk.workflow import (
    ask_acceptance,
    close,
    conclude,
    drop,
    end,
    finish,
    next_version,
    put_in_force,
    reopen,
    submit,
)

TODAY = date.today()
WHY = "The pumps are replaced next year."


def standing(risk: Risk) -> tuple[int, int, int]:
    """Return unmitigated, current and residual level as kept."""
    risk.refresh_from_db()
    return risk.unmitigated, risk.current, risk.residual


def measure(risk: Risk, **given: Any) -> Treatment:
    """Plan a measure against a risk."""
    return Treatment.objects.create(site=risk.site, risk=risk, title=given.pop("title", "Firewall"), **given)


def match(asset: Asset, *, priority: str = "ACT", exploited: bool = False, number: int = 1) -> Match:
    """Let an advisory concern an asset."""
    now = timezone.now()
    advisory = Advisory.objects.create(
        publisher="https://vendor.example",
        tracking_id=f"V-{number}",
        title="T",
        initial_release_on=now,
        current_release_on=now,
    )
    return Match.objects.create(
        site=asset.site, asset=asset, advisory=advisory, verdict="AFFECTED", computed_verdict="AFFECTED", priority=priority, exploited=exploited, found_on=TODAY
    )  # fmt: skip


@pytest.mark.django_db
class TestMeasures:
    def test_a_plan_lowers_the_residual_and_what_is_done_the_current_level(
        self, risk: Risk, emil: User, nils: User
    ) -> None:
        assert standing(risk) == (3, 3, 3)
        planned = measure(risk, lowers_likelihood=2)
        assert standing(risk) == (3, 3, 2)
        finish(planned, by=emil, proof="Seen in the firewall's log.")
        assert standing(risk) == (3, 2, 2)
        drop(planned, by=nils, because_of="It was taken out again.")
        assert standing(risk) == (3, 3, 3)

    def test_a_measure_taken_away_no_longer_counts(self, risk: Risk) -> None:
        measure(risk, lowers_likelihood=2).delete()
        assert standing(risk) == (3, 3, 3)

    def test_the_worst_category_decides(self, risk: Risk) -> None:
        risk.impacts = {"production": 1, "safety": 5}
        risk.likelihood = 5
        risk.save()
        assert standing(risk) == (4, 4, 4)
        assert risk.above


@pytest.mark.django_db(transaction=True)
class TestVulnerabilities:
    def test_a_vulnerability_raises_and_its_end_lowers_the_risk(self, risk: Risk, plc: Asset) -> None:
        follow(now=timezone.now())
        found = match(plc)
        follow(now=timezone.now())
        assert standing(risk) == (3, 4, 3)
        assert risk.pressed_by == "1 open with priority Act"
        Match.objects.filter(pk=found.pk).update(verdict="FIXED")
        follow(now=timezone.now())
        assert standing(risk) == (3, 3, 3)
        assert risk.pressed_by == ""

    def test_an_exploited_one_asks_to_look_again_once(self, risk: Risk, plc: Asset) -> None:
        follow(now=timezone.now())
        match(plc, exploited=True)
        risk.refresh_from_db()
        risk.owner = "Shift lead"
        risk.save()  # who edits the risk in between does not look at it for that
        follow(now=timezone.now())
        follow(now=timezone.now())
        (asked,) = Reassessment.objects.all()
        assert (asked.cause, asked.status, asked.figure) == (
            "EXPLOITED",
            "OPEN",
            "Exploited vulnerabilities at the place: 1, before 0.",
        )

    def test_an_asset_that_moves_takes_its_vulnerabilities_along(self, risk: Risk, plc: Asset) -> None:
        other = Zone.objects.create(site=plc.site, name="Elsewhere", level=1)
        match(plc)
        follow(now=timezone.now())
        Asset.objects.filter(pk=plc.pk).update(zone=other)
        follow(now=timezone.now())
        assert standing(risk) == (3, 3, 3)

    def test_its_day_opens_one_look_and_concluding_sets_the_next(self, risk: Risk, nils: User) -> None:
        Risk.objects.filter(pk=risk.pk).update(review_on=TODAY)
        follow(now=timezone.now())
        follow(now=timezone.now())
        (asked,) = Reassessment.objects.filter(cause="DUE")
        conclude(asked, by=nils, outcome="As before.")
        risk.refresh_from_db()
        assert risk.review_on is not None
        assert TODAY + timedelta(days=80) < risk.review_on < TODAY + timedelta(days=100)
        follow(now=timezone.now())
        assert Reassessment.objects.filter(status="OPEN").count() == 0


@pytest.mark.django_db
class TestAcceptance:
    def asked(self, risk: Risk, by: User) -> Decision:
        ask_acceptance(risk, by=by, because_of=WHY)
        return Decision.objects.get(kind="RISK_ACCEPTANCE", status="REQUESTED")

    def test_who_may_reaches_the_level(self, risk: Risk, nils: User, mara: User, petra: User) -> None:
        decision = self.asked(risk, nils)
        assert decision.level == 3
        with pytest.raises(NotPossible, match="four eyes"):
            decisions.approve(decision, by=nils, decision_reason="Mine.")
        decisions.approve(decision, by=mara, decision_reason="Until then.")
        risk.refresh_from_db()
        assert (risk.status, RiskAcceptance.objects.get().status) == ("ACCEPTED", "ACCEPTED")

    def test_a_lower_role_does_not_accept_a_higher_level(self, risk: Risk, nils: User, mara: User) -> None:
        risk.likelihood = 5
        risk.save()
        with pytest.raises(NotPossible, match="decided by: Approver"):
            decisions.approve(self.asked(risk, nils), by=mara, decision_reason="I may not.")

    def test_it_lapses_when_the_risk_changes_and_asks_to_look_again(self, risk: Risk, nils: User, petra: User) -> None:
        decisions.approve(self.asked(risk, nils), by=petra, decision_reason="Until then.")
        risk.impacts = {"production": 5}
        risk.save()
        assert decisions.end_what_lapsed(now=timezone.now()) == 1
        risk.refresh_from_db()
        assert (risk.status, RiskAcceptance.objects.get().status) == ("OPEN", "ENDED")
        assert Reassessment.objects.get().cause == "ACCEPTANCE"
        submit(RiskAcceptance.objects.get(), by=nils)
        assert RiskAcceptance.objects.get().status == "SUBMITTED"

    def test_it_lapses_on_its_day(self, risk: Risk, nils: User, petra: User) -> None:
        decisions.approve(self.asked(risk, nils), by=petra, decision_reason="Until then.")
        decisions.end_what_lapsed(now=timezone.now() + timedelta(days=400))
        risk.refresh_from_db()
        assert risk.status == "OPEN"

    def test_another_title_of_the_owner_does_not_end_it(self, risk: Risk, nils: User, petra: User) -> None:
        decisions.approve(self.asked(risk, nils), by=petra, decision_reason="Until then.")
        Risk.objects.filter(pk=risk.pk).update(owner="Somebody else")
        assert decisions.end_what_lapsed(now=timezone.now()) == 0

    def test_it_ends_when_told(self, risk: Risk, nils: User, petra: User) -> None:
        decisions.approve(self.asked(risk, nils), by=petra, decision_reason="Until then.")
        end(RiskAcceptance.objects.get(), by=nils, because_of="The pumps came early.")
        risk.refresh_from_db()
        assert risk.status == "OPEN"

    def test_two_do_not_ask_at_once(self, risk: Risk, nils: User, mara: User) -> None:
        self.asked(risk, nils)
        with pytest.raises(NotPossible, match="asked for already"):
            ask_acceptance(risk, by=mara, because_of=WHY)

    def test_an_engineer_asks_for_nothing(self, risk: Risk, emil: User) -> None:
        with pytest.raises(PermissionDenied):
            ask_acceptance(risk, by=emil, because_of=WHY)

    def test_rest_wants_the_revision_that_was_seen(self, risk: Risk, nils: User, rest: Callable[..., Any]) -> None:
        program = rest(nils)
        made = program.send(
            "post", "risk-acceptances/", {"site": str(risk.site_id), "risk": str(risk.pk), "reason": WHY}
        )
        assert made.status_code == 201, made.content
        key, tag = made.json()["id"], made["ETag"]
        assert program.send("patch", f"risk-acceptances/{key}/", {"reason": "Other"}).status_code == 428
        assert (
            program.send("patch", f"risk-acceptances/{key}/", {"reason": "Other"}, If_Match='"x-1"').status_code == 412
        )
        assert program.send("patch", f"risk-acceptances/{key}/", {"reason": "Other"}, If_Match=tag).status_code == 200


@pytest.mark.django_db
class TestClosing:
    def test_only_what_is_tolerable_is_closed(self, risk: Risk, nils: User) -> None:
        with pytest.raises(NotPossible, match="above what is tolerable"):
            close(risk, by=nils, because_of="Done.")
        risk.likelihood = 1
        risk.save()
        close(risk, by=nils, because_of="Done.")
        risk.refresh_from_db()
        assert risk.status == "CLOSED"
        reopen(risk, by=nils, because_of="It is back.")
        risk.refresh_from_db()
        assert (risk.status, risk.reason) == ("OPEN", "Closed: Done.\nOpened again: It is back.")


@pytest.mark.django_db
class TestMethodology:
    def draft(self, method: RiskMethodology, by: User) -> RiskMethodology:
        next_version(method, by=by)
        made = RiskMethodology.objects.get(status="DRAFT")
        made.definition["matrix"] = [[1] * 5, [1] * 5, [1, 1, 1, 2, 4], [2, 2, 3, 4, 4], [4] * 5]
        made.definition["tolerable"] = 1
        made.save()
        return made

    def test_what_it_would_move_is_said_before_and_done_in_force(
        self, risk: Risk, method: RiskMethodology, mara: User
    ) -> None:
        Risk.objects.bulk_create(
            Risk(site=risk.site, title=f"R{n}", likelihood=n % 5 + 1, impacts={"safety": n % 5 + 1}) for n in range(39)
        )
        Risk.objects.create(site=risk.site, title="Rises", likelihood=5, impacts={"safety": 1})
        settle(Risk.objects.all())
        made = self.draft(method, mara)
        told = moves(Risk.objects.all(), made)
        before = {one.pk: one.current for one in Risk.objects.all()}
        assert (told.looked_at, bool(told.up), bool(told.down)) == (41, True, True)
        put_in_force(made, by=mara, because_of="Decided by the board.")
        after = {one.pk: one.current for one in Risk.objects.all()}
        assert sum(after[key] > level for key, level in before.items()) == told.up
        assert sum(after[key] < level for key, level in before.items()) == told.down
        assert {one.status for one in RiskMethodology.objects.order_by("number")} == {"SUPERSEDED", "IN_FORCE"}

    def test_a_version_that_was_in_force_is_not_changed(
        self, method: RiskMethodology, mara: User, rest: Callable[..., Any]
    ) -> None:
        definition = {**method.definition, "tolerable": 4}
        answer = rest(mara).send("patch", f"methodologies/{method.pk}/", {"definition": definition})
        assert answer.status_code == 400
        assert "Draft the next one" in answer.content.decode()

    def test_a_bad_definition_is_refused_with_its_places(
        self, method: RiskMethodology, mara: User, rest: Callable[..., Any]
    ) -> None:
        answer = rest(mara).send("post", "methodologies/", {"title": "X", "definition": {"likelihoods": ["a"]}})
        assert answer.status_code == 400
        assert "name 2 to 10 steps" in answer.content.decode()

    def test_a_site_manager_does_not_put_one_in_force(self, method: RiskMethodology, mara: User, nils: User) -> None:
        with pytest.raises(PermissionDenied):
            put_in_force(self.draft(method, mara), by=nils, because_of="Mine.")
