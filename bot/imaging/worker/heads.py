"""What the head of a picture tells: whether it is fine as it is, which frames are pages, whether it is a trap."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal

from bot.imaging.jobs import PAGES_MOST, Done, TooComplexError, TooManyPagesError
from bot.imaging.worker.decoding import BITS, ORIENTATION, is_heif, opened_heif, opened_picture
from bot.imaging.worker.paper import ALPHA_MODES

_SCANS_MOST: Final = 100
"""Passes over the picture in a JPEG; a progressive one has about ten, and each takes as long as all of a plain one."""
_ITEMS_MOST: Final = 2_000
"""Parts of a HEIC; a phone's of 48 megapixels has some two hundred."""
_PIECES_MOST: Final = 10_000
"""Chunks of a PNG, or segments in the head of a JPEG; a large scan has some two thousand."""
_TAGS_MOST: Final = 1_000
"""What the head of a page of a TIFF tells; a camera's tells some dozens of things."""
_NEW_KIND, _KIND, _REDUCED, _MASK, _FORMER_REDUCED = 254, 255, 1, 4, 2
PLAIN_MODES: Final = frozenset({"1", "L", "P", "RGB"})
_SOURCES: Final = {"JPEG": "JPG", "MPO": "JPG", "TIFF": "TIF", "WEBP": "WebP"}
"""Formats that are called otherwise than Pillow calls them."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the head of a file tells.

    `fine`: its format where it can go to a moderator as it is; `frames`: which of its pictures are its pages; `done`:
    what is done to it else, whatever its size.
    """

    fine: str | None
    frames: tuple[int, ...]
    source: str
    pixels: int
    done: frozenset[Done]


def look_at(content: bytes) -> Look:
    """Looks at a picture without decoding it.

    Raises:
        TooManyPagesError, TooComplexError: it would take too long, by what it says about itself.
    """
    if content.startswith(JPEG) and content.count(_SCAN) > _SCANS_MOST:
        raise TooComplexError
    if any(map(_is_long, (_segments(content), _chunks(content)))):
        raise TooComplexError
    if content.startswith(TIFF):
        _walk(content)
    if is_heif(content) and content.count(_ITEM) > _ITEMS_MOST:
        raise TooComplexError
    if is_heif(content):
        with opened_heif(content) as heif:
            deep = heif.info["bit_depth"] > 8
            done = {Done.CONVERTED: True, Done.COLOURS: deep}  # its decoder turns it
            return Look(None, (0,), "HEIC", math.prod(heif.size), those_true(done))
    with opened_picture(content) as opened:
        source = _SOURCES.get(opened.format, opened.format)
        turned = opened.getexif().get(ORIENTATION, 1) in range(2, 9)
        deep = _bits(opened, content) > 8
        plain = opened.mode in PLAIN_MODES and "transparency" not in opened.info
        fine = source in {"JPG", "PNG", "TIF"} and plain and not deep and not turned
        frames = _frames(opened) if source == "TIF" else (0,)
        colours = deep or opened.mode not in PLAIN_MODES | ALPHA_MODES
        done = {Done.CONVERTED: source != "JPG", Done.TURNED: turned, Done.COLOURS: colours}
        return Look(source.lower() if fine else None, frames, source, math.prod(opened.size), those_true(done))


def _is_long(pieces: Iterator[int]) -> bool:
    return next(islice(pieces, _PIECES_MOST, None), None) is not None


def _segments(content: bytes) -> Iterator[int]:
    """Where the segments in the head of a JPEG begin, and each byte that only fills a gap; of other files nothing."""
    at = 2 if content.startswith(JPEG) else len(content)
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
JPEG, _SCAN, _ITEM = b"\xff\xd8\xff", b"\xff\xda", b"infe"
TIFF: Final = (b"II*\x00", b"MM\x00*")


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


def those_true(done: dict[Done, bool]) -> frozenset[Done]:
    """What of it was done."""
    return frozenset(each for each, true in done.items() if true)


def _bits(opened: Any, content: bytes) -> int:
    """How many bits a colour has at most."""
    if opened.format == "PNG":
        return content[24]
    return max(opened.tag_v2.get(BITS, (1,)), default=1) if opened.format == "TIFF" else 8
