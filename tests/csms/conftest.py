"""Something that waits in My work."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Site
from programme.models import Evidence


@pytest.fixture
def stale(north: Site) -> Evidence:
    """Evidence of NORTH that goes stale in five days."""
    today = timezone.now().date()
    return Evidence.objects.create(
        site=north, title="Walk-down of PS1", kind="RECORD_OF_PRACTICE", note="Binder 3", effective_from=today, effective_to=today + timedelta(days=5)
    )  # fmt: skip
