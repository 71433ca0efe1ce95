"""Operations that are not over yet: the task of each, until when it waits, and who waits for its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.supervision import either


@dataclass(slots=True)
class _One:
    task: asyncio.Task[None] | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    until: float | None = None


class Running:
    """Operations by their ids, for as long as they are not over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._all: dict[int, _One] = {}

    @property
    def tasks(self) -> dict[int, asyncio.Task[None]]:
        """The tasks of those that were started."""
        return {key: each.task for key, each in self._all.items() if each.task is not None}

    def expect(self, operation_id: int) -> None:
        """Notes an operation that is planned; its turn may be long after."""
        self._of(operation_id)

    def start(self, operation_id: int, begin: Callable[[], asyncio.Task[None]]) -> None:
        """Starts its task, unless it has one."""
        one = self._of(operation_id)
        if one.task is None:
            one.task = begin()

    def cancel(self, operation_id: int) -> None:
        """Ends the task of one that is called off; whoever waited for its end goes on."""
        one = self._all.get(operation_id)
        if one is not None and one.task is not None:
            one.task.cancel()
        self.forget(operation_id)

    def forget(self, operation_id: int) -> None:
        """Takes away one that is over; whoever waited for its end goes on."""
        one = self._all.pop(operation_id, None)
        if one is not None:
            one.over.set()

    async def settled(self, operation_id: int, seconds: float) -> bool:
        """Whether it is over, waiting for that at most so long."""
        one = self._all.get(operation_id)
        if one is None:
            return True
        try:
            async with asyncio.timeout(seconds):
                await one.over.wait()
        except TimeoutError:
            return False
        return True

    def until(self, operation_id: int) -> float | None:
        """The ticks until which it waits for anything but a date; None where it does not, or a former run noted it."""
        return self._of(operation_id).until

    def wait(self, operation_id: int, seconds: float) -> float:
        """Has it wait for so long from now on; gives until which ticks."""
        one = self._of(operation_id)
        one.until = self._clock.ticks() + seconds
        return one.until

    def wake(self, operation_id: int) -> None:
        """Ends its wait."""
        self.wait(operation_id, 0.0)
        self._of(operation_id).woken.set()

    async def sleep(self, operation_id: int, seconds: float) -> None:
        """Lets time pass, until it is woken."""
        woken = self._of(operation_id).woken
        try:
            await either(woken.wait(), self._clock.sleep(seconds))
        finally:
            woken.clear()

    def _of(self, operation_id: int) -> _One:
        return self._all.setdefault(operation_id, _One())
