"""What network does without being asked: findings and achieved levels follow the plant and the answers."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from network import checking, following, settling


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def recheck(**_: Any) -> int:
    """Check the segmentation rules where the plan changed; return how many findings changed."""
    return checking.follow(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def settle_levels(**_: Any) -> int:
    """Work out SL-A where answers changed; return how many levels moved."""
    return settling.follow()


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def measure_flows(**_: Any) -> int:
    """Measure rule sets and observed flows where what is declared changed; return how many changed."""
    return following.follow(now=timezone.now())
