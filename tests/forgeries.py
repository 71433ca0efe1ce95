"""Buttons that nobody drew for whoever taps them: forged, altered, of others. Then it is seen whether that did a thing.

    python -m tests.forgeries [TAPS]

Somebody with an account walks through the conversations, and the data of all their buttons are collected. Then
strangers without an account, and one person with an account of their own, tap these data: as they are, cut, lengthened,
with other numbers and words, with every verb that was seen. Nothing of the owner may change, nothing may be asked of
SMSC that changes anything there, and no handler may fail.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import httpx
from structlog.testing import capture_logs

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Account, SmscSandbox
from tests.papers import PDF
from tests.person import Person
from tests.running import InProcess, environment

_TAPS = 10_000
_SEED = 10
_STRANGERS = 7
_AT_A_TIME = 15
"""So many taps of a person, and then a word of theirs that is waited for: else it were a flood, which is not read."""
_MOST = 64
"""Bytes of a button's data (Bot API, InlineKeyboardButton)."""
_CHANGING = frozenset({"add", "chg", "del", "send_code", "check_code"})
SAID = (
    "/senders",
    "/account",
    "/history",
    "/name Aruana",
    "/delete Aruana",
    "/change Aruana",
    "/confirm 77000003344",
    "/language",
    "/help",
    "/start",
)
"""What the owner says, so that every kind of screen is drawn once."""


async def data_of(owner: Person) -> set[str]:
    """The data of every button that a walk through the conversations shows."""
    found: set[str] = set()

    async def look() -> None:
        state = await owner.state()
        rows = (row for each in state["messages"] for row in each["inline"] or ())
        found.update(each["callback_data"] for row in rows for each in row if each.get("callback_data"))

    await owner.connects(DEMO.apikey)
    await look()
    for said in SAID:
        await owner.writes(said)
        await owner.until(lambda state: owner.fresh(state) or None, f"an answer to {said}")
        await look()
    await owner.writes("/document Aruana")
    await owner.sends_file("a.pdf", PDF)
    await owner.sees("1. a.pdf")
    await look()
    await owner.taps("Done")
    await owner.sees("check and send")
    await look()
    await owner.writes("/add LILY2026")
    await owner.sees("What is the name for?")
    await look()
    await owner.taps("Skip")
    await owner.taps("Only Kazakhstan")
    await owner.taps("Skip")
    await owner.sees("check and send")
    await look()
    return found


def forged(found: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Data without end: as they are, altered, put together anew."""
    verbs = sorted({each.split(":")[0] for each in found})
    words = sorted({word for each in found for word in each.split(":")[1:]})
    odd = ("yes", "send", "0", "-1", "1", str(2**63), "٣", "\u202e", "a" * 70, "", "…", "' OR 1=1 --", "../..", "\x00")
    while True:
        whole = chance.choice(found)
        match chance.randrange(6):
            case 0:
                made = whole
            case 1:
                at = chance.randrange(len(whole) + 1)
                made = whole[:at] + chance.choice(odd) + whole[at + 1 :]
            case 2:
                made = ":".join((chance.choice(verbs), *chance.choices((*words, *odd), k=chance.randrange(4))))
            case 3:
                made = whole[: chance.randrange(len(whole))]
            case 4:
                parts = whole.split(":")
                parts[chance.randrange(len(parts))] = chance.choice((*words, *odd))
                made = ":".join(parts)
            case _:
                made = whole + ":" + chance.choice((*words, *odd))
        while len(made.encode()) > _MOST + 1:
            made = made[:-1]
        yield made


def owned(database: str, person: int) -> list[object]:
    """Everything in the file that is this person's, and the names and lists of their accounts."""
    with closing(sqlite3.connect(database)) as db:
        whole: list[object] = []
        for table in ("accounts", "operations", "people"):
            whole += db.execute(f"SELECT * FROM {table} WHERE user_id = ?", (person,)).fetchall()  # noqa: S608
        for table in ("names", "listings"):
            whole += db.execute(
                f"SELECT * FROM {table} WHERE account_id IN (SELECT id FROM accounts WHERE user_id = ?)",  # noqa: S608
                (person,),
            ).fetchall()
        return whole


async def main(taps: int) -> bool:
    """Whether no forged tap did anything."""
    clock = SandboxClock()
    smsc, telegram = await SmscSandbox.start(clock=clock), await TelegramSandbox.start()
    failures = Counter[str]()
    try:
        with tempfile.TemporaryDirectory() as folder:
            values = environment(smsc, telegram, Path(folder))
            bot = InProcess(values, clock)
            await bot.start()
            async with httpx.AsyncClient(timeout=60) as http:
                owner = await Person.arrive(http, telegram.url, "Owner")
                found = sorted(await data_of(owner))
                smsc.world.add_account(Account("another", "secret-word", "another-key-0123456789abc"))
                crowd = [await Person.arrive(http, telegram.url, f"Stranger {n}") for n in range(_STRANGERS)]
                neighbour = await Person.arrive(http, telegram.url, "Neighbour")
                await neighbour.connects("another-key-0123456789abc")
                await asyncio.sleep(1)  # the owner's last screens come to rest
                before, seen = owned(values["DATABASE_PATH"], owner.id), (await owner.state())["messages"]
                asked = len(smsc.requests)
                with capture_logs() as logged:
                    each = -(-taps // (len(crowd) + 1))
                    made = await asyncio.gather(
                        *(tapped(p, found, each, random.Random(_SEED + p.id)) for p in (*crowd, neighbour))  # noqa: S311
                    )
                after = owned(values["DATABASE_PATH"], owner.id)
                changing = [one.command for one in smsc.requests[asked:] if one.command in _CHANGING]
                of_strangers = [row for p in crowd for row in owned(values["DATABASE_PATH"], p.id)[1:]]
                failures["changes of the owner's rows"] = int(before != after)
                failures["changes in the owner's chat"] = sum(
                    each not in seen for each in (await owner.state())["messages"]
                )
                failures["changing requests"] = len(changing)
                failures["rows of strangers beside their own"] = len(of_strangers)
                failures["handlers failed"] = sum("failed" in str(entry["event"]) for entry in logged)
            await bot.stop()
    finally:
        await telegram.close()
        await smsc.close()

    told = ", ".join(f"{count} {what}" for what, count in failures.items())
    sys.stdout.write(f"{sum(made)} forged taps of {len(found)} buttons' data: {told}\n")
    return not failures.total()


async def tapped(person: Person, found: Sequence[str], most: int, chance: random.Random) -> int:
    """Taps forged data so many times; how many taps Telegram took."""
    await person.writes("/help")
    await person.sees_one_of("/connect – ", "/senders – ")
    message = (await person.state())["messages"][-1]["id"]
    for number, data in zip(range(most), forged(found, chance), strict=False):
        await person.taps_data(chance.choice((message, message - 1, 1, 10**9)), data)
        if number % _AT_A_TIME == _AT_A_TIME - 1:
            await person.writes("/help")
            await person.sees_one_of("/connect – ", "/senders – ")
            message = (await person.state())["messages"][-1]["id"]
    return most


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else _TAPS)))
