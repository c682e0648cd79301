"""An exception goes from draft by way of a decision into force, and ends on its day, on a change of its facts, or when told."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from policies.models import PolicyException
from programme.models import Decision
from programme.workflow import DecisionKind, end_early
from programme.workflow import request as request_decision
from registers.workflow import sentences, transition

S = PolicyException.Status
REASON = sentences(_("Reason"), most=500)


@transition(PolicyException, [S.DRAFT, S.ENDED], S.SUBMITTED, label="Submit for approval", main=True)
def submit(exception: PolicyException, *, by: User) -> None:
    """Ask another person to let it stand."""
    request_decision(
        exception, Decision.Kind.EXCEPTION, by=by, title=f"Exception: {exception.title}", reason=exception.reason
    )


@transition(PolicyException, [S.IN_FORCE], "", label="End it now", danger=True, asks={"because_of": REASON})
def end(exception: PolicyException, *, by: User, because_of: str) -> None:
    """End the exception before its day; the rule holds again."""
    end_early(exception, Decision.Kind.EXCEPTION, by=by, why=because_of)


def _approved(exception: Any, by: User) -> None:
    PolicyException.objects.filter(pk=exception.pk, status=S.SUBMITTED).update(status=S.IN_FORCE)


def _ended(exception: Any) -> None:
    PolicyException.objects.filter(pk=exception.pk, status=S.SUBMITTED).update(status=S.DRAFT)
    PolicyException.objects.filter(pk=exception.pk, status=S.IN_FORCE).update(status=S.ENDED)


EXCEPTION = DecisionKind(snapshot=PolicyException.snapshot, approved=_approved, ended=_ended)
