"""Each package's first lines say what is in it: every module and package, and nothing that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.running import ROOT

PACKAGES = sorted(each.parent for folder in ("bot", "handlers") for each in (ROOT / folder).rglob("__init__.py"))


def _inside(package: Path) -> set[str]:
    """`name.py` of each module, `name/` of each package."""
    modules = {each.name for each in package.glob("*.py") if each.name != "__init__.py"}
    return modules | {f"{each.parent.name}/" for each in package.glob("*/__init__.py")}


def _told(package: Path) -> set[str]:
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    return set(re.findall(r"(?m)(?<![\w/.])\w+\.py\b|^ *\w+/(?=  )", text.replace("`", "")))


@pytest.mark.parametrize("package", [each.relative_to(ROOT).as_posix() for each in PACKAGES])
def test_the_first_lines_of_a_package_name_its_files(package: str) -> None:
    inside, told = _inside(ROOT / package), {each.strip() for each in _told(ROOT / package)}
    assert not inside - told, f"{package}/__init__.py does not name {sorted(inside - told)}"
    assert not told - inside, f"{package}/__init__.py names what is not there: {sorted(told - inside)}"


DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")} - {ROOT / "CHANGELOG.md"}  # which tells of what was, too
)


@pytest.fixture(scope="module")
def names() -> dict[str, set[str]]:
    """Every class with the names in it; under an empty name, every function and class, wherever it stands."""
    found: dict[str, set[str]] = {"": set()}
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]:
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found[""].add(each.name)
            if isinstance(each, ast.ClassDef):
                fields = (node.target for node in each.body if isinstance(node, ast.AnnAssign))
                values = (target for node in each.body if isinstance(node, ast.Assign) for target in node.targets)
                methods = {node.name for node in each.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
                named = {node.id for node in (*fields, *values) if isinstance(node, ast.Name)}
                found.setdefault(each.name, set()).update(methods | named)
    return found


@pytest.mark.parametrize("document", [each.relative_to(ROOT).as_posix() for each in DOCUMENTS])
def test_what_a_document_names_of_the_code_is_there(document: str, names: dict[str, set[str]]) -> None:
    page = (ROOT / document).read_text(encoding="utf-8")
    words, made = set(re.findall(r"`([^`\n]+)`", page)), set(re.findall(r"New file `([^`]+)`", page))
    paths = {each for each in words if re.fullmatch(r"(?:bot|handlers|tests|docs)/[\w./-]+", each)}
    modules = {each for each in words if re.fullmatch(r"bot(?:\.[a-z_]+)+", each)}
    members = {each for each in words if re.fullmatch(r"[A-Z]\w+\.\w+", each)}
    gone = {each for each in paths - made if not (ROOT / each).exists()}
    gone |= {each for each in modules if not _is_there(each.split("."), names[""])}
    gone |= {each for each in members if each.split(".")[1] not in names.get(each.split(".")[0], ())}
    assert not gone, f"{document} names what is not there: {sorted(gone)}"


def test_the_glossary_calls_things_as_the_code_does(names: dict[str, set[str]]) -> None:
    rows = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    words = {each for row in rows if row.startswith("|") for each in re.findall(r"`(\w+)`", row.split("|")[-2])}
    assert not words - names[""], f"docs/glossary.md names what is not there: {sorted(words - names[''])}"


def _is_there(parts: list[str], functions: set[str]) -> bool:
    """Whether it is a module, a package, or a function of one."""
    path = ROOT.joinpath(*parts)
    return (
        path.is_dir() or path.with_suffix(".py").exists() or (parts[-1] in functions and _is_there(parts[:-1], set()))
    )
