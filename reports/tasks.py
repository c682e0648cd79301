"""What reports do without being asked: conformity is counted for each month that is over."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from reports import trend


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def keep_points(**_: Any) -> int:
    """Count conformity for months that are over."""
    return trend.keep(now=timezone.now())
