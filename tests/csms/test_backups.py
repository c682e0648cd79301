"""A backup is whole or it is not there; it restores all or nothing, with its history, into an empty portal only."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from accounts.models import User
from assets.models import Asset
from csms import backups
from csms.backups import DUMP, MANIFEST, NotDone, read_back, write
from registers.history import seals
from registers.models import Seal
from registers.storage import written

EVIDENCE = "evidence/drawing.txt"
SPARE = "csms_restored"


@pytest.fixture
def drawing() -> Iterator[str]:
    """A file that a record could point at."""
    name = default_storage.save(EVIDENCE, ContentFile(b"drawing of pumping station 1"))
    yield name
    default_storage.delete(name)


@pytest.fixture
def backup(plc: Asset, drawing: str, emil: User, signed_in: Callable[[User], Any], tmp_path: Path) -> Path:
    """A backup of the plant, two seals long, made while somebody is signed in."""
    signed_in(emil)
    seals.seal()
    Asset.objects.filter(pk=plc.pk).update(version="V2.9.7")
    write(tmp_path / "backup", now=timezone.now())
    return tmp_path / "backup"


@pytest.fixture
def spare(transactional_db: None) -> Iterator[Any]:
    """A fresh database on the same server, and how to run a command of the portal in it."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {SPARE}")
        cursor.execute(f"CREATE DATABASE {SPARE}")

    def manage(*arguments: str, files: Path) -> subprocess.CompletedProcess[str]:
        host = quote(connection.get_connection_params()["host"], safe="")
        env = {name: value for name, value in os.environ.items() if name != "CSMS_TESTING"} | {
            "CSMS_ROLE": "owner",
            "CSMS_DATA_DIR": str(files),
            "DATABASE_URL": f"postgres://{settings.APPLICATION_ROLE}@/{SPARE}?host={host}",
            "DATABASE_OWNER_URL": f"postgres://{connection.settings_dict['USER']}@/{SPARE}?host={host}",
        }
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)

    yield manage
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {SPARE} WITH (FORCE)")


def ask_spare(question: str, role: str | None = None) -> Any:
    """Return the one answer of the restored database, asked as the owner or as another role."""
    given = connection.get_connection_params()
    session = psycopg2.connect(dbname=SPARE, user=role or given["user"], host=given["host"])
    try:
        with session.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]
    finally:
        session.close()


@pytest.mark.django_db(transaction=True)
class TestBackup:
    def test_it_holds_the_database_the_files_and_their_digests(
        self, backup: Path, drawing: str, tmp_path: Path
    ) -> None:
        manifest = json.loads((backup / MANIFEST).read_text())
        assert {DUMP, f"files/{drawing}"} <= {entry["name"] for entry in manifest["files"]}
        assert manifest["seal"] == Seal.objects.latest("pk").digest
        assert "registers.0001_initial" in manifest["migrations"]
        assert [path.name for path in tmp_path.iterdir()] == ["backup"]
        assert backup.stat().st_mode & 0o077 == 0

    def test_it_never_overwrites(self, plc: Asset, tmp_path: Path) -> None:
        (tmp_path / "something").write_text("mine")
        with pytest.raises(NotDone, match="not an empty folder"):
            write(tmp_path, now=timezone.now())

    def test_a_broken_off_one_leaves_nothing(self, plc: Asset, tmp_path: Path, monkeypatch: Any) -> None:
        monkeypatch.setenv("CSMS_PG_BIN", str(tmp_path / "none"))
        monkeypatch.setenv("PATH", str(tmp_path / "none"))
        with pytest.raises(NotDone, match="pg_dump is not there"):
            write(tmp_path / "backup", now=timezone.now())
        assert list(tmp_path.iterdir()) == []

    def test_a_full_disk_is_said_beforehand(self, plc: Asset, drawing: str, tmp_path: Path) -> None:
        os.truncate(default_storage.path(drawing), 1 << 43)  # 8 TB that take no room
        with pytest.raises(NotDone, match="Not enough room"):
            write(tmp_path / "backup", now=timezone.now())
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_is_being_written_is_no_part_of_it(self, plc: Asset, drawing: str, tmp_path: Path) -> None:
        place = Path(default_storage.path(drawing)).parent
        with written(place / "photo.jpg") as unfinished:
            unfinished.write_bytes(b"half")
            write(tmp_path / "backup", now=timezone.now())
        kept = {path.name for path in (tmp_path / "backup" / "files" / place.name).iterdir()}
        assert "drawing.txt" in kept
        assert [name for name in kept if name == "photo.jpg" or name.endswith(".unfinished")] == []

    def test_a_disk_that_fills_up_in_the_midst_is_said(
        self, plc: Asset, drawing: str, tmp_path: Path, monkeypatch: Any
    ) -> None:
        def full(*given: Any, **more: Any) -> None:
            raise shutil.Error([(drawing, "to", "[Errno 28] No space left on device")] * 3)

        monkeypatch.setattr(shutil, "copytree", full)
        with pytest.raises(NotDone, match="3 files could not be copied"):
            write(tmp_path / "backup", now=timezone.now())
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("harm", ["cut", "added", "linked", "forgotten"])
    def test_a_damaged_one_is_refused(self, backup: Path, harm: str) -> None:
        if harm == "cut":
            (backup / DUMP).write_bytes(b"cut")
        elif harm == "added":
            (backup / "files" / "more").write_text("from elsewhere")
        elif harm == "linked":
            (backup / DUMP).rename(backup.parent / "elsewhere")
            (backup / DUMP).symlink_to(backup.parent / "elsewhere")
        else:
            (backup / "files" / EVIDENCE).unlink()
        with pytest.raises(NotDone, match=r"The backup is damaged: (database\.dump|files/)"):
            read_back(backup)

    def test_one_of_a_newer_release_is_refused(self, backup: Path) -> None:
        manifest = json.loads((backup / MANIFEST).read_text())
        manifest["migrations"].append("assets.9999_of_tomorrow")
        (backup / MANIFEST).write_text(json.dumps(manifest))
        with pytest.raises(NotDone, match="Another release"):
            read_back(backup)

    def test_a_portal_in_use_is_left_alone(self, backup: Path, plc: Asset) -> None:
        with pytest.raises(NotDone, match="not empty"):
            read_back(backup)
        assert Asset.objects.filter(pk=plc.pk).exists()


@pytest.mark.django_db(transaction=True)
class TestRestore:
    def test_killed_half_way_no_record_is_there_without_its_file(
        self, backup: Path, drawing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        def kill(dump: Path) -> None:
            raise KeyboardInterrupt

        settings.MEDIA_ROOT = tmp_path / "media"
        monkeypatch.setattr(backups, "_empty", lambda: True)
        monkeypatch.setattr(backups, "_restore_database", kill)
        with pytest.raises(KeyboardInterrupt):
            backups.read_back(backup)
        assert (settings.MEDIA_ROOT / drawing).is_file()

    def test_all_comes_back_with_its_history(
        self, backup: Path, plc: Asset, drawing: str, spare: Any, tmp_path: Path
    ) -> None:
        home, newest = tmp_path / "home", Seal.objects.latest("pk")
        done = spare("restore", str(backup), files=home)
        assert done.returncode == 0, done.stderr
        assert f"newest seal {newest.digest}." in done.stdout
        assert (home / "files" / drawing).read_bytes() == b"drawing of pumping station 1"
        assert ask_spare(f"SELECT version FROM assets_asset WHERE id = {plc.pk}") == "V2.9.7"
        assert ask_spare("SELECT count(*) FROM registers_seal") == Seal.objects.count() == 2
        assert Session.objects.count() == 1
        assert ask_spare("SELECT count(*) FROM django_session") == 0
        assert ask_spare("SELECT last_value FROM registers_epoch") == newest.last_epoch + 1
        history = f"SELECT count(*) FROM assets_assethistoryevent WHERE pgh_obj_id = {plc.pk}"
        assert ask_spare(history, role=settings.APPLICATION_ROLE) == 2
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask_spare("DELETE FROM registers_seal RETURNING id", role=settings.APPLICATION_ROLE)
        assert "not empty" in spare("restore", str(backup), files=home).stderr

        checked = spare("verify_history", files=home)
        assert checked.returncode == 0, checked.stderr
        assert "under 3 seals are as they were written" in checked.stdout
