"""The company's provider, a person who connected an identity there, and the clock by which an app's codes change."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth
from allauth.socialaccount.models import SocialAccount

from accounts.models import User
from tests.accounts.provider import CLIENT, SECRET, Provider


@pytest.fixture(autouse=True)
def no_new_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app shows the same code as long as a test runs: one that it shows in its last moment would be old when it is sent."""
    now = time.time()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """A provider that the portal is configured for."""
    running = Provider().start()
    settings.OUTBOUND_ALLOW = [running.url]
    app = {"provider_id": "company", "name": "Company sign-in", "client_id": CLIENT, "secret": SECRET}
    app["settings"] = {"server_url": running.url, "email_authentication": False, "second_factor": ["mfa"]}  # type: ignore[assignment]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield running
    running.stop()


@pytest.fixture
def known(provider: Provider, emil: User) -> User:
    """Emil, who connected his identity at the provider before."""
    SocialAccount.objects.create(user=emil, provider="company", uid=f"{provider.url} u-4711")
    return emil
