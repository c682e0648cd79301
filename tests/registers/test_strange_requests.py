"""Requests that nobody should send: each is refused by name, as a problem, and changes nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from rest_framework.exceptions import ValidationError

from accounts.models import Site, User
from assets.models import Asset, Zone
from csms.catalog import REGISTERS
from programme.models import Catalogue
from registers import saving
from registers.api.answers import answers
from registers.middleware import parse_moment
from registers.models import Job


@pytest.fixture
def program(emil: User, rest: Callable[..., Any]) -> Any:
    """Emil's program."""
    return rest(emil)


def pointers(answer: Any) -> list[str]:
    """Return what a problem points at."""
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content
    assert answer.json()["detail"]
    return [one["pointer"] for one in answer.json()["errors"]]


@pytest.mark.django_db
class TestSteps:
    @pytest.mark.parametrize("body", ["null", "[]", '""', '"text"', "5", "true", "[{}]"])
    def test_a_body_that_is_no_object(self, program: Any, plc: Asset, body: str) -> None:
        answer = program.post(f"/api/v1/assets/{plc.pk}/retire/", body, content_type="application/json")
        assert pointers(answer) == [""]

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({"method": "NONE", "note": "Never held any.", "done_by": "Emil", "status": "IN_USE"}, "/status"),
            ({"method": "NONE", "note": {"a": 1}, "done_by": "Emil"}, "/note"),
            ({"method": "NONE", "note": ["x"], "done_by": "Emil"}, "/note"),
            ({"method": "NONE", "note": "Never held any.", "done_by": True}, "/done_by"),
            ({"method": [], "note": "Never held any.", "done_by": "Emil"}, "/method"),
        ],
    )
    def test_an_answer_that_is_not_asked_for_or_no_text(
        self, program: Any, plc: Asset, body: dict[str, Any], wrong: str
    ) -> None:
        assert pointers(program.send("post", f"assets/{plc.pk}/retire/", body)) == [wrong]
        plc.refresh_from_db()
        assert plc.lifecycle == "IN_USE"

    @pytest.mark.parametrize(
        ("field", "value", "taken"),
        [
            (forms.DateField(), 5, False), (forms.DateField(), "2026-03-31", True), (forms.DateTimeField(), 5, False),
            (forms.BooleanField(), True, True), (forms.BooleanField(), "yes", False), (forms.IntegerField(), 1.5, True),
            (forms.IntegerField(), True, False), (forms.ChoiceField(), 3, True), (forms.CharField(), 1.5, False),
            (forms.MultipleChoiceField(), ["A"], True), (forms.MultipleChoiceField(), "A", False), (forms.MultipleChoiceField(), [None], False),
            (forms.CharField(), None, True),
        ],
    )  # fmt: skip
    def test_a_value_that_no_form_can_read(self, field: forms.Field, value: Any, taken: bool) -> None:
        try:
            assert answers({"a": value}, {"a": field}) == {"a": value}
        except ValidationError as refused:
            assert not taken
            assert set(refused.detail) == {"a"}  # type: ignore[arg-type]  # noqa: PT017
        else:
            assert taken

    def test_steps_for_many_name_what_is_wrong_inside(self, program: Any) -> None:
        wrong = {"step": "block", "ids": ["1"], "answers": {}, "zzz": 1}
        assert pointers(program.send("post", "observed-flows/together/", wrong)) == ["/zzz"]
        assert pointers(program.post("/api/v1/observed-flows/together/", "[]", content_type="application/json")) == [""]


@pytest.mark.django_db
class TestChanges:
    @pytest.mark.parametrize("body", ["null", "[]", '""', "5", "true", "[{}]", "[[]]", '{"sl_t": null}'])
    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_of_a_record_with_a_controlled_field_by_a_body_that_is_no_object(
        self, program: Any, pumping: Zone, method: str, body: str
    ) -> None:
        answer = getattr(program, method)(f"/api/v1/zones/{pumping.pk}/", body, content_type="application/json")
        if body.startswith("{"):
            assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")
        else:
            assert pointers(answer) == [""]

    def test_a_record_that_moved_on_is_not_deleted(self, nils: User, pumping: Zone) -> None:
        read = pumping.revision
        Zone.objects.filter(pk=pumping.pk).update(name="N-PS1 Pumping station one")
        with pytest.raises(saving.Stale):
            saving.delete(pumping, by=nils, revision=read)
        assert Zone.objects.filter(pk=pumping.pk).exists()


@pytest.mark.django_db
class TestForms:
    @pytest.mark.parametrize("path", ["imports/", "evidence/", "flow-captures/take/"])
    def test_nul_too_many_fields_and_too_long_ones(self, nils: User, rest: Callable[..., Any], path: str) -> None:
        program, address = rest(nils), f"/api/v1/{path}"
        assert pointers(program.post(address, {"site": "NO\0RTH", "register": "assets"})) == []
        assert pointers(program.post(address, {f"field{number}": "x" for number in range(5_001)})) == []
        long = program.post(address, {"site": "x" * 5_000_001})
        assert (long.status_code, long.json()["code"]) == (413, "too_large")

    def test_a_search_with_nul_in_a_form_finds_nothing(self, nils: User, plc: Asset, signed_in: Callable[[User], Any]) -> None:  # fmt: skip
        given = {"all": "1", "query": "q=%00"}
        assert b"N-PS1-PLC01" not in signed_in(nils).post("/assets/assets/bulk/", given).content

    @pytest.mark.parametrize("query", ["zone=999999999", "kind=TOASTER", "verified_on__gte=soon"])
    def test_a_filter_that_is_not_understood_lets_nothing_through_to_change(
        self, nils: User, plc: Asset, signed_in: Callable[[User], Any], query: str
    ) -> None:
        given = {"all": "1", "query": query, "confirm": "1", "set": "location", "location": "Everywhere"}
        signed_in(nils).post("/assets/assets/bulk/", given)
        plc.refresh_from_db()
        assert plc.location == ""


@pytest.mark.django_db
class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            "jobs/?zzz=1", "jobs/1/?zzz=1", "search/?q=plc&zzz=1", "my-work/?zzz=1", "self-checks/?zzz=1", "conformity/?site=NORTH&zzz=1",
            "assets/?ordering=--name", "assets/?limit=" + "9" * 5000, "search/?q=plc&limit=0", "assets/?as_of=",
        ],
    )  # fmt: skip
    def test_what_is_not_declared_is_refused(self, program: Any, path: str, north: Site) -> None:
        pointers(program.send("get", path))

    def test_a_moment_that_is_none_is_a_problem_like_any_other(self, program: Any) -> None:
        assert set(program.send("get", "assets/?as_of=x").json()) == set(program.send("get", "assets/?zzz=x").json())

    @pytest.mark.parametrize("method", ["post", "patch", "delete", "put"])
    def test_what_writes_takes_nothing_from_the_address(self, program: Any, plc: Asset, method: str) -> None:
        path = "assets/?zzz=1" if method == "post" else f"assets/{plc.pk}/?zzz=1"
        assert pointers(program.send(method, path, {"name": "X"})) == ["/zzz"]

    def test_lists_that_are_no_register_have_parts_too(self, program: Any, plc: Asset, north: Site) -> None:
        whole = program.send("get", "self-checks/").json()
        part = program.send("get", "self-checks/?limit=1&offset=1").json()
        assert (part["count"], part["results"]) == (whole["count"], whole["results"][1:2])
        assert part["next"]
        found = program.send("get", f"search/?q={plc.name}&limit=1").json()
        assert len(found["results"]) == 1 <= found["count"]

    @pytest.mark.parametrize(
        "text",
        ["", "yesterday", "2026-W10", "20260331", "٢٠٢٦-03-31", "2026-03-31T12:00Z", "2026-03-31T12:00:00", "2026-02-30", "2026-03-31T24:00:00Z", "1774951200"],
    )  # fmt: skip
    def test_a_moment_is_written_as_in_rfc_3339(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not a moment"):
            parse_moment(text)

    @pytest.mark.parametrize("text", ["2026-03-31T12:00:00Z", "2026-03-31t12:00:00z", "2026-03-31T14:00:00 02:00"])
    def test_a_plus_sign_may_have_become_a_space(self, text: str) -> None:
        assert parse_moment(text) == datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.mark.django_db
class TestRepeated:
    def test_a_file_is_taken_in_once(self, program: Any, north: Site, pumping: Zone) -> None:
        def send(content: bytes) -> Any:
            file = SimpleUploadedFile("plant.csv", content)
            given = {"register": "assets", "site": "NORTH", "dry_run": "true", "file": file}
            return program.post("/api/v1/imports/", given, headers={"Idempotency-Key": "plant-1"})

        first, again, other = send(b"name,zone\nA,B\n"), send(b"name,zone\nA,B\n"), send(b"name,zone\nA,C\n")
        assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
        assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
        assert Job.objects.filter(kind="import").count() == 1

    def test_a_report_is_asked_for_once(self, mara: User, rest: Callable[..., Any], north: Site) -> None:
        Catalogue.objects.create(edition="IEC 62443-2-1:2024", title="t")
        wanted = {"kind": "assets", "site": "NORTH"}
        program = rest(mara)
        first = program.send("post", "reports/", wanted, Idempotency_Key="r-1")
        assert first.status_code == 202, first.content
        assert program.send("post", "reports/", wanted, Idempotency_Key="r-1").json() == first.json()
        assert Job.objects.filter(kind="report").count() == 1
        assert pointers(program.send("post", "reports/", wanted | {"zzz": 1})) == ["/zzz"]


@pytest.mark.django_db
class TestDescription:
    @pytest.fixture
    def described(self, program: Any) -> Any:
        """The OpenAPI document."""
        return program.send("get", "schema/?format=json").json()

    def test_a_reference_is_a_text(self, described: Any) -> None:
        shapes = described["components"]["schemas"]
        for register in REGISTERS:
            shape = shapes.get(register.model.__name__, {}).get("properties", {})
            for name in (*register.fields, *register.shows):
                if isinstance(register.field(name), models.ForeignKey) and "type" in shape.get(name, {}):
                    assert "integer" not in shape[name]["type"], f"{register.name}: {name}"

    def test_a_step_says_what_it_asks_for(self, described: Any) -> None:
        for register in REGISTERS:
            for step in register.transitions:
                told = described["paths"][f"/api/v1/{register.name}/{{id}}/{step.name}/"]["post"]
                if not step.asks:
                    assert "requestBody" not in told
                    continue
                name = told["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
                assert set(described["components"]["schemas"][name]["properties"]) == set(step.asks)

    def test_every_operation_says_how_it_fails(self, described: Any) -> None:
        for operations in described["paths"].values():
            for operation in operations.values():
                assert "application/problem+json" in operation["responses"]["default"]["content"]

    def test_a_clock_on_the_wall_and_a_file_are_what_they_are_said_to_be(self, described: Any) -> None:
        begins = described["components"]["schemas"]["MaintenanceWindow"]["properties"]["starts_time"]
        assert "format" not in begins
        assert re.search(begins["pattern"], "05:00:00")
        assert not re.search(begins["pattern"], "5 o'clock")
        content = described["paths"]["/api/v1/evidence/{id}/content/"]["get"]["responses"]["200"]["content"]
        assert set(content) == {"*/*"}

    def test_what_may_be_empty_is_said_to_be(self, described: Any) -> None:
        shapes = described["components"]["schemas"]
        assert shapes["PaginatedAssetList"]["properties"]["next"]["type"] == ["string", "null"]
        assert shapes["PaginatedAssetList"]["required"] == ["count", "next", "previous", "results"]
        assert "BlankEnum" in str(shapes["Match"]["properties"]["justification"])
        assert shapes["Evidence"]["properties"]["about"]["type"] == ["object", "null"]
        work = described["paths"]["/api/v1/my-work/"]["get"]["responses"]["200"]["content"]["application/json"]
        assert set(shapes[work["schema"]["$ref"].rsplit("/", 1)[-1]]["properties"]) == {
            "count",
            "next",
            "previous",
            "results",
        }
