"""SMSC's answers, understood in every form in which they are known or likely to come.

Pure: bytes in, typed facts out, `Refused` or `AnswerLost` raised and nothing else. So thousands of
names can be read off the event loop.

What is recorded (A) or documented (B) is read exactly. Where a form is a guess (C, D, U) every
reasonable one is taken, and what nobody has documented is kept as it came, for a person to see: a
status code is never given a label here. What is no JSON as a whole is read row by row
(`handwritten.py`), and what could not be read is counted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import orjson

from bot.smsc import handwritten
from bot.smsc.catalogue import Command
from bot.smsc.errors import AnswerLost, ErrorKind, Loss, Refused
from bot.smsc.excerpt import excerpt
from bot.smsc.facts import Answer, Balance
from bot.smsc.name_rows import Operators, listed, together
from bot.smsc.values import UnexpectedError, as_text, whole_number

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.smsc.catalogue import Catalogue


_PLAIN_ERROR: Final = re.compile(r"ERROR\s*=\s*(\d{1,9})\s*(?:\((.*?)\))?", re.DOTALL)
_PLAIN_OK: Final = re.compile(r"OK(?:[\s,;.-]*ID\s*[-=:]\s*(\d{1,18}))?[\s.]*", re.IGNORECASE)
_PLAIN_BALANCE: Final = re.compile(r"(-?\d{1,18}(?:[.,]\d{1,9})?)(?:\s+([^\W\d_]{1,10}\.?))?")
_CHARSETS: Final = frozenset({"windows-1251", "cp1251", "koi8-r"})
_YES: Final = frozenset({"ok", "1", "true"})
_LOOKED_AT: Final = 4096


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
    except UnexpectedError:
        beginning = body[:_LOOKED_AT].decode("utf-8", "replace")
        problem = AnswerLost(Loss.UNREADABLE, excerpt(beginning, hide))
    raise problem  # out here, so that it holds no other exception, and through that the whole body


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
        return listed(value, text, Operators(catalogue))
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
            return together(listed.found, listed.left_out, listed.cut, Operators(catalogue))
    single = handwritten.single(text)
    if single is None:
        raise UnexpectedError
    _raise_refusal(single.value)
    if command is Command.BALANCE:
        return Answer(balance=_balance(single.value))
    if command is Command.GET or not single.value.keys() & {"result", "sender", "id"}:
        raise UnexpectedError
    return _done(command, single.value)


def _raise_refusal(value: dict[str, Any]) -> None:
    """Raises `Refused` where an object tells of an error; a number may be a digit string (U)."""
    error, code = value.get("error"), value.get("error_code")
    if error in (None, "", 0, False) and code in (None, "", 0, "0", False):
        return
    number = abs(code) if isinstance(code, int) and not isinstance(code, bool) else whole_number(code)
    text = "" if error is None else as_text(error)
    if number is None:
        plain = _PLAIN_ERROR.match(text)
        if plain:
            raise Refused(int(plain[1]), plain[2] or "")
        number = whole_number(error)
        if number is not None:
            text = ""
    raise Refused(number or 0, text)


def _done(command: Command, value: Any) -> Answer:
    """The success of a change: `OK` in any dress, or the id of a new name (`sender`, A)."""
    if isinstance(value, str) and value.strip().casefold() in _YES:
        return Answer()
    if command is Command.ADD and whole_number(value) is not None:
        return Answer(id=whole_number(value))
    if not isinstance(value, dict):
        raise UnexpectedError
    rest = dict(value)
    result = rest.pop("result", None)
    if result is not None and as_text(result).strip().casefold() not in _YES:
        raise UnexpectedError
    number = None
    for key in ("sender", "id"):
        number = whole_number(rest[key]) if number is None and key in rest else number
    for key in ("error", "error_code"):
        rest.pop(key, None)
    known = result is not None or "sender" in rest or "id" in rest
    if not known and command not in {Command.SEND_CODE, Command.CHECK_CODE}:
        raise UnexpectedError
    extra = tuple((key, as_text(each)) for key, each in rest.items() if key not in {"sender", "id"})
    return Answer(id=number, extra=extra)


def _balance(value: Any) -> Balance:
    if not isinstance(value, dict) or "balance" not in value:
        raise UnexpectedError
    amount = _amount(value["balance"])
    if amount is None:
        raise UnexpectedError
    currency = value.get("currency")
    return Balance(amount, as_text(currency) if currency else None, _amount(value.get("credit")))


def _amount(value: Any) -> Decimal | None:
    text = re.sub(r"\s", "", as_text(value)).replace(",", ".")
    return Decimal(text) if re.fullmatch(r"-?\d{1,18}(\.\d{0,9})?", text) else None
