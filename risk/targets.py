"""Target levels follow risk: what is proposed is taken over at once, what is lower asks a second person (N6, X19)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assets.models import Conduit, Zone
from programme.models import Decision
from programme.workflow import DecisionKind, end_early
from programme.workflow import request as request_decision
from registers.workflow import NotPossible, sentences, transition
from risk.models import TargetOverride
from risk.models.targets import proposed

S = TargetOverride.Status
REASON = sentences(_("Reason"), most=500)


@transition(TargetOverride, [S.DRAFT, S.ENDED], S.SUBMITTED, label="Submit for approval", main=True)
def submit(override: TargetOverride, *, by: User) -> None:
    """Ask another person to let the place aim lower than its risk proposes."""
    place = override.place
    assert place is not None
    if min(override.sl_t) >= proposed(place):
        raise NotPossible(gettext("The risk proposes no more than this by now. Set it on the place itself."))
    request_decision(
        override, Decision.Kind.TARGET_LEVEL, by=by, title=f"{override} at {override.site.code}", reason=override.reason
    )


@transition(TargetOverride, [S.IN_FORCE], "", label="End it now", danger=True, asks={"because_of": REASON})
def end(override: TargetOverride, *, by: User, because_of: str) -> None:
    """End the override before its day; the place aims at what its risk proposes again."""
    end_early(override, Decision.Kind.TARGET_LEVEL, by=by, why=because_of)


def _approved(override: Any, by: User) -> None:
    TargetOverride.objects.filter(pk=override.pk, status=S.SUBMITTED).update(status=S.IN_FORCE)
    type(override.place)._default_manager.filter(pk=override.place.pk).update(sl_t=override.sl_t)


def _ended(override: Any) -> None:
    TargetOverride.objects.filter(pk=override.pk, status=S.SUBMITTED).update(status=S.DRAFT)
    if TargetOverride.objects.filter(pk=override.pk, status=S.IN_FORCE).update(status=S.ENDED):
        place = type(override.place)._default_manager.get(pk=override.place.pk)
        type(place)._default_manager.filter(pk=place.pk).update(sl_t=raised(place))


TARGET_LEVEL = DecisionKind(snapshot=TargetOverride.snapshot, approved=_approved, ended=_ended)


def raised(place: Zone | Conduit) -> list[int]:
    """Return the target of a place with each FR at least at what its risk proposes."""
    level = proposed(place)
    return [max(one, level) for one in place.sl_t or [0] * 7]


def hold(place: Zone | Conduit) -> None:
    """Refuse a target that is lowered below what the risk proposes, unless an override in force says just that."""
    kept = type(place)._default_manager.filter(pk=place.pk).values_list("sl_t", flat=True).first() if place.pk else None
    wanted, before = place.sl_t or [0] * 7, kept or [0] * 7
    if len(wanted) != len(before) or all(one >= other for one, other in zip(wanted, before, strict=True)):
        return
    level = proposed(place)
    if not any(one < min(other, level) for one, other in zip(wanted, before, strict=True)):
        return
    field = str(place._meta.model_name)
    if not TargetOverride.objects.filter(**{field: place.pk}, status=S.IN_FORCE, sl_t=place.sl_t).exists():
        raise ValidationError(
            {
                "sl_t": gettext(
                    "The risks of this place propose SL {level}. To aim lower, ask for a target override with its reason."
                ).format(level=level)
            }
        )
