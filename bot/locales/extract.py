"""Finds every text in the code, and brings the `.po` files up to date: `python -m bot.locales.extract`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polib

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
PACKAGES: Final = ("bot", "handlers")
PLURALS: Final = {
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "kk": "nplurals=2; plural=(n!=1);",
}
_ONE: Final = frozenset({"t", "say", "label"})
_TWO: Final = frozenset({"say_n", "n"})
_ALL: Final = frozenset({"lines", "ErrorWords", "Words"})
"""Each argument is a text; the words of a row are among them (`bot.smsc.words`)."""

Text = tuple[str, str | None]
"""A text and its plural, None where it has none."""


def texts() -> dict[Text, list[str]]:
    """Every text in the code, with the files it stands in; labels of buttons are texts too."""
    found: dict[Text, list[str]] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT)
            if "sandbox" in name.parts or path == Path(__file__):
                continue
            for text in _in(ast.parse(path.read_text(encoding="utf-8"))):
                places = found.setdefault(text, [])
                if str(name) not in places:
                    places.append(str(name))
    return found


def update(language: str) -> polib.POFile:
    """The catalogue of a language with every text of the code in it; what is gone from the code is gone."""
    path = HERE / f"{language}.po"
    known = {(each.msgid, each.msgid_plural or None): each for each in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": language,
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for (text, plural), places in texts().items():
        before = known.get((text, plural))
        entry = polib.POEntry(msgid=text, occurrences=[(each, "") for each in places])
        if plural is None:
            entry.msgstr = _typeset(before.msgstr) if before else ""
        else:
            entry.msgid_plural = plural
            count = int(PLURALS[language][len("nplurals=")])
            entry.msgstr_plural = {n: _typeset(before.msgstr_plural.get(n, "")) if before else "" for n in range(count)}
        catalogue.append(entry)
    return catalogue


def _typeset(text: str) -> str:
    """A translation with one kind of dash, and its numbers on one line with their units."""
    return re.sub(r"(?<=[\d}]) (?=(?:МБ|КБ)\b)", "\u00a0", text.replace(" — ", " – "))


def _in(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if name in _TWO and len(node.args) >= 2:
            one, many = _constant(node.args[0]), _constant(node.args[1])
            if one and many:
                yield one, many
        elif name in _ALL:
            arguments = (*node.args, *(each.value for each in node.keywords))
            yield from ((text, None) for text in map(_constant, arguments) if text)
        elif name in _ONE and node.args and (text := _constant(node.args[0])):
            yield text, None


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


if __name__ == "__main__":
    for each in PLURALS:
        update(each).save(str(HERE / f"{each}.po"))
