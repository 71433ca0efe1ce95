"""What docs/architecture.md shows, made from the code: which package stands on which, and the way of an update.

`packages()` reads the imports; `Way` watches which files a running bot enters, in their order. Both give plain text.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Final

import grimp

from tests.running import ROOT

PAGE: Final = ROOT / "docs" / "architecture.md"
_ABOVE: Final = frozenset({"bot", "bot.sandbox", "bot.demo", "bot.__main__"})
"""Not drawn: the package itself, the stand-ins and what starts them."""
_ASIDE: Final = (
    "bot/backoff.py",
    "bot/clock.py",
    "bot/storage/database.py",
    "bot/locales/",
    "bot/reading/",
    "bot/supervision.py",
    "bot/vault.py",
    "bot/logs.py",
    "bot/meter.py",
    "bot/trace.py",
)
"""Files that everything uses: an update enters them everywhere."""


def packages() -> str:
    """Each package in a line, above all that it imports: its name, what it is, and what it stands on.

    What one stands on by way of another is left out.
    """
    graph = grimp.build_graph("bot", "handlers")
    names = sorted({_package(module) for module in graph.modules} - _ABOVE)
    stands_on = {name: set[str]() for name in names}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            above, below = _package(module), _package(imported)
            if above != below and {above, below} <= stands_on.keys():
                stands_on[above].add(below)
    ordered = sorted(names, key=lambda name: (-_height(name, stands_on), name))
    lines = []
    for name in ordered:
        lines.append(f"{name:<18} {_first_line(name)}\n")
        implied = {each for other in stands_on[name] for each in _below(other, stands_on)}
        direct = [each.removeprefix("bot.") for each in ordered if each in stands_on[name] - implied]
        if direct:
            lines.append(f"{'':<18} └▶ {', '.join(direct)}\n")
    return "".join(lines)


class Way:
    """Which files of the bot are entered, in the order in which they are entered first, and by which public function.

    `with Way() as way:` around what is to be watched.
    """

    def __init__(self) -> None:
        self._entered: dict[str, str] = {}

    def __enter__(self) -> Way:
        sys.setprofile(self._on)
        return self

    def __exit__(self, *_failure: object) -> None:
        sys.setprofile(None)

    def __str__(self) -> str:
        return "".join(f"{file:<36} {function}\n" for file, function in self._entered.items())

    def _on(self, frame: FrameType, event: str, _argument: object) -> None:
        if event != "call":
            return
        path = Path(frame.f_code.co_filename)
        if not path.is_relative_to(ROOT):
            return
        file, function = str(path.relative_to(ROOT)), frame.f_code.co_qualname
        ours = file.startswith(("bot/", "handlers/")) and not file.startswith(("bot/sandbox/", *_ASIDE))
        public = not any(part.startswith(("_", "<")) for part in function.split("."))
        if ours and public and file not in self._entered:
            self._entered[file] = function


def drawn(page: str, name: str) -> str:
    """What stands between the marks `name` of the page."""
    return page.split(_mark(name))[1].split(_END)[0]


def put(page: str, name: str, drawing: str) -> str:
    """The page with another drawing between the marks."""
    before, after = page.split(_mark(name))
    return before + _mark(name) + drawing + _END + after.split(_END, 1)[1]


_END: Final = "```\n<!-- end -->"


def _mark(name: str) -> str:
    return f"<!-- {name} -->\n```text\n"


def _package(module: str) -> str:
    return "handlers" if module.startswith("handlers") else ".".join(module.split(".")[:2])


def _height(name: str, stands_on: Mapping[str, set[str]], *passed: str) -> int:
    if name in passed:
        raise ValueError(f"a circle: {' → '.join((*passed, name))}")
    return max((1 + _height(each, stands_on, *passed, name) for each in stands_on[name]), default=0)


def _below(name: str, stands_on: Mapping[str, set[str]]) -> set[str]:
    """All that a package stands on, by whatever way."""
    return stands_on[name] | {each for other in stands_on[name] for each in _below(other, stands_on)}


def _first_line(name: str) -> str:
    path = ROOT.joinpath(*name.split("."))
    source = (path / "__init__.py") if path.is_dir() else path.with_suffix(".py")
    told = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return next(_sentences(told), "")


def _sentences(text: str) -> Iterator[str]:
    yield from (line.rstrip(":.") for line in text.splitlines() if line)
