"""Every register that takes files: its own export changes nothing, form and file say the same, strangers get nothing."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Site, User
from csms.catalog import REGISTERS
from registers.door import importer_of
from registers.files.importing import Delivery, Row
from registers.models import Job
from tests.contract.test_registers import make

REGISTER = {register.name: register for register in REGISTERS if register.file_key}
every = pytest.mark.parametrize("name", sorted(REGISTER))


def valid(name: str, site: Site, stem: str = "X") -> Any:
    """Make a record that the form takes as well: a flow starts at an end of its conduit."""
    record = make(REGISTER[name], site, stem)
    if name == "flows":
        record.initiator = record.conduit.zone_a
        record.save()
    return record


def exported(client: Client, name: str, kind: str = "csv") -> bytes:
    """Return the register's own export."""
    answer = client.get(f"/{REGISTER[name].app}/{name}/export/?format={kind}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def judged(tmp_path: Path, name: str, body: bytes, site: Site, user: User) -> list[Row]:
    """Return the verdicts on a file."""
    path = tmp_path / "file"
    path.write_bytes(body)
    return [row for part in Delivery(path, "file", importer_of(REGISTER[name]), site, user).judged() for row in part]


def as_csv(header: list[str], *rows: list[str]) -> bytes:
    """Write a small file."""
    page = io.StringIO()
    csv.writer(page).writerows([header, *rows])
    return page.getvalue().encode()


@every
@pytest.mark.django_db
class TestFile:
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_its_own_export_changes_nothing(
        self, name: str, kind: str, north: Site, mara: User, signed_in: Any, tmp_path: Path
    ) -> None:
        record = valid(name, north)
        rows = judged(tmp_path, name, exported(signed_in(mara), name, kind), north, mara)
        assert [(row.verdict, row.errors, row.changes) for row in rows] == [("unchanged", [], [])]
        Delivery(tmp_path / "file", "file", importer_of(REGISTER[name]), north, mara).write()
        before = record.revision
        record.refresh_from_db()
        assert record.revision == before

    def test_what_was_deleted_comes_back_from_the_export(
        self, name: str, north: Site, mara: User, signed_in: Any, tmp_path: Path
    ) -> None:
        record = valid(name, north, "Y")
        body = exported(signed_in(mara), name)
        record.delete()
        rows = judged(tmp_path, name, body, north, mara)
        assert [(row.verdict, row.errors) for row in rows] == [("create", [])]
        assert not REGISTER[name].model.objects.exists()
        Delivery(tmp_path / "file", "file", importer_of(REGISTER[name]), north, mara).write()
        assert exported(signed_in(mara), name) == body

    def test_form_and_file_say_the_same(
        self, name: str, north: Site, mara: User, signed_in: Any, tmp_path: Path
    ) -> None:
        record = valid(name, north)
        column = next(
            (one for one in REGISTER[name].fields if getattr(REGISTER[name].field(one), "max_length", None)), ""
        )
        header, values = list(csv.reader(io.StringIO(exported(signed_in(mara), name).decode("utf-8-sig"))))
        too_long = "x" * 1_900
        values[header.index(column)] = too_long
        row = judged(tmp_path, name, as_csv(header, values), north, mara)[0]
        form = REGISTER[name].form_class({column: too_long}, instance=record, user=mara)
        assert row.verdict == "error"
        assert [error["message"] for error in row.errors if error["column"] == column] == form.errors[column]

    def test_a_record_of_another_site_is_answered_as_none(
        self, name: str, north: Site, south: Site, mara: User, nils: User, signed_in: Any, tmp_path: Path
    ) -> None:
        record = make(REGISTER[name], south)
        body = exported(signed_in(mara), name)
        for user in (mara, nils):
            rows = judged(tmp_path, name, body, north, user)
            assert [row.verdict for row in rows] == ["error"]
            assert any(error["column"] == "site" for error in rows[0].errors)
        before = record.revision
        record.refresh_from_db()
        assert record.revision == before

    def test_those_without_the_right_get_nothing(
        self, name: str, north: Site, ada: User, sven: User, mara: User, rest: Callable[..., Any], signed_in: Any
    ) -> None:
        make(REGISTER[name], north)
        body = exported(signed_in(mara), name)
        for user, allowed in ((ada, {403}), (sven, {400, 403})):
            given = {"register": name, "site": "NORTH", "file": SimpleUploadedFile("file.csv", body)}
            assert rest(user).post("/api/v1/imports/", given).status_code in allowed
            assert not Job.objects.exists()
        assert signed_in(ada).get(f"/import/{name}/").status_code == 403

    def test_the_list_offers_it_with_an_empty_file(self, name: str, north: Site, mara: User, signed_in: Any) -> None:
        client = signed_in(mara)
        assert f"/import/{name}/".encode() in client.get(f"/{REGISTER[name].app}/{name}/").content
        header = client.get(f"/import/{name}/?template=1").content.decode().strip().split(",")
        assert set(REGISTER[name].file_key) <= set(header) <= set(importer_of(REGISTER[name]).columns)


def test_what_is_decided_or_found_takes_no_files() -> None:
    assert not {"decisions", "matches", "jobs", "judgements", "comments", "people", "reports"} & set(REGISTER)


@pytest.mark.django_db
def test_a_part_may_stand_before_its_whole(north: Site, mara: User, tmp_path: Path) -> None:
    rows = judged(
        tmp_path, "zones", as_csv(["name", "parent", "level"], ["Cell", "Line", "1"], ["Line", "", "2"]), north, mara
    )
    assert [row.verdict for row in rows] == ["create", "create"]
    Delivery(tmp_path / "file", "file", importer_of(REGISTER["zones"]), north, mara).write()
    assert REGISTER["zones"].model.objects.get(name="Cell").parent.name == "Line"
    loop = judged(tmp_path, "zones", as_csv(["name", "parent"], ["A", "B"], ["B", "A"]), north, mara)
    assert "error" in [row.verdict for row in loop]
