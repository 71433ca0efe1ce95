"""How long Telegram wants no more calls (429, `retry_after`): one hold a chat, one a method, one for everything.

Telegram does not say what its limits are, nor whose limit was met; it says how long to wait, and asks for just that
(core.telegram.org/bots/faq, "My bot is hitting limits"; grammy.dev/advanced/flood). So:

    a screen or a file was refused in a chat  ─▶ nothing is sent or edited there until then
    another call was refused in a chat        ─▶ that method is not called there until then
    a call that knows no chat was refused     ─▶ that method is not called until then
    many chats were refused at the same time  ─▶ it is the limit of the whole bot: nothing is sent anywhere until then

Holds are in the file, so that a restart does not call before its time. After a hold a chat is told one thing a second.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiogram.methods.base import TelegramMethod

from bot.clock import Clock, left
from bot.storage import holds as table
from bot.storage.database import Database
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)

_EVERYTHING: Final = "*"
_MANY_CHATS: Final = 4
_SAME_TIME: Final = 2.0
"""So many chats refused within so many seconds are no coincidence."""
_KEPT_FROM: Final = 3.0
"""Shorter holds are over before a restart is."""
_SPACE: Final = 1.0
"""Seconds between two messages in one chat after a hold (core.telegram.org/bots/faq: not more than one a second)."""
_SPACED_FOR: Final = 60.0


@dataclass(slots=True)
class _Hold:
    """Until which ticks it lasts, and when the last call was let through after it."""

    until: float
    last: float = -math.inf


class Holds:
    """What must not be called yet, and for how long."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._holds: dict[str, _Hold] = {}
        self._refused: deque[tuple[float, str]] = deque(maxlen=_MANY_CHATS)

    async def take_up(self) -> None:
        """What a former run of the process was asked for."""
        now, ticks = self._clock.now(), self._clock.ticks()
        for place, until, asked in await self._database.run(lambda tx: table.load(tx, now)):
            self._holds[place] = _Hold(ticks + left(now, until, until - asked))

    def left(self, method: TelegramMethod[Any]) -> float:
        """Seconds until a call may be made; 0: now. After a hold, a call that may be made counts as made."""
        if not self._holds:
            return 0.0
        ticks, place = self._clock.ticks(), _place(method)
        wait = self._left(place, ticks)
        if _shows(method):
            wait = max(wait, self._left(_EVERYTHING, ticks))
        hold = self._holds.get(place)
        if hold is None or wait > 0:
            return wait
        if ticks - hold.until > _SPACED_FOR:
            del self._holds[place]
        elif _shows(method):
            wait = max(hold.last + _SPACE - ticks, 0.0)
            hold.last = ticks + wait
        return wait

    def chat_left(self, chat_id: int) -> float:
        """Seconds until something may be shown in a chat; 0: now."""
        ticks = self._clock.ticks()
        return max(self._left(str(chat_id), ticks), self._left(_EVERYTHING, ticks))

    async def begin(self, method: TelegramMethod[Any], seconds: float) -> None:
        """Telegram refused a call, and asked to wait."""
        place = _place(method)
        places = [place]
        if _shows(method):
            ticks = self._clock.ticks()
            self._refused.append((ticks, place))
            chats = {each for at, each in self._refused if ticks - at <= _SAME_TIME}
            if len(chats) >= _MANY_CHATS:
                places.append(_EVERYTHING)
        for each in places:
            await self._hold(each, seconds)

    async def _hold(self, place: str, seconds: float) -> None:
        now, ticks = self._clock.now(), self._clock.ticks()
        if self._left(place, ticks) >= seconds:
            return
        log.warning("telegram asks to wait", place=place, seconds=seconds)
        self._holds[place] = _Hold(ticks + seconds, ticks + seconds)
        if seconds >= _KEPT_FROM:
            try:
                await self._database.run(lambda tx: table.put(tx, place, now + seconds, seconds, now))
            except StorageError as failure:  # it is kept as long as the process lives
                log.warning("a hold was not written down", why=str(failure))

    def _left(self, place: str, ticks: float) -> float:
        hold = self._holds.get(place)
        return max(0.0, hold.until - ticks) if hold is not None else 0.0


def _shows(method: TelegramMethod[Any]) -> bool:
    """Whether a call brings something into a chat, or changes what is there."""
    return method.__api_method__.startswith(("send", "edit", "forward", "copy")) and _chat(method) is not None


def _place(method: TelegramMethod[Any]) -> str:
    chat, name = _chat(method), method.__api_method__
    if chat is None:
        return name
    return str(chat) if _shows(method) else f"{chat} {name}"


def _chat(method: TelegramMethod[Any]) -> object:
    return getattr(method, "chat_id", None)
