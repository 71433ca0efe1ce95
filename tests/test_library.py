"""The tests as a library: none imports another, and each module that they share is told of in tests/README.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
README = (HERE / "README.md").read_text(encoding="utf-8")


def imported(path: Path) -> Iterator[str]:
    for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(each, ast.ImportFrom) and each.module:
            yield from (f"{each.module}.{name.name}" for name in each.names)
        elif isinstance(each, ast.Import):
            yield from (name.name for name in each.names)


def test_no_test_imports_another() -> None:
    found = {f"{path.name}: {each}" for path in HERE.rglob("*.py") for each in imported(path)}
    assert not {each for each in found if re.search(r"tests\.(?:\w+\.)?(?:test_|conftest)", each)}


def test_each_module_that_tests_share_is_told_of() -> None:
    shared = {path.name for path in HERE.glob("*.py") if not path.name.startswith(("test_", "__", "conftest"))}
    assert not {each for each in shared if f"`{each}`" not in README}
