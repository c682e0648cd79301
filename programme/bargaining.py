"""Between yes and no: a request goes back with a question and returns with the answer, or is approved for less (X19)."""

from datetime import date

from django import forms
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programme.models import Decision
from programme.rules import digest
from programme.workflow import REASON, S, authorised, declared, facts, give
from registers import clock
from registers.mail import write
from registers.workflow import NotPossible, sentences, transition


@transition(
    Decision, [S.REQUESTED], S.APPROVED, not_by=["requested_by"], label="Approve for less",
    asks={"decision_reason": REASON, "ends_on": forms.DateField(label=_("Only until"), help_text=_("Only for “Approve for less”: a day before the one that was asked for."), widget=forms.DateInput(attrs={"type": "date"}))},
)  # fmt: skip
def approve_for_less(decision: Decision, *, by: User, decision_reason: str, ends_on: date) -> None:
    """Approve the frozen state until an earlier day than was asked for."""
    if decision.expires_on is None:
        raise NotPossible(gettext("No end was asked for. Approve it, and say until when it holds."))
    if ends_on >= decision.expires_on:
        told = gettext("What is asked for ends on {asked}. Choose an earlier day.")
        raise NotPossible(told.format(asked=decision.expires_on))
    decision.expires_on = ends_on
    decision.save(update_fields=["expires_on"])  # what follows from the approval reads it there
    give(decision, by=by, reason=decision_reason)


@transition(
    Decision, [S.REQUESTED], S.ASKED_BACK, not_by=["requested_by"], label="Ask back",
    asks={"question": sentences(_("Your question"))},
)  # fmt: skip
def ask_back(decision: Decision, *, by: User, question: str) -> None:
    """Send the request back with a question to the person who asked; it can be decided once that is answered."""
    authorised(decision, by)
    decision.question, decision.asked_back_by, decision.answer = question, by, ""
    asker = decision.requested_by
    with translation.override(asker.language):
        title = gettext("Asked back: {title}").format(title=decision.title)
        text = gettext("{by} asks before deciding ({place}): {title}")
        told = text.format(by=by, place=decision.place, title=decision.title)
        write(asker, title, f"{told}\n\n{question}", about=decision)


@transition(
    Decision, [S.ASKED_BACK], S.REQUESTED, label="Answer it", main=True, asks={"answer": sentences(_("Your answer"))}
)
def reply(decision: Decision, *, by: User, answer: str) -> None:
    """Answer the question; the request is back with those who decide, with the record frozen as it stands now."""
    if decision.requested_by_id != by.pk:
        raise NotPossible(gettext("Only the person who asked for the decision answers."))
    if decision.about is None:
        raise NotPossible(gettext("The record is gone. There is nothing left to decide."))
    decision.answer, decision.requested_at = answer, clock.now()
    decision.snapshot = facts(decision.about, decision.kind)
    decision.digest = digest(decision.snapshot)
    decision.level = declared(decision.kind).level(decision.about)
    if asker := decision.asked_back_by:
        with translation.override(asker.language):
            title = gettext("Answered: {title}").format(title=decision.title)
            text = gettext("{by} answers ({place}): {title}")
            told = text.format(by=by, place=decision.place, title=decision.title)
            write(asker, title, f"{told}\n\n{answer}", about=decision)
