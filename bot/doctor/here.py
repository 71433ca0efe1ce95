"""On this machine: settings, database, keys."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

from bot.doctor.findings import Finding, note, well, wrong
from bot.settings import Settings
from bot.storage import vault_check
from bot.storage.database import looked_into
from bot.storage.errors import StorageError
from bot.storage.examination import Examined, examine
from bot.storage.figures import ROOM_LEAST
from bot.vault import Vault, VaultError

_MEGABYTE: Final = 1024 * 1024
_MISPELT: Final = 0.75
"""How like a setting's name a word in `.env` is to be meant for it."""
_IMAGE_NAMES: Final = frozenset({"PATH", "PYTHONUNBUFFERED"})


def settings_findings(settings: Settings, file: Path) -> Iterator[Finding]:
    """The settings that were read, and words in the file that look like one and are none."""
    yield well("settings", f"read from the environment{f' and {file}' if file.exists() else ''}")
    names = [each.upper() for each in Settings.model_fields]
    try:
        written = dotenv_values(file) if file.exists() else {}
    except (OSError, UnicodeDecodeError):
        written = {}
    for word in written:
        if word.upper() in names or word.upper() in _IMAGE_NAMES:
            continue
        like = difflib.get_close_matches(word.upper(), names, 1, _MISPELT)
        if like:
            yield note("settings", f"{file} has {word}, which is no setting", f"if you meant {like[0]}, write it so")
    if file.exists() and file.stat().st_mode & 0o007:
        yield note("settings", f"{file} can be read by others, and the token and keys with it", f"chmod o= {file}")
    if settings.admin_chat is None:
        yield note("settings", "nobody is told of what needs a hand", "set ADMIN_CHAT to your own Telegram id")


def storage_findings(settings: Settings) -> Iterator[Finding]:
    """The database, the room that it has, and whether the keys fit it."""
    path = settings.database_path
    seen = examine(path)
    yield from _room(seen)
    if seen.unwritable is not None:
        todo = "give it to the user who runs the bot (chown), in a container: to 10001"
        yield wrong("database", f"{seen.unwritable} cannot be written by this user", todo)
        return
    if not seen.exists:
        yield well("database", f"{path} is not there yet: the first start makes it")
        yield well("keys", _counted(settings))
        return
    yield from _file(path, seen)
    if seen.damage is None:
        yield _keys(settings)


def _room(seen: Examined) -> Iterator[Finding]:
    if seen.room is None:
        return
    free = f"{seen.room.free // _MEGABYTE} MB are free on the database's disk"
    if seen.room.free < ROOM_LEAST:
        yield wrong("disk", free, "make room: old backups and logs are a good start")
    else:
        yield well("disk", free)


def _file(path: Path, seen: Examined) -> Iterator[Finding]:
    size = f"{(seen.room.database + seen.room.log if seen.room else 0) / _MEGABYTE:.1f} MB"
    runs = "the bot runs on it" if seen.in_use else "the bot does not run on it"
    if seen.damage is not None:
        todo = "stop the bot, and go back to a backup: python -m bot restore FILE"
        yield wrong("database", f"{path} is damaged or none of the bot's: {seen.damage}", todo)
    elif seen.later:
        todo = "start that version again, or go back to a backup of this one's time"
        yield wrong("database", f"{path} was worked on by a later version of the bot than this one", todo)
    elif seen.pending and seen.in_use:
        yield note("database", f"{path} ({size}) is of the version that runs; this one is newer", "restart the bot")
    elif seen.pending:
        yield well("database", f"{path} ({size}) is whole; the next start brings its tables up to date")
    else:
        yield well("database", f"{path} ({size}) is whole and of this version; {runs}")
    for each in seen.exposed:
        yield note("database", f"{each} can be read by others on this machine", f"chmod 600 {each}")
    if seen.set_aside:
        yield note("database", f"{seen.set_aside} things nobody could read", "see: python -m bot set-aside")


def _keys(settings: Settings) -> Finding:
    vault = Vault(settings.keys())
    try:
        with looked_into(settings.database_path) as tx:
            tried = vault_check.fits(tx, vault.open)
    except (VaultError, StorageError) as failure:
        todo = "put the key that the database was made with into SECRET_KEYS, beside the others"
        return wrong("keys", f"SECRET_KEYS do not fit the database ({failure})", todo)
    return well("keys", f"{_counted(settings)}{'; they fit the database' if tried else ''}")


def _counted(settings: Settings) -> str:
    count = len(settings.keys())
    return "one key" if count == 1 else f"{count} keys; the first one seals (rotate-keys does away with the others)"
