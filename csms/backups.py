"""Backups: the database and the files in one folder, with a manifest that holds every digest; and the way back.

The dump and what the manifest says of it are of one database snapshot. Files are copied after it, since a row is written
only once its file is there. A backup is trusted like the database: digests show damage, not who made it.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from csms.encryption import Damaged, WrongKey, key_from, pack, unpack
from registers.history import seals, witness
from registers.models import Seal

DUMP, FILES, MANIFEST, FORMAT = "database.dump", "files", "manifest.json", 1
LEFT_OUT = ("imports", "packs", "seals", "work", "*.unfinished")  # what is worked on, and what can be made again
ENCRYPTED = "backup.csms"
SESSIONS = ("django_session", "usersessions_usersession")  # whoever holds a backup must not be signed in by it
DUMP_SHARE = 2  # a compressed dump takes less than half of what the database takes
VARIABLES = {
    "dbname": "PGDATABASE", "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
    "passfile": "PGPASSFILE", "service": "PGSERVICE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


class NotDone(Exception):
    """The backup or restore was not done; the text says why and what to do."""


def write(folder: Path, *, now: datetime) -> dict[str, Any]:
    """Write a backup into a new or empty folder and return its manifest; a broken-off one never bears the final name."""
    folder = folder.absolute()
    _work_as_owner()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotDone(f"{folder} is not an empty folder. Choose a new one.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        needed = cursor.fetchone()[0] // DUMP_SHARE + _size(Path(settings.MEDIA_ROOT))
        _ask_for_space(folder.parent, needed * 2 if settings.BACKUP_KEY_FILE else needed)
    seals.seal()
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.unfinished-", dir=folder.parent))
    try:
        manifest = {"format": FORMAT, "made_at": now.isoformat(), **_dump(unfinished / DUMP)}
        if Path(settings.MEDIA_ROOT).is_dir():
            ignore = shutil.ignore_patterns(*LEFT_OUT)
            shutil.copytree(settings.MEDIA_ROOT, unfinished / FILES, ignore=ignore)
        manifest["files"] = _files(unfinished)
        (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if settings.BACKUP_KEY_FILE:
            _encrypt(unfinished)
        os.sync()
        unfinished.rename(folder)
    except shutil.Error as broken:
        first, *others = broken.args[0]
        raise NotDone(f"{len(others) + 1} files could not be copied. The first: {first[2]}") from broken
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest


def read_back(folder: Path) -> dict[str, Any]:
    """Restore a backup into an empty portal and return its manifest; nothing is touched unless every digest holds."""
    _work_as_owner()
    with _in_plain(folder) as plain:
        return _read_back(plain)


def _read_back(folder: Path) -> dict[str, Any]:
    manifest = _checked_manifest(folder)
    if not _empty():
        raise NotDone("This portal is not empty: it has sites or people. Restore into a new database.")
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(parents=True, exist_ok=True)
    _ask_for_space(media, _size(folder / FILES))
    if (folder / FILES).is_dir():  # before the database: if this is killed, no record is there whose file is not
        shutil.copytree(folder / FILES, media, dirs_exist_ok=True)
    witness.forget()
    _restore_database(folder / DUMP)
    ContentType.objects.clear_cache()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("grant_roles", stdout=io.StringIO())
    witness.begin_anew()
    newest = Seal.objects.order_by("-pk").values_list("digest", flat=True).first() or ""
    if newest != manifest["seal"]:
        raise NotDone(f"Restored, but the newest seal is {newest or 'none'}, not {manifest['seal'] or 'none'} as kept.")
    return manifest


def _encrypt(folder: Path) -> None:
    """Put all that is in the folder into one encrypted file and remove the rest."""
    content = sorted(folder.iterdir())
    unfinished = folder.with_name(f"{folder.name}.encrypting")
    try:
        pack(folder, unfinished, key_from(settings.BACKUP_KEY_FILE))
        for path in content:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        unfinished.rename(folder / ENCRYPTED)
    except WrongKey as wrong:
        raise NotDone(str(wrong)) from wrong
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _in_plain(folder: Path) -> Iterator[Path]:
    """Give the folder of a backup, decrypted for the time being where it is encrypted."""
    if not (folder / ENCRYPTED).is_file():
        yield folder
        return
    if not settings.BACKUP_KEY_FILE:
        raise NotDone("This backup is encrypted. Name its key in CSMS_BACKUP_KEY_FILE.")
    with tempfile.TemporaryDirectory(prefix=".backup-in-plain-", dir=folder.parent) as plain:
        _ask_for_space(folder.parent, _size(folder))
        try:
            unpack(folder / ENCRYPTED, Path(plain), key_from(settings.BACKUP_KEY_FILE))
        except WrongKey as wrong:
            raise NotDone(str(wrong)) from wrong
        except (Damaged, tarfile.TarError) as damaged:
            raise NotDone(f"{damaged} Nothing was restored; take another backup.") from damaged
        yield Path(plain)


def others_connected() -> int:
    """Return how many other sessions work with this database: a portal that runs must be started anew after a restore."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
        )
        return int(cursor.fetchone()[0])


def _work_as_owner() -> None:
    if settings.HISTORY_PROTECTED and not (settings.OWNER or settings.TESTING):
        raise NotDone("This is the owner's work: use ./portal manage, or set CSMS_ROLE=owner.")


def _dump(file: Path) -> dict[str, Any]:
    """Dump the database; return the newest seal and the migrations of the very snapshot that was dumped."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        seal = Seal.objects.order_by("-pk").values_list("digest", flat=True).first() or ""
        migrations = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
        left_out = [f"--exclude-table-data=public.{table}" for table in SESSIONS]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *left_out]
        _run("pg_dump", *options, f"--file={file}")
    return {"seal": seal, "migrations": migrations}


def _checked_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        kept = {entry["name"]: entry for entry in manifest["files"]}
        migrations, _seal, form = set(manifest["migrations"]), manifest["seal"], manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise NotDone(f"{folder} is no backup: {MANIFEST} cannot be read.") from wrong
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if form != FORMAT or migrations - known:
        raise NotDone("Another release of the portal made this backup, and this one does not know all it holds.")
    found = {entry["name"]: entry for entry in _files(folder) if entry["name"] != MANIFEST}
    for name in sorted({DUMP} | set(found) | set(kept)):
        if name not in found or found[name] != kept.get(name):
            raise NotDone(f"The backup is damaged: {name}. Nothing was restored; take another one.")
    return manifest


def _restore_database(dump: Path) -> None:
    listing = _run("pg_restore", "--list", str(dump)).splitlines()
    kept = [line for line in listing if "SCHEMA - public" not in line and "COMMENT - EXTENSION" not in line]
    try:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS past CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    except OperationalError as busy:
        raise NotDone("Something else works with this database. Stop the portal, then restore.") from busy
    database = connection.get_connection_params()["dbname"]
    connection.close()
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        chosen.write("\n".join(kept))
        chosen.flush()
        options = ["--no-owner", "--no-privileges", "--single-transaction", f"--use-list={chosen.name}"]
        _run("pg_restore", *options, f"--dbname={database}", str(dump))


def _empty() -> bool:
    tables = connection.introspection.table_names()
    if not tables:
        return True
    if "accounts_site" not in tables:
        raise NotDone("This database holds tables of another program. Restore into a database of the portal's own.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM accounts_site) OR EXISTS (SELECT FROM accounts_user WHERE NOT robot)"
        )
        return not cursor.fetchone()[0]


def _files(folder: Path) -> list[dict[str, Any]]:
    """Return name, size in bytes and SHA-256 of every file below a folder; links are not followed."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found.append({"name": path.relative_to(folder).as_posix(), "size": path.stat().st_size, "sha256": digest})
    return found


def _size(folder: Path) -> int:
    found = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # what is worked on comes and goes
            found += path.stat().st_size if path.is_file() else 0
    return found


def _ask_for_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NotDone(f"Not enough room at {folder}: {needed >> 20} MB needed, {free >> 20} MB free.")


def _run(program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's own programs, from CSMS_PG_BIN or the PATH; NotDone carries what it said."""
    place = Path(os.environ.get("CSMS_PG_BIN", "")) / program
    command = str(place) if place.is_file() else shutil.which(program)
    if command is None:
        raise NotDone(f"{program} is not there. Install PostgreSQL's client programs or set CSMS_PG_BIN.")
    given = connection.get_connection_params()
    # By the environment, so that no password stands in the list of processes.
    where = {variable: str(given[name]) for name, variable in VARIABLES.items() if given.get(name)}
    done = subprocess.run([command, *arguments], capture_output=True, text=True, check=False, env=os.environ | where)  # noqa: S603
    if done.returncode:
        raise NotDone(f"{program} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
