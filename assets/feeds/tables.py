"""Tables of devices, CSV or XLSX: the columns of the import of assets, or NetBox's export."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assets.feeds import netbox
from assets.feeds.seen import LONGEST, TELLING, Seen, seen
from registers.files.mapping import mapped
from registers.files.reading import Unreadable
from registers.files.reading import read as read_table
from registers.files.sandbox import Refused


class Table:
    """The columns that a table of devices may have."""

    columns: tuple[str, ...] = tuple(LONGEST)
    required: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ("criticality", "lifecycle", "site")


def read(path: Path, name: str, mapping: Mapping[str, str | None]) -> Iterator[Seen]:
    """Yield the device of each row; raises Refused. It runs outside of the confined process, as the table's reader has its own."""
    try:
        yield from _devices(path, name, mapping)
    except Unreadable as wrong:
        raise Refused(str(wrong)) from wrong


def _devices(path: Path, name: str, mapping: Mapping[str, str | None]) -> Iterator[Seen]:
    sheet = read_table(path, name)
    export = not mapping and netbox.is_export(sheet.header)
    fields: Sequence[str | None] = sheet.header if export else mapped(sheet.header, mapping, Table())
    if not export and not set(TELLING) & set(fields):
        raise Refused(f"No column tells the devices apart. Add one of {', '.join(TELLING)}.")
    for _number, cells in sheet.rows:
        row = {name: cell for name, cell in zip(fields, cells, strict=True) if name and cell not in {"", "-"}}
        yield netbox.read_row(row) if export else seen({**row, "kind": row.get("kind", "").upper().replace(" ", "_")})
