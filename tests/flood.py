"""How much one person's flood slows others: `make flood`. It prints two ratios; it is not a test.

The real process between both stand-ins. Ten people, each with an account of their own, walk the main story in a closed
loop: the next thing is done as soon as the last one is seen. Time goes in bursts, by turns without and with a trouble:

    one person sends 100 updates a second   words and commands
    one account's SMSC says nothing         that person goes on asking, as in the bursts without; each request hangs

What counts is a burst's p99 from what a person does to what they see; the ratio is that of the medians over all bursts.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.sandbox.smsc.records import Account
from tests.person import Person
from tests.running import Process, environment

PEOPLE = 10
BURSTS = 5
"""So many of each kind, unless told otherwise: `python -m tests.flood 9`."""
BURST_SECONDS = 5.0
QUIET_SECONDS = 6.0
"""After a burst with a flood: what waits of it is handled."""
A_SECOND = 100
HANGS = 30.0
Trouble = Callable[[], AbstractAsyncContextManager[None]]
Acting = Callable[[], Awaitable[object]]


@dataclass
class Walker:
    """One of the ten: walks, and notes how long each step took."""

    person: Person
    key: str
    times: list[float] = field(default_factory=list)

    async def step(self, act: Acting, *parts: str) -> None:
        begun = time.perf_counter()
        await act()
        await self.person.sees(*parts)
        self.times.append((time.perf_counter() - begun) * 1000)

    async def walk(self, number: int) -> None:
        """The main story but for its last tap: SMSC takes five names a minute, and a closed loop would only wait."""
        person, name = self.person, f"LILY{number}"
        await self.step(lambda: person.writes("/start"), "Account:")
        await self.step(lambda: person.writes("/add"), "What you will need")
        await self.step(lambda: person.writes(name), "What is the name for?")
        await self.step(lambda: person.writes("Flowers"), "To which countries")
        await self.step(lambda: person.taps("Only Kazakhstan"), "Documents for the operators")
        await self.step(lambda: person.taps("Skip"), "check and send")
        await self.step(lambda: person.taps("Cancel"), "Cancelled")
        await self.step(lambda: person.writes("/senders"), "My names")
        await self.step(lambda: person.writes("/help"), "What you can do")

    async def walks_on(self, until: float) -> None:
        number = 0
        while time.perf_counter() < until:
            number += 1
            await self.walk(number)


@dataclass
class Town:
    """The stand-ins, the ten, and one more person."""

    smsc: SmscSandbox
    telegram: TelegramSandbox
    walkers: Sequence[Walker]
    other: Person

    async def burst(self) -> float:
        """The p99 of everybody's steps, in milliseconds."""
        for each in self.walkers:
            each.times.clear()
        until = time.perf_counter() + BURST_SECONDS
        await asyncio.gather(*(each.walks_on(until) for each in self.walkers))
        return statistics.quantiles([took for each in self.walkers for took in each.times], n=100)[-1]

    @asynccontextmanager
    async def flood(self) -> AsyncIterator[None]:
        """The other person sends a hundred updates a second."""
        flooding = asyncio.create_task(self._floods())
        try:
            yield
        finally:
            flooding.cancel()
            await asyncio.sleep(QUIET_SECONDS)

    async def _floods(self) -> None:
        world = self.telegram.world
        user, chat = world.users[self.other.id], world.chats[self.other.id]
        said = ("/senders", "FLOOD", "/help", "hello", "/add FLOOD")
        begun, sent = time.perf_counter(), 0
        while True:
            while sent < (time.perf_counter() - begun) * A_SECOND:
                world.says(user, chat, world.person_text(said[sent % len(said)]))
                sent += 1
            await asyncio.sleep(0.01)

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """The other person asks for their names and their balance, over and over."""
        asking = asyncio.create_task(self._asks())
        try:
            yield
        finally:
            asking.cancel()

    @asynccontextmanager
    async def hanging(self) -> AsyncIterator[None]:
        """The same, and SMSC says nothing to that account."""
        self.smsc.fault(Fault(kind="timeout", times=0, seconds=HANGS, login=DEMO.login))
        async with self.answering():
            yield
        self.smsc.clear_faults()

    async def _asks(self) -> None:
        while True:
            await self.other.writes("/senders")
            await self.other.sees_one_of("My names", "SMSC")
            await self.other.writes("/account")
            await self.other.sees_one_of("Account", "SMSC")


async def people(http: httpx.AsyncClient, smsc: SmscSandbox, telegram: TelegramSandbox) -> tuple[Walker, ...]:
    """The ten, connected: each has an account of their own."""
    walkers = []
    for number in range(PEOPLE):
        key = f"flood-key-{number:02}-0123456789abc"
        smsc.world.add_account(Account(f"shop{number}", DEMO.password, key))
        smsc.world.add_names(f"shop{number}", [f"SHOP{number}"])
        walkers.append(Walker(await Person.arrive(http, telegram.url, f"Person {number}"), key))
        await walkers[-1].person.connects(key)
    return tuple(walkers)


def told(title: str, without: Sequence[float], beside: Sequence[float]) -> str:
    """One line for a trouble: the medians, what lies between the least and the most, and the ratio."""
    quiet, busy = statistics.median(without), statistics.median(beside)
    return (
        f"{title:<36}p99 {quiet:6.0f} ms ({min(without):.0f} to {max(without):.0f}) without,"
        f" {busy:6.0f} ms ({min(beside):.0f} to {max(beside):.0f}) with: {busy / quiet:.2f}\n"
    )


async def main(bursts: int) -> None:
    smsc, telegram = await SmscSandbox.start(), await TelegramSandbox.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with (
                Process(environment(smsc, telegram, Path(folder)), Path(folder) / "log"),
                httpx.AsyncClient(timeout=60) as http,
            ):
                walkers = await people(http, smsc, telegram)
                other = await Person.arrive(http, telegram.url, "Other")
                await other.connects(DEMO.apikey)
                town = Town(smsc, telegram, walkers, other)
                await town.burst()  # warm
                troubles: tuple[tuple[str, Trouble, Trouble], ...] = (
                    (f"one person, {A_SECOND} updates a second", nullcontext, town.flood),
                    ("one account's SMSC hangs", town.answering, town.hanging),
                )
                for title, calm, trouble in troubles:
                    without, beside = [], []
                    for _ in range(bursts):
                        async with calm():
                            without.append(await town.burst())
                        async with trouble():
                            beside.append(await town.burst())
                    sys.stdout.write(told(title, without, beside))
                    sys.stdout.flush()
    finally:
        await telegram.close()
        await smsc.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else BURSTS))
