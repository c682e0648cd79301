"""Tables of devices, CSV or XLSX: the columns of the import of assets, or NetBox's export."""

from collections.abc import Iterator
from pathlib import Path

from assets.feeds import netbox
from assets.feeds.seen import LONGEST, Seen, seen
from registers.files.reading import Unreadable
from registers.files.reading import read as read_table
from registers.files.sandbox import Refused

TELLING = ("name", "serial_number", "mac_address", "ip_address")
LEFT_OUT = {"criticality", "lifecycle", "site"}


def read(path: Path, name: str) -> Iterator[Seen]:
    """Yield the device of each row; raises Refused. It runs outside of the confined process, as the table's reader has its own."""
    try:
        sheet = read_table(path, name)
    except Unreadable as wrong:
        raise Refused(str(wrong)) from wrong
    rows = (
        {name: cell for name, cell in zip(sheet.header, cells, strict=True) if cell not in {"", "-"}}
        for _number, cells in sheet.rows
    )
    if netbox.is_export(sheet.header):
        yield from (netbox.read_row(row) for row in rows)
        return
    if unknown := [column for column in sheet.header if column not in {*LONGEST, *LEFT_OUT}]:
        raise Refused(f"Unknown column: {', '.join(unknown)}. Known are {', '.join(LONGEST)}.")
    if not set(TELLING) & set(sheet.header):
        raise Refused(f"No column tells the devices apart. Add one of {', '.join(TELLING)}.")
    for row in rows:
        yield seen({**row, "kind": row.get("kind", "").upper().replace(" ", "_")})
