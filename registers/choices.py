"""Choices of other records: a short list is offered whole, a long one is searched, so that no page carries a whole register."""

from typing import Any

from django import forms
from django.urls import reverse

from registers.door import register_of

MOST = 200


class RecordChoice(forms.Select):
    """Offers the records of a choice, or, above 200, the chosen ones and where to search for others."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the box shows; records that are not shown are not read."""
        choices: Any = self.choices
        register = register_of(choices.queryset.model)
        searched = register is not None and choices.queryset[: MOST + 1].count() > MOST
        if not searched:
            offered = list(choices.queryset)
        else:
            chosen = [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
            offered = list(choices.queryset.filter(pk__in=[one for one in chosen if one.isascii() and one.isdigit()]))
            attrs = {**(attrs or {}), "data-search": reverse("registers:choices", args=[register.name])}  # type: ignore[union-attr]
        empty = (
            []
            if self.allow_multiple_selected or choices.field.empty_label is None
            else [("", choices.field.empty_label)]
        )
        shown = type(self)(attrs=self.attrs, choices=[*empty, *((one.pk, str(one)) for one in offered)])
        shown.is_required = self.is_required
        return super(RecordChoice, shown).get_context(name, value, attrs)


class RecordChoices(RecordChoice, forms.SelectMultiple):
    """The same for several records."""


def offer(field: Any) -> None:
    """Let a choice of records be offered whole or searched, by how many there are."""
    if type(field.widget) not in {forms.Select, forms.SelectMultiple}:
        return
    kind = RecordChoices if field.widget.allow_multiple_selected else RecordChoice
    made = kind(attrs=field.widget.attrs)
    made.is_required = field.widget.is_required
    field.widget = made
    made.choices = field.choices


def read_site(form: Any) -> None:
    """Let the site that a form begins with be named in the address by its code as well."""
    asked = form.initial.get("site")
    if asked and isinstance(asked, str):
        form.initial["site"] = ids_of(form.fields["site"].queryset, [asked])[0]


def ids_of(records: Any, asked: list[str]) -> list[str]:
    """Return what is asked for as ids: those of `records` that are known by a code may be named by it."""
    field = records.model.known_by if hasattr(records.model, "known_by") else ""
    if not field or all(key.isdigit() for key in asked):
        return asked
    ids = {code: str(pk) for code, pk in records.filter(**{f"{field}__in": asked}).values_list(field, "pk")}
    return [ids.get(key, key) for key in asked]
