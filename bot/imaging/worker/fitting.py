"""Pages fitted into a size: all at one step of a ladder of sizes and qualities, the best at which they fit."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from bot.imaging.jobs import NotSmallEnoughError, Told
from bot.imaging.worker.paper import Sheet

if TYPE_CHECKING:
    pass

_LADDER: Final = ((4000, 90), (3000, 85), (2600, 80), (2200, 75), (1800, 70), (1500, 65), (1200, 60))
"""Longest side and JPEG quality, from the best to the least that is still read: 1200 pixels are 100 dots an inch."""
SIDE_MOST: Final = _LADDER[0][0]
_LAST: Final = len(_LADDER) - 1
_RIM, _RIM_OF_PAGE = 64 * 1024, 1024
"""Bytes that a PDF needs beside its pictures, once and for each page."""


Draw = Callable[[int, int], Sheet]
"""Gives a page by its number, not much larger than the side it is told."""


def fitted(draw: Draw, count: int, most: int, told: Told) -> list[bytes]:
    """Each page as a JPEG, all at one step of the ladder: the best at which they fit into a PDF of `most` bytes.

    All are drawn at the last step first, which is cheap. One that stands for them tells how they grow from step to
    step; where that foretold too little, the next step is tried, and where too much, the one before.
    """
    if count == 1:
        alone = walked(draw(0, _LADDER[0][0]), most - _RIM - _RIM_OF_PAGE)
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


def walked(sheet: Sheet, most: int) -> bytes:
    """A page at the first step of the ladder where it has at most `most` bytes."""
    for step in range(len(_LADDER)):
        page = _jpeg(sheet, step)
        if len(page) <= most:
            return page
    raise NotSmallEnoughError(fits=0)


def _sizes(sheet: Sheet) -> list[int]:
    """The bytes of a page at each step of the ladder."""
    return [len(_jpeg(sheet, step)) for step in range(len(_LADDER))]


def _jpeg(sheet: Sheet, step: int) -> bytes:
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
