"""Tables of names as offices have them: what a person sees in one is what is read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from bot.reading import tables
from bot.reading.rows import Line, lines_of
from bot.reading.tables import Cells, TableFlaw, cells_in
from bot.sandbox.smsc import SmscSandbox
from tests.person import Person
from tests.workbooks import book, sheet, text


def lines(content: bytes) -> list[Line]:
    cells = cells_in(content, "names")
    assert isinstance(cells, Cells)
    return list(lines_of(cells.rows))


TITLES = text("A1", "Имя") + text("B1", "Комментарий") + text("C1", "Субклиент")
ROSE = text("A2", "ROSE01") + text("B2", "Цветы") + text("C2", "aigerim")


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (
            book(sheet(TITLES, '<c r="A2"><f>A9&amp;"01"</f><v>ROSE01</v></c>', '<c r="A3"><f>A9</f></c>')),
            [Line("ROSE01"), Line("=A9")],
        ),
        (
            book(sheet(TITLES, '<c r="A2"><v>45802</v></c>', '<c r="A3"><v>7.7010000001E10</v></c>')),
            [Line("45802"), Line("77010000001")],
        ),
        (book(sheet(TITLES, '<c r="A2" t="b"><v>1</v></c>')), [Line("TRUE")]),
        (
            book(sheet(TITLES, ROSE, text("A3", "ROSE02"), text("A4", "ROSE03"), merged=["C2:C3", "A1:B1", "x"])),
            [Line("ROSE01", "Цветы", "aigerim"), Line("ROSE02", "", "aigerim"), Line("ROSE03")],
        ),
        (book(sheet(text("A1", "LILY")), sheet(TITLES, ROSE), hidden=[0]), [Line("ROSE01", "Цветы", "aigerim")]),
        (book(sheet(text("A1", "Fill it in")), sheet(TITLES, ROSE)), [Line("ROSE01", "Цветы", "aigerim")]),
        (book(sheet(text("A1", "ROSE01")), sheet(text("A1", "MTS"))), [Line("ROSE01")]),
        (
            book(sheet(text("A1", "Name"), text("A2", "LILY")), sheet(TITLES, ROSE), turned=True),
            [Line("ROSE01", "Цветы", "aigerim"), Line("LILY")],
        ),
        (
            book(sheet("", "", text("A3", "For December"), TITLES.replace("1", "4"), ROSE.replace("2", "5"))),
            [Line("ROSE01", "Цветы", "aigerim")],
        ),
    ],
    ids=[
        "formulas",
        "a day and a long number",
        "a name that Excel takes for a truth",
        "merged cells",
        "a hidden sheet",
        "names on the second sheet",
        "sheets without titles",
        "the tabs in another order",
        "empty rows and a heading",
    ],
)
def test_a_workbook_is_read_as_it_is_seen(content: bytes, read: list[Line]) -> None:
    assert lines(content) == read


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ("Name;Comment\nROSE01;Цветы".encode("utf-16-le"), [Line("ROSE01", "Цветы")]),
        ("Name;Comment\nROSE01;Цветы".encode("utf-16-be"), [Line("ROSE01", "Цветы")]),
        (b"sep=,\r\nname,comment\r\nROSE01,a;b;c;d", [Line("ROSE01", "a;b;c;d")]),
        (b'name;comment\n"ROSE01";"a\r\nb"\nROSE02;c', [Line("ROSE01", "a b"), Line("ROSE02", "c")]),
        (b"name;comment\nROSE01,a\nROSE02;b", [Line("ROSE01,a"), Line("ROSE02", "b")]),
        (b"name;" + b";" * 10_000 + b"\nROSE01" + b";x" * 10_000, [Line("ROSE01")]),
        ("ЖІБЕРУШІ АТАУЫ;ТҮСІНІКТЕМЕ;Субклиент логині\nROSE01;a;b".encode(), [Line("ROSE01", "a", "b")]),
        ("Атауы;Түсініктеме\nROSE01;a".encode("cp1251", "replace"), [Line("ROSE01", "a")]),
        (b"SENDER_NAME;COMMENT:\nROSE01;a", [Line("ROSE01", "a")]),
        ("Название;Имя отправителя\nLily Shop;ROSE01\nAster;".encode(), [Line("ROSE01"), Line("Aster")]),
        ("Имя;Имя\n;ROSE01\nROSE02;ROSE03".encode(), [Line("ROSE01"), Line("ROSE02")]),
        ("Имена на декабрь;\n\nИмя;Субклиент\nROSE01;b".encode(), [Line("ROSE01", "", "b")]),
        (b"Name\nSender\nROSE01", [Line("Sender"), Line("ROSE01")]),
    ],
    ids=[
        "UTF-16 without its mark",
        "the other UTF-16 without its mark",
        "Excel's separator",
        "a comment of two lines",
        "mixed separators",
        "10 000 columns",
        "Kazakh capitals",
        "Kazakh letters that were lost",
        "another writing",
        "two columns of names",
        "the same title twice",
        "a heading",
        "a name like a title",
    ],
)
def test_a_csv_is_read_as_it_is_meant(content: bytes, read: list[Line]) -> None:
    assert lines(content) == read


@pytest.mark.parametrize("content", [b"Name\r\nRO\0SE01", b"\0" * 10, b"Name;\0\0\0ROSE01;"])
def test_zeros_are_no_text(content: bytes) -> None:
    assert cells_in(content, "names.csv") is TableFlaw.BROKEN


async def test_a_day_and_a_formula_in_the_place_of_names_are_told_and_merged_subclients_kept(
    connected: Person, smsc: SmscSandbox
) -> None:
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient")
    await connected.writes("/user")
    await connected.taps("Main account")
    await connected.sees("From now on for the main account")
    rows = (TITLES, ROSE, text("A3", "ROSE02"), '<c r="A4"><v>45802</v></c>', '<c r="A5"><f>A9</f></c>')
    await connected.sends_file("names.xlsx", book(sheet(*rows, merged=["C2:C5"])))
    await connected.sees("the plan", "2 names", "👤 aigerim: ROSE01, ROSE02", "3. 45802: ", "4. =A9: ")
    assert not [each for each in smsc.requests if each.command == "add"]


def test_merged_cells_cost_no_more_where_most_rows_are_not_kept() -> None:
    rows, merges = 3000, 50
    content = book(sheet(*(f'<c r="A{each}"><v>{each}</v></c>' for each in range(1, rows + 1))))
    merged = book(
        sheet(*(f'<c r="A{each}"><v>{each}</v></c>' for each in range(1, rows + 1)), merged=[f"A1:A{rows}"] * merges)
    )
    assert lines_run(merged) - lines_run(content) < merges * 1001 * 3


def lines_run(content: bytes) -> int:
    """How many lines of our own are run to read a table."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Callable[..., Any] | None:
        nonlocal count
        if frame.f_code.co_filename != tables.__file__:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        cells_in(content, "a.xlsx")
    finally:
        sys.settrace(before)
    return count
