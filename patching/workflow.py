"""What people decide: of a match, confirmed or rejected with a VEX justification; of the table of priorities, its next version."""

from typing import Any

from django import forms

from patching.models import Match, PriorityTable, forget
from registers import clock
from registers.workflow import transition

S = Match.Status
REASON = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def _decide(match: Match, *, by: Any, verdict: str, reason: str, justification: str = "") -> None:
    match.verdict, match.decision_reason, match.justification = verdict, reason, justification
    match.decided_by, match.decided_at = by, clock.now()
    match.reopened_because = ""


@transition(
    Match, [S.OPEN, S.REJECTED], S.CONFIRMED, asks={"decision_reason": REASON}, label="Confirm: affected", main=True
)
def confirm(match: Match, *, by: Any, decision_reason: str) -> None:
    """Say that the advisory does apply to this asset; it stays so until the advisory's facts change."""
    _decide(match, by=by, verdict=Match.Verdict.AFFECTED, reason=decision_reason)


@transition(
    Match, [S.OPEN, S.CONFIRMED], S.REJECTED, label="Reject: not affected",
    asks={"justification": forms.ChoiceField(choices=Match.Justification.choices), "decision_reason": REASON},
)  # fmt: skip
def reject(match: Match, *, by: Any, decision_reason: str, justification: str) -> None:
    """Say that the advisory does not apply to this asset, with the reason that a VEX statement carries."""
    _decide(match, by=by, verdict=Match.Verdict.NOT_AFFECTED, reason=decision_reason, justification=justification)
    match.due_on = None


@transition(Match, [S.CONFIRMED, S.REJECTED], S.OPEN, label="Take the decision back")
def reopen(match: Match, *, by: Any) -> None:
    """Take a decision back: the computed verdict stands again."""
    forget(match)


T = PriorityTable.Status


@transition(PriorityTable, [T.DRAFT], T.IN_REVIEW, label="Submit for approval", main=True)
def submit(table: PriorityTable, *, by: Any) -> None:
    """Ask another person to put this version into force."""
    table.drafted_by = by


@transition(
    PriorityTable, [T.IN_REVIEW], T.EFFECTIVE, not_by=["drafted_by"], label="Approve: put into force", main=True,
    asks={"decision_reason": REASON},
)  # fmt: skip
def approve(table: PriorityTable, *, by: Any, decision_reason: str) -> None:
    """Put this version into force; the one before is superseded and every open match is dated anew."""
    for before in PriorityTable.objects.select_for_update().filter(status=T.EFFECTIVE):
        before.status = T.SUPERSEDED
        before.save()
    table.approved_by, table.effective_on, table.decision_reason = by, clock.now().date(), decision_reason


@transition(PriorityTable, [T.IN_REVIEW], T.DRAFT, label="Refuse", asks={"decision_reason": REASON})
def refuse(table: PriorityTable, *, by: Any, decision_reason: str) -> None:
    """Send this version back to its author with the reason."""
    table.decision_reason = decision_reason
