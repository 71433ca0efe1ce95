"""A copy of the file while it is in use, and the way back: a copy put in the file's place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import sqlite_utils

from bot.leaving import Leaving
from bot.points import Reached, nobody
from bot.storage import vault_check
from bot.storage.database import beside, connect, keep_private, lock, make_folder
from bot.storage.errors import told_in_our_words
from bot.storage.migrations import MIGRATIONS
from bot.storage.transaction import Transaction


class UnfitError(Leaving):
    """A file that is not to be put in the place of the database; the text is one line that says why."""


@told_in_our_words()
def backup(source: Path, target: Path, reached: Reached = nobody) -> None:
    """Writes a copy that is consistent, whatever is being written meanwhile; only its owner may read it.

    It gets its name when it is whole: one that was killed is taken for no backup, and may be begun again.

    Raises:
        FileExistsError: `target` is there already; it is not overwritten.
        StorageError: `source` is no database, or the disk is full.
    """
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    part = target.with_name(f"{target.name}.part")
    try:
        for each in (part, *beside(part)):
            each.unlink(missing_ok=True)
        keep_private(part)
        with closing(sqlite3.connect(source)) as used, closing(sqlite3.connect(part)) as copy:
            reached("before-backup")
            used.backup(copy)
            reached("after-backup")
        _named(part, target)
        _synced(target.parent)
    finally:
        part.unlink(missing_ok=True)


@told_in_our_words()
def restore(copy: Path, target: Path, opened: Callable[[bytes, str], bytes], stamp: str) -> list[Path]:
    """Puts a copy in the place of the database; what was there is kept aside, under names with `stamp` in them.

    At any moment a crash leaves the old database in its place or the new one, never a mixture: what the log of the old
    one (`-wal`) still held goes into it first, and the new one comes in by one rename.

    Raises:
        StorageInUseError: the bot runs on it.
        UnfitError: the copy is no sound database of the bot, or of a later version.
        VaultError: it was sealed with other keys.
    """
    if copy.resolve() == target.resolve():
        raise UnfitError(f"{copy} is the database itself")
    make_folder(target.parent)
    held = lock(target)
    made = target.with_name(f"{target.name}.{stamp}.new")
    try:
        _check(copy, opened)
        backup(copy, made)
        with closing(sqlite3.connect(made)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
        _check(made, opened)
        _synced(made)
        aside = _put_aside(target, stamp)
        made.replace(target)
        _synced(target.parent)
    finally:
        for each in (made, *beside(made)):
            each.unlink(missing_ok=True)
        held.release()
    return aside


def _check(file: Path, opened: Callable[[bytes, str], bytes]) -> None:
    if not file.is_file():
        raise UnfitError(f"{file} is not there")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)) as db:
            (sound,) = db.execute("PRAGMA integrity_check(1)").fetchone()
            if sound != "ok":
                raise UnfitError(f"{file} is damaged: {sound}")
            tables = {str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"_sqlite_migrations", "people", "vault_check"} <= tables:
                raise UnfitError(f"{file} is not a database of the bot")
            done = {each.name for each in MIGRATIONS.applied(sqlite_utils.Database(db, execute_plugins=False))}
            if not done <= known_steps():
                raise UnfitError(f"{file} is of a later version of the bot than this one")
            vault_check.fits(Transaction(db), opened)
    except sqlite3.Error as failure:
        raise UnfitError(f"{file} is not a database of the bot ({failure})") from None


def known_steps() -> set[str]:
    """The changes of the tables that this version knows, by name."""
    with closing(sqlite3.connect(":memory:")) as new:
        return {each.name for each in MIGRATIONS.pending(sqlite_utils.Database(new, execute_plugins=False))}


def _put_aside(target: Path, stamp: str) -> list[Path]:
    if not target.exists():
        return []
    with suppress(sqlite3.Error), closing(connect(target)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside: list[Path] = []
    kept = target.with_name(f"{target.name}.{stamp}")
    for each in beside(target):  # left by a database that does not open any more
        if each.exists():
            aside.append(kept.with_name(kept.name + each.name.removeprefix(target.name)))
            each.rename(aside[-1])
    _named(target, kept)
    return [kept, *aside]


def _named(path: Path, name: Path) -> None:
    """Gives a file another name, which none may have, and leaves it the former one where that can be.

    Raises:
        FileExistsError: there is such a file.
    """
    try:
        os.link(path, name)
    except FileExistsError:
        raise FileExistsError(f"{name} is there already") from None
    except OSError:  # a file system without links
        path.rename(name)


def _synced(path: Path) -> None:
    with suppress(PermissionError):  # Windows opens no folders
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
