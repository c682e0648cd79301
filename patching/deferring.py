"""A patch is put off until a day by a decision; it comes back by itself when the day is over or waiting becomes worse (V4, X19)."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.robots import robot
from patching.deploying import OPEN, REASON, UNPLACED, S
from patching.models import Match, PatchDeployment, policy_of
from patching.rules.deferral import CALM, rank, worse
from patching.rules.priority import Priority
from programme.models import Decision
from programme.workflow import DecisionKind, end_early
from programme.workflow import request as request_decision
from registers.clock import day_of
from registers.history.past import day_at
from registers.workflow import NotPossible, sentences, transition

KIND = Decision.Kind.PATCH_DEFERRAL
DAY = forms.DateInput(attrs={"type": "date"})


@transition(PatchDeployment, OPEN, "", label="Ask to defer", asks={
    "countermeasure": sentences(_("Compensating countermeasure")), "deferred_until": forms.DateField(label=_("End of the deferral"), widget=DAY), "because_of": REASON,
})  # fmt: skip
def ask_deferral(
    deployment: PatchDeployment, *, by: Any, countermeasure: str, deferred_until: date, because_of: str
) -> None:
    """Ask another person to put the patch off until a day, with what protects the asset meanwhile; it counts once approved."""
    today, most = day_at(deployment.site), policy_of(deployment.site_id).deferral_days
    if not today < deferred_until <= today + timedelta(days=most):
        raise NotPossible(
            gettext("It may be deferred for {days} days, until {day}. Choose a day up to then.").format(
                days=most, day=today + timedelta(days=most)
            )
        )
    deployment.countermeasure, deployment.reason = countermeasure, because_of
    deployment.save()
    request_decision(
        deployment, KIND, by=by, title=f"Defer {deployment.patch} on {deployment.asset}", reason=because_of, until=deferred_until
    )  # fmt: skip


def facts(deployment: PatchDeployment) -> dict[str, Any]:
    """Return what a deferral freezes: the patch, what protects the asset meanwhile, and how urgent it is."""
    found = Match.objects.filter(asset=deployment.asset_id, advisory__in=deployment.advisories, verdict__in=Match.OPEN)
    told = [
        (Priority(one.priority).label if one.priority else CALM, one.exploited)
        for one in found.only("priority", "exploited")
    ]
    return {
        "asset": deployment.asset.name, "patch": str(deployment.patch), "site": deployment.site.code,
        "countermeasure": deployment.countermeasure, "exploited": "yes" if any(one for _word, one in told) else "no",
        "priority": max((word for word, _one in told), key=rank, default=CALM),
    }  # fmt: skip


def _decisions(deployment: Any) -> models.QuerySet[Decision]:
    content_type = ContentType.objects.get_for_model(PatchDeployment)
    return Decision.objects.filter(kind=KIND, content_type=content_type, object_id=deployment.pk).order_by("-pk")


def _approved(deployment: Any, by: Any) -> None:
    asked = _decisions(deployment).get(status=Decision.Status.REQUESTED)
    end_early(deployment, Decision.Kind.PATCH_DEPLOYMENT, by=by, why=f"Deferred until {asked.expires_on}.")
    open_one = PatchDeployment.objects.filter(pk=deployment.pk, status__in=OPEN)
    if not open_one.update(status=S.DEFERRED, deferred_until=asked.expires_on, **UNPLACED):
        raise NotPossible(gettext("The patch is installed or ruled out by now. There is nothing left to defer."))


def _ended(deployment: Any) -> None:
    """Take the patch up again, from the test on, with what ended the deferral."""
    over = _decisions(deployment).exclude(ended_because="").first()
    PatchDeployment.objects.filter(pk=deployment.pk, status=S.DEFERRED).update(
        status=S.AVAILABLE, deferred_until=None, test_passed=None,
        reason=f"The deferral ended. {over.ended_because if over else ''}".strip()[:500],
    )  # fmt: skip


PATCH_DEFERRAL = DecisionKind(
    snapshot=facts, approved=_approved, ended=_ended, level=lambda deployment: rank(facts(deployment)["priority"]),
    material=lambda change: worse(*change),
)  # fmt: skip


@transition(
    PatchDeployment,
    [S.DEFERRED, S.NOT_APPLICABLE, S.ROLLED_BACK],
    S.AVAILABLE,
    label="Take up again",
    asks={"because_of": REASON},
)
def take_up(deployment: PatchDeployment, *, by: Any, because_of: str) -> None:
    """Take the patch up again, from the test on; a deferral ends with that."""
    end_early(deployment, KIND, by=by, why=because_of)
    deployment.deferred_until, deployment.reason, deployment.test_passed = None, because_of, None


STEPS = (ask_deferral, take_up)


def held() -> models.Exists:
    """Return: a decision that is in force defers the patch."""
    content_type = ContentType.objects.get_for_model(PatchDeployment)
    return models.Exists(
        Decision.objects.filter(
            kind=KIND, content_type=content_type, object_id=models.OuterRef("pk"), status=Decision.Status.APPROVED
        )
    )


def reopen_deferred(*, now: datetime) -> int:
    """Take up again what was deferred without a decision, before there were any, and whose day has passed; return how many."""
    over = PatchDeployment.objects.filter(~models.Q(held()), status=S.DEFERRED).select_related("site").order_by("pk")
    ended = [one for one in over if one.deferred_until and one.deferred_until < day_of(now, one.site)]
    for deployment in ended:
        take_up(deployment, by=robot("patches"), because_of=f"The deferral ended on {deployment.deferred_until}.")
    return len(ended)
