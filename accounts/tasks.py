"""What must happen to roles without being asked."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts import workflow


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def close_roles(**_: Any) -> int:
    """Say of each role whose end has passed that it is over."""
    return workflow.close_what_is_over(now=timezone.now())
