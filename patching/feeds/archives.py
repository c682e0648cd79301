"""A ZIP of advisories for plants without a way out: read member by member, so that no archive fills memory or disk."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import IO

from pysequoia import Cert

from patching.feeds import epss, files, kev
from patching.feeds.deliveries import DOCUMENTS, Failed, Fetched

UNPACKED = 1_000_000_000
READ = (".json", ".csv", ".csv.gz")
_BESIDE = 100_000


class _TooBig(Exception):
    """A member, or all of them together, unpack to more than is taken."""


class _Budget:
    """How many bytes may still be unpacked, whatever the archive's own table says."""

    def __init__(self, left: int) -> None:
        self.left = left

    def read(self, archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
        """Return one member of at most `limit` bytes."""
        with archive.open(name) as member:
            body = member.read(min(limit, self.left) + 1)
        self.left -= len(body)
        if self.left < 0:
            raise _TooBig(f"The archive unpacks to more than {UNPACKED:,} bytes; the rest was not read.")
        if len(body) > limit:
            raise _TooBig(f"It unpacks to more than {limit:,} bytes.")
        return body


def recognise(head: bytes) -> bool:
    """Tell whether a file begins as a ZIP does."""
    return head.startswith(b"PK\x03\x04")


def read(file: IO[bytes], *, keys: Sequence[Cert] = ()) -> Iterator[Fetched | Failed | kev.Catalogue | epss.Scores]:
    """Yield what lies in the archive; hashes (`.sha512`, `.sha256`) and signatures (`.asc`) lie beside the documents."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        yield Failed("archive", "The archive is broken. Pack it again.")
        return
    with archive:
        names = archive.namelist()
        if len(names) > 4 * DOCUMENTS:
            yield Failed("archive", f"The archive holds more than {4 * DOCUMENTS:,} files. Split it.")
            return
        yield from _members(archive, frozenset(names), keys)


def _members(
    archive: zipfile.ZipFile, names: frozenset[str], keys: Sequence[Cert]
) -> Iterator[Fetched | Failed | kev.Catalogue | epss.Scores]:
    budget, count = _Budget(UNPACKED), 0
    for name in sorted(names):
        if name.endswith(".zip"):
            yield Failed(name, "An archive within an archive is not opened. Pack its files directly.")
        if not name.endswith(READ) or PurePosixPath(name).name.startswith("."):
            continue
        count += 1
        try:
            found = _received(archive, names, name, budget, keys)
        except _TooBig as big:
            yield Failed(name, str(big))
            if budget.left < 0:
                return
            continue
        except (zipfile.BadZipFile, RuntimeError, zlib.error, EOFError, NotImplementedError, OSError) as broken:
            locked = "encrypted" in str(broken) or "password" in str(broken)
            yield Failed(
                name, "It is encrypted. Pack it without a password." if locked else "It is broken in the archive."
            )
            continue
        if found is not None:
            yield found
    if not count:
        yield Failed("archive", "The archive holds no advisory: no .json or .csv file.")


def _received(
    archive: zipfile.ZipFile, names: frozenset[str], name: str, budget: _Budget, keys: Sequence[Cert]
) -> Fetched | Failed | kev.Catalogue | epss.Scores | None:
    beside = {
        ending: budget.read(archive, name + ending, _BESIDE)
        for ending in (".sha512", ".sha256", ".asc") if name + ending in names
    }  # fmt: skip
    digest = beside.get(".sha512", beside.get(".sha256"))
    body = budget.read(archive, name, files.LIMIT)
    return files.receive(name, body, digest=digest, signature=beside.get(".asc"), keys=keys)
