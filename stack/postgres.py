"""A PostgreSQL server of our own, on a Unix socket that only this user can reach."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from stack.children import end, end_group, spawn
from stack.places import IS_ROOT, STATE, StackError, server_user, socket_dir, state_dir
from stack.programs import find_postgres, postgres_major

DATABASE = "csms"
SUPERUSER = "postgres"
OWNER = "csms_owner"
APPLICATION = "csms_app"
ROLES = (
    f"create role {OWNER} login createdb",
    f"create role {APPLICATION} login",
    f"create database {DATABASE} owner {OWNER}",
)
START_SECONDS = 60
FAST_SHUTDOWN = signal.SIGINT  # SIGTERM would wait for every client to leave
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "512MB",  # what a plant of 100,000 assets is matched in; taken as it is used
    "wal_buffers": "64MB",  # two who write matches would wait for each other for room in less
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
THROW_AWAY = {  # nothing is ever recovered from its log: it is kept short, so that it goes over the same few files
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_init_zero": "off",
    "max_wal_size": "192MB",
}


class Postgres:
    """One cluster with the owner's role, which migrates, and the application's, which owns nothing."""

    name = "PostgreSQL"
    variable = "DATABASE_URL"

    def __init__(self, instance: str, *, keep: bool) -> None:
        """Prepare the cluster of an instance; one that is not kept is faster and does not survive a crash."""
        self.keep = keep
        self.process: subprocess.Popen[bytes] | None = None
        self.user = server_user() if IS_ROOT else None
        self.run_as: dict[str, Any] = {}
        if self.user:
            self.run_as = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        self.home = state_dir(instance)
        self.socket_dir = socket_dir(instance, "pg", self.user)
        self.bin = find_postgres()
        os.environ["CSMS_PG_BIN"] = str(self.bin)  # for backup and restore
        self.major = postgres_major(self.bin)
        self.data = self.home / f"pg{self.major}"
        self.log = self.home / "postgres.log"
        self.env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/"}
        if "LD_LIBRARY_PATH" in os.environ:
            self.env["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

    def url(self, role: str) -> str:
        """Return the address for a role; there is no password, the folder of the socket is private."""
        return f"postgres://{role}@/{DATABASE}?host={self.socket_dir}"

    def environment(self) -> dict[str, str]:
        """Return the variables that lead the portal, `pg_dump` and `psql` to this server."""
        return {
            "DATABASE_URL": self.url(APPLICATION),
            "DATABASE_OWNER_URL": self.url(OWNER),
            "PATH": f"{self.bin}{os.pathsep}{os.environ.get('PATH', '')}",
        }

    def answers(self) -> bool:
        """Say whether the server accepts a connection (start-up packet of protocol 3.0, `R` asks for or grants access)."""
        packet = f"user\0{SUPERUSER}\0database\0template1\0\0".encode()
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.socket_dir / ".s.PGSQL.5432"))
                client.sendall((len(packet) + 8).to_bytes(4, "big") + (3 << 16).to_bytes(4, "big") + packet)
                return client.recv(1) == b"R"
            except OSError:
                return False

    def start(self) -> None:
        """Make the cluster if there is none, start the server and wait until it answers."""
        if self.user and not self._server_user_can_run_it():
            self.bin = self._copied_programs()
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        settings = SETTINGS | {"unix_socket_directories": str(self.socket_dir)} | ({} if self.keep else THROW_AWAY)
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with self.log.open("ab") as log:
            self.process = spawn(
                [self.bin / "postgres", "-D", self.data, *options],
                output=log.fileno(),
                parent_gone=FAST_SHUTDOWN,
                cwd=Path("/"),
                env=self.env,
                run_as=self.run_as,
            )
        self._wait()

    def stop(self) -> None:
        """Shut the server down at once, finishing nothing but its own files."""
        if self.process and not end(self.process, FAST_SHUTDOWN, 4) and not end(self.process, signal.SIGQUIT, 1):
            end_group(self.process)

    def _wait(self) -> None:
        assert self.process
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                tail = self.log.read_text(errors="replace")[-1500:]
                self.stop()
                raise StackError(f"PostgreSQL did not start (see {self.log}):\n{tail}")
            time.sleep(0.03)

    def _initdb(self) -> None:
        unfinished = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.user:
            os.chown(unfinished, self.user.pw_uid, self.user.pw_gid)
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.major >= 17 else []
        options = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", *builtin, *([] if self.keep else ["--no-sync"])]
        made = subprocess.run(
            [str(self.bin / "initdb"), "-D", str(unfinished), "-U", SUPERUSER, "--no-instructions", *options],
            check=False,
            env=self.env,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self.run_as,
        )
        if made.returncode == 0:
            made = self._make_roles(unfinished)
        if made.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise StackError(f"PostgreSQL could not make its files in {self.data}:\n{made.stdout[-1500:]}")
        unfinished.rename(self.data)

    def _make_roles(self, data: Path) -> subprocess.CompletedProcess[str]:
        """Make roles and database before the cluster gets its final name, so that whoever finds it finds them in it."""
        return subprocess.run(
            [self.bin / "postgres", "--single", "-D", data, "postgres"],
            input="\n".join(ROLES) + "\n",
            check=False,
            env=self.env,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self.run_as,
        )

    def _server_user_can_run_it(self) -> bool:
        tried = subprocess.run(
            ["/bin/sh", "-c", 'exec "$1" --version', "sh", str(self.bin / "postgres")],
            check=False,
            cwd="/",
            capture_output=True,
            **self.run_as,
        )
        return tried.returncode == 0

    def _copied_programs(self) -> Path:
        """Copy the package's programs to where the server's user can read them; no folder of anyone's is opened up."""
        package = self.bin.parent.parent
        key = re.sub(r"\W+", "-", f"{package.name}-{self.major}-{(self.bin / 'postgres').stat().st_mtime_ns}")
        home = STATE / "programs" / key
        if not home.exists():
            unfinished = home.with_name(f"{key}.{os.getpid()}")
            shutil.copytree(self.bin.parent, unfinished / package.name / self.bin.parent.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
            unfinished.rename(home)
        return home / package.name / self.bin.parent.name / "bin"
