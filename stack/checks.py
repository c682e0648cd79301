"""`./portal test`, `./portal lint` and `./portal bench`."""

import os
import subprocess
import sys
from collections.abc import Sequence

from stack.places import ROOT


def test(arguments: Sequence[str]) -> int:
    """Run the tests on servers of their own; without arguments all of them, on two processes."""
    chosen = list(arguments) or ["-n", "2", "--dist", "loadfile"]
    return subprocess.run([sys.executable, "-m", "pytest", "-p", "stack.pytest_plugin", *chosen], cwd=ROOT).returncode
