"""A picture decoded: opened with bounds, upright, and of no kind that the decoders get wrong."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from bot.imaging.formats import AVIF, brands
from bot.imaging.jobs import PictureError, TooManyPixelsError
from bot.imaging.worker.paper import Box, Sheet, on_paper, shrink_factor

if TYPE_CHECKING:
    from PIL import Image

_PIXELS_MOST: Final = {"JPEG": 210_000_000, "WEBP": 16_000_000, "AVIF": 16_000_000}
_PIXELS_ELSE: Final = 52_000_000
"""More pixels than these are refused before they are decoded. A JPEG is made smaller while it is decoded; the decoder
of WebP and AVIF holds the picture four times."""
ORIENTATION, BITS, _COMPRESSION, _PHOTOMETRIC = 0x0112, 258, 259, 262  # the numbers that Exif and TIFF give to them
_SAMPLES, _PLANES, _NUMBERS = 277, 284, 339
_SIGNED, _FLOAT = 2, 3


def is_heif(content: bytes) -> bool:
    """Whether a file says that it is HEIC or HEIF, and no AVIF."""
    known = brands(content)
    return bool(known) and not known & AVIF


@contextmanager
def opened_picture(content: bytes) -> Iterator[Any]:
    """The picture as Pillow opens it: its head is read, nothing is decoded.

    Raises:
        PictureError: it is none.
        TooManyPixelsError: it has too many pixels to be decoded.
    """
    from PIL import Image, UnidentifiedImageError

    if brands(content) & AVIF:  # Pillow looks at the first of them alone
        content = content[:8] + b"avif" + content[12:]
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > _PIXELS_MOST.get(opened.format or "", _PIXELS_ELSE):
                raise TooManyPixelsError
            yield opened
    except Image.DecompressionBombError:
        raise TooManyPixelsError from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, IndexError, EOFError) as broken:
        raise PictureError(type(broken).__name__) from None


@contextmanager
def opened_heif(content: bytes) -> Iterator[Any]:
    """HEIC and HEIF as its decoder opens it: nothing is decoded yet, and it stands upright.

    Raises:
        PictureError: it is none, or it breaks off.
        TooManyPixelsError: it has too many pixels to be decoded.
    """
    from pillow_heif import open_heif

    if _breaks_off(content):
        raise PictureError("a box ends after the file")
    try:
        heif = open_heif(content)
        if math.prod(heif.size) > _PIXELS_ELSE:
            raise TooManyPixelsError
        yield heif
    except (OSError, ValueError, SyntaxError, RuntimeError, EOFError) as broken:
        raise PictureError(type(broken).__name__) from None


def _breaks_off(content: bytes) -> bool:
    """Whether a box of an ISO media file ends after the file does: the decoder paints green what is missing."""
    at = 0
    while at + 8 <= len(content) and content[at + 4 : at + 8].isalnum():  # what some phones add at the end is no box
        size = int.from_bytes(content[at : at + 4])
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16])
        if size == 0:  # to the end
            return False
        at += max(size, 8)
    return at > len(content)


def upright(content: bytes, frame: int, side: int) -> Sheet:
    """A picture of a file, upright and as paper has it, not much longer than `side`."""
    from PIL import ImageOps

    sheet = _of_heif(content, side) if is_heif(content) else _of_others(content, frame, side)
    ImageOps.exif_transpose(sheet.picture, in_place=True)
    return sheet


def _of_others(content: bytes, frame: int, side: int) -> Sheet:
    """Everything that Pillow opens."""
    with opened_picture(content) as opened:
        if frame:
            opened.seek(frame)
        tags = opened.tag_v2 if opened.format == "TIFF" else {}
        if tags and _is_misread(tags):
            raise PictureError("a TIFF of a rare kind")
        factor = shrink_factor(opened.width, opened.height, side)
        opened.draft("RGB", (max(1, opened.width // factor), max(1, opened.height // factor)))
        sheet = on_paper(opened.width, opened.height, side, opened.crop, negative=tags.get(_PHOTOMETRIC) == 0)
        sheet.picture.getexif()[ORIENTATION] = opened.getexif().get(ORIENTATION, 1)
        return sheet


def _is_misread(tags: Any) -> bool:
    """Whether Pillow gives other pixels than a TIFF has: of floats, 32 bits, and 16 bits in planes or swapped."""
    bits, numbers = max(tags.get(BITS, (1,))), tags.get(_NUMBERS, (1,))
    planes = tags.get(_PLANES, 1) == 2 and tags.get(_SAMPLES, 1) > 1
    swapped = tags.prefix == b"MM" and tags.get(_COMPRESSION, 1) != 1
    signed = _SIGNED in numbers and (bits <= 8 or swapped)
    return bits > 16 or _FLOAT in numbers or signed or (bits > 8 and planes)


def _of_heif(content: bytes, side: int) -> Sheet:
    """HEIC and HEIF straight from the decoder's memory; Pillow would copy the whole picture twice."""
    from PIL import Image

    with opened_heif(content) as heif:
        lines, stride = memoryview(heif.data or b""), heif.stride
        width, height = heif.size

        def strip(box: Box) -> Image.Image:
            _, top, _, bottom = box
            mine = bytes(lines[top * stride : bottom * stride])
            return Image.frombuffer(heif.mode, (width, bottom - top), mine, "raw", heif.mode, stride, 1)

        return on_paper(width, height, side, strip)
