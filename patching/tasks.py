"""What patching does without being asked: polls that are due, matches of what changed, patches that mend them."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from patching import deferring, matching, polling, remedies


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def poll_due(**_: Any) -> int:
    """Poll the sources that are due; return how many were visited."""
    visited = polling.visit_due()
    if visited:
        rematch.delay()
    return visited


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def rematch(**_: Any) -> int:
    """Match what changed since the last look; return how many matches were written."""
    outcome = matching.follow(now=timezone.now())
    return outcome.matched + outcome.closed + outcome.reprioritised


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def propose_patches(**_: Any) -> int:
    """Propose patches for matches that changed; return how many are new."""
    return remedies.follow(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def reopen_deferred(**_: Any) -> int:
    """Take up again what was deferred without a decision and whose day has passed; return how many."""
    return deferring.reopen_deferred(now=timezone.now())
