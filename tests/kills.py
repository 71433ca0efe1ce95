"""The real process killed with SIGKILL in the midst of a registration, again and again; then the books are compared.

    python -m tests.kills [KILLS]

Each kill has a person and an account of its own, who connect, and register a name and bring a document, or paste three
names and send their plan; everybody's names are watched meanwhile. The moments change: while the form is filled in,
right after the name was to be sent, when SMSC has the request and has not answered, when it has answered. What is
compared for each name: what its person was told, the bot's journal, what SMSC's stand-in saw.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import Account, SmscSandbox
from tests.papers import PDF
from tests.person import Person
from tests.running import Process, environment

_KILLS = 126
_SEED = 10
_FILLING_SECONDS = 0.6
_AFTER_SECONDS = 0.2
_PLANS = 4
"""Every so many kills, one befalls a plan of several names."""
_WATCH_SECONDS = "20"

Moment = Callable[[SmscSandbox, str, random.Random], Awaitable[None]]


async def while_it_is_filled_in(_smsc: SmscSandbox, _login: str, chance: random.Random) -> None:
    await asyncio.sleep(chance.uniform(0, _FILLING_SECONDS))


async def when_smsc_has_the_request(smsc: SmscSandbox, login: str, _chance: random.Random) -> None:
    while not made(smsc, login):  # noqa: ASYNC110  # the stand-in tells of no request
        await asyncio.sleep(0.001)


async def soon_after_that(smsc: SmscSandbox, login: str, chance: random.Random) -> None:
    await when_smsc_has_the_request(smsc, login, chance)
    await asyncio.sleep(chance.uniform(0, _AFTER_SECONDS))


MOMENTS: Sequence[Moment] = (while_it_is_filled_in, when_smsc_has_the_request, soon_after_that)


def made(smsc: SmscSandbox, login: str, name: str | None = None) -> int:
    """How often SMSC was asked by this account to add a name, or this one."""
    added = [each for each in smsc.requests if each.command == "add" and each.login == login]
    return sum(name is None or each.fields.get("sender") == name for each in added)


async def register(person: Person, key: str, name: str) -> None:
    """Connects and registers, up to the tap that sends; whatever is asked for again is said again."""
    await person.connects(key)
    await person.writes(f"/add {name}")
    await person.sees("What is the name for?")
    await person.taps("Skip")
    await person.sees("To which countries")
    await person.taps("Only Kazakhstan")
    await person.sees("Documents for the operators")
    await person.sends_file("a.pdf", PDF)
    await person.sees("1. a.pdf")
    await person.taps("Done")
    await person.sees("check and send")
    await person.taps("Register it")


async def plan(person: Person, key: str, names: Sequence[str]) -> None:
    """Connects and has a plan of several names carried out."""
    await person.connects(key)
    await person.writes("\n".join(names))
    await person.sees("the plan")
    await person.taps(f"Register {len(names)} names")


async def told(person: Person, names: Sequence[str]) -> str:
    """How it ended for the person."""
    sent = f"The application for {names[0]} is sent" if len(names) == 1 else f"SMSC took: {len(names)}"
    ends = {sent: "sent", "did not go through": "undone", "could not finish": "again"}

    def found(state: dict[str, object]) -> str | None:
        texts = str(state["messages"])
        return next((end for words, end in ends.items() if words in texts), None)

    try:
        end: str = await person.until(found, f"what became of {names}")
    except AssertionError:
        return "nothing"
    return end


@asynccontextmanager
async def killed(process: Process, moment: Awaitable[None]) -> AsyncIterator[None]:
    """Kills the process when the moment comes, and starts it again."""

    async def kill() -> None:
        await moment
        await process.stop(signal.SIGKILL)
        await process.start()

    killing = asyncio.create_task(kill())
    try:
        yield
        await asyncio.wait_for(killing, 60)
    finally:
        killing.cancel()


def journal(database: Path, name: str) -> list[str]:
    """The states of the requests for a name, as the bot has them; the file must be sound."""
    with closing(sqlite3.connect(database, timeout=30)) as db:
        sound = db.execute("PRAGMA quick_check").fetchone()[0]
        states = [row[0] for row in db.execute("SELECT state FROM operations WHERE name = ?", (name,))]
    return states if sound == "ok" else [sound]


async def main(kills: int) -> bool:
    """Whether nothing was doubled, lost or told otherwise than it was."""
    chance, books = random.Random(_SEED), Counter[str]()  # noqa: S311  # nothing secret depends on it
    smsc, telegram = await SmscSandbox.start(), await TelegramSandbox.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            values = environment(smsc, telegram, Path(folder)) | {"WATCH_SECONDS": _WATCH_SECONDS}
            async with (
                httpx.AsyncClient(timeout=60) as http,
                Process(values, Path(folder) / "log") as process,
            ):
                for number in range(kills):
                    login, key = f"shop{number}", f"killed-key-{number:03}-0123456789"
                    names = [f"LILY{number}"] if number % _PLANS else [f"ROSE{number}{each}" for each in "ABC"]
                    smsc.world.add_account(Account(login, "secret-word", key))
                    person = await Person.arrive(http, telegram.url, f"Person {number}")
                    moment = MOMENTS[number % len(MOMENTS)]
                    async with killed(process, moment(smsc, login, chance)):
                        await (register(person, key, names[0]) if len(names) == 1 else plan(person, key, names))
                    end = await told(person, names)
                    wrong = Counter[str]()
                    for name in names:
                        asked, states = made(smsc, login, name), journal(Path(values["DATABASE_PATH"]), name)
                        verdict = _verdict(end, asked, states)
                        if verdict != "right":
                            wrong[verdict] += 1
                            sys.stdout.write(f"{name}, {moment.__name__}: {verdict}: {end}, {asked} asked, {states}\n")
                            sys.stdout.flush()
                    books[next(iter(wrong), "right")] += 1
    finally:
        await telegram.close()
        await smsc.close()
    counted = ", ".join(f"{books[each]} {each}" for each in ("doubled", "lost", "told wrongly"))
    sys.stdout.write(f"{kills} kills: {counted}\n")
    return books["right"] == kills


def _verdict(end: str, asked: int, states: Sequence[str]) -> str:
    if asked > 1 or len(states) > 1:
        return "doubled"
    if end in {"nothing", "again"} or not states:
        return "lost"
    right = (asked == 1, states[0] == "done") == (end == "sent", end == "sent")
    return "right" if right else "told wrongly"


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else _KILLS)))
