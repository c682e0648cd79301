"""The portal's own processes: what a web worker keeps in memory, and how soon a prepared checkout serves."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from accounts.grants import grant
from accounts.models import Organisation, Role, User
from accounts.tokens import issue
from assets.models import Asset
from bench.rows import Row

ROOT = Path(__file__).resolve().parents[1]
REQUESTS, WARM = 10_000, 1_000
PATIENCE = 120


def memory() -> Iterator[Row]:
    """Yield what one gunicorn worker holds after many mixed requests, and how much of it came after the warm-up."""
    now = timezone.now()
    user = User.objects.create_user("worker@bench.example", name="worker")
    grant(user, Role.MANAGER, Organisation.objects.get())
    _row, token = issue(user, "bench", ["read", "write"], expires_at=now + timedelta(days=1), now=now)
    asset, port = Asset.objects.order_by("pk")[0], _free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--workers", "1", "--max-requests", "0"]
    master = subprocess.Popen([*command, "-b", f"127.0.0.1:{port}", "csms.wsgi"], cwd=ROOT)
    paths = (
        "assets/",
        f"assets/{asset.pk}/",
        "assets/?q=sn00012",
        "sites/",
        "zones/",
        "matches/",
        "advisories/",
        "nothing/",
    )
    try:
        _answering(port, "/healthz")
        for number in range(REQUESTS):
            _get(f"http://127.0.0.1:{port}/api/v1/{paths[number % len(paths)]}", token)
            if number == WARM:
                warm = _worker_memory(master.pid)
        after = _worker_memory(master.pid)
    finally:
        master.terminate()
        master.wait(30)
    yield Row(f"web worker after {REQUESTS:,} requests", after, "MB", 200)
    yield Row(f"web worker: growth after the first {WARM:,}", after / warm, "x", 1.1)


def start() -> Iterator[Row]:
    """Yield how long `./portal run` takes until `/readyz` is 200; a first start prepares the checkout.

    What beat and worker last said is forgotten before each start, as it is on a morning after: they must say it anew.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CSMS_", "DJANGO_"))}
    forget = "from django.core.cache import cache; cache.delete('beat')"
    for _turn in range(2):
        port = _free_port()
        subprocess.run(["./portal", "manage", "shell", "-v", "0", "-c", forget], cwd=ROOT, env=clean, check=True)
        began = time.monotonic()
        portal = subprocess.Popen(
            ["./portal", "run"],
            cwd=ROOT,
            env=clean | {"PORT": str(port)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _answering(port, "/readyz")
            took = time.monotonic() - began
        finally:
            portal.send_signal(signal.SIGTERM)
            portal.wait(60)
    yield Row("cold start until /readyz is 200", took, "s", 10)


def _answering(port: int, path: str) -> None:
    """Return once the address answers 200; asked ten times a second."""
    until = time.monotonic() + PATIENCE
    while _get(f"http://127.0.0.1:{port}{path}") != 200:
        if time.monotonic() > until:
            raise RuntimeError(f"{path} was not ready within {PATIENCE} s. Does another portal of this checkout run?")
        time.sleep(0.1)


def _get(address: str, token: str = "") -> int:
    headers = {"Host": "localhost"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def _worker_memory(master: int) -> float:
    """Return the resident memory of the master's one worker in MB."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1000


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
