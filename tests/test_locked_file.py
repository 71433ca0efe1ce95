"""Another process holds the database for a minute: nothing ends, and afterwards everybody is served."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import Fault, SmscSandbox
from bot.storage import database
from tests.person import Person
from tests.reached import made
from tests.running import InProcess, comes
from tests.stories import fills_in, registers, told


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite gives up at once; that the lock is long for the bot comes from the clock alone."""
    monkeypatch.setattr(database, "_BUSY_MS", 5)


@pytest.fixture
def readonly(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """While it is set, SQLite refuses to write into the file that it has open, as it does where a disk became that."""
    made, roll_back = asyncio.Event(), vars(database)["_roll_back"]

    def before_each_transaction(connection: sqlite3.Connection) -> None:
        roll_back(connection)
        connection.execute(f"PRAGMA query_only = {int(made.is_set())}")

    monkeypatch.setattr(database, "_roll_back", before_each_transaction)
    return made


@asynccontextmanager
async def held(settings: dict[str, str], bot: InProcess, seconds: float) -> AsyncIterator[None]:
    """Another process writes for so long by the bot's clock; what is done meanwhile comes first."""
    with closing(sqlite3.connect(settings["DATABASE_PATH"], isolation_level=None, timeout=60)) as db:
        db.execute("BEGIN EXCLUSIVE")
        yield
        for _ in range(60):
            bot.clock.advance(seconds / 60)
            await asyncio.sleep(0.01)
        db.execute("ROLLBACK")


@pytest.mark.usefixtures("short_patience")
async def test_a_file_that_is_locked_for_a_minute_costs_nobody_anything(
    connected: Person, bot: InProcess, smsc: SmscSandbox, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    new = await Person.arrive(connected.http, telegram.url, "Daniyar")
    smsc.fault(Fault("add", when="after", kind="drop"))
    smsc.fault(Fault("get", kind="500", times=2))
    await registers(connected, "LILY2026")
    await connected.sees("SMSC's answer was lost")
    told_late = {"method": "editMessageText", "kind": "429", "retry_after": 30, "chat": connected.id}
    await connected.http.post(f"{telegram.url}/chat/faults", json=told_late)
    async with held(settings, bot, 60):
        await new.writes("/help")
    await told(new, bot, "/connect – ")
    await told(connected, bot, "The application for LILY2026 is sent")
    assert made(smsc, "add") == 1
    assert bot.runs
    await bot.stop()
    await bot.start()
    for person in (connected, new):
        await person.writes("/help")
        await person.sees("/start – ")


@pytest.mark.usefixtures("short_patience")
async def test_names_sent_as_a_list_go_on_after_a_file_was_locked(
    connected: Person, bot: InProcess, smsc: SmscSandbox, settings: dict[str, str]
) -> None:
    await connected.writes("\n".join(f"ROSE{number:02}" for number in range(7)))
    await connected.sees("the plan", "7 names")
    await connected.taps("Register 7 names")
    await comes(lambda: made(smsc, "add") == 5)  # SMSC takes five a minute
    async with held(settings, bot, 120):
        pass
    await comes(lambda: made(smsc, "add") == 7, bot.clock)
    assert bot.runs


async def test_a_file_that_becomes_read_only_in_the_midst_of_work_costs_nobody_anything(
    connected: Person,
    other: Person,
    bot: InProcess,
    smsc: SmscSandbox,
    settings: dict[str, str],
    readonly: asyncio.Event,
    capfd: pytest.CaptureFixture[str],
) -> None:
    await fills_in(connected, "LILY2026")
    smsc.fault(Fault("add", when="after", kind="delay", seconds=30))
    await connected.taps("Register it")
    await comes(lambda: made(smsc, "add"))
    readonly.set()  # SMSC does it, and that it did cannot be noted down
    await other.writes("/help")
    said = ""
    for _ in range(60):
        bot.clock.advance(2)
        await asyncio.sleep(0.01)
        said += capfd.readouterr().out
    assert "attempt to write a readonly database" in said
    assert bot.runs
    assert made(smsc, "add") == 1
    readonly.clear()
    await told(connected, bot, "The application for LILY2026 is sent")
    await told(other, bot, "/connect – ")
    assert made(smsc, "add") == 1
    await bot.stop()
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
