"""What the board costs with 15 000 names in 40 subclients: processor time of the database's thread.

Run with `python -m tests.board_benchmark`. It prints a table; it is not a test.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bot.senders import kept
from bot.senders.kept import Fetched
from bot.smsc import Document, OperatorStatus, SenderName
from bot.storage.database import Database
from bot.storage.names import Gaps
from bot.storage.transaction import Transaction
from bot.watch.board import Boards
from bot.watch.notebook import Notebook

USER = 5
NAMES = 15_000
SUBCLIENTS = 40
DAY = 86_400.0
ROUNDS = 5


def name(number: int, code: str) -> SenderName:
    """One of three is a number, one of fifty has a rejected document."""
    word = f"7701{number:07}" if number % 3 == 0 else f"NAME{number}"
    operators = tuple(OperatorStatus(f"O{each}", code, f"flag{each}") for each in range(6))
    return SenderName(
        number, word, "Flowers", None, operators, (Document("a.pdf", str(number), "01"[number % 50 == 0]),)
    )


async def fill(
    database: Database, subclients: Sequence[str], active: Callable[[int], bool], code: str, at: float
) -> None:
    each_has = NAMES // len(subclients)
    for place, subclient in enumerate(subclients):
        some = [name(number, code) for number in range(place * each_has + 1, (place + 1) * each_has + 1)]
        fetched = Fetched(some, [each for each in some if active(each.id or 0)], Gaps(), Gaps())
        await database.run(partial(kept_at, at, subclient, fetched))


def kept_at(at: float, subclient: str, fetched: Fetched, tx: Transaction) -> None:
    """Writes a list as the watch does."""
    kept.replace(tx, 1, subclient, fetched, at, Notebook(lambda: at))


def connect(tx: Transaction) -> None:
    """The person's account."""
    tx.execute(
        "INSERT INTO accounts (id, user_id, service, secret, created) VALUES (1, ?, 'smsc.kz', x'00', 0)", (USER,)
    )


async def measure(title: str, subclients: Sequence[str], active: Callable[[int], bool]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder) / "bot.sqlite3")
        await database.run(connect)
        at = [DAY]
        boards = Boards(database, lambda: at[0])
        await fill(database, subclients, active, "0", at[0])
        number = max(await boards.boards(USER))
        await boards.board(USER, number, 0)
        at[0] += DAY
        await fill(database, subclients, active, "3", at[0])
        told = []
        for what, read in (
            ("all", lambda: boards.overview(USER, 0)),
            ("one", lambda: boards.board(USER, number, 0)),
        ):
            took = []
            for _ in range(ROUNDS):
                begun = await database.run(lambda _tx: time.thread_time())
                await read()
                took.append(await database.run(lambda _tx: time.thread_time()) - begun)
            told.append(f"{what} {min(took) * 1000:5.1f} ms")
        sys.stdout.write(f"{title:44} {'   '.join(told)}\n")
        await database.close()


async def main() -> None:
    many = [f"sub{each:02}" for each in range(SUBCLIENTS)]
    await measure("40 subclients, one of 15 not active", many, lambda number: number % 15 != 0)
    await measure("40 subclients, none active", many, lambda _number: False)
    await measure("one account, one of 15 not active, all changed", [""], lambda number: number % 15 != 0)
    await measure("one account, none active, all changed", [""], lambda _number: False)


if __name__ == "__main__":
    asyncio.run(main())
