"""What is remembered of a page: a time only when the page can no longer change within the same second."""

from http.server import BaseHTTPRequestHandler

import pytest

from patching.feeds.readers import Web
from tests.patching.feeds.local import Site

WRITTEN = "Mon, 01 Jan 2024 10:00:00 GMT"


@pytest.mark.parametrize(("date", "kept"), [("10:00:01", False), ("10:00:02", True), ("09:00:00", False)])
def test_a_fresh_time_is_not_remembered(site: Site, date: str, kept: bool) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(200)
        handler.send_header("Last-Modified", WRITTEN)
        handler.send_header("Date", f"Mon, 01 Jan 2024 {date} GMT")
        handler.end_headers()

    site.pages["/a"] = answer
    seen = Web([site.url]).read(f"{site.url}/a", limit=10).seen
    assert seen == ({"last_modified": WRITTEN} if kept else {})
