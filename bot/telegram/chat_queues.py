"""One update a chat at a time, many chats side by side; a queue that is empty is gone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from bot.supervision import Job, Supervisor, guarded

T = TypeVar("T")


class ChatQueues:
    """Runs jobs: in order within a queue, queues beside each other, all of them supervised.

    A job that fails is logged, and takes nothing else with it, least of all the rest of its queue.
    """

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._waiting: dict[Hashable, deque[Job]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._closed = False

    def __len__(self) -> int:
        """The queues that have something to do."""
        return len(self._waiting)

    def put(self, queue: Hashable, job: Job) -> None:
        """Runs `job` when everything before it in the queue is through."""
        if self._closed:
            return
        waiting = self._waiting.get(queue)
        if waiting is not None:
            waiting.append(job)
            return
        self._waiting[queue] = deque([job])
        self._empty.clear()
        self._start("queue", lambda: self._run(queue))

    def beside(self, job: Job) -> None:
        """Runs `job` at once, in no queue: an acknowledgement, a sign that work goes on."""
        if not self._closed:
            self._start("beside", job)

    def asked(self, work: Callable[[], Awaitable[T]], otherwise: T) -> asyncio.Task[T]:
        """Runs work at once, in no queue, whose outcome is waited for; `otherwise` where it fails."""
        return self._noted(self._supervisor.asked("asked", work, otherwise))

    async def drained(self, seconds: float) -> bool:
        """Waits until nothing is left in the queues, at most so long; whether nothing is."""
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

    def _start(self, name: str, job: Job) -> None:
        self._noted(self._supervisor.once(name, job))

    def _noted(self, task: asyncio.Task[T]) -> asyncio.Task[T]:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, queue: Hashable) -> None:
        waiting = self._waiting[queue]
        try:
            while waiting:
                await guarded("queue", waiting.popleft())
        finally:
            del self._waiting[queue]
            if not self._waiting:
                self._empty.set()
