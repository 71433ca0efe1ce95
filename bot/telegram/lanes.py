"""One update a chat at a time, many chats side by side; a lane that is empty is gone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]


class Lanes:
    """Runs jobs: in order within a lane, lanes beside each other, all of them in one supervised group.

    A job that fails is logged, and takes nothing else with it: neither its lane nor the group.
    """

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._waiting: dict[Hashable, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._closed = False

    def put(self, lane: Hashable, job: Job) -> None:
        """Runs `job` when everything before it in the lane is through."""
        if self._closed:
            return
        waiting = self._waiting.get(lane)
        if waiting is not None:
            waiting.append(job)
            return
        self._waiting[lane] = deque([job])
        self._empty.clear()
        self._start(self._run(lane))

    def beside(self, job: Job) -> None:
        """Runs `job` at once, in no lane: an acknowledgement, a sign that work goes on."""
        if not self._closed:
            self._start(_guarded(job))

    async def drained(self, seconds: float) -> bool:
        """Waits until nothing is left in the lanes, at most so long; whether nothing is."""
        try:
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True

    async def close(self, seconds: float) -> None:
        """The end: what still runs has so long, then it is cancelled. Nothing new is begun."""
        self._closed = True
        for waiting in self._waiting.values():
            waiting.clear()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for each in late:
                each.cancel()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: Hashable) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                await _guarded(waiting.popleft())
        finally:
            del self._waiting[lane]
            if not self._waiting:
                self._empty.set()


async def _guarded(job: Job) -> None:
    try:
        await job()
    except Exception:
        log.exception("a job failed")
