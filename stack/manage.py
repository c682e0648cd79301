"""`./portal manage COMMAND`: any command of Django's, against the running portal's servers or ones for its duration."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from stack.places import ROOT
from stack.servers import RUN, Servers

OWNER_COMMANDS = {
    "backup",
    "createsuperuser",
    "demo",
    "flush",
    "grant_roles",
    "load_reference",
    "makemigrations",
    "migrate",
    "prepare",
    "restore",
    "scale",
    "shell",
    "verify_history",
}


def role(command: str) -> str:
    """Return the database role that a command works as."""
    return "owner" if command in OWNER_COMMANDS else "app"


def environment(command: str) -> dict[str, str]:
    """Return the environment for one command of Django's."""
    return os.environ | {"CSMS_ROLE": role(command)}


def manage(arguments: Sequence[str]) -> int:
    """Run one command in the foreground and return its exit code; stdout carries nothing but its own output."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Servers(RUN, "manage"):
        command = subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(arguments[0] if arguments else "help")
        )
        try:
            return command.wait()
        except KeyboardInterrupt:
            return command.wait()
        finally:
            if command.poll() is None:
                command.terminate()
                command.wait()
