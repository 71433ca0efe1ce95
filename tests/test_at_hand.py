"""What is kept in memory is what stands in the file: whoever writes it, it is read anew."""

from __future__ import annotations

import ast
import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.storage.at_hand import AtHand
from bot.storage.database import Database
from bot.storage.transaction import ANYTHING, Transaction, changes_of

STORAGE = Path(__file__).parents[1] / "bot" / "storage"
PUT = "INSERT OR REPLACE INTO holds (place, until, asked) VALUES (?, ?, 0)"


def until(tx: Transaction) -> tuple[float, ...]:
    return tuple(row[0] for row in tx.execute("SELECT until FROM holds ORDER BY place"))


@dataclass
class Shelf:
    """The holds at hand, and how often they were read."""

    database: Database
    path: Path
    reads: int = 0

    def __post_init__(self) -> None:
        self.kept: AtHand[str, tuple[float, ...]] = AtHand(self.database, frozenset({"holds"}), 2)

    async def get(self, key: str = "all") -> tuple[float, ...]:
        def read(tx: Transaction) -> tuple[float, ...]:
            self.reads += 1
            return until(tx)

        return await self.kept.get(key, read)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    database = Database.open(tmp_path / "a.sqlite3")
    yield Shelf(database, tmp_path / "a.sqlite3")
    await database.close()


async def test_what_nobody_wrote_is_read_once(shelf: Shelf) -> None:
    await shelf.database.run(lambda tx: tx.execute(PUT, ("a", 1.0)))
    assert [await shelf.get() for _ in range(3)] == [(1.0,)] * 3
    await shelf.database.run(lambda tx: tx.execute("DELETE FROM outbox"))
    assert await shelf.get() == (1.0,)
    assert shelf.reads == 1


@pytest.mark.parametrize(
    ("statement", "left"),
    [
        ("UPDATE holds SET until = 2", (2.0,)),
        ("  update or ignore holds set until = 3", (3.0,)),
        ("DELETE FROM holds", ()),
        ("REPLACE INTO holds (place, until, asked) VALUES ('a', 4, 0)", (4.0,)),
        ("INSERT INTO holds (place, until, asked) VALUES ('b', 5, 0)", (1.0, 5.0)),
        ("WITH five AS (SELECT 5) UPDATE holds SET until = (SELECT * FROM five)", (5.0,)),
    ],
)
async def test_what_was_written_is_seen(shelf: Shelf, statement: str, left: tuple[float, ...]) -> None:
    await shelf.database.run(lambda tx: tx.execute(PUT, ("a", 1.0)))
    assert await shelf.get() == (1.0,)
    await shelf.database.run(lambda tx: tx.execute(statement))
    assert await shelf.get() == left


async def test_what_another_process_wrote_is_seen(shelf: Shelf) -> None:
    assert await shelf.get() == ()
    with closing(sqlite3.connect(shelf.path)) as other:
        other.execute(PUT, ("a", 7.0))
        other.commit()
    await shelf.database.run(lambda tx: tx.execute("SELECT 1"))
    assert await shelf.get() == (7.0,)


async def test_who_reads_while_it_is_written_keeps_nothing_old(shelf: Shelf) -> None:
    reading = asyncio.ensure_future(shelf.get())
    writing = asyncio.ensure_future(shelf.database.run(lambda tx: tx.execute(PUT, ("a", 8.0))))
    await asyncio.gather(reading, writing)
    assert await shelf.get() == (8.0,)


async def test_a_write_that_was_taken_back_changes_nothing(shelf: Shelf) -> None:
    def fails(tx: Transaction) -> None:
        tx.execute(PUT, ("a", 9.0))
        raise LookupError

    assert await shelf.get() == ()
    with pytest.raises(LookupError):
        await shelf.database.run(fails)
    assert (await shelf.get(), shelf.reads) == ((), 1)


async def test_no_more_is_kept_than_may_be(shelf: Shelf) -> None:
    for key in ("a", "b", "c", "c", "b", "a"):
        await shelf.get(key)
    assert shelf.reads == 4


def statements() -> Iterator[str]:
    for module in STORAGE.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of_tx = isinstance(node.func.value, ast.Name) and node.func.value.id == "tx"
                if of_tx and node.func.attr in {"execute", "executemany"}:
                    first = node.args[0]
                    parts = first.values if isinstance(first, ast.JoinedStr) else [first]
                    told = (str(each.value) if isinstance(each, ast.Constant) else " WITH " for each in parts)
                    yield "".join(told)


def test_of_each_statement_it_is_known_what_it_writes() -> None:
    told = list(statements())
    assert len(told) > 50
    assert [each for each in told if ANYTHING in changes_of(each)] == []
