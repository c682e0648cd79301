"""Reads CSV and XLSX files from outside: any usual encoding and delimiter, every limit checked, each fault with its place."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from registers.files.sandbox import ReaderFailed, values

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 50_000_000, 200_000, 200, 2_000
MOST_UNPACKED, MOST_RATIO = 500_000_000, 200
ENCODINGS = ("utf-8-sig", "cp1252")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Unreadable(Exception):
    """The file cannot be used; the text names the place and the remedy."""


@dataclass
class Sheet:
    """A file as read: the names of its columns, and its rows with their numbers in the file (the head is row 1)."""

    header: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def read(path: Path, name: str) -> Sheet:
    """Return the table in a file; raises Unreadable."""
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable("The file is over 50 MB. Split it.")
    with path.open("rb") as file:
        start = file.read(8)
    if not start.strip():
        raise Unreadable("The file is empty.")
    rows = _xlsx(path) if start.startswith(b"PK\x03\x04") else _csv(path, name, start)
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
            raise Unreadable("The first row holds characters that are no text. Write the column names anew.")
        if not name:
            raise Unreadable(f"Column {lowered.index(name) + 1} of the first row has no name. Name or remove it.")
    sheet = Sheet(lowered)
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if wrong := next((place for place, cell in enumerate(row, start=1) if UNPRINTABLE.search(cell)), 0):
            raise Unreadable(f"Row {number}, column {wrong} holds characters that are no text. Write the cell anew.")
        if any(cell.strip() for cell in row[len(header) :]):
            raise Unreadable(f"Row {number} has more cells than the first row has columns. Look for a stray delimiter.")
        sheet.rows.append((number, (row + [""] * len(header))[: len(header)]))
        if len(sheet.rows) > MOST_ROWS:
            raise Unreadable(f"The file has over {MOST_ROWS:,} rows. Split it.")
    if not sheet.rows:
        raise Unreadable("The file has column names but no rows.")
    return sheet


def _csv(path: Path, name: str, start: bytes) -> Iterator[list[str]]:
    if start.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"<?xml", b"<html")):
        raise Unreadable(f"'{name}' is neither CSV nor XLSX. Save the table as one of these.")
    text = _decoded(path.read_bytes())
    if "\x00" in text:
        raise Unreadable("The file holds NUL characters, so it is not a text table. Save it again as CSV.")
    first = text.split("\n", 1)[0]
    delimiter = max(";\t|,", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as wrong:
        raise Unreadable(f"The file is not a proper CSV table: {wrong}. Save it again from the spreadsheet.") from wrong


def _decoded(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return body.decode("utf-16")
        except UnicodeDecodeError as wrong:
            raise Unreadable("The file claims UTF-16 but is broken. Save it again as UTF-8.") from wrong
    for encoding in ENCODINGS:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1")


def _xlsx(path: Path) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
            names = {one.filename for one in packed.infolist()}
    except (zipfile.BadZipFile, ValueError) as wrong:
        raise Unreadable("The file is broken. Save it again as XLSX.") from wrong
    if "xl/workbook.xml" not in names:
        raise Unreadable("The file is a ZIP archive, not a spreadsheet. Save the table as CSV or XLSX.")
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * path.stat().st_size:
        raise Unreadable("The file unpacks to far more than a table holds. It is not opened.")
    try:
        yield from values("registers.files.xlsx", path)
    except ReaderFailed as wrong:
        raise Unreadable("The file cannot be read as a spreadsheet. Save it anew as XLSX or CSV.") from wrong
