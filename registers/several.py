"""A field that holds several of a set of choices: boxes in forms, a list of codes in REST, `A; B` in files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models

LONGEST = 30  # characters of a code


class SeveralChoices(forms.MultipleChoiceField):
    """Boxes to tick; what is ticked comes in the order of the choices, each once."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        """Return the codes."""
        return in_order(super().clean(value), self.choices)


class SeveralField(ArrayField[Any, Any]):
    """Codes of a set of choices, in the order of these; none by default."""

    def __init__(self, verbose_name: Any = None, *, choices: Sequence[Any] = (), **kwargs: Any) -> None:
        kwargs.setdefault("base_field", models.CharField(max_length=LONGEST, choices=choices))
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(verbose_name=verbose_name, **kwargs)

    def clean(self, value: Any, model_instance: Any) -> Any:
        """Bring the codes into the order of the choices, each once."""
        return in_order(super().clean(value, model_instance), self.base_field.flatchoices)

    def formfield(self, **kwargs: Any) -> Any:
        """Return boxes to tick."""
        asked: dict[str, Any] = {"form_class": SeveralChoices, "choices": self.base_field.flatchoices}
        return models.Field.formfield(self, **asked | {"show_hidden_initial": False} | kwargs)


def in_order(codes: Any, choices: Any) -> list[str]:
    """Return the codes in the order of the choices, each once."""
    return [code for code, _label in choices if code in codes]
