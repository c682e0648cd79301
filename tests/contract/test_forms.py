"""A form that is filled by half, or with what nobody would write, is answered with what is wrong; it breaks at nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django import forms
from django.db import transaction

from accounts.models import Site, User
from csms.catalog import REGISTERS
from tests.contract.test_registers import make

ADDED = [register.name for register in REGISTERS if "add" in register.verbs]
BY_NAME = {register.name: register for register in REGISTERS}
WRITTEN: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.DateField, "2027-02-03"), (forms.TimeField, "22:00"), (forms.IntegerField, "3"), (forms.EmailField, "a@b.example"),
    (forms.BooleanField, "on"), (forms.CharField, "Text 3"),
)  # fmt: skip
# Whether choices are made, and what stands in the other fields.
WAYS = ((False, "right"), (True, ""), (True, "right"), (True, "9" * 400), (True, "\x00<b>'{0}%s"))


def chosen(field: forms.Field) -> str | list[str]:
    """Return the first thing that a choice offers."""
    if isinstance(field, forms.ModelChoiceField):
        return [str(one.pk) for one in field.queryset[:1]] or ""  # type: ignore[index]
    offered = [str(value) for value, _label in field.choices if value and not isinstance(_label, list | tuple)]  # type: ignore[attr-defined]
    return offered[:1] or ""


def filled(form: Any, *, choices: bool, words: str) -> dict[str, Any]:
    """Fill the choices of a form, the rest, or both; `words` stand in every other field instead of what belongs there."""
    sent: dict[str, Any] = {}
    for name, field in form.fields.items():
        if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
            sent[name] = chosen(field) if choices else ""
        else:
            sent[name] = (
                next((told for kind, told in WRITTEN if isinstance(field, kind)), "") if words == "right" else words
            )
    return sent


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is written within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ADDED)
def test_a_form_breaks_at_nothing(
    name: str, north: Site, mara: User, admin: User, signed_in: Any, subtests: pytest.Subtests
) -> None:
    register = BY_NAME[name]
    make(register, north)
    browser = signed_in(mara if register.may_anywhere(mara, "add") else admin)
    address = f"/{register.app}/{register.name}/add/"
    form = browser.get(address).context["form"]
    for choices, words in WAYS:
        with subtests.test(choices=choices, words=words), undone():
            answer = browser.post(address, filled(form, choices=choices, words=words))
            assert answer.status_code in {302, 422}
            if answer.status_code == 422:
                assert answer.context["form"].errors
                told = [str(error) for errors in answer.context["form"].errors.values() for error in errors]
                assert "This field is required." not in told
