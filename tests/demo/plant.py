"""Reads the demo plant's files for the tests."""

import csv
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "csms" / "demo" / "data"
SITES = ["NORTH", "SOUTH", "HARBOUR"]
Row = dict[str, Any]


@lru_cache
def document(name: str) -> Row:
    """Read a YAML file of the demo plant."""
    loaded: Row = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return loaded


@lru_cache
def table(name: str) -> list[dict[str, str]]:
    """Read a CSV file of the demo plant."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@lru_cache
def advisories() -> dict[str, Row]:
    """Read the demo advisories by tracking id."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((DATA / "advisories").glob("*.json"))]
    return {one["document"]["tracking"]["id"]: one for one in documents}


@lru_cache
def protocols() -> dict[str, Row]:
    """Read the shared protocol catalogue by code."""
    rows = yaml.safe_load((ROOT / "assets" / "data" / "protocols.yaml").read_text(encoding="utf-8"))["protocols"]
    assert len(rows) == len({row["code"] for row in rows})
    return {row["code"]: row for row in rows}


def plant(kind: str) -> list[Row]:
    """Give one list of plant.yaml."""
    rows: list[Row] = document("plant.yaml")[kind]
    return rows


def keyed(rows: list[Row]) -> dict[tuple[str, str], Row]:
    """Give rows by site and name, which must be unique together."""
    found = {(row["site"], row["name"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def assets() -> dict[tuple[str, str], Row]:
    """Give the assets by site and name."""
    return keyed(table("assets.csv"))


def people() -> dict[str, Row]:
    """Give the people by e-mail."""
    rows = document("people.yaml")["people"]
    assert len(rows) == len({row["email"] for row in rows})
    return {row["email"]: row for row in rows}


def events(*verbs: str) -> list[Row]:
    """Give the year's events, of these verbs only when any is given."""
    return [event for event in document("history.yaml")["events"] if not verbs or event["do"] in verbs]
