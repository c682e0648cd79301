"""Judging requirements: how well a site meets one, and that one does not apply there, which another person decides."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import may
from programme.models import Decision, Judgement
from programme.workflow import REASON, DecisionKind, request
from registers import clock
from registers.history.origin import because
from registers.workflow import transition

LEVELS = [("", _("not given")), *((str(level), f"ML {level}") for level in range(1, 5))]
ALL = list(Judgement.Status.values)
JUDGED = [one for one in ALL if one != Judgement.Status.NOT_ASSESSED]


@transition(Judgement, [Judgement.Status.NOT_ASSESSED], "", again=JUDGED, label="Judge", main=True, asks={
    "verdict": forms.ChoiceField(label=_("Status"), choices=Judgement.Status.choices),
    "maturity": forms.ChoiceField(label=_("Maturity level"), choices=LEVELS, required=False), "why": REASON,
})  # fmt: skip
def judge(judgement: Judgement, *, by: User, verdict: str, why: str, maturity: str = "") -> None:
    """Say how well the site meets the requirement, at which maturity level, and why."""
    judgement.status, judgement.reason = verdict, why
    judgement.maturity = int(maturity) if maturity else None
    judgement.judged_by, judgement.judged_at = by, clock.now()


def request_not_applicable(judgement: Judgement, *, by: User, justification: str) -> Decision:
    """Ask that a requirement does not apply; it counts as applicable until somebody else approves."""
    with because(by=by, step="programme.judgement.request_not_applicable", reason=justification[:300]):
        if not may(by, "request", judgement):
            raise PermissionDenied(gettext("You may not ask for that here."))
        Judgement.objects.filter(pk=judgement.pk).update(justification=justification)
        judgement.refresh_from_db()
        title = f"{judgement.requirement.code} does not apply at {judgement.site.code}"
        return request(judgement, Decision.Kind.NOT_APPLICABLE, by=by, title=title, reason=justification)


@transition(Judgement, ALL, "", asks={"justification": REASON}, label="Ask that it does not apply")
def ask_not_applicable(judgement: Judgement, *, by: User, justification: str) -> None:
    """Ask that the requirement does not apply here; another person decides."""
    request_not_applicable(judgement, by=by, justification=justification)
    judgement.refresh_from_db()


def _not_applicable(judgement: Judgement, by: User) -> None:
    Judgement.objects.filter(pk=judgement.pk).update(applicable=False)


def _applicable(judgement: Judgement) -> None:
    Judgement.objects.filter(pk=judgement.pk).update(applicable=True)


def _demanded_from(judgement: Judgement) -> int:
    return judgement.requirement.min_sl or 0


NOT_APPLICABLE = DecisionKind(
    snapshot=Judgement.snapshot, approved=_not_applicable, ended=_applicable, level=_demanded_from
)
