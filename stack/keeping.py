"""Keeps processes running: one that died is started again, a little later each time."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence

from stack.children import end_group, gone_within, spawn
from stack.journal import Journal
from stack.places import ROOT

RESTARTS_A_MINUTE = 5
FIRST_DELAY = 0.5


class Restarts:
    """When a process may be started again: after 0.5, 1, 2, 4, 8 s, and never more than five times in a minute."""

    def __init__(self) -> None:
        """Begin with no restart on record."""
        self._recent: deque[float] = deque(maxlen=RESTARTS_A_MINUTE)

    def due_at(self, now: float) -> float:
        """Record a death at a moment (monotonic seconds) and return the moment of the restart."""
        recent = [moment for moment in self._recent if moment > now - 60]
        due = now + FIRST_DELAY * (1 << len(recent))
        if len(recent) == RESTARTS_A_MINUTE:
            due = max(due, recent[0] + 60)
        self._recent.append(due)
        return due


class Child:
    """A Python process of the portal whose lines go to the journal."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        journal: Journal,
        *,
        env: dict[str, str],
        parent_gone: signal.Signals = signal.SIGTERM,
    ) -> None:
        """Name what Python is to run, and the signal that it gets if the supervisor itself is killed."""
        self.name, self.arguments, self.journal = name, arguments, journal
        self.parent_gone, self.env = parent_gone, env
        self.process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    @property
    def exit_code(self) -> int | None:
        """Return how the process ended, None while it runs."""
        return self.process.poll() if self.process else None

    def start(self) -> None:
        """Start the process; from the main thread only, for Linux ties its life to the thread that started it."""
        self.process = spawn(
            [sys.executable, *self.arguments],
            output=subprocess.PIPE,
            parent_gone=self.parent_gone,
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | self.env,
        )
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()

    def ask_to_end(self) -> None:
        """Let the process finish what it is at and end."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def ended(self, *, until: float) -> None:
        """Wait for the end; whatever of the process is still there at `until` (monotonic seconds) is killed."""
        if self.process:
            if not gone_within(self.process, until - time.monotonic()):
                self.journal.say(f"{self.name} does not end; killing it")
            end_group(self.process)
        if self._reader:
            self._reader.join(1)

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        for line in process.stdout:
            if text := line.decode("utf-8", "replace").rstrip():
                self.journal.write(self.name, text)
