"""Fields that the organisation adds: declared once, on every surface from then on, held to their kind."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from assets.models import Asset
from registers.history.timeline import entries
from registers.own import OwnField


@pytest.fixture
def fields(mara: User) -> None:
    for given in (
        {"name": "cost_centre", "label": "Cost centre", "kind": "TEXT"},
        {"name": "power", "label": "Power, W", "kind": "NUMBER"},
        {"name": "bought_on", "label": "Bought", "kind": "DATE"},
        {"name": "room", "label": "Room", "kind": "CHOICE", "choices": ["Hall 1", "Hall 2"]},
    ):
        OwnField.objects.create(register="assets", **given)


GOOD = {"cost_centre": "4711", "power": 12.5, "bought_on": "2026-03-31", "room": "Hall 2"}


@pytest.mark.django_db
class TestDeclaring:
    def test_a_manager_does_and_an_engineer_does_not(self, mara: User, emil: User, rest: Callable[..., Any]) -> None:
        body = {"register": "assets", "name": "cost_centre", "label": "Cost centre", "kind": "TEXT"}
        assert rest(emil).send("post", "own-fields/", body).status_code == 403
        assert rest(mara).send("post", "own-fields/", body).status_code == 201
        assert rest(emil).send("get", "own-fields/").json()["count"] == 1

    @pytest.mark.parametrize("change", [
        {"name": "Cost"}, {"name": "1st"}, {"register": "nothing"}, {"register": "advisories"}, {"kind": "CHOICE"}, {"choices": ["a"]}, {"kind": "FILE"},
    ])  # fmt: skip
    def test_what_cannot_be_is_refused(self, change: dict[str, Any], mara: User, rest: Callable[..., Any]) -> None:
        body = {"register": "assets", "name": "cost_centre", "label": "Cost centre", "kind": "TEXT"} | change
        assert rest(mara).send("post", "own-fields/", body).status_code == 400

    def test_name_and_kind_stay(self, mara: User, fields: None, rest: Callable[..., Any]) -> None:
        key = OwnField.objects.get(name="power").pk
        assert rest(mara).send("patch", f"own-fields/{key}/", {"kind": "TEXT"}).status_code == 400
        assert rest(mara).send("patch", f"own-fields/{key}/", {"label": "Power"}).status_code == 200


@pytest.mark.django_db
class TestRest:
    def test_values_are_kept_read_filtered_and_told(
        self, emil: User, plc: Asset, fields: None, rest: Callable[..., Any]
    ) -> None:
        program = rest(emil)
        answer = program.send("patch", f"assets/{plc.pk}/", {"custom": GOOD})
        assert answer.status_code == 200, answer.content
        assert answer.json()["custom"] == GOOD
        Asset.objects.create(site=plc.site, name="N-OTHER")
        for name, value in GOOD.items():
            found = program.send("get", f"assets/?custom.{name}={value}").json()
            assert [row["name"] for row in found["results"]] == [plc.name], name
        assert program.send("get", "assets/?custom.power=99").json()["count"] == 0
        assert "power: 12.5" in entries(plc)[0].changes[0].new

    def test_named_ones_change_and_empty_ones_go(
        self, emil: User, plc: Asset, fields: None, rest: Callable[..., Any]
    ) -> None:
        program = rest(emil)
        program.send("patch", f"assets/{plc.pk}/", {"custom": GOOD})
        changed = program.send("patch", f"assets/{plc.pk}/", {"custom": {"power": 5, "room": None}}).json()["custom"]
        assert changed == {"cost_centre": "4711", "power": 5, "bought_on": "2026-03-31"}
        assert program.send("patch", f"assets/{plc.pk}/", {"version": "V3"}).json()["custom"] == changed

    @pytest.mark.parametrize(("custom", "pointer"), [
        ({"power": "much"}, "/custom/power"), ({"power": True}, "/custom/power"), ({"room": "Hall 9"}, "/custom/room"), ({"colour": "red"}, "/custom/colour"),
        ({"bought_on": "31.3.26"}, "/custom/bought_on"), ({"cost_centre": 5}, "/custom/cost_centre"), ({"cost_centre": {"a": 1}}, "/custom/cost_centre"), ([], "/custom"),
    ])  # fmt: skip
    def test_wrong_values_are_named(
        self, custom: Any, pointer: str, emil: User, plc: Asset, fields: None, rest: Callable[..., Any]
    ) -> None:
        answer = rest(emil).send("patch", f"assets/{plc.pk}/", {"custom": custom})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)

    def test_what_must_be_filled_in_is_asked_of_a_new_record(
        self, emil: User, plc: Asset, fields: None, rest: Callable[..., Any]
    ) -> None:
        OwnField.objects.filter(name="cost_centre").update(required=True)
        program = rest(emil)
        body = {"site": str(plc.site_id), "name": "N-NEW"}
        answer = program.send("post", "assets/", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/custom/cost_centre")
        assert program.send("post", "assets/", body | {"custom": {"cost_centre": "1"}}).status_code == 201
        assert program.send("patch", f"assets/{plc.pk}/", {"version": "V3"}).status_code == 200

    def test_an_own_field_that_is_not_declared_is_no_parameter(
        self, emil: User, plc: Asset, fields: None, rest: Callable[..., Any]
    ) -> None:
        assert rest(emil).send("get", "assets/?custom.colour=red").status_code == 400


@pytest.mark.django_db
class TestPages:
    def test_form_page_list_and_file_have_them(
        self, emil: User, plc: Asset, fields: None, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(emil)
        form = browser.get(f"/assets/assets/{plc.pk}/change/").context["form"]
        data = {
            name: field.value()
            for name, field in zip(form.fields, form, strict=True)
            if field.value() not in (None, "")
        }
        data |= {"custom.power": "12.5", "custom.room": "Hall 2", "seen_revision": plc.revision}
        saved = browser.post(f"/assets/assets/{plc.pk}/change/", data)
        assert saved.status_code == 302, saved.context["form"].errors
        plc.refresh_from_db()
        assert plc.custom == {"power": 12.5, "room": "Hall 2"}
        page = browser.get(f"/assets/assets/{plc.pk}/").content.decode()
        assert "Own fields" in page
        assert "Hall 2" in page
        assert plc.name in browser.get("/assets/assets/?custom.room=Hall 2").content.decode()
        assert plc.name not in browser.get("/assets/assets/?custom.room=Hall 1").content.decode()
        export = b"".join(browser.get("/assets/assets/export/")).decode()
        assert export.splitlines()[0].endswith("custom.bought_on,custom.cost_centre,custom.power,custom.room")
        assert export.splitlines()[1].endswith(",,12.5,Hall 2")

    def test_a_wrong_value_loses_nothing(
        self, emil: User, plc: Asset, fields: None, signed_in: Callable[[User], Client]
    ) -> None:
        answer = signed_in(emil).post(
            "/assets/assets/add/", {"site": plc.site_id, "name": "N-NEW", "custom.power": "much"}
        )
        assert answer.status_code == 422
        assert "custom.power" in answer.context["form"].errors

    def test_a_manager_declares_one_by_form(self, mara: User, signed_in: Callable[[User], Client]) -> None:
        browser = signed_in(mara)
        given = {"register": "zones", "name": "room", "label": "Room", "kind": "CHOICE", "choices": "Hall 1, Hall 2"}
        assert browser.post("/registers/own-fields/add/", given).status_code == 302
        made = OwnField.objects.get()
        assert made.choices == ["Hall 1", "Hall 2"]
        browser.post(
            f"/registers/own-fields/{made.pk}/change/",
            given | {"register": "assets", "label": "Hall", "seen_revision": 1},
        )
        made.refresh_from_db()
        assert (made.register, made.label) == ("zones", "Hall")
