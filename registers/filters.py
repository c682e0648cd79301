"""Filters of lists, one declaration for page and REST; what is not declared is refused, never ignored."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import Any

import django_filters
from django.db import models
from django.db.models import Q

from registers.forms import narrow


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Narrows a list by declared fields; choices of other records are narrowed to what the person may see."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None:
            narrow(self.form.fields, self.request.user)


def _filters_for(model: type[models.Model], name: str) -> dict[str, django_filters.Filter]:
    """Return the filters of one field: a set of choices, a yes or no, a period, or an exact text."""
    field = model._meta.get_field(name)
    label = str(getattr(field, "verbose_name", name)).capitalize()
    output: Any = getattr(field, "output_field", field)
    if isinstance(field, models.ForeignKey):
        return {
            name: django_filters.ModelMultipleChoiceFilter(
                queryset=field.related_model._default_manager.all(), label=label
            ),
            f"{name}__isnull": django_filters.BooleanFilter(
                field_name=name, lookup_expr="isnull", label=f"No {label.lower()}"
            ),
        }
    if output.choices:
        return {
            name: django_filters.MultipleChoiceFilter(
                choices=output.choices, null_label=None, label=label, field_name=name
            )
        }
    if isinstance(output, models.BooleanField):
        return {name: django_filters.BooleanFilter(field_name=name, label=label)}
    if isinstance(output, models.DateTimeField | models.DateField):
        kind = (
            django_filters.IsoDateTimeFilter if isinstance(output, models.DateTimeField) else django_filters.DateFilter
        )
        return {
            f"{name}__gte": kind(field_name=name, lookup_expr="gte", label=f"{label} from"),
            f"{name}__lte": kind(field_name=name, lookup_expr="lte", label=f"{label} to"),
            f"{name}__isnull": django_filters.BooleanFilter(
                field_name=name, lookup_expr="isnull", label=f"No {label.lower()}"
            ),
        }
    if isinstance(output, models.IntegerField | models.DecimalField | models.FloatField):
        return {name: django_filters.NumberFilter(field_name=name, label=label)}
    return {name: django_filters.CharFilter(field_name=name, label=label, lookup_expr="iexact")}


def filterset_for(model: type[models.Model], names: Iterable[str]) -> type[RecordFilter]:
    """Return the filter class of a register."""
    filters: dict[str, Any] = {}
    for name in names:
        filters |= _filters_for(model, name)
    meta = type("Meta", (), {"model": model, "fields": []})
    return type(f"{model.__name__}Filter", (RecordFilter,), {**filters, "Meta": meta})


def search(queryset: models.QuerySet[Any], text: str, fields: Iterable[str]) -> models.QuerySet[Any]:
    """Narrow to the records in which each word stands in one of the fields."""
    words = text.lower().split()[:8]
    if not words or not fields:
        return queryset
    each = [
        reduce(or_, (Q(**{f"{name}__contains" if name == "words" else f"{name}__icontains": word}) for name in fields))
        for word in words
    ]
    return queryset.filter(reduce(and_, each))
