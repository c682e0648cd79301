"""Imports: every bad row is named with its place and its remedy, and nothing is written; twice is once."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from accounts.grants import grant
from accounts.models import Role, Site, User
from assets.models import Asset, Zone
from registers import jobs
from registers.files.reading import Unreadable, read
from registers.history.timeline import entries
from registers.models import Job
from registers.own import OwnField

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "advisories" / "inventory"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="THE INVENTORY TEST DATA IS NOT HERE")
GOOD = "name,zone,kind,vendor,product,version,criticality\nN-A1,N-PS1 Pumping station 1,PLC,Moxa,NPort 5110,2.10,high\n"


def write(tmp_path: Path, text: str | bytes, name: str = "plant.csv") -> Path:
    """Put a file down."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def run(path: Path, *options: str) -> list[dict[str, Any]]:
    """Run the command and return its rows."""
    out = io.StringIO()
    try:
        call_command("import_assets", str(path), "--site", "NORTH", "--format", "json", *options, stdout=out)
    except CommandError as failed:
        if "rows have errors" not in str(failed):
            raise
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.django_db
class TestRows:
    def test_a_good_file_is_written_and_then_unchanged(self, tmp_path: Path, pumping: Zone) -> None:
        path = write(tmp_path, GOOD)
        assert [row["verdict"] for row in run(path, "--dry-run")] == ["create"]
        assert not Asset.objects.exists()
        assert [row["verdict"] for row in run(path)] == ["create"]
        made = Asset.objects.get()
        assert (made.kind, made.criticality, made.override_reason) == ("PLC", "HIGH", "import plant.csv")
        assert entries(made)[0].reason == "import plant.csv"
        assert [row["verdict"] for row in run(path)] == ["unchanged"]
        assert len(entries(made)) == 1

    def test_an_address_becomes_a_name_only_for_people_of_the_site(
        self, tmp_path: Path, pumping: Zone, nils: User, mara: User, sven: User
    ) -> None:
        people = [nils, mara, sven]
        rows = "".join(f"N-{one.name},N-PS1 Pumping station 1,{one.email}\n" for one in people)
        run(write(tmp_path, f"name,zone,owner\n{rows}"))
        owners = [Asset.objects.get(name=f"N-{one.name}").owner for one in people]
        assert owners == [nils.name, mara.name, sven.email]

    def test_a_blank_leaves_and_a_dash_empties(self, tmp_path: Path, plc: Asset) -> None:
        run(write(tmp_path, f"name,zone,vendor,version\n{plc.name},N-PS1 Pumping station 1,,-\n"))
        plc.refresh_from_db()
        assert (plc.vendor, plc.version) == ("Siemens", "")

    @pytest.mark.parametrize(
        ("line", "column", "told"),
        [
            (",N-PS1 Pumping station 1,PLC,,", "name", "missing"), ("N-A,,PLC,,", "zone", "missing"),
            ("N-A,N-PS1 Pumping station,PLC,,", "zone", "Did you mean 'N-PS1 Pumping station 1'"),
            ("N-A,S-TEL Telemetry,PLC,,", "zone", "There is no zone"), ("N-A,-,TOASTER,,", "kind", "not known"),
            ("N-A,-,PLC,10.0.0.999,", "ip_address", "IPv4"), ("N-A,-,PLC,,00:11", "mac_address", "hardware address"),
            ("N" * 121 + ",-,PLC,,", "name", "120"),
        ],
    )  # fmt: skip
    def test_a_bad_row_is_named_and_nothing_is_written(
        self, tmp_path: Path, pumping: Zone, telemetry: Zone, line: str, column: str, told: str
    ) -> None:
        rows = run(write(tmp_path, f"name,zone,kind,ip_address,mac_address\nN-GOOD,-,PLC,,\n{line}\n"))
        error = rows[1]["errors"][0]
        assert (rows[1]["row"], error["column"]) == (3, column)
        assert told in error["message"]
        assert not Asset.objects.filter(site__code="NORTH").exists()

    def test_a_name_twice_names_both_rows(self, tmp_path: Path, pumping: Zone) -> None:
        rows = run(write(tmp_path, "name,zone\nN-A,-\nn-a,-\n"))
        assert "row 2" in rows[1]["errors"][0]["message"]

    def test_a_formula_is_a_text(self, tmp_path: Path, pumping: Zone) -> None:
        run(write(tmp_path, "name,zone,vendor\nN-A,-,=cmd|' /C calc'!A0\n"))
        assert Asset.objects.get().vendor == "=cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "empty"), (b"\n\n", "empty"), (b"name,zone\n", "no rows"), (b"name,name\nA,B\n", "twice"), (b"name,,zone\nA,B,C\n", "no name"),
        (b"name,zone\nA,B,C\n", "Row 2"), (b"%PDF-1.7", "neither"), (b"PK\x03\x04rubbish", "broken"), (b"name\x00,zone\nA,B\n", "NUL"),
        (b"\xff\xfen\x00a", "broken"), (b'name,zone\n"A,B\n', "CSV"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_a_sentence(tmp_path: Path, body: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        list(read(write(tmp_path, body), "plant.csv").rows)


def test_encodings_and_delimiters_are_found(tmp_path: Path) -> None:
    for text, encoding in (
        ("name;zone\nPumpe Süd;-\n", "cp1252"),
        ("name\tzone\nPumpe Süd\t-\n", "utf-16"),
        ("name,zone\nPumpe Süd,-\n", "utf-8-sig"),
    ):
        assert list(read(write(tmp_path, text.encode(encoding)), "x").rows) == [(2, ["Pumpe Süd", "-"])]


def test_xlsx_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "plant.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "zone"])
        sheet.write_row(1, 0, [4711, "-"])
    assert list(read(path, "plant.xlsx").rows) == [(2, ["4711", "-"])]


@pytest.mark.django_db(transaction=True)
class TestRest:
    def post(self, program: Any, body: str, **given: Any) -> Any:
        data = {"register": "assets", "site": "NORTH", "file": SimpleUploadedFile("plant.csv", body.encode()), **given}
        return program.post("/api/v1/imports/", data)

    def test_an_import_is_a_job_with_its_rows(self, emil: User, pumping: Zone, rest: Callable[..., Any]) -> None:
        program = rest(emil)
        answer = self.post(program, GOOD, dry_run="true")
        assert answer.status_code == 202, answer.content
        jobs.run(int(answer.json()["id"]))
        body = program.send("get", f"jobs/{answer.json()['id']}/").json()
        assert (body["state"], body["rows"][0]["verdict"]) == ("DONE", "create")
        assert not Asset.objects.exists()
        answer = self.post(program, GOOD)
        assert jobs.run(int(answer.json()["id"])) == "DONE"
        assert jobs.run(int(answer.json()["id"])) == ""
        assert Asset.objects.count() == 1

    def test_a_bad_header_is_a_failed_job(self, emil: User, pumping: Zone, rest: Callable[..., Any]) -> None:
        answer = self.post(rest(emil), "asset_tag,zone\nA,-\n")
        assert jobs.run(int(answer.json()["id"])) == "FAILED"
        assert "asset_tag" in Job.objects.get().errors[0]["message"]
        answer = self.post(
            rest(emil), "asset_tag,zone,last_seen\nA,-,x\n", mapping='{"asset_tag": "name", "last_seen": null}'
        )
        assert jobs.run(int(answer.json()["id"])) == "DONE"

    def test_one_wrong_row_keeps_all_out(self, emil: User, pumping: Zone, rest: Callable[..., Any]) -> None:
        answer = self.post(rest(emil), GOOD + "N-A2,nowhere,PLC,,,,\n")
        assert jobs.run(int(answer.json()["id"])) == "FAILED"
        assert Job.objects.get().errors[0]["row"] == 3
        assert not Asset.objects.exists()

    def test_of_many_faults_the_first_are_told_and_the_others_counted(
        self, emil: User, pumping: Zone, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        wrong = "".join(f"N-B{number},=nowhere{number},PLC,,,,\n" for number in range(1_130))
        answer = self.post(rest(emil), GOOD + wrong)
        assert jobs.run(int(answer.json()["id"])) == "FAILED"
        told = Job.objects.get().errors
        assert [error.get("row") for error in told] == [*range(3, 103), None]
        assert told[-1]["message"].startswith("And 1,030 more.")
        file: Any = signed_in(emil).get(f"/jobs/{answer.json()['id']}/errors/")
        assert file.streaming
        lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0].startswith("reason,row,")
        assert len(lines) == 1_131
        assert ",'=nowhere1129," in lines[-1]

    def test_rows_in_error_are_corrected_in_their_file_and_given_again(
        self, emil: User, pumping: Zone, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        program = rest(emil)
        answer = self.post(program, GOOD + "N-A2,nowhere,PLC,,,,\n")
        jobs.run(int(answer.json()["id"]))
        file: Any = signed_in(emil).get(f"/jobs/{answer.json()['id']}/errors/")
        sent = b"".join(file.streaming_content).decode()
        corrected = self.post(program, sent.replace(",nowhere,", f",{pumping.name},"))
        assert jobs.run(int(corrected.json()["id"])) == "DONE", Job.objects.latest("pk").errors
        assert Asset.objects.get().name == "N-A2"

    def test_a_reason_elsewhere_is_a_column_that_nobody_knows(
        self, emil: User, pumping: Zone, rest: Callable[..., Any]
    ) -> None:
        for head in ("name,zone,reason,row", "row,reason,name,zone", "reason,name,zone,row"):
            answer = self.post(rest(emil), f"{head}\n-,-,-,-\n")
            assert jobs.run(int(answer.json()["id"])) == "FAILED"
            assert "reason" in Job.objects.latest("pk").errors[0]["message"]

    def test_the_wrong_people_import_nothing(
        self, ada: User, sven: User, emil: User, pumping: Zone, rest: Callable[..., Any]
    ) -> None:
        assert self.post(rest(ada), GOOD).status_code == 403
        assert self.post(rest(sven), GOOD).status_code == 400
        mine = self.post(rest(emil), GOOD).json()["id"]
        assert rest(sven).send("get", f"jobs/{mine}/").status_code == 404

    def test_the_page_offers_only_sites_where_the_person_imports(
        self, emil: User, north: Site, south: Site, signed_in: Callable[[User], Any]
    ) -> None:
        grant(emil, Role.AUDITOR, south)
        browser = signed_in(emil)
        form = browser.get("/import/assets/").context["form"]
        assert list(form.fields["site"].queryset) == [north]
        sent = {"site": south.pk, "file": SimpleUploadedFile("plant.csv", GOOD.encode()), "mapping": ""}
        assert browser.post("/import/assets/", sent).status_code == 422
        assert not Job.objects.exists()

    def test_the_page_leads_from_file_to_import(
        self, emil: User, pumping: Zone, signed_in: Callable[[User], Any], north: Site
    ) -> None:
        browser = signed_in(emil)
        assert browser.get("/import/assets/").status_code == 200
        answer = browser.post(
            "/import/assets/", {"site": north.pk, "file": SimpleUploadedFile("plant.csv", GOOD.encode()), "mapping": ""}
        )
        judged = Job.objects.get()
        jobs.run(judged.pk)
        assert b"Import 1 row" in browser.get(answer["Location"]).content
        answer = browser.post(f"/jobs/{judged.pk}/import/")
        jobs.run(Job.objects.latest("pk").pk)
        assert b"Imported" in browser.get(answer["Location"]).content
        assert Asset.objects.count() == 1


@with_data
@pytest.mark.django_db
def test_the_real_plant_with_its_blemishes_is_refused_row_by_row(north: Site) -> None:
    Zone.objects.bulk_create(Zone(site=north, name=name) for name in ("L3-Site-Ops", "DMZ"))
    renamed = [
        "--map",
        "asset_tag=name",
        "--map",
        "firmware_version=version",
        "--map",
        "ip=ip_address",
        "--map",
        "last_seen=",
        "--map",
        "site=",
    ]
    rows = run(DATA / "plant_demo.csv", *renamed, "--dry-run")
    assert len(rows) == 325
    assert any("already" in error["message"] for row in rows for error in row["errors"])


@pytest.mark.django_db
class TestRoundTrip:
    def test_what_is_taken_out_can_be_brought_back(
        self, tmp_path: Path, plc: Asset, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        OwnField.objects.create(register="assets", name="maintained_by", label="Maintained by", kind="TEXT")
        Asset.objects.filter(pk=plc.pk).update(
            safety_effect=1, environment_effect=0, production_effect=3, recovery_hours=12, note="=1+1",
            supported_until="2031-12-31", redundant_partner="N-A9", custom={"maintained_by": "Ost GmbH"},
        )  # fmt: skip
        Asset.objects.create(
            site=plc.site, name="N-LOOSE", criticality_override="HIGH", override_reason="Only one of its kind"
        )
        body = b"".join(signed_in(nils).get("/assets/assets/export/?format=csv").streaming_content)
        rows = run(write(tmp_path, body), "--dry-run")
        assert [(row["verdict"], row["changes"], row["errors"]) for row in rows] == [("unchanged", [], [])] * 2
        changed = body.replace(b"Ost GmbH", b"West GmbH").replace(b"2031-12-31", b"2032-12-31")
        told = {change["field"]: change["new"] for row in run(write(tmp_path, changed)) for change in row["changes"]}
        assert told == {"custom.maintained_by": "West GmbH", "supported_until": "2032-12-31"}
        plc.refresh_from_db()
        assert (plc.custom, plc.supported_until) == ({"maintained_by": "West GmbH"}, date(2032, 12, 31))

    def test_answers_and_own_fields_are_judged(self, tmp_path: Path, plc: Asset) -> None:
        OwnField.objects.create(register="assets", name="line", label="Line", kind="NUMBER", required=True)
        header = "name,zone,safety_effect,criticality_override,custom.line\n"
        rows = run(write(tmp_path, f"{header}N-X1,-,9,,3\nN-X2,-,1,HIGH,4\nN-X3,-,1,,\nN-X4,-,1,,many\n"))
        assert [row["errors"][0]["column"] for row in rows] == [
            "safety_effect", "override_reason", "custom.line", "custom.line",
        ]  # fmt: skip
        assert [row["verdict"] for row in run(write(tmp_path, f"{header}N-X1,-,2,,3\n"))] == ["create"]
        made = Asset.objects.get(name="N-X1")
        assert (made.safety_effect, made.custom) == (2, {"line": 3})

    def test_the_criticality_it_has_is_no_override(self, tmp_path: Path, plc: Asset) -> None:
        Asset.objects.filter(pk=plc.pk).update(
            safety_effect=0, environment_effect=0, production_effect=3, recovery_hours=1
        )
        path = write(tmp_path, f"name,zone,criticality\n{plc.name},,high\n")
        assert [row["verdict"] for row in run(path)] == ["unchanged"]
        run(write(tmp_path, f"name,zone,criticality\n{plc.name},,low\n"))
        plc.refresh_from_db()
        assert (plc.criticality, plc.override_reason) == ("LOW", "import plant.csv")
