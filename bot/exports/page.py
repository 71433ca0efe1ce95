"""One page of PDF (A4) about one thing: sections of lines, then a story of which as much is told as has room."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from bot.exports.letters import FONT, glyphs, written


@dataclass(frozen=True, slots=True)
class Line:
    """A text with what it is in the column before it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on the page, from the top down.

    `story` is told as far as there is room, and at least its first lines; it has `untold` lines beside them. `more`
    says how many lines something lacks.
    """

    title: str
    under: str
    sections: tuple[Section, ...]
    story: Section
    untold: int
    more: Callable[[int], str]
    foot: str


_EDGE: Final = 16 * mm
_LABEL: Final = 46 * mm
_TITLE: Final = 17.0
_HEAD: Final = 10.0
_TEXT: Final = 8.6
_SMALL: Final = 7.0
_LEADING: Final = 1.32
_STORY_LEAST: Final = 40 * mm
"""What the sections leave to the story."""
_TIGHTER: Final = ((8, 24), (5, 16), (4, 10), (3, 6), (2, 4), (1, 2))
"""How many rows a line may take, and how many lines a section: the first that has room."""
_STORY_ROWS: Final = 2
_LETTERS_OF_A_ROW: Final = 250
"""More letters than any row has room for; what is longer is not measured."""
_INK, _PALE = (0.10, 0.11, 0.13), (0.42, 0.45, 0.50)
_ONE_AT_A_TIME: Final = threading.Lock()
"""reportlab keeps what it knows of fonts in tables of its own, for all threads."""

_Row = tuple[str, list[str]]
"""A label, and a text in the rows that it takes."""


def page(content: Page) -> bytes:
    """The page; of the font it has what it needs."""
    with _ONE_AT_A_TIME:
        return _Sheet(content).made()


class _Sheet:
    """A page while it is drawn, from the top down."""

    def __init__(self, content: Page) -> None:
        self._content = content
        self._glyphs = glyphs()
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, pagesize=A4, pageCompression=1)
        self._width, height = A4
        self._y = height - _EDGE

    def made(self) -> bytes:
        content = self._content
        self._canvas.setTitle(self._clean(content.title))
        self._head()
        room = self._y - _EDGE - 2 * _TEXT * _LEADING
        for rows_most, lines_most in _TIGHTER:
            laid = [(each.title, self._laid(each, rows_most, lines_most)) for each in content.sections]
            if sum(self._height(rows) for _, rows in laid) <= room - _STORY_LEAST:
                break
        for title, rows in laid:
            self._section(title, rows)
        left = self._y - _EDGE - 2 * _TEXT * _LEADING
        self._section(content.story.title, self._as_much(content.story, left))
        foot = list(self._wrapped(content.foot, self._width - 2 * _EDGE, 2))
        for number, row in enumerate(reversed(foot)):
            self._write(_EDGE, _EDGE + number * _SMALL * _LEADING, row, _SMALL, _PALE, self._width - 2 * _EDGE)
        self._canvas.showPage()
        self._canvas.save()
        return self._out.getvalue()

    def _head(self) -> None:
        room = self._width - 2 * _EDGE
        self._y -= _TITLE
        self._write(_EDGE, self._y, self._content.title, _TITLE, _INK, room)
        for row in self._wrapped(self._content.under, room, 3):
            self._y -= _TEXT * _LEADING * 1.2
            self._write(_EDGE, self._y, row, _TEXT, _PALE, room)

    def _section(self, title: str, rows: list[_Row]) -> None:
        self._y -= _HEAD * 2
        self._write(_EDGE, self._y, title, _HEAD, _INK, self._width - 2 * _EDGE)
        self._canvas.setStrokeColorRGB(*_PALE)
        self._canvas.setLineWidth(0.4)
        self._canvas.line(_EDGE, self._y - 3, self._width - _EDGE, self._y - 3)
        self._y -= 4
        for label, text in rows:
            for number, each in enumerate(text):
                self._y -= _TEXT * _LEADING
                if number == 0:
                    self._write(_EDGE, self._y, label, _TEXT, _PALE, _LABEL - 2 * mm)
                self._write(_EDGE + _LABEL, self._y, each, _TEXT, _INK, self._text_room)

    @property
    def _text_room(self) -> float:
        return self._width - 2 * _EDGE - _LABEL

    def _laid(self, section: Section, rows_most: int, lines_most: int) -> list[_Row]:
        rows = [self._row(each, rows_most) for each in section.lines[:lines_most]]
        left = len(section.lines) - lines_most
        return [*rows, ("", [self._content.more(left)])] if left > 0 else rows

    def _as_much(self, story: Section, room: float) -> list[_Row]:
        """The story's lines that fit, with one that says how many do not."""
        rows: list[_Row] = []
        for number, line in enumerate(story.lines):
            row, left = self._row(line, _STORY_ROWS), len(story.lines) - number - 1 + self._content.untold
            told: list[_Row] = [("", [self._content.more(left)])] if left else []
            if self._height([*rows, row, *told]) > room:
                return [*rows, ("", [self._content.more(left + 1)])]
            rows.append(row)
        untold = self._content.untold
        return [*rows, ("", [self._content.more(untold)])] if untold else rows

    def _row(self, line: Line, rows_most: int) -> _Row:
        return line.label, list(self._wrapped(line.text, self._text_room, rows_most)) or [""]

    def _height(self, rows: list[_Row]) -> float:
        return _HEAD * 2 + 4 + sum(len(text) for _, text in rows) * _TEXT * _LEADING

    def _wrapped(self, text: str, room: float, most: int) -> Iterator[str]:
        """The text in rows, broken between words, and within one that is too long; the last of many ends with “…”."""
        told = self._clean(text)
        rows = list[str]()
        for paragraph in told[: most * _LETTERS_OF_A_ROW].split("\n"):
            rows += self._filled(paragraph.split(), room)
        if len(rows) > most or len(told) > most * _LETTERS_OF_A_ROW:
            rows = [*rows[: most - 1], self._cut("".join(rows[most - 1 : most]) + " …", room)]
        yield from rows

    def _filled(self, words: list[str], room: float) -> Iterator[str]:
        row = ""
        for word in words:
            longer = f"{row} {word}" if row else word
            if self._wide(longer) <= room:
                row = longer
                continue
            if row:
                yield row
            row, wide = "", 0.0
            for each in word:
                wide += self._wide(each)
                if row and wide > room:
                    yield row
                    row, wide = "", self._wide(each)
                row += each
        if row:
            yield row

    def _cut(self, text: str, room: float, size: float = _TEXT) -> str:
        """As much of the text as there is room for, with “…” where that is not all."""
        if len(text) <= _LETTERS_OF_A_ROW and self._wide(text, size) <= room:
            return text
        text = text[:_LETTERS_OF_A_ROW]
        while text and self._wide(text + "…", size) > room:
            text = text[:-1]
        return text + "…"

    def _wide(self, text: str, size: float = _TEXT) -> float:
        return pdfmetrics.stringWidth(text, FONT, size)

    def _write(
        self, x: float, y: float, text: str, size: float, colour: tuple[float, float, float], room: float
    ) -> None:
        self._canvas.setFont(FONT, size)
        self._canvas.setFillColorRGB(*colour)
        self._canvas.drawString(x, y, self._cut(self._clean(text).replace("\n", " "), room, size))

    def _clean(self, text: str) -> str:
        return written(text, self._glyphs)
