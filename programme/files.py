"""Files as evidence: only known, inactive types, told by their content, under names of our own."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

LARGEST = 50_000_000
ZIP = b"PK\x03\x04"
# ending -> (media type, how the content begins; empty: must be text)
TYPES: dict[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP),
    "txt": ("text/plain", b""),
    "md": ("text/plain", b""),
    "csv": ("text/csv", b""),
    "json": ("application/json", b""),
    "log": ("text/plain", b""),
}


@dataclass(frozen=True)
class Told:
    """What was found of a file; `refused` says why it is not taken, with the remedy."""

    name: str = ""
    media_type: str = ""
    size: int = 0
    sha256: str = ""
    refused: str = ""


def storage_name(instance: Any, name: str) -> str:
    """Return a name of our own under which a file is kept; nothing of the sender's stays but the ending."""
    return f"evidence/{secrets.token_hex(16)}{PurePath(name).suffix.lower()[:6]}"


def check(file: IO[bytes], name: str) -> Told:
    """Judge a file by its ending and its content; leaves it at its beginning."""
    plain = PurePath(name.replace("\\", "/")).name[-200:]
    ending = PurePath(plain).suffix.lower().lstrip(".")
    if ending not in TYPES:
        return Told(refused=f"'{plain}' is not of a type that is kept. Use {', '.join(sorted(TYPES))}.")
    media_type, begins = TYPES[ending]
    file.seek(0)
    mark, size, first = hashlib.sha256(), 0, b""
    while part := file.read(1_000_000):
        first = first or part
        size += len(part)
        mark.update(part)
        if size > LARGEST:
            return Told(refused=f"'{plain}' is over 50 MB. Split it or give a link.")
        if not begins and b"\x00" in part:
            return Told(refused=f"'{plain}' is not text. Save it again as {ending}.")
    file.seek(0)
    if size == 0:
        return Told(refused=f"'{plain}' is empty.")
    if begins and not first.startswith(begins):
        return Told(refused=f"'{plain}' is not what its ending says. Save it again as {ending}.")
    return Told(name=plain, media_type=media_type, size=size, sha256=mark.hexdigest())
