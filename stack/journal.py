"""One log for everything that runs: each line says when and who, on the terminal and in `var/log/portal.log`."""

import logging
import logging.handlers
import sys
import threading
import time

from stack.places import DATA

COLOURS = {"portal": 32, "web": 36, "worker": 33, "beat": 35}
KEPT_BYTES = 10_000_000


class Journal:
    """Writes whole lines, whoever writes at the same time."""

    def __init__(self) -> None:
        """Open the log file; it is rolled over once at 10 MB."""
        folder = DATA / "log"
        folder.mkdir(parents=True, exist_ok=True)
        self._file = logging.handlers.RotatingFileHandler(
            folder / "portal.log", maxBytes=KEPT_BYTES, backupCount=1, encoding="utf-8"
        )
        self._lock = threading.Lock()
        self._colour = sys.stdout.isatty()

    def write(self, name: str, line: str) -> None:
        """Write one line of a process."""
        prefix = f"{time.strftime('%H:%M:%S')} {name:<7}| "
        shown = f"\033[{COLOURS.get(name, 37)}m{prefix}\033[0m{line}" if self._colour else prefix + line
        with self._lock:
            self._file.emit(logging.makeLogRecord({"msg": prefix + line}))
            try:
                print(shown, flush=True)
            except OSError:
                self._colour = False  # the terminal is gone; the file goes on

    def say(self, line: str) -> None:
        """Write a line of the portal's own."""
        self.write("portal", line)
