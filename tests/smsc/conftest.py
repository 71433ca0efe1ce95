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
    async with _client(clock, Timeouts(connect=5, read=2, change=2)) as made:
        yield made


@pytest.fixture
async def impatient(clock: HandClock) -> AsyncIterator[SmscClient]:
    """A client for an answer to a change that never comes."""
    async with _client(clock, Timeouts(connect=5, read=2, change=0.2)) as made:
        yield made


def _client(clock: HandClock, timeouts: Timeouts) -> SmscClient:
    return SmscClient(catalogue=seed_catalogue(), limits=Limits(clock), timeouts=timeouts, patience=1000)


@pytest.fixture
def access(recorder: Recorder) -> Access:
    return Access(Service.parse(recorder.url), KeyAuth(SecretStr("key-0123456789")))
