"""One thing's trouble stays its own: what background work raises ends neither the process nor what others get."""

from __future__ import annotations

import ast
import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.leaving import Leaving
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO
from bot.supervision import Supervisor
from tests.person import Person
from tests.running import ROOT, InProcess


class UnheardOfError(BaseException):
    """What nobody foresaw."""


TROUBLES = (RuntimeError("odd"), UnheardOfError(), asyncio.CancelledError(), StopAsyncIteration(), MemoryError())


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: type(each).__name__)
async def test_work_that_fails_is_begun_again_and_ends_nothing(turning: SandboxClock, trouble: BaseException) -> None:
    stop, tries, done = asyncio.Event(), 0, asyncio.Event()

    async def job() -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            turning.advance(60)
            raise trouble
        done.set()

    async def fails() -> None:
        raise trouble

    async with Supervisor(turning, stop) as supervisor:
        supervisor.once("beside", fails)
        supervisor.keep("kept", job)
        while not done.is_set():
            turning.advance(60)
            await asyncio.sleep(0)
        assert not stop.is_set()
    assert tries == 4


async def test_only_a_reason_to_leave_ends_the_program_and_in_order(turning: SandboxClock) -> None:
    stop = asyncio.Event()

    async def leaves() -> None:
        raise Leaving("another process polls")

    async with Supervisor(turning, stop) as supervisor:
        supervisor.keep("updates", leaves)
        await stop.wait()
    assert str(supervisor.reason) == "another process polls"


async def test_swapped_keys_of_two_people_stop_nobody_else_and_no_restart(
    bot: InProcess, connected: Person, telegram: TelegramSandbox, values: dict[str, str]
) -> None:
    other = await Person.arrive(connected.http, telegram.url, "Bolat")
    third = await Person.arrive(connected.http, telegram.url, "Dana")
    await other.connects(DEMO.apikey)
    await connected.writes("/add LILY2026")
    for label in ("Skip", "Only Kazakhstan", "Skip"):
        await connected.taps(label)
    with closing(sqlite3.connect(values["DATABASE_PATH"])) as db, db:
        (a, of_a), (b, of_b) = db.execute("SELECT id, secret FROM accounts").fetchall()
        db.executemany("UPDATE accounts SET secret = ? WHERE id = ?", [(of_b, a), (of_a, b)])
    await connected.taps("Register it")
    await connected.sees_somewhere("Something went wrong on our side")
    await third.writes("/start")
    await third.sees("First connect your SMSC account")
    await bot.stop()
    await bot.start()
    await third.connects(DEMO.apikey)


def test_background_work_is_started_in_one_place_only() -> None:
    """What is waited for by whoever began it, and ends with that, may be a task of its own."""
    waited_for = {"bot/smsc/limits.py", "bot/telegram/workshop.py", "bot/telegram/panel.py", "bot/app.py"}
    allowed = {"bot/supervision.py", *waited_for}
    found: set[str] = set()
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]:
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("bot/sandbox/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in ("create_task", "ensure_future", "TaskGroup"):
                found.add(name)
    assert found <= allowed, found - allowed
