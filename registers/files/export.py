"""Lists as files: CSV and XLSX, safe against formulas (OWASP CSV injection)."""

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.db import models
from django.http import FileResponse, StreamingHttpResponse

from registers import owning
from registers.cells import labels
from registers.own import OWN_FIELD
from registers.storage import ask_for_room, work_folder

if TYPE_CHECKING:
    from registers.register import Register

RISKY = ("=", "+", "-", "@", "\t", "\r")
CHUNK = 2000  # records in memory at a time


class _Echo:
    def write(self, line: str) -> str:
        return line


def cell(record: Any, name: str) -> str:
    """Return the value of one field as text."""
    value = getattr(record, name, None)
    if isinstance(value, models.Manager):
        return "; ".join(str(one) for one in value.all())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ("; " if labels(record.__class__, name) else " ").join(str(part) for part in value)
    return str(value)


def safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula; a lone dash and plain numbers stay as they are."""
    if text.lstrip("'").startswith(RISKY) and text != "-" and not text.lstrip("+-").replace(".", "", 1).isdigit():
        return "'" + text
    return text


def unguarded(text: str) -> str:
    """Return a text as it was before `safe` guarded it, so that a file of ours comes back as it went."""
    return text[1:] if text.startswith("'") and safe(text[1:]) == text else text


def rows(register: "Register", records: models.QuerySet[Any]) -> Iterator[list[str]]:
    """Yield the heads, then one row for each record."""
    names = list(dict.fromkeys([*register.fields, *register.shows]))
    own = [field.name for field in owning.declared(register.model)]
    yield [*names, *(OWN_FIELD + name for name in own)]
    references = [name for name in names if isinstance(register.field(name), models.ForeignKey)]
    many = [name for name in names if isinstance(register.field(name), models.ManyToManyField)]
    for record in records.select_related(*references).prefetch_related(*many).iterator(chunk_size=CHUNK):
        yield [*(cell(record, name) for name in names), *(str(record.custom.get(name, "")) for name in own)]


def csv_response(register: "Register", records: models.QuerySet[Any]) -> StreamingHttpResponse:
    """Return the records as CSV."""
    return as_csv(rows(register, records), register.name)


def as_csv(lines: Iterable[list[str]], name: str) -> StreamingHttpResponse:
    """Return lines as CSV while they are made, UTF-8 with a byte order mark so that Excel reads it."""
    writer = csv.writer(_Echo())

    def stream() -> Iterator[str]:
        yield "\ufeff"
        yield from (writer.writerow([safe(text) for text in line]) for line in lines)

    return StreamingHttpResponse(stream(), content_type="text/csv; charset=utf-8", headers=_named(name, "csv"))


def xlsx_response(register: "Register", records: models.QuerySet[Any]) -> FileResponse:
    """Return the records as XLSX; every cell is text, never a formula. The rows lie on the disk while the book is made."""
    folder = work_folder()
    file = TemporaryFile(dir=folder)  # noqa: SIM115 - whoever sends it closes it
    options = {
        "constant_memory": True,
        "tmpdir": str(folder),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(register.title[:31])
        for number, row in enumerate(rows(register, records)):
            if number % CHUNK == 0:
                ask_for_room(folder, 0)
            for column, text in enumerate(row):
                sheet.write_string(number, column, text[:32_000])
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, content_type=kind, headers=_named(register.name, "xlsx"))


def _named(name: str, ending: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "X-Content-Type-Options": "nosniff",
    }
