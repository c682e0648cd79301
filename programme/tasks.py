"""What the programme does without being asked: decisions that no longer hold end."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from programme.workflow import end_what_lapsed


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def lapse_decisions(**_: Any) -> int:
    """End approved decisions that expired or whose record changed."""
    return end_what_lapsed(now=timezone.now())
