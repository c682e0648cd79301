"""The portal says whether it is ready, and does not fill its log with the asking."""

from datetime import timedelta
from logging import LogRecord, makeLogRecord
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from csms import health
from csms.logs import is_event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_pulse() -> None:
    """Begin without a sign of beat."""
    cache.delete("beat")


def told(client: Client) -> tuple[int, str]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["checks"]["beat"]


def test_it_is_ready_once_beat_was_seen(client: Client) -> None:
    assert told(client) == (503, "not seen yet")
    cache.set("beat", timezone.now().isoformat())
    assert told(client) == (200, "ok")


def test_a_beat_that_fell_silent_is_told(client: Client) -> None:
    cache.set("beat", (timezone.now() - timedelta(hours=1)).isoformat())
    status, beat = told(client)
    assert status == 503
    assert beat.startswith("silent for 36")


def test_a_migration_that_is_missing_is_told(client: Client) -> None:
    cache.set("beat", timezone.now().isoformat())
    MigrationRecorder(connection).record_unapplied("assets", "0001_initial")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, "missing")


def test_a_full_disk_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.set("beat", timezone.now().isoformat())
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: SimpleNamespace(free=health.ROOM))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["room"]) == (503, "the disk is full")


def of(path: str) -> LogRecord:
    return makeLogRecord({"msg": "Service Unavailable", "request": SimpleNamespace(path=path)})


def test_what_readyz_finds_is_no_event_of_the_log() -> None:
    assert not is_event(of("/readyz"))
    assert is_event(of("/assets/"))
    assert is_event(makeLogRecord({"msg": "started"}))
