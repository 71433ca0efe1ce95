"""One thing's trouble stays its own: what background work raises ends neither the process nor what others get."""

from __future__ import annotations

import asyncio

import pytest

from bot.leaving import Leaving
from bot.sandbox.clock import SandboxClock
from bot.supervision import Supervisor


class UnheardOfError(BaseException):
    """What nobody foresaw."""


TROUBLES = (RuntimeError("odd"), UnheardOfError(), asyncio.CancelledError(), StopAsyncIteration(), MemoryError())


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: type(each).__name__)
async def test_work_that_fails_is_begun_again_and_ends_nothing(clock: SandboxClock, trouble: BaseException) -> None:
    stop, tries, done = asyncio.Event(), 0, asyncio.Event()

    async def job() -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            clock.advance(60)
            raise trouble
        done.set()

    async def fails() -> None:
        raise trouble

    async with Supervisor(clock, stop) as supervisor:
        supervisor.once("beside", fails)
        supervisor.keep("kept", job)
        while not done.is_set():
            clock.advance(60)
            await asyncio.sleep(0)
        assert not stop.is_set()
    assert tries == 4


async def test_only_a_reason_to_leave_ends_the_program_and_in_order(clock: SandboxClock) -> None:
    stop = asyncio.Event()

    async def leaves() -> None:
        raise Leaving("another process polls")

    async with Supervisor(clock, stop) as supervisor:
        supervisor.keep("updates", leaves)
        await stop.wait()
    assert str(supervisor.reason) == "another process polls"


async def test_work_that_missed_that_it_was_cancelled_does_not_hold_up_the_stop(clock: SandboxClock) -> None:
    missed = 0

    async def deaf() -> None:
        nonlocal missed
        while missed < 2:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                missed += 1
        await asyncio.sleep(3600)

    async with asyncio.timeout(60):
        async with Supervisor(clock, asyncio.Event()) as supervisor:
            supervisor.keep("deaf", deaf)
            await asyncio.sleep(0)
    assert missed == 2
