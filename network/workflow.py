"""Steps on findings and answers: letting a finding stand for a time, and counting a countermeasure, both by a decision."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from network.models import SegmentationFinding, SrAnswer
from network.models.answers import settle
from policies.models import PolicyException
from policies.workflow import submit
from programme.models import Decision
from programme.workflow import DecisionKind
from programme.workflow import request as request_decision
from registers.workflow import NotPossible, sentences, transition

S = SegmentationFinding.Status


@transition(SegmentationFinding, [S.OPEN], "", label="Ask to let it stand", main=True, asks={
    "because_of": sentences(_("Reason")), "compensating_control": sentences(_("Compensating control")),
})  # fmt: skip
def ask_waiver(finding: SegmentationFinding, *, by: User, because_of: str, compensating_control: str) -> None:
    """Ask for an exception that lets the finding stand for a time, with what protects the plant meanwhile."""
    asked = finding.exception
    if asked is not None and asked.status == PolicyException.Status.SUBMITTED:
        raise NotPossible(
            gettext("This is asked for already: {asked}. Wait for the decision or withdraw the request.").format(
                asked=asked
            )
        )
    exception = PolicyException.objects.create(
        site=finding.site, title=str(finding)[:200], covers=finding.sentence, reason=because_of,
        compensating_control=compensating_control, owner=finding.owner,
    )  # fmt: skip
    submit(exception, by=by)
    finding.exception = exception


@transition(SrAnswer, [SrAnswer.Answers.COMPENSATED], "", label="Ask to count the countermeasure", main=True)
def ask_compensation(answer: SrAnswer, *, by: User) -> None:
    """Ask another person whether the countermeasure makes up for the requirement."""
    if answer.approved:
        raise NotPossible(gettext("The countermeasure is approved already."))
    request_decision(
        answer, Decision.Kind.COMPENSATION, by=by, title=f"Countermeasure for {answer}", reason=answer.countermeasure
    )


def _count(answer: Any, approved: bool) -> None:
    SrAnswer.objects.filter(pk=answer.pk).update(approved=approved)
    settle([answer.place])


COMPENSATION = DecisionKind(
    snapshot=SrAnswer.snapshot, approved=lambda answer, by: _count(answer, True), ended=lambda answer: _count(answer, False)
)  # fmt: skip
