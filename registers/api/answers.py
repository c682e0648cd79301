"""What a step asks for, as JSON: how OpenAPI tells it, and a body that is judged before a form reads it."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

Shape = serializers.Field[Any, Any, Any, Any]
KINDS: dict[type[forms.Field], type[Shape]] = {
    forms.DateField: serializers.DateField,
    forms.DateTimeField: serializers.DateTimeField,
    forms.IntegerField: serializers.IntegerField,
    forms.DecimalField: serializers.FloatField,
    forms.BooleanField: serializers.BooleanField,
    forms.EmailField: serializers.EmailField,
    forms.FileField: serializers.FileField,
}


def an_object(data: Any, *, of: Collection[str]) -> dict[str, Any]:
    """Return a body that is an object of these names; any other is refused."""
    if not isinstance(data, dict):
        raise ValidationError({"non_field_errors": ["Send an object."]})
    if unknown := sorted(set(data) - set(of)):
        raise ValidationError({name: ["There is no such field."] for name in unknown})
    return data


def answers(data: Any, fields: Mapping[str, forms.Field]) -> dict[str, Any]:
    """Return what a body answers; a name that is not asked for, and a value that no form could read, are refused."""
    given = an_object(data, of=fields)
    wrong = {name: _fault(fields[name], value) for name, value in given.items()}
    if refused := {name: [fault] for name, fault in wrong.items() if fault}:
        raise ValidationError(refused)
    return given


def _fault(field: forms.Field, value: Any) -> str:
    """Say what is wrong with the shape of a value, or nothing; what it says is for the form to judge."""
    if value is None:
        return ""
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return "" if isinstance(value, list) and all(_word(one) for one in value) else "Send a list of texts."
    if isinstance(field, forms.BooleanField):
        return "" if isinstance(value, bool) else "Send true or false."
    if isinstance(field, forms.IntegerField) and isinstance(value, float):
        return ""
    days = isinstance(field, forms.DateField | forms.DateTimeField)
    return "" if isinstance(value, str) or (_word(value) and not days) else "Send a text."


def _word(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def told(field: forms.Field) -> Shape:
    """Return what OpenAPI says of a field that a step asks for."""
    said: dict[str, Any] = {"required": field.required, "help_text": field.help_text}
    if not field.required:
        said["allow_null"] = True
    if isinstance(field, forms.ModelMultipleChoiceField):
        return serializers.ListField(child=serializers.CharField(help_text="Id of a record of the same site."), **said)
    if isinstance(field, forms.ModelChoiceField):
        return serializers.CharField(**said)
    if isinstance(field, forms.ChoiceField):
        choices = serializers.ChoiceField(choices=_values(field))
        if isinstance(field, forms.MultipleChoiceField):
            return serializers.ListField(child=choices, **said)
        return serializers.ChoiceField(choices=_values(field), allow_blank=not field.required, **said)
    shape = KINDS.get(type(field))
    if shape is not None:
        return shape(**said)
    return serializers.CharField(max_length=getattr(field, "max_length", None), allow_blank=not field.required, **said)


def _values(field: forms.ChoiceField) -> list[Any]:
    """Return the values of a choice, those of its groups included."""
    values: list[Any] = []
    choices: Any = field.choices
    for value, label in choices:
        values += [inner for inner, _word in label] if isinstance(label, list | tuple) else [value]
    return [value for value in values if value not in {None, ""}]
