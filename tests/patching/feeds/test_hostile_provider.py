"""What a bad provider can do: one broken document never stops the rest, and nothing is fetched from elsewhere."""

import gzip
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from patching.feeds import provider
from patching.feeds.deliveries import Failed, Fetched, ListingRead
from tests.patching.feeds.local import Maker, Shop, Site, ids, of


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda body: body + b" ", "published hash"),
        (lambda body: body[:-20], "published hash"),
        (lambda body: b"<html>Please sign in</html>", "published hash"),
    ],
    ids=["altered", "cut", "html"],
)
def test_a_wrong_hash_stops_one_document_only(pumps: Maker, spoil: Callable[[bytes], bytes], words: str) -> None:
    page = "/white/2026/pump-2.json"
    pumps.site.pages[page] = spoil(pumps.site.pages[page])
    found = Shop(pumps.site).poll()
    assert ids(found) == ["PUMP-3", "PUMP-1"]
    (failed,) = of(Failed, found)
    assert failed.locator == pumps.url("PUMP-2")
    assert words in failed.reason


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"document": {', "valid JSON"),
        (b"<html>Please sign in</html>", "valid JSON"),
        (b'{"document": {}}', "document/tracking/id"),
        (b"[]", "not a CSAF document"),
        (b"[" * 1_000_000, "64 levels"),
        (b'{"document": {"a": 1, "a": 2}}', "once"),
        (b'{"document": {"title": "\\u0000"}}', "NUL"),
        (b'{"document": {"title": "\\ud800"}}', "half characters"),
        (b'{"document": {"title": "' + b"x" * 5_000_000 + b'"}}', "larger than 5,000,000"),
    ],
    ids=["cut", "html", "empty", "list", "deep", "twice", "nul", "surrogate", "huge"],
)
def test_a_document_that_is_none_stops_itself_only(pumps: Maker, body: bytes, words: str) -> None:
    pumps.add("PUMP-2", updated="2026-01-02T00:00:00Z", body=body)
    found = Shop(pumps.site).poll()
    assert ids(found) == ["PUMP-3", "PUMP-1"]
    assert [words in failed.reason for failed in of(Failed, found)] == [True]


@pytest.mark.parametrize("address", ["https://[::1", "http://[white/", "https://site.example:port/"])
def test_an_address_that_is_none_stops_itself_only(pumps: Maker, address: str) -> None:
    pages, at = pumps.site.pages, "/.well-known/csaf/provider-metadata.json"
    metadata = json.loads(pages[at])
    metadata["distributions"] += [{"directory_url": address}, {"rolie": {"feeds": [{"url": address}]}}]
    metadata["public_openpgp_keys"] = [{"fingerprint": "AB", "url": address}]
    pages[at] = json.dumps(metadata).encode()
    assert ids(Shop(pumps.site).poll()) == ["PUMP-3", "PUMP-2", "PUMP-1"]


@pytest.mark.parametrize(
    "others", [{"mirrors": ["https://[::1"]}, {"mirrors": 5}, {"metadata": {"url": "https://[::1"}}]
)
def test_an_aggregator_that_names_no_address_stops_that_provider_only(pumps: Maker, others: dict[str, object]) -> None:
    providers = [others, {"metadata": {"url": pumps.metadata}}]
    pumps.write("/aggregator.json", aggregator={"category": "lister", "name": "All"}, csaf_providers=providers)
    assert ids(Shop(pumps.site).poll(f"{pumps.site.url}/aggregator.json")) == ["PUMP-3", "PUMP-2", "PUMP-1"]


@pytest.mark.parametrize("address", ["https://[::1", "[::1", "https://site.example:port/x.json", "https://"])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    (failed,) = of(Failed, list(provider.poll(address, allow=[])))
    assert "not a web address" in failed.reason


def test_a_document_cannot_take_the_place_of_another(pumps: Maker, advisory: Callable[..., bytes]) -> None:
    pumps.add("PUMP-2", body=advisory("PUMP-1", title="All is well, nothing to do"))
    (failed,) = of(Failed, Shop(pumps.site).poll())
    assert failed.locator == pumps.url("PUMP-2")
    assert "PUMP-1" in failed.reason


@pytest.mark.parametrize("part", ["document", "hash", "signature"])
def test_a_feed_that_points_elsewhere_is_refused(pumps: Maker, sites: Callable[[], Site], part: str) -> None:
    other = sites()
    entry = pumps.entries["PUMP-2"]
    wrong = f"{other.url}/white/2026/pump-2.json"
    other.pages["/white/2026/pump-2.json"] = pumps.site.pages["/white/2026/pump-2.json"]
    if part == "document":
        entry["content"]["src"] = wrong
    else:
        entry["link"][1 if part == "hash" else 2]["href"] = wrong
    pumps.publish()
    found = list(provider.poll(pumps.metadata, allow=[pumps.site.url, other.url]))
    assert ids(found) == ["PUMP-3", "PUMP-1"]
    (failed,) = of(Failed, found)
    assert "another site" in failed.reason
    assert not other.asked


@pytest.mark.parametrize(
    "there", ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "http://localhost:1/", "gopher://x/"]
)
def test_a_redirect_elsewhere_fails_one_document(pumps: Maker, there: str) -> None:
    pumps.site.pages["/white/2026/pump-2.json"] = (302, {"Location": there}, b"")
    found = Shop(pumps.site).poll()
    assert ids(found) == ["PUMP-3", "PUMP-1"]
    assert ["another site" in failed.reason for failed in of(Failed, found)] == [True]


@pytest.mark.parametrize("entry", [None, "x", {}, {"link": 5}, {"link": [{"rel": "self"}]}, {"content": {"src": 7}}])
def test_a_broken_entry_fails_alone(pumps: Maker, entry: object) -> None:
    pumps.entries["BROKEN"] = entry
    pumps.publish()
    found = Shop(pumps.site).poll()
    assert len(of(Fetched, found)) == 3
    assert len(of(Failed, found)) == 1


def test_a_feed_of_too_many_entries_is_refused(pumps: Maker) -> None:
    entries = [{"content": {"src": f"{pumps.site.url}/{number}.json"}} for number in range(20_001)]
    pumps.write("/white/feed.json", feed={"entry": entries})
    (failed,) = Shop(pumps.site).poll()
    assert "20,000" in failed.reason


@pytest.mark.parametrize("body", [b"<html>", b'{"feed": {"entry": 5}}', b'{"feed"', b"[]"])
def test_the_folder_stands_in_for_a_broken_feed(pumps: Maker, body: bytes) -> None:
    at = "/.well-known/csaf/provider-metadata.json"
    metadata = json.loads(pumps.site.pages[at])
    metadata["distributions"].append({"directory_url": f"{pumps.site.url}/white"})
    pumps.site.pages[at] = json.dumps(metadata).encode()
    pumps.site.pages["/white/feed.json"] = body
    pumps.site.pages["/white/index.txt"] = b"2026/pump-1.json\n2026/pump-2.json\n"
    found = Shop(pumps.site).poll()
    assert sorted(ids(found)) == ["PUMP-1", "PUMP-2"]
    assert [failed.locator for failed in of(Failed, found)] == [pumps.feed]


def test_a_gzip_bomb_fails_one_document(pumps: Maker) -> None:
    bomb = gzip.compress(b" " * 100_000_000)
    pumps.site.pages["/white/2026/pump-2.json"] = (
        200,
        {"Content-Encoding": "gzip", "Content-Length": str(len(bomb))},
        bomb,
    )
    found = Shop(pumps.site).poll()
    assert ids(found) == ["PUMP-3", "PUMP-1"]
    assert "larger than" in of(Failed, found)[0].reason


def test_a_slow_document_fails_alone(pumps: Maker) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not pumps.site.over.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    pumps.site.pages["/white/2026/pump-2.json"] = drip
    found = Shop(pumps.site).poll(timeout=0.5)
    assert ids(found) == ["PUMP-3", "PUMP-1"]
    assert "in time" in of(Failed, found)[0].reason


def test_a_provider_that_went_down_is_not_asked_for_every_document(pumps: Maker) -> None:
    for number in range(20):
        pumps.add(f"PUMP-{number}")
        pumps.site.pages[f"/white/2026/pump-{number}.json"] = (503, {}, b"down")
    found = Shop(pumps.site).poll()
    assert len(found) == 6
    assert found[-1].locator == pumps.feed
    assert "next poll" in found[-1].reason


def test_a_poll_that_takes_too_long_ends_and_goes_on_next_time(pumps: Maker) -> None:
    body = pumps.site.pages["/white/2026/pump-3.json"]

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        pumps.site.over.wait(0.6)
        handler.wfile.write(body)

    pumps.site.pages["/white/2026/pump-3.json"] = drip
    shop = Shop(pumps.site)
    found = shop.poll(longest=0.5)
    assert ids(found) == []
    assert "took too long" in of(Failed, found)[-1].reason
    assert not [one for one in found if isinstance(one, ListingRead)]
    pumps.site.pages["/white/2026/pump-3.json"] = body
    assert ids(shop.poll()) == ["PUMP-3", "PUMP-2", "PUMP-1"]
