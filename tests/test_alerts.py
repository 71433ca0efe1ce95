"""The administrator is told of what needs a hand: once, with what to do, and once more when it is over."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import httpx
import pytest

from bot.monitoring.readings import Readings
from bot.monitoring.troubles import TroubleKind, seen
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.storage import database
from bot.storage.figures import Room
from bot.telegram.refusals import TokenRefused
from tests.person import Person
from tests.running import InProcess, comes, free_port, goes_by
from tests.stories import is_served
from tests.watching import by_day, sees_in_time

GIGABYTE = 1024**3
MINUTE = 60


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@dataclass
class Disk:
    """The disk that the database lies on: what is free on it, and whether anything can be written."""

    free: int = 100 * GIGABYTE
    full: bool = False


@pytest.fixture
def clock() -> SandboxClock:
    return by_day()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    made, run_apart = Disk(), vars(database)["_run_apart"]

    def on_a_full_disk(*given: Any) -> Any:
        outcome = run_apart(*given)
        if made.full and outcome.written:
            failure = sqlite3.OperationalError("database or disk is full")
            failure.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise failure
        return outcome

    monkeypatch.setattr(database, "_run_apart", on_a_full_disk)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(made.free, 0, made.free))
    return made


@pytest.fixture
async def watched_over(
    settings: dict[str, str], clock: SandboxClock, aigerim: Person, disk: Disk
) -> AsyncIterator[InProcess]:
    """A bot whose administrator is Aigerim."""
    bot = InProcess({**settings, "ADMIN_CHAT": str(aigerim.id), "WATCH_SECONDS": "300"}, clock)
    await bot.start()
    await is_served(aigerim)
    yield bot
    if bot.runs:
        await bot.stop()


def said(telegram: TelegramSandbox, words: str) -> int:
    """How often the bot said something with these words."""
    return sum(words in str(each.params.get("text")) for each in telegram.world.calls if each.ok)


async def looks_go_by(person: Person, clock: SandboxClock) -> None:
    """So much time that the bot has looked, and told what there was to be told."""
    for _ in range(10):
        clock.advance(30)
        await is_served(person)


async def test_a_disk_that_fills_up_is_told_once_over_restarts_and_when_there_is_room_again(
    watched_over: InProcess, aigerim: Person, disk: Disk, clock: SandboxClock, telegram: TelegramSandbox
) -> None:
    disk.free = GIGABYTE // 10
    await sees_in_time(clock, aigerim, "disk is nearly full: 102 MB", "make room", step=MINUTE)
    await looks_go_by(aigerim, clock)
    await watched_over.stop()
    await watched_over.start()
    disk.free = GIGABYTE // 3
    await looks_go_by(aigerim, clock)
    assert said(telegram, "nearly full") == 1
    assert said(telegram, "room again") == 0
    disk.free = GIGABYTE
    await sees_in_time(clock, aigerim, "room again", step=MINUTE)
    await looks_go_by(aigerim, clock)
    assert said(telegram, "room again") == said(telegram, "nearly full") == 1


async def test_that_nothing_can_be_written_is_told_though_nothing_can_be_written(
    watched_over: InProcess, aigerim: Person, disk: Disk, clock: SandboxClock, telegram: TelegramSandbox
) -> None:
    disk.full = True
    await aigerim.writes("/help")
    await sees_in_time(clock, aigerim, "database cannot be written", "database or disk is full", "doctor", step=MINUTE)
    for _ in range(20):
        await goes_by(clock, 30)
    disk.full = False
    await sees_in_time(clock, aigerim, "can be written again", step=MINUTE)
    await looks_go_by(aigerim, clock)
    assert said(telegram, "cannot be written") == said(telegram, "written again") == 1


async def test_an_smsc_that_blocks_this_server_and_a_watch_that_lags_are_told(
    watched_over: InProcess, aigerim: Person, smsc: SmscSandbox, clock: SandboxClock, telegram: TelegramSandbox
) -> None:
    await aigerim.connects(DEMO.apikey)
    smsc.fault(Fault("get", kind="error", error=4))
    await sees_in_time(clock, aigerim, "blocks this server's address", "SMSC's support", step=MINUTE)
    await sees_in_time(clock, aigerim, "takes requests from this server again", step=MINUTE)
    smsc.fault(Fault("get", kind="drop", times=0))
    await sees_in_time(
        clock, aigerim, "late with looking at the names: 1 of 1 list is overdue", "WATCH_SECONDS", step=MINUTE
    )
    smsc.faults.clear()
    await sees_in_time(clock, aigerim, "no longer late", step=MINUTE)
    assert said(telegram, "blocks this server") == said(telegram, "⚠️ I am late") == 1


async def test_a_token_that_was_refused_is_told_when_the_bot_works_again(
    watched_over: InProcess, aigerim: Person, clock: SandboxClock, telegram: TelegramSandbox
) -> None:
    token = telegram.world.token
    telegram.world.token = "700001:another-token-0123456789abcdef"
    await aigerim.writes("/help")
    with pytest.raises(TokenRefused, match=r"^BOT_TOKEN: "):
        await watched_over.finished()
    clock.advance(3 * 3600)
    telegram.world.token = token
    await watched_over.start()
    await sees_in_time(clock, aigerim, "Telegram did not take my token", "3 hours", "@BotFather", step=MINUTE)
    await looks_go_by(aigerim, clock)
    assert said(telegram, "did not take my token") == 1
    await watched_over.stop()


async def test_a_token_that_is_refused_while_updates_are_brought_is_seen_at_once_and_told_afterwards(
    settings: dict[str, str], clock: SandboxClock, aigerim: Person, disk: Disk, telegram: TelegramSandbox
) -> None:
    where = f"127.0.0.1:{free_port()}"
    hooked = {"WEBHOOK_URL": f"http://{where}/updates", "WEBHOOK_LISTEN": where, "METRICS_LISTEN": str(free_port())}
    bot = InProcess({**settings, **hooked, "ADMIN_CHAT": str(aigerim.id)}, clock)
    await bot.start()
    await is_served(aigerim)
    token = telegram.world.token
    telegram.world.token = "700001:another-token-0123456789abcdef"
    await aigerim.writes("/help")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{hooked['METRICS_LISTEN']}") as client:
        problems: list[str] = []
        while not problems:
            clock.advance(30)
            problems = (await client.get("/health")).json()["problems"]
    assert problems == ["Telegram does not take the token"]
    for _ in range(10):
        await goes_by(clock, 30)
    telegram.world.token = token
    await aigerim.writes("/start")
    await sees_in_time(clock, aigerim, "Telegram did not take my token", "@BotFather", step=MINUTE)
    assert said(telegram, "did not take my token") == 1
    await bot.stop()


async def test_nobody_is_told_where_no_administrator_is_named(
    bot: InProcess, aigerim: Person, disk: Disk, clock: SandboxClock, telegram: TelegramSandbox
) -> None:
    disk.free = 0
    await looks_go_by(aigerim, clock)
    assert said(telegram, "nearly full") == 0


async def test_a_group_can_be_the_administrator(
    settings: dict[str, str], clock: SandboxClock, aigerim: Person, disk: Disk, telegram: TelegramSandbox
) -> None:
    body = {"title": "On call", "members": [aigerim.id]}
    group = (await aigerim.http.post(f"{aigerim.url}/chat/groups", json=body)).raise_for_status().json()["id"]
    disk.free = 0
    bot = InProcess({**settings, "ADMIN_CHAT": str(group), "DEFAULT_LANGUAGE": "kk"}, clock)
    await bot.start()
    await comes(lambda: said(telegram, "дискісі толуға жақын"), clock)
    [call] = [each for each in telegram.world.calls if "дискісі толуға" in str(each.params.get("text"))]
    assert call.params["chat_id"] == group
    assert not call.params.get("reply_markup")
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
        assert db.execute("SELECT count(*) FROM people").fetchone() == (0,)
    await bot.stop()


def test_a_disk_that_cannot_be_looked_at_is_not_told_to_have_room_again() -> None:
    unseen = Readings(waiting=0, queues=0, silence=None, overdue=0.0, lag=None, room=None)
    assert [each.what for each in seen(unseen, [(TroubleKind.DISK, "")])] == [TroubleKind.DISK]
    assert seen(unseen, []) == []
    assert seen(replace(unseen, room=Room(0, 0, 10**12)), [(TroubleKind.DISK, "")]) == []
