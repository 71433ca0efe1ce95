"""Tables as an XLSX workbook, a sheet each: every text is a text, whatever it looks like."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any, Final

from xlsxwriter import Workbook

from bot.exports.cells import Cell, Table, plain

_LETTERS_MOST: Final = 32_000
"""Letters of a cell; Excel takes 32 767."""
_DIGITS_MOST: Final = 10**15
"""From here on a number loses digits: it is written as a text."""
_NAME_MOST: Final = 31
"""Letters of a sheet's name."""
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_WIDE: Final = (12, 48)
"""Letters that a column shows, at least and at most."""
_LOOKED_AT: Final = 200
"""Rows that say how wide the columns are."""


def workbook(tables: tuple[Table, ...], made: datetime) -> bytes:
    """The workbook. Its texts have the sign for text, so that to edit one makes no formula of it either."""
    out = io.BytesIO()
    # Row by row to a file beside it: 15 000 names would take a hundred megabytes of memory at once.
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": made.replace(tzinfo=None)})
    formats = {
        "title": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@", "quote_prefix": True, "valign": "top"}),
        "number": book.add_format({"num_format": "0", "valign": "top"}),
        "moment": book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss", "valign": "top"}),
    }
    for table in tables:
        _sheet(book, table, formats)
    book.close()
    return out.getvalue()


def _sheet(book: Any, table: Table, formats: dict[str, Any]) -> None:
    rows = list(table.rows)
    sheet = book.add_worksheet(_FORBIDDEN.sub(" ", table.name)[:_NAME_MOST])
    last = len(table.columns) - 1
    for column, title in enumerate(table.columns):
        sheet.set_column(column, column, _width(title, [row[column] for row in rows[:_LOOKED_AT]]))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows) + 1}"})
    for column, title in enumerate(table.columns):
        sheet.write_string(0, column, plain(title), formats["title"])
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell, formats)


def _write(sheet: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None | "":
            return
        case datetime():
            sheet.write_datetime(row, column, cell.replace(tzinfo=None), formats["moment"])
        case int() if abs(cell) < _DIGITS_MOST:
            sheet.write_number(row, column, cell, formats["number"])
        case _:
            sheet.write_string(row, column, plain(str(cell))[:_LETTERS_MOST], formats["text"])


def _width(title: str, cells: list[Cell]) -> int:
    least, most = _WIDE
    longest = max((19 if isinstance(each, datetime) else len(str(each or "")) for each in cells), default=0)
    return min(max(longest, len(title) // 2, least), most)
