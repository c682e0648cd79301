"""`./portal run` and `./portal manage` as a person calls them: from the start to the last process."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import django
import psutil
import pytest

from stack.places import IS_ROOT, ROOT, ROOT_STATE

END_SECONDS = 15
TESTS_ONLY = (
    "CSMS_TESTING",
    "CSMS_ROLE",
    "CSMS_DATA_DIR",
    "CSMS_SECRET_KEY",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
)


class Portal:
    """A running `python -m stack run`, an empty portal with data of its own."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        inherited = {
            name: value for name, value in os.environ.items() if name not in TESTS_ONLY and "PYTEST" not in name
        }
        self.env = inherited | {"CSMS_DATA_DIR": str(data), "PORT": str(self.port), "CSMS_DEMO": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stack", "run"], cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True
        )
        self.supervisor = psutil.Process(self.process.pid)
        self.seen: list[str] = []

    def until(self, pattern: str) -> str:
        """Read the log up to a line that matches and return it."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.seen.append(line.rstrip())
            if re.search(pattern, line):
                return line
        raise AssertionError(f"{pattern!r} never came:\n" + "\n".join(self.seen[-40:]))

    def family(self) -> list[psutil.Process]:
        """Return everything that the portal has started."""
        return self.supervisor.children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        """Return the direct child whose command has a word in it."""
        return next(found for found in self.supervisor.children() if word in found.cmdline())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data of a portal: whichever test comes first makes them, the next finds what that one's end left."""
    folder = tmp_path_factory.mktemp("data") / "a folder with spaces"
    yield folder
    if IS_ROOT:
        shutil.rmtree(ROOT_STATE / sha256(str(folder).encode()).hexdigest()[:10])


@pytest.fixture
def portal(data: Path) -> Iterator[Portal]:
    portal = Portal(data)
    try:
        yield portal
    finally:
        portal.process.terminate()
        portal.process.communicate(timeout=END_SECONDS + 5)


def test_it_starts_repairs_itself_and_ends_with_everything_it_started(portal: Portal) -> None:
    assert f"http://localhost:{portal.port} " in portal.until("ready after")
    assert "./portal manage createsuperuser" in portal.until("portal is empty")
    with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/healthz", timeout=5) as answer:
        assert answer.status == 200

    portal.child("worker").kill()
    portal.until(r"worker ended \(-9\); starting it again in 0.5 s")
    portal.child("gunicorn").kill()
    portal.until(r"web ended \(-9\); starting it again in 0.5 s")

    family = portal.family()
    portal.process.send_signal(signal.SIGTERM)
    portal.process.communicate(timeout=END_SECONDS)
    assert portal.process.returncode == 0
    assert psutil.wait_procs(family, timeout=1)[1] == []


def test_killed_outright_it_leaves_nothing_behind(portal: Portal) -> None:
    portal.until("ready after")
    family = portal.family()
    assert len(family) >= 5
    portal.process.kill()
    assert psutil.wait_procs(family, timeout=END_SECONDS)[1] == []


def test_a_taken_port_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        env = os.environ | {"PORT": port, "CSMS_DATA_DIR": str(tmp_path)}
        told = subprocess.run(
            [sys.executable, "-m", "stack", "run"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
    assert told.returncode == 1
    assert f"Port {port} is taken" in told.stderr


def test_a_management_commands_output_stands_alone_on_stdout() -> None:
    shown = subprocess.run([ROOT / "portal", "manage", "version"], capture_output=True, text=True, check=True)
    assert shown.stdout == f"{django.get_version()}\n"


def test_what_run_does_not_know_is_refused_with_the_way_to_set_the_port() -> None:
    told = subprocess.run([ROOT / "portal", "run", "--port", "8001"], capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "PORT=8001" in told.stderr


@pytest.mark.parametrize(("arguments", "code"), [(["help"], 0), (["rnu"], 2)])
def test_an_unknown_command_shows_the_known_ones(arguments: list[str], code: int) -> None:
    told = subprocess.run([ROOT / "portal", *arguments], capture_output=True, text=True, check=False)
    assert told.returncode == code
    assert "./portal manage COMMAND" in told.stdout + told.stderr
