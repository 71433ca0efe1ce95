"""Whoever runs the bot sees it: metrics and health over HTTP, and nothing in them that says who somebody is."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot import logs
from bot.listening import CannotListen
from bot.monitoring import health
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.person import Person
from tests.running import KEY, InProcess, comes, free_port


@pytest.fixture
def watched(settings: dict[str, str]) -> dict[str, str]:
    """The settings of a bot that somebody watches over."""
    return {**settings, "METRICS_LISTEN": str(free_port()), "WATCH_SECONDS": "300"}


@pytest.fixture
async def metrics(watched: dict[str, str], clock: SandboxClock) -> AsyncIterator[Metrics]:
    bot = InProcess(watched, clock)
    await bot.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{watched['METRICS_LISTEN']}", timeout=30) as client:
        yield Metrics(client, bot)
    await bot.stop()


class Metrics:
    """Whoever reads what the bot tells of itself."""

    def __init__(self, client: httpx.AsyncClient, bot: InProcess) -> None:
        self.client, self.bot = client, bot

    async def page(self) -> str:
        for _ in range(100):
            try:
                return (await self.client.get("/metrics")).raise_for_status().text
            except httpx.ConnectError:  # it does not listen yet
                await asyncio.sleep(0.1)
        raise AssertionError("nobody listens")

    async def value(self, name: str, **labels: str) -> float:
        """A value, 0 where it was never told."""
        wanted = {f'{key}="{each}"' for key, each in labels.items()}
        for told, value in re.findall(rf"(?m)^sender_names_{name}(?:\{{(.*)\}})? (\S+)$", await self.page()):
            if wanted <= set(told.split(",")):
                return float(value)
        return 0.0

    async def health(self) -> tuple[int, list[str]]:
        answer = await self.client.get("/health")
        return answer.status_code, answer.json()["problems"]


async def test_what_a_person_does_is_counted_and_nothing_says_who_they_are(
    metrics: Metrics, aigerim: Person, smsc: SmscSandbox, telegram: TelegramSandbox
) -> None:
    await aigerim.connects(DEMO.apikey)
    await aigerim.writes("/add MARIGOLD")
    await aigerim.sees("What is the name for?")
    assert await metrics.value("updates_total", kind="message", outcome="done") == 3
    assert await metrics.value("update_seconds_count", kind="message") == 3
    assert await metrics.value("smsc_requests_total", command="balance", result="ok") == 1
    assert await metrics.value("telegram_calls_total", method="sendMessage", result="ok") >= 3
    assert await metrics.value("people") == 1
    assert await metrics.value("accounts", state="in_use") == 1
    assert await metrics.value("database_bytes", file="database") > 0
    assert await metrics.value("disk_free_bytes") > 0
    page = await metrics.page()
    for secret in (DEMO.apikey, DEMO.login, telegram.token, KEY, str(aigerim.id), "MARIGOLD", "Aigerim"):
        assert secret not in page
    assert await metrics.health() == (200, [])


async def test_what_the_update_did_stands_in_one_line_without_a_word_of_it(
    bot: InProcess, aigerim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, str | float]] = []
    monkeypatch.setattr(logs, "update_handled", lambda **told: lines.append(told))
    await aigerim.connects(DEMO.apikey)
    await aigerim.writes("/add MARIGOLD")
    await aigerim.sees("What is the name for?")
    await aigerim.taps("Skip")
    await aigerim.sees("To which countries")
    await comes(lambda: len(lines) == 4)
    assert [(each["kind"], each["did"], each["outcome"]) for each in lines] == [
        ("message", "connect.begin, asks connect.key", "done"),
        ("message", "connect.finish", "done"),
        ("message", "add.begin, asks add.comment", "done"),
        ("callback_query", "asks add.countries", "done"),
    ]
    assert [bool(each["smsc"]) for each in lines] == [False, True, False, False]
    assert all(each["telegram"] for each in lines)
    assert len({each["update_id"] for each in lines}) == 4
    assert not re.search(f"MARIGOLD|{DEMO.apikey}|{aigerim.id}|Aigerim", str(lines))


async def test_health_tells_what_keeps_the_bot_from_its_work(
    metrics: Metrics,
    watched: dict[str, str],
    clock: SandboxClock,
    http: httpx.AsyncClient,
    telegram: TelegramSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await metrics.page()
    assert await metrics.health() == (200, [])
    monkeypatch.setattr(health, "_FILE_SECONDS", 0.2)
    other = sqlite3.connect(Path(watched["DATABASE_PATH"]), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    clock.advance(10)
    status, problems = await metrics.health()
    assert (status, len(problems)) == (503, 1)
    assert problems[0].startswith("the database does not answer")
    other.close()


async def test_an_smsc_that_does_not_answer_is_seen_in_the_requests_and_in_the_lag_of_the_watch(
    metrics: Metrics, aigerim: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await aigerim.connects(DEMO.apikey)
    smsc.fault(Fault("get", kind="drop", times=0))
    late = 0.0
    while late < 900:
        clock.advance(30)
        late = await metrics.value("watch_lag_seconds")
    assert await metrics.value("watch_overdue") == await metrics.value("watch_accounts") == 1
    assert await metrics.value("smsc_requests_total", command="get", result="lost_dropped") >= 1
    smsc.faults.clear()
    smsc.fault(Fault("get", kind="error", error=4))
    blocked = 0.0
    while not blocked:
        clock.advance(30)
        blocked = await metrics.value("smsc_blocked")
    while blocked or late:
        clock.advance(30)
        blocked, late = await metrics.value("smsc_blocked"), await metrics.value("watch_lag_seconds")


async def test_a_port_that_is_taken_is_told_in_one_line(watched: dict[str, str], clock: SandboxClock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(watched["METRICS_LISTEN"])))
        taken.listen()
        bot = InProcess(watched, clock)
        await bot.start()
        with pytest.raises(CannotListen, match=r"^METRICS_LISTEN: cannot listen there"):
            await bot.finished()
