"""Tables as values, and what a text in them must not do: be a formula, pass for a number, turn letters round."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

Cell: TypeAlias = str | int | datetime | None
"""A moment has its zone; a number is one to count with. Whatever is only written in digits is a text."""


class Format(StrEnum):
    """As what a table is taken out."""

    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under the titles of their columns; `name` is that of the sheet, in the person's language."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]


_QUOTES: Final = "\"'`´«»‹›“”„‟‘’‚‛"
_FORMULA: Final = frozenset("=+-@\t\r＝＋－＠")
"""What a spreadsheet begins a formula with, in full width too (OWASP, CSV Injection)."""
_LOOK_PAST: Final = re.compile(rf"[^\S\t\r]*(?:[{_QUOTES}][^\S\t\r]*)*")
"""Spaces and quotes, behind which a formula may stand. Tab and carriage return count as the beginning of one."""
_NUMBER: Final = re.compile(r"[\d.,:/\-\s$€₸(']*\d[\d.,:/\-\s$€₸()%]*(?:[eEеЕ][+-]?\d+)?")
_PLAIN_NUMBER: Final = re.compile(r"0|[1-9]\d{0,3}")
"""What a spreadsheet shows as it came, read as a number or not."""
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|янв|фев|мар|апр|ма[йя]|июн[ья]?|июл[ья]?|авг|сен|окт|ноя|дек)"
)
_DATE: Final = re.compile(rf"\d{{1,4}}[\s\-./]*{_MONTH}[\s\-./]*\d{{0,4}}|{_MONTH}[\s\-./]*\d{{1,4}}", re.IGNORECASE)
_MEANT: Final = frozenset("\n\t")
_NO_CHARACTERS: Final = frozenset("\ufffe\uffff")


def plain(text: str) -> str:
    """A text without what is no letter of it: marks that turn its direction, and characters that no file may have.

    A line ends in one way.
    """
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        each
        for each in text
        if each in _MEANT or (unicodedata.category(each) not in {"Cc", "Cf", "Cs"} and each not in _NO_CHARACTERS)
    )


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula, also behind spaces and quotes."""
    begin = _LOOK_PAST.match(text)
    rest = text[begin.end() :] if begin is not None else text
    return rest[:1] in _FORMULA if rest else False


def is_misread(text: str) -> bool:
    """Whether a spreadsheet may take a text for a number or a date, and show it as another one: `0077`, `1E5`."""
    told = text.strip()
    if _PLAIN_NUMBER.fullmatch(told):
        return False
    return bool(_NUMBER.fullmatch(told) or _DATE.fullmatch(told))
