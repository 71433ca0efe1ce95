"""Tables that people send, CSV and XLSX, as rows of cells. Whoever made the file may be hostile: everything is bounded.

Of a workbook the sheets that are shown are read, as their tabs stand, from the parts that hold them and no others, to a
bound; what declares an entity is not read at all. It is work of a processor for a second at most: callers have it done
in a thread.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final
from xml.parsers import expat

TABLE_MOST: Final = 5 * 1024 * 1024
"""Bytes that a file may have."""
_PART_MOST: Final = 8 * 1024 * 1024
"""Bytes that its sheets, or another part of a workbook, may have unpacked: a bomb is not unpacked further."""
_PARTS_MOST: Final = 1000
_ROWS_MOST: Final = 1_000_000
"""Rows that are counted; those behind are not."""
_KEPT_MOST: Final = 1001
"""Rows that are kept, that of the titles among them."""
_COLUMNS_MOST: Final = 50
_LOOKED_AT: Final = 1000
"""Bytes by which one sees how a text is written."""
_CELL_MOST: Final = 2000
_MERGED_MOST: Final = 1000
"""Merged cells of a sheet that are looked at."""
_STRINGS: Final = "xl/sharedStrings.xml"
_BOOK: Final = "xl/workbook.xml"
_BOOK_PARTS: Final = "xl/_rels/workbook.xml.rels"
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_PLACE: Final = re.compile(r"([A-Z]{1,3})\d*")
_MERGED: Final = re.compile(r"([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})")


class TableFlaw(Enum):
    """Why a file holds no table that can be read."""

    LARGE = "it is too large, or becomes so when it is unpacked"
    BROKEN = "it is none, or broken"
    EMPTY = "there is nothing in it"


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows of a table that have anything in them; `more` counts those that are not kept.

    Where another sheet of a workbook begins there is a row without a cell.
    """

    rows: tuple[tuple[str, ...], ...]
    more: int = 0


def cells_in(content: bytes, name: str) -> Cells | TableFlaw:
    """The cells of a file; what kind of table it is, its first bytes tell, and not its name."""
    if len(content) > TABLE_MOST:
        return TableFlaw.LARGE
    try:
        cells = _workbook(content) if content.startswith(b"PK") else _csv(content)
    except _TooLargeError:
        return TableFlaw.LARGE
    except _FAULTS:
        return TableFlaw.BROKEN
    if content.startswith(b"\xd0\xcf\x11\xe0") or (name.lower().endswith(".xlsx") and not content.startswith(b"PK")):
        return TableFlaw.BROKEN  # a workbook of former times, or one with a password
    return cells if cells.rows else TableFlaw.EMPTY


class _TooLargeError(Exception):
    pass


_FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,  # a part with a password
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    csv.Error,
    expat.ExpatError,
)


@dataclass(slots=True)
class _Kept:
    rows: list[tuple[str, ...]] = field(default_factory=list)
    count: int = 0
    sheets: int = 0

    def sheet(self) -> None:
        """Another sheet begins."""
        if self.rows and self.rows[-1]:
            self.rows.append(())
            self.sheets += 1

    def add(self, row: Sequence[str]) -> None:
        if any(each.strip() for each in row):
            self.count += 1
            if len(self.rows) - self.sheets < _KEPT_MOST:
                self.rows.append(tuple(each.strip()[:_CELL_MOST] for each in row[:_COLUMNS_MOST]))

    def cells(self) -> Cells:
        return Cells(tuple(self.rows), self.count - len(self.rows) + self.sheets)


# CSV


def _csv(content: bytes) -> Cells:
    text = _decoded(content)
    if "\0" in text:
        raise ValueError("no text")
    first = next((each for each in text.splitlines() if each.strip()), "")
    told = _SEPARATOR.match(text)
    if told is not None:
        text = text[told.end() :]
    separator = told[1] if told is not None else max(";\t,", key=first.count)
    kept = _Kept()
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
        if number >= _ROWS_MOST:
            break
        kept.add([_undone(each) for each in row])
    return kept.cells()


_SEPARATOR: Final = re.compile(r"\s*sep=([;,\t])[ \t;,]*(?:\r\n?|\n|$)", re.IGNORECASE)
"""The line by which Excel is told what stands between the cells."""


def _decoded(content: bytes) -> str:
    """The text: UTF-16, UTF-8, or what Excel writes in Kazakhstan and Russia."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    even, odd = (0 in content[start:_LOOKED_AT:2] for start in (0, 1))
    if even != odd:  # without its mark: the zeros of what every text has stand all in one half
        return content.decode("utf-16-be" if even else "utf-16-le")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _undone(cell: str) -> str:
    """A cell without the sign that keeps a spreadsheet from taking it for something else."""
    return cell[1:] if cell.startswith("'") else cell


# XLSX


def _workbook(content: bytes) -> Cells:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if len(names) > _PARTS_MOST:
            raise _TooLargeError
        strings = _Strings()
        if _STRINGS in names:
            _parsed(_part(archive, _STRINGS), strings)
        kept, most = _Kept(), _PART_MOST
        for each in _sheets_shown(archive, names):
            xml = _part(archive, each, most)
            most -= len(xml)
            kept.sheet()
            _parsed(xml, _Sheet(strings.values, kept))
    return kept.cells()


def _sheets_shown(archive: zipfile.ZipFile, names: Sequence[str]) -> list[str]:
    """The parts that hold the sheets that are shown, as their tabs stand; the first one where nothing tells of tabs.

    Raises:
        ValueError: there is no sheet.
    """
    sheets = sorted((each for each in names if _SHEET.fullmatch(each)), key=lambda each: (len(each), each))
    if not sheets:
        raise ValueError("no sheet")
    if _BOOK not in names or _BOOK_PARTS not in names:
        return sheets[:1]
    tabs, parts = _Elements("sheet"), _Elements("Relationship")
    _parsed(_part(archive, _BOOK), tabs)
    _parsed(_part(archive, _BOOK_PARTS), parts)
    places = {each.get("Id"): posixpath.normpath(posixpath.join("/xl", each.get("Target", ""))) for each in parts.found}
    visible = [each for each in tabs.found if each.get("state", "visible") == "visible"]
    shown = [places.get(each.get("id"), "").lstrip("/") for each in visible]
    return [each for each in dict.fromkeys(shown) if each in sheets] or sheets[:1]


def _part(archive: zipfile.ZipFile, name: str, most: int = _PART_MOST) -> bytes:
    with archive.open(name) as part:
        content = part.read(most + 1)
    if len(content) > most:
        raise _TooLargeError
    return content


def _parsed(xml: bytes, into: _Strings | _Sheet | _Elements) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: into.begin(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: into.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = into.text
    parser.StartDoctypeDeclHandler = _no_entities
    parser.Parse(xml, True)


def _no_entities(*_declared: object) -> None:
    raise ValueError("a workbook declares no entities")


@dataclass(slots=True)
class _Elements:
    """The attributes of all elements of a kind, by their names without a prefix."""

    kind: str
    found: list[dict[str, str]] = field(default_factory=list)

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self.kind:
            self.found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    def text(self, text: str) -> None:
        """Nothing of it counts."""

    def end(self, tag: str) -> None:
        """Nothing of it counts."""


@dataclass(slots=True)
class _Strings:
    """The texts that the cells of a workbook share."""

    values: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _inside: bool = False
    _spoken: bool = False

    def begin(self, tag: str, _attributes: dict[str, str]) -> None:
        self._spoken = self._spoken or tag == "rPh"  # how a text is read aloud
        self._inside = tag == "t" and not self._spoken

    def text(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)

    def end(self, tag: str) -> None:
        self._inside = False
        if tag == "rPh":
            self._spoken = False
        elif tag == "si":
            self.values.append("".join(self._parts)[:_CELL_MOST])
            self._parts.clear()


@dataclass(slots=True)
class _Sheet:
    """The cells of a sheet: `v` is a value, a number of a shared text, or what a formula gave; `t` a text.

    What stands in cells that are merged holds for each row of them, as one sees it; a formula (`f`) that nobody worked
    out stands for itself.
    """

    strings: list[str]
    kept: _Kept
    _places: dict[int, int] = field(default_factory=dict)
    """Where the rows are that are kept, by their numbers."""
    _row: dict[int, str] = field(default_factory=dict)
    _number: int = 0
    _column: int = 0
    _type: str = ""
    _parts: list[str] = field(default_factory=list)
    _formula: list[str] = field(default_factory=list)
    _into: list[str] | None = None
    _merged: int = 0

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self._row.clear()
            self._column = -1
            told = attributes.get("r", "")
            self._number = int(told) if told.isdecimal() else self._number + 1
        elif tag == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _number(place[1]) if place is not None else self._column + 1
            self._type = attributes.get("t", "n")
            self._parts.clear()
            self._formula.clear()
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        self._into = self._parts if tag in {"v", "t"} else self._formula if tag == "f" else None

    def text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def end(self, tag: str) -> None:
        self._into = None
        if tag == "c" and 0 <= self._column < _COLUMNS_MOST:
            if self._parts:
                self._row[self._column] = self._value("".join(self._parts))
            elif self._formula:
                self._row[self._column] = "=" + "".join(self._formula)
        elif tag == "row" and self._row and self.kept.count < _ROWS_MOST:
            place = len(self.kept.rows)
            self.kept.add([self._row.get(each, "") for each in range(max(self._row) + 1)])
            if len(self.kept.rows) > place:
                self._places[self._number] = place

    def _merge(self, told: str) -> None:
        """Gives the rows below the first one of merged cells what stands there."""
        found, self._merged = _MERGED.fullmatch(told), self._merged + 1
        if found is None or self._merged > _MERGED_MOST:
            return
        column, first, last, rows = _number(found[1]), int(found[2]), int(found[3]), self.kept.rows
        top = self._places.get(first)
        if top is None or column >= len(rows[top]):
            return
        for number, place in self._places.items():
            if first < number <= last and not any(rows[place][column : column + 1]):
                row = [*rows[place], *[""] * (column + 1 - len(rows[place]))]
                row[column] = rows[top][column]
                rows[place] = tuple(row)

    def _value(self, told: str) -> str:
        if self._type == "s":
            return self.strings[int(told)]
        if self._type == "b":  # a name may be typed that Excel takes for a truth
            return "TRUE" if told == "1" else "FALSE"
        if self._type == "n" and re.fullmatch(r"\d+(?:\.\d+)?[Ee]\+?\d{1,2}", told):  # a long number
            return str(int(float(told)))
        return told


def _number(letters: str) -> int:
    """The place of a column, from 0."""
    number = 0
    for each in letters:
        number = number * 26 + ord(each) - ord("A") + 1
    return number - 1
