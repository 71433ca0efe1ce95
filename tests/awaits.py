"""Every await of the program, one at a time: what was waited for comes, and then a fault of the tests' own.

Tasks of the program are driven step by step. Where one comes back from a wait it is known at which of its awaits it
stands: the innermost one that is in the program's own code, beside the ways that all of it goes through (the thread of
the file, calls of Telegram, pauses).
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Coroutine, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from tests.running import ROOT

COMMON_WAYS = frozenset(
    {"bot/supervision.py", "bot/storage/database.py", "bot/telegram/session.py", "bot/smsc/client.py", "bot/clock.py"}
)


class UnforeseenError(Exception):
    """Nothing in the program knows it."""


class Site(NamedTuple):
    """An await of the program."""

    file: str
    function: str
    line: int


@dataclass
class Awaits:
    """What was waited at, and where a fault is to come; each fault comes once."""

    seen: dict[Site, None] = field(default_factory=dict)
    fault_at: Site | None = None

    def factory(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **more: Any
    ) -> asyncio.Task[Any]:
        """As `loop.set_task_factory` takes it."""
        code = getattr(work, "cr_code", None)
        ours = code is not None and _file(code) is not None
        if not ours:
            return asyncio.Task(work, loop=loop, **more)
        task = asyncio.Task(self._driven(work), loop=loop, **more)
        task.add_done_callback(lambda _: work.close())  # it may have been cancelled before its first step
        return task

    async def _driven(self, work: Coroutine[Any, Any, Any]) -> Any:
        return await _steps(work, self)

    def comes_back(self, work: Coroutine[Any, Any, Any]) -> UnforeseenError | None:
        """The fault, where it is to come at the await at which this work stands."""
        site = next((each for each in reversed(list(_stack(work))) if each.file not in COMMON_WAYS), None)
        if site is None:
            return None
        self.seen.setdefault(site)
        if site != self.fault_at:
            return None
        self.fault_at = None
        return UnforeseenError(f"at {site.function}, line {site.line}")


@types.coroutine
def _steps(work: Coroutine[Any, Any, Any], awaits: Awaits) -> Generator[Any, Any, Any]:
    value: Any = None
    failure: BaseException | None = None
    while True:
        try:
            waited = work.send(value) if failure is None else work.throw(failure)
        except StopIteration as end:
            return end.value
        value = failure = None
        try:
            value = yield waited
        except BaseException as thrown:  # noqa: BLE001  # handed on: a cancellation, the end of what was waited for
            failure = thrown
        else:
            failure = awaits.comes_back(work)


def _stack(work: Any) -> Iterator[Site]:
    """The functions of the program that a suspended coroutine is in, outermost first."""
    while work is not None:
        code = getattr(work, "cr_code", None) or getattr(work, "ag_code", None) or getattr(work, "gi_code", None)
        frame = getattr(work, "cr_frame", None) or getattr(work, "ag_frame", None) or getattr(work, "gi_frame", None)
        if code is None or frame is None:
            return
        file = _file(code)
        if file is not None:
            yield Site(file, code.co_qualname, frame.f_lineno)
        work = getattr(work, "cr_await", None) or getattr(work, "ag_await", None) or getattr(work, "gi_yieldfrom", None)


def _file(code: types.CodeType) -> str | None:
    path = PurePosixPath(code.co_filename)
    if not path.is_relative_to(ROOT.as_posix()):
        return None
    file = path.relative_to(ROOT.as_posix()).as_posix()
    return file if file.startswith(("bot/", "handlers/")) and not file.startswith("bot/sandbox/") else None
