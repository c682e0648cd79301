"""A Valkey (or Redis) server of our own: queue, cache and locks, nothing that has to survive."""

import signal
import socket
import subprocess
import time

from stack.children import end, end_group, spawn
from stack.places import StackError, socket_dir, state_dir
from stack.programs import find_broker

START_SECONDS = 20
# Nothing is written to disk: what must not get lost waits in the database and is sent again.
OPTIONS = (
    "--port",
    "0",
    "--save",
    "",
    "--appendonly",
    "no",
    "--maxmemory",
    "256mb",
    "--maxmemory-policy",
    "noeviction",
)


class Broker:
    """One broker on a Unix socket in a private folder."""

    name = "Valkey"
    variable = "REDIS_URL"

    def __init__(self, instance: str) -> None:
        """Prepare the broker of an instance."""
        self.process: subprocess.Popen[bytes] | None = None
        self.program = find_broker()
        self.home = state_dir(instance)
        self.socket = socket_dir(instance, "mq") / "broker.sock"
        self.log = self.home / "broker.log"

    def environment(self) -> dict[str, str]:
        """Return the variable that leads the portal to this broker."""
        return {"REDIS_URL": f"unix://{self.socket}"}

    def answers(self) -> bool:
        """Say whether the broker answers a PING."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(5) == b"+PONG"
            except OSError:
                return False

    def start(self) -> None:
        """Start the broker and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = spawn(
                [self.program, "--unixsocket", self.socket, "--unixsocketperm", "700", *OPTIONS],
                output=log.fileno(),
                parent_gone=signal.SIGTERM,
                cwd=self.home,
            )
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                tail = self.log.read_text(errors="replace")[-1000:]
                self.stop()
                raise StackError(f"The broker did not start (see {self.log}):\n{tail}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the broker."""
        if self.process and not end(self.process, signal.SIGTERM, 1):
            end_group(self.process)
