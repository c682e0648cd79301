"""The catalogue of protocols as the product's reference data."""

from pathlib import Path

import yaml

from assets.models import Protocol

FILE = Path(__file__).parent / "data" / "protocols.yaml"
FIELDS = ("name", "transport", "ports", "industrial", "secure", "note")


def load() -> int:
    """Bring the protocols in; return how many are new. Those that people changed stay as they are."""
    rows = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    rows = rows["protocols"] if isinstance(rows, dict) else rows
    known = set(Protocol.objects.values_list("code", flat=True))
    fresh = [
        Protocol(code=row["code"], **{name: row.get(name) if isinstance(row.get(name), bool) else str(row.get(name) or "") for name in FIELDS})
        for row in rows if row["code"] not in known
    ]  # fmt: skip
    return len(Protocol.objects.bulk_create(fresh))
