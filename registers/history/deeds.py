"""What a person did lately, told by the steps that stand in the history."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform

from registers import clock
from registers.figures import Waiting
from registers.history.past import moment
from registers.history.timeline import events_of
from registers.workflow import Transition

if TYPE_CHECKING:
    from registers.register import Register

MOST = 50


def taken(
    register: "Register", steps: Iterable[Transition], *, by: Any, since: datetime, kind: str,
    within: type[models.Model] | None = None, key: str = "pgh_obj",
) -> list[Waiting]:  # fmt: skip
    """Return the records of a register on which a person took one of these steps since then, the newest first, each once with its last step.

    Where a step writes another record, that is `within`, and `key` is its reference to the one that is told.
    """
    names = {f"{step.model._meta.label_lower}.{step.name}": step.title for step in steps}
    done = events_of(within or register.model).filter(
        pgh_created_at__gte=since, pgh_context__by=by.pk, pgh_context__step__in=list(names)
    )
    if until := moment():
        done = done.filter(pgh_created_at__lte=until)
    last = done.filter(**{key: OuterRef("pk")}).order_by("-pgh_id")
    found = register.queryset(by).filter(pk__in=done.values(key)).annotate(
        step_taken=Subquery(last.values(step=KeyTextTransform("step", "pgh_context"))[:1]),
        taken_at=Subquery(last.values("pgh_created_at")[:1]),
    )  # fmt: skip
    return [
        Waiting(str(one), f"{one.site.code} · {names[one.step_taken]}", one.get_absolute_url(), clock.day_of(one.taken_at, one.site), kind, one.site)
        for one in found.order_by("-taken_at", "-pk")[:MOST]
    ]  # fmt: skip
