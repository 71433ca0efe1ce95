"""The real process killed with SIGKILL in the midst of its work, again and again; then the books are compared.

    python -m tests.kills [KILLS]

Each kill has a story of its own: somebody connects, registers a name with a document and is told when it is active;
somebody else pastes three names meanwhile and has their plan carried out; everybody's names are watched. Every other
kill comes at a named point (`POINTS`, and whatever else the story comes past), the others at any moment, or when SMSC
has a request and has not answered. The process is started again and the story finished. What is compared for each
name: what its person was told, the bot's journal, what SMSC's stand-in saw and has; and that nothing is left to do.
"""

from __future__ import annotations

import asyncio
import random
import re
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import Account, SmscSandbox
from tests.papers import PDF
from tests.person import Person, phones
from tests.running import InProcess, Process, QuickClock, environment

POINTS: Final[Mapping[str, str]] = {
    "an update has come, and is not stored": "after-telegram-getUpdates",
    "an update is stored, not committed": "before-insert-inbox",
    "an update is stored, not acknowledged": "after-insert-inbox",
    "a secret is about to be deleted": "before-telegram-deleteMessage",
    "an account is tried, not kept": "after-smsc-balance",
    "an account is kept, not committed": "before-insert-accounts",
    "an account is kept, and nobody is told": "after-insert-accounts",
    "an answer is about to be shown": "before-telegram-sendMessage",
    "an answer is shown, and what it changed is not kept": "after-telegram-sendMessage",
    "a screen is changed, and what it changed is not kept": "after-telegram-editMessageText",
    "what an update changed is written, not committed": "before-insert-people",
    "what an update changed is committed, and the update struck off": "after-delete-inbox",
    "a file is looked up, not fetched": "after-telegram-getFile",
    "the intent is written, not committed": "before-insert-operations",
    "the intent is committed, and its update is not struck off": "after-insert-operations",
    "that a request goes out is written, not committed": "before-update-operations",
    "that a request goes out is committed, and it has not": "before-smsc-add",
    "the request has gone out, and the answer begins": "sent-smsc-add",
    "the answer is there, and not written": "after-smsc-add",
    "the receipt is written, not committed": "before-insert-outbox",
    "the receipt is committed, not told": "after-insert-outbox",
    "a notice is told, and its mark not committed": "before-delete-outbox",
    "a notice is told, and struck off": "after-delete-outbox",
    "a plan is kept, not committed": "before-insert-batches",
    "a plan is begun, not committed": "before-insert-batch_rows",
    "a plan is begun, and none of it planned": "after-insert-batch_rows",
    "a plan is through, not committed": "before-update-batches",
    "a list is about to be asked for": "before-smsc-get",
    "a list is there, and not written": "after-smsc-get",
    "what changed is written, not committed": "before-insert-events",
    "what changed is committed, and nobody is told": "after-insert-events",
    "a look is noted, not committed": "before-update-watches",
    "a look is noted": "after-update-watches",
    "what was asked of SMSC is counted, and not asked": "after-insert-limit_marks",
}
"""What has been done when the process ends, and the point (`bot.points`)."""

_EARLIER: Final = "That button was of an earlier screen"
_KILLS: Final = 1000
_SEED: Final = 10
_LANES: Final = 4
"""So many bots at a time, each between stand-ins of its own."""
_STORIES: Final = 25
"""So many stories with one file; then a new one is begun."""
_TIMES: Final = 12.0
"""How fast time goes for the bot and SMSC: the watch looks every 20 seconds at the most."""
_STORY_SECONDS: Final = 1.5
"""About as long as a story takes."""
_AFTER_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Stage:
    """The stand-ins, the way of people's phones, and the settings of a bot between them."""

    smsc: SmscSandbox
    telegram: TelegramSandbox
    http: httpx.AsyncClient
    clock: QuickClock
    values: Mapping[str, str]
    folder: Path


@asynccontextmanager
async def stage(times: float = _TIMES) -> AsyncIterator[Stage]:
    """A stage that is taken down in the end."""
    now = time.time()
    clock = QuickClock(times, now - now % 86_400 + 5 * 3600, now)  # ten in the morning in Almaty: no night is near
    smsc, telegram = await SmscSandbox.start(clock=clock), await TelegramSandbox.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            # A key whose trial was killed counts as refused for a while: of so many people none is to wait for that.
            more = {"WATCH_SECONDS": "20", "WRONG_KEYS": "100"}
            values = environment(smsc, telegram, Path(folder)) | more
            async with phones() as http:
                yield Stage(smsc, telegram, http, clock, values, Path(folder))
    finally:
        await telegram.close()
        await smsc.close()


@dataclass(frozen=True)
class Story:
    """Somebody who registers a name, and somebody who has three of them registered by a plan."""

    stage: Stage
    number: int
    one: Person
    many: Person

    @classmethod
    async def begin(cls, stage: Stage, number: int) -> Story:
        """The two of them, and their accounts."""
        people: list[Person] = []
        for login in (f"shop{number}", f"chain{number}"):
            stage.smsc.world.add_account(Account(login, "secret-word", _key(login)))
            people.append(await Person.arrive(stage.http, stage.telegram.url, login))
        return cls(stage, number, *people)

    @property
    def name(self) -> str:
        return f"LILY{self.number}"

    @property
    def names(self) -> Sequence[str]:
        return [f"ROSE{self.number}{each}" for each in "ABC"]

    async def play(self) -> tuple[str, str]:
        """The whole of it; gives how it ended for each of them, in their own eyes."""
        one, many, _ = await asyncio.gather(self._registers(), self._plans(), self._is_told_of_news())
        return one, many

    async def _registers(self) -> str:
        await self.one.connects(_key(f"shop{self.number}"))
        await self.one.writes(f"/add {self.name}")
        await self.one.sees("What is the name for?")
        await insists(self.one, "Skip", {"To which countries": ""})
        await insists(self.one, "Only Kazakhstan", {"Documents for the operators": ""})
        await self.one.sends_file("a.pdf", PDF)
        await self.one.sees("1. a.pdf")
        await insists(self.one, "Done", {"check and send": ""})
        sent, undone = f"The application for {self.name} is sent", "It did not go through"
        return await insists(self.one, "Register it", {sent: "sent", undone: "undone", "could not finish": "given up"})

    async def _plans(self) -> str:
        await self.many.connects(_key(f"chain{self.number}"))
        await self.many.writes("\n".join(self.names))
        await self.many.sees("the plan")
        ends = {
            rf"SMSC took: {took}\n.*Did not go through: {len(self.names) - took}\n": f"{took} sent"
            for took in range(len(self.names) + 1)
        }
        return await insists(self.many, f"Register {len(self.names)} names", ends)

    async def _is_told_of_news(self) -> None:
        """The moderator lets the name through as soon as it is there, and its person is told of it by the watch."""
        account = self.stage.smsc.world.accounts[f"shop{self.number}"]
        while not (numbers := [number for number, each in account.names.items() if each.name == self.name]):
            if any("It did not go through" in each["text"] for each in (await self.one.state())["messages"]):
                return
            await asyncio.sleep(0.02)
        self.stage.smsc.world.decide(numbers[0], "activate", self.stage.clock.now())
        await told(self.one, {f"{self.name}(?s:.)*Active now": "active"})

    def books(self, one: str, many: str) -> list[str]:
        """What does not agree; nothing, as a rule."""
        wrong: list[str] = []
        done = Counter[bool]()
        for login, name in ((f"shop{self.number}", self.name), *((f"chain{self.number}", each) for each in self.names)):
            asked, states = made(self.stage.smsc, login, name), self._journal(name)
            there = sum(each.name == name for each in self.stage.smsc.world.accounts[login].names.values())
            if max(asked, there, len(states)) > 1:
                wrong.append(f"doubled: {name}, {asked} asked, {there} there, {states}")
            elif not states:
                wrong.append(f"lost: {name}")
            elif (states == ["done"]) != bool(there):
                wrong.append(f"told wrongly: {name} is {states}, {there} there")
            if name == self.name and (one == "sent") != bool(there):
                wrong.append(f"told wrongly: {name} is {one}, {there} there")
            done[name != self.name and states == ["done"]] += 1
        if many != f"{done[True]} sent":
            wrong.append(f"told wrongly: {many} of the plan, {done[True]} are")
        return wrong

    def _journal(self, name: str) -> list[str]:
        """The states of the requests for a name, as the bot has them; the file must be sound."""
        with closing(sqlite3.connect(self.stage.values["DATABASE_PATH"], timeout=30)) as db:
            sound = db.execute("PRAGMA integrity_check").fetchone()[0]
            states = [row[0] for row in db.execute("SELECT state FROM operations WHERE name = ?", (name,))]
        return states if sound == "ok" else [sound]

    async def nothing_is_left(self) -> list[str]:
        """What is not brought to its end after a while; nothing, as a rule."""
        left: dict[str, int] = {}
        for _ in range(500):
            with closing(sqlite3.connect(self.stage.values["DATABASE_PATH"], timeout=30)) as db:
                left = {each: db.execute(f"SELECT count(*) FROM {each}").fetchone()[0] for each in ("inbox", "outbox")}  # noqa: S608
            if not any(left.values()):
                return []
            await asyncio.sleep(0.02)
        return [f"lost: {left}"]


def _key(login: str) -> str:
    return f"{login}-key-0123456789"


def made(smsc: SmscSandbox, login: str, name: str | None = None) -> int:
    """How often SMSC was asked by this account to add a name, or this one."""
    added = [each for each in smsc.requests if each.command == "add" and each.login == login]
    return sum(name is None or each.fields.get("sender") == name for each in added)


async def told(person: Person, ends: Mapping[str, str], since: int = 0) -> str:
    """How it ended for a person, by what stands in their chat since then."""

    def found(state: dict[str, Any]) -> str | None:
        texts = [each["text"] for each in state["messages"] if each["from"]["is_bot"] and each["changed"] > since]
        return next((end for words, end in ends.items() if any(re.search(words, text) for text in texts)), None)

    end: str = await person.until(found, f"one of {tuple(ends)}")
    return end


async def insists(person: Person, label: str, ends: Mapping[str, str]) -> str:
    """Taps, and once more where the button is told to be of an earlier screen; gives how it ended.

    Where the process was killed after a screen was shown and before that was kept, the screen is drawn anew.
    """
    while True:
        await person.taps(label)
        end = await told(person, {**ends, _EARLIER: _EARLIER}, person.since)
        if end != _EARLIER:
            return end


# Moments

Moment = Callable[[Process, Story, random.Random], Awaitable[None]]
"""Waits for a moment, and then kills; at a named point the process kills itself."""


async def at_a_point(process: Process, _story: Story, _chance: random.Random) -> None:
    await process.gone()


async def at_any_moment(process: Process, _story: Story, chance: random.Random) -> None:
    await asyncio.sleep(chance.uniform(0, _STORY_SECONDS))
    await process.stop(signal.SIGKILL)


async def when_smsc_has_the_request(process: Process, story: Story, _chance: random.Random) -> None:
    while not made(story.stage.smsc, f"shop{story.number}"):  # noqa: ASYNC110  # the stand-in tells of no request
        await asyncio.sleep(0.001)
    await process.stop(signal.SIGKILL)


async def soon_after_that(process: Process, story: Story, chance: random.Random) -> None:
    while not made(story.stage.smsc, f"chain{story.number}"):  # noqa: ASYNC110  # the stand-in tells of no request
        await asyncio.sleep(0.001)
    await asyncio.sleep(chance.uniform(0, _AFTER_SECONDS))
    await process.stop(signal.SIGKILL)


MOMENTS: Final[Sequence[Moment]] = (at_any_moment, when_smsc_has_the_request, soon_after_that)


async def kill(process: Process, story: Story, moment: Moment, chance: random.Random) -> tuple[bool, list[str]]:
    """Plays a story while the process runs, kills it once and starts it again.

    Gives whether it was killed in the story, else right after it, and what does not agree then.
    """

    async def killing() -> None:
        await moment(process, story, chance)
        await process.start(KILL_AT="")

    task = asyncio.create_task(killing())
    try:
        ends = await story.play()
        in_time = task.done()
        if not in_time:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await process.stop(signal.SIGKILL)
            await process.start(KILL_AT="")
        left = await story.nothing_is_left()
        return in_time, [*story.books(*ends), *left]
    except AssertionError as never:
        return True, [f"lost: {never}"]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def passed() -> Counter[str]:
    """How often a story comes past each point."""
    seen = Counter[str]()
    async with stage() as on:
        bot = InProcess(on.values, on.clock, reached=lambda point: seen.update((point,)))
        await bot.start()
        story = await Story.begin(on, 0)
        await story.play()
        await story.nothing_is_left()
        await bot.stop()
    return seen


async def main(kills: int) -> bool:
    """Whether nothing was doubled, lost or told otherwise than it was."""
    points = await passed()
    chance, books = random.Random(_SEED), Counter[str]()  # noqa: S311  # nothing secret depends on it
    left = iter(range(kills))
    named = iter([*POINTS.values(), *chance.choices(sorted(points), k=kills)])

    async def some_stories(numbers: Sequence[int]) -> None:
        async with stage() as on, Process(on.values, on.folder / "log", clock=on.clock) as process:
            for number in numbers:
                point, moment = "", chance.choice(MOMENTS)
                if number % 2 == 0:
                    point, moment = next(named), at_a_point
                    point += f":{chance.randint(1, points[point])}"
                await process.stop()
                await process.start(KILL_AT=point)
                in_time, wrong = await kill(process, await Story.begin(on, number), moment, chance)
                books["in the midst of a story" if in_time else "right after one"] += 1
                books["at a named point"] += in_time and bool(point)
                books.update({each.partition(":")[0] for each in wrong} or {"right"})
                for each in wrong:
                    _say(f"{number}, {point or moment.__name__}: {each}")
                books["kills"] += 1
                if books["kills"] % 100 == 0:
                    _say(f"{time.strftime('%H:%M')} {books['kills']} …")

    async def lane() -> None:
        while numbers := [number for _, number in zip(range(_STORIES), left, strict=False)]:
            await some_stories(numbers)

    try:
        await asyncio.gather(*(lane() for _ in range(_LANES)))
    finally:  # whoever has no hour interrupts it
        counted = ", ".join(f"{books[each]} {each}" for each in ("doubled", "lost", "told wrongly"))
        where = ", ".join(f"{books[each]} {each}" for each in ("in the midst of a story", "at a named point"))
        _say(f"{books['kills']} kills ({where} of {len(points)}): {counted}")
    return books["right"] == kills


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else _KILLS)))
