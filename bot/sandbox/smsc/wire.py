"""Requests into parameters and files, answers into bytes: four formats, three charsets.

What is recorded (A): the JSON of an error, of a list, of a new name, the bare `OK`, the balance,
and the `Content-Type` of JSON. Documented (B): a plain error, an error as XML, the charsets, that
parameters come from query and body alike. Everything else about `fmt` 0, 1 and 2 is a guess.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes
from xml.sax.saxutils import escape

from bot.sandbox.smsc.records import File
from bot.sandbox.smsc.world import day_of
from bot.smsc.errors import ErrorKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from bot.sandbox.smsc.forms import Forms
    from bot.sandbox.smsc.records import Name

DEFAULT_CHARSET: Final = "windows-1251"
CHARSETS: Final = frozenset({DEFAULT_CHARSET, "utf-8", "koi8-r"})
"""Charsets of the parameters and of the answer (B)."""

_GUESSED_TEXTS: Final[Mapping[ErrorKind, str]] = {
    ErrorKind.ADDRESS_BLOCKED: "ip is blocked",
    ErrorKind.UNDELIVERABLE: "can not deliver code",
    ErrorKind.CODE_ALREADY_SENT: "code already sent",
    ErrorKind.WRONG_CODE: "wrong code",
}
"""Nobody has written down what the service says here (U)."""

_Pairs = list[tuple[bytes, bytes]]


# -- requests


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it was understood: parameters (the body's win over the query's), files."""

    fields: Mapping[str, str]
    files: tuple[File, ...]
    query: str
    charset: str
    fmt: int


def decode(query: bytes, content_type: str, body: bytes) -> Received:
    """Reads a request. `query` is the raw query string; `body` is urlencoded or multipart."""
    pairs = _urlencoded(query)
    parts: list[_Part] = []
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        pairs += _urlencoded(body)
    elif kind == "multipart/form-data":
        boundary = re.search(r'boundary=(?:"([^"]+)"|([^;\s]+))', content_type, re.IGNORECASE)
        if boundary:
            parts = _multipart(body, (boundary[1] or boundary[2]).encode("utf-8", "surrogateescape"))
    pairs += [(each.name, each.content) for each in parts if each.file is None]
    charset = DEFAULT_CHARSET
    for key, value in pairs:
        if key == b"charset":
            asked = value.decode("ascii", "replace").strip().lower()
            charset = asked if asked in CHARSETS else DEFAULT_CHARSET
    fields = {_text(key, charset): _text(value, charset) for key, value in pairs}
    files = tuple(
        File(_text(each.name, charset), _file_name(each, charset), each.content)
        for each in parts
        if each.file is not None
    )
    fmt = fields.get("fmt", "0").strip()
    return Received(fields, files, query.decode("latin-1"), charset, int(fmt) if fmt in {"1", "2", "3"} else 0)


def _text(raw: bytes, charset: str) -> str:
    return raw.decode(charset, "replace")


def _urlencoded(raw: bytes) -> _Pairs:
    pairs = []
    for each in raw.strip().split(b"&"):
        if each:
            key, _, value = each.replace(b"+", b" ").partition(b"=")
            pairs.append((unquote_to_bytes(key), unquote_to_bytes(value)))
    return pairs


@dataclass(frozen=True, slots=True)
class _Part:
    name: bytes
    file: bytes | None
    content: bytes
    utf8: bool = False


_DISPOSITION: Final = re.compile(rb'[;\s](name|filename\*?)\s*=\s*(?:"((?:\\"|[^"])*)"|([^;\s]*))', re.IGNORECASE)


def _multipart(body: bytes, boundary: bytes) -> list[_Part]:
    """The parts of a form. Written here because the charset of its texts is SMSC's own affair."""
    parts = []
    for chunk in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if chunk.startswith(b"--"):
            break
        head, found, content = chunk[max(0, chunk.find(b"\r\n")) :].partition(b"\r\n\r\n")
        line = next((each for each in head.split(b"\r\n") if each.lower().startswith(b"content-disposition:")), b"")
        said = {
            key.lower(): (quoted or bare).replace(b'\\"', b'"').replace(b"%22", b'"')
            for key, quoted, bare in _DISPOSITION.findall(line)
        }
        if not found or b"name" not in said:
            continue
        extended = said.get(b"filename*", b"")
        if extended.lower().startswith(b"utf-8'"):
            name = unquote_to_bytes(extended.split(b"'", 2)[-1])
            parts.append(_Part(said[b"name"], name, content, utf8=True))
        else:
            parts.append(_Part(said[b"name"], said.get(b"filename"), content))
    return [each for each in parts if each.file != b""]


def _file_name(part: _Part, charset: str) -> str:
    name = _text(part.file or b"", "utf-8" if part.utf8 else charset)
    return re.split(r"[\\/]", name)[-1]


# -- answers


@dataclass(frozen=True, slots=True)
class Failed:
    """An error."""

    number: int


@dataclass(frozen=True, slots=True)
class Added:
    """A new name: `sender` is its id (A)."""

    id: int


@dataclass(frozen=True, slots=True)
class Done:
    """A deed was done; `form` tells how that is said, `id` is the name's."""

    form: str
    id: int


@dataclass(frozen=True, slots=True)
class Listed:
    """The names of `get`."""

    names: Sequence[Name]
    operators: bool = False
    files: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """The money of an account."""

    amount: Decimal
    currency: str | None = None
    credit: Decimal | None = None


Reply = Failed | Added | Done | Listed | Balance


def error_text(number: int) -> str:
    """What the service says with an error number (A, C), or a guess."""
    kind = ErrorKind.of(number)
    return kind.value.seen or _GUESSED_TEXTS.get(kind, "error")


def content_type(fmt: int, charset: str) -> str:
    """`application/json` and the charset asked for (A); the other formats' type is a guess."""
    return f"{('text/plain', 'text/plain', 'text/xml', 'application/json')[fmt]}; charset={charset}"


def compose(reply: Reply, fmt: int, forms: Forms) -> str:
    """An answer as text."""
    if isinstance(reply, Listed) and not reply.names and (forms.empty_list == "error" or fmt in {0, 1}):
        reply = Failed(ErrorKind.NOT_FOUND.number)
    if fmt == 3:
        return _as_json(reply, forms)
    return _as_xml(reply, forms) if fmt == 2 else _as_plain(reply, fmt)


def encode(text: str, charset: str) -> bytes:
    """An answer as bytes; what the charset lacks becomes a question mark."""
    return text.encode(charset, "replace")


def _as_json(reply: Reply, forms: Forms) -> str:
    match reply:
        case Failed(number) if forms.error == "plain":
            return _plain_error(number)
        case Failed(number):
            return _json({"error": error_text(number), "error_code": int(number)})
        case Added(number):
            return _json({"sender": number})
        case Done("text", _):
            return "OK"
        case Done("sent", number):
            return _json({"id": number, "cnt": 1})
        case Done("object", _):
            return "{}"
        case Done():
            return _json({"result": "OK"})
        case Listed(names):
            return _json([_row(each, reply, forms) for each in names])
        case Balance():
            return _json(_money(reply))


def _as_xml(reply: Reply, forms: Forms) -> str:
    match reply:
        case Failed(number):
            return _xml("result", {"error": error_text(number), "error_code": int(number)})
        case Added(number):
            return _xml("result", {"sender": number})
        case Done():
            return "<result>OK</result>"
        case Listed(names):
            return _xml("senders", [_row(each, reply, forms) for each in names])
        case Balance(amount, None, None):
            return f"<balance>{amount:.2f}</balance>"
        case Balance():
            return _xml("result", _money(reply))


def _as_plain(reply: Reply, fmt: int) -> str:
    match reply:
        case Failed(number):
            return f"0,-{int(number)}" if fmt == 1 else _plain_error(number)
        case Added(number):
            return str(number) if fmt == 1 else f"OK, ID - {number}"
        case Done():
            return "OK"
        case Listed(names):
            return "\n".join(_line(each, reply, fmt) for each in names)
        case Balance():
            parts = [str(each) for each in _money(reply).values()]
            return ",".join(parts) if fmt == 1 else " ".join(parts)


def _plain_error(number: int) -> str:
    return f"ERROR = {int(number)} ({error_text(number)})"


def _line(name: Name, listed: Listed, fmt: int) -> str:
    """`fmt=0`: seven characters, then the name (C)."""
    parts = [f"{each.flag} = {each.code}" if fmt == 0 else each.code for each in name.operators.values()]
    parts = parts if listed.operators else []
    return ", ".join([f"name = {name.name}", *parts]) if fmt == 0 else ",".join([str(name.id), name.name, *parts])


def _money(balance: Balance) -> dict[str, object]:
    """The balance is a string with a dot (A); `currency` and `credit` as clients read them (C)."""
    money: dict[str, object] = {"balance": f"{balance.amount:.2f}"}
    if balance.credit is not None:
        money["credit"] = f"{balance.credit:.2f}"
    if balance.currency is not None:
        money["currency"] = balance.currency
    return money


def _row(name: Name, listed: Listed, forms: Forms) -> dict[str, object]:
    """A row of a list: `sender` (A), `id` (C), `files` (B); the rest is a guess."""
    row: dict[str, object] = {"sender": name.name}
    if forms.ids != "absent":
        row["id"] = name.id if forms.ids == "int" else str(name.id)
    if forms.comments == "cmt":
        row["cmt"] = name.comment
    if forms.activity == "active":
        row["active"] = int(name.active)
    if forms.dates == "last_date":
        row["last_date"] = day_of(name.operators_changed or name.changed)
    if listed.operators:
        codes = {each.flag: _number(each.code) for each in name.operators.values()}
        if forms.operators == "flags":
            row.update(codes)
        elif forms.operators == "object":
            row["operators"] = codes
        else:
            row["operators"] = [{"operator": flag, "code": code} for flag, code in codes.items()]
    if listed.files:
        row["files"] = [
            {"file": each.file, "fid": each.fid, "fstatus": each.status, "fcomment": each.comment}
            for each in name.documents
        ]
    return row


def _number(code: str) -> object:
    return int(code) if re.fullmatch(r"0|-?[1-9][0-9]{0,8}", code) else code


def _json(value: object) -> str:
    """JSON as the service writes it: a key a line, no indent, rows joined by `},` and a break (A)."""
    if isinstance(value, dict):
        lines = ",\n".join(f"{json.dumps(key, ensure_ascii=False)}: {_json(each)}" for key, each in value.items())
        return f"{{\n{lines}\n}}" if lines else "{}"
    if isinstance(value, list):
        return f"[{_joined(value)}]"
    return json.dumps(value, ensure_ascii=False)


def _joined(rows: Iterable[object]) -> str:
    return ",\n".join(map(_json, rows))


def _xml(tag: str, value: object) -> str:
    if isinstance(value, dict):
        return "\n".join([f"<{tag}>", *(_xml(str(key), each) for key, each in value.items()), f"</{tag}>"])
    if isinstance(value, list):
        return "\n".join([f"<{tag}>", *(_xml("row", each) for each in value), f"</{tag}>"])
    return f"<{tag}>{escape(str(value))}</{tag}>"
