"""What reports do without being asked: conformity and the plant's figures are counted for what is over."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from reports import course, trend


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def keep_points(**_: Any) -> int:
    """Count conformity for months that are over, and the plant's figures for days that are over."""
    now = timezone.now()
    return course.keep(now=now) + trend.keep(now=now)
