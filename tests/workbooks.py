"""Workbooks as Excel writes them, the little of it that matters."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = "http://schemas.openxmlformats.org/package/2006/relationships"


def book(*sheets: str, hidden: Sequence[int] = (), turned: bool = False) -> bytes:
    """An XLSX file with these sheets, what stands between their tags; `turned`: the last one has the first tab."""
    order = list(range(len(sheets)))[:: -1 if turned else 1]
    tabs = "".join(
        f'<sheet name="{each}" r:id="r{each}"{" state=" + chr(34) + "hidden" + chr(34) if each in hidden else ""}/>'
        for each in order
    )
    parts = "".join(f'<Relationship Id="r{each}" Target="worksheets/sheet{each + 1}.xml"/>' for each in order)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{tabs}</sheets></workbook>'
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PARTS}">{parts}</Relationships>')
        for number, each in enumerate(sheets, 1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", f'<worksheet xmlns="{_MAIN}">{each}</worksheet>')
    return out.getvalue()


def sheet(*rows: str, merged: Sequence[str] = ()) -> str:
    """What stands in a sheet: cells as they are written, a row each; one that is empty leaves its place out."""
    data = "".join(f'<row r="{number}">{cells}</row>' for number, cells in enumerate(rows, 1) if cells)
    cells = "".join(f'<mergeCell ref="{each}"/>' for each in merged)
    return f"<sheetData>{data}</sheetData><mergeCells>{cells}</mergeCells>"


def text(place: str, told: str) -> str:
    """A cell with a text, as it is written."""
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(told)}</t></is></c>'


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
