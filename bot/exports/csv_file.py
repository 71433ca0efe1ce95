"""A table as CSV that Excel opens by a double click as it is meant (docs/decisions/0026-exports.md says why so)."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Final

from bot.exports.cells import Cell, Table, is_formula, is_misread, plain

_SEPARATOR: Final = ";"
_AS_TEXT: Final = "'"
"""Stands before a text that a spreadsheet would read as something else."""


def csv_file(table: Table) -> bytes:
    """The table: UTF-8 with its mark, `;` between cells, lines end with CR LF; moments in ISO 8601 with their zone."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=_SEPARATOR, lineterminator="\r\n")
    writer.writerow([_told(each) for each in table.columns])
    for row in table.rows:
        writer.writerow([_told(each) for each in row])
    return out.getvalue().encode("utf-8-sig")


def _told(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case int():
            return cell
        case datetime():
            return cell.isoformat(timespec="seconds")
    text = plain(cell)
    return _AS_TEXT + text if is_formula(text) or is_misread(text) else text
