"""REST says how many requests are left, and when to come back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import User
from assets.models import Asset


@pytest.mark.django_db
def test_each_answer_counts_down_and_the_last_says_when_to_come_back(
    emil: User, plc: Asset, rest: Callable[..., Any], settings: Any
) -> None:
    settings.RATE_LIMIT = "3/min"
    cache.clear()
    program = rest(emil)
    left = [program.send("get", "assets/")["RateLimit"] for _ in range(3)]
    assert [one.split(";")[1] for one in left] == ["r=2", "r=1", "r=0"]
    refused = program.send("get", "assets/")
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert refused["RateLimit-Policy"] == '"requests";q=3;w=60'
    assert 0 < int(refused["Retry-After"]) <= 61
    assert refused["RateLimit"].startswith('"requests";r=0;t=')


@pytest.mark.django_db
def test_where_it_is_lifted_nothing_is_said(emil: User, plc: Asset, rest: Callable[..., Any], settings: Any) -> None:
    settings.RATE_LIMIT = "0"
    assert "RateLimit" not in rest(emil).send("get", "assets/")
