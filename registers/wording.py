"""How the portal words things: names begin with a capital and keep their own, what is missing is asked for plainly."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.functional import keep_lazy_text
from django.utils.translation import get_language
from django.utils.translation import gettext as _


@keep_lazy_text
def capital(text: str) -> str:
    """Return a name with its first letter large, the others as they are: IP address, SL-T, SuCs."""
    return text[:1].upper() + text[1:]


@keep_lazy_text
def small(text: str) -> str:
    """Return a name as it stands within a sentence; one that begins with an abbreviation stays."""
    if text[1:2].isupper() or text[1:2] == "-" or get_language() == "de":  # German nouns keep their capital
        return text
    return text[:1].lower() + text[1:]


def ask_plainly(fields: Mapping[str, Any]) -> None:
    """Make each field that must be filled in say what to do, and each choice say what leaving it open means."""
    for field in fields.values():
        sentence = _("Choose the %(what)s.") if isinstance(field, forms.ChoiceField) else _("Enter the %(what)s.")
        if field.label:
            field.error_messages["required"] = sentence % {"what": small(str(field.label))}
        open_choice = _("choose") if field.required else _("none")
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = field.empty_label and open_choice
        elif isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField):
            offered: Any = field.choices
            field.choices = [("", open_choice) if choice in BLANK_CHOICE_DASH else choice for choice in offered]
