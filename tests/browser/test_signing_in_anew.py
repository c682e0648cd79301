"""A session that was left open: what opens or ends much asks for the password, and goes on where the person was."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from assets.models import Asset
from tests.browser.conftest import PASSWORD
from tests.conftest import show_factor

pytestmark = pytest.mark.django_db(transaction=True)


def leave_open(page: Page, user: User) -> None:
    """Let six minutes go by."""
    client = Client()
    found: Any = next(one for one in page.context.cookies() if one.get("name") == settings.SESSION_COOKIE_NAME)
    client.cookies[settings.SESSION_COOKIE_NAME] = found["value"]
    show_factor(client, user, ago=timedelta(minutes=6))


def answer(page: Page) -> None:
    """Give the password."""
    page.wait_for_url("**/accounts/reauthenticate/**")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")


def test_a_record_is_deleted_a_file_taken_and_a_token_made(enter: Callable[..., Page], mara: User, plc: Asset) -> None:
    page = enter(mara)

    page.goto("/accounts/tokens/")
    page.fill("input[name=name]", "Nightly script")
    leave_open(page, mara)
    page.get_by_role("button", name="Make token").click()
    answer(page)
    page.wait_for_url("**/accounts/tokens/")
    expect(page.locator("main")).to_contain_text("Nightly script")
    assert mara.tokens.get().name == "Nightly script"

    leave_open(page, mara)
    page.goto("/assets/assets/?kind=PLC")
    page.locator("summary", has_text="Export").click()
    page.get_by_role("link", name=re.compile("^CSV")).click()
    with page.expect_download() as download:
        answer(page)
    assert download.value.suggested_filename == "assets.csv"
    page.get_by_role("link", name="Back").click()
    page.wait_for_url("**/assets/assets/?kind=PLC")

    page.goto(f"/assets/assets/{plc.pk}/delete/")
    leave_open(page, mara)
    page.get_by_role("button", name="Delete").click()
    answer(page)
    page.wait_for_url("**/assets/assets/")
    assert not Asset.objects.exists()
