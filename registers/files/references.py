"""What the words of a cell mean to a form's field: other records by name or id, choices by value or label, yes and no."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField

from registers.several import SeveralChoices

EMPTIED = "-"
YES, NO = frozenset({"yes", "true", "1", "x"}), frozenset({"no", "false", "0"})


class References:
    """The records that a file may point at, by name and by id, read once for each field."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.maps: dict[type[Any], tuple[dict[str, list[int]], set[str]]] = {}

    def of(self, queryset: Any) -> tuple[dict[str, list[int]], set[str]]:
        """Return the ids by name, and all ids, of what the person may choose at this site."""
        model = queryset.model
        if model not in self.maps:
            self.maps[model] = ({}, set())
            fields = {field.name for field in model._meta.get_fields()}
            for one in (queryset.filter(site=self.site) if "site" in fields else queryset.all()).iterator(2000):
                self._put(one)
        return self.maps[model]

    def add(self, record: Any) -> None:
        """Let later rows point at a record that this file made."""
        if type(record) in self.maps:
            self._put(record)

    def _put(self, one: Any) -> None:
        names, ids = self.maps[type(one)]
        names.setdefault(str(one).lower(), []).append(one.pk)
        ids.add(str(one.pk))

    def find(self, field: Any, text: str) -> str:
        """Return the id of the record that a cell names."""
        names, ids = self.of(field.queryset)
        what = field.queryset.model._meta.verbose_name
        found = names.get(text.lower(), [])
        if len(found) > 1:
            raise forms.ValidationError(f"More than one {what} is called '{text}'. Give the id instead.")
        if not found and text not in ids:
            raise forms.ValidationError(f"There is no {what} '{text[:80]}' at this site. Add it first, or correct it.")
        return str(found[0]) if found else text


def understood(field: Any, text: str, references: References) -> Any:
    """Return what a form would have been sent for the text of a cell; raises ValidationError."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        parts = [] if text == EMPTIED else [part.strip() for part in text.split(";") if part.strip()]
        return [references.find(field, part) for part in parts]
    if isinstance(field, forms.BooleanField):
        if text.lower() not in YES | NO | {EMPTIED}:
            raise forms.ValidationError(f"'{text[:80]}' is neither yes nor no.")
        return text.lower() in YES
    if text == EMPTIED:
        return ""
    if isinstance(field, SeveralChoices):
        return [_choice(field, part.strip()) for part in text.split(";") if part.strip()]
    if isinstance(field, forms.ModelChoiceField):
        return references.find(field, text)
    if isinstance(field, forms.ChoiceField):
        return _choice(field, text)
    if isinstance(field, SimpleArrayField) and "," not in text:
        return ",".join(text.split())
    return text


def _choice(field: Any, text: str) -> str:
    known = {
        word.lower(): str(value) for value, label in field.choices if not isinstance(label, list | tuple) for word in (str(label), str(value)) if value not in ("", None)
    }  # fmt: skip
    if text.lower() not in known:
        raise forms.ValidationError(f"'{text[:80]}' is not known. Use {', '.join(sorted(set(known.values())))}.")
    return known[text.lower()]
