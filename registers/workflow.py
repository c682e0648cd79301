"""Transitions: plain functions that move one record from a status to the next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from registers.door import may
from registers.forms import narrow
from registers.history.origin import because
from registers.saving import Stale
from registers.wake import wake
from registers.wording import ask_plainly, capital, small

M = TypeVar("M", bound=models.Model)


class NotPossible(Exception):
    """The record is not in a state from which this can be done; the text says why."""


def sentences(label: StrOrPromise, *, required: bool = True, most: int = 2000) -> forms.CharField:
    """Return the field in which a step asks for a sentence or more."""
    return forms.CharField(label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": 3}))


class StepForm(forms.Form):
    """The form of what a step asks; other records are offered as far as this user sees them, of one site where it is given."""

    def __init__(self, *args: Any, user: Any, site: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self.fields, user, site=site)
        for name, asked in self.fields.items():
            asked.label = asked.label or gettext(capital(name.replace("_", " ")))
        ask_plainly(self.fields)


@dataclass(frozen=True)
class Transition:
    """A named step, or an act that leaves the status alone when `target` is empty; calling it locks the row, asks permission, checks the status, runs the rules and keeps the record.

    From one of `again` somebody took such a step already: it is taken anew only by who says which revision they read,
    as `revision` or, where the step asks for it, as `seen`.
    """

    rules: Callable[..., Any]
    model: type[Any]
    sources: tuple[str, ...]
    target: str
    asks: dict[str, forms.Field] = field(default_factory=dict)
    not_by: tuple[str, ...] = ()
    label: str = ""
    main: bool = False
    danger: bool = False
    again: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The verb, as it stands in the matrix, in addresses and in history."""
        return self.rules.__name__

    @property
    def title(self) -> str:
        """What the button says."""
        return gettext(self.label or self.name.replace("_", " ").capitalize())

    @property
    def explain(self) -> str:
        """The first sentence of the rules' docstring: what the step does."""
        return gettext((self.rules.__doc__ or "").strip().split("\n")[0])

    @property
    def form_class(self) -> type[StepForm]:
        """Return the form of what the step asks."""
        form: type[StepForm] = type(f"{self.name.title()}Form", (StepForm,), dict(self.asks))
        return form

    def refusal(self, user: Any, record: Any) -> str:
        """Say why this person cannot do this now, or nothing; the four-eyes rule holds for administrators too."""
        if record.status not in self.sources:
            told = gettext("This is {state}: it cannot be done from there.")
            return told.format(state=small(record.get_status_display()))
        for name in self.not_by:
            if getattr(record, f"{name}_id") == user.pk:
                return gettext("Another person has to do this: four eyes.")
        return ""

    def open_to(self, user: Any, record: Any) -> bool:
        """Tell whether the button is offered to this person."""
        return record.status in self.sources and may(user, self.name, record)

    def __call__(self, record: M, *, by: Any, reason: str = "", revision: int | None = None, **answers: Any) -> M:
        """Do the step; raises PermissionDenied, NotPossible, Stale or ValidationError and then changes nothing.

        `revision` is the one that the person saw; if the record has moved on, nothing is decided on what they did not read.
        """
        step = f"{self.model._meta.label_lower}.{self.name}"
        with because(by=by, step=step, reason=reason):
            locked: Any = self.model._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
            if not may(by, self.name, locked):
                raise PermissionDenied(gettext("You may not {step} this.").format(step=self.name.replace("_", " ")))
            if refusal := self.refusal(by, locked):
                raise NotPossible(refusal)
            if revision is not None and locked.revision != revision:
                raise Stale(locked)
            if revision is None and answers.get("seen") is None and locked.status in self.again:
                told = gettext("This is {state} already. Read it, then decide anew on the revision that you read.")
                raise NotPossible(told.format(state=small(locked.get_status_display())))
            self.rules(locked, by=by, **answers)
            if self.target:
                locked.status = self.target
            locked.full_clean(validate_unique=False)
            locked.save()
            transaction.on_commit(lambda: wake(self.model), robust=True)
        return locked  # type: ignore[no-any-return]

    def answer(self, record: M, *, by: Any, data: Any) -> M:
        """Do the step with answers as they came from outside; ValidationError names the wrong ones."""
        form = self.form_class(data, user=by, site=getattr(record, "site_id", None))
        if not form.is_valid():
            raise ValidationError({name: form.errors[name].as_data() for name in form.errors})
        return self(record, by=by, **form.cleaned_data)


def transition(
    model: type[Any], sources: Iterable[str], target: str, *, asks: dict[str, forms.Field] | None = None,
    not_by: Iterable[str] = (), label: str = "", main: bool = False, danger: bool = False, again: Iterable[str] = (),
) -> Callable[[Callable[..., Any]], Transition]:  # fmt: skip
    """Turn a function that holds only the rules of one step into that step."""
    return lambda rules: Transition(
        rules, model, (*sources, *again), target, asks or {}, tuple(not_by), label, main, danger, tuple(again)
    )
