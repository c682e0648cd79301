"""One file at hand, from a folder or an upload: its content tells what it is."""

from collections.abc import Sequence

from pysequoia import Cert

from patching.feeds import epss, kev
from patching.feeds.deliveries import Failed, Fetched
from patching.feeds.documents import NotAccepted, examine, published_digest
from registers.strict_json import BadJson, loads

LIMIT = max(kev.LIMIT, epss.LIMIT)
_LISTS = ("canonical_url", "feed", "service", "aggregator")


def receive(
    locator: str,
    body: bytes,
    *,
    digest: bytes | None = None,
    signature: bytes | None = None,
    keys: Sequence[Cert] = (),
) -> Fetched | Failed | kev.Catalogue | epss.Scores | None:
    """Return the advisory, KEV catalogue or EPSS scores in `body`, Failed, or None for a provider's own lists.

    `digest` and `signature` are the contents of the `.sha512` (or `.sha256`) and `.asc` files that came with it.
    """
    try:
        if epss.recognise(body):
            return epss.parse(body, locator=locator)
        content = loads(body)
        if kev.recognise(content):
            return kev.parse(body, locator=locator)
        if isinstance(content, dict) and "document" not in content and any(key in content for key in _LISTS):
            return None
        told = published_digest(digest) if digest is not None else None
    except (BadJson, NotAccepted) as error:
        return Failed(locator, f"The file cannot be read. {error}")
    return examine(locator, body, digest=told, signature=signature, keys=keys)
