"""A database as this version leaves it, with people in the midst of things: `make released` before a release.

    python -m tests.released FILE.sqlite3.gz

What is in it: an account that is watched, a request that waits for SMSC, unfinished forms of four kinds, a finished
request. `tests/released/` has one of each version that was released; tests/test_upgrade.py goes on from each. A file of
a former version is never made anew: it is what that version wrote.
"""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import httpx

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.papers import PDF
from tests.person import Person
from tests.running import InProcess, environment
from tests.stories import asks_for_a_name

_LIMITS_SECONDS = 61.0
"""They are one login for SMSC, which gives its list three times a minute."""


async def lives(people: list[Person], smsc: SmscSandbox, clock: SandboxClock) -> None:
    """What the people do; each of them is left in the midst of something."""
    first, naming, changing, sending = people
    for each in people:
        await each.connects(DEMO.apikey)
    await registers(first, "DONE2026", "The application for DONE2026 is sent")
    for _ in range(30):
        smsc.fault(Fault("add", "before", "error", error=9))
    await registers(first, "ROSE2026", "goes on")
    await first.writes("/add LILY2026")
    await first.sees("What is the name for?")
    await first.writes("Flowers for everybody")
    await first.sees("To which countries")
    clock.advance(_LIMITS_SECONDS)
    await asks_for_a_name(naming)
    await naming.writes("TULIP2026")
    await naming.sees("What is the name for?")
    clock.advance(_LIMITS_SECONDS)
    await changing.writes("/change Aruana")
    await changing.sees("A new comment?")
    await changing.writes("Clinics in Almaty")
    await changing.sees_one_of("perators", "ocuments", "check and send")
    clock.advance(_LIMITS_SECONDS)
    await sending.writes("/document AruanaMed")
    await sending.sees("Send the document")
    await sending.sends_file("certificate.pdf", PDF)
    await sending.sees("certificate.pdf")


async def registers(person: Person, name: str, told: str) -> None:
    await person.writes(f"/add {name}")
    await person.sees("What is the name for?")
    await person.taps("Skip")
    await person.sees("To which countries")
    await person.taps("Only Kazakhstan" if "Only Kazakhstan" in person.labels() else "Done")
    text = await person.sees_one_of("Documents for the operators", "check and send")
    if "check and send" not in text:
        await person.taps("Skip")
        await person.sees("check and send")
    await person.taps("Register it")
    await person.sees_somewhere(told)


async def made(target: Path) -> None:
    """Writes the file."""
    clock = SandboxClock()
    smsc, telegram = await SmscSandbox.start(clock=clock), await TelegramSandbox.start()
    with tempfile.TemporaryDirectory() as folder:
        values = environment(smsc, telegram, Path(folder))
        bot = InProcess(values, clock)
        await bot.start()
        async with httpx.AsyncClient(timeout=60) as http:
            await lives([await Person.arrive(http, telegram.url, f"Person {each}") for each in range(4)], smsc, clock)
        await bot.stop()
        await asyncio.to_thread(packed, Path(values["DATABASE_PATH"]), target)
    await telegram.close()
    await smsc.close()


def packed(database: Path, target: Path) -> None:
    """Packs a database that nobody works on."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    target.write_bytes(gzip.compress(database.read_bytes(), mtime=0))


if __name__ == "__main__":
    asyncio.run(made(Path(sys.argv[1])))
