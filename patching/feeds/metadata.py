"""What a CSAF provider says about itself, and where to find that (CSAF 2.0, 7.1.7 to 7.1.10 and 7.2.1)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from patching.feeds.deliveries import ONE_DOCUMENT, ONE_LISTING
from patching.feeds.documents import NotAccepted
from patching.feeds.readers import Missing, Page, Reader, Unreadable
from registers.outbound import origin
from registers.strict_json import loads

NAME = "provider-metadata.json"
WELL_KNOWN = (f"/.well-known/csaf/{NAME}", f"/.well-known/csaf/v2.1/{NAME}", f"/.well-known/csaf/v2.0/{NAME}")
MOST_PROVIDERS = 200
_SECURITY_TXT = ("/.well-known/security.txt", "/security.txt")


@dataclass(frozen=True)
class Provider:
    """Where a provider's lists, single documents and keys lie; `keys` maps fingerprints to addresses."""

    url: str
    feeds: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def origins(self) -> frozenset[str]:
        """The only sites from which anything of this provider is taken: its own, and those of the lists it names."""
        return frozenset(origin(url) for url in (self.url, *self.feeds, *self.directories)) - {""}


def provider(content: object, *, url: str) -> Provider:
    """Return the Provider described by a parsed provider-metadata.json; raise NotAccepted."""
    if not isinstance(content, dict) or "canonical_url" not in content:
        raise NotAccepted(f"{url} is not a {NAME}.")
    feeds: list[str] = []
    directories: list[str] = []
    for distribution in _dicts(content.get("distributions")):
        feeds += [feed["url"] for feed in _dicts(_dict(distribution.get("rolie")).get("feeds")) if _text(feed, "url")]
        folder = distribution.get("directory_url") or _dict(distribution.get("directory")).get("url")
        directories += [folder.rstrip("/") + "/"] if isinstance(folder, str) else []
    offered = [
        key for key in _dicts(content.get("public_openpgp_keys")) if _text(key, "fingerprint") and _text(key, "url")
    ]
    keys = {key["fingerprint"].lower(): place for key in offered for place in _joined(url, [key["url"]])}
    told = Provider(url, _joined(url, feeds), _joined(url, directories), keys=keys)
    if not told.feeds and not told.directories:
        raise NotAccepted(f"{url} names no list of documents.")
    return told


def aggregator(content: object, *, url: str) -> tuple[str, ...]:
    """Return the metadata of each provider that an aggregator.json lists: its own copy first (CSAF 2.0, 7.1.21)."""
    if not isinstance(content, dict) or not isinstance(content.get("aggregator"), dict):
        raise NotAccepted(f"{url} is not an aggregator.json.")
    places = []
    for one in (*_dicts(content.get("csaf_providers")), *_dicts(content.get("csaf_publishers"))):
        given = one.get("mirrors")
        mirrors = [mirror for mirror in given if isinstance(mirror, str)] if isinstance(given, list) else []
        named = _dict(one.get("metadata")).get("url")
        places += mirrors[:1] or ([named] if isinstance(named, str) else [])
    told = _joined(url, [place if place.endswith(".json") else f"{place.rstrip('/')}/{NAME}" for place in places])
    if not told:
        raise NotAccepted(f"{url} lists no provider.")
    if len(told) > MOST_PROVIDERS:
        raise NotAccepted(f"{url} lists more than {MOST_PROVIDERS} providers.")
    return told


def read_provider(place: str, reader: Reader) -> Provider:
    """Return the provider that one metadata address describes."""
    page = reader.read(place, limit=ONE_DOCUMENT)
    return provider(loads(page.body), url=page.url)


def discover(address: str, reader: Reader) -> Provider | tuple[str, ...]:
    """Return what a domain, site, folder, feed or document stands for, or the providers that an aggregator lists.

    Raise Unreadable, BadJson or NotAccepted.
    """
    site = address if "://" in address else f"https://{address}"
    if not origin(site):
        raise NotAccepted(f"{address[:200]} is not a web address.")
    path = urlsplit(address).path if "://" in address else ""
    if path.endswith(".json"):
        return _told(reader.read(address, limit=ONE_LISTING))
    failed: list[Exception] = []
    for place in _places(address, reader):
        try:
            return _told(reader.read(place, limit=ONE_DOCUMENT))
        except (Unreadable, ValueError) as error:
            failed.append(error)
    if path.strip("/"):
        return Provider(address, directories=(address.rstrip("/") + "/",))
    raise _nothing(address, failed)


def _nothing(address: str, failed: Iterable[Exception]) -> Unreadable:
    """Say once why a site has no metadata: the first thing that went wrong, not every place that is empty."""
    told = next((error for error in failed if not isinstance(error, Missing)), None)
    if told is None:
        return Unreadable(f"No {NAME} was found at {address[:200]}, and its security.txt names none.")
    wait = told.wait if isinstance(told, Unreadable) else 0
    return Unreadable(f"No {NAME} was found at {address[:200]}. {told}", lasting=not wait, wait=wait)


def _told(page: Page) -> Provider | tuple[str, ...]:
    content = loads(page.body)
    if isinstance(content, dict) and "document" in content:
        return Provider(page.url, documents=(page.url,))
    if isinstance(content, dict) and "feed" in content:
        return Provider(page.url, feeds=(page.url,))
    if isinstance(content, dict) and "aggregator" in content:
        return aggregator(content, url=page.url)
    return provider(content, url=page.url)


def _places(address: str, reader: Reader) -> Iterator[str]:
    site = address if "://" in address else f"https://{address}"
    if urlsplit(site).path.strip("/"):
        base = site.rstrip("/")
        yield site
        yield f"{base}/{NAME}"
        yield base + WELL_KNOWN[0]
    yield from (urljoin(site, path) for path in WELL_KNOWN)
    for path in _SECURITY_TXT:
        try:
            lines = reader.read(urljoin(site, path), limit=100_000).body.decode("utf-8", "replace").splitlines()
        except Unreadable:
            continue
        yield from [
            value.strip() for key, _, value in (line.partition(":") for line in lines) if key.lower() == "csaf"
        ][:5]
    if "://" not in address:
        yield f"https://csaf.data.security.{address}/"


def _joined(url: str, others: list[str]) -> tuple[str, ...]:
    """Return the addresses that are meant, each once; what is no address, such as `https://[::1`, is left out."""
    found = []
    for other in others:
        with suppress(ValueError):
            found.append(urljoin(url, other))
    return tuple(dict.fromkeys(found))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(item: dict[str, Any], key: str) -> bool:
    return isinstance(item.get(key), str)
