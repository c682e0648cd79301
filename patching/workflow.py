"""What a person decides of a match: confirmed, rejected with a VEX justification, or left to the computer again."""

from typing import Any

from django import forms

from patching.models import Match, forget
from registers import clock
from registers.workflow import transition

S = Match.Status
REASON = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def _decide(match: Match, *, by: Any, verdict: str, reason: str, justification: str = "") -> None:
    match.verdict, match.decision_reason, match.justification = verdict, reason, justification
    match.decided_by, match.decided_at = by, clock.now()


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
