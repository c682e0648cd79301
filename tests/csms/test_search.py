"""What people look for most stands first: what is named exactly, then assets; robots are no people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.robots import robot
from assets.models import Asset, Zone
from csms.search import found

pytestmark = pytest.mark.django_db


def order(user: User, text: str) -> list[str]:
    return [register.name for register, _records in found(user, text)]


def test_assets_stand_before_what_only_begins_so(plc: Asset, mara: User) -> None:
    Zone.objects.create(site=plc.site, name="PLC programming room")
    assert order(mara, "plc")[:2] == ["assets", "zones"]


def test_what_is_named_exactly_stands_before_assets(plc: Asset, mara: User) -> None:
    Zone.objects.create(site=plc.site, name="PLC")
    assert order(mara, "plc")[0] == "zones"


def test_an_asset_found_by_another_field_gives_way_to_a_name(plc: Asset, mara: User) -> None:
    Asset.objects.filter(pk=plc.pk).update(vendor="Quellwerk")
    Zone.objects.create(site=plc.site, name="Quellwerk pumps")
    assert order(mara, "quellwerk")[:2] == ["zones", "assets"]


def test_robots_are_not_among_the_people(
    admin: User, emil: User, signed_in: Callable[[User], Client], rest: Any
) -> None:
    machine = robot("matching")
    assert "people" not in order(admin, "matching")
    assert "people" in order(admin, "emil")
    client = signed_in(admin)
    assert machine.email not in client.get("/accounts/people/").content.decode()
    assert machine.email not in client.get("/accounts/people/?is_active=true").content.decode()
    assert machine.email not in client.get("/accounts/people/export/?format=csv").getvalue().decode()
    asked = client.get("/accounts/people/?robot=true").content.decode()
    assert machine.email in asked
    assert emil.email not in asked
    assert client.get(machine.get_absolute_url()).status_code == 200
    program = rest(admin)
    listed = [one["email"] for one in program.send("get", "people/").json()["results"]]
    assert emil.email in listed
    assert machine.email not in listed
    assert program.send("get", f"people/{machine.pk}/").status_code == 200
