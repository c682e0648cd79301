"""A real Chromium against the portal on localhost, where every page must keep its content security policy."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from stack.doctor import browser as installed

PASSWORD = "csms-demo-2026"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # the driver runs an event loop in this thread; tests ask the database between steps
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands here."""
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; without one the tests are skipped and say so."""
    path = installed()
    if not path:
        pytest.skip("No Chromium is installed: these tests drive one.")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=SWITCHES)
        yield running
        running.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: errors of scripts, refused styles, failed loads."""
    return []


@pytest.fixture
def window(chromium: Browser, live_server: Any, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Open a window of its own; a broken policy or script fails the test at its end."""
    opened: list[BrowserContext] = []

    def open_one(*, width: int = 1440, theme: Any = "light") -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 960}, color_scheme=theme
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_one
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def enter(window: Callable[..., Page]) -> Callable[..., Page]:
    """Sign a person in by the form and return the window."""

    def sign_in(user: User, **given: Any) -> Page:
        page = window(**given)
        page.goto("/accounts/login/")
        page.fill("input[name=login]", user.email)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "/accounts/" not in address)
        return page

    return sign_in
