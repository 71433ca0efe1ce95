"""What a plan of 1 000 names for 500 subclients costs, and choosing among these, through the real process.

Run with `python -m tests.many_benchmark`. It prints a table; it is not a test.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import httpx

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.person import Person
from tests.running import Process, environment

NAMES = 1000
SUBCLIENTS = 500
ROUNDS = 5
TABLE = b"name;comment;subclient\n" + b"".join(
    f"ROSE{number:04};Flowers {number};client{number % SUBCLIENTS:03}\n".encode() for number in range(NAMES)
)
Step = tuple[str, Callable[[], Awaitable[object]], str]


def known(path: str) -> None:
    """The subclients, each with a list that was fetched a while ago."""
    with closing(sqlite3.connect(path)) as db, db:
        (account,) = db.execute("SELECT id FROM accounts").fetchone()
        rows = [(account, f"client{number:03}", time.time()) for number in range(SUBCLIENTS)]
        db.executemany("INSERT INTO listings (account_id, subclient, fetched) VALUES (?, ?, ?)", rows)


def steps(person: Person) -> list[Step]:
    """What the person does, and what is seen after it."""
    return [
        ("a plan of 1 000 names, from a CSV", lambda: person.sends_file("n.csv", TABLE), f"{NAMES} names"),
        ("for whom: 500 subclients", lambda: person.taps("For all of them"), "Each of them gets each"),
        ("one of them, typed", lambda: person.writes("client321"), "Each of them gets each"),
        ("/user: 500 subclients", lambda: person.writes("/user"), "subclient"),
    ]


async def main() -> int:
    smsc, telegram = await SmscSandbox.start(), await TelegramSandbox.start()
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        values = environment(smsc, telegram, Path(folder))
        async with httpx.AsyncClient(timeout=60) as http:
            async with Process(values, Path(folder) / "log"):
                person = await Person.arrive(http, telegram.url)
                await person.connects(DEMO.apikey)
            known(values["DATABASE_PATH"])
            async with Process(values, Path(folder) / "log"):
                await person.writes("/help")
                await person.sees("What you can do here")
                for _ in range(ROUNDS):
                    for label, act, seen in steps(person):
                        begun = time.perf_counter()
                        await act()
                        await person.sees(seen)
                        times.setdefault(label, []).append((time.perf_counter() - begun) * 1000)
    await telegram.close()
    await smsc.close()
    for label, each in times.items():
        sys.stdout.write(f"{label:<36} {statistics.median(each):7.1f} ms ({min(each):.1f} to {max(each):.1f})\n")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
