"""Pictures as evidence: what the camera and the office wrote beside the picture is taken out, the picture stays bit by bit."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

PNG = b"\x89PNG\r\n\x1a\n"
SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers that carry nothing
CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"bKGD", b"pHYs"})  # fmt: skip
SEGMENTS = frozenset(
    {0xE0, 0xE2, 0xEE}
)  # JFIF, colour profile (which shares its marker with others), Adobe's colour transform
ORIENTATION = 0x0112


class BrokenPicture(ValueError):
    """The file is not a whole picture."""


def stripped(content: bytes) -> bytes:
    """Return a PNG or JPEG without places, names, comments and whatever follows its end; raises BrokenPicture."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            turned = picture.getexif().get(ORIENTATION, 1) if content[:2] == b"\xff\xd8" else 1
        parts = _png(content) if content.startswith(PNG) else _jpeg(content, int(turned))
        return b"".join(parts)
    except (UnidentifiedImageError, Image.DecompressionBombError, struct.error, IndexError, OSError, SyntaxError) as wrong:  # fmt: skip
        raise BrokenPicture from wrong


def _png(content: bytes) -> Iterator[bytes]:
    """Yield the parts of a PNG that draw it (PNG 3rd edition, 5.3)."""
    yield PNG
    at, kind = len(PNG), b""
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", content, at)
        whole = content[at : at + 12 + size]
        if len(whole) != 12 + size or zlib.crc32(whole[4:-4]) != struct.unpack(">I", whole[-4:])[0]:
            raise BrokenPicture
        if kind in CHUNKS:
            yield whole
        at += 12 + size


def _jpeg(content: bytes, turned: int) -> Iterator[bytes]:
    """Yield the parts of a JPEG that draw it (ITU-T T.81, annex B); the way up that EXIF told is kept."""
    yield content[:2]
    if 1 < turned <= 8:
        tiff = b"MM\x00\x2a" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, turned, 0, 0)
        yield b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\x00\x00" + tiff
    at = 2
    while True:
        if content[at] != 0xFF:
            raise BrokenPicture
        kind = content[at + 1]
        if kind == 0xFF:
            at += 1
            continue
        if kind == EOI:
            yield content[at : at + 2]
            return
        end = at + 2 if kind in ALONE else at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        profile = kind != 0xE2 or content[at + 4 : at + 15] == b"ICC_PROFILE"
        if kind < 0xE0 or (kind in SEGMENTS and profile):
            yield content[at:end]
        at = end
        if kind == SOS:
            at = _after_scan(content, end)
            yield content[end:at]


def _after_scan(content: bytes, at: int) -> int:
    """Return where the coded data of a scan ends: at the next marker that is neither stuffing nor a restart."""
    while (at := content.find(b"\xff", at)) >= 0:
        following = content[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return at
        at += 2 if following != 0xFF else 1
    raise BrokenPicture
