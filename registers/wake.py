"""After a commit, wakes the tasks that follow a record type; a lost wake-up costs a minute, since beat calls them too."""

from importlib import import_module
from typing import Any

import structlog
from celery.signals import task_prerun
from django.conf import settings
from django.core.cache import caches
from django.db import models
from kombu.exceptions import OperationalError

from registers import clock

WAITING_SECONDS = 10  # a task that was lost is sent again by what is written after them
log = structlog.get_logger(__name__)


def wake(model: type[models.Model]) -> None:
    """Send the followers of this record type that do not wait already; a broker that is down is a delay, not an error."""
    followers = import_module(settings.REGISTERS_CATALOG).FOLLOWERS.get(model, ())
    if clock.telling() or not followers:
        return
    cache = caches["forgiving"]
    waiting = cache.get_many([_waiting(task.name) for task in followers])
    for task in followers:
        if _waiting(task.name) in waiting or not cache.add(_waiting(task.name), 1, WAITING_SECONDS):
            continue
        try:
            task.apply_async(expires=120, retry=False)
        except (OperationalError, OSError) as down:
            log.warning("follower not woken", task=task.name, why=str(down))


@task_prerun.connect  # type: ignore[untyped-decorator]  # Celery has no types
def looks(task: Any, **_: Any) -> None:
    """Note that a task waits no more: what is committed from now on it may not see."""
    caches["forgiving"].delete(_waiting(task.name))


def _waiting(name: str) -> str:
    return f"waiting:{name}"
