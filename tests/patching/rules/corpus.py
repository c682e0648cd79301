"""The stored advisories and judged pairs that the rules are measured on; tests skip loudly without them."""

import io
import json
import tarfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import zstandard

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "advisories"


def needed(path: Path) -> Path:
    """Give the path, or skip the test saying what is missing."""
    if not path.exists():
        pytest.skip(f"NOT MEASURED: the test data {path} is not on this machine")
    return path


@lru_cache(maxsize=1)
def documents() -> dict[str, dict[str, Any]]:
    """Give the whole corpus by tracking id."""
    return {document["document"]["tracking"]["id"]: document for document in _unpacked()}


def _unpacked() -> Iterator[dict[str, Any]]:
    packed = needed(DATA / "all-ics.tar.zst").read_bytes()
    with (
        zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed)) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in tar:
            if member.name.endswith(".json") and (file := tar.extractfile(member)):
                document = json.load(file)
                if "document" in document:
                    yield document


def labels() -> list[dict[str, Any]]:
    """Give the judged pairs."""
    text = needed(DATA / "labels.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]
