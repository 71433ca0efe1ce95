"""Much work while answers fail in every way: nothing is stuck afterwards, nothing runs on, nothing is sent twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.chat.faults import Fault as TelegramFault
from bot.sandbox.smsc import Fault, SmscSandbox
from tests.kept import rows
from tests.person import Person
from tests.running import comes

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
