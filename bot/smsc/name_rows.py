"""Rows of a list of names, in every form in which they are known or likely to come.

What nobody has documented is kept as it came, for a person to see.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from bot.smsc import handwritten
from bot.smsc.facts import Answer, Document, OperatorStatus, SenderName
from bot.smsc.values import UnexpectedError, as_text, is_flat, is_scalar, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.smsc.catalogue import Catalogue

_OPERATOR_KEYS: Final = ("operator", "flag", "oper", "op", "name")
_CODE_KEYS: Final = ("code", "status", "state")


def listed(value: Any, text: str, operators: Operators) -> Answer:
    """The names of a list that is proper JSON, in whatever it is wrapped."""
    rows = _rows(value)
    objects = sum(isinstance(each, dict) for each in rows)
    if text.count('"sender"') > len(rows) or text.count('"id"') > len(rows):
        again = handwritten.rows(text)  # two rows in one, where what stands between them was lost
        if again is not None and len(again.found) < objects:
            return together(again.found, again.left_out, again.cut, operators)
    if objects:
        found = [handwritten.Found(each, whole=True) for each in rows if isinstance(each, dict)]
        answer = together(found, len(rows) - objects, False, operators)
    else:
        names = [name for each in rows if (name := _bare_name(each)) is not None]
        answer = Answer(names=tuple(names), left_out=len(rows) - len(names))
    if rows and not answer.names:
        raise UnexpectedError
    return answer


def together(found: Iterable[handwritten.Found], left_out: int, cut: bool, operators: Operators) -> Answer:
    """An answer of rows that were found, and of how many could not be read."""
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
        raise UnexpectedError
    if any(is_scalar(value.get(key)) for key in handwritten.NAME_KEYS):
        return [value]
    if all(key.isdecimal() for key in value):
        return list(value.values())
    inside = [each for each in value.values() if isinstance(each, list | dict)]
    if len(inside) == 1:
        return _rows(inside[0], depth + 1)
    if len(inside) == len(value) and all(isinstance(each, dict) for each in inside):
        return inside
    raise UnexpectedError


def _bare_name(row: Any) -> SenderName | None:
    if isinstance(row, str) and row.strip():
        return SenderName(None, row)
    number = whole_number(row)
    return SenderName(None, str(number)) if number is not None else None


def _name(row: dict[str, Any], operators: Operators, whole: bool) -> SenderName | None:
    """A row of a list; None where nothing in it can be the name, or it is not one row.

    Recorded are `sender` (A) and `id` (C); `files` is documented (seed). The rest is a guess.
    """
    name_key = next((each for each in ("sender", "mail", "name") if is_scalar(row.get(each))), None)
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
        if key == "id" and (number := whole_number(value)) is not None:
            continue
        if key == "operators" and operators.read(value, statuses, extra):
            continue
        if key == "files":
            unread = _documents(value, documents, extra)
            whole = whole and not unread
            continue
        if key in {"cmt", "comment"} and comment is None and is_flat(value):
            comment = as_text(value) or None
        elif key == "active" and as_text(value) in {"0", "1", "true", "false"}:
            active = as_text(value) in {"1", "true"}
        elif key == "last_date" and is_scalar(value):  # the name that status.php has for it (D)
            changed = as_text(value)
        elif key in operators.flags and is_flat(value):
            statuses.append(operators.status(key, value))
        else:
            extra.append((key, as_text(value)))
    return SenderName(
        number,
        as_text(row[name_key]),
        comment,
        active,
        tuple(statuses),
        tuple(documents),
        changed,
        tuple(extra),
        whole,
    )


class Operators:
    """Recognises operators by a programme's flag, or by a name that only one programme has."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.flags = catalogue.programmes
        names = Counter(each.operator.casefold() for each in self.flags.values())
        self._by_name = {
            each.operator.casefold(): each for each in self.flags.values() if names[each.operator.casefold()] == 1
        }

    def status(self, operator: str, code: Any) -> OperatorStatus:
        """What an operator says; `operator` is a flag, a name, or whatever stood in its place."""
        programme = self.flags.get(operator) or self._by_name.get(operator.casefold())
        if programme is None:
            return OperatorStatus(operator, as_text(code))
        return OperatorStatus(programme.operator, as_text(code), programme.flag)

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
            elif isinstance(each, list) and len(each) == 2 and is_scalar(each[0]):
                statuses.append(self.status(as_text(each[0]), each[1]))
            else:
                extra.append(("operators", as_text(each)))
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
        operator_key = next((each for each in _OPERATOR_KEYS if is_scalar(value.get(each))), None)
        operator = as_text(value[operator_key]) if operator_key else known_as
        if code_key is None or operator is None:
            return False
        statuses.append(self.status(operator, value[code_key]))
        extra.extend(
            (f"{operator}.{key}", as_text(each)) for key, each in value.items() if key not in {code_key, operator_key}
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
        extra.append(("files", as_text(value)))
        return True
    unread = False
    for each in value:
        if not isinstance(each, dict) or not ("file" in each or "fid" in each):
            extra.append(("files", as_text(each)))
            unread = True
            continue
        documents.append(
            Document(
                as_text(each.get("file")),
                as_text(each.get("fid")) or None,
                as_text(each.get("fstatus")),
                as_text(each.get("fcomment")) or None,
            )
        )
        extra.extend(
            (f"files.{key}", as_text(rest))
            for key, rest in each.items()
            if key not in {"file", "fid", "fstatus", "fcomment"}
        )
    return unread
