"""SMSC's limits as bookkeeping, so that the bot itself never provokes an error 9.

Pure but for the waiting: the clock and the sleep are handed in. A request takes a slot; the slot
waits for its turn where that is soon, says when it would be where it is not, and learns from how
the request ended: error 9 holds that kind of request back, error 4 the whole service.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.smsc.catalogue import ADDS_A_MINUTE, BALANCES_A_MINUTE, LISTS_A_MINUTE, Command
from bot.smsc.errors import ErrorKind, MustWait, NotSent, Refused, WaitReason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Hashable


@dataclass(frozen=True, slots=True)
class Identity:
    """Who SMSC counts requests for: a login, or a key's fingerprint, at a service."""

    service: str
    who: str


@dataclass(frozen=True, slots=True)
class LimitNumbers:
    """The numbers that are kept; times in seconds.

    SMSC's own (B) are three identical lists, five adds and ten balances a minute, and fewer than 15
    requests at once. The window is a second longer than a minute: their clock is not ours.
    """

    window: float = 61.0
    lists: int = LISTS_A_MINUTE
    lists_apart: float = 20.0
    adds: int = ADDS_A_MINUTE
    balances: int = BALANCES_A_MINUTE
    at_once: int = 2
    busy: float = 5.0
    blocked: float = ErrorKind.ADDRESS_BLOCKED.wait or 600.0
    probe: float = 30.0


@dataclass(frozen=True, slots=True)
class _Rule:
    """At most so many in the window, and each so far from the last."""

    most: int
    apart: float = 0.0


@dataclass(slots=True, eq=False)
class _Mark:
    """A request that SMSC counts; it may arrive there at any time until it is answered."""

    answered: float | None = None

    def at(self, now: float) -> float:
        return now if self.answered is None else self.answered


@dataclass(slots=True)
class _Block:
    """A service that answered error 4."""

    until: float
    probing: bool = False


@dataclass(slots=True)
class _Line:
    """The requests of one login: how many are on their way, and who waits for an end."""

    running: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


_Key = tuple["Identity", Command, "Hashable"]


class Slot:
    """A request's place within the limits."""

    def __init__(self, marks: list[_Mark], most: float, since: Callable[[], float]) -> None:
        self._marks = marks
        self._most = most
        self._since = since
        self._own: list[_Mark] = []
        self._count()

    def again(self) -> bool:
        """Whether the same may be asked once more at once, elsewhere; if so it is counted."""
        since = self._since()
        recent = [each for each in self._marks if each.answered is None or each.answered > since]
        if len(recent) >= self._most:
            return False
        self._count()
        return True

    def _count(self) -> None:
        self._own.append(_Mark())
        self._marks.append(self._own[-1])

    def end(self, now: float, *, counted: bool) -> None:
        """The request is over; `counted` is False where the last one certainly never arrived."""
        if not counted:
            self._marks.remove(self._own.pop())
        for each in self._own:
            each.answered = now


class Limits:
    """Keeps every request to SMSC within its limits.

    `clock` gives seconds since the epoch and may be set back; `sleep` lets seconds pass.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        numbers: LimitNumbers | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self.numbers: Final = numbers or LimitNumbers()
        self._rules = {
            Command.GET: _Rule(self.numbers.lists, self.numbers.lists_apart),
            Command.ADD: _Rule(self.numbers.adds),
            Command.BALANCE: _Rule(self.numbers.balances),
        }
        self._marks: dict[_Key, list[_Mark]] = {}
        self._held: dict[tuple[Identity, Command], float] = {}
        self._blocks: dict[str, _Block] = {}
        self._lines: dict[Identity, _Line] = {}
        self._last = clock()
        self._swept = self._last

    def earliest(self, identity: Identity, command: Command, signature: Hashable = None) -> float:
        """When such a request may go, in seconds of the clock; never before now. Only looks.

        Args:
            identity: who SMSC counts it for.
            command: what is asked.
            signature: tells list requests apart; only identical ones are limited.

        """
        now = self._now()
        return self._due(now, identity, command, signature)[0]

    @asynccontextmanager
    async def slot(
        self,
        identity: Identity,
        command: Command,
        signature: Hashable = None,
        patience: float = 0.0,
    ) -> AsyncIterator[Slot]:
        """Holds a place for a request while it is made; waits for it at most `patience` seconds.

        Raises:
            MustWait: it may not go that soon; nothing was sent.

        """
        await self._admit(identity, command, signature, patience)
        line = self._lines.setdefault(identity, _Line())
        line.running += 1
        block = self._blocks.get(identity.service)
        if block is not None:
            block.probing = True
        slot = self._slot(identity, command, signature)
        answered, counted = False, True
        try:
            yield slot
            answered = True
        except Refused as refused:
            answered = refused.kind is not ErrorKind.ADDRESS_BLOCKED
            self._learn(identity, command, refused)
            raise
        except NotSent:
            counted = False
            raise
        finally:
            slot.end(self._now(), counted=counted)
            line.running -= 1
            self._call_next(identity)
            if block is not None:
                block.probing = False
                if answered and self._blocks.get(identity.service) is block:
                    del self._blocks[identity.service]

    def _slot(self, identity: Identity, command: Command, signature: Hashable) -> Slot:
        def since() -> float:
            return self._now() - self.numbers.window

        rule = self._rules.get(command)
        if rule is None:
            return Slot([], math.inf, since)
        marks = self._marks.setdefault(_key(identity, command, signature), [])
        return Slot(marks, rule.most, since)

    async def _admit(self, identity: Identity, command: Command, signature: Hashable, patience: float) -> None:
        """Comes back when the request may go at this very moment.

        Raises:
            MustWait: that is not so within `patience` seconds.

        """
        deadline = self._now() + patience
        while True:
            now = self._now()
            self._sweep(now)
            due, why = self._due(now, identity, command, signature)
            line = self._lines.get(identity)
            if due > now:
                if due > deadline:
                    raise MustWait(due, why)
                await self._sleep(due - now)
            elif line is None or line.running < self.numbers.at_once:
                return
            elif now >= deadline:
                raise MustWait(now + self.numbers.busy, WaitReason.BUSY)
            else:
                await self._turn(line, deadline - now)

    async def _turn(self, line: _Line, seconds: float) -> None:
        """Waits until a request of this login ends, at most so long."""
        ended = asyncio.get_running_loop().create_future()
        line.waiting.append(ended)
        timer = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait({ended, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            if ended in line.waiting:
                line.waiting.remove(ended)

    def _call_next(self, identity: Identity) -> None:
        """Wakes everybody who waits for this login; the first of them to look gets the place."""
        line = self._lines[identity]
        while line.waiting:
            ended = line.waiting.popleft()
            if not ended.done():
                ended.set_result(None)
        if not line.running:
            del self._lines[identity]

    def _due(self, now: float, identity: Identity, command: Command, signature: Hashable) -> tuple[float, WaitReason]:
        block = self._blocks.get(identity.service)
        if block is not None and (block.until > now or block.probing):
            return max(block.until, now + self.numbers.probe), WaitReason.BLOCKED
        due = max(now, self._held.get((identity, command), now))
        rule = self._rules.get(command)
        marks = self._marks.get(_key(identity, command, signature))
        if rule is not None and marks:
            times = sorted(each.at(now) for each in marks)
            due = max(due, times[-1] + rule.apart)
            if len(times) >= rule.most:
                due = max(due, times[-rule.most] + self.numbers.window)
        return due, WaitReason.LIMITS

    def _learn(self, identity: Identity, command: Command, refused: Refused) -> None:
        now = self._now()
        if refused.kind is ErrorKind.ADDRESS_BLOCKED:
            self._blocks[identity.service] = _Block(now + self.numbers.blocked)
        elif refused.kind is ErrorKind.TOO_OFTEN:
            self._held[identity, command] = now + self.numbers.window

    def _now(self) -> float:
        """The time; where the clock was set back, everything that was noted is set back with it."""
        now = self._clock()
        back = self._last - now
        if back > 0:
            for mark in (each for marks in self._marks.values() for each in marks):
                if mark.answered is not None:
                    mark.answered -= back
            self._held = {key: until - back for key, until in self._held.items()}
            for block in self._blocks.values():
                block.until -= back
            self._swept -= back
        self._last = now
        return now

    def _sweep(self, now: float) -> None:
        """Once a window, frees what no longer limits anything."""
        if now - self._swept < self.numbers.window:
            return
        self._swept = now
        since = now - max(self.numbers.window, self.numbers.lists_apart)
        for key, marks in list(self._marks.items()):
            marks[:] = [each for each in marks if each.at(now) > since]
            if not marks:
                del self._marks[key]
        self._held = {key: until for key, until in self._held.items() if until > now}


def _key(identity: Identity, command: Command, signature: Hashable) -> _Key:
    return identity, command, signature if command is Command.GET else None
