"""Time that goes by fast while the bot watches: SMSC is looked at, and messages come."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.smsc.calendar import in_almaty
from tests.person import Person
from tests.running import goes_by

PERIOD = 60
"""Seconds between two looks, in these tests."""


def by_day() -> SandboxClock:
    """A clock that begins between 9 and 14 o'clock in Almaty: whatever a story does, it is over before the night."""
    clock = SandboxClock()
    now = in_almaty(clock.now())
    if not 9 <= now.hour < 14:
        then = now.replace(hour=9, minute=0)
        clock.advance(((then - now) % timedelta(days=1)).total_seconds())
    return clock


def until(clock: SandboxClock, hour: int) -> None:
    """Turns the clock to the next time that it is this hour in Almaty."""
    now = in_almaty(clock.now())
    then = now.replace(hour=hour, minute=5)
    clock.advance(((then - now) % timedelta(days=1)).total_seconds())


async def message(person: Person, part: str) -> Any:
    """The newest message of the bot with this in it, whenever it came."""
    return next(each for each in reversed((await person.state())["messages"]) if part in each["text"])


async def sees_in_time(clock: SandboxClock, person: Person, *parts: str, step: float = PERIOD / 12) -> str:
    """Lets time go by, fast, until a message of the bot has these parts; gives its text."""
    async with asyncio.timeout(60):
        while True:
            texts = [each["text"] for each in person.fresh(await person.state())]
            found: str | None = next((text for text in texts if all(part in text for part in parts)), None)
            if found is not None:
                return found
            await goes_by(clock, step)


async def looks_go_by(smsc: SmscSandbox, clock: SandboxClock, count: int = 2) -> None:
    """Lets time go by until SMSC was asked for so many whole lists more, and what came of them was written."""
    asked = len(smsc.requests) + 2 * count
    async with asyncio.timeout(60):
        while len(smsc.requests) < asked:
            await goes_by(clock, PERIOD / 12)
    await asyncio.sleep(0.1)


def named(smsc: SmscSandbox, name: str) -> Any:
    return next(each for each in smsc.world.accounts[DEMO.login].names.values() if each.name == name)
