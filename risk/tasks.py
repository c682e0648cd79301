"""What risk does without being asked: risks follow the plant, and are looked at again in time."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from risk import following


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def reassess(**_: Any) -> int:
    """Settle the risks of what changed, and open what is to be looked at again; return how many risks moved."""
    return following.follow(now=timezone.now())
