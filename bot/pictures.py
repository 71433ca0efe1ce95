"""Pictures and scans that people have at hand, made into a document that SMSC takes: upright, readable, small. Pure.

    HEIC, WebP, PNG with alpha, CMYK, 16 bits ─▶ one JPEG        several pictures ─▶ one PDF, in their order
    a PDF of scanned pages that is too large  ─▶ its pages drawn anew, one PDF

Pixels are worked through in strips, so that beside a decoded picture there is never a second one of its size. All of it
takes time, memory and foreign codecs: it runs in a process of its own, see `bot.darkroom`. The libraries are loaded
where they are used; who only wants to know what a file is does not pay for them.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL import Image

_PIXELS_MOST: Final = {"JPEG": 210_000_000, "WEBP": 16_000_000, "AVIF": 16_000_000}
_PIXELS_ELSE: Final = 52_000_000
"""More pixels than these are refused before they are decoded. A JPEG is made smaller while it is decoded; the decoder
of WebP and AVIF holds the picture four times."""
_LADDER: Final = ((4000, 90), (3000, 85), (2600, 80), (2200, 75), (1800, 70), (1500, 65), (1200, 60))
"""Longest side and JPEG quality, from the best to the least that is still read: 1200 pixels are 100 dots an inch."""
_RIM: Final = 64 * 1024
"""Bytes that a PDF needs beside its pictures."""
_WHOLE_PIXELS: Final = 24_000_000
"""A picture of more pixels is made smaller by a whole number before anything else is done with it."""
_STRIP: Final = 32
"""Lines of the smaller picture that are made at a time."""
_ORIENTATION, _BITS = 0x0112, 0x0102  # the numbers that Exif and TIFF give to them
_PLAIN_MODES: Final = frozenset({"1", "L", "P", "RGB"})

Told = Callable[[int, int], None]
"""Hears after each page how many are done, and of how many."""


def _unheard(_page: int, _count: int) -> None:
    pass


class PictureError(Exception):
    """It is no picture and no PDF, or it is broken, or of a kind that nobody opens here."""


class LockedError(Exception):
    """It opens only with a password."""


class TooManyPixelsError(Exception):
    """It has more pixels, or needs more memory, than is spent here."""


class NotSmallEnoughError(Exception):
    """Made any smaller it could not be read. `fits`: about how many such pages would fit."""

    def __init__(self, fits: int) -> None:
        super().__init__(fits)
        self.fits = fits


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was made: its content, its format, and how many pages it has."""

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


def made_of(pictures: Sequence[bytes], most: int, told: Told = _unheard) -> Made:
    """One JPEG of one picture, one PDF of several, at most `most` bytes; what is fine already comes back as it is.

    Raises:
        PictureError: one of them is none.
        TooManyPixelsError: one of them is too large to be decoded.
        NotSmallEnoughError: they do not fit.
    """
    looks = [_look(each) for each in pictures]
    if len(pictures) == 1 and looks[0].fine is not None and len(pictures[0]) <= most:
        _read_through(pictures[0])
        return Made(pictures[0], looks[0].fine, looks[0].frames)
    pages = [(each, frame) for each, look in zip(pictures, looks, strict=True) for frame in range(look.frames)]
    drawn = _fitted(lambda number, side: _upright(*pages[number], side), len(pages), most, told)
    if len(drawn) == 1:
        return Made(drawn[0], "jpg", 1)
    import img2pdf

    a4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
    layout = img2pdf.get_layout_fun(a4, auto_orient=True)
    return Made(img2pdf.convert(drawn, layout_fun=layout), "pdf", len(drawn))


def shrunk(scan: bytes, most: int, told: Told = _unheard) -> Made:
    """A PDF whose pages look as those of `scan` do and have their sizes, at most `most` bytes.

    Raises:
        PictureError: it is no PDF, or a broken one.
        LockedError: it opens only with a password.
        NotSmallEnoughError: it does not fit.
    """
    import img2pdf
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(scan)
        drawn = _fitted(lambda number, side: _page(document[number], side), len(document), most, told)
    except pypdfium2.PdfiumError as refused:
        if refused.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise LockedError from None
        raise PictureError("a PDF that does not open") from None
    return Made(img2pdf.convert(drawn), "pdf", len(drawn))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as a picture, and how long its longest side is on paper (None: nobody knows)."""

    picture: Image.Image
    inches: float | None = None


def _fitted(draw: Callable[[int, int], _Sheet], count: int, most: int, told: Told) -> list[bytes]:
    """Each page as a JPEG.

    `draw` gives a page by its number, not much larger than the side it is told. What a page leaves of its share is
    there for those after it, and each begins a step above where the one before it was small enough.
    """
    drawn: list[bytes] = []
    room, step = most - _RIM, 0
    for number in range(count):
        sheet = draw(number, _LADDER[step][0])
        page, step = _jpeg(sheet, step, room // (count - number))
        if step == len(_LADDER):
            raise NotSmallEnoughError(fits=(most - _RIM) // len(page))
        drawn.append(page)
        room, step = room - len(page), max(0, step - 1)
        told(number + 1, count)
    return drawn


def _jpeg(sheet: _Sheet, step: int, most: int) -> tuple[bytes, int]:
    """The page at the first step of the ladder where it has at most `most` bytes, and that step.

    Where there is none: at the last step, and a number past it.
    """
    from PIL import Image

    content, picture = b"", sheet.picture
    for taken in range(step, len(_LADDER)):
        side, quality = _LADDER[taken]
        if max(picture.size) > side:
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        dots = round(max(picture.size) / sheet.inches) if sheet.inches else 0
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality, optimize=True, dpi=(dots, dots))
        content = file.getvalue()
        if len(content) <= most:
            return content, taken
    return content, len(_LADDER)


def _page(page: Any, side: int) -> _Sheet:
    """A page of a PDF, drawn."""
    inches = max(page.get_size()) / 72
    picture = page.render(scale=side / inches / 72).to_pil().convert("RGB")
    page.close()
    return _Sheet(picture, inches)


@dataclass(frozen=True, slots=True)
class _Look:
    """What the head of a file tells: its format where it can go to a moderator as it is, and how many pages it has."""

    fine: str | None
    frames: int


def _look(content: bytes) -> _Look:
    """Looks at a picture without decoding it."""
    if _is_heif(content):
        return _Look(None, 1)
    with _opened(content) as opened:
        tif = opened.format == "TIFF"
        bits = opened.tag_v2.get(_BITS, (1,)) if tif else (1,)
        plain = opened.mode in _PLAIN_MODES and "transparency" not in opened.info and max(bits) <= 8
        upright = opened.getexif().get(_ORIENTATION, 1) == 1
        kind = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "TIFF": "tif"}.get(opened.format or "")
        return _Look(kind if plain and upright else None, getattr(opened, "n_frames", 1) if tif else 1)


def _read_through(content: bytes) -> None:
    """Raises PictureError where a picture breaks off midway."""
    with _opened(content) as opened:
        opened.draft("RGB", (opened.width // 8, opened.height // 8))
        opened.load()


def _is_heif(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] != b"avif"


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """The picture as Pillow opens it: its head is read, nothing is decoded.

    Raises:
        PictureError: it is none.
        TooManyPixelsError: it has too many pixels to be decoded.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > _PIXELS_MOST.get(opened.format or "", _PIXELS_ELSE):
                raise TooManyPixelsError
            yield opened
    except Image.DecompressionBombError:
        raise TooManyPixelsError from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, IndexError, EOFError) as broken:
        raise PictureError(type(broken).__name__) from None


def _upright(content: bytes, frame: int, side: int) -> _Sheet:
    from PIL import ImageOps

    picture = _of_heif(content, side) if _is_heif(content) else _of_others(content, frame, side)
    ImageOps.exif_transpose(picture, in_place=True)
    return _Sheet(picture)


def _of_others(content: bytes, frame: int, side: int) -> Image.Image:
    """Everything that Pillow opens."""
    with _opened(content) as opened:
        if frame:
            opened.seek(frame)
        factor = _factor(opened.width, opened.height, side)
        opened.draft("RGB", (opened.width // factor, opened.height // factor))
        paper = _on_paper(opened.width, opened.height, side, opened.crop)
        paper.getexif()[_ORIENTATION] = opened.getexif().get(_ORIENTATION, 1)
        return paper


def _of_heif(content: bytes, side: int) -> Image.Image:
    """HEIC and HEIF straight from the decoder's memory, upright; Pillow would copy the whole picture twice."""
    from PIL import Image
    from pillow_heif import open_heif

    try:
        heif = open_heif(content)
        width, height = heif.size
        if width * height > _PIXELS_ELSE:
            raise TooManyPixelsError
        lines, stride = memoryview(heif.data or b""), heif.stride
    except (OSError, ValueError, SyntaxError, RuntimeError, EOFError) as broken:
        raise PictureError(type(broken).__name__) from None

    def strip(box: tuple[int, int, int, int]) -> Image.Image:
        _, top, _, bottom = box
        mine = bytes(lines[top * stride : bottom * stride])
        return Image.frombuffer(heif.mode, (width, bottom - top), mine, "raw", heif.mode, stride, 1)

    return _on_paper(width, height, side, strip)


def _factor(width: int, height: int, side: int) -> int:
    """By which whole number a picture is made smaller first: not below `side`, but where it is very large."""
    if width * height > _WHOLE_PIXELS:
        return math.ceil(max(width, height) / side)
    return max(1, max(width, height) // side)


def _on_paper(
    width: int, height: int, side: int, strip: Callable[[tuple[int, int, int, int]], Image.Image]
) -> Image.Image:
    """The picture as paper has it, not much longer than `side`; `strip` gives the lines of a box."""
    from PIL import Image

    factor = _factor(width, height, side)
    paper: Image.Image | None = None
    for top in range(0, height, _STRIP * factor):
        part = _plain(strip((0, top, width, min(top + _STRIP * factor, height)))).reduce(factor)
        paper = paper or Image.new(part.mode, (part.width, math.ceil(height / factor)))
        paper.paste(part, (0, top // factor))
    if paper is None:
        raise PictureError("no lines")
    return paper


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
