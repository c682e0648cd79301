"""Starts processes that cannot outlive the one that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """Return a function for the child that asks Linux to end it when its parent is gone, even by `kill -9`."""

    def ask() -> None:
        if hasattr(LIBC, "prctl"):
            LIBC.prctl(PR_SET_PDEATHSIG, int(with_signal))

    return ask


def spawn(
    arguments: Sequence[str | Path],
    *,
    output: IO[bytes] | int,
    parent_gone: signal.Signals,
    cwd: Path,
    env: dict[str, str] | None = None,
    run_as: dict[str, Any] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own (Ctrl-C does not reach it) that ends when this process does."""
    return subprocess.Popen(
        [str(argument) for argument in arguments],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(parent_gone),
        **(run_as or {}),
    )


def gone_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for a process and return whether it has ended."""
    try:
        process.wait(max(0.1, seconds))
    except subprocess.TimeoutExpired:
        return False
    return True


def end(process: subprocess.Popen[bytes], with_signal: signal.Signals, seconds: float) -> bool:
    """Send a signal and wait; return whether the process has ended."""
    if process.poll() is None:
        process.send_signal(with_signal)
    return gone_within(process, seconds)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and whatever it started and left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
