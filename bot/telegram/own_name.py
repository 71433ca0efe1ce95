"""The bot's user name: whom commands name, and where links lead."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

log = structlog.get_logger(__name__)

_ASKED_MOST: Final = 5
_ASKED_SECONDS: Final = 60.0
_STRANGE_SECONDS: Final = 600.0


class OwnName:
    """The bot's user name. Its owner may change it at any time, and nothing tells of that.

    So an unknown name is asked about, at most five times a minute; that it is another bot's is remembered for ten.
    """

    def __init__(self, bot: Bot, name: str, ticks: Callable[[], float]) -> None:
        self.current = name
        self._former: set[str] = set()
        self._bot = bot
        self._ticks = ticks
        self._asked: deque[float] = deque(maxlen=_ASKED_MOST)
        self._strange: dict[str, float] = {}

    async def answers_to(self, name: str) -> bool:
        """Whether this bot has the name now."""
        name, ticks = name.lower(), self._ticks()
        if name == self.current.lower():
            return True
        self._strange = {each: at for each, at in self._strange.items() if ticks - at < _STRANGE_SECONDS}
        often = len(self._asked) == _ASKED_MOST and ticks - self._asked[0] < _ASKED_SECONDS
        if name in self._strange or often:
            return False
        self._asked.append(ticks)
        try:
            me = await self._bot.get_me()
        except TelegramAPIError as failure:
            log.info("own name not known", why=type(failure).__name__)
            return False
        if me.username and me.username.lower() != self.current.lower():
            self._former.add(self.current.lower())
        self.current = me.username or self.current
        if name == self.current.lower():
            return True
        self._strange[name] = ticks
        return False

    async def answered_to(self, name: str) -> bool:
        """Whether this bot has the name, or had it since it was started: in a private chat nobody else can be meant.

        In a group the former name may be another bot's by now.
        """
        return name.lower() in self._former or await self.answers_to(name)
