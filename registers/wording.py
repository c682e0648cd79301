"""How the portal words things: names begin with a capital and keep their own, what is missing is asked for plainly."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _


def capital(text: str) -> str:
    """Return a name with its first letter large, the others as they are: IP address, SL-T, SuCs."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Return a name as it stands within a sentence; one that begins with an abbreviation stays."""
    return text if text[1:2].isupper() or text[1:2] == "-" else text[:1].lower() + text[1:]


def ask_plainly(fields: Mapping[str, Any]) -> None:
    """Make each field that must be filled in say what to do."""
    for field in fields.values():
        sentence = _("Choose the %(what)s.") if isinstance(field, forms.ChoiceField) else _("Enter the %(what)s.")
        if field.label:
            field.error_messages["required"] = sentence % {"what": small(str(field.label))}
