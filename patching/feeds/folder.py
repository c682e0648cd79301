"""A folder on disk as a source, for plants without a way out: a copied provider, or any files lying there."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pysequoia import Cert

from patching.feeds import epss, files, kev, metadata, provider, signatures
from patching.feeds.deliveries import DOCUMENTS, ONE_DOCUMENT, Delivery, Failed, Fetched, Seen, Unchanged
from patching.feeds.documents import NotAccepted
from patching.feeds.metadata import NAME
from patching.feeds.readers import Missing, Page, Unreadable
from registers.outbound import origin
from registers.strict_json import BadJson, loads

Found = Delivery | kev.Catalogue | epss.Scores


def read(
    folder: Path,
    *,
    seen: Mapping[str, Seen] | None = None,
    keys: Sequence[bytes] = (),
    fingerprints: Collection[str] = (),
) -> Iterator[Found]:
    """Yield what lies in `folder`; no network is touched.

    Where it holds a provider's metadata, addresses count as under that provider and locators are those addresses.
    Otherwise every `*.json`, `*.csv` and `*.csv.gz` below is read, KEV and EPSS are known by their content, and
    locators are paths below the folder. Every file is read each time; `seen` only tells what is Unchanged.
    """
    known = seen or {}
    for place in (folder / ".well-known" / "csaf" / NAME, folder / NAME):
        if place.is_file():
            found: Iterator[Found] = _copied_provider(folder, place, keys, fingerprints)
            break
    else:
        found = _loose_files(folder, keys, fingerprints)
    for delivery in found:
        if isinstance(delivery, Fetched) and known.get(delivery.locator, Seen()).get("sha256") == delivery.sha256:
            yield Unchanged(delivery.locator, delivery.seen)
        else:
            yield delivery


@dataclass(frozen=True)
class Copy:
    """Reads addresses from disk: what begins with `claimed` lies below `place`, else the site lies below `root`."""

    root: Path
    place: Path
    claimed: str

    def read(self, url: str, *, limit: int, seen: Seen | None = None) -> Page:
        """Return the file that stands for `url`; `seen` is not needed, reading is cheap."""
        if origin(url) != origin(self.claimed):
            raise Unreadable(f"{url[:200]} belongs to another site than {self.claimed}, so it is not in the folder.")
        path = unquote(urlsplit(url).path)
        if url.startswith(self.claimed):
            try:
                return Page(url, _content(self.root, f"{self.place}/{path[len(urlsplit(self.claimed).path) :]}", limit))
            except Missing:
                if self.place == self.root and urlsplit(self.claimed).path == "/":
                    raise
        return Page(url, _content(self.root, f"{self.root}/{path}", limit))


def _copied_provider(
    folder: Path, place: Path, keys: Sequence[bytes], fingerprints: Collection[str]
) -> Iterator[Delivery]:
    try:
        content = loads(_content(folder, place, ONE_DOCUMENT))
        claimed = content.get("canonical_url") if isinstance(content, dict) else None
        if not isinstance(claimed, str) or not claimed.endswith(f"/{NAME}"):
            raise NotAccepted(f"canonical_url is missing or does not end with {NAME}.")
        told = metadata.provider(content, url=claimed)
    except (Unreadable, BadJson, NotAccepted) as error:
        yield Failed(place.relative_to(folder).as_posix(), str(error))
        return
    copy = Copy(folder, *_anchor(folder, place, claimed))
    yield from provider.follow(told, copy, seen={}, keys=keys, fingerprints=fingerprints)


def _anchor(folder: Path, place: Path, claimed: str) -> tuple[Path, str]:
    """Widen the pair of file and address as far as both end alike, so that files beside `.well-known` are found too."""
    here, there = place.parent, claimed.removesuffix(NAME)
    while here != folder and there.rstrip("/").rpartition("/")[2] == here.name:
        here, there = here.parent, there.rstrip("/").removesuffix(here.name)
    return here, there


def _loose_files(folder: Path, keys: Sequence[bytes], fingerprints: Collection[str]) -> Iterator[Found]:
    wanted = {signatures.plain(text) for text in fingerprints}
    try:
        trusted = [signatures.read_key(key) for key in keys]
    except signatures.UnknownKey as error:
        yield Failed(str(folder), str(error))
        return
    if missing := wanted - {signatures.plain(key.fingerprint) for key in trusted}:
        yield Failed(str(folder), f"The trusted key {min(missing).upper()} is not at hand; add it to the source.")
        return
    count = 0
    for path in _paths(folder):
        count += 1
        if count > DOCUMENTS:
            yield Failed(str(folder), f"The folder holds more than {DOCUMENTS:,} files; the rest was not read.")
            return
        locator = path.relative_to(folder).as_posix()
        try:
            found = _received(folder, path, locator, trusted)
        except Unreadable as error:
            found = Failed(locator, str(error))
        if found is not None:
            yield found
    if not count:
        yield Failed(str(folder), "The folder holds no advisories.")


def _paths(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place, name) for name in sorted(names) if name.endswith((".json", ".csv", ".csv.gz")))


def _received(folder: Path, path: Path, locator: str, keys: Sequence[Cert]) -> Found | None:
    body = _content(folder, path, files.LIMIT)
    if not path.name.endswith(".json"):
        return files.receive(locator, body) if epss.recognise(body) else None
    digest = _beside(folder, path, ".sha512")
    digest = _beside(folder, path, ".sha256") if digest is None else digest
    return files.receive(locator, body, digest=digest, signature=_beside(folder, path, ".asc"), keys=keys)


def _beside(folder: Path, path: Path, ending: str) -> bytes | None:
    try:
        return _content(folder, f"{path}{ending}", 100_000)
    except Missing:
        return None


def _content(root: Path, path: Path | str, limit: int) -> bytes:
    try:
        real = Path(path).resolve()
        if not real.is_relative_to(root.resolve()):
            raise Unreadable("This is a link out of the folder; it was not followed.")
        if not real.is_file():
            raise Missing(f"There is no file {real.name[:100]} in the folder.")
        with real.open("rb") as file:
            body = file.read(limit + 1)
    except (OSError, RuntimeError, ValueError) as error:
        raise Unreadable(f"The file cannot be opened ({type(error).__name__}).") from None
    if len(body) > limit:
        raise Unreadable(f"The file is larger than {limit:,} bytes.")
    return body
