"""The forms in which evidence is kept on a record, and that of the authority table."""

from datetime import date
from typing import Any

from django import forms
from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from programme.models import Decision, Evidence
from registers.forms import RecordForm

_Fields: Any = modelform_factory(
    Evidence, form=RecordForm,
    fields=["file", "title", "kind", "effective_from", "effective_to", "link", "note"],
)  # fmt: skip


class ProofForm(_Fields):  # type: ignore[misc]
    """What is kept: a file, a link or words; the record that it stands on is in `instance`."""

    def __init__(self, *args: Any, user: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, user=user, auto_id="proof_%s", **kwargs)
        self.fields["effective_from"].initial = on
        if not self.instance.kind:
            self.initial["kind"] = Evidence.Kind.RECORD_OF_PRACTICE
        self.fields["note"].widget.attrs["rows"] = 2


def authority_form(plain: type[Any]) -> type[Any]:
    """Return the form of a row of the authority table: its kind is chosen, not typed."""
    kind = forms.ChoiceField(label=_("Kind of decision"), choices=Decision.Kind.choices)
    return type("AuthorityForm", (plain,), {"kind": kind})
