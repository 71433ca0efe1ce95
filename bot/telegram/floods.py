"""What waits in each chat's queue, and chats in which more waits than a person can mean: of a flood the last counts."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from bot.clock import Clock
from bot.storage import outbox as outbox_table
from bot.storage.unit_of_work import UnitOfWork, Write
from bot.supervision import Job
from bot.telegram.batch import chat_of
from bot.telegram.chat_queues import ChatQueues

FLOODED: Final = "flooded"
"""The kind of notice that tells a person that they send faster than anybody reads."""
_FILES_MOST: Final = 100
"""Updates of one chat that wait at once where they bring files: nobody sends one by holding down a key."""
_PAUSE: Final = 0.2
"""Seconds between two updates of a chat that floods: the time is the others'."""
_LASTS: Final = 10.0
"""Seconds for which a chat counts as flooding."""
_QUIET: Final = 600.0
"""Seconds without a flood after which a new one is told of again."""

LookAhead = Callable[[int, Callable[[], Sequence[dict[str, Any]]]], Awaitable[None]]
"""Deletes what waits in a chat and will be read as a key or a password; takes what waits, when it looks."""


class Floods:
    """Puts updates into their chats' queues, and knows what waits there."""

    def __init__(self, clock: Clock, queues: ChatQueues, look_ahead: LookAhead, most: int) -> None:
        """`most`: updates of one chat that wait at once; of what comes on top only the last is kept."""
        self._most = most
        self._clock = clock
        self._queues = queues
        self._look_ahead = look_ahead
        self._queued: dict[int, deque[dict[str, Any]]] = {}
        self._looking: set[int] = set()
        self._last: dict[int, dict[str, Any]] = {}
        self._floods: dict[int, float] = {}

    def put(self, queue: int, update: dict[str, Any], job: Job) -> None:
        """Puts a job into a chat's queue; until it is done, its update is among those that wait there."""
        waiting = self._queued.setdefault(queue, deque())
        waiting.append(update)

        async def counted() -> None:
            try:
                if self._clock.ticks() - self._floods.get(queue, -math.inf) < _LASTS:
                    await self._clock.sleep(_PAUSE)
                await job()
            finally:
                waiting.popleft()
                if not waiting:
                    del self._queued[queue]
                self._look(queue)

        self._queues.put(queue, counted)
        self._look(queue)

    def has(self, update: dict[str, Any]) -> bool:
        """Whether more waits in the update's chat than a person can mean."""
        said = update.get("message") or update.get("edited_message") or update.get("callback_query")
        queue = chat_of(update)
        if not isinstance(said, dict) or queue == 0:
            return False
        return len(self._queued.get(queue, ())) >= (max(_FILES_MOST, self._most) if _brings(said) else self._most)

    def keep_last(
        self, update: dict[str, Any], handle: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> list[dict[str, Any]]:
        """Keeps the update as the last one of its flood; gives the one that it takes the place of.

        The last one is handled when its turn comes, whichever that is by then.
        """
        queue = chat_of(update)
        before = self._last.get(queue)
        self._last[queue] = update
        if before is None:
            self.put(queue, update, lambda: handle(self._last.pop(queue)))
            return []
        waiting = self._queued[queue]
        waiting[waiting.index(before)] = update
        self._look(queue)
        return [before]

    def passed_over(self, updates: Sequence[dict[str, Any]]) -> UnitOfWork:
        """What was in between is not handled: has each person told, once a flood."""
        unit_of_work, now, ticks = UnitOfWork(tells=True), self._clock.now(), self._clock.ticks()
        files = Counter(chat_of(each) for each in updates if _brings(each.get("message")))
        for chat_id in {chat_of(each) for each in updates}:
            new = ticks - self._floods.get(chat_id, -math.inf) >= _QUIET
            self._floods[chat_id] = ticks
            if chat_id > 0:
                unit_of_work.add(_told(chat_id, files[chat_id], now, new=new))
        self._floods = {each: at for each, at in self._floods.items() if ticks - at < _QUIET}
        return unit_of_work

    def _look(self, queue: int) -> None:
        """Looks at what waits in a private chat; what is handled at once needs no look."""
        if queue <= 0 or queue in self._looking or len(self._queued.get(queue, ())) < 2:
            return
        self._looking.add(queue)

        def waiting() -> Sequence[dict[str, Any]]:
            self._looking.discard(queue)  # what comes from now on is looked at again
            return tuple(self._queued.get(queue, ()))

        async def look() -> None:
            try:
                await self._look_ahead(queue, waiting)
            finally:
                self._looking.discard(queue)

        self._queues.beside(look)


def _told(chat_id: int, files: int, now: float, *, new: bool) -> Write:
    return lambda tx: outbox_table.flooded(tx, chat_id, FLOODED, files, now, new=new)


def _brings(said: object) -> bool:
    """Whether a message brings a file."""
    return isinstance(said, dict) and bool(said.keys() & {"document", "photo", "media_group_id"})
