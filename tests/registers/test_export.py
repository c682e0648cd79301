"""A list as a file: however long it is, only a part of it is in memory, and nothing of it stays on the disk."""

import csv
import io
import random
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from python_calamine import CalamineWorkbook

from accounts.models import User
from assets.models import Asset, Zone
from registers import storage
from registers.files import export
from registers.history import seals

pytestmark = pytest.mark.django_db
LONG, MANY, FEW = 4_000, 1_200, 200


def fill(zone: Zone, count: int) -> None:
    """Add assets with much to say, which does not get shorter by packing."""
    words = random.Random(7)
    start = Asset.objects.count()
    Asset.objects.bulk_create(
        Asset(site=zone.site, zone=zone, name=f"N-X{start + number:05}", kind="PLC", note=words.randbytes(LONG // 2).hex())
        for number in range(count)
    )  # fmt: skip


def body(client: Client, kind: str) -> tuple[int, int]:
    """Take the file, part by part; return its length and the most memory that was in use meanwhile, in bytes."""
    tracemalloc.start()
    answer: Any = client.get(f"/assets/assets/export/?format={kind}")
    length = sum(len(part) for part in answer.streaming_content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return length, most


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_six_times_as_many_rows_take_no_more_memory(
    kind: str, pumping: Zone, mara: User, signed_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "CHUNK", 50)
    client = signed_in(mara)
    fill(pumping, FEW)
    body(client, kind)
    short, little = body(client, kind)
    fill(pumping, MANY - FEW)
    long, most = body(client, kind)
    assert long > 5 * short > 5 * FEW * LONG / 3
    assert most < little + short


def test_all_rows_come_and_nothing_stays_on_the_disk(
    pumping: Zone, mara: User, signed_in: Callable[[User], Client], tmp_path: Path
) -> None:
    fill(pumping, 30)
    answer: Any = signed_in(mara).get("/assets/assets/export/?format=xlsx")
    path = tmp_path / "assets.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert len(rows) == 31
    assert answer["Content-Disposition"] == 'attachment; filename="assets.xlsx"'
    assert int(answer["Content-Length"]) == path.stat().st_size
    assert list((Path(settings.MEDIA_ROOT) / storage.WORK).iterdir()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_past_is_exported_as_it_stood(
    kind: str, plc: Asset, mara: User, signed_in: Callable[[User], Client], tmp_path: Path
) -> None:
    then = seals.seal()
    assert then is not None
    Asset.objects.filter(pk=plc.pk).update(version="V2.9.7")
    seals.seal()
    moment = (then.settled_at - timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    answer: Any = signed_in(mara).get(f"/assets/assets/export/?format={kind}&as_of={moment}")
    told = b"".join(answer.streaming_content)
    if kind == "csv":
        rows: list[Any] = list(csv.reader(io.StringIO(told.decode("utf-8-sig"))))
    else:
        path = tmp_path / "assets.xlsx"
        path.write_bytes(told)
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert rows[1][rows[0].index("version")] == "V2.9.4"


def test_a_full_disk_is_said_before_anything_is_sent(
    plc: Asset, mara: User, signed_in: Callable[[User], Client], settings: Any
) -> None:
    settings.FREE_AT_LEAST = 10**18
    assert signed_in(mara).get("/assets/assets/export/?format=xlsx").status_code == 507
