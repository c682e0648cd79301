"""Runs Celery's worker so that the processes which carry out its tasks cannot outlive it either."""

import signal
import sys
from typing import Any

from celery.__main__ import main
from celery.signals import worker_process_init

from stack.children import die_with_parent


@worker_process_init.connect  # type: ignore[untyped-decorator]
def tie_to_worker(**_: Any) -> None:
    """Ask Linux to end this task process when the worker is gone; its task is then taken up again."""
    die_with_parent(signal.SIGKILL)()


if __name__ == "__main__":
    sys.argv[0] = "celery"
    main()
