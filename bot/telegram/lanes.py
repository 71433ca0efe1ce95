"""One update a chat at a time, many chats side by side; a lane that is empty is gone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

Job = Callable[[], Awaitable[None]]


class Lanes:
    """Runs jobs: in order within a lane, lanes beside each other, all of them in one supervised group."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._waiting: dict[int, deque[Job]] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def put(self, lane: int, job: Job) -> None:
        """Runs `job` when everything before it in the lane is through."""
        waiting = self._waiting.get(lane)
        if waiting is not None:
            waiting.append(job)
            return
        self._waiting[lane] = deque([job])
        self._empty.clear()
        self._group.create_task(self._run(lane))

    def beside(self, job: Job) -> None:
        """Runs `job` at once, in no lane: an acknowledgement, a sign that work goes on."""
        self._group.create_task(_awaited(job))

    async def drained(self, seconds: float) -> bool:
        """Waits until nothing is left, at most so long; whether nothing is."""
        try:
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True

    async def _run(self, lane: int) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                await waiting.popleft()()
        finally:
            del self._waiting[lane]
            if not self._waiting:
                self._empty.set()


async def _awaited(job: Job) -> None:
    await job()
