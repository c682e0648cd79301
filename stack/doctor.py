"""`./portal doctor`: what is there, what is missing and how to get it; needs nothing but Python itself."""

import ctypes
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from stack.places import DATA, ROOT, STATE, StackError
from stack.programs import find_broker, find_postgres, version_of

PDF_LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
PLAYWRIGHT_LIBRARIES = {"libatomic.so.1": "libatomic1"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def missing_libraries(packages: dict[str, str]) -> list[str]:
    """Return the Debian packages of those libraries that cannot be loaded."""
    missing = []
    for library, package in packages.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def browser() -> str | None:
    """Return the path of a Chromium for the browser tests."""
    installed = (found for name in BROWSERS if (found := shutil.which(name)))
    return os.environ.get("CSMS_CHROMIUM") or next(installed, None)


def missing_packages(parts: list[str]) -> list[str]:
    """Return the Debian packages that the parts (`pdf`, `browser`) still need."""
    missing: list[str] = []
    if "pdf" in parts:
        missing += missing_libraries(PDF_LIBRARIES)
    if "browser" in parts:
        missing += ([] if browser() else ["chromium"]) + missing_libraries(PLAYWRIGHT_LIBRARIES)
    return missing


def apt_line(packages: list[str]) -> str:
    """Return the command that installs Debian packages."""
    return f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install -y --no-install-recommends {' '.join(packages)}"


def server_line(name: str, variable: str, find: Callable[[], object]) -> tuple[bool, str]:
    """Say where a server comes from: the environment, a package or this machine."""
    if os.environ.get(variable):
        return True, f"{name}: the one in {variable}"
    try:
        found = find()
    except StackError as error:
        return False, str(error)
    return True, f"{name}: {found}"


def report() -> list[tuple[bool, str]]:
    """Return a finding a line: whether it is fine, and in words."""
    lines = [(True, f"Python {sys.version.split()[0]}: {sys.executable}")]
    packages = (ROOT / ".venv" / ".installed").exists()
    lines.append((packages, "Python packages in .venv" + ("" if packages else "; ./portal run installs them")))
    pages = (ROOT / "node_modules" / ".installed").exists()
    lines.append((pages, "style sheets, scripts and fonts" + ("" if pages else "; ./portal run installs them")))
    node = shutil.which("node")
    lines.append((True, f"Node {version_of_node(node)}" if node else "Node: none; one is fetched when it is needed"))
    lines.append(server_line("PostgreSQL", "DATABASE_URL", find_postgres))
    lines.append(server_line("Valkey or Redis", "REDIS_URL", find_broker))
    for name, part, command in (
        ("libraries for PDF reports", "pdf", "run"),
        ("browser for the tests", "browser", "test"),
    ):
        missing = missing_packages([part])
        how = f"; ./portal {command} tries to get it, or run: {apt_line(missing)}"
        lines.append((not missing, name + (how if missing else "")))
    return lines


def version_of_node(node: str) -> str:
    """Return path and version of a Node program."""
    return f"{version_of(Path(node))}: {node}"


def doctor() -> int:
    """Print the findings and where the data lies; return 1 when something is missing."""
    lines = report()
    for fine, text in lines:
        print(f"{'ok     ' if fine else 'MISSING'} {text}")
    print(f"data    the portal's files: {DATA}")
    print(f"data    the embedded servers' files and logs: {STATE / 'servers'}")
    return 0 if all(fine for fine, _ in lines) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["missing"]:
        print(" ".join(missing_packages(sys.argv[2:])))
        sys.exit(0)
    sys.exit(doctor())
