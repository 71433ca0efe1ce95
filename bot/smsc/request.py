"""A request as it is sent: parameters checked against the catalogue, and at most one document.

Pure. Everything that the API does not take is refused here, before anything is sent.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from bot.smsc.catalogue import DOCUMENT_MAX_BYTES, REQUIRED, Command, Kind, Parameter, Setter
from bot.smsc.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.smsc.access import Access
    from bot.smsc.catalogue import Catalogue

ANSWER_FORMAT: Final = "3"
"""JSON (B)."""

CHARSET: Final = "utf-8"
"""Of the parameters and of the answer (seed, B)."""

FILE_FIELD: Final = "file0"
"""The part that carries a document. Its name is not documented; clients use this one among others
(C), and the server very probably takes any (U)."""

_FILE_NAME_MOST: Final = 100
_SUFFIX_MOST: Final = 10
_SECRET_KINDS: Final = frozenset({Kind.SECRET, Kind.CODE})
_ONE_LINE: Final = frozenset(Kind) - {Kind.TEXT}
_MEDIA_TYPES: Final = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".zip": "application/zip",
    ".rar": "application/vnd.rar",
}

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Upload:
    """A document for operators; `description` goes with it as `doc_info`."""

    name: str
    content: bytes = field(repr=False)
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What is posted: the parameters in order, the document's part, and what must not be shown."""

    fields: dict[str, str] = field(repr=False)
    file: tuple[str, bytes, str] | None = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


def build(
    catalogue: Catalogue,
    access: Access,
    command: Command,
    values: Mapping[str, Value],
    document: Upload | None = None,
) -> Form:
    """Puts a request together.

    A flag is True or False; False leaves it out, or sends 0 where the seed knows a 0. `add` always
    carries a comment, the name itself where none is given, for without it error 1 comes (A).

    Raises:
        ParameterError: a parameter that `command` does not take or that is the client's own, a
            value outside its bounds, one that is missing, a document that is empty or too large.

    """
    own: dict[str, str] = {}
    secrets = list(access.secrets())
    for name, value in values.items():
        parameter = catalogue.parameter(command, name)
        if parameter is None:
            raise ParameterError(name, f"{command.value} does not take it")
        if parameter.who_sets is Setter.CLIENT:
            raise ParameterError(name, "is set by the client")
        text = _written(parameter, value)
        if text is not None:
            own[name] = text
            if parameter.kind in _SECRET_KINDS:
                secrets.append(text)
    if document is not None and document.description and document.description.strip():
        own.setdefault("doc_info", _text(Parameter("doc_info", Kind.TEXT, frozenset()), document.description))
    if command is Command.ADD and "sender" in own:
        own.setdefault("cmt", own["sender"])
    for group in REQUIRED[command]:
        if not any(name in own for name in group):
            raise ParameterError(" or ".join(group), "is missing")
    fields = {command.flag: "1"} if command.flag else {}
    fields |= access.fields() | {"fmt": ANSWER_FORMAT, "charset": CHARSET}
    user = catalogue.parameter(command, "user")
    if access.subclient and user is not None:
        fields["user"] = access.subclient
    for name, text in fields.items():
        if _broken(text):
            raise ParameterError(name, "cannot be sent as UTF-8 text")
    return Form(fields | own, _part(command, document), tuple(secrets))


def encoded(form: Form) -> tuple[bytes, str]:
    """The body that is posted, and its content type: `multipart/form-data` where a document goes with it."""
    if form.file is None:
        return urlencode(form.fields).encode(), "application/x-www-form-urlencoded"
    boundary = os.urandom(16).hex()
    name, content, media_type = form.file
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(key)}"\r\n\r\n{value}\r\n'
        for key, value in form.fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{FILE_FIELD}"; filename="{_quoted(name)}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    body = ("".join(parts) + head).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def _quoted(text: str) -> str:
    """A name between quotation marks in a part's head, as browsers write it (HTML, "multipart form data")."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


_DEVICES: Final = frozenset({"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}) | {
    f"{device}{number}" for device in ("COM", "LPT") for number in "0123456789¹²³"
}
"""Names that are no files in Windows (Naming Files, Paths, and Namespaces)."""


def clean_file_name(name: str) -> str:
    """A document's name as it is sent, and as SMSC lists it then.

    The last part of a path, without control, invisible and direction-changing characters, and
    without those that file systems refuse; at most 100 characters, the extension kept. What Windows takes for a device,
    whatever ends it (`CON`, `aux.pdf`), gets a mark in front.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if each.isspace() else each for each in last)
    printable = "".join(each for each in seen if unicodedata.category(each)[0] != "C")
    plain = " ".join(re.sub(r'[<>:"|?*]', "_", printable).split()).strip(". ")
    if not plain:
        return "document"
    suffix = PurePosixPath(plain).suffix
    if len(suffix) > _SUFFIX_MOST:
        suffix = ""
    clean = plain.removesuffix(suffix)[: _FILE_NAME_MOST - len(suffix)].rstrip(". ") + suffix
    return f"_{clean}"[:_FILE_NAME_MOST] if clean.split(".")[0].strip().upper() in _DEVICES else clean


def _part(command: Command, document: Upload | None) -> tuple[str, bytes, str] | None:
    if document is None:
        return None
    if command not in {Command.ADD, Command.CHG}:
        raise ParameterError(FILE_FIELD, f"{command.value} takes no document")
    if not document.content:
        raise ParameterError(FILE_FIELD, "the document is empty")
    if len(document.content) > DOCUMENT_MAX_BYTES:
        raise ParameterError(FILE_FIELD, f"is over {DOCUMENT_MAX_BYTES} bytes")
    name = clean_file_name(document.name)
    media_type = _MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    return name, document.content, media_type


def _written(parameter: Parameter, value: Value) -> str | None:
    """A value as it is sent, None where that is not at all."""
    match parameter.kind:
        case Kind.FLAG:
            return _flag(parameter, value)
        case Kind.INTEGER:
            return _integer(parameter, value)
        case Kind.DATE:
            return _date(parameter, value)
        case _:
            return _text(parameter, value)


def _flag(parameter: Parameter, value: Value) -> str | None:
    text = str(int(value)) if isinstance(value, bool) else str(value)
    if text in parameter.values:
        return text
    if value is False:
        return None
    raise ParameterError(parameter.name, f"takes {' or '.join(parameter.values)}")


def _integer(parameter: Parameter, value: Value) -> str:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,18}", text):
        raise ParameterError(parameter.name, "takes a whole number")
    number = int(text)
    if parameter.lowest is not None and number < parameter.lowest:
        raise ParameterError(parameter.name, f"is at least {parameter.lowest}")
    if parameter.highest is not None and number > parameter.highest:
        raise ParameterError(parameter.name, f"is at most {parameter.highest}")
    return str(number)


def _date(parameter: Parameter, value: Value) -> str:
    text = str(value)
    try:
        if re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", text):
            datetime.strptime(text, "%d.%m.%Y")  # noqa: DTZ007  # a day, not a moment
            return text
    except ValueError:
        pass
    raise ParameterError(parameter.name, "takes a day as DD.MM.YYYY")


def _text(parameter: Parameter, value: Value) -> str:
    text = str(value)
    if isinstance(value, bool):
        raise ParameterError(parameter.name, "takes a text")
    if not text.strip():
        raise ParameterError(parameter.name, "is empty")
    if _broken(text):
        raise ParameterError(parameter.name, "cannot be sent as UTF-8 text")
    if parameter.kind in _ONE_LINE and re.search(r"[\x00-\x1f\x7f]", text):
        raise ParameterError(parameter.name, "takes one line without control characters")
    return text


def _broken(text: str) -> bool:
    """Whether a text has half of a surrogate pair or a NUL in it."""
    return re.search(r"[\ud800-\udfff\x00]", text) is not None
