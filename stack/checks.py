"""`./portal test`, `./portal journeys`, `./portal lint` and `./portal bench`."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import NoReturn

from stack.places import BUILT, ROOT
from stack.servers import Servers, discard_abandoned, throw_away_data

TOGETHER = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")  # tests/conftest.py says what comes first
JOURNEYS = "tests/browser"
NOT_CHECKED = {"tests", "node_modules", "var"}
PRODUCTION = {"CSMS_PUBLIC_URL": "https://csms.example", "CSMS_DEMO": "0", "CSMS_BEHIND_PROXY": "1"}


def test(arguments: Sequence[str]) -> NoReturn:
    """Become pytest, with servers of its own; without arguments all tests but the journeys, on two processes."""
    _pytest(arguments or [*TOGETHER, f"--ignore={JOURNEYS}"])


def journeys() -> NoReturn:
    """Become pytest on what is done in a real browser: it takes minutes that the tests between two changes need not take."""
    _pytest([*TOGETHER, JOURNEYS])


def _pytest(chosen: Sequence[str]) -> NoReturn:
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "-p", "stack.pytest_plugin", *chosen])


def packages() -> list[str]:
    """Return the folders with the project's own modules."""
    return sorted(found.parent.name for found in ROOT.glob("*/__init__.py") if found.parent.name not in NOT_CHECKED)


def lint_steps() -> dict[str, tuple[list[str], dict[str, str]]]:
    """Return each static check by name: what Python runs, and what it changes in the environment."""
    manage = ["manage.py"]
    return {
        "ruff check": (["-m", "ruff", "check", "."], {}),
        "ruff format": (["-m", "ruff", "format", "--check", "."], {}),
        "mypy --strict": (["-m", "mypy", "--strict", *(part for name in packages() for part in ("-p", name))], {}),
        "import-linter": (
            ["-c", "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"],
            {},
        ),
        "icons": (["-m", "stack.icons", "--strict"], {}),
        "translations": (["-m", "stack.messages", "--check"], {}),
        "templates": (["-m", "stack.templates"], {}),
        "manage.py check": ([*manage, "check", "--fail-level", "WARNING"], {}),
        "manage.py check --deploy": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        "migrations": ([*manage, "makemigrations", "--check", "--dry-run"], {}),
        "OpenAPI": ([*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull], {}),
    }


def lint() -> int:
    """Run every static check, show what failed, and return 1 if any did."""
    failed = 0
    discard_abandoned()
    with Servers(f"lint-{os.getpid()}", "lint"):
        for name, (arguments, environment) in lint_steps().items():
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, *arguments],
                check=False,
                cwd=ROOT,
                env=os.environ | {"CSMS_ROLE": "owner"} | environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            if done.returncode:
                failed = 1
                print(done.stdout.rstrip())
            print(f"{'FAILED' if done.returncode else 'ok    '} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    return failed


def bench(arguments: Sequence[str]) -> int:
    """Run the benchmarks, or the one that is named, on a throw-away portal; they write `var/bench.json`."""
    discard_abandoned()
    with Servers(f"bench-{os.getpid()}", "bench") as servers:
        os.environ["CSMS_DATA_DIR"] = str(throw_away_data(servers.instance))
        os.environ["CSMS_ROLE"] = "owner"
        for command in ("migrate", "grant_roles"):
            made = subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, stdout=sys.stderr, check=False)
            if made.returncode:
                return made.returncode
        results = str(BUILT / "bench.json")
        return subprocess.run(
            [sys.executable, "-m", "bench", "--json", results, *arguments], cwd=ROOT, check=False
        ).returncode
