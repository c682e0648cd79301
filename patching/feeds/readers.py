"""How addresses are read: over the guarded network, or (in `folder`) from a copy on disk that stands for it."""

import math
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from patching.feeds.deliveries import Seen
from registers import outbound

LONGEST_WAIT = 7 * 24 * 3600


class Unreadable(Exception):
    """An address gave nothing usable; the text says why. `lasting` is false where the whole site may be down.

    `wait` is how many seconds the site asks to be left alone (Retry-After, RFC 9110 10.2.3), 0 if it does not say.
    """

    def __init__(self, reason: str, *, lasting: bool = True, wait: int = 0) -> None:
        super().__init__(reason)
        self.lasting, self.wait = lasting, wait


class Missing(Unreadable):
    """There is nothing at this address."""


@dataclass(frozen=True)
class Page:
    """The content of one address, the address that gave it, and what to remember to ask for it conditionally."""

    url: str
    body: bytes
    seen: Seen = field(default_factory=Seen)
    not_modified: bool = False


class Late(Unreadable):
    """The visit has taken as long as it may."""


class Reader(Protocol):
    """Reads one address at a time."""

    def read(self, url: str, *, limit: int, seen: Seen | None = None) -> Page:
        """Return the page at `url` of at most `limit` bytes, or raise Unreadable or Missing."""


@dataclass(frozen=True)
class Web:
    """Reads over the network; `allow` is the setting OUTBOUND_ALLOW, `timeout` seconds a request may take in all.

    Nothing is read from the moment `until` on, in seconds of `time.monotonic`.
    """

    allow: Collection[str]
    timeout: float = 60.0
    until: float = math.inf

    def read(self, url: str, *, limit: int, seen: Seen | None = None) -> Page:
        """GET `url`, conditionally when `seen` is given."""
        known = seen or Seen()
        timeout = min(self.timeout, self.until - time.monotonic())
        if timeout <= 0:
            raise Late("It took too long; the next poll goes on.", lasting=False)
        try:
            answer = outbound.fetch(
                url,
                allow=self.allow,
                max_bytes=limit,
                etag=known.get("etag"),
                last_modified=known.get("last_modified"),
                timeout=timeout,
                connect_timeout=min(10.0, timeout),
            )
        except outbound.Refused as error:
            raise Unreadable(str(error)) from None
        except outbound.Unreachable as error:
            raise Unreadable(str(error), lasting=False) from None
        if answer.not_modified and seen:
            return Page(answer.url, b"", seen, not_modified=True)
        if answer.status in (404, 410):
            raise Missing(f"There is nothing at {url}.")
        if answer.status in (429, 503) and (wait := asked_wait(answer.headers)):
            raise Unreadable(
                f"{url} answered with status {answer.status} and asks to wait {wait} seconds.", lasting=False, wait=wait
            )
        if answer.status != 200:
            raise Unreadable(f"{url} answered with status {answer.status}.", lasting=answer.status in (401, 403))
        return Page(answer.url, answer.body, _validators(answer))


def asked_wait(headers: Mapping[str, str]) -> int:
    """Return the seconds that Retry-After asks for, from a number or a date; 0 where it says nothing usable."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
        here = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
        return max(0, min(int((until - here).total_seconds()), LONGEST_WAIT))
    except (TypeError, ValueError):
        return 0


def _validators(answer: outbound.Response) -> Seen:
    seen = Seen()
    if etag := answer.headers.get("etag"):
        seen["etag"] = etag
    stamp = answer.headers.get("last-modified", "")
    try:
        age = parsedate_to_datetime(answer.headers.get("date", "")) - parsedate_to_datetime(stamp)
    except (TypeError, ValueError):
        return seen
    # Within the same second a file may change again without a newer time (RFC 9110, 8.8.2.2).
    if age >= timedelta(seconds=2):
        seen["last_modified"] = stamp
    return seen
