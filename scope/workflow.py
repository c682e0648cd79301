"""A scope statement goes from draft by way of a decision to approved, and is superseded by its next version."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programme.models import Decision
from programme.workflow import DecisionKind
from programme.workflow import request as request_decision
from registers.history.origin import because
from registers.workflow import NotPossible, sentences, transition
from scope.models import ScopeStatement

S = ScopeStatement.Status
REASON = sentences(_("Reason"))


@transition(ScopeStatement, [S.DRAFT], S.SUBMITTED, asks={"because_of": REASON}, label="Submit for approval", main=True)
def submit(statement: ScopeStatement, *, by: User, because_of: str) -> None:
    """Ask another person to approve this version."""
    request_decision(
        statement,
        Decision.Kind.SCOPE_STATEMENT,
        by=by,
        title=f"{statement} at {statement.site.code}",
        reason=because_of,
    )


def revise(statement: ScopeStatement, *, by: User, inside: str, outside: str) -> ScopeStatement:
    """Make the next version of a statement as a draft; the approved one stays in force meanwhile."""
    with because(by=by, step="scope.scopestatement.revise"):
        others = ScopeStatement.objects.filter(site=statement.site, title=statement.title)
        if others.filter(status__in=[S.DRAFT, S.SUBMITTED]).exists():
            raise NotPossible(gettext("The next version is on its way already."))
        newest = others.order_by("-number").values_list("number", flat=True)[0]
        return ScopeStatement.objects.create(
            site=statement.site, title=statement.title, number=newest + 1, inside=inside, outside=outside
        )


@transition(
    ScopeStatement,
    [S.APPROVED],
    "",
    asks={
        "inside": forms.CharField(widget=forms.Textarea),
        "outside": forms.CharField(widget=forms.Textarea, required=False),
    },
    label="Draft the next version",
)
def next_version(statement: ScopeStatement, *, by: User, inside: str, outside: str = "") -> None:
    """Draft the next version; this one stays in force until that is approved."""
    revise(statement, by=by, inside=inside, outside=outside)


def _approved(statement: Any, by: User) -> None:
    ScopeStatement.objects.filter(site=statement.site, title=statement.title, status=S.APPROVED).update(
        status=S.SUPERSEDED
    )
    ScopeStatement.objects.filter(pk=statement.pk).update(status=S.APPROVED)


def _ended(statement: Any) -> None:
    ScopeStatement.objects.filter(pk=statement.pk, status__in=[S.SUBMITTED, S.APPROVED]).update(status=S.DRAFT)


SCOPE_STATEMENT = DecisionKind(snapshot=ScopeStatement.snapshot, approved=_approved, ended=_ended)
