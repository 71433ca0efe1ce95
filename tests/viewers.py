"""A spreadsheet and a PDF viewer: what stands in a file that was taken out."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import pypdfium2

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_workbook(content: bytes) -> dict[str, list[list[Any]]]:
    """The sheets by name; a text as it is, a number as a number."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = [each.get("name") or "" for each in _xml(book, "xl/workbook.xml").iter(f"{_MAIN}sheet")]
        return {name: _rows(_xml(book, f"xl/worksheets/sheet{number}.xml")) for number, name in enumerate(names, 1)}


def _xml(book: zipfile.ZipFile, path: str) -> ET.Element:
    return ET.fromstring(book.read(path))  # noqa: S314  # it was made here


def _rows(sheet: ET.Element) -> list[list[Any]]:
    assert not list(sheet.iter(f"{_MAIN}f")), "a formula"
    rows = []
    for row in sheet.iter(f"{_MAIN}row"):
        cells: dict[int, Any] = {}
        for each in row.iter(f"{_MAIN}c"):
            column = 0
            for letter in re.sub(r"\d", "", each.get("r") or ""):
                column = column * 26 + ord(letter) - 64
            text = "".join(part.text or "" for part in each.iter(f"{_MAIN}t"))
            cells[column] = text if each.get("t") == "inlineStr" else float(each.findtext(f"{_MAIN}v") or 0)
        rows.append([cells.get(column, "") for column in range(1, max(cells, default=0) + 1)])
    return rows


def read_pdf(content: bytes) -> tuple[int, str]:
    """How many pages, and the words on them."""
    document = pypdfium2.PdfDocument(content)
    try:
        text = "\n".join(each.get_textpage().get_text_bounded() for each in document)
        return len(document), text
    finally:
        document.close()
