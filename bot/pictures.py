"""Pictures and scans that people have at hand, made into a document that SMSC takes: upright, readable, small. Pure.

    HEIC, WebP, PNG with alpha, CMYK, 16 bits ─▶ one JPEG        several pictures ─▶ one PDF, in their order
    a PDF of scanned pages that is too large  ─▶ its pages drawn anew, one PDF
    a PDF that may be broken or locked        ─▶ itself, or why not

Pixels are worked through in strips, so that beside a decoded picture there is never a second one of its size. All of it
takes time, memory and foreign codecs: it runs in a process of its own, see `bot.darkroom`. The libraries are loaded
where they are used; who only wants to know what a file is does not pay for them.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from ctypes import c_uint
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any, Final, Literal

from bot import camera_raw
from bot.legibility import SIDE, Doubt, doubt_of

if TYPE_CHECKING:
    from PIL import Image

_PIXELS_MOST: Final = {"JPEG": 210_000_000, "WEBP": 16_000_000, "AVIF": 16_000_000}
_PIXELS_ELSE: Final = 52_000_000
"""More pixels than these are refused before they are decoded. A JPEG is made smaller while it is decoded; the decoder
of WebP and AVIF holds the picture four times."""
PAGES_MOST: Final = 100
"""Pages that are drawn for one document: SMSC's 3 MB have room for some thirty of text, for a hundred of hardly any."""
_OBJECTS_MOST: Final = 200_000
"""Lines, letters and pictures in all pages of a PDF; the plan of a house has some tens of thousands."""
_PIXELS_ON_A_PAGE: Final = 250_000_000
"""Pixels of all pictures on a page of a PDF, each counted as often as it is drawn."""
_SCANS_MOST: Final = 100
"""Passes over the picture in a JPEG; a progressive one has about ten, and each takes as long as all of a plain one."""
_ITEMS_MOST: Final = 2_000
"""Parts of a HEIC; a phone's of 48 megapixels has some two hundred."""
_PIECES_MOST: Final = 10_000
"""Chunks of a PNG, or segments in the head of a JPEG; a large scan has some two thousand."""
_TAGS_MOST: Final = 1_000
"""What the head of a page of a TIFF tells; a camera's tells some dozens of things."""
_LADDER: Final = ((4000, 90), (3000, 85), (2600, 80), (2200, 75), (1800, 70), (1500, 65), (1200, 60))
"""Longest side and JPEG quality, from the best to the least that is still read: 1200 pixels are 100 dots an inch."""
_LAST: Final = len(_LADDER) - 1
_POINTS_MOST: Final = 14_400
"""The longest a page of a PDF can be (ISO 32000-1, annex C); one that claims more is drawn as long as that."""
_RIM, _RIM_OF_PAGE = 64 * 1024, 1024
"""Bytes that a PDF needs beside its pictures, once and for each page."""
_GLANCE: Final = 300
"""The longest side of a page that is drawn only to see that it can be."""
_WHOLE_PIXELS: Final = 24_000_000
"""A picture of more pixels is made smaller by a whole number before anything else is done with it."""
_STRIP: Final = 32
"""Lines of the smaller picture that are made at a time."""
_ORIENTATION, _BITS, _COMPRESSION, _PHOTOMETRIC = 0x0112, 258, 259, 262  # the numbers that Exif and TIFF give to them
_SAMPLES, _PLANES, _NUMBERS = 277, 284, 339
_SIGNED, _FLOAT = 2, 3
_NEW_KIND, _KIND, _REDUCED, _MASK, _FORMER_REDUCED = 254, 255, 1, 4, 2
_PLAIN_MODES: Final = frozenset({"1", "L", "P", "RGB"})
_ALPHA_MODES: Final = frozenset({"LA", "PA", "RGBA", "La", "RGBa"})
_SOURCES: Final = {"JPEG": "JPG", "MPO": "JPG", "TIFF": "TIF", "WEBP": "WebP"}
"""Formats that are called otherwise than Pillow calls them."""
_SEEN: Final = [0] * 128 + [255] * 128
"""Which alpha is seen: from a half on."""
_BRIGHT: Final = 192
"""Of 255: so bright that it is lost on white paper."""
_DARK_PAPER: Final = "#404040"

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


class TooManyPagesError(Exception):
    """It has more pages than are drawn here."""


class TooComplexError(Exception):
    """It would take, or took, more time than is spent on one file."""


class PortfolioError(Exception):
    """It is a PDF that is but a cover for the files inside it."""


class FormOfAdobeError(Exception):
    """It is a PDF that only Adobe's own reader draws (XFA)."""


class NotSmallEnoughError(Exception):
    """Made any smaller it could not be read. `fits`: about how many such pages would fit."""

    def __init__(self, fits: int) -> None:
        super().__init__(fits)
        self.fits = fits


class Done(StrEnum):
    """What was done to a picture that it could go to a moderator, in the order in which it is told."""

    CONVERTED = "converted"
    """It was of another format."""
    TURNED = "turned"
    """It lay on its side, or was mirrored, and Exif said so."""
    FLATTENED = "flattened"
    """Paper was put behind what was transparent."""
    COLOURS = "colours"
    """It had CMYK or other colours than RGB and grey, or more than eight bits."""
    SMALLER = "smaller"
    """It has fewer pixels than it had."""
    UNSIGNED = "unsigned"
    """An electronic signature of a PDF that was drawn anew proves nothing any more."""
    WITHOUT_FILES = "without_files"
    """Files that lay inside a PDF are not in it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was made: its content, its format, how many pages it has.

    Of a single picture also what was done to it, and what format it came in, in the words of people: `HEIC`, `WebP`.
    Of pictures also which of their pages, from 1 on, may not be readable.
    """

    content: bytes
    kind: str
    pages: int
    done: tuple[Done, ...] = ()
    source: str = ""
    doubts: tuple[tuple[int, Doubt], ...] = ()


def is_picture(content: bytes) -> bool:
    """Whether a file looks like a picture that can be made into a document."""
    if _brands(content) & (_HEIF | _AVIF):
        return True
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return True
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"GIF8", b"BM"))


_HEIF: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"})
_AVIF: Final = frozenset({b"avif", b"avis", b"avio", b"MA1A", b"MA1B"})
"""What the head of an ISO media file says that it is, or that readers of these open it (ISO 23008-12; AVIF 1.1)."""


def _brands(content: bytes) -> frozenset[bytes]:
    """The brands of an ISO media file, its own first among them; none where it is no such file."""
    if content[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(content[:4]), 1024, len(content))
    return frozenset(content[at : at + 4] for at in (8, *range(16, end - 3, 4)))


def made_of(pictures: Sequence[bytes], most: int, told: Told = _unheard) -> Made:
    """One JPEG of one picture, one PDF of several, at most `most` bytes; what is fine already comes back as it is.

    Raises:
        PictureError: one of them is none.
        RawError: one of them is a camera's raw file without a picture to be read.
        TooManyPixelsError: one of them is too large to be decoded.
        TooManyPagesError, TooComplexError: they would take too long.
        NotSmallEnoughError: they do not fit.
    """
    pictures = [camera_raw.picture_in(each) or each for each in pictures]
    looks = [_look(each) for each in pictures]
    if sum(len(look.frames) for look in looks) > PAGES_MOST:
        raise TooManyPagesError
    if len(pictures) == 1 and looks[0].fine is not None and len(pictures[0]) <= most:
        _read_through(pictures[0])
        seen = _doubts(len(looks[0].frames), lambda page: _upright(pictures[0], looks[0].frames[page], SIDE).picture)
        return Made(pictures[0], looks[0].fine, len(looks[0].frames), source=looks[0].source, doubts=seen)
    pages = [(each, frame) for each, look in zip(pictures, looks, strict=True) for frame in look.frames]
    if len(pages) == 1:
        made = _made_of_one(*pages[0], looks[0], most)
        told(1, 1)
        return made
    drawn = _fitted(lambda number, side: _upright(*pages[number], side), len(pages), most, told)
    import img2pdf

    a4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
    layout = img2pdf.get_layout_fun(a4, auto_orient=True)
    doubts = _doubts(len(drawn), lambda page: _reduced(drawn[page]))
    return Made(img2pdf.convert(drawn, layout_fun=layout), "pdf", len(drawn), doubts=doubts)


def seen(pictures: Sequence[bytes], _most: int, _told: Told = _unheard) -> Made:
    """A picture as it came, and whether it can be read: a mere look.

    Raises:
        PictureError, TooManyPixelsError: it cannot be opened.
    """
    (content,) = pictures
    return Made(content, "jpg", 1, doubts=_doubts(1, lambda _page: _reduced(content)))


def shrunk(scan: bytes, most: int, told: Told = _unheard) -> Made:
    """A PDF whose pages look as those of `scan` do and have their sizes, at most `most` bytes.

    Raises:
        PictureError: it is no PDF, or a broken one.
        LockedError: it opens only with a password.
        PortfolioError: it is but a cover for the files inside it.
        FormOfAdobeError: only Adobe's own reader draws it.
        TooManyPagesError, TooComplexError: it would take too long.
        NotSmallEnoughError: it does not fit.
    """
    import img2pdf

    with _pages_of(scan) as pages:
        left_out = _left_out(scan, pages)
        _weigh(pages)
        pages.init_forms()  # what was filled in, and signatures that are seen, are drawn with the pages
        drawn = _fitted(lambda number, side: _page(pages[number], side), len(pages), most, told)
    return Made(img2pdf.convert(drawn), "pdf", len(drawn), left_out)


def checked(scan: bytes, _most: int, _told: Told = _unheard) -> Made:
    """A PDF as it came, once it is seen that it opens and has a page that can be drawn.

    Raises:
        PictureError: it does not, or has none.
        LockedError: it opens only with a password.
        TooComplexError: to see that would take too long.
    """
    with _pages_of(scan) as pages:
        _weigh_page(pages[0], _OBJECTS_MOST)
        _page(pages[0], _GLANCE)
        return Made(scan, "pdf", len(pages))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as a picture, and what is known of it.

    `inches`: how long its longest side is on paper (None: nobody knows); `flattened`: paper was put behind it.
    """

    picture: Image.Image
    inches: float | None = None
    flattened: bool = False


Draw = Callable[[int, int], _Sheet]
"""Gives a page by its number, not much larger than the side it is told."""


def _fitted(draw: Draw, count: int, most: int, told: Told) -> list[bytes]:
    """Each page as a JPEG, all at one step of the ladder: the best at which they fit into a PDF of `most` bytes.

    All are drawn at the last step first, which is cheap. One that stands for them tells how they grow from step to
    step; where that foretold too little, the next step is tried, and where too much, the one before.
    """
    if count == 1:
        alone = _walked(draw(0, _LADDER[0][0]), most - _RIM - _RIM_OF_PAGE)
        told(1, 1)
        return [alone]
    told = _forwards(told)
    room = most - _RIM - count * _RIM_OF_PAGE
    least = _least(draw, count, most - _RIM)
    grows = _sizes(draw(_typical(least), _LADDER[0][0]))
    pages, fits, fails = least, _LAST, -1
    while (step := max(fails + 1, _foretold(pages, fits, grows, room))) < fits:
        better = _drawn(draw, step, least, room, told)
        if better is None:
            fails = step
        else:
            pages, fits = better, step
    for number in range(count):
        told(number + 1, count)
    return pages


def _forwards(told: Told) -> Told:
    """Passes on only what is further than all before: a page may be drawn more than once."""
    furthest = 0

    def forwards(page: int, count: int) -> None:
        nonlocal furthest
        if page > furthest:
            furthest = page
            told(page, count)

    return forwards


def _least(draw: Draw, count: int, room: int) -> list[bytes]:
    """Each page at the last step; NotSmallEnoughError says how many of the first fit where not all do."""
    pages: list[bytes] = []
    for number in range(count):
        page = _jpeg(draw(number, _LADDER[_LAST][0]), _LAST)
        room -= len(page) + _RIM_OF_PAGE
        if room < 0:
            raise NotSmallEnoughError(fits=number)
        pages.append(page)
    return pages


def _typical(pages: Sequence[bytes]) -> int:
    """The page that stands for all: half of their bytes are in pages that are no larger."""
    by_size = sorted(range(len(pages)), key=lambda number: len(pages[number]))
    sums = list(accumulate(len(pages[number]) for number in by_size))
    return next(number for number, passed in zip(by_size, sums, strict=True) if 2 * passed >= sums[-1])


def _foretold(pages: Sequence[bytes], at: int, grows: Sequence[int], room: int) -> int:
    """The best step at which pages that are drawn at one likely fit; `grows` is the size of a page at each step."""
    size = sum(map(len, pages))
    return next(step for step in range(len(grows)) if step == at or size * grows[step] <= room * grows[at])


def _drawn(draw: Draw, step: int, least: Sequence[bytes], room: int, told: Told) -> list[bytes] | None:
    """Each page at a step; None as soon as they cannot fit any more, though the rest be as small as can be."""
    pages: list[bytes] = []
    left = room - sum(map(len, least))
    for number, smallest in enumerate(least):
        page = _jpeg(draw(number, _LADDER[step][0]), step)
        left -= len(page) - len(smallest)
        if left < 0:
            return None
        pages.append(page)
        told(number + 1, len(least))
    return pages


def _walked(sheet: _Sheet, most: int) -> bytes:
    """A page at the first step of the ladder where it has at most `most` bytes."""
    for step in range(len(_LADDER)):
        page = _jpeg(sheet, step)
        if len(page) <= most:
            return page
    raise NotSmallEnoughError(fits=0)


def _sizes(sheet: _Sheet) -> list[int]:
    """The bytes of a page at each step of the ladder."""
    return [len(_jpeg(sheet, step)) for step in range(len(_LADDER))]


def _jpeg(sheet: _Sheet, step: int) -> bytes:
    """A page at a step of the ladder; its picture is not larger after that."""
    from PIL import Image

    side, quality = _LADDER[step]
    picture = sheet.picture
    if max(picture.size) > side:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    dots = round(max(picture.size) / sheet.inches) if sheet.inches else 0
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, optimize=True, dpi=(dots, dots))
    return file.getvalue()


@contextmanager
def _pages_of(scan: bytes) -> Iterator[Any]:
    """The pages of a PDF, of which there is at least one.

    Raises:
        PictureError: it is none, it is broken, or it has no pages.
        LockedError: it opens only with a password.
    """
    import pypdfium2

    try:
        yield pypdfium2.PdfDocument(scan)
    except pypdfium2.PdfiumError as refused:
        if refused.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise LockedError from None
        raise PictureError("a PDF that does not open") from None


def _left_out(scan: bytes, pages: Any) -> tuple[Done, ...]:
    """What of a PDF is not on its pages, and is lost where these are drawn anew.

    Raises:
        PortfolioError, FormOfAdobeError: its pages are not what a person sees of it.
    """
    from pypdfium2 import raw

    if raw.FPDF_GetFormType(pages.raw) == raw.FORMTYPE_XFA_FULL:
        raise FormOfAdobeError
    files = raw.FPDFDoc_GetAttachmentCount(pages.raw)
    if files and _is_portfolio(scan):
        raise PortfolioError
    lost = {Done.WITHOUT_FILES: files > 0, Done.UNSIGNED: raw.FPDF_GetSignatureCount(pages.raw) > 0}
    return tuple(each for each in Done if lost.get(each))


def _is_portfolio(scan: bytes) -> bool:
    """Whether readers show the files inside a PDF in the place of its pages (ISO 32000-1, 12.3.5)."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(scan)) as opened:
            return "/Collection" in opened.Root
    except pikepdf.PdfError:
        return False


def _weigh(pages: Any) -> None:
    """Raises TooManyPagesError or TooComplexError where a PDF would take too long to be drawn; nothing is drawn yet."""
    if len(pages) > PAGES_MOST:
        raise TooManyPagesError
    left = _OBJECTS_MOST
    for page in pages:
        left -= _weigh_page(page, left)
        page.close()


def _weigh_page(page: Any, most: int) -> int:
    """How many objects a page has, at any depth; raises TooComplexError where they, or their pixels, are too many."""
    from pypdfium2 import raw

    count, pixels = 0, _PIXELS_ON_A_PAGE
    width, height = c_uint(), c_uint()
    within = [(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)]
    while within:
        holder, counted, given = within.pop()
        inside = counted(holder)
        count += inside
        if count > most:
            raise TooComplexError
        for number in range(inside):
            each = given(holder, number)
            kind = raw.FPDFPageObj_GetType(each)
            if kind == raw.FPDF_PAGEOBJ_FORM:
                within.append((each, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE and raw.FPDFImageObj_GetImagePixelSize(each, width, height):
                pixels -= width.value * height.value
                if pixels < 0:
                    raise TooComplexError
    return count


def _page(page: Any, side: int) -> _Sheet:
    """A page of a PDF, drawn."""
    points = max(page.get_size())
    picture = page.render(scale=side / points).to_pil().convert("RGB")
    page.close()
    return _Sheet(picture, min(points, _POINTS_MOST) / 72)


@dataclass(frozen=True, slots=True)
class _Look:
    """What the head of a file tells.

    `fine`: its format where it can go to a moderator as it is; `frames`: which of its pictures are its pages; `done`:
    what is done to it else, whatever its size.
    """

    fine: str | None
    frames: tuple[int, ...]
    source: str
    pixels: int
    done: frozenset[Done]


def _look(content: bytes) -> _Look:
    """Looks at a picture without decoding it.

    Raises:
        TooManyPagesError, TooComplexError: it would take too long, by what it says about itself.
    """
    if content.startswith(_JPEG) and content.count(_SCAN) > _SCANS_MOST:
        raise TooComplexError
    if any(map(_is_long, (_segments(content), _chunks(content)))):
        raise TooComplexError
    if content.startswith(_TIFF):
        _walk(content)
    if _is_heif(content) and content.count(_ITEM) > _ITEMS_MOST:
        raise TooComplexError
    if _is_heif(content):
        with _heif(content) as heif:
            deep = heif.info["bit_depth"] > 8
            done = {Done.CONVERTED: True, Done.COLOURS: deep}  # its decoder turns it
            return _Look(None, (0,), "HEIC", math.prod(heif.size), _true(done))
    with _opened(content) as opened:
        source = _SOURCES.get(opened.format, opened.format)
        turned = opened.getexif().get(_ORIENTATION, 1) in range(2, 9)
        deep = _bits(opened, content) > 8
        plain = opened.mode in _PLAIN_MODES and "transparency" not in opened.info
        fine = source in {"JPG", "PNG", "TIF"} and plain and not deep and not turned
        frames = _frames(opened) if source == "TIF" else (0,)
        colours = deep or opened.mode not in _PLAIN_MODES | _ALPHA_MODES
        done = {Done.CONVERTED: source != "JPG", Done.TURNED: turned, Done.COLOURS: colours}
        return _Look(source.lower() if fine else None, frames, source, math.prod(opened.size), _true(done))


def _is_long(pieces: Iterator[int]) -> bool:
    return next(islice(pieces, _PIECES_MOST, None), None) is not None


def _segments(content: bytes) -> Iterator[int]:
    """Where the segments in the head of a JPEG begin, and each byte that only fills a gap; of other files nothing."""
    at = 2 if content.startswith(_JPEG) else len(content)
    while at + 4 <= len(content) and content[at : at + 2] != _SCAN:
        yield at
        bare = content[at] != 0xFF or content[at + 1] in (0x00, 0xFF) or content[at + 1] in _BARE
        at += 1 if bare else 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))


def _chunks(content: bytes) -> Iterator[int]:
    """Where the chunks of a PNG begin; of other files nothing."""
    at = len(_PNG) if content.startswith(_PNG) else len(content)
    while at < len(content):
        yield at
        at += 12 + int.from_bytes(content[at : at + 4])


_PNG: Final = b"\x89PNG\r\n\x1a\n"
_BARE: Final = frozenset({0x01, *range(0xD0, 0xDA)})
"""Marks of JPEG that nothing belongs to (T.81, B.1.1.3)."""
_JPEG, _SCAN, _ITEM = b"\xff\xd8\xff", b"\xff\xda", b"infe"
_TIFF: Final = (b"II*\x00", b"MM\x00*")


def _frames(tiff: Any) -> tuple[int, ...]:
    """The pictures of a TIFF that are pages: no small copies of others, no masks (TIFF 6.0, NewSubfileType)."""
    pages: list[int] = []
    for number in range(getattr(tiff, "n_frames", 1)):
        tiff.seek(number)
        kind, former = tiff.tag_v2.get(_NEW_KIND, 0), tiff.tag_v2.get(_KIND, 1)
        if not kind & (_REDUCED | _MASK) and former != _FORMER_REDUCED:
            pages.append(number)
    tiff.seek(0)
    return tuple(pages) or (0,)


def _walk(tiff: bytes) -> None:
    """Goes through the heads of a TIFF's pages, which Pillow does slowly; where they lead in a circle, they end.

    Raises:
        TooManyPagesError: there are too many.
        TooComplexError: one of them is too long.
    """
    order: Literal["little", "big"] = "little" if tiff.startswith(b"II") else "big"
    seen: set[int] = set()
    at = int.from_bytes(tiff[4:8], order)
    while 0 < at < len(tiff) and at not in seen:
        seen.add(at)
        tags = int.from_bytes(tiff[at : at + 2], order)
        if len(seen) > PAGES_MOST:
            raise TooManyPagesError
        if tags > _TAGS_MOST:
            raise TooComplexError
        after = at + 2 + 12 * tags
        at = int.from_bytes(tiff[after : after + 4], order)


def _true(done: dict[Done, bool]) -> frozenset[Done]:
    return frozenset(each for each, true in done.items() if true)


def _bits(opened: Any, content: bytes) -> int:
    """How many bits a colour has at most."""
    if opened.format == "PNG":
        return content[24]
    return max(opened.tag_v2.get(_BITS, (1,)), default=1) if opened.format == "TIFF" else 8


def _made_of_one(content: bytes, frame: int, look: _Look, most: int) -> Made:
    """A JPEG of a single picture, with what was done to it."""
    sheet = _upright(content, frame, _LADDER[0][0])
    made = _walked(sheet, most)
    smaller = math.prod(sheet.picture.size) < look.pixels
    done = look.done | _true({Done.FLATTENED: sheet.flattened, Done.SMALLER: smaller})
    doubts = _doubts(1, lambda _page: _reduced(made))
    return Made(made, "jpg", 1, tuple(each for each in Done if each in done), look.source, doubts)


def _doubts(count: int, draw: Callable[[int], Image.Image]) -> tuple[tuple[int, Doubt], ...]:
    """Which of so many pages, from 1 on, may not be readable, and why; one that cannot be drawn is not doubted."""
    found: list[tuple[int, Doubt]] = []
    for number in range(count):
        with suppress(PictureError):
            if (doubt := doubt_of(draw(number))) is not None:
                found.append((number + 1, doubt))
    return tuple(found)


def _reduced(content: bytes) -> Image.Image:
    """A JPEG about as large as it is judged, which its decoder is quick to give."""
    with _opened(content) as opened:
        opened.draft("L", (SIDE, SIDE))
        opened.load()
        small: Image.Image = opened.copy()
        return small


def _read_through(content: bytes) -> None:
    """Raises PictureError where a picture breaks off midway."""
    with _opened(content) as opened:
        opened.draft("RGB", (max(1, opened.width // 8), max(1, opened.height // 8)))
        opened.load()


def _is_heif(content: bytes) -> bool:
    brands = _brands(content)
    return bool(brands) and not brands & _AVIF


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """The picture as Pillow opens it: its head is read, nothing is decoded.

    Raises:
        PictureError: it is none.
        TooManyPixelsError: it has too many pixels to be decoded.
    """
    from PIL import Image, UnidentifiedImageError

    if _brands(content) & _AVIF:  # Pillow looks at the first of them alone
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
def _heif(content: bytes) -> Iterator[Any]:
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


def _upright(content: bytes, frame: int, side: int) -> _Sheet:
    from PIL import ImageOps

    sheet = _of_heif(content, side) if _is_heif(content) else _of_others(content, frame, side)
    ImageOps.exif_transpose(sheet.picture, in_place=True)
    return sheet


def _of_others(content: bytes, frame: int, side: int) -> _Sheet:
    """Everything that Pillow opens."""
    with _opened(content) as opened:
        if frame:
            opened.seek(frame)
        tags = opened.tag_v2 if opened.format == "TIFF" else {}
        if tags and _is_misread(tags):
            raise PictureError("a TIFF of a rare kind")
        factor = _factor(opened.width, opened.height, side)
        opened.draft("RGB", (max(1, opened.width // factor), max(1, opened.height // factor)))
        sheet = _on_paper(opened.width, opened.height, side, opened.crop, negative=tags.get(_PHOTOMETRIC) == 0)
        sheet.picture.getexif()[_ORIENTATION] = opened.getexif().get(_ORIENTATION, 1)
        return sheet


def _is_misread(tags: Any) -> bool:
    """Whether Pillow gives other pixels than a TIFF has: of floats, 32 bits, and 16 bits in planes or swapped."""
    bits, numbers = max(tags.get(_BITS, (1,))), tags.get(_NUMBERS, (1,))
    planes = tags.get(_PLANES, 1) == 2 and tags.get(_SAMPLES, 1) > 1
    swapped = tags.prefix == b"MM" and tags.get(_COMPRESSION, 1) != 1
    signed = _SIGNED in numbers and (bits <= 8 or swapped)
    return bits > 16 or _FLOAT in numbers or signed or (bits > 8 and planes)


def _of_heif(content: bytes, side: int) -> _Sheet:
    """HEIC and HEIF straight from the decoder's memory; Pillow would copy the whole picture twice."""
    from PIL import Image

    with _heif(content) as heif:
        lines, stride = memoryview(heif.data or b""), heif.stride
        width, height = heif.size

        def strip(box: Box) -> Image.Image:
            _, top, _, bottom = box
            mine = bytes(lines[top * stride : bottom * stride])
            return Image.frombuffer(heif.mode, (width, bottom - top), mine, "raw", heif.mode, stride, 1)

        return _on_paper(width, height, side, strip)


def _factor(width: int, height: int, side: int) -> int:
    """By which whole number a picture is made smaller first: not below `side`, but where it is very large."""
    if width * height > _WHOLE_PIXELS:
        return math.ceil(max(width, height) / side)
    return max(1, max(width, height) // side)


Box = tuple[int, int, int, int]


def _on_paper(
    width: int, height: int, side: int, strip: Callable[[Box], Image.Image], *, negative: bool = False
) -> _Sheet:
    """The picture as paper has it, not much longer than `side`; `strip` gives the lines of a box.

    `negative`: where it has more than eight bits, its lowest numbers are its brightest.
    """
    from PIL import Image

    factor = _factor(width, height, side)
    lines = _STRIP * factor
    boxes = [(0, top, width, min(top + lines, height)) for top in range(0, height, lines)]
    plain, flattened = _plainly(lambda: map(strip, boxes), negative=negative)
    paper: Image.Image | None = None
    for box in boxes:
        part = plain(strip(box)).reduce(factor)
        paper = paper or Image.new(part.mode, (part.width, math.ceil(height / factor)))
        paper.paste(part, (0, box[1] // factor))
    if paper is None:
        raise PictureError("no lines")
    return _Sheet(paper, flattened=flattened)


Plain = Callable[["Image.Image"], "Image.Image"]
"""Makes a strip plain: no alpha, eight bits, RGB or grey."""


def _plainly(strips: Callable[[], Iterator[Image.Image]], *, negative: bool) -> tuple[Plain, bool]:
    """How the strips of a picture are made plain, and whether paper is put behind them; decided over all of them."""
    first = next(strips())
    if first.mode.startswith("I"):
        return _stretched(strips(), negative=negative), False
    if first.mode in _ALPHA_MODES or "transparency" in first.info:
        paper = _paper_behind(strips())
        return _in_front_of(paper or "white"), paper is not None
    return (lambda picture: picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")), False


def _stretched(strips: Iterable[Any], *, negative: bool) -> Plain:
    """Grey of more than eight bits: what is darkest in it becomes black, and what is brightest white."""
    extremes = [each.convert("I").getextrema() for each in strips]
    black, white = min(low for low, _ in extremes), max(high for _, high in extremes)
    if negative:
        black, white = white, black
    scale = 255 / (white - black) if white != black else 0  # all alike: an empty page
    rest = 255.5 - white * scale
    return lambda picture: picture.convert("I").point(lambda value: value * scale + rest).convert("L")


def _paper_behind(strips: Iterable[Image.Image]) -> str | None:
    """The colour of the paper behind a picture: white, but dark where all that is seen is bright, as a white logo is.

    None where nothing is transparent.
    """
    transparent = dark = bright = False
    for each in map(_with_alpha, strips):
        alpha = each.getchannel("A")
        transparent = transparent or any(alpha.histogram()[:255])
        seen = each.convert("L").histogram(alpha.point(_SEEN))
        dark, bright = dark or any(seen[:_BRIGHT]), bright or any(seen[_BRIGHT:])
    if not transparent:
        return None
    return _DARK_PAPER if bright and not dark else "white"


def _in_front_of(paper: str) -> Plain:
    from PIL import Image

    def plain(picture: Image.Image) -> Image.Image:
        above = _with_alpha(picture)
        behind = Image.new("RGBA", above.size, paper)
        behind.alpha_composite(above)
        return behind.convert("RGB")

    return plain


def _with_alpha(picture: Image.Image) -> Image.Image:
    """The picture as RGBA; what is multiplied with its alpha (`La`, `RGBa`) is divided first."""
    return picture.convert(picture.mode.upper()).convert("RGBA")
