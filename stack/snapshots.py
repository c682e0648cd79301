"""Keeps the tables that the migrations make, so that a test run need not make them again while no migration changed."""

import hashlib
import os
import subprocess
from pathlib import Path

from stack.places import BUILT, ROOT

VARIABLE = "CSMS_TEST_SNAPSHOT"


def migrated() -> Path:
    """Return where the snapshot of today's migrations and libraries is, or will be."""
    digest = hashlib.sha256()
    for path in (ROOT / "requirements.lock", *sorted(ROOT.glob("*/migrations/*.py"))):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return BUILT / f"migrated-{digest.hexdigest()[:16]}.sql"


def take(database: str, file: Path) -> None:
    """Write a database into the file, whole or not at all, in place of older snapshots."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    _run("pg_dump", "--no-owner", f"--file={unfinished}", f"--dbname={_address(database)}")
    for old in file.parent.glob("migrated-*.sql"):
        old.unlink(missing_ok=True)
    unfinished.replace(file)


def put(file: Path, database: str) -> None:
    """Make a database from the file."""
    _run("psql", "--quiet", f"--dbname={os.environ['DATABASE_OWNER_URL']}", f'--command=CREATE DATABASE "{database}"')
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    _run("psql", *options, f"--dbname={_address(database)}", f"--file={file}")


def _address(database: str) -> str:
    before, _, after = os.environ["DATABASE_OWNER_URL"].partition("?")
    return f"{before.rsplit('/', 1)[0]}/{database}?{after}"


def _run(program: str, *arguments: str) -> None:
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)
