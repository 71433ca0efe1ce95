"""What goes wrong with the storage, in words that no engine has a part in; everything above knows these alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bot.leaving import Leaving


class StorageError(Exception):
    """Something could not be read or written; the text says why. Nothing of its transaction is kept."""


class StorageHeldUpError(StorageError):
    """The storage cannot be worked on just now (disk full, locked, damaged), whatever was to be done there."""


class StorageBusyError(StorageHeldUpError):
    """Another process holds the storage for longer than is waited for."""


class StorageInUseError(Leaving):
    """Another process of the bot works on it; the text is one line for the administrator."""


_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_HELD_UP: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)


def held_up(failure: BaseException) -> bool:
    """Whether it is the storage that cannot be worked on just now: the same may go well later."""
    return isinstance(failure, StorageHeldUpError)


def busy(failure: BaseException) -> bool:
    """Whether it is another process that holds the storage."""
    return isinstance(failure, StorageBusyError)


def in_our_words(failure: sqlite3.Error) -> StorageError:
    """The engine's failure as everything above knows it, with the engine's as its cause."""
    told = _kind(failure)(str(failure))
    told.__cause__ = failure
    return told


@contextmanager
def told_in_our_words() -> Iterator[None]:
    """A context out of which the engine's errors come as a `StorageError`."""
    try:
        yield
    except sqlite3.Error as failure:
        raise in_our_words(failure) from failure


def _kind(failure: sqlite3.Error) -> type[StorageError]:
    code: int | None = getattr(failure, "sqlite_errorcode", None)
    if code is None:  # Python's own: it tells of no state of the file
        return StorageHeldUpError if isinstance(failure, sqlite3.OperationalError) else StorageError
    primary = code & 0xFF  # the rest of it tells which kind of lock, of I/O
    if primary in _BUSY:
        return StorageBusyError
    return StorageHeldUpError if primary in _HELD_UP else StorageError
