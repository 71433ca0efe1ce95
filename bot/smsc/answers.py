"""SMSC's answers, understood in every form in which they are known or likely to come.

Pure: bytes in, typed facts out, `Refused` or `AnswerLost` raised and nothing else. So thousands of
names can be read off the event loop.

What is recorded (A) or documented (B) is read exactly. Where a form is a guess (C, D, U) every
reasonable one is taken, and what nobody has documented is kept as it came, for a person to see: a
status code is never given a label here. What is no JSON as a whole is read row by row
(`handwritten.py`), and what could not be read is counted.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

import orjson

from bot.smsc import handwritten
from bot.smsc.catalogue import Command
from bot.smsc.errors import AnswerLost, ErrorKind, Loss, Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.smsc.catalogue import Catalogue

Extra = tuple[tuple[str, str], ...]
"""Keys that are not documented, with their values as they came; nested ones as compact JSON."""


class DocumentStatus(StrEnum):
    """The status of a document for operators, `fstatus` (seed)."""

    UNDER_REVIEW = "0"
    REJECTED = "1"
    ADMITTED = "2"


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a name: file, id (`fid`), status as it came, the administrator's comment."""

    name: str
    fid: str | None
    status_code: str
    comment: str | None = None

    @property
    def status(self) -> DocumentStatus | None:
        """The status, None where the code is not documented."""
        return next((each for each in DocumentStatus if each.value == self.status_code), None)


@dataclass(frozen=True, slots=True)
class OperatorStatus:
    """What an operator says of a name: the code as it came, and the programme's flag if known.

    `operator` is the operator's name, or what stood in its place.
    """

    operator: str
    code: str
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class SenderName:
    """A name in a list. `active` and `changed` are known only where the answer says so (U).

    `whole` is False where a part of the row could not be read as it was meant: then what it lacks proves nothing.
    """

    id: int | None
    name: str
    comment: str | None = None
    active: bool | None = None
    operators: tuple[OperatorStatus, ...] = ()
    documents: tuple[Document, ...] = ()
    changed: str | None = None
    extra: Extra = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Balance:
    """The money of an account; `credit` is what it may owe (C)."""

    amount: Decimal
    currency: str | None = None
    credit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command was answered with: the new id of `add`, the names of `get`, the balance.

    `left_out` counts the rows of a list that could not be read; `cut`: the list breaks off before its end.
    """

    id: int | None = None
    names: tuple[SenderName, ...] = ()
    balance: Balance | None = None
    extra: Extra = ()
    left_out: int = 0
    cut: bool = False

    @property
    def complete(self) -> bool:
        """Whether a name that is not in this list is certainly not there."""
        return not self.left_out and not self.cut


_PLAIN_ERROR: Final = re.compile(r"ERROR\s*=\s*(\d{1,9})\s*(?:\((.*?)\))?", re.DOTALL)
_PLAIN_OK: Final = re.compile(r"OK(?:[\s,;.-]*ID\s*[-=:]\s*(\d{1,18}))?[\s.]*", re.IGNORECASE)
_PLAIN_BALANCE: Final = re.compile(r"(-?\d{1,18}(?:[.,]\d{1,9})?)(?:\s+([^\W\d_]{1,10}\.?))?")
_CHARSETS: Final = frozenset({"windows-1251", "cp1251", "koi8-r"})
_YES: Final = frozenset({"ok", "1", "true"})
_OPERATOR_KEYS: Final = ("operator", "flag", "oper", "op", "name")
_CODE_KEYS: Final = ("code", "status", "state")
_EXCERPT_MOST: Final = 120
_LOOKED_AT: Final = 4096
_BEGINNING_LEAST: Final = 3


def read(
    command: Command,
    body: bytes,
    *,
    catalogue: Catalogue,
    charset: str | None = None,
    hide: Collection[str] = (),
) -> Answer:
    """Reads the body of an answer that came with status 200.

    Args:
        command: what was asked.
        body: as it came.
        catalogue: the programmes whose flags may stand in it.
        charset: the one that the answer names; it counts where the body is not UTF-8, as was asked.
        hide: secrets of the request, in case that the answer repeats them.

    Raises:
        Refused: it is an error of SMSC. Error 3 on a list is an empty list (D).
        AnswerLost: it is none of the known forms.

    """
    try:
        text = _decoded(body, charset)
        if not text:
            raise AnswerLost(Loss.EMPTY)
        return _answer(command, text, catalogue)
    except Refused as refused:
        if command is Command.GET and refused.kind is ErrorKind.NOT_FOUND:
            return Answer()
        problem: Refused | AnswerLost = Refused(refused.number, excerpt(refused.text, hide))
    except _UnexpectedError:
        beginning = body[:_LOOKED_AT].decode("utf-8", "replace")
        problem = AnswerLost(Loss.UNREADABLE, excerpt(beginning, hide))
    raise problem  # out here, so that it holds no other exception, and through that the whole body


def excerpt(text: str, hide: Collection[str] = ()) -> str:
    """The beginning of a text: one printable line, with the secrets in `hide` taken out."""
    shown = _hidden(text, hide)
    shown = " ".join("".join(each if each.isprintable() else " " for each in shown).split())
    shown = _without_beginning(_hidden(shown, hide), hide)
    return shown if len(shown) <= _EXCERPT_MOST else shown[: _EXCERPT_MOST - 1] + "…"


class _UnexpectedError(Exception):
    """None of the known forms."""


def _without_beginning(text: str, hide: Collection[str]) -> str:
    """A text without the beginning of a secret at its end: an answer may have been cut there."""
    for secret in filter(None, hide):
        for length in range(len(secret) - 1, _BEGINNING_LEAST - 1, -1):
            if text.endswith(secret[:length]):
                return text[:-length] + "•••"
    return text


def _hidden(text: str, hide: Collection[str]) -> str:
    """A text without the secrets, as they are and as a page or a JSON text may spell them."""
    for secret in sorted(filter(None, hide), key=len, reverse=True):
        plain = secret.encode("utf-8", "replace").decode()
        quoted = json.dumps(plain)[1:-1]
        spellings = {secret, html.escape(plain), quote(plain), quote(plain, safe=""), quoted}
        spellings |= {quoted.replace("/", r"\/"), orjson.dumps(plain)[1:-1].decode()}
        spellings.add(quote_plus(plain))
        for each in spellings:
            text = text.replace(each, "•••")
    return text


def _decoded(body: bytes, charset: str | None) -> str:
    """The text of a body; bytes that are no text in the charset asked for, or named, are kept as surrogates."""
    if charset is not None and charset.lower() in _CHARSETS:
        try:
            return body.decode("utf-8-sig").strip().removeprefix("\ufeff").strip()
        except UnicodeDecodeError:
            body = body.decode(charset, "replace").encode()
    return body.decode("utf-8", "surrogateescape").strip().removeprefix("\ufeff").strip()


def _answer(command: Command, text: str, catalogue: Catalogue) -> Answer:
    plain = _plain(command, text)
    if plain is not None:
        return plain
    try:
        value = orjson.loads(text)
    except ValueError:
        return _damaged(command, text, catalogue)
    alone = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(alone, dict):
        _raise_refusal(alone)
    if command is Command.GET:
        return _listed(value, text, _Operators(catalogue))
    if command is Command.BALANCE:
        return Answer(balance=_balance(alone))
    return _done(command, alone)


def _plain(command: Command, text: str) -> Answer | None:
    """An answer that is a word and no JSON; None where it is something else."""
    plain = _PLAIN_ERROR.match(text)
    if plain:
        raise Refused(int(plain[1]), plain[2] or "")
    if command.changes:
        done = _PLAIN_OK.fullmatch(text)
        if done:
            return Answer(id=int(done[1]) if done[1] else None)
    if command is Command.BALANCE:
        amount = _PLAIN_BALANCE.fullmatch(text)
        if amount:
            return Answer(balance=Balance(Decimal(amount[1].replace(",", ".")), amount[2]))
    return None


def _damaged(command: Command, text: str, catalogue: Catalogue) -> Answer:
    """An answer that is no JSON as a whole: what is certain of it, and nothing else."""
    bare = handwritten.without_notices(text).strip().removeprefix("\ufeff").strip()
    if bare != text:
        return _answer(command, bare, catalogue)
    if command is Command.GET:
        listed = handwritten.rows(text)
        if listed is not None and (listed.found or not listed.cut):
            return _together(listed.found, listed.left_out, listed.cut, _Operators(catalogue))
    single = handwritten.single(text)
    if single is None:
        raise _UnexpectedError
    _raise_refusal(single.value)
    if command is Command.BALANCE:
        return Answer(balance=_balance(single.value))
    if command is Command.GET or not single.value.keys() & {"result", "sender", "id"}:
        raise _UnexpectedError
    return _done(command, single.value)


def _raise_refusal(value: dict[str, Any]) -> None:
    """Raises `Refused` where an object tells of an error; a number may be a digit string (U)."""
    error, code = value.get("error"), value.get("error_code")
    if error in (None, "", 0, False) and code in (None, "", 0, "0", False):
        return
    number = abs(code) if isinstance(code, int) and not isinstance(code, bool) else _whole(code)
    text = "" if error is None else _text(error)
    if number is None:
        plain = _PLAIN_ERROR.match(text)
        if plain:
            raise Refused(int(plain[1]), plain[2] or "")
        number = _whole(error)
        if number is not None:
            text = ""
    raise Refused(number or 0, text)


def _done(command: Command, value: Any) -> Answer:
    """The success of a change: `OK` in any dress, or the id of a new name (`sender`, A)."""
    if isinstance(value, str) and value.strip().casefold() in _YES:
        return Answer()
    if command is Command.ADD and _whole(value) is not None:
        return Answer(id=_whole(value))
    if not isinstance(value, dict):
        raise _UnexpectedError
    rest = dict(value)
    result = rest.pop("result", None)
    if result is not None and _text(result).strip().casefold() not in _YES:
        raise _UnexpectedError
    number = None
    for key in ("sender", "id"):
        number = _whole(rest[key]) if number is None and key in rest else number
    for key in ("error", "error_code"):
        rest.pop(key, None)
    known = result is not None or "sender" in rest or "id" in rest
    if not known and command not in {Command.SEND_CODE, Command.CHECK_CODE}:
        raise _UnexpectedError
    extra = tuple((key, _text(each)) for key, each in rest.items() if key not in {"sender", "id"})
    return Answer(id=number, extra=extra)


def _balance(value: Any) -> Balance:
    if not isinstance(value, dict) or "balance" not in value:
        raise _UnexpectedError
    amount = _amount(value["balance"])
    if amount is None:
        raise _UnexpectedError
    currency = value.get("currency")
    return Balance(amount, _text(currency) if currency else None, _amount(value.get("credit")))


def _amount(value: Any) -> Decimal | None:
    text = re.sub(r"\s", "", _text(value)).replace(",", ".")
    return Decimal(text) if re.fullmatch(r"-?\d{1,18}(\.\d{0,9})?", text) else None


def _listed(value: Any, text: str, operators: _Operators) -> Answer:
    """The names of a list that is proper JSON, in whatever it is wrapped."""
    rows = _rows(value)
    objects = sum(isinstance(each, dict) for each in rows)
    if text.count('"sender"') > len(rows) or text.count('"id"') > len(rows):
        again = handwritten.rows(text)  # two rows in one, where what stands between them was lost
        if again is not None and len(again.found) < objects:
            return _together(again.found, again.left_out, again.cut, operators)
    if objects:
        found = [handwritten.Found(each, whole=True) for each in rows if isinstance(each, dict)]
        answer = _together(found, len(rows) - objects, False, operators)
    else:
        names = [name for each in rows if (name := _bare_name(each)) is not None]
        answer = Answer(names=tuple(names), left_out=len(rows) - len(names))
    if rows and not answer.names:
        raise _UnexpectedError
    return answer


def _together(found: Iterable[handwritten.Found], left_out: int, cut: bool, operators: _Operators) -> Answer:
    names: list[SenderName] = []
    for each in found:
        name = _name(each.value, operators, each.whole)
        if name is None:
            left_out += 1
        else:
            names.append(name)
    return Answer(names=tuple(names), left_out=left_out, cut=cut)


def _rows(value: Any, depth: int = 0) -> list[Any]:
    """The rows, as an array, an object keyed by number, a single row, or any of these within an object."""
    if isinstance(value, list):
        return _rows(value[0], depth + 1) if len(value) == 1 and isinstance(value[0], list) and depth < 3 else value
    if not isinstance(value, dict) or not value or depth > 3:
        raise _UnexpectedError
    if any(_scalar(value.get(key)) for key in handwritten.NAME_KEYS):
        return [value]
    if all(key.isdecimal() for key in value):
        return list(value.values())
    inside = [each for each in value.values() if isinstance(each, list | dict)]
    if len(inside) == 1:
        return _rows(inside[0], depth + 1)
    if len(inside) == len(value) and all(isinstance(each, dict) for each in inside):
        return inside
    raise _UnexpectedError


def _bare_name(row: Any) -> SenderName | None:
    if isinstance(row, str) and row.strip():
        return SenderName(None, row)
    number = _whole(row)
    return SenderName(None, str(number)) if number is not None else None


def _name(row: dict[str, Any], operators: _Operators, whole: bool) -> SenderName | None:
    """A row of a list; None where nothing in it can be the name, or it is not one row.

    Recorded are `sender` (A) and `id` (C); `files` is documented (seed). The rest is a guess.
    """
    name_key = next((each for each in ("sender", "mail", "name") if _scalar(row.get(each))), None)
    if name_key is None:
        return None
    number: int | None = None
    comment: str | None = None
    active: bool | None = None
    changed: str | None = None
    statuses: list[OperatorStatus] = []
    documents: list[Document] = []
    extra: list[tuple[str, str]] = []
    for key, value in row.items():
        if "{" in key or "}" in key:
            return None  # the end of one row and the beginning of the next were taken for a key
        if key == name_key:
            continue
        if key == "id" and (number := _whole(value)) is not None:
            continue
        if key == "operators" and operators.read(value, statuses, extra):
            continue
        if key == "files":
            unread = _documents(value, documents, extra)
            whole = whole and not unread
            continue
        if key in {"cmt", "comment"} and comment is None and _flat(value):
            comment = _text(value) or None
        elif key == "active" and _text(value) in {"0", "1", "true", "false"}:
            active = _text(value) in {"1", "true"}
        elif key == "last_date" and _scalar(value):  # the name that status.php has for it (D)
            changed = _text(value)
        elif key in operators.flags and _flat(value):
            statuses.append(operators.status(key, value))
        else:
            extra.append((key, _text(value)))
    return SenderName(
        number,
        _text(row[name_key]),
        comment,
        active,
        tuple(statuses),
        tuple(documents),
        changed,
        tuple(extra),
        whole,
    )


class _Operators:
    """Recognises operators by a programme's flag, or by a name that only one programme has."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.flags = catalogue.programmes
        names = Counter(each.operator.casefold() for each in self.flags.values())
        self._by_name = {
            each.operator.casefold(): each for each in self.flags.values() if names[each.operator.casefold()] == 1
        }

    def status(self, operator: str, code: Any) -> OperatorStatus:
        programme = self.flags.get(operator) or self._by_name.get(operator.casefold())
        if programme is None:
            return OperatorStatus(operator, _text(code))
        return OperatorStatus(programme.operator, _text(code), programme.flag)

    def read(self, value: Any, statuses: list[OperatorStatus], extra: list[tuple[str, str]]) -> bool:
        """Reads `operators` in any of its likely forms; False where it is none of them (U)."""
        if value in (None, "", [], {}):
            return True
        if isinstance(value, dict):
            if self._described(value, statuses, extra):
                return True
            for key, each in value.items():
                if not (isinstance(each, dict) and self._described(each, statuses, extra, key)):
                    statuses.append(self.status(key, each))
            return True
        if not isinstance(value, list):
            return False
        for each in value:
            if isinstance(each, dict):
                self.read(each, statuses, extra)
            elif isinstance(each, list) and len(each) == 2 and _scalar(each[0]):
                statuses.append(self.status(_text(each[0]), each[1]))
            else:
                extra.append(("operators", _text(each)))
        return True

    def _described(
        self,
        value: dict[str, Any],
        statuses: list[OperatorStatus],
        extra: list[tuple[str, str]],
        known_as: str | None = None,
    ) -> bool:
        """Reads an object that names the operator and its code under keys of their own."""
        code_key = next((each for each in _CODE_KEYS if each in value), None)
        operator_key = next((each for each in _OPERATOR_KEYS if _scalar(value.get(each))), None)
        operator = _text(value[operator_key]) if operator_key else known_as
        if code_key is None or operator is None:
            return False
        statuses.append(self.status(operator, value[code_key]))
        extra.extend(
            (f"{operator}.{key}", _text(each)) for key, each in value.items() if key not in {code_key, operator_key}
        )
        return True


def _documents(value: Any, documents: list[Document], extra: list[tuple[str, str]]) -> bool:
    """Reads `files`: a list, an object keyed by index, a single one; missing and empty are none.

    Whether any of it could not be read.
    """
    if value in (None, "", [], {}):
        return False
    if isinstance(value, dict):
        value = [value] if "file" in value or "fid" in value else list(value.values())
    if not isinstance(value, list):
        extra.append(("files", _text(value)))
        return True
    unread = False
    for each in value:
        if not isinstance(each, dict) or not ("file" in each or "fid" in each):
            extra.append(("files", _text(each)))
            unread = True
            continue
        documents.append(
            Document(
                _text(each.get("file")),
                _text(each.get("fid")) or None,
                _text(each.get("fstatus")),
                _text(each.get("fcomment")) or None,
            )
        )
        extra.extend(
            (f"files.{key}", _text(rest))
            for key, rest in each.items()
            if key not in {"file", "fid", "fstatus", "fcomment"}
        )
    return unread


def _whole(value: Any) -> int | None:
    """A whole number that SMSC takes back (at most 18 digits), or a text of digits that is one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 10**18 else None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value.strip()):
        return int(value)
    return None


def _flat(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _scalar(value: Any) -> bool:
    """Whether a value can be a name: a text that is not empty, or a number."""
    return bool(value) and isinstance(value, str | int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    """A JSON value as it came: texts as they are, the rest as compact JSON, null as nothing."""
    if isinstance(value, str):
        return value
    try:
        return "" if value is None else orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # nested too deeply to be written again
        raise _UnexpectedError from None
