"""What the tests of the client share: a clock that is turned by hand, a recording server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.smsc import Access, KeyAuth, Limits, Service, SmscClient, Timeouts, seed_catalogue
from tests.smsc.clock import HandClock
from tests.smsc.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    server = Recorder()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client(clock: HandClock) -> AsyncIterator[SmscClient]:
    limits = Limits(clock)
    async with SmscClient(
        catalogue=seed_catalogue(),
        limits=limits,
        timeouts=Timeouts(connect=5, read=2, change=2),
        patience=1000,
    ) as made:
        yield made


@pytest.fixture
def access(recorder: Recorder) -> Access:
    return Access(Service.parse(recorder.url), KeyAuth(SecretStr("key-0123456789")))
