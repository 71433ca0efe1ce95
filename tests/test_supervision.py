"""Whatever fails at whatever await of background work: everybody else is served, and in the end so is its person.

A fault of the test's own is raised at the n-th call that leaves the program (file, SMSC, Telegram, download), for
n = 1, 2, … until it no longer comes to that.
"""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import pytest

from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.faults import Faults
from tests.papers import PDF
from tests.person import Person
from tests.reached import made
from tests.running import ROOT, InProcess
from tests.stories import is_served, registers, told

TASKS_START = ROOT / "bot" / "supervision.py"


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
    "bot/opening.py _opened": "before anything is supervised; a thread cannot be broken off, so it is waited for",
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
