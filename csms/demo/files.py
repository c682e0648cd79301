"""The demo plant's files, read and keyed."""

import csv
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
FEED, REVISIONS = DATA / "advisories", DATA / "revisions"
Row = dict[str, Any]


@cache
def document(name: str) -> Row:
    """Return a YAML file."""
    loaded: Row = yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


@cache
def table(name: str) -> list[dict[str, str]]:
    """Return a CSV file row by row."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def plant(kind: str, site: str) -> list[Row]:
    """Return the rows of one list of plant.yaml that belong to a site."""
    return [row for row in document("plant.yaml")[kind] if row["site"] == site]


def events() -> list[Row]:
    """Return what happened in the year, oldest first."""
    told: list[Row] = document("history.yaml")["events"]
    return told


@cache
def releases() -> dict[str, tuple[str, datetime]]:
    """Return file name and release of each demo advisory by tracking id."""
    found = {}
    for path in sorted(FEED.glob("*.json")):
        tracking = json.loads(path.read_text(encoding="utf-8"))["document"]["tracking"]
        found[tracking["id"]] = (path.name, datetime.fromisoformat(tracking["current_release_date"]))
    return found
