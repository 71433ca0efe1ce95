"""The storage as everything above it knows it: its own types, its own errors, and no word of its engine."""

from __future__ import annotations

import ast
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from bot.storage import board, members, notifications, outbox, watch
from bot.storage.database import Database, connect, migrate
from bot.storage.errors import StorageBusyError, StorageError, held_up
from bot.storage.migrations import MIGRATIONS
from bot.storage.personal import ABOUT_NOBODY, HOLDINGS
from bot.storage.transaction import Transaction
from bot.storage.unit_of_work import UnitOfWork

ROOT = Path(__file__).parents[1]
STATEMENT = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|PRAGMA|WITH|CREATE|ALTER|DROP|BEGIN|COMMIT)\s[A-Za-z_(]"
)
WRITE = re.compile(r"(?:\bINTO|\bDELETE FROM|\bUPDATE) (\w+)(?= \(| SET| WHERE)")


def above_the_storage() -> Iterator[Path]:
    for package in ("bot", "handlers"):
        yield from (each for each in (ROOT / package).rglob("*.py") if "storage" not in each.parts)


def statements(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Attribute(attr="execute" | "executemany"):
                yield f"{file.relative_to(ROOT)}:{node.lineno}"
            case ast.Constant(value=str() as text) if STATEMENT.match(text):
                yield f"{file.relative_to(ROOT)}:{node.lineno}"


def test_no_statement_stands_above_the_storage() -> None:
    assert [each for file in above_the_storage() for each in statements(file)] == []


def written_by(module: Path) -> Iterator[str]:
    """The tables that a module writes."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from WRITE.findall(node.value)


def test_each_table_is_written_by_one_module(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "a.sqlite3")) as db:
        migrate(db)
        made = {str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    modules = [each for each in (ROOT / "bot" / "storage").glob("*.py") if each.stem != "migrations"]
    writers = Counter(table for module in modules for table in set(written_by(module)))
    assert writers == dict.fromkeys(sorted(name for name in made if not name.startswith(("sqlite_", "_sqlite_"))), 1)


def test_of_each_table_it_is_known_whose_it_is(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "a.sqlite3")) as db:
        migrate(db)
        made = {str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    known = [each.table for each in HOLDINGS] + list(ABOUT_NOBODY)
    assert sorted(known) == sorted(name for name in made if not name.startswith(("sqlite_", "_sqlite_")))


def test_what_was_muted_told_and_seen_before_colleagues_were_told_is_of_whoever_brought_the_key(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "a.sqlite3")) as db:
        MIGRATIONS.apply(sqlite_utils.Database(db, execute_plugins=False), stop_before="m034_told_each")
        db.execute("INSERT INTO accounts (id, user_id, service, secret, created) VALUES (1, 5, 'smsc.kz', x'00', 0)")
        db.execute("INSERT INTO members (account_id, user_id, role, since) VALUES (1, 6, 'look', 0)")
        db.execute("INSERT INTO mutes VALUES (1, '', 'LILY', 7)")
        db.execute("INSERT INTO pushes VALUES (1, '', 'LILY', 7, 1, 2, 33, 4.0)")
        db.execute("INSERT INTO boards (id, account_id, subclient, seen) VALUES (9, 1, '', 2)")
        db.execute(
            "INSERT INTO events (account_id, subclient, name, kind, at, news, body)"
            " VALUES (1, '', 'LILY', 'x', 1, 1, '')"
        )
        migrate(db)
        tx = Transaction(db)
        assert notifications.muted(tx, 5, 1, "") == {("LILY", 7)}
        assert watch.push(tx, 5, 1, "", "LILY", 7) == watch.PushRow(1, 2, 33, 4.0)
        assert [(each.id, each.seen) for each in board.boards(tx, 5)] == [(9, 2)]
        assert (notifications.muted(tx, 6, 1, ""), watch.push(tx, 6, 1, "", "LILY", 7)) == (frozenset(), None)
        assert members.came_after(tx, 1, 6) == 1
        db.execute("DELETE FROM accounts")
        assert [db.execute(f"SELECT count(*) FROM {each}").fetchone()[0] for each in ("mutes", "pushes")] == [0, 0]  # noqa: S608


async def test_what_the_engine_raises_is_told_in_our_words(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "a.sqlite3")
    with pytest.raises(StorageError, match="no such table") as failed:
        await database.run(lambda tx: tx.execute("SELECT 1 FROM nowhere"))
    assert isinstance(failed.value.__cause__, sqlite3.Error)
    assert not held_up(failed.value)  # the same would fail later as well
    await database.run(lambda tx: tx.execute("PRAGMA busy_timeout = 0").fetchall())
    other = sqlite3.connect(tmp_path / "a.sqlite3")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusyError) as busy:
        await database.run(lambda tx: outbox.put(tx, 1, "kind", "{}"))
    assert held_up(busy.value)
    other.close()
    await database.run(lambda tx: outbox.put(tx, 1, "kind", "{}"))
    await database.close()


async def test_a_unit_of_work_is_kept_together_or_not_at_all(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "a.sqlite3")

    def fails(tx: Transaction) -> None:
        raise LookupError

    together = UnitOfWork([lambda tx: outbox.put(tx, 1, "first", "{}")])
    together.take_over(UnitOfWork([lambda tx: outbox.put(tx, 1, "second", "{}"), fails], tells=True))
    with pytest.raises(LookupError):
        await database.run(together.write)
    assert await database.run(outbox.waiting) == []
    together.writes.remove(fails)
    await database.run(together.write)
    assert [each.kind for each in await database.run(outbox.waiting)] == ["first", "second"]
    assert together.tells
    await database.close()


async def test_a_notice_is_taken_back_by_what_it_is_about(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "a.sqlite3")
    bodies = ('{"number": "7700", "operation": 1}', '{"number": "7701"}', '{"number": 7700}', "cannot be read")
    await database.run(lambda tx: [outbox.put(tx, 1, "again", body) for body in bodies])
    await database.run(lambda tx: outbox.put(tx, 2, "again", bodies[0]))
    await database.run(lambda tx: outbox.put(tx, 1, "other", bodies[0]))
    await database.run(lambda tx: outbox.take_back(tx, 1, "again", "number", "7700"))
    left = await database.run(outbox.waiting)
    assert [(each.chat_id, each.kind, each.body) for each in left] == [
        *((1, "again", body) for body in bodies[1:]),
        (2, "again", bodies[0]),
        (1, "other", bodies[0]),
    ]
    await database.close()
