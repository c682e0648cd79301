"""Passkeys in a real browser with an authenticator of its own: made on the page, and enough to sign in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(window: Callable[..., Page]) -> Callable[[Page], Any]:
    """Plug an authenticator that checks its owner into a window."""

    def plug(page: Page) -> Any:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }})  # fmt: skip
        return session

    return plug


def test_a_passkey_is_made_and_opens_the_portal_alone(
    enter: Callable[..., Page], nils: User, key: Callable[[Page], Any]
) -> None:
    page = enter(nils)
    key(page)
    page.goto("/accounts/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/webauthn/add/**")
    page.fill("input[name=name]", "Notebook")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("/accounts/2fa/(?!webauthn/add)"))
    assert Authenticator.objects.filter(user=nils, type="webauthn").count() == 1
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda address: "/accounts/" not in address)
    page.goto("/assets/assets/")
    assert "/assets/assets/" in page.url
