"""Steps on risks: measures are started and finished, risks accepted by decision, looked at again, closed; methodologies put in force."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programme.models import Decision
from programme.workflow import DecisionKind, end_early
from programme.workflow import request as request_decision
from registers import clock
from registers.history.past import day_at
from registers.wake import wake
from registers.workflow import NotPossible, sentences, transition
from risk.models import Reassessment, Risk, RiskAcceptance, RiskAssessment, RiskMethodology, Treatment, in_force, settle

R, A, T, M, L, W = (
    Risk.Status, RiskAcceptance.Status, Treatment.Status, RiskMethodology.Status, Reassessment.Status, RiskAssessment.Status,
)  # fmt: skip


def open_again(risk: Risk, cause: str, figure: str) -> bool:
    """Open a reassessment of a risk with what asked for it, unless one of that cause is open; tell whether it is new."""
    _kept, fresh = Reassessment.objects.get_or_create(
        risk=risk, cause=cause, status=L.OPEN, defaults={"site_id": risk.site_id, "figure": figure[:300], "opened_at": clock.now()}
    )  # fmt: skip
    return fresh


# Measures


@transition(Treatment, [T.PLANNED], T.RUNNING, label="Begin", main=True)
def begin(treatment: Treatment, *, by: User) -> None:
    """Say that work on the measure has begun."""


@transition(
    Treatment,
    [T.PLANNED, T.RUNNING],
    T.DONE,
    label="Done",
    main=True,
    asks={"proof": sentences(_("How it was seen to work"))},
)
def finish(treatment: Treatment, *, by: User, proof: str) -> None:
    """Say that the measure is in effect, and how that was seen; the risk stands lower from now on."""
    treatment.proof, treatment.done_on = proof, day_at(treatment.site)


@transition(
    Treatment,
    [T.PLANNED, T.RUNNING, T.DONE],
    T.DROPPED,
    label="Drop",
    danger=True,
    asks={"because_of": sentences(_("Reason"))},
)
def drop(treatment: Treatment, *, by: User, because_of: str) -> None:
    """Give the measure up, with the reason; what it claimed no longer counts."""
    treatment.proof, treatment.done_on = because_of, None


# Acceptance


@transition(Risk, [R.OPEN], "", label="Ask to accept it", asks={"because_of": sentences(_("Reason"))})
def ask_acceptance(risk: Risk, *, by: User, because_of: str) -> None:
    """Ask somebody whose authority reaches the level of the risk to carry it as it is, for a time."""
    if risk.acceptances.filter(status=A.SUBMITTED).exists():
        raise NotPossible(gettext("This is asked for already. Wait for the decision or withdraw the request."))
    acceptance = RiskAcceptance.objects.create(site=risk.site, risk=risk, reason=because_of)
    submit(acceptance, by=by)


@transition(RiskAcceptance, [A.DRAFT, A.ENDED], A.SUBMITTED, label="Submit for approval", main=True)
def submit(acceptance: RiskAcceptance, *, by: User) -> None:
    """Ask another person to accept the risk as it stands now."""
    if acceptance.risk.status == R.CLOSED:
        raise NotPossible(gettext("The risk is closed. There is nothing to accept."))
    if not acceptance.risk.current:
        raise NotPossible(gettext("The risk has no level yet: no methodology is in force."))
    request_decision(
        acceptance,
        Decision.Kind.RISK_ACCEPTANCE,
        by=by,
        title=f"{acceptance} at {acceptance.site.code}",
        reason=acceptance.reason,
    )


@transition(
    RiskAcceptance, [A.ACCEPTED], "", label="End it now", danger=True, asks={"because_of": sentences(_("Reason"))}
)
def end(acceptance: RiskAcceptance, *, by: User, because_of: str) -> None:
    """End the acceptance before its day; the risk is open again."""
    end_early(acceptance, Decision.Kind.RISK_ACCEPTANCE, by=by, why=because_of)


def _accepted(acceptance: Any, by: User) -> None:
    method = in_force()
    decision = Decision.objects.filter(
        object_id=acceptance.pk, kind=Decision.Kind.RISK_ACCEPTANCE, status="REQUESTED"
    ).first()
    assert decision is not None
    if method is None or acceptance.risk.current != decision.level:
        raise NotPossible(gettext("The level of the risk changed since it was asked for. Ask again."))
    RiskAcceptance.objects.filter(pk=acceptance.pk, status=A.SUBMITTED).update(status=A.ACCEPTED)
    Risk.objects.filter(pk=acceptance.risk_id).update(status=R.ACCEPTED)


def _ended(acceptance: Any) -> None:
    RiskAcceptance.objects.filter(pk=acceptance.pk, status=A.SUBMITTED).update(status=A.DRAFT)
    if RiskAcceptance.objects.filter(pk=acceptance.pk, status=A.ACCEPTED).update(status=A.ENDED):
        Risk.objects.filter(pk=acceptance.risk_id, status=R.ACCEPTED).update(status=R.OPEN)
        open_again(
            acceptance.risk,
            Reassessment.Cause.ACCEPTANCE,
            f"Its acceptance ended; the risk stands at level {acceptance.risk.current}.",
        )


RISK_ACCEPTANCE = DecisionKind(
    snapshot=RiskAcceptance.snapshot, approved=_accepted, ended=_ended, level=lambda acceptance: int(acceptance.risk.current)
)  # fmt: skip


# Looking again, closing


@transition(
    Reassessment, [L.OPEN], L.DONE, label="Looked at", main=True, asks={"outcome": sentences(_("What came out"))}
)
def conclude(reassessment: Reassessment, *, by: User, outcome: str) -> None:
    """Say what came out of looking again; the next look is set by the level of the risk."""
    reassessment.outcome = outcome
    risk = reassessment.risk
    Risk.objects.filter(pk=risk.pk).update(review_on=next_look(risk, day_at(risk.site)))


def next_look(risk: Risk, on: date) -> date:
    """Return the day on which a risk of this level is looked at again (Reg. (EU) 2024/2690 annex 2.1.4: yearly at the latest)."""
    method = in_force()
    months = method.rules.levels[risk.current - 1].reassess_months if method and risk.current else 12
    return on + relativedelta(months=months)


@transition(Risk, [R.OPEN], R.CLOSED, label="Close", asks={"because_of": sentences(_("Reason"))})
def close(risk: Risk, *, by: User, because_of: str) -> None:
    """Close a risk that is tolerable now or no longer there."""
    if risk.above:
        raise NotPossible(gettext("The risk stands above what is tolerable. Lower it, or ask to accept it."))
    risk.reason = f"{risk.reason}\nClosed: {because_of}".strip()


@transition(Risk, [R.CLOSED], R.OPEN, label="Open again", asks={"because_of": sentences(_("Reason"))})
def reopen(risk: Risk, *, by: User, because_of: str) -> None:
    """Open a closed risk again."""
    risk.reason = f"{risk.reason}\nOpened again: {because_of}".strip()


# Methodology


@transition(
    RiskMethodology, [M.DRAFT], M.IN_FORCE, label="Put in force", main=True, asks={"because_of": sentences(_("Reason"))}
)
def put_in_force(methodology: RiskMethodology, *, by: User, because_of: str) -> None:
    """Rate every risk by this version from now on; its page shows beforehand what moves."""
    RiskMethodology.objects.filter(status=M.IN_FORCE).update(status=M.SUPERSEDED)
    settle(Risk.objects.exclude(status=R.CLOSED).order_by("pk"), by=methodology)
    transaction.on_commit(lambda: wake(Risk), robust=True)


@transition(RiskMethodology, [M.IN_FORCE, M.SUPERSEDED], "", label="Draft the next version")
def next_version(methodology: RiskMethodology, *, by: User) -> None:
    """Draft the next version from this one; risks are rated by the one in force meanwhile."""
    others = RiskMethodology.objects.filter(title=methodology.title)
    if others.filter(status=M.DRAFT).exists():
        raise NotPossible(gettext("The next version is on its way already."))
    newest = others.order_by("-number").values_list("number", flat=True)[0]
    RiskMethodology.objects.create(
        title=methodology.title, number=newest + 1, definition=methodology.definition, note=methodology.note
    )


# Assessment


@transition(RiskAssessment, [W.DRAFT, W.ENDED], W.SUBMITTED, label="Submit for approval", main=True)
def ask_approval(assessment: RiskAssessment, *, by: User) -> None:
    """Ask the owner of the plant to approve the assessment as it stands (ZCR 7)."""
    if not assessment.participants.strip():
        raise NotPossible(gettext("Name who took part first."))
    assessment.methodology = in_force()
    assessment.save()
    request_decision(
        assessment, Decision.Kind.RISK_ASSESSMENT, by=by, title=f"Risk assessment: {assessment} at {assessment.site.code}", reason=f"Participants: {assessment.participants}"
    )  # fmt: skip


@transition(RiskAssessment, [W.APPROVED], W.DRAFT, label="Assess again", asks={"because_of": sentences(_("Reason"))})
def assess_again(assessment: RiskAssessment, *, by: User, because_of: str) -> None:
    """Take the assessment up again; its approval ends."""
    end_early(assessment, Decision.Kind.RISK_ASSESSMENT, by=by, why=because_of)


def _approved(assessment: Any, by: User) -> None:
    today = day_at(assessment.site)
    RiskAssessment.objects.filter(pk=assessment.pk, status=W.SUBMITTED).update(
        status=W.APPROVED, next_on=today + relativedelta(months=assessment.cycle_months)
    )


def _assessment_ended(assessment: Any) -> None:
    RiskAssessment.objects.filter(pk=assessment.pk, status=W.SUBMITTED).update(status=W.DRAFT)
    RiskAssessment.objects.filter(pk=assessment.pk, status=W.APPROVED).update(status=W.ENDED)


RISK_ASSESSMENT = DecisionKind(snapshot=RiskAssessment.snapshot, approved=_approved, ended=_assessment_ended)
