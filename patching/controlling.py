"""How far what a missing patch leaves open is under control (IEC TR 62443-2-3)."""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, DateField, F, Func, Q, QuerySet, TextChoices, Value, When
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from patching.deferring import held
from patching.deploying import OPEN, S
from registers.filters import ChoicesFilter, RecordFilter, day_of_list, filterset_for


class Control(TextChoices):
    """Where a patch stands; one that does not apply to its asset stands nowhere."""

    PLACED = "PLACED", _("In place, or planned in time")
    DEFERRED = "DEFERRED", _("Deferred with cover")
    WAITING = "WAITING", _("In test or waiting")
    OVERDUE = "OVERDUE", _("Overdue")


CONTROLLED = (Control.PLACED, Control.DEFERRED)
PLANNED_FOR = Cast(Func(F("site__time_zone"), F("starts_at"), function="timezone"), DateField())  # by the site's clock


def control(on: date) -> Case:
    """Return where a deployment stands on a day: a window after the due day is not in time, a deferral that no decision holds no cover."""
    in_time = Q(due_on=None) | LessThanOrEqual(PLANNED_FOR, F("due_on"))
    return Case(
        When(status__in=[S.INSTALLED, S.VERIFIED], then=Value(Control.PLACED)),
        When(status__in=OPEN, due_on__lt=on, then=Value(Control.OVERDUE)),
        When(in_time, status=S.SCHEDULED, then=Value(Control.PLACED)),
        When(Q(held()), status=S.DEFERRED, deferred_until__gte=on, then=Value(Control.DEFERRED)),
        When(status=S.NOT_APPLICABLE, then=Value("")),
        default=Value(Control.WAITING),
        output_field=CharField(),
    )


class ControlFilter(ChoicesFilter):
    """Narrows to deployments that stand like this on the day that is read: by the clock of the site, where the list shows one."""

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Ask where each stands, on the day on which the overview of the same sites counts."""
        on = day_of_list(self.parent)
        return queryset.alias(stands=control(on)).filter(stands__in=list(value)) if value else queryset


def deployment_filterset(register: Any) -> type[RecordFilter]:
    """Return the filters of the deployments, with how far each is under control."""
    base = filterset_for(register.model, register.filters)
    stands = ControlFilter(choices=Control.choices, null_label=None, label=_("Under control"))
    return type("DeploymentFilter", (base,), {"control": stands, "Meta": base.Meta})
