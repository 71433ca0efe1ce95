"""JSON as an engine writes it by hand: what a strict reader refuses, read row by row.

Pure. Where a whole answer is no JSON, its rows are told apart by what cannot stand inside a proper text (`{"sender":`,
with quotes that nothing escapes), and each is read on its own: strictly, else with its damage mended where there is
only one way to read it, else it is left out and counted. A row is never made of the parts of two, and a name or an id
that may be cut short or stand for another one is not given at all.

Every step moves forward only, so the time is in proportion to the length, whatever comes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

NAME_KEYS: Final = ("sender", "mail")
"""What a row's name stands under, and nothing else in an answer does."""

_ROWS_MOST: Final = 60_000
_DEEP_MOST: Final = 8
_NESTED: Final = frozenset(
    {"file", "fid", "fstatus", "fcomment", "operator", "flag", "oper", "op", "code", "status", "state"}
)
"""Keys that objects within a row begin with, never a row."""
_SINGULAR: Final = frozenset({"sender", "mail", "id", "error_code"})
"""Keys that say which row it is: two of them in one row, and nobody knows which one counts."""

_START: Final = re.compile(r'\{\s*+"(\w{1,40})"\s*+:|"(?:sender|mail)"\s*+:|\}')
_SOFT_START: Final = re.compile(r"\{[\s,]*+[\"']?(?:sender|mail)[\"']?\s*+:")
_NAME_KEY: Final = re.compile(r"[\"']?(?:sender|mail)[\"']?\s*+:")
_ENDS: Final = re.compile(r"[\s,\]}]*+")
_NEXT_INDEX: Final = re.compile(r",?\s*+\"[^\"\\]{0,64}\"\s*+:\s*\Z")
_LIST_END: Final = re.compile(r"\}[\s,]*+\][\s}]*+")
_INDEX_END: Final = re.compile(r"\}[\s,]*+\}[\s}]*+")
_GAP: Final = re.compile(r"[\s,]*+")
_KEY: Final = re.compile(r"[\"']([\w .-]{1,64})[\"']\s*+:")
_AFTER_IN_OBJECT: Final = re.compile(r"[\s,]*+(?:[\"'][\w .-]{1,64}[\"']\s*+:|\})")
_AFTER_IN_ARRAY: Final = re.compile(r"[\s,]*+[\]\"'{\[\d]")
_MEMBER_FOLLOWS: Final = re.compile(r"[\s,]*+[\"'][\w .-]{1,64}[\"']\s*+:")
_KEY_END: Final = re.compile(r"[\"']\s*+:")
_BARE: Final = re.compile(r"[^\s,\]}{\[\"']{1,400}")
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DIGITS: Final = re.compile(r"[0-9]{1,18}")
_SOUND_NAME: Final = re.compile(r"[^\"\\{}\[\]<>\x00-\x1f\ufffd]{1,120}")
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|[\s\S])")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_MARKS_1251: Final = "Ёё«»№–—\u00a0".encode("windows-1251")
_WORDS: Final = {"true": True, "false": False, "null": None}
_NOTICE: Final = re.compile(
    r"(?:<b>)?(?:PHP )?(?:Warning|Notice|Deprecated|Strict Standards)(?:</b>)?:\s"
    r"[^{}\n]{1,1000}? on line (?:<b>)?\d{1,9}(?:</b>)?"
)
"""What PHP prints into the answer of its own; a fatal error is none of these, for after it comes nothing."""

_BREAK: Final = re.compile(r"(?:<br ?/?>|\s)++")
_BREAK_END: Final = re.compile(r"(?:<br ?/?>|\s)++\Z")
_NOTICES_MOST: Final = 20
_LOOKED_AT: Final = 8192
"""Characters at the end of an answer that notices are looked for in."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object of an answer; `whole`: it was proper JSON, and every byte of it could be read."""

    value: dict[str, Any]
    whole: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a list that could be read, how many could not, and whether the list breaks off."""

    found: tuple[Found, ...]
    left_out: int
    cut: bool


class _DamagedError(ValueError):
    """A piece of an answer that can be read in more than one way, or in none."""


def without_notices(text: str) -> str:
    """An answer without what PHP printed before and after it."""
    text = _without_first(text)
    place = max(0, len(text) - _LOOKED_AT)
    notice = _NOTICE.search(text, place)
    if notice is None or _without_first(text[notice.start() :]).strip():
        return text
    kept = text[place : notice.start()]
    return text[:place] + _BREAK_END.sub("", kept)


def _without_first(text: str) -> str:
    for _ in range(_NOTICES_MOST):
        gap = _BREAK.match(text)
        notice = _NOTICE.match(text, gap.end() if gap else 0)
        if notice is None:
            return text
        gap = _BREAK.match(text, notice.end())
        text = text[gap.end() if gap else notice.end() :]
    return text


def rows(text: str) -> Rows | None:
    """The rows of a list that is no JSON as a whole; None where nothing in it looks like a row.

    Args:
        text: the answer; bytes that are no UTF-8 stand in it as `surrogateescape` has them.
    """
    starts = _starts(text)
    if not starts or len(starts) > _ROWS_MOST:
        return None
    opening = text[: starts[0]].rstrip()
    indexed = opening.endswith(":")
    found: list[Found] = []
    left_out = 0
    if not opening.endswith(("[", ":")):
        brace = opening.find("{")
        lost = opening[brace:] if brace >= 0 else opening[opening.rfind("[") + 1 :] if "[" in opening else ""
        left_out += _rest(lost, found)
    cut = True
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        last = end == len(text)
        if last:
            piece, cut = _without_tail(piece, indexed=indexed)
        left_out += _row(piece, found)
    return Rows(tuple(found), left_out, cut)


def single(text: str) -> Found | None:
    """The one object of an answer that is no JSON as a whole; None where it cannot be made out for certain."""
    start = text.find("{")
    if start < 0:
        return None
    value, end = _strict(text, start)
    if value is None:
        end = text.rfind("}") + 1
        if end <= start:
            return None
        value = _mended(text[start:end])
    if "{" in text[end:] or '"' in text[end:]:
        return None
    return None if value is None else Found(_legible(value), whole=False)


def _starts(text: str) -> list[int]:
    """Where rows begin: `{"sender":`, `{"mail":`, or the key that most rows begin with before one of these."""
    firsts: Counter[str] = Counter()
    braces: list[tuple[int, str]] = []
    inside: str | None = None
    for match in _START.finditer(text):
        if match[1] is not None:
            inside = match[1]
            braces.append((match.start(), inside))
        if match[0] == "}":
            inside = None
        elif inside is not None and (match[1] is None or inside in NAME_KEYS):
            firsts[inside] += 1
    if not firsts:
        return [match.start() for match in _SOFT_START.finditer(text)]
    most = max(firsts.values())
    usual = {*NAME_KEYS, *(key for key, count in firsts.items() if key == "id" or count == most)} - _NESTED
    return [place for place, key in braces if key in usual]


def _without_tail(piece: str, *, indexed: bool) -> tuple[str, bool]:
    """The last row without the end of the list and what was printed behind it; whether there is no such end."""
    value, end = _strict(piece, 0)
    if value is not None:
        behind = piece[end:].lstrip(" \t\r\n,")
        if behind.startswith("}" if indexed else "]"):
            return piece[:end], False
        if not behind:
            return piece, True
    ending = _INDEX_END if indexed else _LIST_END
    place = -1
    for match in ending.finditer(piece, end):
        place = match.start()
    if place >= 0:
        return piece[: place + 1], False
    bare = piece.rstrip()
    return (bare[:-1], False) if bare.endswith("]") and not indexed else (piece, True)


def _row(piece: str, found: list[Found]) -> int:
    """Reads the row that a piece begins with, and what is left of damaged ones behind it; counts the lost ones."""
    value, end = _strict(piece, 0)
    if value is not None:
        behind = piece[end:]
        if _only_ends(behind) or _NEXT_INDEX.match(behind.lstrip()):
            return _taken(value, found)
        behind = behind if len(behind) > _LOOKED_AT else _BREAK.sub(" ", _NOTICE.sub("", behind)).lstrip()
        if not behind or behind[0] in ",{":
            return _taken(value, found) + _rest(behind, found)
    return _mended_row(piece, found)


def _rest(text: str, found: list[Found]) -> int:
    """What stands between two rows: one that is mended, or some that are lost."""
    text = text.lstrip(" \t\r\n,")
    return 0 if _only_ends(text) else _mended_row(text, found)


def _mended_row(text: str, found: list[Found]) -> int:
    names = _names_in(text)
    mended = _mended(_NEXT_INDEX.sub("", text.rstrip(" \t\r\n,"))) if names == 1 else None
    return max(1, names) if mended is None else _taken(mended, found, mended=True)


def _taken(value: dict[str, Any], found: list[Found], *, mended: bool = False) -> int:
    """Takes a row where it is certain which name it is; 1 where it is not, and the row is lost."""
    clean = _legible(value)
    whole = not mended and clean == value
    if not whole and not _is_row(clean):
        return 1
    found.append(Found(clean, whole))
    return 0


def _names_in(text: str) -> int:
    return sum(1 for _ in _NAME_KEY.finditer(text))


def _only_ends(text: str) -> bool:
    return _ENDS.fullmatch(text) is not None


def _strict(text: str, start: int) -> tuple[dict[str, Any] | None, int]:
    """The object that begins at a place, as JSON has it but for raw control characters; and where it ends."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, start
    return (value, end) if isinstance(value, dict) else (None, start)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        counted = Counter(key for key, _ in pairs)
        if any(counted[key] > 1 for key in _SINGULAR):
            raise _DamagedError
    return value


_DECODER: Final = json.JSONDecoder(strict=False, object_pairs_hook=_once, parse_constant=str)


def _is_row(value: dict[str, Any]) -> bool:
    """Whether a damaged row says for certain which name it is: nothing of its name and id is in doubt."""
    name = next((value[key] for key in NAME_KEYS if value.get(key)), None)
    if isinstance(name, bool) or not isinstance(name, str | int) or not _SOUND_NAME.fullmatch(str(name)):
        return False
    number = value.get("id")
    if number is None or (isinstance(number, int) and not isinstance(number, bool)):
        return True
    return isinstance(number, str) and _DIGITS.fullmatch(number) is not None


def _mended(text: str) -> dict[str, Any] | None:
    """The object that a text is, with its damage mended; None where that is not certain."""
    for escaping in (True, False):
        try:
            return _Mending(text, escaping=escaping).read()
        except _DamagedError:
            continue
    return None


class _Mending:
    """Reads one object with the mistakes of a hand-written writer in it.

    A quote ends a text only where what comes behind it can come behind a text. `escaping` says whether a backslash
    before a quote makes it part of the text; where it does not, the writer left backslashes as they were.
    """

    def __init__(self, text: str, *, escaping: bool) -> None:
        self._text = text
        self._escaping = escaping
        self._inside = len(text.rstrip(" \t\r\n,]}"))
        self._at = 0
        self._doubtful = False

    def read(self) -> dict[str, Any]:
        """The object; nothing but ends may come behind it."""
        value = self._object(1)
        if not _only_ends(self._text[self._at :]):
            raise _DamagedError
        return value

    def _object(self, depth: int) -> dict[str, Any]:
        if depth > _DEEP_MOST or not self._text.startswith("{", self._at):
            raise _DamagedError
        self._at += 1
        pairs: list[tuple[str, Any]] = []
        while True:
            self._skip()
            if self._text.startswith("}", self._at):
                self._at += 1
                return _once(pairs)
            key = _KEY.match(self._text, self._at)
            if key is None:
                raise _DamagedError
            self._at = key.end()
            if self._doubtful and key[1] in _SINGULAR:
                raise _DamagedError
            pairs.append((key[1], self._value(depth, in_object=True)))

    def _array(self, depth: int) -> list[Any]:
        if depth > _DEEP_MOST:
            raise _DamagedError
        self._at += 1
        values: list[Any] = []
        while True:
            self._skip()
            if self._text.startswith("]", self._at):
                self._at += 1
                return values
            values.append(self._value(depth, in_object=False))

    def _value(self, depth: int, *, in_object: bool) -> Any:
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        first = self._text[self._at : self._at + 1]
        if first == "{":
            return self._object(depth + 1)
        if first == "[":
            return self._array(depth + 1)
        if first in {'"', "'"}:
            return self._string(first, depth, in_object=in_object)
        bare = _BARE.match(self._text, self._at)
        if bare is None:
            if in_object and first in {",", "}"}:
                return None
            raise _DamagedError
        self._at = bare.end()
        return _bare(bare[0])

    def _string(self, quote: str, depth: int, *, in_object: bool) -> str:
        start = place = self._at + 1
        while True:
            place = self._text.find(quote, place)
            if place < 0:
                raise _DamagedError
            if not (self._escaping and self._is_escaped(start, place)) and self._ends(
                place, depth, in_object=in_object
            ):
                self._at = place + 1
                return self._told(self._text[start:place], quote)
            place += 1

    def _told(self, written: str, quote: str) -> str:
        """A text as it was meant; with half a pair of quotes or a key in it, it may reach into the next row."""
        bare = _ESCAPE.sub("", written) if self._escaping else written
        self._doubtful = self._doubtful or bare.count(quote) % 2 == 1 or _KEY_END.search(bare) is not None
        return _ESCAPE.sub(_unescaped, written)

    def _is_escaped(self, start: int, place: int) -> bool:
        before = place
        while before > start and self._text[before - 1] == "\\":
            before -= 1
        return (place - before) % 2 == 1

    def _ends(self, place: int, depth: int, *, in_object: bool) -> bool:
        if not in_object:
            return _AFTER_IN_ARRAY.match(self._text, place + 1) is not None
        if depth > 1:
            return _AFTER_IN_OBJECT.match(self._text, place + 1) is not None
        if place + 1 >= self._inside:  # nothing but ends behind it
            return "}" in self._text[place + 1 :]
        return _MEMBER_FOLLOWS.match(self._text, place + 1) is not None

    def _skip(self) -> None:
        gap = _GAP.match(self._text, self._at)
        self._at = gap.end() if gap else self._at


def _bare(word: str) -> Any:
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    return int(word) if _WHOLE.fullmatch(word) else word


def _unescaped(match: re.Match[str]) -> str:
    told = match[1]
    if told[0] == "u" and len(told) == 5:
        return chr(int(told[1:], 16))
    if told in _ESCAPED:
        return _ESCAPED[told]
    return told if told in "\"'\\/" else match[0]


def _legible(value: Any) -> Any:
    """A value without halves of characters: bytes of another charset read where that is clear, else replaced."""
    if isinstance(value, str):
        return value if value.isascii() else _legible_text(value)
    if isinstance(value, dict):
        return {_legible(key): _legible(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_legible(each) for each in value]
    return value


def _legible_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        pass
    else:
        return text
    try:
        content = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # halves of characters that an escape told
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _windows_1251(content) or content.decode("utf-8", "replace")


def _windows_1251(content: bytes) -> str | None:
    """A text in the engine's own charset (B); None where it may as well be something else.

    Its small letters stand where koi8-r has the capital ones, so a text that is mostly small tells which it is.
    """
    letters = [each for each in content if each >= 0xC0]
    small = sum(each >= 0xE0 for each in letters)
    if len(letters) < 3 or small * 2 <= len(letters):
        return None
    if any(0x80 <= each < 0xC0 and each not in _MARKS_1251 for each in content):
        return None
    return content.decode("windows-1251")
