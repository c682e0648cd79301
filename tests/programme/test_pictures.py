"""Pictures are kept bit by bit, without what was written beside them."""

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from programme.files import check
from programme.pictures import BrokenPicture, stripped

PLACE = "53.5511 N, 9.9937 E"


def jpeg(*, turned: int = 1, **more: object) -> bytes:
    """Draw a JPEG as a camera writes it: with place, orientation and comment."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = turned, PLACE
    file = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(file, "JPEG", exif=exif, comment=PLACE.encode(), **more)
    return file.getvalue()


def png() -> bytes:
    """Draw a PNG with words beside it."""
    words = PngInfo()
    words.add_text("Location", PLACE)
    words.add_itxt("Author", "Emil", zip=True)
    file = io.BytesIO()
    Image.radial_gradient("L").save(file, "PNG", pnginfo=words, dpi=(300, 300))
    return file.getvalue()


def pixels(content: bytes) -> bytes:
    """Return the picture itself."""
    return Image.open(io.BytesIO(content)).tobytes()


@pytest.mark.parametrize(
    "content", [jpeg(), jpeg(turned=6), jpeg(progressive=True), jpeg(restart_marker_blocks=2), png()]
)
def test_the_picture_stays_and_the_words_go(content: bytes) -> None:
    assert PLACE.encode() in content
    kept = stripped(content + b"<script>alert(1)</script>")
    assert PLACE.encode() not in kept
    assert b"script" not in kept
    assert b"Author" not in kept
    assert pixels(kept) == pixels(content)


def test_what_holds_no_words_stays_the_same_file() -> None:
    kept = stripped(png())
    assert stripped(kept) == kept


def test_the_way_up_is_kept_and_nothing_else_of_exif() -> None:
    assert dict(Image.open(io.BytesIO(stripped(jpeg(turned=6)))).getexif()) == {0x0112: 6}
    assert dict(Image.open(io.BytesIO(stripped(jpeg()))).getexif()) == {}


def test_resolution_is_kept() -> None:
    assert round(Image.open(io.BytesIO(stripped(png()))).info["dpi"][0]) == 300


@pytest.mark.parametrize("content", [jpeg(), png()])
@pytest.mark.parametrize("part", [0.01, 0.3, 0.9])
def test_a_torn_picture_is_refused(content: bytes, part: float) -> None:
    with pytest.raises(BrokenPicture):
        stripped(content[: int(len(content) * part)])


def test_size_and_digest_are_those_of_what_is_kept() -> None:
    told = check(io.BytesIO(jpeg()), "plate.jpg")
    assert told.instead is not None
    assert (told.size, check(io.BytesIO(told.instead), "plate.jpg").sha256) == (len(told.instead), told.sha256)
