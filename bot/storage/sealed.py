"""Every sealed value of the file: where it stands, and what it was sealed for. Keys are changed by this table.

A test compares it with the tables: a column of bytes that is not named here fails it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.points import Reached, nobody
from bot.storage.database import connect, lock, migrate
from bot.storage.errors import told_in_our_words
from bot.storage.vault_check import PLACE

_AT_ONCE: Final = 200
_MARK_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A column of sealed values; `place` is what they were sealed for, made of the row's other columns."""

    table: str
    name: str
    place: str
    parts: tuple[str, ...] = ()


SEALED: Final = (
    Column("accounts", "secret", "account:{}:{}", ("user_id", "id")),
    Column("people", "drafts", "drafts:{}", ("user_id",)),
    Column("operations", "sealed", "operation:{}", ("key",)),
    Column("batches", "sealed", "batch:{}:{}", ("user_id", "id")),
    Column("batch_rows", "sealed", "batch_row:{}:{}", ("batch_id", "number")),
    Column("companies", "sealed", "company:{}:{}", ("user_id", "id")),
    Column("client_links", "sealed", "client_link:{}:{}", ("user_id", "id")),
    Column("client_forms", "sealed", "client_form:{}:{}", ("link_id", "id")),
    Column("approvals", "word", "approval:{}", ("id",)),
    Column("inbox", "body", "update:{}", ("update_id",)),
    Column("set_aside", "body", "{}", ("place",)),
    Column("vault_check", "sealed", PLACE),
)
"""The word that checks the keys comes last: while it stands, the old key is still asked for."""


@dataclass(frozen=True, slots=True)
class Step:
    """A batch of a column: so many values were sealed anew, so many did not open and stay as they are."""

    column: Column
    anew: int
    unopened: int


def seal_file_anew(
    path: Path, mark: bytes, anew: Callable[[bytes, str], bytes | None], reached: Reached = nobody
) -> Iterator[Step]:
    """Seals every value of a database anew, as `seal_anew` does; nobody else works on it meanwhile.

    Raises:
        StorageInUseError: the bot runs on it.
        StorageError: it is no database, or cannot be written.
    """
    with told_in_our_words(), lock(path), closing(connect(path)) as db:
        migrate(db)
        yield from seal_anew(db, mark, anew, reached)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def seal_anew(
    db: sqlite3.Connection, mark: bytes, anew: Callable[[bytes, str], bytes | None], reached: Reached = nobody
) -> Iterator[Step]:
    """Seals every value anew that does not begin with `mark`, batch by batch, each in a transaction of its own.

    It may be killed at any point and begun again: what is done is known by its mark. `anew` gives None for a value that
    does not open.
    """
    for column in SEALED:
        after = -(2**63)
        while True:
            after, step = _batch(db, column, mark, anew, after, reached)
            if step is None:
                break
            yield step


def _batch(
    db: sqlite3.Connection,
    column: Column,
    mark: bytes,
    anew: Callable[[bytes, str], bytes | None],
    after: int,
    reached: Reached,
) -> tuple[int, Step | None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        rows = db.execute(
            f"SELECT rowid, {column.name}{''.join(f', {each}' for each in column.parts)} FROM {column.table}"  # noqa: S608
            f" WHERE rowid > ? AND {column.name} IS NOT NULL AND substr({column.name}, 1, {_MARK_BYTES}) != ?"
            " ORDER BY rowid LIMIT ?",
            (after, mark, _AT_ONCE),
        ).fetchall()
        done = 0
        for row in rows:
            value = anew(bytes(row[1]), column.place.format(*row[2:]))
            if value is not None:
                db.execute(
                    f"UPDATE {column.table} SET {column.name} = ? WHERE rowid = ?",  # noqa: S608  # fixed words
                    (value, row[0]),
                )
                done += 1
        reached(f"before-reseal-{column.table}")
        db.execute("COMMIT")
        reached(f"after-reseal-{column.table}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    if not rows:
        return after, None
    return int(rows[-1][0]), Step(column, done, len(rows) - done)
