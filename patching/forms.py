"""The forms of the priority table, one choice for each cell, and of a maintenance window, which repeats in words."""

from itertools import product
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patching.grades import ATTACKS, LEVELS, PLACES, attack_words
from patching.models import MaintenanceWindow, PriorityTable
from patching.rules.priority import EXPLOITED_AND_EXPOSED, LONGEST_DAYS, Criticality, Exploitation, Exposure, Priority
from patching.rules.repeating import CHOICES, choice_of, rule_for
from registers.forms import RecordForm
from registers.wording import ask_plainly, small

OUTCOMES = [(outcome.value, outcome.label) for outcome in Priority]
LIMITS = {EXPLOITED_AND_EXPOSED: _("Act, exploited and openly exposed"), **{one.value: one.label for one in Priority}}


class PriorityTableForm(RecordForm):
    """Writes the cells of the table and its intervals by name instead of as JSON."""

    class Meta:
        model = PriorityTable
        fields = ("title", "why", "epss_threshold")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for attack, place, level in product(Exploitation, Exposure, Criticality):
            key = f"{attack}/{place}/{level}"
            self.fields[f"cell-{key}"] = forms.ChoiceField(
                label=gettext("Outcome: {attack}, exposure {place}, criticality {level}").format(attack=ATTACKS[attack], place=small(str(PLACES[place])), level=small(str(LEVELS[level]))), choices=OUTCOMES,
                initial=self.instance.decisions.get(key),
            )  # fmt: skip
        for key, label in LIMITS.items():
            kept = self.instance.intervals.get(key, {})
            self.fields[f"days-{key}"] = forms.IntegerField(
                label=gettext("Days for {outcome}").format(outcome=label),
                initial=kept.get("days"),
                min_value=1,
                max_value=LONGEST_DAYS,
            )
            self.fields[f"source-{key}"] = forms.CharField(
                label=gettext("Where the days of {outcome} come from").format(outcome=label),
                initial=kept.get("source"),
                max_length=200,
            )
        ask_plainly(self.fields)

    @property
    def grid(self) -> list[dict[str, Any]]:
        """The cells as rows of the table."""
        return [
            {"attack": attack_words(attack), "place": PLACES[place],
             "cells": [self[f"cell-{attack}/{place}/{level}"] for level in Criticality]}
            for attack, place in product(Exploitation, Exposure)
        ]  # fmt: skip

    @property
    def limits(self) -> list[tuple[str, Any, Any]]:
        """The days of each outcome with their source."""
        return [(str(label), self[f"days-{key}"], self[f"source-{key}"]) for key, label in LIMITS.items()]

    @property
    def head(self) -> list[Any]:
        """The fields that stand above the table."""
        return [self[name] for name in ("title", "why", "epss_threshold", "change_reason") if name in self.fields]

    def _post_clean(self) -> None:
        given = self.cleaned_data
        if not self.errors:
            self.instance.decisions = {
                key.removeprefix("cell-"): value for key, value in given.items() if key.startswith("cell-")
            }
            self.instance.intervals = {
                key: {"days": given[f"days-{key}"], "source": given[f"source-{key}"]} for key in LIMITS
            }
        super()._post_clean()  # type: ignore[misc]  # django-stubs leaves it out

    def save(self, commit: bool = True) -> Any:
        """Keep the table; whoever writes it last is its author."""
        self.instance.drafted_by = self.user
        return super().save(commit)


class WindowForm(RecordForm):
    """Offers the common ways to repeat; any other is written as a rule."""

    repeats = forms.ChoiceField(
        label=_("Repeats"), choices=[*CHOICES.items(), ("", _("otherwise, by a rule"))], required=False
    )

    class Meta:
        model = MaintenanceWindow
        fields = (
            "site", "name", "zone", "line", "starts_on", "starts_time", "rule", "minutes", "capacity_minutes",
            "capacity_assets", "exceptions", "active",
        )  # fmt: skip

    field_order = ("site", "name", "zone", "line", "starts_on", "starts_time", "repeats")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance
        self.initial["repeats"] = choice_of(kept.rule, kept.starts_on) if kept.pk else "ONCE"
        self.fields["rule"].label = _("Rule")
        self.fields["rule"].help_text = _("Only where it repeats otherwise: an RRULE of RFC 5545, such as FREQ=YEARLY;BYMONTH=8;BYDAY=1MO.")  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        """Turn the choice into its rule."""
        cleaned, given = super().clean(), self.cleaned_data
        if given.get("repeats") and given.get("starts_on"):
            given["rule"] = rule_for(given["repeats"], given["starts_on"])
        return cleaned
