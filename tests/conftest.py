"""What the tests share: both stand-ins on free ports, the bot between them, and a person with a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.person import Person
from tests.running import InProcess, environment


@pytest.fixture
def turning() -> SandboxClock:
    """One clock for the bot and SMSC; tests turn it instead of waiting."""
    return SandboxClock()


@pytest.fixture
async def smsc(turning: SandboxClock) -> AsyncIterator[SmscSandbox]:
    sandbox = await SmscSandbox.start(clock=turning)
    yield sandbox
    await sandbox.close()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    sandbox = await TelegramSandbox.start()
    yield sandbox
    await sandbox.close()


@pytest.fixture
def values(smsc: SmscSandbox, telegram: TelegramSandbox, tmp_path: Path) -> dict[str, str]:
    return environment(smsc, telegram, tmp_path)


@pytest.fixture
async def bot(values: dict[str, str], turning: SandboxClock) -> AsyncIterator[InProcess]:
    running = InProcess(values, turning)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=60) as client:
        yield client


@pytest.fixture
async def aigerim(http: httpx.AsyncClient, telegram: TelegramSandbox) -> Person:
    """A person who has not talked to the bot yet."""
    return await Person.arrive(http, telegram.url)


@pytest.fixture
async def connected(bot: InProcess, aigerim: Person) -> Person:
    """A person with the demo account."""
    await aigerim.connects(DEMO.apikey)
    return aigerim
