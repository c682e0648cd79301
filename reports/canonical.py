"""The data of a report as one canonical byte string (RFC 8785), its digest, and the asset register as CSV."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from reports.compliance import ComplianceReport
from reports.plant import Asset

FORMAT = "csms-compliance-report/1"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def canonical(report: ComplianceReport) -> bytes:
    """Return the report's data as RFC 8785 JSON: moments in UTC, days as ISO dates, unknown as null."""
    return rfc8785.dumps({"format": FORMAT, "report": _plain(asdict(report))})


def digest(data: bytes) -> str:
    """Return the SHA-256 of canonical data, hexadecimal."""
    return sha256(data).hexdigest()


def register_csv(assets: tuple[Asset, ...]) -> bytes:
    """Return the asset register as CSV (UTF-8 with byte order mark, RFC 4180); no cell starts a formula."""
    columns = [column.name for column in fields(Asset)]
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(columns)
    writer.writerows([_inert(getattr(asset, column)) for column in columns] for asset in assets)
    return b"\xef\xbb\xbf" + page.getvalue().encode()


def _inert(cell: str) -> str:
    """Return a cell that a spreadsheet will not run."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _plain(value: Any) -> Any:
    """Return a value in the words of JSON."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
