"""A picture (PNG) of what held when: a strip for each thing, over one scale of time, for a phone's screen.

A colour never tells anything alone: what held stands in words in its part of the strip, and what holds now above it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.exports.letters import FONT_FILE, glyphs, written


class Tone(StrEnum):
    """What a part of a strip looks like."""

    GOOD = "#b7e1c0"
    BAD = "#f3b8b3"
    WAITING = "#f6e2a8"
    PLAIN = "#c9d6ea"
    """Nobody has said what it means."""
    GONE = "#e6e6e6"


@dataclass(frozen=True, slots=True)
class Part:
    """What holds from a moment on, until the next part begins."""

    start: datetime
    told: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Strip:
    """A thing and its parts, oldest first; at least one."""

    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Strips:
    """What is on the picture, from the top down. `more` says how many strips something lacks."""

    title: str
    under: str
    strips: tuple[Strip, ...]
    start: datetime
    end: datetime
    more: Callable[[int], str]


WIDTH: Final = 900
EDGE: Final = 24
MOST: Final = 12
"""Strips that a picture has."""
ROW: Final = 84
HEAD: Final = 104
BAR: Final = 42
BAR_TOP: Final = 32
"""How far below the top of its row a strip begins."""
_FOOT: Final = 60
_LETTERS_MOST: Final = 120
"""More letters than any row has room for; what is longer is not measured."""
_LEAST_WORD: Final = 22
"""Pixels below which a part has no room for any word."""
_INK, _PALE, _LINE, _PAPER = "#1a1c21", "#5f6670", "#d5d8dd", "#ffffff"
_DAY: Final = timedelta(days=1)
_STEPS: Final = (
    *(timedelta(minutes=each) for each in (1, 2, 5, 10, 30, 60, 180, 360, 720)),
    *(timedelta(days=each) for each in (1, 2, 3, 7, 14, 30, 61, 122, 365, 730, 3650)),
)
_MARKS_MOST: Final = 6
"""Dates that the scale has room for."""


def picture(content: Strips) -> bytes:
    """The picture. It is a thread's work of some hundredths of a second."""
    return _Sheet(content).made()


def place(at: datetime, start: datetime, end: datetime) -> int:
    """Where a moment stands, in pixels from the left; what is outside the scale stands at its end."""
    share = (at - start) / (end - start) if end > start else 1.0
    return EDGE + round(min(1.0, max(0.0, share)) * (WIDTH - 2 * EDGE))


class _Sheet:
    """A picture while it is drawn."""

    def __init__(self, content: Strips) -> None:
        self._content = content
        self._shown = content.strips[:MOST]
        self._glyphs = glyphs()
        self._large, self._middle, self._small = (_font(size) for size in (30, 21, 18))
        self._foot = HEAD + ROW * len(self._shown)
        self._image = Image.new("RGB", (WIDTH, self._foot + _FOOT + (30 if self._left_out else 0)), _PAPER)
        self._draw = ImageDraw.Draw(self._image)

    @property
    def _left_out(self) -> int:
        return len(self._content.strips) - len(self._shown)

    def made(self) -> bytes:
        self._write(EDGE, 18, self._content.title, self._large, WIDTH - 2 * EDGE)
        self._write(EDGE, 62, self._content.under, self._small, WIDTH - 2 * EDGE, _PALE)
        self._scale()
        for number, strip in enumerate(self._shown):
            self._strip(HEAD + number * ROW, strip)
        if self._left_out:
            told = self._content.more(self._left_out)
            self._write(EDGE, self._foot + _FOOT - 8, told, self._small, WIDTH - 2 * EDGE, _PALE)
        out = io.BytesIO()
        self._image.save(out, "PNG")
        return out.getvalue()

    def _scale(self) -> None:
        """The dates below the strips, each with a line through all of them."""
        marks, short = _marks(self._content.start, self._content.end)
        free = 0
        for mark in marks:
            x = self._x(mark)
            self._draw.line((x, HEAD, x, self._foot + 6), _LINE)
            told = f"{mark:%d.%m %H:%M}" if short else f"{mark:%d.%m.%y}"
            wide = round(self._small.getlength(told))
            left = max(EDGE, min(x - wide // 2, WIDTH - EDGE - wide))
            if left >= free:
                self._write(left, self._foot + 12, told, self._small, wide, _PALE)
                free = left + wide + 12

    def _strip(self, top: int, strip: Strip) -> None:
        now = self._cut(strip.parts[-1].told, self._middle, (WIDTH - 2 * EDGE) // 2)
        wide = round(self._middle.getlength(now))
        self._draw.text((WIDTH - EDGE - wide, top), now, _INK, self._middle)
        label = written(strip.label[: 2 * _LETTERS_MOST], self._glyphs) or "–"
        self._write(EDGE, top, label, self._middle, WIDTH - 2 * EDGE - wide - 24)
        for part, left, right in self._laid(strip):
            box = (left, top + BAR_TOP, right, top + BAR_TOP + BAR)
            self._draw.rectangle(box, part.tone.value)
            self._draw.line((left, box[1], left, box[3]), _INK, 2)
            if right - left >= _LEAST_WORD:
                self._write(left + 8, top + BAR_TOP + 9, part.told, self._middle, right - left - 12)

    def _laid(self, strip: Strip) -> Iterator[tuple[Part, int, int]]:
        """The parts that are at least a pixel wide, with where they begin and end; the last one always."""
        lefts = [self._x(each.start) for each in strip.parts]
        for part, left, right in zip(strip.parts, lefts, [*lefts[1:], WIDTH - EDGE], strict=True):
            if right > left or part is strip.parts[-1]:
                yield part, left, max(left, right)

    def _x(self, at: datetime) -> int:
        return place(at, self._content.start, self._content.end)

    def _write(self, x: int, y: int, text: str, font: ImageFont.FreeTypeFont, room: int, colour: str = _INK) -> None:
        self._draw.text((x, y), self._cut(text, font, room), colour, font)

    def _cut(self, text: str, font: ImageFont.FreeTypeFont, room: int) -> str:
        """As much of the text as there is room for, with “…” where that is not all; of no letter nothing."""
        told = written(text[: 2 * _LETTERS_MOST], self._glyphs).replace("\n", " ")
        if len(told) <= _LETTERS_MOST and font.getlength(told) <= room:
            return told
        told = told[:_LETTERS_MOST]
        while told and font.getlength(told + "…") > room:
            told = told[:-1]
        return told + "…" if told else ""


def _font(size: int) -> ImageFont.FreeTypeFont:
    """The font; laid out by Pillow itself, so that a picture is the same on every machine."""
    return ImageFont.truetype(str(FONT_FILE), size, layout_engine=ImageFont.Layout.BASIC)


def _marks(start: datetime, end: datetime) -> tuple[list[datetime], bool]:
    """Round moments between two, as many as the scale has room for; whether they need the time of day."""
    step = next((each for each in _STEPS if (end - start) / each <= _MARKS_MOST), _STEPS[-1])
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    mark = midnight + step * -(-(start - midnight) // step)
    found = list[datetime]()
    while mark <= end:
        found.append(mark)
        mark += step
    return found, step < _DAY
