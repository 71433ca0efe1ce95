"""The database file: one thread with one connection, to which whole units of work are handed.

Units that wait at the same time are run in one transaction and committed together, each in a savepoint of its own: a
unit that fails takes nothing else with it. With WAL and `synchronous=FULL`, what `run` has returned is on the disk.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import sqlite_utils
import structlog
from filelock import BaseFileLock, FileLock, Timeout

from bot.leaving import Leaving
from bot.storage.migrations import MIGRATIONS

log = structlog.get_logger(__name__)

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_BUSY_MS: Final = 15_000
_PRIVATE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_TOGETHER_MOST: Final = 256


class DatabaseInUseError(Leaving):
    """Another process has this file; the text is one line for the administrator."""


_LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_HELD_UP: Final = _LOCKED | {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}


def locked(failure: BaseException) -> bool:
    """Whether another process holds the file for longer than is waited for."""
    return isinstance(failure, sqlite3.Error) and _code(failure) in _LOCKED


def held_up(failure: BaseException) -> bool:
    """Whether the file cannot be worked on just now (disk full, locked), whatever the unit of work was about."""
    if not isinstance(failure, sqlite3.Error):
        return False
    code = _code(failure)
    return code in _HELD_UP if code is not None else isinstance(failure, sqlite3.OperationalError)


def _code(failure: sqlite3.Error) -> int | None:
    code: int | None = getattr(failure, "sqlite_errorcode", None)
    return code & 0xFF if code is not None else None  # the rest of it tells which kind of lock, of I/O


@dataclass(slots=True)
class _Unit:
    work: Work[Any]
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class Database:
    """The file, opened. Made by `Database.open`; every access goes through `run`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: BaseFileLock | None = None
        self._units: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="database", daemon=True)
        self._ready: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens the file, makes it where there is none, and brings its tables up to date.

        Raises:
            DatabaseInUseError: another process works on it.
            sqlite3.Error: it is no database, or cannot be written.
        """
        make_folder(path.parent)
        database = cls(path)
        database._lock = lock(path)
        keep_private(path)
        database._thread.start()
        failure = database._ready.get()
        if failure is not None:
            database._lock.release()
            raise failure
        return database

    async def run(self, work: Work[T]) -> T:
        """Runs a unit of work in the writer's thread; returns when it is committed.

        Raises whatever `work` raises; then nothing of it is kept.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._units.put(_Unit(work, answer, loop))
        return await answer

    def soon(self, work: Work[object]) -> None:
        """Runs a unit of work as `run` does, and waits for nothing; a failure is logged. `close` waits for it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[object] = loop.create_future()
        answer.add_done_callback(_logged)
        self._units.put(_Unit(work, answer, loop))

    async def close(self) -> None:
        """Ends after everything that was handed in is committed."""
        self._units.put(None)
        await asyncio.to_thread(self._thread.join)
        if self._lock is not None:
            self._lock.release()

    def readable_by_others(self) -> bool:
        """Whether somebody beside the owner may read the file, and that could not be mended."""
        return os.name == "posix" and bool(self.path.stat().st_mode & 0o077)

    def _serve(self) -> None:
        try:
            connection = connect(self.path)
            migrate(connection)
        except BaseException as failure:  # noqa: BLE001  # handed to whoever opens the file
            self._ready.put(failure)
            return
        self._ready.put(None)
        with closing(connection):
            while self._serve_together(connection):
                pass

    def _serve_together(self, connection: sqlite3.Connection) -> bool:
        first = self._units.get()
        if first is None:
            return False
        units, more = [first], True
        while len(units) < _TOGETHER_MOST:
            try:
                unit = self._units.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                more = False
                break
            units.append(unit)
        _settle(_commit_together(connection, units))
        return more


def _logged(answer: asyncio.Future[object]) -> None:
    if not answer.cancelled() and (failure := answer.exception()) is not None:
        log.error("not written", why=str(failure))


_Outcome = tuple[_Unit, Any, BaseException | None]


def _commit_together(connection: sqlite3.Connection, units: list[_Unit]) -> list[_Outcome]:
    try:
        _roll_back(connection)
        connection.execute("BEGIN IMMEDIATE")
        outcomes = [_run_apart(connection, unit) for unit in units]
        connection.execute("COMMIT")
    except BaseException as failure:  # noqa: BLE001  # disk full, locked for too long: all of them failed
        _roll_back(connection)
        return [(unit, None, failure) for unit in units]
    return outcomes


def _roll_back(connection: sqlite3.Connection) -> None:
    """Leaves the transaction; one that cannot be left now is left before the next."""
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _run_apart(connection: sqlite3.Connection, unit: _Unit) -> _Outcome:
    connection.execute("SAVEPOINT unit")
    try:
        value = unit.work(connection)
    except BaseException as failure:  # handed to the unit's owner
        if not connection.in_transaction:
            raise
        connection.execute("ROLLBACK TO unit")
        connection.execute("RELEASE unit")
        return unit, None, failure
    connection.execute("RELEASE unit")
    return unit, value, None


def _settle(outcomes: list[_Outcome]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome[0].loop, []).append(outcome)
    for loop, settled in by_loop.items():
        try:
            loop.call_soon_threadsafe(_answer, settled)
        except RuntimeError:  # that loop is closed: nobody waits any more
            continue


def _answer(outcomes: list[_Outcome]) -> None:
    for unit, value, failure in outcomes:
        if unit.answer.done():
            continue
        if failure is None:
            unit.answer.set_result(value)
        else:
            # A future takes no StopIteration; whoever is asked next in this list would never be answered.
            unit.answer.set_exception(RuntimeError(repr(failure)) if isinstance(failure, StopIteration) else failure)


def lock(path: Path) -> BaseFileLock:
    """The lock that whoever works on a file holds.

    Raises:
        DatabaseInUseError: another process has it.
    """
    held = FileLock(f"{path}.lock", blocking=False, mode=_PRIVATE, thread_local=False)
    try:
        held.acquire()
    except Timeout:
        raise DatabaseInUseError(f"{path} is in use by another process of the bot") from None
    return held


def make_folder(folder: Path) -> None:
    """Makes a folder, and those above it, for their owner alone; one that is there stays as it is."""
    if folder.exists():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(_PRIVATE_FOLDER)


def keep_private(path: Path) -> None:
    """Makes a file where there is none; it and what SQLite keeps beside it are its owner's alone, whatever the umask.

    SQLite makes its own files with the rights of this one.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), _PRIVATE))
    for each in (path, *beside(path)):
        with suppress(PermissionError, FileNotFoundError):  # somebody else's file: `readable_by_others` tells
            each.chmod(_PRIVATE)


def beside(path: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database; some are there only while it is open."""
    return tuple(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))


def connect(path: Path) -> sqlite3.Connection:
    """A connection as the bot uses it: WAL, durable, foreign keys held, rows by name."""
    connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Applies the migrations that this file has not seen."""
    MIGRATIONS.apply(sqlite_utils.Database(connection, execute_plugins=False, strict=True))
