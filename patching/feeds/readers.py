"""How addresses are read: over the guarded network, or (in `folder`) from a copy on disk that stands for it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from patching.feeds.deliveries import Seen
from registers import outbound


class Unreadable(Exception):
    """An address gave nothing usable; the text says why. `lasting` is false where the whole site may be down."""

    def __init__(self, reason: str, *, lasting: bool = True) -> None:
        super().__init__(reason)
        self.lasting = lasting


class Missing(Unreadable):
    """There is nothing at this address."""


@dataclass(frozen=True)
class Page:
    """The content of one address, the address that gave it, and what to remember to ask for it conditionally."""

    url: str
    body: bytes
    seen: Seen = field(default_factory=Seen)
    not_modified: bool = False


class Reader(Protocol):
    """Reads one address at a time."""

    def read(self, url: str, *, limit: int, seen: Seen | None = None) -> Page:
        """Return the page at `url` of at most `limit` bytes, or raise Unreadable or Missing."""


@dataclass(frozen=True)
class Web:
    """Reads over the network; `allow` is the setting OUTBOUND_ALLOW, `timeout` seconds a request may take in all."""

    allow: Collection[str]
    timeout: float = 60.0

    def read(self, url: str, *, limit: int, seen: Seen | None = None) -> Page:
        """GET `url`, conditionally when `seen` is given."""
        known = seen or Seen()
        try:
            answer = outbound.fetch(
                url,
                allow=self.allow,
                max_bytes=limit,
                etag=known.get("etag"),
                last_modified=known.get("last_modified"),
                timeout=self.timeout,
                connect_timeout=min(10.0, self.timeout),
            )
        except outbound.Refused as error:
            raise Unreadable(str(error)) from None
        except outbound.Unreachable as error:
            raise Unreadable(str(error), lasting=False) from None
        if answer.not_modified and seen:
            return Page(answer.url, b"", seen, not_modified=True)
        if answer.status in (404, 410):
            raise Missing(f"There is nothing at {url}.")
        if answer.status != 200:
            raise Unreadable(f"{url} answered with status {answer.status}.", lasting=answer.status in (401, 403))
        return Page(answer.url, answer.body, _validators(answer))


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
