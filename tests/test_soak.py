"""Much work while answers fail in every way: nothing is stuck afterwards, nothing runs on, nothing is sent twice."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from collections import Counter, deque
from contextlib import closing

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.chat.faults import Fault as TelegramFault
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import Account, Fault, SmscSandbox
from tests.kept import rows
from tests.person import Person
from tests.running import InProcess, comes

BOUNDED = {"Recent._kept", "AtHand._kept"}
"""What holds so many at the most, whatever comes."""
NAMES = tuple(f"ROSE{number:02}" for number in range(20))
ENDS = {"done", "refused", "not_done", "unclear", "cancelled", "unknown"}


async def test_after_much_work_with_failing_answers_nothing_is_stuck_and_nothing_runs_on(
    connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, settings: dict[str, str], fast: None
) -> None:
    await connected.writes("/help")
    await connected.sees("What you can do")
    tasks = len(asyncio.all_tasks())
    for kind in ("drop", "500", "cut", "html", "empty", "charset"):
        smsc.fault(Fault("add", "after", kind))
        smsc.fault(Fault("get", "before", kind))
    for each in ("500", "502", "429"):
        telegram.world.faults.add(TelegramFault("*", each), 2)
    await connected.writes("\n".join(NAMES))
    await connected.taps("Register 20 names")
    await connected.sees_somewhere("SMSC took: 20")
    asked = Counter(each.fields["sender"] for each in smsc.requests if each.command == "add")
    assert asked == dict.fromkeys(NAMES, 1)
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
        assert {row[0] for row in db.execute("SELECT state FROM operations")} <= ENDS
    await comes(lambda: not rows(settings, "inbox") and not rows(settings, "outbox"))
    await comes(lambda: len(asyncio.all_tasks()) <= tasks)


def longest() -> dict[str, int]:
    """How long the longest table, list, set or queue is that objects of the program hold, by class and attribute."""
    found: dict[str, int] = {}
    gc.unfreeze()  # what the start made was left out of collections
    for each in gc.get_objects():
        kind = type(each)
        module = str(kind.__module__)
        if not module.startswith("bot.") or module.startswith("bot.sandbox"):
            continue
        slots = (slot for base in kind.__mro__ for slot in vars(base).get("__slots__", ()))
        for name in (*getattr(each, "__dict__", ()), *slots):
            held = getattr(each, name, None)
            if isinstance(held, dict | list | set | deque):
                place = f"{kind.__qualname__}.{name}"
                found[place] = max(found.get(place, 0), len(held))
    return found


async def test_nothing_that_is_kept_in_memory_grows_with_everybody_who_ever_came(
    bot: InProcess, aigerim: Person, smsc: SmscSandbox, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    async def come(numbers: range) -> None:
        for number in numbers:
            key = f"grown-key-{number:03}-0123456789"
            smsc.world.add_account(Account(f"shop{number}", "secret-word", key))
            person = await Person.arrive(aigerim.http, telegram.url)
            await person.connects(key)
            await person.writes("/senders")
            await person.sees("names")
            await person.writes("/add LILY")
            await person.sees("What is the name for?")
            await person.taps("Cancel")
            await person.writes("What is this?")
            await person.sees("")
            clock.advance(100)  # SMSC takes only so many new keys at a time
        for _ in range(30):  # what waits for hours ends
            clock.advance(3600)
            await asyncio.sleep(0.01)

    await come(range(8))
    before = longest()
    await come(range(8, 16))
    assert {each for each, size in longest().items() if size - before.get(each, 0) >= 8} <= BOUNDED
