"""One CSAF document: hash, signature and form are checked before anybody reads what it says."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Any

from pysequoia import Cert

from patching.feeds import signatures
from patching.feeds.deliveries import ONE_DOCUMENT, Failed, Fetched, Seen, SignatureState
from registers.strict_json import BadJson, loads

_HEX = re.compile(r"\s*\\?([0-9a-fA-F]{64}|[0-9a-fA-F]{128})(?:\s|\Z)")
_KINDS = {64: "sha256", 128: "sha512"}


class NotAccepted(ValueError):
    """A body is not what it claims to be; the text says why."""


def published_digest(text: bytes) -> str:
    """Return `sha512:<hex>` or `sha256:<hex>` from the text of a hash file, whose first word is the hash."""
    found = _HEX.match(text[:1_000].decode("ascii", "replace"))
    if not found:
        raise NotAccepted("The file with its hash holds no SHA-256 or SHA-512 value.")
    return f"{_KINDS[len(found[1])]}:{found[1].lower()}"


def file_name(tracking_id: str) -> str:
    """Return the only file name a document with this id may have (CSAF 2.0, 5.1)."""
    return re.sub(r"[^+\-a-z0-9]+", "_", tracking_id.lower()) + ".json"


def examine(
    locator: str,
    body: bytes,
    *,
    digest: str | None = None,
    signature: bytes | None = None,
    keys: Sequence[Cert] = (),
    seen: Seen | None = None,
    name: str = "",
) -> Fetched | Failed:
    """Check one document against its published `digest`, its detached `signature` and the file `name` it came under."""
    if len(body) > ONE_DOCUMENT:
        return Failed(locator, f"The document is larger than {ONE_DOCUMENT:,} bytes.")
    if digest and not _matches(body, digest):
        return Failed(locator, "The document does not match its published hash; it was altered or cut off on its way.")
    state = signatures.state(body, signature, keys)
    if state is SignatureState.UNSIGNED and keys:
        return Failed(locator, "The document has no signature, but a key is given for this source.", state)
    if state is SignatureState.BAD:
        return Failed(locator, "The signature was not made by a trusted key over this document.", state)
    try:
        document = _advisory(body)
    except (BadJson, NotAccepted) as error:
        return Failed(locator, f"The document cannot be read. {error}", state)
    tracking_id = document["document"]["tracking"]["id"]
    if name and name != file_name(tracking_id):
        return Failed(
            locator, f"The document calls itself {tracking_id[:100]}, which does not belong to this address.", state
        )
    sha256 = hashlib.sha256(body).hexdigest()
    remembered = Seen(**seen) if seen else Seen()
    remembered["sha256"] = sha256
    if digest:
        remembered["digest"] = digest
    return Fetched(locator, body, document, sha256, state, bool(digest), remembered)


def _matches(body: bytes, digest: str) -> bool:
    kind, _, value = digest.partition(":")
    return hmac.compare_digest(hashlib.new(kind, body).hexdigest(), value)


def _advisory(body: bytes) -> dict[str, Any]:
    document = loads(body)
    if not isinstance(document, dict) or not isinstance(head := document.get("document"), dict):
        raise NotAccepted("It is not a CSAF document.")
    for part, key in (("tracking", "id"), ("publisher", "namespace")):
        inner = head.get(part)
        if not isinstance(inner, dict) or not isinstance(inner.get(key), str) or not inner[key].strip():
            raise NotAccepted(f"It is not a CSAF document: document/{part}/{key} is missing.")
    version = head.get("csaf_version")
    if version not in ("2.0", "2.1"):
        raise NotAccepted(f"Its CSAF version is {str(version)[:20]}; 2.0 and 2.1 can be read.")
    return document
