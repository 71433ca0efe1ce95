"""All that is stored about a person, as they may have it: a ZIP with a file of JSON for each table.

in    a look at the file, the person's id, and what opens a sealed value
out   the archive; never a key or a password: what holds one is left out, wherever it stands
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import orjson

from bot.reading.keys import secret_in
from bot.storage.database import looked_into
from bot.storage.personal import Holding, Row, rows
from bot.vault import VaultError

_WITHHELD: Final = "withheld: it looks like a key or a password"
_UNREADABLE: Final = "cannot be read: none of the keys opens it"
_SECRET_FORMS: Final = frozenset({"connect"})
"""Forms in which a password may stand that looks like any other word."""

READ_ME: Final = """\
Everything that the sender-names bot keeps about one person, a file for each table, as it stands in the database.
Times are seconds since 1970-01-01 UTC. What is encrypted in the database is written out here; API keys, passwords and
messages that were not read yet are withheld: nobody is shown those.
Files that were sent are not kept: they lie at Telegram, and the bot has their ids alone.
"""


def person_file(path: Path, user_id: int, opened: Callable[[bytes, str], bytes]) -> bytes:
    """The archive; `opened` opens a value that was sealed for a place.

    Raises:
        StorageError: the file could not be read.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed, looked_into(path) as tx:
        packed.writestr("README.txt", READ_ME)
        for holding, found in rows(tx, user_id, lambda sealed, place: _opened(opened, sealed, place)):
            _write(packed, holding, found)
    return archive.getvalue()


def _write(packed: zipfile.ZipFile, holding: Holding, found: Iterable[Row]) -> None:
    with packed.open(f"{holding.table}.json", "w") as file:
        file.write(b"[")
        for number, row in enumerate(found):
            file.write(b",\n" if number else b"\n")
            file.write(orjson.dumps(_without_secrets({name: _in_json(value) for name, value in row.items()})))
        file.write(b"\n]\n")


def _opened(opened: Callable[[bytes, str], bytes], sealed: bytes, place: str) -> object:
    try:
        plain = opened(sealed, place)
    except VaultError:
        return _UNREADABLE
    try:
        return orjson.loads(plain)
    except orjson.JSONDecodeError:
        return plain.decode(errors="replace")


def _in_json(value: object) -> object:
    """A column that holds JSON as what it says, so that secrets in it are seen as well."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def _without_secrets(value: Any) -> Any:
    match value:
        case {"flow": str(flow), **rest} if flow in _SECRET_FORMS:
            return {"flow": flow, "withheld": f"{len(rest)} things: keys and passwords are never shown again"}
        case dict():
            return {name: _without_secrets(each) for name, each in value.items()}
        case list():
            return [_without_secrets(each) for each in value]
        case str() if secret_in(value) is not None:
            return _WITHHELD
        case _:
            return value
