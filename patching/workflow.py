"""What people decide: of a match, confirmed, rejected with a VEX justification, or looked into first; of the table of priorities, its next version."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patching.models import Match, PriorityTable, forget
from programme.models import Decision
from programme.workflow import DecisionKind, end_early
from programme.workflow import request as request_decision
from registers import clock
from registers.wake import wake
from registers.workflow import NotPossible, sentences, transition

S = Match.Status
KIND = Decision.Kind.PRIORITY_TABLE
REASON = sentences(_("Reason"), most=500)


def _decide(match: Match, *, by: Any, verdict: str, reason: str, justification: str = "") -> None:
    match.verdict, match.decision_reason, match.justification = verdict, reason, justification
    match.decided_by, match.decided_at = by, clock.now()
    match.reopened_because = ""


@transition(Match, [S.OPEN], S.EXAMINING, again=[S.EXAMINING], asks={"decision_reason": REASON}, label="Investigate")
def investigate(match: Match, *, by: Any, decision_reason: str) -> None:
    """Say that you look into it: the match stays open and due until somebody decides."""
    if not match.open:
        raise NotPossible(gettext("This match is closed. There is nothing to look into."))
    match.decision_reason, match.decided_by, match.decided_at = decision_reason, by, clock.now()


@transition(
    Match, [S.OPEN, S.EXAMINING], S.CONFIRMED, again=[S.REJECTED], asks={"decision_reason": REASON}, label="Confirm: affected", main=True,
)  # fmt: skip
def confirm(match: Match, *, by: Any, decision_reason: str) -> None:
    """Say that the advisory does apply to this asset; it stays so until the advisory's facts change."""
    _decide(match, by=by, verdict=Match.Verdict.AFFECTED, reason=decision_reason)


@transition(
    Match, [S.OPEN, S.EXAMINING], S.REJECTED, again=[S.CONFIRMED], label="Reject: not affected",
    asks={"justification": forms.ChoiceField(label=_("VEX justification"), choices=Match.Justification.choices), "decision_reason": REASON},
)  # fmt: skip
def reject(match: Match, *, by: Any, decision_reason: str, justification: str) -> None:
    """Say that the advisory does not apply to this asset, with the reason that a VEX statement carries."""
    _decide(match, by=by, verdict=Match.Verdict.NOT_AFFECTED, reason=decision_reason, justification=justification)
    match.due_on = None


@transition(Match, [S.EXAMINING, S.CONFIRMED, S.REJECTED], S.OPEN, label="Take the decision back")
def reopen(match: Match, *, by: Any) -> None:
    """Take a decision back: the computed verdict stands again."""
    forget(match)
    match.due_on = match.due_on or match.was_due_on if match.open else None


T = PriorityTable.Status


@transition(PriorityTable, [T.DRAFT, T.ENDED], T.IN_REVIEW, label="Submit for approval", main=True)
def submit(table: PriorityTable, *, by: Any) -> None:
    """Ask another person to put this version into force."""
    table.drafted_by = by
    request_decision(table, KIND, by=by, title=f"Priority table: {table}", reason=table.why)


def _approved(table: Any, by: Any) -> None:
    """Put this version into force; the one before is superseded and every open match is dated anew."""
    for before in PriorityTable.objects.select_for_update().filter(status=T.EFFECTIVE).exclude(pk=table.pk):
        before.status = T.SUPERSEDED
        before.save()
        end_early(before, KIND, by=by, why=f"Superseded by {table}.")
    PriorityTable.objects.filter(pk=table.pk, status=T.IN_REVIEW).update(
        status=T.EFFECTIVE, approved_by=by, effective_on=clock.now().date()
    )
    transaction.on_commit(lambda: wake(PriorityTable), robust=True)


def _ended(table: Any) -> None:
    """Send a version that is not approved back to its author; after one in force the product's proposal counts."""
    PriorityTable.objects.filter(pk=table.pk, status=T.IN_REVIEW).update(status=T.DRAFT)
    if PriorityTable.objects.filter(pk=table.pk, status=T.EFFECTIVE).update(status=T.ENDED):
        transaction.on_commit(lambda: wake(PriorityTable), robust=True)


PRIORITY_TABLE = DecisionKind(snapshot=PriorityTable.snapshot, approved=_approved, ended=_ended)
