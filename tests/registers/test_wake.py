"""What follows a record type is sent once while it waits, and again as soon as it has begun to look."""

from typing import Any

import pytest
from celery.signals import task_prerun
from django.core.cache import caches

from assets.models import Asset
from csms.catalog import FOLLOWERS
from registers.wake import wake


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that were sent; none waits yet."""
    caches["forgiving"].clear()
    names: list[str] = []
    for task in FOLLOWERS[Asset]:
        monkeypatch.setattr(task, "apply_async", lambda task=task, **_: names.append(task.name))
    return names


def test_a_task_that_waits_is_not_sent_again(sent: list[str]) -> None:
    for _ in range(3):
        wake(Asset)
    assert sent == [task.name for task in FOLLOWERS[Asset]]


def test_what_is_written_after_it_began_to_look_is_told(sent: list[str]) -> None:
    wake(Asset)
    begun: Any = FOLLOWERS[Asset][0]
    task_prerun.send(sender=begun, task=begun, task_id="1", args=[], kwargs={})
    wake(Asset)
    assert sent.count(begun.name) == 2
    assert len(sent) == len(FOLLOWERS[Asset]) + 1
