"""Pictures that people have at hand, made into a document that SMSC takes: upright, readable, small. Pure.

    HEIC, WebP, PNG with alpha, CMYK, 16 bits ─▶ one JPEG        several pictures ─▶ one PDF, in their order

Pixels are worked through in strips, so that beside a decoded picture there is never a second one of its size. All of it
takes time, memory and foreign codecs: it runs in a process of its own. The libraries are loaded where they are used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.imaging.jobs import PAGES_MOST, Done, Doubt, Made, PictureError, Told, TooManyPagesError, unheard
from bot.imaging.worker.camera_raw import picture_in
from bot.imaging.worker.decoding import opened_picture, upright
from bot.imaging.worker.fitting import SIDE_MOST, fitted, walked
from bot.imaging.worker.heads import Look, look_at, those_true
from bot.imaging.worker.legibility import SIDE, doubt_of

if TYPE_CHECKING:
    from PIL import Image


def made_of(pictures: Sequence[bytes], most: int, told: Told = unheard) -> Made:
    """One JPEG of one picture, one PDF of several, at most `most` bytes; what is fine already comes back as it is.

    Raises:
        PictureError: one of them is none.
        RawError: one of them is a camera's raw file without a picture to be read.
        TooManyPixelsError: one of them is too large to be decoded.
        TooManyPagesError, TooComplexError: they would take too long.
        NotSmallEnoughError: they do not fit.
    """
    pictures = [picture_in(each) or each for each in pictures]
    looks = [look_at(each) for each in pictures]
    if sum(len(look.frames) for look in looks) > PAGES_MOST:
        raise TooManyPagesError
    if len(pictures) == 1 and looks[0].fine is not None and len(pictures[0]) <= most:
        _read_through(pictures[0])
        seen = _doubts(len(looks[0].frames), lambda page: upright(pictures[0], looks[0].frames[page], SIDE).picture)
        return Made(pictures[0], looks[0].fine, len(looks[0].frames), source=looks[0].source, doubts=seen)
    pages = [(each, frame) for each, look in zip(pictures, looks, strict=True) for frame in look.frames]
    if len(pages) == 1:
        made = _made_of_one(*pages[0], looks[0], most)
        told(1, 1)
        return made
    drawn = fitted(lambda number, side: upright(*pages[number], side), len(pages), most, told)
    import img2pdf

    a4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
    layout = img2pdf.get_layout_fun(a4, auto_orient=True)
    doubts = _doubts(len(drawn), lambda page: _reduced(drawn[page]))
    return Made(img2pdf.convert(drawn, layout_fun=layout), "pdf", len(drawn), doubts=doubts)


def seen(pictures: Sequence[bytes], _most: int, _told: Told = unheard) -> Made:
    """A picture as it came, and whether it can be read: a mere look.

    Raises:
        PictureError, TooManyPixelsError: it cannot be opened.
    """
    (content,) = pictures
    return Made(content, "jpg", 1, doubts=_doubts(1, lambda _page: _reduced(content)))


def _made_of_one(content: bytes, frame: int, look: Look, most: int) -> Made:
    """A JPEG of a single picture, with what was done to it."""
    sheet = upright(content, frame, SIDE_MOST)
    made = walked(sheet, most)
    smaller = math.prod(sheet.picture.size) < look.pixels
    done = look.done | those_true({Done.FLATTENED: sheet.flattened, Done.SMALLER: smaller})
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
    with opened_picture(content) as opened:
        opened.draft("L", (SIDE, SIDE))
        opened.load()
        small: Image.Image = opened.copy()
        return small


def _read_through(content: bytes) -> None:
    """Raises PictureError where a picture breaks off midway."""
    with opened_picture(content) as opened:
        opened.draft("RGB", (max(1, opened.width // 8), max(1, opened.height // 8)))
        opened.load()
