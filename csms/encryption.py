"""Backups under a key: a folder as one file, AES-256-GCM in parts, so that no part can be changed, left out or moved.

The file begins with a mark, the key's id and a salt; each part is sealed with its number and whether it is the last
(the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár), under a key of its own file (HKDF-SHA256).
"""

import hashlib
import os
import re
import secrets
import tarfile
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK, SALT, TAG, PART = b"CSMSBAK1", 32, 16, 1 << 20
HEAD = len(MARK) + 8 + SALT


class WrongKey(Exception):
    """The key is missing, is not a key, or is not the one; the text says what to do."""


class Damaged(Exception):
    """The encrypted file is not what was written."""


def key_from(file: str) -> bytes:
    """Return the key of a key file: 64 hexadecimal digits."""
    try:
        text = Path(file).read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as wrong:
        raise WrongKey(f"The key file {file} cannot be read.") from wrong
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise WrongKey(f"{file} is no key file. Make one: openssl rand -hex 32 > KEYFILE")
    return bytes.fromhex(text)


def key_id(key: bytes) -> bytes:
    """Return eight bytes that tell keys apart and give nothing of them away."""
    return hashlib.sha256(b"csms backup key" + key).digest()[:8]


class Sealing:
    """A file that is written to, in parts that are sealed on the way."""

    def __init__(self, to: IO[bytes], key: bytes) -> None:
        salt = secrets.token_bytes(SALT)
        self.to, self.number, self.waiting = to, 0, bytearray()
        self.head = MARK + key_id(key) + salt
        self.cipher = _cipher(key, salt)
        to.write(self.head)

    def write(self, content: bytes) -> int:
        """Take content; whole parts are sealed and written once it is sure that they are not the last."""
        self.waiting += content
        while len(self.waiting) > PART:
            self._seal(bytes(self.waiting[:PART]), last=False)
            del self.waiting[:PART]
        return len(content)

    def finish(self) -> None:
        """Seal and write the last part."""
        self._seal(bytes(self.waiting), last=True)

    def _seal(self, part: bytes, *, last: bool) -> None:
        self.to.write(self.cipher.encrypt(_nonce(self.number, last), part, self.head))
        self.number += 1


class Opening:
    """A sealed file that is read from; raises Damaged or WrongKey."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self.file, self.number, self.ready, self.done = file, 0, bytearray(), False
        self.head = file.read(HEAD)
        if len(self.head) != HEAD or not self.head.startswith(MARK):
            raise Damaged("This is no encrypted backup.")
        kept = self.head[len(MARK) : len(MARK) + 8]
        if kept != key_id(key):
            raise WrongKey(f"The backup was made with the key {kept.hex()}, this is {key_id(key).hex()}.")
        self.cipher = _cipher(key, self.head[-SALT:])
        self.next = file.read(PART + TAG)

    def read(self, size: int) -> bytes:
        """Return at most so many bytes, none at the end."""
        while len(self.ready) < size and not self.done:
            part, self.next = self.next, self.file.read(PART + TAG)
            self.done = not self.next
            try:
                self.ready += self.cipher.decrypt(_nonce(self.number, self.done), part, self.head)
            except (InvalidTag, ValueError) as wrong:
                raise Damaged(f"The encrypted backup is damaged in part {self.number + 1}.") from wrong
            self.number += 1
        found = bytes(self.ready[:size])
        del self.ready[:size]
        return found


def pack(folder: Path, file: Path, key: bytes) -> None:
    """Write all that is in a folder into one encrypted file."""
    with file.open("xb") as to:
        os.fchmod(to.fileno(), 0o600)
        sealing = Sealing(to, key)
        with tarfile.open(mode="w|", fileobj=sealing) as together:  # type: ignore[call-overload]
            for path in sorted(folder.iterdir()):
                together.add(path, arcname=path.name)
        sealing.finish()


def unpack(file: Path, folder: Path, key: bytes) -> None:
    """Write what an encrypted file holds into a folder; read to its end, so that nothing is missing."""
    with file.open("rb") as sealed:
        opening = Opening(sealed, key)
        with tarfile.open(mode="r|", fileobj=opening) as together:  # type: ignore[call-overload]
            together.extractall(folder, filter="data")
        while opening.read(PART):
            pass


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=MARK).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
