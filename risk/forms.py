"""The form of a risk: its rating in the words of the methodology in force."""

from typing import Any

from django import forms
from django.utils.translation import gettext

from registers.forms import RecordForm
from registers.wording import ask_plainly
from risk.models import in_force
from risk.rules.methodology import CATEGORIES

FIELD = "impact_"


class RiskForm(RecordForm):
    """A risk, rated by choosing steps with their words; the worst impact decides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("impacts", None)
        chosen = in_force()
        method = chosen.rules if chosen else None
        if method is None:
            return
        if "likelihood" in self.fields:
            steps = [(number, f"{number} {name}") for number, name in enumerate(method.likelihoods, start=1)]
            self.fields["likelihood"] = forms.TypedChoiceField(
                label=self.fields["likelihood"].label, choices=[("", gettext("choose")), *steps], coerce=int
            )
            for category in CATEGORIES:
                words = method.thresholds.get(category, ("",) * len(method.impacts))
                choices = [
                    (number, f"{number} {name}" + (f": {said}" if said else ""))
                    for number, (name, said) in enumerate(zip(method.impacts, words, strict=True), start=1)
                ]
                self.fields[FIELD + category] = forms.TypedChoiceField(
                    label=gettext("Impact on {category}").format(category=gettext(category)), choices=[("", gettext("not rated")), *choices], coerce=int, required=False, empty_value=None,
                    initial=(self.instance.impacts or {}).get(category),
                )  # fmt: skip
            ask_plainly(self.fields)

    def clean(self) -> dict[str, Any] | None:
        """Put the chosen impacts into the record."""
        cleaned = super().clean()
        values = cleaned if cleaned is not None else self.cleaned_data
        if any(name.startswith(FIELD) for name in self.fields):
            self.instance.impacts = {name: values[FIELD + name] for name in CATEGORIES if values.get(FIELD + name)}
        return cleaned
