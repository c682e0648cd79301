"""Names keep their own capitals, and what is missing is asked for plainly."""

import re
from collections.abc import Callable, Iterator

import pytest
from django import forms
from django.test import Client

from accounts.models import User
from assets.models import Asset
from csms.catalog import REGISTERS
from registers.wording import ask_plainly, capital, small

ZONES = next(register for register in REGISTERS if register.name == "zones")


@pytest.mark.parametrize(("text", "large", "within"), [
    ("name", "Name", "name"), ("IP address", "IP address", "IP address"), ("SL-T", "SL-T", "SL-T"), ("e-mail", "E-mail", "e-mail"), ("", "", ""),
])  # fmt: skip
def test_first_letters(text: str, large: str, within: str) -> None:
    assert (capital(text), small(text)) == (large, within)


def test_levels_and_systems_are_called_as_in_the_field() -> None:
    assert (ZONES.label("sl_a"), ZONES.label("sl_t")) == ("SL-A", "SL-T")
    assert next(register for register in REGISTERS if register.name == "sucs").title.startswith("S")


@pytest.mark.django_db
def test_what_is_missing_is_asked_for(emil: User, plc: Asset, signed_in: Callable[[User], Client]) -> None:
    errors = signed_in(emil).post("/assets/assets/add/", {}).context["form"].errors
    assert (errors["name"], errors["site"]) == (["Enter the name."], ["Choose the site."])


@pytest.mark.parametrize(("label", "choose", "sentence"), [
    ("Name", False, "Enter the name."), ("The other record", True, "Choose the other record."), ("How it was seen to work", False, "Fill in “How it was seen to work”."),
    ("taken on", False, "Fill in “Taken on”."), ("A backup may be old, days", False, "Fill in “A backup may be old, days”."), ("Where", True, "Choose “Where”."),
    ("Your answer", False, "Fill in “Your answer”."), ("Only until", False, "Fill in “Only until”."),
    ("Way back: how the asset returns", False, "Enter the way back."), ("VEX justification", True, "Choose the VEX justification."),
])  # fmt: skip
def test_a_label_is_asked_for_as_it_reads(label: str, choose: bool, sentence: str) -> None:
    field = forms.ChoiceField(label=label) if choose else forms.CharField(label=label)
    ask_plainly({"one": field})
    assert field.error_messages["required"] == sentence


def asked(user: User) -> Iterator[str]:
    """What each form and each step of every register says where something is missing."""
    for register in REGISTERS:
        shown = [register.form_class] if register.fields else []
        for kind in (*shown, *(step.form_class for step in register.transitions)):
            fields = kind(user=user).fields.values()
            yield from (str(field.error_messages["required"]) for field in fields if field.required)


NO_NOUN = (
    "the|an?|another|how|what|who|whose|where|when|why|which|whether|until|since|from|to|for|in|inside|on|at|by|is|was|takes|lasts|"
    "begins|means|brings|lowers|valid|polled"
)


@pytest.mark.django_db
def test_every_step_and_form_asks_in_sentences_that_read(mara: User) -> None:
    told = {one for one in asked(mara) if " the " in one}
    assert len(told) > 40
    wrong = rf" the ({NO_NOUN})\b| (as|at|by|from|in|of|on|to|with)\.$"
    assert [one for one in told if re.search(wrong, one, re.IGNORECASE)] == []
