"""Whatever fails at whatever await of background work: everybody else is served, and in the end so is its person.

A fault of the test's own is raised at the n-th call that leaves the program (file, SMSC, Telegram, download), for
n = 1, 2, … until it no longer comes to that.
"""

from __future__ import annotations

import ast
import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.backoff import Backoff
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.senders import operations
from bot.smsc import SmscClient
from bot.storage.database import Database
from bot.telegram.session import JsonSession
from tests.papers import PDF
from tests.person import Person
from tests.reached import made
from tests.running import ROOT, InProcess
from tests.stories import is_served, registers

TASKS_START = ROOT / "bot" / "supervision.py"


class UnforeseenError(Exception):
    """Nothing in the program knows it."""


@dataclass
class Faults:
    """Counts what leaves the program while it is `armed`, of the tasks that are meant, and fails the n-th."""

    work: str = ""
    nth: int = 0
    count: int = 0
    armed: bool = False
    seams: list[str] = field(default_factory=list)

    def arm(self, work: str, nth: int) -> None:
        """From now on the n-th call of this work fails, once."""
        self.work, self.nth, self.count, self.armed = work, nth, 0, True

    def passes(self, seam: str) -> None:
        """One more call; raises where it is the one."""
        if not self.armed or not any(each.startswith(self.work) for each in _work()):
            return
        self.count += 1
        if self.count == self.nth:
            self.armed = False
            self.seams.append(seam)
            raise UnforeseenError(f"{seam}, call {self.nth} of {self.work}")


def _work() -> set[str]:
    """The functions that the present task is in: they tell whose work it is."""
    return {frame.f_code.co_qualname for frame, _ in traceback.walk_stack(None)}


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    counted = Faults()

    def counting(owner: Any, name: str, seam: str) -> None:
        original = getattr(owner, name)

        async def call(*args: Any, **more: Any) -> Any:
            counted.passes(seam)
            return await original(*args, **more)

        monkeypatch.setattr(owner, name, call)

    counting(Database, "run", "file")
    counting(SmscClient, "call", "SMSC")
    counting(JsonSession, "make_request", "Telegram")
    streaming = JsonSession.stream_content

    async def stream(*args: Any, **more: Any) -> Any:
        counted.passes("download")
        async for chunk in streaming(*args, **more):
            yield chunk

    monkeypatch.setattr(JsonSession, "stream_content", stream)
    monkeypatch.setattr(operations, "_LOOK_AGAIN", Backoff.doubling(1.0, 1800.0))
    return counted


async def told(person: Person, bot: InProcess, *ends: str) -> str:
    """In the end one of these is told, however often it is tried before; which."""
    for _ in range(400):
        texts = [each["text"] for each in person.fresh(await person.state())]
        for end in ends:
            if any(end in text for text in texts):
                return end
        bot.clock.advance(10)
        await asyncio.sleep(0.01)
    said = [each["text"] for each in person.seen["messages"] if each["from"]["is_bot"]]
    raise AssertionError(f"never told {ends}: {said[-2:]}")


async def document(person: Person, name: str) -> None:
    await person.writes("/document Aruana")
    await person.sees("Send the document for")
    await person.sends_file(name, PDF)
    await person.sees(f"1. {name}")
    await person.taps("Done")
    await person.sees("check and send")
    await person.taps("Send them")


@dataclass(frozen=True)
class Story:
    """What is begun, which work of it fails, what is told in the end, and which request is made once at most."""

    begin: Callable[[Person, int], Awaitable[None]]
    work: str
    ends: str
    command: str
    lost: bool = False


SENT = "The application for LILY{n} is sent"
UNDONE = "It did not go through: nothing was changed at SMSC"

STORIES = {
    "a request that is sent": Story(lambda p, n: registers(p, f"LILY{n}"), "Operations._live", SENT, "add"),
    "a request whose answer is lost": Story(
        lambda p, n: registers(p, f"LILY{n}"), "Operations._live", SENT, "add", lost=True
    ),
    "a document": Story(
        lambda p, n: document(p, f"{n}.pdf"), "Operations._live", "Documents for Aruana are at SMSC: {n}.pdf", "chg"
    ),
    "a notice": Story(lambda p, n: registers(p, f"LILY{n}"), "Outbox", SENT, "add"),
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
async def test_a_fault_at_any_await_of_a_request_or_notice_costs_nobody_anything(
    connected: Person, other: Person, bot: InProcess, smsc: SmscSandbox, faults: Faults, story: Story
) -> None:
    nth = 0
    while True:
        nth += 1
        if story.lost:
            smsc.fault(Fault(story.command, when="after", kind="drop"))
        before = made(smsc, story.command)
        faults.arm(story.work, nth)
        await story.begin(connected, nth)
        done = story.ends.format(n=nth)
        end = await told(connected, bot, done, UNDONE)
        assert made(smsc, story.command) - before == (end == done), faults.seams[-1:]
        await is_served(other)
        if faults.armed:
            break
        bot.clock.advance(120)
    faults.armed = False
    assert nth > 4, faults.seams
    await bot.stop()
    await bot.start()
    await is_served(connected)
    await is_served(other)


async def test_a_key_whose_deletion_runs_into_a_fault_is_taken_and_its_person_told(
    aigerim: Person, bot: InProcess, faults: Faults
) -> None:
    await aigerim.writes("/connect")
    await aigerim.sees("Send the API key")
    faults.arm("Panel._secret_deleted", 1)
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees_somewhere("Connected", "Please delete it yourself")
    assert faults.seams == ["Telegram"]


STARTS = frozenset({"create_task", "ensure_future", "TaskGroup", "run_coroutine_threadsafe"})
OWN_TASKS = {
    "bot/app.py _opened": "before anything is supervised; a thread cannot be broken off, so it is waited for",
    "bot/smsc/limits.py Limits._an_end": "a timer beside a wait, ended with it; the client stands on its own",
    "bot/imaging/image_converter.py ImageConverter._worked_on": "both ends of a process, ended where they are begun",
}


def _starting(tree: ast.AST, within: str = "") -> Iterator[str]:
    """The functions in which a task is started."""
    for each in ast.iter_child_nodes(tree):
        if (
            isinstance(each, ast.Call)
            and (getattr(each.func, "attr", None) or getattr(each.func, "id", None)) in STARTS
        ):
            yield within
        name = (
            getattr(each, "name", "") if isinstance(each, ast.ClassDef | ast.AsyncFunctionDef | ast.FunctionDef) else ""
        )
        yield from _starting(each, ".".join(filter(None, (within, name))))


def test_tasks_are_started_in_one_place() -> None:
    found: set[str] = set()
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]:
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("bot/sandbox/") and path != TASKS_START:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {f"{name} {function}" for function in _starting(tree)}
    assert found == OWN_TASKS.keys()
