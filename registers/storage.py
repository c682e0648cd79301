"""How files are kept: whole or not at all, never on a full disk, and none that no record knows."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils.translation import gettext_lazy as _

WORK = "work"
DISK_FULL = "53100"  # SQLSTATE
GRACE = timedelta(days=7)
GONE = _("This file is gone from the store. Restore it from a backup.")


class NoSpace(Exception):
    """The disk is nearly full (RFC 4918 11.5)."""

    def __init__(self) -> None:
        super().__init__("There is not enough room on the server. Tell its administrator.")


def filled(error: BaseException) -> bool:
    """Tell whether an error says that a disk is full: ours, that of the files, or that of the database."""
    of_files, of_database = getattr(error, "errno", None), getattr(error.__cause__, "pgcode", "")
    return isinstance(error, NoSpace) or of_files == errno.ENOSPC or of_database == DISK_FULL


def ask_for_room(folder: Path, size: int) -> None:
    """Raise NoSpace unless this many bytes fit and enough stays free for the portal's own work."""
    if shutil.disk_usage(folder).free < settings.FREE_AT_LEAST + size:
        raise NoSpace


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Lend a place beside a file to write it to; it gets its name when it is whole, and nothing is left of it when it is not.

    Raises NoSpace where the disk fills up in the midst.
    """
    unfinished = path.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        yield unfinished
        unfinished.rename(path)
    except OSError as broken:
        if filled(broken):
            raise NoSpace from broken
        raise
    finally:
        unfinished.unlink(missing_ok=True)


def work_folder() -> Path:
    """Return the folder, made if need be, for what is too long for memory while it is worked on; `/tmp` may lie in memory."""
    folder = Path(settings.MEDIA_ROOT) / WORK
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def put_aside(parts: Iterable[bytes]) -> IO[bytes]:
    """Write parts to a file without a name, which is gone when it is closed; return it at its beginning."""
    folder = work_folder()
    ask_for_room(folder, 0)
    file = TemporaryFile(dir=folder)  # noqa: SIM115 - whoever sends it closes it
    file.writelines(parts)
    file.seek(0)
    return file


class KeptFiles(FileSystemStorage):
    """Writes beside the place, forces it to the disk, then renames: a file of that name is whole, whenever the power fails."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        ask_for_room(path.parent, content.size)
        with written(path) as unfinished:
            with unfinished.open("xb") as file:
                content.seek(0)
                for part in content.chunks():
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            unfinished.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return path.relative_to(self.location).as_posix()


def known_files() -> set[str]:
    """Return the name of every file that a record names, or the history of one."""
    found: set[str] = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                found.update(model._default_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True))
    return found


def sweep(*, now: datetime) -> int:
    """Remove files that no record knows once they are older than a week, seals apart; return how many went."""
    root = Path(settings.MEDIA_ROOT)
    old = [
        path
        for path in (root.rglob("*") if root.is_dir() else ())
        if path.is_file()
        and not path.is_symlink()
        and path.parent != Path(settings.SEALS_DIR)
        and path.stat().st_mtime < (now - GRACE).timestamp()
    ]
    known = known_files() if old else set()
    gone = [path for path in old if path.relative_to(root).as_posix() not in known]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
