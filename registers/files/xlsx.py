"""Reads the first sheet of a workbook and prints it, one JSON list a row; run in a process of its own, see `sandbox`."""

import json
import sys
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

BROKEN = 3


def cell(value: Any) -> str:
    """Return a cell as text, whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def main(path: str) -> int:
    """Print the rows; return BROKEN for a file that is no workbook."""
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        for row in sheet.iter_rows():
            print(json.dumps([cell(value) for value in row]))  # noqa: T201 - the parent reads it
    except (CalamineError, OSError, ValueError):
        return BROKEN
    return 0


if __name__ == "__main__":
    from registers.files.sandbox import confine

    confine()
    sys.exit(main(sys.argv[1]))
