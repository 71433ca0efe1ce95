"""A fault at each await of each piece of work, one at a time: nobody else notices, and its person is served afterwards.

What is done (a list is asked for, an hour passes, the bot starts, …) is done once without a fault, to learn where the
program waits; then once for each of these places, with a fault there.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pytest

from bot.actions import sending
from bot.imaging.image_converter import process_ended
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.awaits import Awaits, Site, UnforeseenError
from tests.images import page, saved
from tests.papers import PDF
from tests.person import PATIENCE, Person
from tests.running import InProcess, comes

ENDS_THE_PROCESS = frozenset({"run", "_open", "_opened"})
"""Of bot/app.py and bot/opening.py: what is opened there is closed by the end of the process alone."""
_TROUBLE = ("I could not finish with what you sent", "Something went wrong on our side")


@dataclass
class Place:
    """A person with an account, somebody else, the bot between them."""

    bot: InProcess
    telegram: TelegramSandbox
    person: Person
    other: Person
    awaits: Awaits

    async def hears(self, *words: str) -> str:
        """What the person was told, when one of these is in it, or that it came to nothing; the clock runs fast."""
        async with asyncio.timeout(PATIENCE):
            while True:
                texts = [each["text"] for each in self.person.fresh(await self.person.state())]
                if any(word in text for word in (*words, *_TROUBLE) for text in texts):
                    return "\n".join(texts)
                self.bot.clock.advance(5)
                await asyncio.sleep(0.01)

    async def served(self, *people: Person) -> None:
        async def one(person: Person) -> None:
            await person.writes("/help")
            await person.sees("/start – ")

        await asyncio.gather(*map(one, people))

    async def passes(self, seconds: float) -> None:
        """Lets the bot's time pass, and what is due then be done."""
        for _ in range(20):
            self.bot.clock.advance(seconds / 20)
            await asyncio.sleep(0.005)


async def asks_for_help(here: Place) -> None:
    await here.person.writes("/help")
    await here.hears("/start – ")


async def asks_for_the_list(here: Place) -> None:
    here.bot.clock.advance(200)
    await here.person.writes("/senders")
    await here.hears("My names")


async def chooses_a_language(here: Place) -> None:
    await here.person.writes("/language en")
    await here.hears("Sender names", "/start – ", "English")
    await here.passes(60)


async def waits_an_hour(here: Place) -> None:
    await here.passes(3700)
    await here.passes(120)


async def is_told_late(here: Place) -> None:
    fault = {"method": "sendMessage", "kind": "429", "retry_after": 700, "chat": here.person.id}
    here.telegram.world.calls.clear()
    await here.person.http.post(f"{here.telegram.url}/chat/faults", json=fault)
    await here.person.writes("/help")
    await comes(lambda: any("Too Many" in (each.error or "") for each in here.telegram.world.calls))
    while not here.person.fresh(await here.person.state()):
        await here.passes(701)


async def connects(here: Place) -> None:
    await here.person.writes("/connect")
    await here.person.sees_one_of("Send the API key", *_TROUBLE)
    await here.person.writes(DEMO.apikey)
    await here.hears("Connected", "Send the API key", "Is this an API key?")


async def sends_files(here: Place) -> None:
    await here.person.sends_file("a.pdf", PDF)
    await here.hears("For which name?", "Documents:")


async def sends_a_picture(here: Place) -> None:
    await here.person.sends_file("a.webp", saved(page(), "WEBP"))
    await here.hears("For which name?", "Documents:", "could not")


async def starts(here: Place) -> None:
    """The bot starts; where it leaves before it serves anybody, whoever watches over it starts it again."""
    with suppress(UnforeseenError):
        await here.bot.stop()
    await here.other.writes("/help")
    await here.bot.start()
    while not here.other.fresh(await here.other.state()):
        if not here.bot.runs:
            await here.bot.start()
        await here.passes(2)


Act = Callable[[Place], Awaitable[None]]
ACTS: Mapping[str, Sequence[Act]] = {
    "in short": (
        asks_for_help,
        asks_for_the_list,
        chooses_a_language,
        waits_an_hour,
        connects,
        sends_files,
        starts,
    ),
    "of what takes long": (is_told_late, sends_a_picture),
}


@pytest.fixture
async def here(bot: InProcess, connected: Person, telegram: TelegramSandbox) -> AsyncIterator[Place]:
    other = await Person.arrive(connected.http, telegram.url, "Daniyar")
    awaits, loop = Awaits(), asyncio.get_running_loop()
    await bot.stop()
    loop.set_task_factory(awaits.factory)  # type: ignore[arg-type]  # any coroutine
    await bot.start()
    yield Place(bot, telegram, connected, other, awaits)
    loop.set_task_factory(None)


@pytest.mark.parametrize(
    "acts",
    [pytest.param(acts, id=name, marks=pytest.mark.long if "long" in name else ()) for name, acts in ACTS.items()],
)
async def test_a_fault_at_any_await_costs_nobody_else_anything(here: Place, acts: Sequence[Act]) -> None:
    await here.served(here.person, here.other)
    at: set[Site] = set()
    for act in acts:
        here.awaits.seen.clear()
        await act(here)
        while left := [each for each in here.awaits.seen if each not in at]:
            at.add(left[0])
            if left[0].file in {"bot/app.py", "bot/opening.py"} and left[0].function in ENDS_THE_PROCESS:
                continue
            here.awaits.fault_at = left[0]
            await act(here)
            here.awaits.fault_at = None
            await here.served(here.other, here.person)
    assert len(at) > 40
    await here.bot.stop()
    await here.bot.start()
    await here.served(here.other, here.person)


PLANNING = frozenset({"Operations.plan", "Journal.plan", "send_as", "Operations.settled", "Journal.load"})


async def test_what_is_told_of_a_request_is_so_whatever_fails_while_it_is_planned(
    here: Place, smsc: SmscSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_PATIENCE", 0.0)
    left: list[Site | None] = [None]
    for number, site in enumerate(left):
        name, made = f"LILY{number}", sum(each.command == "add" for each in smsc.requests)
        await here.person.writes(f"/add {name}")
        await here.person.taps("Skip")
        await here.person.taps("Only Kazakhstan")
        await here.person.taps("Skip")
        await here.person.sees("check and send")
        here.awaits.seen.clear()
        here.awaits.fault_at = site
        await here.person.taps("Register it")
        told = await here.hears(f"The application for {name} is sent")
        await here.bot.stop()
        await here.bot.start()
        await here.served(here.other)
        await here.passes(60)
        sent = sum(each.command == "add" for each in smsc.requests) - made
        assert sent == (0 if "nothing was sent" in told else 1), site
        if site is None:
            left += [each for each in here.awaits.seen if each.function in PLANNING]
        here.bot.clock.advance(120)
    assert len(left) > 2


async def test_a_process_that_says_too_much_is_ended_all_the_same() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "print('x' * 10_000_000)"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.read(1)
    async with asyncio.timeout(PATIENCE):
        await process_ended(process)
    assert process.returncode is not None
