"""Own fields on every surface: form fields, checks, words, filters; a record keeps their values in `custom`."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from registers.door import register_of
from registers.own import OWN_FIELD, OwnField

LONGEST = 500
K = OwnField.Kind


def declared(model: type[models.Model]) -> list[OwnField]:
    """Return the own fields of a record type, in order of name."""
    register = register_of(model)
    if register is None or not hasattr(model, "custom"):
        return []
    return list(OwnField.objects.filter(register=register.name).order_by("name"))


def form_field(field: OwnField) -> forms.Field:
    """Return the form field of an own field."""
    given: dict[str, Any] = {"label": field.label, "required": field.required, "help_text": field.help}
    if field.kind == K.NUMBER:
        return forms.DecimalField(max_digits=20, decimal_places=6, **given)
    if field.kind == K.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)
    if field.kind == K.CHOICE:
        return forms.ChoiceField(choices=[("", gettext("not given")), *((one, one) for one in field.choices)], **given)
    return forms.CharField(max_length=LONGEST, **given)


def stored(value: Any) -> Any:
    """Return a value as it stands in `custom`: text, number, or a day as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def merged(fields: Iterable[OwnField], kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the kept values with the given ones put over them; what is empty is taken out. Undeclared ones stay."""
    known = {field.name: field for field in fields}
    wrong = {name: ["There is no such own field."] for name in given if name not in known}
    result = dict(kept)
    for name, value in given.items():
        if name not in known:
            continue
        try:
            clean = form_field(known[name]).clean(_as_text(known[name], value))
        except ValidationError as error:
            wrong[name] = list(error.messages)
            continue
        if clean in (None, ""):
            result.pop(name, None)
        else:
            result[name] = stored(clean)
    if wrong:
        raise Refused(wrong)
    return result


class Refused(Exception):
    """Some own fields have values that they cannot hold; `errors` says which and why."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("Some own fields are not right.")
        self.errors = errors


def _as_text(field: OwnField, value: Any) -> Any:
    """Return a JSON value as a form would send it; ValidationError when it is of another kind."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None:
        return ""
    if not isinstance(value, str) and not (number and field.kind == K.NUMBER):
        raise ValidationError(gettext("Give a number.") if field.kind == K.NUMBER else gettext("Give a text."))
    return str(value)


def missing(fields: Iterable[OwnField], values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what must be filled in and is not."""
    return {field.name: ["This must be filled in."] for field in fields if field.required and field.name not in values}


def filters(model: type[models.Model]) -> dict[str, Any]:
    """Return one filter by equality for each own field."""
    return {OWN_FIELD + field.name: OwnFilter(field) for field in declared(model)}


class OwnFilter(django_filters.CharFilter):  # type: ignore[misc]  # django-filter has no types
    """Narrows to records whose own field has this value."""

    def __init__(self, field: OwnField) -> None:
        super().__init__(label=field.label)
        self.own = field

    def filter(self, queryset: Any, value: Any) -> Any:
        """Ask for the value as it is stored; one that the field cannot hold is on no record."""
        if value in (None, ""):
            return queryset
        try:
            clean = form_field(self.own).clean(value)
        except ValidationError:
            return queryset.none()
        return queryset.filter(custom__contains={self.own.name: stored(clean)})


def rows(record: Any) -> list[dict[str, Any]]:
    """Return the own fields of a record as facts: label and value in words."""
    return [
        {"label": field.label, "value": record.custom.get(field.name, ""), "url": "", "name": OWN_FIELD + field.name}
        for field in declared(type(record))
    ]
