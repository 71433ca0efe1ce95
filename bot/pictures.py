"""Pictures that people have at hand, made into a document that SMSC takes: upright, readable, small. Pure.

HEIC, WebP, PNG with alpha, CMYK and 16-bit pictures become JPEG; several pages become one PDF in their order. All of
it takes time and memory: call it off the event loop, one at a time. The libraries are loaded with the first picture;
a process that never sees one is spared their 30 MB.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

PIXELS_MOST: Final = 100_000_000
"""More pixels than this are refused before they are decoded."""
_LADDER: Final = ((4000, 90), (3000, 85), (2600, 80), (2200, 75), (1800, 70), (1500, 65), (1200, 60))
"""Longest side and JPEG quality, from the best to the least that is still read: 1200 pixels are 100 dots an inch."""
_RIM: Final = 64 * 1024
"""Bytes that a PDF needs beside its pictures."""


class PictureError(Exception):
    """It is no picture, or it is broken."""


class TooManyPixelsError(Exception):
    """It has more pixels than are decoded here."""


class NotSmallEnoughError(Exception):
    """Made any smaller it could not be read."""


@dataclass(frozen=True, slots=True)
class Made:
    """A document made of pictures: its content, its format, and how many pages it has."""

    content: bytes
    kind: str
    pages: int


def is_picture(content: bytes) -> bool:
    """Whether a file looks like a picture that can be made into a document."""
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF:
        return True
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return True
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"GIF8", b"BM"))


_HEIF: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def made_of(pages: Sequence[bytes], most: int) -> Made:
    """One JPEG of one picture, one PDF of several, at most `most` bytes.

    Raises:
        PictureError: one of them is none.
        TooManyPixelsError: one of them is too large to be decoded.
        NotSmallEnoughError: they do not fit.
    """
    room = (most - _RIM) // len(pages)
    drawn = [_fitted(each, room) for each in pages]
    if len(drawn) == 1:
        return Made(drawn[0], "jpg", 1)
    import img2pdf

    a4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
    layout = img2pdf.get_layout_fun(a4, auto_orient=True)
    return Made(img2pdf.convert(drawn, layout_fun=layout), "pdf", len(drawn))


def _fitted(content: bytes, most: int) -> bytes:
    from PIL import Image

    picture = _upright(content)
    for side, quality in _LADDER:
        if max(picture.size) > side:
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality, optimize=True)
        if file.tell() <= most:
            return file.getvalue()
    raise NotSmallEnoughError


def _upright(content: bytes) -> Image.Image:
    from PIL import Image, ImageOps, UnidentifiedImageError
    from pillow_heif import register_heif_opener

    register_heif_opener()
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > PIXELS_MOST:
                raise TooManyPixelsError
            if opened.format == "JPEG":
                opened.draft("RGB", (_LADDER[0][0], _LADDER[0][0]))
            turned = ImageOps.exif_transpose(opened)
            return _plain(turned)
    except Image.DecompressionBombError:
        raise TooManyPixelsError from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, IndexError) as broken:
        raise PictureError(type(broken).__name__) from None


def _plain(picture: Image.Image) -> Image.Image:
    """Black on white, as paper: no alpha, eight bits, RGB or grey."""
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":
        return picture.point(lambda value: value / 257).convert("L")  # sixteen bits into eight
    if "A" in picture.mode or "transparency" in picture.info:
        above = picture.convert("RGBA")
        paper = Image.new("RGBA", above.size, "white")
        paper.alpha_composite(above)
        return paper.convert("RGB")
    return picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
