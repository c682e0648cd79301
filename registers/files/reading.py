"""Reads CSV and XLSX files from outside: any usual encoding and delimiter, every limit checked, each fault with its place."""

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from registers.files.sandbox import ReaderFailed, values

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 50_000_000, 200_000, 200, 2_000
MOST_UNPACKED, MOST_RATIO, MOST_MEMBERS = 300_000_000, 200, 2_000
LONGEST_FIELD, LONGEST_HEADER = 100_000, 1_000_000
ENCODINGS = ("utf-8-sig", "cp1252")
OLE, MACROS = b"\xd0\xcf\x11\xe0", "vbaproject.bin"  # ECMA-376 agile encryption and Excel 97 share the container
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Unreadable(Exception):
    """The file cannot be used; the text names the place and the remedy."""


@dataclass
class Sheet:
    """A file as read: the names of its columns, and its rows, once and as they come, with their numbers (the head is row 1)."""

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]


def read(path: Path, name: str) -> Sheet:
    """Return the table in a file; raises Unreadable."""
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable("The file is over 50 MB. Split it.")
    with path.open("rb") as file:
        start = file.read(8)
    if not start.strip():
        raise Unreadable("The file is empty.")
    rows = _xlsx(path, name) if start.startswith(b"PK\x03\x04") else _csv(path, name, start)
    return _table(rows)


def _table(rows: Iterator[list[str]]) -> Sheet:
    header = [cell.strip() for cell in next(rows, [])]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise Unreadable("The first row has no column names. Write them there.")
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"The file has {len(header)} columns. At most {MOST_COLUMNS} are read.")
    lowered = [name.lower() for name in header]
    for name in lowered:
        if lowered.count(name) > 1:
            raise Unreadable(f"The column '{name}' stands in the first row twice. Keep one.")
        if UNPRINTABLE.search(name):
            raise Unreadable(
                f"The first row holds {_unprintable(name)}, which is no text. Write the column names anew."
            )
        if not name:
            raise Unreadable(f"Column {lowered.index(name) + 1} of the first row has no name. Name or remove it.")
    return Sheet(lowered, _checked(rows, len(header)))


def _checked(rows: Iterator[list[str]], width: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, cut or filled to the width of the head; raises Unreadable at the first that cannot stand."""
    found = 0
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if wrong := next((place for place, cell in enumerate(row, start=1) if UNPRINTABLE.search(cell)), 0):
            what = _unprintable(row[wrong - 1])
            raise Unreadable(f"Row {number}, column {wrong} holds {what}, which is no text. Write the cell anew.")
        if any(cell.strip() for cell in row[width:]):
            raise Unreadable(f"Row {number} has more cells than the first row has columns. Look for a stray delimiter.")
        found += 1
        if found > MOST_ROWS:
            raise Unreadable(f"The file has over {MOST_ROWS:,} rows. Split it.")
        yield number, (row + [""] * width)[:width]
    if not found:
        raise Unreadable("The file has column names but no rows.")


def _unprintable(text: str) -> str:
    found = UNPRINTABLE.search(text)
    code = ord(found[0]) if found else 0
    return f"the character U+{code:04X}" if code else "NUL"


def _csv(path: Path, name: str, start: bytes) -> Iterator[list[str]]:
    """Yield the rows while the file is read; no more than a stretch of it is held."""
    if start.startswith(OLE):
        raise Unreadable(f"'{name}' is locked by a password or an old .xls. Save it as .xlsx without a password.")
    if start.startswith((b"%PDF", b"\x89PNG", b"<?xml", b"<html")):
        raise Unreadable(f"'{name}' is neither CSV nor XLSX. Save the table as one of these.")
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding=_encoding(path, start), newline="") as file:
        first = file.readline(LONGEST_HEADER)
        file.seek(0)
        number = 0
        try:
            for row in csv.reader(file, delimiter=max(";\t|,", key=first.count), strict=True):
                number += 1
                yield row
        except csv.Error as wrong:
            raise Unreadable(_improper(str(wrong), number + 1)) from wrong


def _improper(wrong: str, number: int) -> str:
    place = f"Row {number} is not proper CSV"
    if "field larger" in wrong:
        return (
            f"{place}: a cell holds over {LONGEST_FIELD:,} characters. Shorten it, or close a quote that is left open."
        )
    if "unexpected end" in wrong:
        return f"{place}: a quote is opened there and never closed. Close it."
    return f"{place}: {wrong}. Save it again from the spreadsheet."


def _encoding(path: Path, start: bytes) -> str:
    """Return the first usual encoding in which the whole file makes sense."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        if not _decodes(path, "utf-16"):
            raise Unreadable("The file claims UTF-16 but is broken. Save it again as UTF-8.")
        return "utf-16"
    return next((one for one in ENCODINGS if _decodes(path, one)), "latin-1")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while part := file.read(1 << 20):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def is_bomb(members: list[zipfile.ZipInfo], packed: int) -> bool:
    """Tell whether a ZIP of so many packed bytes unpacks to far more than a document holds."""
    unpacked = sum(one.file_size for one in members)
    return len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * packed


def _xlsx(path: Path, name: str) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as wrong:
        raise Unreadable("The file is broken. Save it again as XLSX.") from wrong
    if "xl/workbook.xml" not in {one.filename for one in members}:
        raise Unreadable("The file is a ZIP archive, not a spreadsheet. Save the table as CSV or XLSX.")
    if name.lower().endswith(".xlsm") or any(one.filename.lower().endswith(MACROS) for one in members):
        raise Unreadable(f"'{name}' may hold macros. Save it as .xlsx, which holds none.")
    if is_bomb(members, path.stat().st_size):
        raise Unreadable("The file unpacks to far more than a table holds. It is not opened.")
    try:
        yield from values("registers.files.xlsx", path)
    except ReaderFailed as wrong:
        raise Unreadable("The file cannot be read as a spreadsheet. Save it anew as XLSX or CSV.") from wrong
