"""Names keep their own capitals, and what is missing is asked for plainly."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from assets.models import Asset
from csms.catalog import REGISTERS
from registers.wording import capital, small

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
