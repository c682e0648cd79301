"""Files are kept whole or not at all, and swept when no record knows them."""

import errno
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Site
from programme.models import Evidence
from registers.api.jobs import keep
from registers.storage import GRACE, NoSpace, sweep

NOW = timezone.now()


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Keep files of tests out of the portal's own store."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


class Torn(ContentFile):  # type: ignore[type-arg]
    """A file whose reading breaks off."""

    def chunks(self, chunk_size: Any = None) -> Any:
        """Yield one part, then break."""
        yield b"half"
        raise OSError("gone")


def files(store: Path) -> list[str]:
    """Return what lies in the store."""
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file())


def test_a_file_is_whole(store: Path) -> None:
    assert default_storage.save("evidence/a.txt", ContentFile(b"words")) == "evidence/a.txt"
    assert (store / "evidence/a.txt").read_bytes() == b"words"
    assert oct((store / "evidence/a.txt").stat().st_mode & 0o777) == "0o640"


def test_a_broken_write_leaves_nothing(store: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        default_storage.save("evidence/a.txt", Torn(b"words"))
    assert files(store) == []


def test_a_full_disk_refuses(store: Path, settings: Any) -> None:
    settings.FREE_AT_LEAST = 10**18
    with pytest.raises(NoSpace, match="administrator"):
        default_storage.save("evidence/a.txt", ContentFile(b"words"))
    assert files(store) == []


def test_a_disk_that_fills_up_in_the_midst_refuses(store: Path) -> None:
    class Filling(ContentFile):  # type: ignore[type-arg]
        def chunks(self, chunk_size: Any = None) -> Any:
            yield b"half"
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(NoSpace, match="administrator"):
        default_storage.save("evidence/a.txt", Filling(b"words"))
    with pytest.raises(NoSpace, match="administrator"):
        keep(Filling(b"words"))
    assert files(store) == []


@pytest.mark.django_db
def test_only_old_files_that_neither_record_nor_history_names_are_swept(store: Path, north: Site) -> None:
    def evidence() -> Evidence:
        return Evidence.objects.create(
            site=north,
            title="x",
            kind="RECORD_OF_PRACTICE",
            effective_from=NOW.date(),
            file=ContentFile(b"x", name="x.txt"),
        )

    kept, deleted = evidence(), evidence()
    deleted.delete()
    for name in ("evidence/orphan.txt", "evidence/young.txt", "imports/done.upload"):
        default_storage.save(name, ContentFile(b"x"))
    before = (NOW - GRACE - timedelta(minutes=1)).timestamp()
    for name in files(store):
        if "young" not in name:
            os.utime(store / name, (before, before))
    assert sweep(now=NOW) == 2
    assert files(store) == sorted([kept.file.name, deleted.file.name, "evidence/young.txt"])
    assert sweep(now=NOW) == 0
