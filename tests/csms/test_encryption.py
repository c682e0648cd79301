"""An encrypted backup: restored with its key only, and nothing of it can be changed, moved, cut or exchanged."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from assets.models import Asset
from csms import backups
from csms.encryption import HEAD, PART, TAG, Damaged, WrongKey, key_from, pack, unpack

KEY, OTHER = secrets.token_bytes(32), secrets.token_bytes(32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of several parts and one in a folder of its own."""
    made = tmp_path / "plain"
    (made / "files" / "evidence").mkdir(parents=True)
    (made / "database.dump").write_bytes(secrets.token_bytes(3 * PART + 17))
    (made / "files" / "evidence" / "a.txt").write_text("words")
    return made


@pytest.fixture
def sealed(folder: Path, tmp_path: Path) -> Path:
    """The same, encrypted."""
    pack(folder, tmp_path / "sealed", KEY)
    return tmp_path / "sealed"


def opened(sealed: Path, to: Path, key: bytes = KEY) -> dict[str, bytes]:
    """Return what an encrypted file holds, by name."""
    to.mkdir()
    unpack(sealed, to, key)
    return {path.relative_to(to).as_posix(): path.read_bytes() for path in to.rglob("*") if path.is_file()}


def test_it_comes_back_as_it_was(folder: Path, sealed: Path, tmp_path: Path) -> None:
    before = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert opened(sealed, tmp_path / "out") == before
    assert b"words" not in sealed.read_bytes()
    assert oct(sealed.stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[: HEAD + PART + TAG], lambda body: body[:-1], lambda body: body[:HEAD], lambda body: b"CSMSBAK2" + body[8:],
        lambda body: body + b"x", lambda body: body[:HEAD + 5] + bytes([body[HEAD + 5] ^ 1]) + body[HEAD + 6:],
        lambda body: body[:HEAD] + body[HEAD + PART + TAG : HEAD + 2 * (PART + TAG)] + body[HEAD : HEAD + PART + TAG] + body[HEAD + 2 * (PART + TAG):],
        lambda body: body[:20] + bytes([body[20] ^ 1]) + body[21:], lambda body: b"",
    ],
)  # fmt: skip
def test_whatever_is_done_to_it_is_found(damage: Callable[[bytes], bytes], sealed: Path, tmp_path: Path) -> None:
    sealed.write_bytes(damage(sealed.read_bytes()))
    with pytest.raises(Damaged):
        opened(sealed, tmp_path / "out")


def test_another_key_is_named(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="was made with the key"):
        opened(sealed, tmp_path / "out", OTHER)


@pytest.mark.parametrize("text", ["", "short", "z" * 64, "a" * 63, "ü"])
def test_a_file_that_is_no_key_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(WrongKey):
        key_from(str(tmp_path / "key"))
    with pytest.raises(WrongKey, match="cannot be read"):
        key_from(str(tmp_path / "absent"))


@pytest.mark.django_db(transaction=True)
class TestBackup:
    @pytest.fixture
    def key(self, tmp_path: Path, settings: Any) -> Path:
        """The key file that the settings name."""
        (tmp_path / "key").write_text(KEY.hex())
        settings.BACKUP_KEY_FILE, settings.MEDIA_ROOT = str(tmp_path / "key"), tmp_path / "media"
        return tmp_path / "key"

    def test_it_holds_one_file_that_only_its_key_opens(
        self, plc: Asset, key: Path, tmp_path: Path, settings: Any
    ) -> None:
        manifest = backups.write(tmp_path / "backup", now=timezone.now())
        assert [path.name for path in (tmp_path / "backup").iterdir()] == [backups.ENCRYPTED]
        assert {path.name for path in tmp_path.iterdir()} <= {"backup", "key", "media"}
        found = opened(tmp_path / "backup" / backups.ENCRYPTED, tmp_path / "out")
        assert {backups.DUMP, backups.MANIFEST} <= set(found)
        assert manifest["files"][0]["size"] == len(found[backups.DUMP])
        with pytest.raises(backups.NotDone, match="not empty"):  # opened, every digest held, and only then refused
            backups.read_back(tmp_path / "backup")
        settings.BACKUP_KEY_FILE = ""
        with pytest.raises(backups.NotDone, match="CSMS_BACKUP_KEY_FILE"):
            backups.read_back(tmp_path / "backup")
        assert {path.name for path in tmp_path.iterdir()} <= {"backup", "key", "media", "out"}

    def test_without_a_good_key_there_is_no_backup(self, plc: Asset, key: Path, tmp_path: Path) -> None:
        key.write_text("nothing")
        with pytest.raises(backups.NotDone, match="no key file"):
            backups.write(tmp_path / "backup", now=timezone.now())
        assert not (tmp_path / "backup").exists()
