"""People at work for a while, with one answer in a hundred failing: `make soak`. It is not a test.

    python -m tests.soak [MINUTES]

The real process between both stand-ins. Twenty people with an account each look at their names, begin names, leave
them, register one now and then; their names are watched. One in a hundred requests to SMSC fails in one of its ways,
and every two seconds a call of Telegram. Told at the end: how the memory of the process grew after the first third, by
the hour and in parts of itself, and what got stuck: requests without an end, updates that wait, notices that wait.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import httpx
import psutil

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.chat import faults as telegram_faults
from bot.sandbox.smsc import Account, Fault, SmscSandbox
from tests.person import Person
from tests.running import Process, environment

PEOPLE = 20
_SEED = 18
_ONE_IN = 100
_REGISTERS_ONE_IN = 6
_SAMPLE_SECONDS = 5.0
_SETTLES_SECONDS = 180.0
_SMSC = ("drop", "500", "cut", "html", "empty", "charset")
_TELEGRAM = (
    *(telegram_faults.Fault("*", each) for each in ("429", "500", "502", "drop")),
    telegram_faults.Fault("*", "drop", when="after"),
)


async def works(person: Person, number: int, chance: random.Random, until: float) -> int:
    """One of the people; how many walks they finished. What does not come is left, as people do."""
    walks = 0
    while time.monotonic() < until:
        with suppress(AssertionError, httpx.TransportError):  # a phone loses its connection now and then, too
            await person.writes("/senders")
            await person.sees("names")
            await person.writes(f"/add LILY{number}x{walks}"[:16])
            await person.sees("What is the name for?")
            await person.taps("Skip")
            await person.sees("To which countries")
            await person.taps("Only Kazakhstan")
            await person.sees("Documents for the operators")
            await person.taps("Skip")
            await person.sees("check and send")
            if chance.randrange(_REGISTERS_ONE_IN):
                await person.taps("Cancel")
            else:
                await person.taps("Register it")
            await person.writes("/history")
            await person.sees("History")
        walks += 1
        await asyncio.sleep(chance.uniform(0, 1))
    return walks


async def troubles(smsc: SmscSandbox, telegram: TelegramSandbox, chance: random.Random) -> None:
    """Of a hundred requests to SMSC one fails, and every two seconds a call of Telegram."""
    requests = 0
    while True:
        await asyncio.sleep(2)
        telegram.world.faults.add(chance.choice(_TELEGRAM), 1)
        while len(smsc.requests) - requests >= _ONE_IN:
            requests += _ONE_IN
            smsc.fault(Fault(None, chance.choice(("before", "after")), chance.choice(_SMSC)))


async def memory(pid: int, samples: list[tuple[float, int]]) -> None:
    """Notes what the process takes, every few seconds."""
    process = psutil.Process(pid)
    while True:
        samples.append((time.monotonic(), process.memory_info().rss))
        await asyncio.sleep(_SAMPLE_SECONDS)


def stuck(database: Path) -> dict[str, int]:
    """What has no end yet."""
    counted = {
        "requests without an end": "SELECT count(*) FROM operations WHERE state NOT IN"
        " ('done', 'refused', 'not_done', 'unclear', 'cancelled', 'unknown')",
        "updates that wait": "SELECT count(*) FROM inbox",
        "notices that wait": "SELECT count(*) FROM outbox WHERE parked IS NULL",
    }
    with closing(sqlite3.connect(database, timeout=30)) as db:
        return {what: db.execute(statement).fetchone()[0] for what, statement in counted.items()}


def slope(samples: Sequence[tuple[float, int]]) -> float:
    """The growth by the hour, in parts of what there is, after the first third."""
    later = samples[len(samples) // 3 :]
    line = statistics.linear_regression([at for at, _ in later], [float(size) for _, size in later])
    return line.slope * 3600 / statistics.fmean(size for _, size in later)


async def main(minutes: float) -> bool:
    """Whether nothing got stuck."""
    chance = random.Random(_SEED)  # noqa: S311  # nothing secret depends on it
    smsc, telegram = await SmscSandbox.start(), await TelegramSandbox.start()
    samples: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        values = environment(smsc, telegram, Path(folder)) | {"WATCH_SECONDS": "60"}
        async with httpx.AsyncClient(timeout=60) as http, Process(values, Path(folder) / "log") as process:
            people = []
            for number in range(PEOPLE):
                smsc.world.add_account(Account(f"shop{number}", "secret-word", f"soaked-key-{number:03}-0123456789"))
                person = await Person.arrive(http, telegram.url, f"Person {number}")
                await person.connects(f"soaked-key-{number:03}-0123456789")
                people.append(person)
            beside = [
                asyncio.create_task(troubles(smsc, telegram, chance)),
                asyncio.create_task(memory(process.pid, samples)),
            ]
            until = time.monotonic() + minutes * 60
            walks = sum(await asyncio.gather(*(works(each, n, chance, until) for n, each in enumerate(people))))
            for each in beside:
                each.cancel()
            database, patience = Path(values["DATABASE_PATH"]), time.monotonic() + _SETTLES_SECONDS
            while any((left := stuck(database)).values()) and time.monotonic() < patience:  # noqa: ASYNC110  # in another process
                await asyncio.sleep(1)
    await telegram.close()
    await smsc.close()
    grown = f"{slope(samples):+.1%} an hour, {samples[-1][1] // 2**20} MB at the end"
    waits = ", ".join(f"{count} {what}" for what, count in left.items())
    sys.stdout.write(f"{minutes:g} minutes, {walks} walks, {len(smsc.requests)} requests to SMSC: {grown}; {waits}\n")
    return not any(left.values())


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)))
