"""A look at the file from outside, beside whoever works on it: is it whole, ours, of this version, safe from others."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from bot.storage.backup import known_steps
from bot.storage.database import beside, connect, lock
from bot.storage.errors import StorageInUseError
from bot.storage.figures import Room, room
from bot.storage.migrations import MIGRATIONS

_OURS = frozenset({"_sqlite_migrations", "people", "vault_check"})


@dataclass(frozen=True, slots=True)
class Examined:
    """What was seen of the file.

    exists      whether there is one; without it nothing below `unwritable` is told
    unwritable  what cannot be written that must be: the file, one that lies beside it, its folder; None: everything can
    damage      why it is no sound database of the bot; None where it is one
    pending     changes of its tables that the next start makes
    later       whether a later version of the bot worked on it
    in_use      whether the bot runs on it
    exposed     what others than its owner may read: the file, what lies beside it
    set_aside   things that nobody could read
    """

    exists: bool
    unwritable: Path | None
    room: Room | None
    damage: str | None = None
    pending: int = 0
    later: bool = False
    in_use: bool = False
    exposed: tuple[Path, ...] = ()
    set_aside: int = 0


def examine(path: Path) -> Examined:
    """Looks; changes nothing, and leaves nothing behind that another user of the machine could not work on."""
    files = [each for each in (path, *beside(path)) if each.exists()]
    folder = next((each for each in path.absolute().parents if each.exists()), Path("/"))
    unwritable = next((each for each in (folder, *files) if not os.access(each, os.W_OK)), None)
    try:
        space = room(folder / path.name)
    except OSError:
        space = None
    if not path.exists():
        return Examined(False, unwritable, space)
    exposed = tuple(each for each in files if os.name == "posix" and each.stat().st_mode & 0o077)
    seen = Examined(True, unwritable, space, in_use=_in_use(path), exposed=exposed)
    if unwritable is not None:
        return seen
    try:
        return _looked_into(path, seen)
    except sqlite3.Error as failure:
        return Examined(True, unwritable, space, damage=str(failure), in_use=seen.in_use, exposed=exposed)


def _looked_into(path: Path, seen: Examined) -> Examined:
    damage, pending, later, set_aside = None, 0, False, 0
    with closing(connect(path)) as db:
        db.execute("PRAGMA query_only = ON")
        tables = {str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        (sound,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        if sound != "ok":
            damage = str(sound)
        elif not tables >= _OURS:
            damage = "it is not a database of the bot" if tables else None
            pending = 0 if tables else 1
        else:
            done = {each.name for each in MIGRATIONS.applied(sqlite_utils.Database(db, execute_plugins=False))}
            known = known_steps()
            pending, later = len(known - done), not done <= known
            if "set_aside" in tables:
                (set_aside,) = db.execute("SELECT count(*) FROM set_aside").fetchone()
    return Examined(True, None, seen.room, damage, pending, later, seen.in_use, seen.exposed, set_aside)


def _in_use(path: Path) -> bool:
    if not Path(f"{path}.lock").exists():  # to try the lock would make it, and make it ours
        return False
    try:
        lock(path).release()
    except StorageInUseError:
        return True
    except OSError:
        return False
    return False
