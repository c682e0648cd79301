"""CSAF providers: finds the lists, reads what is new, checks each document before it is handed on (CSAF 2.0, 7)."""

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit

from pysequoia import Cert

from patching.feeds import listings, metadata, signatures
from patching.feeds.deliveries import (
    DOCUMENTS,
    ONE_DOCUMENT,
    ONE_LISTING,
    Delivery,
    Failed,
    Fetched,
    ListingRead,
    Seen,
    Unchanged,
)
from patching.feeds.documents import NotAccepted, examine, published_digest
from patching.feeds.readers import Late, Missing, Page, Reader, Unreadable, Web
from registers.outbound import origin
from registers.strict_json import BadJson

PATIENCE, MOST_PAGES = 5, 200
LONGEST = 900.0  # seconds: a task that takes in and matches what came has 24 minutes
_NOT_USABLE = (Unreadable, BadJson, NotAccepted)


def poll(
    address: str,
    *,
    allow: Collection[str],
    seen: Mapping[str, Seen] | None = None,
    keys: Sequence[bytes] = (),
    fingerprints: Collection[str] = (),
    recheck: bool = False,
    timeout: float = 60.0,
    longest: float = LONGEST,
) -> Iterator[Delivery]:
    """Yield what the provider at `address` (domain, site, metadata, feed, folder, one document, or aggregator) has.

    `seen` is what earlier deliveries carried, by locator. A list that is as it was costs one request; in a list that
    changed only documents with another time are read, unless `recheck` asks for every document's hash. `keys` are
    trusted public keys, `fingerprints` those the provider may offer himself; an aggregator's list is followed to each
    provider's copy there, or to the provider. The newest comes first. Every piece may be stored at once: a poll
    that was broken off, or took `longest` seconds, goes on where it stood.
    """
    reader = Web(allow, timeout, monotonic() + longest)
    try:
        found = metadata.discover(address, reader)
    except _NOT_USABLE as error:
        yield Failed(address, str(error), wait=getattr(error, "wait", 0))
        return
    if isinstance(found, metadata.Provider):
        yield from follow(found, reader, seen=seen or {}, keys=keys, fingerprints=fingerprints, recheck=recheck)
        return
    for place in found:
        yield from _listed(place, reader, seen or {}, keys, fingerprints, recheck)


def _listed(
    place: str,
    reader: Reader,
    seen: Mapping[str, Seen],
    keys: Sequence[bytes],
    fingerprints: Collection[str],
    recheck: bool,
) -> Iterator[Delivery]:
    """Yield what one provider in an aggregator's list has; one that fails does not stop the others."""
    try:
        provider = metadata.read_provider(place, reader)
    except _NOT_USABLE as error:
        yield Failed(place, str(error))
        return
    yield from follow(provider, reader, seen=seen, keys=keys, fingerprints=fingerprints, recheck=recheck)


def follow(
    provider: metadata.Provider,
    reader: Reader,
    *,
    seen: Mapping[str, Seen],
    keys: Sequence[bytes] = (),
    fingerprints: Collection[str] = (),
    recheck: bool = False,
) -> Iterator[Delivery]:
    """Yield what a known provider has, read by `reader`; the rest is as in `poll`."""
    try:
        trusted = [signatures.read_key(key) for key in keys]
        trusted += _offered_keys(provider, reader, trusted, fingerprints)
    except (*_NOT_USABLE, signatures.UnknownKey) as error:
        yield Failed(provider.url, str(error))
        return
    yield from _Poll(reader, provider, seen, trusted, recheck).deliveries()


def _offered_keys(
    provider: metadata.Provider, reader: Reader, trusted: Sequence[Cert], fingerprints: Collection[str]
) -> list[Cert]:
    """Fetch the keys whose fingerprint is trusted; if one is missing nothing is taken, or a thief just hides it."""
    have = {signatures.plain(key.fingerprint) for key in trusted}
    fetched = []
    for wanted in sorted({signatures.plain(text) for text in fingerprints} - have):
        url = next((url for offered, url in provider.keys.items() if signatures.plain(offered) == wanted), "")
        if origin(url) not in provider.origins:
            raise NotAccepted(
                f"The provider does not offer the trusted key {wanted.upper()}; ask why before trusting another."
            )
        key = signatures.read_key(reader.read(url, limit=1_000_000).body)
        if signatures.plain(key.fingerprint) != wanted:
            raise NotAccepted(f"The key at {url} is not the trusted key {wanted.upper()}.")
        fetched.append(key)
    return fetched


@dataclass
class _Poll:
    reader: Reader
    provider: metadata.Provider
    seen: Mapping[str, Seen]
    keys: Sequence[Cert]
    recheck: bool
    done: set[str] = field(default_factory=set)
    unanswered: int = 0
    wait: int = 0
    late: bool = False

    def deliveries(self) -> Iterator[Delivery]:
        """ROLIE is preferred; the folder stands in where every feed is broken."""
        for url in self.provider.documents:
            yield self._document(listings.lone(url, ""))
        usable = False
        for url in self.provider.feeds:
            usable = (yield from self._list(url, [url])) or usable
        if not usable:
            for url in self.provider.directories:
                yield from self._list(url, [f"{url}changes.csv", f"{url}index.txt"])

    def _list(self, url: str, files: list[str]) -> Generator[Delivery, None, bool]:
        """Deliver one list made of one or two files; returns whether the list itself could be read."""
        try:
            pages = self._pages(files)
            if all(page.not_modified for page in pages.values()):
                yield from (ListingRead(file, page.seen) for file, page in pages.items())
                return True
            entries = self._entries(url, files, pages)
        except _NOT_USABLE as error:
            yield Failed(url, str(error), wait=getattr(error, "wait", 0))
            return False
        complete = True
        for entry in entries:
            if entry.url in self.done:
                continue
            self.done.add(entry.url)
            delivery = self._document(entry)
            yield delivery
            complete = complete and not isinstance(delivery, Failed)
            if why := self._stopped():
                yield Failed(url, f"Stopped, because {why}", wait=self.wait)
                return True
        if complete:
            yield from (ListingRead(file, page.seen) for file, page in pages.items())
        return True

    def _stopped(self) -> str:
        """Say why the rest is left to a later poll; empty while it is not."""
        if self.wait:
            return f"the site asks to wait {self.wait} seconds."
        if self.late:
            return "it took too long; the next poll goes on."
        if self.unanswered >= PATIENCE:
            return f"{PATIENCE} documents in a row could not be fetched; the next poll goes on."
        return ""

    def _pages(self, files: list[str]) -> dict[str, Page]:
        pages: dict[str, Page] = {}
        for file in files:
            known = None if self.recheck else self.seen.get(file)
            try:
                pages[file] = self.reader.read(file, limit=ONE_LISTING, seen=known)
            except Missing:
                if len(files) == 1:
                    raise
        if not pages:
            raise NotAccepted("The folder has neither changes.csv nor index.txt.")
        if not all(page.not_modified for page in pages.values()):
            for file in [file for file, page in pages.items() if page.not_modified]:
                pages[file] = self.reader.read(file, limit=ONE_LISTING)
        return pages

    def _entries(self, url: str, files: list[str], pages: dict[str, Page]) -> list[listings.Entry]:
        if len(files) == 1:
            return self._feed(url, pages[url])
        bodies = [pages[file].body if file in pages else None for file in files]
        return listings.directory(url, changes=bodies[0], index=bodies[1])

    def _feed(self, url: str, page: Page) -> list[listings.Entry]:
        """Return the entries of a feed with all its further pages (RFC 5005, 3), which must lie on the same site."""
        entries, onward = listings.rolie(page.body, url)
        read = {url}
        while onward and onward not in read:
            if origin(onward) != origin(url) or len(read) >= MOST_PAGES:
                raise NotAccepted(f"Its next page, {onward[:200]}, is on another site or beyond page {MOST_PAGES}.")
            read.add(onward)
            more, following = listings.rolie(self.reader.read(onward, limit=ONE_LISTING).body, onward)
            entries, onward = [*entries, *more], following
            if len(entries) > DOCUMENTS:
                break
        return listings.newest_first(entries)

    def _document(self, entry: listings.Entry) -> Fetched | Failed | Unchanged:
        known = self.seen.get(entry.url, Seen())
        if not self.recheck and "sha256" in known and entry.updated and known.get("updated") == entry.updated:
            return Unchanged(entry.url, known)
        try:
            self._refuse_strangers(entry)
            digest = self._digest(entry)
            if digest and known.get("digest") == digest:
                return Unchanged(entry.url, _remember(known, entry))
            # A hash that changed says that the document did, whatever time the server gives for it.
            conditional = known if "sha256" in known and not digest else None
            page = self.reader.read(entry.url, limit=ONE_DOCUMENT, seen=conditional)
            if page.not_modified:
                return Unchanged(entry.url, _remember(known, entry))
            signature = self._signature(entry)
        except _NOT_USABLE as error:
            down = isinstance(error, Unreadable) and not error.lasting
            self.unanswered = self.unanswered + 1 if down else 0
            self.wait = max(self.wait, getattr(error, "wait", 0))
            self.late = isinstance(error, Late)
            return Failed(entry.url, str(error))
        self.unanswered = 0
        result = examine(
            entry.url,
            page.body,
            digest=digest,
            signature=signature,
            keys=self.keys,
            seen=_remember(page.seen, entry),
            name=_name(entry.url),
        )
        if isinstance(result, Fetched) and result.sha256 == known.get("sha256"):
            return Unchanged(entry.url, result.seen)
        return result

    def _refuse_strangers(self, entry: listings.Entry) -> None:
        for url in (entry.url, *entry.hashes, entry.signature or entry.url):
            if not origin(url):
                raise NotAccepted("The list names something that has no address.")
            if origin(url) not in self.provider.origins:
                raise NotAccepted(f"The list points to another site, {url[:200]}, which is not this provider's.")

    def _digest(self, entry: listings.Entry) -> str | None:
        for url in entry.hashes:
            try:
                return published_digest(self.reader.read(url, limit=10_000).body)
            except Missing:
                continue
        return None

    def _signature(self, entry: listings.Entry) -> bytes | None:
        """Fetch the signature where a key could check it; empty bytes stand for one that nobody looked at."""
        if entry.signature is None or not self.keys:
            return None if entry.signature is None else b""
        try:
            return self.reader.read(entry.signature, limit=100_000).body
        except Missing:
            return None


def _remember(seen: Seen, entry: listings.Entry) -> Seen:
    remembered = Seen(**seen)
    if entry.updated:
        remembered["updated"] = entry.updated
    return remembered


def _name(url: str) -> str:
    """The file name an address ends in; empty for addresses that are no file."""
    name = urlsplit(url).path.rpartition("/")[2]
    return name if name.endswith(".json") else ""
