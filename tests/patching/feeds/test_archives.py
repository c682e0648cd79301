"""A ZIP of advisories is read member by member; bombs, locks and rubbish are refused with a sentence."""

import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pysequoia import SignatureMode, Tsk, sign

from patching.feeds import archives
from patching.feeds.deliveries import Failed, Fetched, SignatureState
from tests.patching.feeds.local import ids, of


def packed(members: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """Pack files into an archive."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", kind) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    kept.seek(0)
    return kept


def only(found: list[Any]) -> str:
    """Return the reason of the one failure."""
    (failed,) = found
    assert isinstance(failed, Failed)
    return failed.reason


def test_documents_with_their_hashes_and_signatures(advisory: Callable[..., bytes]) -> None:
    secret = Tsk.generate("Pumps <csaf@pumps.example>")
    one, two = advisory("PUMP-1"), advisory("PUMP-2")
    members = {
        "a/pump-1.json": one, "a/pump-1.json.sha512": hashlib.sha512(one).hexdigest().encode(),
        "a/pump-1.json.asc": sign(secret.signer(), one, mode=SignatureMode.DETACHED), "a/pump-2.json": two, "read.me": b"hello",
    }  # fmt: skip
    keys = [secret.extract_certificate()]
    found = list(archives.read(packed(members), keys=keys))
    assert ids(found) == ["PUMP-1"]
    assert of(Fetched, found)[0].signature_state is SignatureState.VERIFIED
    assert "no signature" in of(Failed, found)[0].reason
    assert ids(list(archives.read(packed(members)))) == ["PUMP-1", "PUMP-2"]


def test_a_wrong_hash_refuses_one_document(advisory: Callable[..., bytes]) -> None:
    members = {"1.json": advisory("PUMP-1"), "1.json.sha512": b"0" * 128, "2.json": advisory("PUMP-2")}
    found = list(archives.read(packed(members)))
    assert ids(found) == ["PUMP-2"]
    assert "published hash" in of(Failed, found)[0].reason


def test_a_bomb_is_refused_and_memory_stays_bounded(advisory: Callable[..., bytes]) -> None:
    bomb = packed({"0.json": b" " * 300_000_000, "1.json": advisory("PUMP-1")})
    assert bomb.getbuffer().nbytes < 1_000_000
    tracemalloc.start()
    found = list(archives.read(bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ids(found) == ["PUMP-1"]
    assert "unpacks to more than 20,000,000 bytes" in of(Failed, found)[0].reason
    assert peak < 100_000_000


def test_many_bombs_together_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "UNPACKED", 50_000_000)
    bomb = packed({f"{number}.json": b" " * 19_000_000 for number in range(9)})
    found = list(archives.read(bomb))
    assert len(found) == 3
    assert "the rest was not read" in found[-1].reason


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (io.BytesIO(b"PK\x03\x04 and no more"), "archive is broken"),
        (packed({"notes.txt": b"hello"}), "no advisory"),
        (packed({"inner.zip": b"PK", "x.json": b"[]"}), "archive within an archive"),
    ],
)
def test_what_is_no_archive_of_advisories(file: io.BytesIO, told: str) -> None:
    assert told in next(item.reason for item in archives.read(file) if isinstance(item, Failed))


def test_a_locked_archive_says_so() -> None:
    body = bytearray(packed({"1.json": b"{}"}, zipfile.ZIP_STORED).getvalue())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag "encrypted" in both headers
        body[body.index(mark) + offset] |= 1
    assert "encrypted" in only(list(archives.read(io.BytesIO(bytes(body)))))


def test_a_member_that_is_cut_off_fails_alone(advisory: Callable[..., bytes]) -> None:
    kept = packed({"1.json": advisory("PUMP-1") * 20, "2.json": advisory("PUMP-2")}, zipfile.ZIP_STORED)
    body = bytearray(kept.getvalue())
    body[100] ^= 1
    found = list(archives.read(io.BytesIO(bytes(body))))
    assert ids(found) == ["PUMP-2"]
    assert "broken" in of(Failed, found)[0].reason


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000, json.dumps({"document": 1}).encode(), b"\xff\xfe{}"]
)
def test_hostile_documents_fail_alone(body: bytes, advisory: Callable[..., bytes]) -> None:
    found = list(archives.read(packed({"1.json": body, "2.json": advisory("PUMP-2")})))
    assert ids(found) == ["PUMP-2"]
    assert len(of(Failed, found)) == 1
