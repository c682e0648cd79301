"""Lists of documents that a provider publishes: ROLIE feeds, and folders with index.txt and changes.csv."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from patching.feeds.deliveries import DOCUMENTS
from patching.feeds.documents import NotAccepted
from registers.strict_json import loads


@dataclass(frozen=True, slots=True)
class Entry:
    """One listed document: its address, when it was updated (ISO, UTC, or empty), where hash and signature lie."""

    url: str
    updated: str
    hashes: tuple[str, ...]
    signature: str | None


def moment(text: object) -> str:
    """Return a published time as ISO text in UTC that sorts by time; empty if it is none."""
    try:
        when = datetime.fromisoformat(str(text).strip())
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return ""


def rolie(body: bytes, base: str) -> tuple[list[Entry], str]:
    """Return the entries of a ROLIE feed (RFC 8322 in JSON), newest first, and the address of its next page or nothing.

    Raise BadJson or NotAccepted.
    """
    feed = loads(body)
    inner = feed.get("feed") if isinstance(feed, dict) else None
    entries = inner.get("entry", []) if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or not isinstance(entries, list):
        raise NotAccepted("It is not a ROLIE feed.")
    return newest_first(_rolie_entry(entry, base) for entry in entries), _next_page(inner.get("link"), base)


def _next_page(links: Any, base: str) -> str:
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return _joined(base, link["href"])
    return ""


def _rolie_entry(entry: Any, base: str) -> Entry:
    try:
        links = [(link.get("rel"), urljoin(base, link["href"])) for link in entry.get("link", [])]
        content = entry.get("content") or {}
        address = content.get("src") or next(href for rel, href in links if rel == "self")
        hashes = sorted((href for rel, href in links if rel == "hash"), key=lambda href: not href.endswith(".sha512"))
        signature = next((href for rel, href in links if rel == "signature"), None)
        return Entry(urljoin(base, address), moment(entry.get("updated")), tuple(hashes), signature)
    except (AttributeError, KeyError, TypeError, ValueError, StopIteration):
        # Named by what can be said of it, so that it is refused alone and the others still come.
        return Entry(f"broken entry {str(entry)[:100]}", "", (), None)


def directory(base: str, *, index: bytes | None, changes: bytes | None) -> list[Entry]:
    """Return what index.txt and changes.csv of the folder `base` name together, newest first, whatever their order."""
    times: dict[str, str] = {}
    for line in _text(index or b"").splitlines():
        times.setdefault(_resolved(base, line.strip()), "")
    for path, time in _rows(_text(changes or b"")):
        url = _resolved(base, path)
        times[url] = max(times.get(url, ""), moment(time))
    named = ((url, updated) for url, updated in times.items() if urlsplit(url).path.endswith(".json"))
    return newest_first(lone(url, updated) for url, updated in named)


def lone(url: str, updated: str) -> Entry:
    """Return the entry of a document whose hash and signature lie beside it (CSAF 2.0, 7.1.18 to 7.1.20)."""
    return Entry(url, updated, (f"{url}.sha512", f"{url}.sha256"), f"{url}.asc")


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """Read line by line: a quote that is never closed spoils its own row, not all that follow."""
    for line in text.splitlines():
        try:
            row = next(csv.reader([line], skipinitialspace=True), [])
        except csv.Error:
            continue
        if len(row) >= 2:
            yield row[0].strip(), row[1]


def _resolved(base: str, path: str) -> str:
    """Join a listed path to its folder, or to the top of the repository where it counts from there."""
    here, named = urlsplit(base).path.strip("/").split("/"), path.split("/")
    for length in range(min(len(here), len(named) - 1), 0, -1):
        if here[-length:] == named[:length]:
            return _joined(base, "/".join(named[length:]))
    if len(named) > 2 and named[0] in here:  # deeper than year/name: a neighbouring folder of the same repository
        return _joined(base, "/" + "/".join([*here[: here.index(named[0])], *named]))
    if here[-1] in named[1:-1]:  # the repository's upper folders are not part of the address
        return _joined(base, "/".join(named[named.index(here[-1]) + 1 :]))
    return _joined(base, path)


def _joined(base: str, path: str) -> str:
    try:
        return urljoin(base, path)
    except ValueError:
        return base


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        raise NotAccepted("It is not text.") from None


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Return each document once, by its newest entry; raise NotAccepted where there are too many."""
    newest: dict[str, Entry] = {}
    for entry in entries:
        if entry.url not in newest or newest[entry.url].updated < entry.updated:
            newest[entry.url] = entry
        if len(newest) > DOCUMENTS:
            raise NotAccepted(f"It names more than {DOCUMENTS:,} documents.")
    return sorted(newest.values(), key=lambda entry: (entry.updated, entry.url), reverse=True)
