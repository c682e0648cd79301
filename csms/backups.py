"""Backups: the database and the files in one folder, with a manifest that holds every digest; and the way back."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from registers.history import seals
from registers.models import Seal

DUMP, FILES, MANIFEST = "database.dump", "files", "manifest.json"


class NotDone(Exception):
    """The backup or restore was not done; the text says why and what to do."""


def write(folder: Path, *, now: datetime) -> dict[str, Any]:
    """Write a backup into a new folder and return its manifest; a broken-off one never bears the final name."""
    if folder.exists() and any(folder.iterdir()):
        raise NotDone(f"{folder} is not empty. Choose a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    seals.seal()
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}.unfinished-", dir=folder.parent))
    try:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished / DUMP}", _url())
        media = Path(settings.MEDIA_ROOT)
        if media.is_dir():
            shutil.copytree(media, unfinished / FILES, ignore=shutil.ignore_patterns("imports"))
        newest = Seal.objects.order_by("-pk").first()
        manifest = {
            "made_at": now.isoformat(), "seal": newest.digest if newest else "", "digests": _digests(unfinished),
        }  # fmt: skip
        (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return manifest


def read_back(folder: Path) -> dict[str, Any]:
    """Restore a backup into an empty portal and return its manifest; nothing is touched unless every digest holds."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise NotDone(f"{folder} is no backup: {MANIFEST} cannot be read.") from wrong
    found = _digests(folder)
    found.pop(MANIFEST, None)
    for name in sorted(set(found) | set(manifest["digests"])):
        if found.get(name) != manifest["digests"].get(name):
            raise NotDone(f"The backup is damaged: {name}. Take another one.")
    if not _empty():
        raise NotDone("This portal is not empty. Restore into a new one (CSMS_DEMO=0 ./portal run, or a new database).")
    _restore_database(folder / DUMP)
    if (folder / FILES).is_dir():
        shutil.copytree(folder / FILES, settings.MEDIA_ROOT, dirs_exist_ok=True)
    call_command("grant_roles", verbosity=0)
    return manifest


def _restore_database(dump: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS past CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    listing = _run("pg_restore", "--list", str(dump))
    kept = [
        line for line in listing.splitlines() if "SCHEMA - public" not in line and "COMMENT - EXTENSION" not in line
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        chosen.write("\n".join(kept))
        chosen.flush()
        _run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            f"--use-list={chosen.name}",
            f"--dbname={_url()}",
            str(dump),
        )


def _empty() -> bool:
    if "accounts_site" not in connection.introspection.table_names():
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM accounts_site) OR EXISTS (SELECT 1 FROM accounts_user WHERE NOT robot)"
        )
        return not cursor.fetchone()[0]


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def _url() -> str:
    given = connection.get_connection_params()
    parts = {
        "host": given.get("host"),
        "port": given.get("port"),
        "user": given.get("user"),
        "password": given.get("password"),
    }
    words = [f"{name}='{value}'" for name, value in {"dbname": given["dbname"], **parts}.items() if value]
    return " ".join(words)


def _run(program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's own programs, from CSMS_PG_BIN or the PATH; NotDone carries what it said."""
    place = Path(os.environ.get("CSMS_PG_BIN", "")) / program
    command = str(place) if place.is_file() else shutil.which(program)
    if command is None:
        raise NotDone(f"{program} is not there. Install PostgreSQL's client programs or set CSMS_PG_BIN.")
    done = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotDone(f"{program} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
