"""Filters of lists, one declaration for page and REST; what is not declared is refused, never ignored."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registers import owning
from registers.choices import ids_of
from registers.door import self_checks, tagged
from registers.forms import narrow
from registers.history.past import day_at
from registers.own import OWN_FIELD
from registers.several import SeveralField
from registers.wording import capital, small

if TYPE_CHECKING:
    from registers.figures import SelfCheck
    from registers.register import Register

WORDS: dict[str, bool | None] = {
    "": None, "unknown": None, "true": True, "1": True, "yes": True, "false": False, "0": False, "no": False,
}  # fmt: skip


class ReferencesField(django_filters.fields.ModelMultipleChoiceField):  # type: ignore[misc]  # django-filter has no types
    """Other records by id, or by code where they have one: repeated, or several by comma."""

    def clean(self, value: Any) -> Any:
        """Read the ids; one that is no id is answered as one that is not there."""
        asked = [key.strip() for one in value or () for key in str(one).split(",") if key.strip()]
        keys = ids_of(self.queryset, asked)
        for key in keys:
            if not (key.isascii() and key.isdigit()) or len(key) > 18:
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": key})
        return super().clean(keys)


class ReferenceFilter(django_filters.ModelMultipleChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Narrows to records that point at one of the named ones."""

    field_class = ReferencesField

    def filter(self, queryset: Any, value: Any) -> Any:
        """Ask for the ids in one condition, without comparing whole rows."""
        return queryset.filter(**{f"{self.field_name}__in": [one.pk for one in value]}) if value else queryset


class ChoicesFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Narrows to records with one of the named values."""

    def filter(self, queryset: Any, value: Any) -> Any:
        """Ask for the values in one condition, without comparing whole rows."""
        return queryset.filter(**{f"{self.field_name}__in": list(value)}) if value else queryset


class SeveralFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Narrows to records that hold at least one of the named values."""

    def filter(self, queryset: Any, value: Any) -> Any:
        """Ask for what is in both."""
        return queryset.filter(**{f"{self.field_name}__overlap": list(value)}) if value else queryset


class YesNoField(forms.NullBooleanField):
    """True, false or not asked; any other word is refused."""

    class widget(forms.NullBooleanSelect):
        """Hands on the word as it was written."""

        yes_no = True

        def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
            """Return the word."""
            return data.get(name)

    def to_python(self, value: Any) -> Any:
        """Read the word."""
        word = str(value or "").lower()
        if word not in WORDS:
            raise ValidationError(gettext("Write true or false."))
        return WORDS[word]


class YesNoFilter(django_filters.BooleanFilter):  # type: ignore[misc]  # django-filter has no types
    """Narrows to yes or to no."""

    field_class = YesNoField


class TagFilter(django_filters.CharFilter):  # type: ignore[misc]  # django-filter has no types
    """Narrows to records with a tag of this name."""

    def filter(self, queryset: Any, value: Any) -> Any:
        """Ask the app that keeps the tags."""
        return tagged(queryset, value) if value else queryset


class CheckFilter(django_filters.ChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Narrows to records that break a rule of consistency, on the day that is read."""

    def __init__(self, checks: "list[SelfCheck]") -> None:
        offered = [(check.key, _(check.sentence)) for check in checks]
        super().__init__(choices=offered, label=_("Self-check"), empty_label=_("any"))
        self.checks = {check.key: check for check in checks}

    def filter(self, queryset: Any, value: Any) -> Any:
        """Ask the rule."""
        return self.checks[value].narrowed(queryset, day_of_list(self.parent)) if value else queryset


def day_of_list(filters: Any) -> date:
    """Return the day by which a list is judged: by the clock of the site that it is narrowed to, UTC where it shows several."""
    sites = list(filters.form.cleaned_data.get("site") or ())
    return day_at(sites[0] if len(sites) == 1 else None)


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Narrows a list by declared fields; choices of other records are narrowed to what the person may see."""

    base_filters: ClassVar[dict[str, Any]]

    def __init__(self, *args: Any, named_only: bool = False, **kwargs: Any) -> None:
        if named_only:  # a program names few of many filters; the others should cost nothing
            self.base_filters = {name: one for name, one in self.base_filters.items() if name in args[0]}  # type: ignore[misc]
        super().__init__(*args, **kwargs)
        model = self.queryset.model
        if hasattr(model, "custom") and (not named_only or any(name.startswith(OWN_FIELD) for name in args[0])):
            for name, own in owning.filters(model).items():
                own.parent, own.model, own.field_name = self, model, name
                self.filters[name] = own
        if (not named_only or "check" in args[0]) and (checks := self_checks(model)):
            self.filters["check"] = CheckFilter(checks)
            self.filters["check"].parent = self
        if self.request is not None:
            narrow(self.form.fields, self.request.user)

    def of_many(self) -> list[str]:
        """Return the names of the filters that take several values."""
        return [name for name, one in self.filters.items() if isinstance(one, django_filters.MultipleChoiceFilter)]


def _filters_for(model: type[models.Model], name: str) -> dict[str, django_filters.Filter]:
    """Return the filters of one field: a set of choices, a yes or no, a period, or an exact text."""
    field = model._meta.get_field(name)
    label = capital(getattr(field, "verbose_name", name))
    output: Any = getattr(field, "output_field", field)
    absent = YesNoFilter(field_name=name, lookup_expr="isnull", label=format_lazy(_("No {what}"), what=small(label)))
    if isinstance(field, models.ForeignKey | models.ManyToManyField):
        other = ReferenceFilter(field_name=name, queryset=field.related_model._default_manager.all(), label=label)
        return {name: other, f"{name}__isnull": absent}
    if isinstance(output, SeveralField):
        return {
            name: SeveralFilter(choices=output.base_field.flatchoices, null_label=None, label=label, field_name=name)
        }
    if output.choices:
        return {name: ChoicesFilter(choices=output.choices, null_label=None, label=label, field_name=name)}
    if isinstance(output, models.BooleanField):
        return {name: YesNoFilter(field_name=name, label=label)}
    if isinstance(output, models.DateTimeField | models.DateField):
        kind = (
            django_filters.IsoDateTimeFilter if isinstance(output, models.DateTimeField) else django_filters.DateFilter
        )
        return {
            f"{name}__gte": kind(field_name=name, lookup_expr="gte", label=format_lazy(_("{what} from"), what=label)),
            f"{name}__lte": kind(field_name=name, lookup_expr="lte", label=format_lazy(_("{what} to"), what=label)),
            f"{name}__isnull": absent,
        }
    if isinstance(output, models.IntegerField | models.DecimalField | models.FloatField):
        return {name: django_filters.NumberFilter(field_name=name, label=label)}
    return {name: django_filters.CharFilter(field_name=name, label=label, lookup_expr="iexact")}


def filterset_for(model: type[models.Model], names: Iterable[str]) -> type[RecordFilter]:
    """Return the filter class of a register."""
    filters: dict[str, Any] = {}
    for name in names:
        filters |= _filters_for(model, name)
    if hasattr(model, "site_id"):
        filters["tag"] = TagFilter(label=_("Tag"))
    meta = type("Meta", (), {"model": model, "fields": []})
    return type(f"{model.__name__}Filter", (RecordFilter,), {**filters, "Meta": meta})


def _plain(field: Any) -> bool:
    """Tell whether a field holds one plain value or a reference, by which equality can be asked."""
    output = getattr(field, "output_field", field)
    return isinstance(field, models.Field) and not isinstance(
        output, models.JSONField | models.FileField | models.BinaryField | ArrayField
    )


def rest_filterset_for(register: "Register") -> type[RecordFilter]:
    """Return the filters of REST: those of the page, and equality for every other field that a record shows."""
    declared: type[RecordFilter] = register.filterset_class
    filters: dict[str, Any] = {}
    for name in dict.fromkeys((*register.fields, *register.shows, *register.columns)):
        field = register.field(name)
        if field is None or not _plain(field):
            continue
        filters |= _filters_for(register.model, name)
        if isinstance(getattr(field, "output_field", field), models.DateField):
            kind = (
                django_filters.IsoDateTimeFilter
                if isinstance(field, models.DateTimeField)
                else django_filters.DateFilter
            )
            filters[name] = kind(field_name=name, label=register.label(name))
    added = {name: one for name, one in filters.items() if name not in declared.base_filters}
    meta = type("Meta", (), {"model": register.model, "fields": []})
    return type(f"{register.model.__name__}RestFilter", (declared,), {**added, "Meta": meta})


def search(queryset: models.QuerySet[Any], text: str, fields: Iterable[str]) -> models.QuerySet[Any]:
    """Narrow to the records in which each word stands in one of the fields."""
    if "\0" in text:  # stands in no text of the database, which takes none
        return queryset.none()
    words = text.lower().split()[:8]
    if not words or not fields:
        return queryset
    return queryset.filter(reduce(and_, (_holds(queryset.model, word, fields) for word in words)))


def _holds(model: type[models.Model], word: str, fields: Iterable[str]) -> Q:
    """Return: a word stands in one of the fields; those of other records are read there once, not for each that points at them."""
    found, others = Q(), defaultdict[str, list[str]](list)
    for name in fields:
        reference, _dots, beyond = name.partition("__")
        if beyond and isinstance(model._meta.get_field(reference), models.ForeignKey):
            others[reference].append(beyond)
        else:
            found |= Q(**{f"{name}__contains" if name == "words" else f"{name}__icontains": word})
    for reference, names in others.items():
        other: Any = model._meta.get_field(reference).related_model
        found |= Q(**{f"{reference}__in": other._base_manager.filter(_holds(other, word, names)).values("pk")})
    return found
