"""A plugin of pytest that breaks one place of the bot, or notes which test reaches which place. See `tests/mutants.py`.

A place is a handler (`buttons:OpenCard`), what ends a conversation (`conversation:add:finish`), the reader of a step
(`step:add.name:read`), the question that comes next (`step:add.name:asked`), a move from a step
(`move:add.name:back`) or a button of a form (`form:add:cancel`). The places are those of the routes' tables and of the
flows' steps: what is new there is broken like the rest.

The environment says what to do: `BROKEN=<place>=<way>` breaks one place, `REACHED=<folder>` has each worker write there
which tests reach which places.
"""

from __future__ import annotations

import functools
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

import tests.person
from bot.conversation.callback import Callback
from bot.conversation.draft import Moved
from bot.conversation.flow import Flow
from bot.conversation.form_buttons import FormButton
from bot.conversation.inputs import TextInput
from bot.conversation.screen import Screen
from bot.conversation.step import Problem, Step, no_choices, nothing_read
from bot.locales import verbatim
from bot.telegram import wiring
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.handler import Call, Handler
from bot.telegram.routes import Cards, Conversation, Role, Routes

HANDLER = ("nothing", "elsewhere")
"""A handler that does nothing and shows nothing; one that does its work and shows something else."""
READER = ("anything", "refuses")
"""A reader that takes what it should refuse; one that refuses whatever comes."""
_NOT_THIS = Screen(Markup("Not this"))
_MOVES = ("choose", "done", "skip", "keep", "fill", "back", "edit", "drop")
_FORM = ("cancel", "resume", "restart", "send", "correct", "remove")


@dataclass
class Places:
    """What is broken, as `place=way`, and who reached what so far."""

    broken: str = ""
    reached: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def way(self, place: str) -> str | None:
        """In which way this place is broken; notes that the running test reached it."""
        test, _, _ = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")
        self.reached[place].add(test)
        found, _, way = self.broken.rpartition("=")
        return way if found == place else None


PLACES = Places()


class Watched(Handler[Any]):
    """A handler that can be broken; `watched_as` is its place."""

    watched_as: str

    @classmethod
    def around(cls, handler: Handler[Any], place: str) -> Handler[Any]:
        if isinstance(handler, Watched):
            return handler
        watched = cls(**{each.name: getattr(handler, each.name) for each in fields(Handler) if each.init})
        object.__setattr__(watched, "watched_as", place)
        return watched

    async def __call__(self, call: Call) -> Any:
        way = PLACES.way(self.watched_as)
        inline = self.watched_as == f"roles:{Role.INLINE_QUERY}"
        if way == "nothing":
            return Cards() if inline else None
        shown = await super().__call__(call)
        if way != "elsewhere" or (shown is None and self.watched_as.startswith("interrupts:")):
            return shown
        return Cards() if inline else _NOT_THIS


def name_of(key: object) -> str:
    """How the key of a routes' table is written."""
    return key.__name__ if isinstance(key, type) else str(key)


def tables() -> Iterator[str]:
    """The names of the routes' tables of handlers."""
    return (each.name for each in fields(Routes) if each.name != "conversations")


def all_mutants(routes: Routes) -> Iterator[str]:
    """Every way of breaking every place, whether a test reaches it or not."""
    for table in tables():
        for key in getattr(routes, table):
            yield from (f"{table}:{name_of(key)}={way}" for way in HANDLER)
    for conversation in routes.conversations.values():
        flow = conversation.flow
        yield from (f"conversation:{flow.name}:finish={way}" for way in HANDLER)
        if conversation.inspect is not None:
            yield f"conversation:{flow.name}:inspect=elsewhere"
        buttons = ("cancel", "resume", "restart", *(("send", "correct") if flow.summary else ()))
        yield from (f"form:{flow.name}:{button}=stays" for button in buttons)
        for step in flow.steps:
            yield from _of_step(flow, step)


def _of_step(flow: Flow[Any], step: Step[Any]) -> Iterator[str]:
    name = f"{flow.name}.{step.key}"
    if getattr(step.read, "__wrapped__", step.read) is not nothing_read:
        yield from (f"step:{name}:read={way}" for way in READER)
    if not step.quiet:
        yield f"step:{name}:asked=never"
    moves = {
        "choose": step.choices is not no_choices,
        "done": step.many,
        "drop": step.many and step.read is not nothing_read,
        "skip": step.optional,
        "back": True,
        "edit": flow.summary,
    }
    yield from (f"move:{name}:{move}=stays" for move, possible in moves.items() if possible)


def watch() -> None:
    """Has every place looked at by `PLACES`; before anything of `handlers` is imported, whose flows are made then."""
    put_together = wiring.put_together

    def watched_routes(
        parts: Iterable[Routes],
        *,
        buttons: Iterable[type[Callback]] = (),
        commands: Iterable[str] = (),
        conversations: Iterable[str] = (),
    ) -> Routes:
        whole = put_together(parts, buttons=buttons, commands=commands, conversations=conversations)
        for table in tables():
            entries: dict[Any, Handler[Any]] = getattr(whole, table)
            entries.update({key: Watched.around(each, f"{table}:{name_of(key)}") for key, each in entries.items()})
        for name, each in whole.conversations.items():
            whole.conversations[name] = _watched_conversation(each)
        return whole

    made = Flow.__init__

    @functools.wraps(made)
    def make_watched(flow: Flow[Any], *received: Any, **named: Any) -> None:
        made(flow, *received, **named)
        object.__setattr__(flow, "steps", tuple(_watched_step(flow.name, each) for each in flow.steps))

    wiring.put_together = watched_routes
    setattr(Flow, "__init__", make_watched)  # noqa: B010  # mypy lets nobody assign to a method
    setattr(Flow, "current", _watched_current(Flow.current))  # noqa: B010
    for move in _MOVES:
        setattr(Flow, move, _watched_move(move, getattr(Flow, move)))
    setattr(Forms, "tapped", _watched_tap(Forms.tapped))  # noqa: B010


def _watched_conversation(conversation: Conversation) -> Conversation:
    place = f"conversation:{conversation.flow.name}"
    finish = Watched.around(conversation.finish, f"{place}:finish")
    inspect = Watched.around(conversation.inspect, f"{place}:inspect") if conversation.inspect else None
    return replace(conversation, finish=finish, inspect=inspect)


def _watched_step(flow: str, step: Step[Any]) -> Step[Any]:
    if hasattr(step.applies, "__wrapped__"):
        return step
    inner, applies = step.read, step.applies

    @functools.wraps(inner)
    def read(received: Any, answers: Any, facts: Any) -> Any:
        way = PLACES.way(f"step:{flow}.{step.key}:read")
        if way == "refuses":
            return Problem(verbatim("Not this."))
        value = inner(received, answers, facts)
        takes_all = way == "anything" and isinstance(value, Problem) and isinstance(received, TextInput)
        return received.text if takes_all else value

    @functools.wraps(applies)
    def asked(answers: Any, facts: Any) -> bool:
        return applies(answers, facts) and PLACES.broken != f"step:{flow}.{step.key}:asked=never"

    return replace(step, read=inner if inner is nothing_read else read, applies=asked)


def _watched_current(current: Callable[..., Step[Any] | None]) -> Callable[..., Step[Any] | None]:
    @functools.wraps(current)
    def watched(flow: Flow[Any], draft: Any, facts: Any) -> Step[Any] | None:
        step = current(flow, draft, facts)
        if step is not None:
            PLACES.way(f"step:{flow.name}.{step.key}:asked")
        return step

    return watched


def _watched_move(name: str, move: Callable[..., Moved | None]) -> Callable[..., Moved | None]:
    @functools.wraps(move)
    def watched(flow: Flow[Any], draft: Any, facts: Any, *more: Any) -> Moved | None:
        step = flow.current(draft, facts)
        key = more[0] if name == "edit" else step.key if step is not None else "summary"
        stays = PLACES.way(f"move:{flow.name}.{key}:{name}") == "stays"
        return Moved(draft) if stays else move(flow, draft, facts, *more)

    return watched


def _watched_tap(tapped: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(tapped)
    async def watched(forms: Forms, chat: ChatContext, tapped_on: FormButton) -> Any:
        button = type(tapped_on).__name__.lower()
        if button in _FORM and PLACES.way(f"form:{chat.person.open or chat.open_before}:{button}") == "stays":
            return await forms.current(chat)
        return await tapped(forms, chat, tapped_on)

    return watched


class Notes:
    """Writes down who reached what, a file for each worker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:  # with nothing broken: it says nothing about what is
            self._failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        if worker is None:
            return
        reached = {place: sorted(by - self._failed - {""}) for place, by in PLACES.reached.items()}
        (self._folder / f"reached-{worker}.json").write_text(json.dumps(reached), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(Flow.__init__, "__wrapped__"):
        watch()
    PLACES.broken = os.environ.get("BROKEN", "")
    if PLACES.broken:
        tests.person.PATIENCE = float(os.environ["PATIENCE"])
    if folder := os.environ.get("REACHED"):
        config.pluginmanager.register(Notes(Path(folder)))
