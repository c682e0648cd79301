"""After a commit, wakes the tasks that follow a record type; a lost wake-up costs a minute, since beat calls them too."""

from importlib import import_module

import structlog
from django.conf import settings
from django.db import models
from kombu.exceptions import OperationalError

from registers import clock

log = structlog.get_logger(__name__)


def wake(model: type[models.Model]) -> None:
    """Send the follower of this record type, if it has one; a broker that is down is a delay, not an error."""
    if clock.telling():
        return
    followers = import_module(settings.REGISTERS_CATALOG).FOLLOWERS
    for task in followers.get(model, ()):
        try:
            task.apply_async(expires=120, retry=False)
        except (OperationalError, OSError) as down:
            log.warning("follower not woken", task=task.name, why=str(down))
