"""Workbooks as Excel writes them, the little of it that matters."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(rows: Sequence[Sequence[object]], *, shared: bool = False, before: str = "") -> bytes:
    """An XLSX file with one sheet; `shared`: texts stand in a part of their own; `before`: stands before the sheet."""
    strings: list[str] = []

    def cell(column: int, row: int, value: object) -> str:
        place = f"{chr(ord('A') + column)}{row}"
        if isinstance(value, int):
            return f'<c r="{place}"><v>{value}</v></c>'
        if value == "":
            return f'<c r="{place}"/>'
        if shared:
            strings.append(str(value))
            return f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'

    lines = [
        f'<row r="{number}">{"".join(cell(column, number, each) for column, each in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    ]
    sheet = f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    texts = "".join(f"<si><t>{escape(each)}</t></si>" for each in strings)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}"/>')
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        if strings:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{texts}</sst>')
    return out.getvalue()
