"""Columns of a file under other names than ours: what a person or a client says of them, and which field each column fills."""

from collections.abc import Mapping
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registers.files.reading import Unreadable
from registers.strict_json import BadJson, loads

RETURNED = ["reason", "row"]  # the first two columns of rows in error, as they are sent back to be corrected
AS_OBJECT = 'Send an object such as {"asset_tag": "name", "last_seen": null}.'


class Columns(Protocol):
    """The columns that a file may have, those that it must have, and those that are passed over."""

    required: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a file may have."""


def from_json(text: str) -> dict[str, str | None]:
    """Read a mapping as REST takes it; raises ValueError with the sentence."""
    try:
        found = loads(text.encode("utf-8", "surrogatepass")) if text else {}
    except BadJson as wrong:
        raise ValueError(f"This is not JSON: {wrong}") from wrong
    if not isinstance(found, dict) or not all(value is None or isinstance(value, str) for value in found.values()):
        raise ValueError(AS_OBJECT)
    return found


def mapped(header: list[str], mapping: Mapping[str, str | None], file: Columns) -> list[str | None]:
    """Return the field of each column, None for one to leave out; raises Unreadable that names what is unknown."""
    lowered = {name.lower(): target for name, target in mapping.items()}
    strange = [name for name in lowered if name not in header]
    if strange:
        raise Unreadable(f"The mapping names columns that the file does not have: {', '.join(strange)}.")
    known, passed = set(file.columns), set(file.left_out)
    if header[:2] == RETURNED:
        passed |= {name for name in RETURNED if name not in known}
    fields = [lowered.get(name, None if name in passed else name) for name in header]
    unknown = [name for name, target in zip(header, fields, strict=True) if target is not None and target not in known]
    if unknown:
        raise Unreadable(
            f"Unknown column: {', '.join(unknown)}. Map it or remove it. Known are {', '.join(file.columns)}."
        )
    named = [target for target in fields if target is not None]
    twice = sorted({target for target in named if named.count(target) > 1})
    if twice:
        raise Unreadable(f"Two columns go to '{twice[0]}'. Map one of them elsewhere.")
    missing = [name for name in file.required if name not in named]
    if missing:
        raise Unreadable(f"Missing column: {', '.join(missing)}.")
    return fields


class MappingField(forms.CharField):
    """Takes a mapping as lines from a person, or as JSON from a client."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **given: Any) -> None:
        super().__init__(
            label=_("Columns with other names"), required=False,
            help_text=_("One a line, such as asset_tag=name. Leave the right side empty to leave a column out."), **given,
        )  # fmt: skip

    def clean(self, value: Any) -> dict[str, str | None]:
        """Return the field of each named column, None for one to leave out."""
        text = super().clean(value)
        if text.startswith("{"):
            try:
                return from_json(text)
            except ValueError as wrong:
                raise forms.ValidationError(str(wrong)) from wrong
        found: dict[str, str | None] = {}
        for line in text.splitlines():
            left, sign, right = line.partition("=")
            if line.strip() and not sign:
                raise forms.ValidationError(
                    gettext("'{line}' has no equals sign. Write it such as asset_tag=name.").format(line=line)
                )
            if left.strip():
                found[left.strip()] = right.strip() or None
        return found
