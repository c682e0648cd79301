"""A broker that is away is a delay: who is signed in works on, and nobody signs in past the limits."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from accounts.models import User
from assets.models import Zone

pytestmark = pytest.mark.django_db
AWAY = "unix:///nowhere/broker.sock"


@pytest.fixture
def lose_broker(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lead both caches to where no broker is, once it is called."""

    def lose() -> None:
        for cache in (caches["default"], caches["forgiving"]):
            monkeypatch.setitem(vars(cache), "_cache", cache._class([AWAY], **cache._options))

    return lose


def test_pages_and_programs_work_on(
    emil: User,
    pumping: Zone,
    signed_in: Callable[[User], Client],
    rest: Callable[..., Any],
    lose_broker: Callable[[], None],
) -> None:
    client, program = signed_in(emil), rest(emil)
    lose_broker()
    for path in ("/", "/assets/assets/", "/my-work/"):
        assert client.get(path).status_code == 200
    assert program.send("get", "assets/").status_code == 200
    assert program.send("patch", f"zones/{pumping.pk}/", {"purpose": "Pumps"}).status_code == 200


def test_readiness_says_it_and_life_goes_on(client: Client, lose_broker: Callable[[], None]) -> None:
    lose_broker()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["broker"]) == (503, "does not answer")
    assert client.get("/healthz").status_code == 200


def test_nobody_signs_in_without_limits(emil: User, lose_broker: Callable[[], None]) -> None:
    lose_broker()
    client = Client(raise_request_exception=False)
    answer = client.post("/accounts/login/", {"login": emil.email, "password": "csms-demo-2026"})
    assert (answer.status_code, "Retry-After" in answer) == (503, True)
