"""The database file: one thread with one connection, to which work is handed as a whole.

Work that waits at the same time is run in one transaction and committed together, each in a savepoint of its own: what
fails takes nothing else with it. With WAL and `synchronous=FULL`, what `run` has returned is on the disk.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import sqlite_utils
import structlog
from filelock import BaseFileLock, FileLock, Timeout

from bot.points import Reached, nobody
from bot.storage.errors import StorageInUseError, held_up, in_our_words
from bot.storage.migrations import MIGRATIONS
from bot.storage.transaction import ANYTHING, Change, Transaction

log = structlog.get_logger(__name__)

T = TypeVar("T")
Work = Callable[[Transaction], T]
"""Reads and writes in one transaction."""

_BUSY_MS: Final = 15_000
_PRIVATE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_TOGETHER_MOST: Final = 256


@dataclass(slots=True)
class _HandedIn:
    """Work that was handed in, and who is told what it gave."""

    work: Work[Any]
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


@dataclass(slots=True)
class _Outcome:
    """What became of work: what it gave, or why it failed, and what it wrote."""

    handed_in: _HandedIn
    value: Any = None
    failure: BaseException | None = None
    written: frozenset[Change] | set[Change] = frozenset()


class Database:
    """The file, opened. Made by `Database.open`; every access goes through `run`."""

    def __init__(self, path: Path, reached: Reached = nobody) -> None:
        self.path = path
        self._reached = reached
        self._lock: BaseFileLock | None = None
        self._handed_in: queue.SimpleQueue[_HandedIn | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="database", daemon=True)
        self._ready: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self._watchers: list[tuple[frozenset[str], Callable[[], None]]] = []
        self._version = 0
        self.trouble: str | None = None
        """Why the last thing that was to be written was not; None since something was written."""

    @classmethod
    def open(cls, path: Path, reached: Reached = nobody) -> Self:
        """Opens the file, makes it where there is none, and brings its tables up to date.

        `reached` is told before and after each change of a table is committed.

        Raises:
            StorageInUseError: another process works on it.
            StorageError: it is no database, or cannot be written.
        """
        make_folder(path.parent)
        database = cls(path, reached)
        database._lock = lock(path)
        keep_private(path)
        database._thread.start()
        failure = database._ready.get()
        if failure is not None:
            database._lock.release()
            raise _of_ours(failure)
        return database

    async def run(self, work: Work[T]) -> T:
        """Runs work in the writer's thread, in a transaction; returns when that is committed.

        Raises whatever `work` raises; then nothing of it is kept.

        Raises:
            StorageError: it could not be read or written.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._handed_in.put(_HandedIn(work, answer, loop))
        return await answer

    def soon(self, work: Work[object]) -> None:
        """Runs work as `run` does, and waits for nothing; a failure is logged. `close` waits for it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[object] = loop.create_future()
        answer.add_done_callback(_logged)
        self._handed_in.put(_HandedIn(work, answer, loop))

    def tell_of_writes(self, tables: frozenset[str], written: Callable[[], None]) -> None:
        """Calls `written` whenever one of the tables was written, before whoever waits for that learns of it."""
        self._watchers.append((tables, written))

    async def close(self) -> None:
        """Ends after everything that was handed in is committed."""
        self._handed_in.put(None)
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
            self._version = _version_of(connection)
        except BaseException as failure:  # noqa: BLE001  # handed to whoever opens the file
            self._ready.put(failure)
            return
        self._ready.put(None)
        with closing(connection):
            while self._serve_together(connection):
                pass

    def _serve_together(self, connection: sqlite3.Connection) -> bool:
        first = self._handed_in.get()
        if first is None:
            return False
        together, more = [first], True
        while len(together) < _TOGETHER_MOST:
            try:
                another = self._handed_in.get_nowait()
            except queue.Empty:
                break
            if another is None:
                more = False
                break
            together.append(another)
        outcomes = _commit_together(connection, together, self._reached)
        self._note_trouble(outcomes)
        version = _version_of(connection)
        others = set[Change]() if version == self._version else {ANYTHING}  # another process wrote
        self._version = version
        self._settle(outcomes, others)
        return more

    def _note_trouble(self, outcomes: list[_Outcome]) -> None:
        """Notes whether the file can be written: a failure of the file itself is told by whatever was handed in."""
        failures = [_of_ours(each.failure) for each in outcomes if each.failure is not None]
        held = next((each for each in failures if held_up(each)), None)
        if held is not None:
            self.trouble = str(held)
        elif any(each.written for each in outcomes):
            self.trouble = None

    def _settle(self, outcomes: list[_Outcome], others: set[Change]) -> None:
        written = {each.table for each in others.union(*(each.written for each in outcomes))}
        by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
        for each in outcomes:
            by_loop.setdefault(each.handed_in.loop, []).append(each)
        for loop, settled in by_loop.items():
            try:
                loop.call_soon_threadsafe(self._answer, settled, written)
            except RuntimeError:  # that loop is closed: nobody waits any more
                continue

    def _answer(self, outcomes: list[_Outcome], written: set[str]) -> None:
        for tables, call in self._watchers:
            if ANYTHING.table in written or not tables.isdisjoint(written):
                call()
        for each in outcomes:
            if each.handed_in.answer.done():
                continue
            if each.failure is None:
                each.handed_in.answer.set_result(each.value)
            else:
                each.handed_in.answer.set_exception(_of_ours(each.failure))


def _logged(answer: asyncio.Future[object]) -> None:
    if not answer.cancelled() and (failure := answer.exception()) is not None:
        log.error("not written", why=str(failure))


def _commit_together(connection: sqlite3.Connection, together: list[_HandedIn], reached: Reached) -> list[_Outcome]:
    try:
        _roll_back(connection)
        connection.execute("BEGIN IMMEDIATE")
        outcomes = [_run_apart(connection, each) for each in together]
        for change in (each for outcome in outcomes for each in outcome.written):
            reached(f"before-{change.verb}-{change.table}")
        connection.execute("COMMIT")
        for change in (each for outcome in outcomes for each in outcome.written):
            reached(f"after-{change.verb}-{change.table}")
    except BaseException as failure:  # noqa: BLE001  # disk full, locked for too long: all of them failed
        _roll_back(connection)
        return [_Outcome(each, failure=failure) for each in together]
    return outcomes


def _version_of(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection wrote (SQLite, `PRAGMA data_version`)."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)


def _roll_back(connection: sqlite3.Connection) -> None:
    """Leaves the transaction; one that cannot be left now is left before the next."""
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _run_apart(connection: sqlite3.Connection, handed_in: _HandedIn) -> _Outcome:
    connection.execute("SAVEPOINT apart")
    transaction = Transaction(connection)
    try:
        value = handed_in.work(transaction)
    except BaseException as failure:  # handed to whose work it is
        if not connection.in_transaction:
            raise
        connection.execute("ROLLBACK TO apart")
        connection.execute("RELEASE apart")
        return _Outcome(handed_in, failure=failure)
    connection.execute("RELEASE apart")
    return _Outcome(handed_in, value, written=transaction.changes)


def _of_ours(failure: BaseException) -> BaseException:
    """The engine's failure as an error of this package; any other as it is."""
    if isinstance(failure, StopIteration):  # no future takes it, and whoever is next would never be answered
        return RuntimeError(repr(failure))
    return in_our_words(failure) if isinstance(failure, sqlite3.Error) else failure


def lock(path: Path) -> BaseFileLock:
    """The lock that whoever works on a file holds.

    Raises:
        StorageInUseError: another process has it.
    """
    held = FileLock(f"{path}.lock", blocking=False, mode=_PRIVATE, thread_local=False)
    try:
        held.acquire()
    except Timeout:
        raise StorageInUseError(f"{path} is in use by another process of the bot") from None
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


@contextmanager
def looked_into(path: Path) -> Iterator[Transaction]:
    """One look at the file beside whoever works on it: as it stands at this moment; nothing can be written.

    Raises:
        StorageError: it could not be read.
    """
    try:
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield Transaction(connection)
    except sqlite3.Error as failure:
        raise in_our_words(failure) from None


def migrate(connection: sqlite3.Connection) -> None:
    """Applies the migrations that this file has not seen: all of them or none, and written to the disk once."""
    db = sqlite_utils.Database(connection, execute_plugins=False, strict=True)
    with db.atomic():
        MIGRATIONS.apply(db)
