"""CSAF providers over a real connection: real advisories, what changed, signatures."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pysequoia import SignatureMode, Tsk, sign

from patching.feeds import provider
from patching.feeds.deliveries import Failed, Fetched, ListingRead, SignatureState, Unchanged
from tests.patching.feeds.local import Maker, Shop, Site, ids, of

STORED_KEY = "2E5A5D28E7E2D36574F2696B7742E082F6D6204E"


def test_the_stored_provider_is_read_whole(stored: Site, data: Path) -> None:
    shop = Shop(stored)
    found = shop.poll(fingerprints=[STORED_KEY])
    fetched = of(Fetched, found)
    assert len(fetched) == 250
    assert {item.signature_state for item in fetched} == {SignatureState.VERIFIED}
    assert all(item.hash_verified for item in fetched)
    one = next(item for item in fetched if item.locator.endswith("/icsa-24-284-21.json"))
    body = (data / "csaf/.well-known/csaf/white/2024/icsa-24-284-21.json").read_bytes()
    assert one.body == body
    assert one.sha256 == hashlib.sha256(body).hexdigest()
    assert one.document["document"]["tracking"]["id"] == "ICSA-24-284-21"
    assert not of(Failed, found)

    again = shop.poll(fingerprints=[STORED_KEY])
    assert stored.asked[0].endswith("provider-metadata.json")
    assert stored.asked[-1].endswith("csaf-feed-tlp-white.json")
    assert (len(stored.asked), stored.statuses[-1]) == (3, 304)
    assert [type(item) for item in again] == [ListingRead]


@pytest.mark.parametrize(
    "start", ["/", "", "/.well-known/csaf/white/csaf-feed-tlp-white.json", "/.well-known/csaf/white/"]
)
def test_the_stored_provider_is_found_from_site_feed_or_folder(stored: Site, start: str) -> None:
    assert len(of(Fetched, Shop(stored).poll(stored.url + start))) == 250


def test_a_site_whose_pages_are_all_html_is_looked_through(pumps: Maker) -> None:
    for path in ("/", "/en", "/en/provider-metadata.json", "/security.txt"):
        pumps.site.pages[path] = b"<html>Welcome</html>"
    for start in ("", "/", "/en", "/en/"):
        assert len(of(Fetched, Shop(pumps.site).poll(pumps.site.url + start))) == 3


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"canonical_url": "x", "distributions": [5, {"rolie": 5}]}']
)
def test_broken_metadata_is_one_failure(pumps: Maker, body: bytes) -> None:
    pumps.site.pages["/.well-known/csaf/provider-metadata.json"] = body
    for start in (pumps.metadata, pumps.site.url):
        (failed,) = Shop(pumps.site).poll(start)
        assert failed.locator == start


def test_security_txt_leads_to_the_metadata(pumps: Maker) -> None:
    pages = pumps.site.pages
    pages["/csaf/provider-metadata.json"] = pages.pop("/.well-known/csaf/provider-metadata.json")
    lines = (
        f"Contact: mailto:a@b\nCSAF: {pumps.site.url}/nothing.json\ncsaf: {pumps.site.url}/csaf/provider-metadata.json"
    )
    pages["/.well-known/security.txt"] = lines.encode()
    assert len(of(Fetched, Shop(pumps.site).poll(pumps.site.url))) == 3


def test_a_domain_that_does_not_answer_is_told_once_and_in_short() -> None:
    (only,) = provider.poll("nowhere.invalid", allow=[])
    assert isinstance(only, Failed)
    assert only.reason.startswith(
        "No provider-metadata.json was found at nowhere.invalid. nowhere.invalid could not be read: "
    )
    assert (only.reason.count("could not be read"), "Errno" in only.reason) == (1, False)
    assert len(only.reason) < 200


def test_a_site_without_provider_says_what_is_missing(site: Site) -> None:
    (only,) = Shop(site).poll(site.url)
    assert only.reason == f"No provider-metadata.json was found at {site.url}, and its security.txt names none."


def test_a_domain_that_asks_to_wait_is_left_alone(site: Site) -> None:
    site.pages["/.well-known/csaf/provider-metadata.json"] = (503, {"Retry-After": "900"}, b"")
    (only,) = Shop(site).poll(site.url)
    assert "asks to wait 900 seconds" in only.reason
    assert only.wait == 900


def test_one_document_by_its_address(pumps: Maker) -> None:
    key = [str(pumps.key).encode()]
    (one,) = Shop(pumps.site).poll(pumps.url("PUMP-1"), keys=key)
    assert ids([one]) == ["PUMP-1"]
    assert (one.signature_state, one.hash_verified) == (SignatureState.VERIFIED, True)
    pumps.site.pages["/white/2026/pump-1.json"] += b" "
    (failed,) = Shop(pumps.site).poll(pumps.url("PUMP-1"), keys=key)
    assert "published hash" in failed.reason


def test_newest_first(pumps: Maker) -> None:
    assert ids(Shop(pumps.site).poll()) == ["PUMP-3", "PUMP-2", "PUMP-1"]


def test_only_what_changed_is_read_again(pumps: Maker, advisory: Callable[..., bytes]) -> None:
    shop = Shop(pumps.site)
    shop.poll()
    pumps.add("PUMP-2", updated="2026-02-01T00:00:00Z", body=advisory("PUMP-2", title="Worse than thought"))
    pumps.add("PUMP-4", updated="2026-02-02T00:00:00Z")
    found = shop.poll()
    assert ids(found) == ["PUMP-4", "PUMP-2"]
    assert len(of(Unchanged, found)) == 2
    assert not [path for path in pumps.site.asked if "pump-1" in path or "pump-3" in path]


def test_a_new_time_over_the_same_document_is_no_change(pumps: Maker) -> None:
    shop = Shop(pumps.site)
    shop.poll()
    pumps.add("PUMP-2", updated="2026-02-01T00:00:00Z")
    found = shop.poll()
    assert not of(Fetched, found)
    assert len(of(Unchanged, found)) == 3
    assert [path for path in pumps.site.asked if "pump" in path] == ["/white/2026/pump-2.json.sha512"]


def test_recheck_finds_what_changed_under_the_same_time(pumps: Maker, advisory: Callable[..., bytes]) -> None:
    shop = Shop(pumps.site)
    shop.poll()
    pumps.add("PUMP-2", updated="2026-01-02T00:00:00Z", body=advisory("PUMP-2", title="Silently changed"))
    assert ids(shop.poll()) == []
    found = shop.poll(recheck=True)
    assert ids(found) == ["PUMP-2"]
    assert len([path for path in pumps.site.asked if path.endswith(".json") and "pump" in path]) == 1


def test_without_hashes_documents_are_asked_for_conditionally(pumps: Maker, advisory: Callable[..., bytes]) -> None:
    for name in [name for name in pumps.site.pages if name.endswith(".sha512")]:
        del pumps.site.pages[name]
    shop = Shop(pumps.site)
    assert {item.hash_verified for item in of(Fetched, shop.poll())} == {False}
    pumps.site.pages["/white/2026/pump-1.json"] = advisory("PUMP-1", title="Silently changed")
    found = shop.poll(recheck=True)
    assert ids(found) == ["PUMP-1"]
    assert pumps.site.statuses.count(304) == 2


def test_a_poll_broken_off_goes_on_where_it_stood(pumps: Maker) -> None:
    shop = Shop(pumps.site)
    polled = provider.poll(pumps.metadata, allow=[pumps.site.url], seen=shop.seen)
    first = next(polled)
    polled.close()
    shop.seen[first.locator] = first.seen
    assert ids([first]) == ["PUMP-3"]
    assert ids(shop.poll()) == ["PUMP-2", "PUMP-1"]


def test_a_document_that_failed_is_tried_again_though_the_feed_is_as_it_was(pumps: Maker) -> None:
    shop, pages = Shop(pumps.site), pumps.site.pages
    kept, pages["/white/2026/pump-2.json"] = pages["/white/2026/pump-2.json"], (500, {}, b"sorry")
    found = shop.poll()
    assert ids(found) == ["PUMP-3", "PUMP-1"]
    assert not of(ListingRead, found)
    pages["/white/2026/pump-2.json"] = kept
    assert ids(shop.poll()) == ["PUMP-2"]
    shop.poll()
    assert len(pumps.site.asked) == 2


def test_signatures_by_a_configured_key(pumps: Maker) -> None:
    found = Shop(pumps.site).poll(keys=[str(pumps.key).encode()])
    assert {item.signature_state for item in of(Fetched, found)} == {SignatureState.VERIFIED}
    assert "/key.asc" not in pumps.site.asked


def test_without_a_trusted_key_signatures_are_unchecked(pumps: Maker) -> None:
    found = Shop(pumps.site).poll()
    assert {item.signature_state for item in of(Fetched, found)} == {SignatureState.UNCHECKED}


def test_a_signature_by_somebody_else_is_bad(pumps: Maker) -> None:
    thief, page = Tsk.generate("Pumps <csaf@pumps.example>"), "/white/2026/pump-2.json"
    pumps.site.pages[f"{page}.asc"] = sign(thief.signer(), pumps.site.pages[page], mode=SignatureMode.DETACHED)
    pumps.site.pages["/white/2026/pump-1.json.asc"] = b"<html>no signature</html>"
    found = Shop(pumps.site).poll(fingerprints=[pumps.key.fingerprint])
    assert ids(found) == ["PUMP-3"]
    assert {failed.signature_state for failed in of(Failed, found)} == {SignatureState.BAD}


def test_a_missing_signature_is_refused_where_a_key_is_trusted(pumps: Maker) -> None:
    del pumps.site.pages["/white/2026/pump-2.json.asc"]
    found = Shop(pumps.site).poll(fingerprints=[pumps.key.fingerprint])
    assert ids(found) == ["PUMP-3", "PUMP-1"]
    (failed,) = of(Failed, found)
    assert failed.signature_state is SignatureState.UNSIGNED
    assert "no signature" in failed.reason


def test_a_missing_signature_is_said_where_no_key_is_trusted(pumps: Maker) -> None:
    links = pumps.entries["PUMP-2"]["link"]
    pumps.entries["PUMP-2"]["link"] = [link for link in links if link["rel"] != "signature"]
    pumps.publish()
    found = {item.locator: item.signature_state for item in of(Fetched, Shop(pumps.site).poll())}
    assert found.pop(pumps.url("PUMP-2")) is SignatureState.UNSIGNED
    assert set(found.values()) == {SignatureState.UNCHECKED}


def test_a_feed_is_followed_over_its_pages(pumps: Maker) -> None:
    entries = list(pumps.entries.values())
    onward = [{"rel": "next", "href": "more.json"}]
    pumps.write("/white/feed.json", feed={"id": "white", "entry": entries[:1], "link": onward})
    pumps.write("/white/more.json", feed={"id": "white", "entry": entries[1:], "link": onward})
    assert ids(Shop(pumps.site).poll()) == ["PUMP-3", "PUMP-2", "PUMP-1"]


def test_the_next_page_on_another_site_spoils_the_feed(pumps: Maker, sites: Callable[[], Site]) -> None:
    onward = [{"rel": "next", "href": f"{sites().url}/more.json"}]
    pumps.write("/white/feed.json", feed={"id": "white", "entry": list(pumps.entries.values()), "link": onward})
    (failed,) = Shop(pumps.site).poll()
    assert "another site" in failed.reason


@pytest.mark.parametrize("mirrored", [True, False])
def test_an_aggregator_leads_to_each_provider_and_one_that_is_gone_stops_nothing(pumps: Maker, mirrored: bool) -> None:
    known = {"mirrors": [f"{pumps.site.url}/.well-known/csaf/"]} if mirrored else {}
    providers = [
        {"metadata": {"url": f"{pumps.site.url}/gone/provider-metadata.json"}},
        {"metadata": {"url": pumps.metadata}, **known},
    ]
    pumps.write("/aggregator.json", aggregator={"category": "lister", "name": "All"}, csaf_providers=providers)
    found = Shop(pumps.site).poll(f"{pumps.site.url}/aggregator.json")
    assert ids(found) == ["PUMP-3", "PUMP-2", "PUMP-1"]
    (failed,) = of(Failed, found)
    assert "/gone/" in failed.reason


@pytest.mark.parametrize("after", ["120", "Wed, 01 Jan 2031 00:02:00 GMT"])
def test_a_site_that_asks_to_wait_is_left_alone_at_once(pumps: Maker, after: str) -> None:
    busy = (429, {"Retry-After": after, "Date": "Wed, 01 Jan 2031 00:00:00 GMT"}, b"slow down")
    pumps.site.pages["/white/2026/pump-3.json"] = busy
    found = Shop(pumps.site).poll()
    assert [item.wait for item in of(Failed, found)] == [0, 120]
    assert "asks to wait 120 seconds" in found[-1].reason
    assert "/white/2026/pump-2.json" not in pumps.site.asked


@pytest.mark.parametrize("trick", ["another key", "no key", "key withdrawn", "key elsewhere"])
def test_nothing_is_taken_when_the_trusted_key_is_not_to_be_had(pumps: Maker, trick: str) -> None:
    trusted = pumps.key.fingerprint
    pages, at = pumps.site.pages, "/.well-known/csaf/provider-metadata.json"
    metadata = json.loads(pages[at])
    if trick == "another key":
        pages["/key.asc"] = str(Tsk.generate("Thief").extract_certificate()).encode()
    elif trick == "no key":
        pages["/key.asc"] = b"<html></html>"
    elif trick == "key withdrawn":
        pages[at] = json.dumps({**metadata, "public_openpgp_keys": []}).encode()
    else:
        metadata["public_openpgp_keys"][0]["url"] = "https://127.0.0.2/key.asc"
        pages[at] = json.dumps(metadata).encode()
    found = Shop(pumps.site).poll(fingerprints=[trusted])
    assert [type(item) for item in found] == [Failed]
    assert "key" in found[0].reason.lower()


@pytest.mark.parametrize("top", ["/cisagov/CSAF/develop/csaf_files/OT/white", "/.well-known/csaf/white"])
def test_a_folder_as_cisa_publishes_it(site: Site, data: Path, top: str) -> None:
    """Paths count from the top of the repository, rows are in no order, times come in two forms, nothing is quoted."""
    for path in (data / "csaf/.well-known/csaf/white").rglob("*.json*"):
        if path.parent.name.isdigit():
            place = top.replace("/OT/", "/IT/") if path.name.startswith("va-") else top
            site.pages[f"{place}/{path.parent.name}/{path.name}"] = path.read_bytes()
    for name in ("index.txt", "changes.csv"):
        site.pages[f"{top}/{name}"] = (data / "csaf-as-published" / name).read_bytes()
    site.pages["/metadata/provider-metadata.json"] = json.dumps(
        {"canonical_url": f"{site.url}/m", "distributions": [{"directory_url": f"{site.url}{top}/"}]}
    ).encode()
    shop, address = Shop(site), f"{site.url}/metadata/provider-metadata.json"
    found = shop.poll(address)
    assert not of(Failed, found)
    assert len(of(Fetched, found)) == 250
    assert len(of(ListingRead, found)) == 2

    changes = site.pages[f"{top}/changes.csv"].decode().splitlines()
    last = next(row for row in reversed(changes) if "icsa" in row).partition(",")[0]
    later = [f"{last},2030-01-01T00:00:00Z" if row.startswith(last) else row for row in changes]
    site.pages[f"{top}/changes.csv"] = "\n".join(later).encode()
    document = json.loads(site.pages[f"{top}/{last.partition('white/')[2]}"])
    document["document"]["title"] += " (Update A)"
    body = json.dumps(document).encode()
    site.pages[f"{top}/{last.partition('white/')[2]}"] = body
    site.pages[f"{top}/{last.partition('white/')[2]}.sha512"] = hashlib.sha512(body).hexdigest().encode()
    assert ids(shop.poll(address)) == [document["document"]["tracking"]["id"]]
    shop.poll(address)
    assert site.statuses == [200, 304, 304]
