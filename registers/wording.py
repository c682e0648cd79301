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


NO_NOUN = frozenset({
    "a", "an", "again", "before", "begins", "brings", "for", "from", "good", "how", "in", "inside", "lasts",
    "lowers", "means", "polled", "started", "takes", "to", "until", "valid", "what", "when", "where", "which", "who",
    "only", "why", "your",
})  # fmt: skip
OPEN_END = frozenset(["as", "at", "by", "from", "in", "of", "on", "to", "with"])


def ask_plainly(fields: Mapping[str, Any]) -> None:
    """Make each field that must be filled in say what to do, and each choice say what leaving it open means."""
    for field in fields.values():
        if field.label:
            field.error_messages["required"] = _asked(str(field.label), choose=isinstance(field, forms.ChoiceField))
        open_choice = _("choose") if field.required else _("none")
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = field.empty_label and open_choice
        elif isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField):
            offered: Any = field.choices
            field.choices = [("", open_choice) if choice in BLANK_CHOICE_DASH else choice for choice in offered]


def _asked(label: str, *, choose: bool) -> str:
    """Ask for the thing that a label names; a label that is no noun (Taken on, How it was seen) is quoted."""
    what = label.partition(":")[0]
    words = what.casefold().replace(",", " ").split() or [""]
    if words[0] in NO_NOUN or words[-1] in OPEN_END:
        return (_("Choose “%(what)s”.") if choose else _("Fill in “%(what)s”.")) % {"what": capital(what)}
    noun = small(what).removeprefix("the ")
    return (_("Choose the %(what)s.") if choose else _("Enter the %(what)s.")) % {"what": noun}
