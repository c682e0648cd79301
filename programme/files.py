"""Files as evidence: only known, inactive types, told by their content, under names of our own."""

import hashlib
import secrets
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from programme.pictures import BrokenPicture, stripped
from registers.files.reading import is_bomb

LARGEST = 50_000_000
ZIP = b"PK\x03\x04"
ACTIVE = ("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".jar")
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
    """What was found of a file; `refused` says why it is not taken, with the remedy.

    `instead` holds the picture without what was written beside it; size and digest are then its own.
    """

    name: str = ""
    media_type: str = ""
    size: int = 0
    sha256: str = ""
    refused: str = ""
    instead: bytes | None = None


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
    if begins == ZIP and (wrong := _wrong_inside(file, size)):
        return Told(refused=f"'{plain}' {wrong}. Save it again as {ending} without macros.")
    if media_type.startswith("image/"):
        return _picture(file.read(), plain, media_type)
    return Told(name=plain, media_type=media_type, size=size, sha256=mark.hexdigest())


def _wrong_inside(file: IO[bytes], size: int) -> str:
    """Say what makes a ZIP no Office document that harms nobody, or nothing; leaves it at its beginning."""
    try:
        with zipfile.ZipFile(file) as document:
            members = document.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "is no document"
    finally:
        file.seek(0)
    names = [one.filename.lower().replace("\\", "/") for one in members]
    if "[content_types].xml" not in names or any(name.endswith(ACTIVE) for name in names):
        return "is no document, or it holds a program"
    if any(".." in PurePath(name).parts or name.startswith("/") for name in names):
        return "holds a part that leads out of it"
    return "unpacks to far more than a document holds" if is_bomb(members, size) else ""


def _picture(content: bytes, plain: str, media_type: str) -> Told:
    """Return a picture without what the camera wrote beside it."""
    try:
        kept = stripped(content)
    except BrokenPicture:
        return Told(refused=f"'{plain}' is not a whole picture. Save it again as PNG or JPEG.")
    return Told(plain, media_type, len(kept), hashlib.sha256(kept).hexdigest(), instead=kept)
