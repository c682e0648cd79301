"""What a source hands on, one piece at a time: a broken piece is a piece too, so it never stops the rest."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypedDict

ONE_DOCUMENT = 5_000_000
ONE_LISTING = 40_000_000
DOCUMENTS = 20_000


class Seen(TypedDict, total=False):
    """What to remember about an address between two polls; every value is a text and may be missing."""

    etag: str
    last_modified: str
    sha256: str
    updated: str
    digest: str


class SignatureState(StrEnum):
    """Who signed: a trusted key, nobody, unknown because no key is trusted for this source, or somebody else."""

    VERIFIED = "VERIFIED"
    UNSIGNED = "UNSIGNED"
    UNCHECKED = "UNCHECKED"
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One CSAF document that passed every check; `sha256` (hex) is that of `body`, `document` is `body` parsed."""

    locator: str
    body: bytes
    document: dict[str, Any]
    sha256: str
    signature_state: SignatureState
    hash_verified: bool
    seen: Seen


@dataclass(frozen=True, slots=True)
class Failed:
    """One thing that was not accepted and why, in words for the user; BAD means a wrong signature; `wait` seconds are asked for."""

    locator: str
    reason: str
    signature_state: SignatureState = SignatureState.UNCHECKED
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Unchanged:
    """One document or file that is as it was at the last look."""

    locator: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class ListingRead:
    """A list whose every document was handed on: only now may its `seen` be kept, or a broken-off poll loses some."""

    locator: str
    seen: Seen


Delivery = Fetched | Failed | Unchanged | ListingRead
