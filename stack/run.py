"""`./portal run`: servers, migrations, demo plant, then web, worker and beat until Ctrl-C or SIGTERM."""

import json
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from types import FrameType

from stack.children import end_group
from stack.journal import Journal
from stack.keeping import Child, Restarts
from stack.manage import environment
from stack.places import DATA, StackError
from stack.servers import RUN, Server, Servers

READY_SECONDS = 30
END_SECONDS = 8
QUIET = ",".join(  # said at every start, and neither is a fault on one computer
    f"ignore:{beginning}" for beginning in ("You're running the worker with superuser privileges", "No directory at")
)
DEMO_PEOPLE = (
    ("admin@demo.example", "administrator", "everywhere"),
    ("mara@demo.example", "CSMS manager", "everywhere"),
    ("petra@demo.example", "approver (plant director)", "everywhere"),
    ("nils@demo.example", "site security manager", "NORTH"),
    ("emil@demo.example", "engineer", "NORTH"),
    ("ada@demo.example", "auditor, read-only", "NORTH"),
    ("sven@demo.example", "engineer", "SOUTH"),
)


class Supervisor:
    """Starts everything in order, starts again what died, and ends everything in reverse order."""

    def __init__(self, port: int) -> None:
        """Prepare to serve on a port of the loop-back address."""
        self.port = port
        self.demo = os.environ.get("CSMS_DEMO", "1").lower() not in {"0", "false", "no", "off"}
        self.journal = Journal()
        self.servers = Servers(RUN, RUN, say=self.journal.say)
        self.children: list[Child] = []
        self.due: dict[str, float] = {}
        self.restarts: dict[str, Restarts] = {}
        self.stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def serve(self) -> int:
        """Serve until told to stop; return the exit code."""
        began = time.monotonic()
        try:
            self.servers.up()
            self.prepare()
            self.start_children()
            self.wait_until_ready(began)
            while not self.stopping.wait(0.2):
                self.restart_the_dead()
        except StackError as error:
            if not self.stopping.is_set():
                self.journal.say(f"ERROR: {error}")
                return 1
        finally:
            self.end()
        return 0

    def prepare(self) -> None:
        """Bring the database up to date and load the demo plant, as the owner of the database."""
        if not self.stopping.is_set():
            self._manage(["prepare", *(["--demo"] if self.demo else [])])

    def start_children(self) -> None:
        """Start web, worker and beat."""
        celery = ["--quiet", "--skip-checks", "-A", "csms"]
        alone = ["--without-gossip", "--without-mingle"]
        beat_file = str(DATA / "beat-schedule")
        plans = {
            "web": (["-m", "gunicorn", "csms.wsgi", "-b", f"127.0.0.1:{self.port}"], signal.SIGTERM),
            # With database and broker gone too, waiting for a task would be in vain; it is taken up again.
            "worker": (["-m", "stack.worker", *celery, "worker", "-l", "WARNING", "-c", "4", *alone], signal.SIGKILL),
            "beat": (
                ["-m", "celery", *celery, "beat", "-l", "WARNING", "--pidfile=", "--schedule", beat_file],
                signal.SIGTERM,
            ),
        }
        env = {"CSMS_ROLE": "app", "PORT": str(self.port), "PYTHONWARNINGS": QUIET}
        for name, (arguments, parent_gone) in plans.items():
            if not self.stopping.is_set():
                child = Child(name, arguments, self.journal, env=env, parent_gone=parent_gone)
                child.start()
                self.children.append(child)

    def wait_until_ready(self, began: float) -> None:
        """Wait for /readyz, then say where the portal is and who may sign in."""
        until = time.monotonic() + READY_SECONDS
        problem = self._not_ready()
        while problem and time.monotonic() < until:
            if self.stopping.wait(0.1):
                return
            for child in self.children:
                if child.exit_code is not None:
                    raise StackError(f"{child.name} ended while starting; the lines above say why.")
            problem = self._not_ready()
        if problem:
            self.journal.say(f"WARNING: not everything is ready after {READY_SECONDS} s: {problem}")
        self.journal.say(
            f"ready after {time.monotonic() - began:.1f} s: http://localhost:{self.port}   (Ctrl-C ends it)"
        )
        self._show_people()

    def restart_the_dead(self) -> None:
        """Start again what died, servers first."""
        now = time.monotonic()
        watched: list[Server | Child] = [*self.servers.started, *self.children]
        for one in watched:
            if one.process is None or one.process.poll() is None:
                continue
            if one.name not in self.due:
                end_group(one.process)
                self.due[one.name] = self.restarts.setdefault(one.name, Restarts()).due_at(now)
                wait = self.due[one.name] - now
                self.journal.say(f"{one.name} ended ({one.process.returncode}); starting it again in {wait:.1f} s")
            elif now >= self.due[one.name]:
                del self.due[one.name]
                try:
                    one.start()
                except StackError as error:
                    self.journal.say(f"ERROR: {error}")

    def end(self) -> None:
        """End web, worker and beat together, then the servers; all within 15 s."""
        began = time.monotonic()
        self.journal.say("stopping ...")
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.ended(until=began + END_SECONDS)
        self.servers.down()
        self.journal.say(f"stopped after {time.monotonic() - began:.1f} s")

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _manage(self, arguments: list[str]) -> None:
        command = Child("portal", ["manage.py", *arguments], self.journal, env=environment(arguments[0]))
        command.start()
        while command.exit_code is None and not self.stopping.wait(0.05):
            continue
        if self.stopping.is_set():
            command.ask_to_end()
            command.ended(until=time.monotonic() + END_SECONDS)
        elif command.exit_code:
            command.ended(until=time.monotonic())
            raise StackError(f"manage.py {' '.join(arguments)} failed; the lines above say why.")

    def _not_ready(self) -> str:
        """Return what /readyz complains of, "" when people can work."""
        address, host = f"http://127.0.0.1:{self.port}/readyz", f"localhost:{self.port}"
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(urllib.request.Request(address, headers={"Host": host}), timeout=5):
                return ""
        except urllib.error.HTTPError as error:
            answer = error.read().decode("utf-8", "replace")
            return failing(answer) if error.code == 503 else f"/readyz answers {error.code}"
        except OSError as error:
            return str(error)

    def _show_people(self) -> None:
        if not self.demo:
            self.journal.say("the portal is empty; make the first administrator: ./portal manage createsuperuser")
            return
        password = os.environ.get("CSMS_DEMO_PASSWORD", "csms-demo-2026")
        self.journal.say(f"demo people, password {password}:")
        for email, role, where in DEMO_PEOPLE:
            self.journal.say(f"  {email:<20} {role}, {where}")


def failing(answer: str) -> str:
    """Return which checks of a /readyz answer fail; not beat, which reports within a minute and nobody waits for."""
    try:
        checks = json.loads(answer)["checks"]
        return ", ".join(f"{name} {state}" for name, state in checks.items() if state != "ok" and name != "beat")
    except (ValueError, KeyError, AttributeError, TypeError):
        return answer[:200]


def free(port: int) -> bool:
    """Say whether a port of the loop-back address may be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def run() -> int:
    """Run the portal in the foreground."""
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise StackError(f"PORT={wanted} is not a port number.")
    if not free(int(wanted)):
        raise StackError(
            f"Port {wanted} is taken by another program. Stop it, or choose another: PORT=8001 ./portal run"
        )
    return Supervisor(int(wanted)).serve()
