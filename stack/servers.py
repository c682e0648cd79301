"""Starts the servers that `DATABASE_URL` and `REDIS_URL` do not name, shares them between commands, and ends them."""

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from stack.broker import Broker
from stack.places import DATA, STATE, StackError, socket_path, state_dir
from stack.postgres import Postgres
from stack.programs import lend_clients

RUN = "run"
WAIT_SECONDS = 120
Server = Postgres | Broker


def secret_key() -> str:
    """Return the key that signs sessions and links, made at the first start and kept readable by this user alone."""
    path = DATA / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        unfinished = path.with_name(f".secret_key.{os.getpid()}")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):  # of two first starts at once, one key wins
            os.link(unfinished, path)
        unfinished.unlink()
    return path.read_text().strip()


class Servers:
    """PostgreSQL and broker of one instance; `with Servers("run", "manage")` leaves their addresses in the environment."""

    def __init__(self, instance: str, command: str, *, say: Callable[[str], None] = lambda line: None) -> None:
        """Name the instance (`run` is kept, every other is thrown away) and the command that asks for it."""
        self.instance, self.command, self.say = instance, command, say
        self.keep = instance == RUN
        self.started: list[Server] = []
        self.ours = False
        self._owner_lock: IO[str] | None = None
        self._user_lock: IO[str] | None = None

    def __enter__(self) -> Self:
        """Start the servers, or join those that another command of this checkout has started."""
        return self.up()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what was started here."""
        self.down()

    def up(self) -> Self:
        """Start or join, and export DATABASE_URL, DATABASE_OWNER_URL, REDIS_URL and CSMS_SECRET_KEY."""
        if not os.environ.get("CSMS_SECRET_KEY"):
            os.environ["CSMS_SECRET_KEY"] = secret_key() if self.keep else secrets.token_urlsafe(64)
        needs_database, needs_broker = (not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL"))
        if not needs_database:
            os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
            lend_clients()
        if needs_database or needs_broker:
            self.ours = self._take_lock()
            try:
                if needs_database:
                    self._provide(Postgres(self.instance, keep=self.keep))
                if needs_broker:
                    self._provide(Broker(self.instance))
            except BaseException:
                self.down()
                raise
        return self

    def down(self) -> None:
        """End the servers, last started first; a command that lent them to others waits for those first."""
        joined = self._user_lock is not None and not self.ours
        if self.ours and self._user_lock and self.command != RUN:
            fcntl.flock(self._user_lock, fcntl.LOCK_EX)
        for server in reversed(self.started):
            server.stop()
        self.started = []
        if self.ours:
            discard_sockets(self.instance)
        for lock in (self._user_lock, self._owner_lock):
            if lock:
                lock.close()
        self._user_lock = self._owner_lock = None
        self.ours = False
        if not self.keep and not joined:
            discard(self.instance)

    def _provide(self, server: Server) -> None:
        began = time.monotonic()
        if self.ours:
            if server.answers():
                raise StackError(f"The {server.name} of an interrupted run is still ending; try again in some seconds.")
            server.start()
            self.started.append(server)
            self.say(f"{server.name} ready in {time.monotonic() - began:.1f} s")
        else:
            while not server.answers():
                if time.monotonic() - began > 60:
                    raise StackError(f"The {server.name} of the running portal does not answer.")
                time.sleep(0.1)
        os.environ.update(server.environment())

    def _take_lock(self) -> bool:
        """Return whether the servers are ours to start; `run` waits for a passing command, any other joins."""
        home = state_dir(self.instance)
        if self.command != RUN:
            self._user_lock = (home / "users.lock").open("w")
            fcntl.flock(self._user_lock, fcntl.LOCK_SH)
        lock = (home / "owner.lock").open("a+")
        until = time.monotonic() + WAIT_SECONDS
        while not lock_now(lock):
            lock.seek(0)
            holder = lock.read().strip()
            if self.command != RUN:
                lock.close()
                return False
            if holder.startswith(RUN):
                raise StackError(f"This portal is already running ({holder}); stop it first.")
            if time.monotonic() > until:
                raise StackError(f"Another command of this portal does not end ({holder}).")
            time.sleep(0.2)
        lock.truncate(0)
        lock.write(f"{self.command}, process {os.getpid()}")
        lock.flush()
        self._owner_lock = lock
        return True


def lock_now(file: IO[str]) -> bool:
    """Say whether the lock on an open file could be had at once; it is given back when the file is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def throw_away_data(instance: str) -> Path:
    """Make and return the folder for the portal's own files while a throw-away instance lives."""
    folder = DATA / "throw-away" / instance
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def discard_sockets(instance: str) -> None:
    """Remove the folders of an instance's sockets."""
    for part in ("pg", "mq"):
        shutil.rmtree(socket_path(instance, part), ignore_errors=True)


def discard(instance: str) -> None:
    """Remove the files of a throw-away instance."""
    discard_sockets(instance)
    for folder in (STATE / "servers" / instance, DATA / "throw-away" / instance):
        shutil.rmtree(folder, ignore_errors=True)


def discard_abandoned() -> None:
    """Remove what throw-away instances left behind whose process was killed."""
    for folder in (STATE / "servers").glob("*-*"):
        process = folder.name.rpartition("-")[2]
        if process.isdigit() and not Path("/proc", process).exists() and Path("/proc/self").exists():
            discard(folder.name)
