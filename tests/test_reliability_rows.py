"""Each row of reliability and security has its tests, and the page that tells of them is as they are."""

from __future__ import annotations

import ast
import os
import re

import pytest

from tests.reliability import PAGE, ROWS, Holding, Row, page
from tests.running import ROOT


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_tests_of_a_row_are_there(row: Row) -> None:
    assert row.tests
    for each in row.tests:
        file, _, name = each.partition("::")
        tree = ast.parse((ROOT / "tests" / f"{file}.py").read_text(encoding="utf-8"))
        found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name == name]
        assert found, each


def test_no_row_is_missing() -> None:
    assert [row.id for row in ROWS] == [*(f"R{each}" for each in range(1, 26)), *(f"S{each}" for each in range(1, 18))]


def test_the_page_of_the_rows_is_what_they_are() -> None:
    if "WRITE_ROWS" in os.environ:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "make rows brings docs/reliability.md up to date"


def test_each_command_that_a_row_names_is_one_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for row in ROWS:
        if row.long_form.startswith("make "):
            assert re.search(rf"^{row.long_form[5:]}:", makefile, re.MULTILINE), row.id


def test_a_row_holds_when_all_of_its_tests_passed_and_is_told_only_where_all_were_run() -> None:
    holding = Holding()
    assert list(holding.lines()) == []
    for row in ROWS:
        for each in row.tests:
            holding.told(f"tests/{each.replace('::', '.py::')}[case]", passed=True, failed=False)
    assert [line.split()[1] for line in holding.lines()] == ["holds"] * len(ROWS)
    file, _, name = ROWS[0].tests[0].partition("::")
    holding.told(f"tests/{file}.py::{name}[another]", passed=False, failed=True)
    assert [line.split()[1] for line in holding.lines()] == ["BROKEN", *["holds"] * (len(ROWS) - 1)]
