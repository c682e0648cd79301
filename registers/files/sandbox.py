"""Runs a reader of foreign files in a process of its own, with little memory and time, so that no file harms a worker.

A reader is a module that prints one JSON value a line and calls `confine` first. A crash, a panic, an endless loop or a
bomb in it ends that process alone, and is answered here as an unreadable file.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MEMORY, CPU_SECONDS, SECONDS = 1_500_000_000, 60, 120
LONGEST_LINE = 4_000_000  # characters


class ReaderFailed(Exception):
    """The reader ended without reading the file to its end."""


class Refused(Exception):
    """The file is of no use; the text says why and what to do."""


def told(module: str, path: Path, *, broken: str) -> Iterator[Any]:
    """Yield what the reader tells of a file; raises Refused with its sentence, or with `broken` if it could not end."""
    try:
        for value in values(module, path):
            if "refused" in value:
                raise Refused(value["refused"])
            yield value
    except ReaderFailed as wrong:
        raise Refused(broken) from wrong


def tell(read: Iterable[Any]) -> None:
    """Print every value that is read, one JSON value a line, or at last the sentence with which the file is refused."""
    try:
        for value in read:
            print(json.dumps(value))  # noqa: T201 - the parent reads it
    except Refused as wrong:
        print(json.dumps({"refused": str(wrong)}))  # noqa: T201


def confine() -> None:
    """Bound this process: memory, processor time, no files written, no core dump."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def values(module: str, path: Path, *, seconds: float = SECONDS) -> Iterator[Any]:
    """Yield what the reader prints for a file, one value at a time; raises ReaderFailed."""
    command = [sys.executable, "-I", "-c", _START.format(root=str(ROOT), module=module), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={}) as reader:  # noqa: S603 - our own interpreter and module
        assert reader.stdout is not None
        watch = Timer(seconds, reader.kill)
        watch.start()
        try:
            while line := reader.stdout.readline(LONGEST_LINE):
                if not line.endswith("\n"):
                    raise ReaderFailed
                yield json.loads(line)
            if reader.wait() != 0:
                raise ReaderFailed
        finally:
            watch.cancel()
            reader.kill()


_START = "import sys; sys.path.insert(0, {root!r}); import runpy; runpy.run_module({module!r}, run_name='__main__')"
