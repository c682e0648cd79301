"""Files from outside: what is broken, hostile or no table is answered with a sentence, and the worker lives on."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from registers.files.export import safe, unguarded
from registers.files.reading import Unreadable, read
from registers.files.sandbox import ReaderFailed, values

CELLS = '<c r="A1" t="inlineStr"><is><t>name</t></is></c>'
SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A small good workbook."""
    path = tmp_path / "plant.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "zone", "vlan"])
        sheet.write_row(1, 0, ["PLC-1", "Line 1", 12])
        sheet.write_row(2, 0, ["PLC-2", "Line 1", 12.5])
    return path


def with_sheet(path: Path, sheet: str, **other: str) -> Path:
    """Put another sheet, or other parts, into a workbook."""
    parts = {"xl/worksheets/sheet1.xml": sheet, **{name.replace("__", "/"): text for name, text in other.items()}}
    with zipfile.ZipFile(path) as old:
        kept = {one: old.read(one) for one in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, body in {**kept, **{name: text.encode() for name, text in parts.items()}}.items():
            new.writestr(name, body)
    return path


def rows_of(path: Path, name: str) -> list[tuple[int, list[str]]]:
    """Read a file to its end."""
    return list(read(path, name).rows)


def test_a_workbook_is_read_with_its_row_numbers(workbook: Path) -> None:
    sheet = read(workbook, "plant.xlsx")
    assert sheet.header == ["name", "zone", "vlan"]
    assert list(sheet.rows) == [(2, ["PLC-1", "Line 1", "12"]), (3, ["PLC-2", "Line 1", "12.5"])]


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="1">{CELLS}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        f'<row r="1">{CELLS}</row><row r="99999999999"><c r="ZZZZZZZ99999999999"><v>1</v></c></row>',
        f'<row r="1">{CELLS}<c r="B1" t="s"><v>99999</v></c></row>',
        f'<row r="1">{CELLS}<c r="A0"><v>1</v></c></row>',
        "<row",
        "<!DOCTYPE",
    ],
)
def test_a_hostile_sheet_ends_its_reader_alone(workbook: Path, rows: str) -> None:
    with pytest.raises(Unreadable):
        rows_of(with_sheet(workbook, SHEET.format(rows)), "plant.xlsx")


def test_a_bomb_is_not_opened(workbook: Path) -> None:
    bomb = with_sheet(workbook, SHEET.format(f"<row>{CELLS}</row>" + " " * 30_000_000))
    with pytest.raises(Unreadable, match="unpacks to far more"):
        rows_of(bomb, "plant.xlsx")


@pytest.mark.parametrize("name", ["plant.xlsx", "plant.xls"])
def test_a_locked_or_old_workbook_says_how_to_save_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
    with pytest.raises(Unreadable, match=r"Save it as \.xlsx without a password"):
        rows_of(path, name)


@pytest.mark.parametrize(
    ("name", "part"),
    [("plant.xlsm", "docProps/more.xml"), ("plant.xlsx", "xl/vbaProject.bin"), ("p.xlsx", "xl/VBAPROJECT.BIN")],
)
def test_a_workbook_with_macros_is_refused(workbook: Path, name: str, part: str) -> None:
    with_sheet(workbook, SHEET.format(f"<row>{CELLS}</row>"), **{part.replace("/", "__"): "x"})
    with pytest.raises(Unreadable, match=r"may hold macros\. Save it as \.xlsx"):
        rows_of(workbook, name)


@pytest.mark.parametrize(("cell", "said"), [(b"A\x00B", "NUL"), (b"\x07", "Row 3, column 2")])
def test_characters_that_are_no_text_are_refused_with_their_place(tmp_path: Path, cell: bytes, said: str) -> None:
    path = tmp_path / "plant.csv"
    path.write_bytes(b"name,zone\nPLC-1,Line 1\nPLC-2," + cell)
    with pytest.raises(Unreadable, match=said):
        rows_of(path, "plant.csv")


def test_nul_in_a_workbook_is_refused(workbook: Path) -> None:
    cells = '<c r="A2" t="str"><v>PLC_x0000_1</v></c>'
    with pytest.raises(Unreadable, match="Row 2, column 1"):
        rows_of(with_sheet(workbook, SHEET.format(f'<row r="1">{CELLS}</row><row r="2">{cells}</row>')), "plant.xlsx")


def test_a_reader_that_does_not_end_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ReaderFailed):
        list(values("timeit", tmp_path / "while True: pass", seconds=0.5))


def test_a_reader_has_no_more_memory_than_it_is_given() -> None:
    with pytest.raises(ReaderFailed):
        list(values("tests.registers.greedy", Path("any")))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"), (b",,\nA,B\n", "column names"), (b"name,zone\n", "no rows"), (b"name,zone,name\nA,B,C\n", "'name' stands .* twice"),
        (b"name,zone\nA,B\nC,D,E\n", "Row 3 has more cells"), (b'name,zone\nA,B\n"C,D\n', "Row 3 .* never closed"),
        (b"name,zone\nA," + b"x" * 10_000_000 + b"\n", "Row 2 .* 100,000 characters"),
        (",".join(f"c{n}" for n in range(100_000)).encode() + b"\n1\n", "100000 columns"),
        ("name,zone\nA\x9a,B\n".encode(), r"Row 2, column 1 holds the character U\+009A"),
        ("name,zone\nA,B\n".encode("utf-16") + b"\x00", "UTF-16"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_place_and_remedy(tmp_path: Path, body: bytes, said: str) -> None:
    path = tmp_path / "plant.csv"
    path.write_bytes(body)
    with pytest.raises(Unreadable, match=said):
        rows_of(path, "plant.csv")


def test_a_file_of_200_mb_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "plant.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(Unreadable, match="50 MB"):
        rows_of(path, "plant.csv")


def test_a_workbook_of_many_parts_is_not_opened(workbook: Path) -> None:
    many = {f"xl__media__{number}.png": "x" for number in range(2_100)}
    with pytest.raises(Unreadable, match="unpacks to far more"):
        rows_of(with_sheet(workbook, SHEET.format(f"<row>{CELLS}</row>"), **many), "plant.xlsx")


def test_entities_are_not_unfolded(workbook: Path) -> None:
    folded = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    sheet = SHEET.format(
        f'<row r="1">{CELLS}<c r="B1" t="str"><v>&e9;</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    )
    hostile = sheet.replace("<worksheet", f'<!DOCTYPE w [<!ENTITY e0 "lol">{folded}]><worksheet', 1)
    with pytest.raises(Unreadable):
        rows_of(with_sheet(workbook, hostile), "plant.xlsx")


@pytest.mark.parametrize(
    "text", ["=1+1", "+x", "-x", "@SUM(A1)", "\t=x", "\r=x", "'=x", "''-x", "-", "-5", "+4.5", "'tis", "plain"]
)
def test_a_guarded_cell_is_no_formula_and_comes_back_as_it_went(text: str) -> None:
    guarded = safe(text)
    assert not guarded.startswith(("=", "@", "\t", "\r"))
    assert guarded not in {"+x", "-x"}
    assert unguarded(guarded) == text
