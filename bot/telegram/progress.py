"""How far long work is, told in place: after a second, then at most every two, in one message that is edited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

import structlog
from aiogram.exceptions import TelegramAPIError

from bot.conversation.screen import Screen
from bot.locales import Phrase, Texts
from bot.people import People
from bot.supervision import started
from bot.telegram.chat_context import ChatContext
from bot.telegram.panel import BlockedError, NotShownError, Panel

log = structlog.get_logger(__name__)

_FIRST: Final = 1.0
_EVERY: Final = 2.0
_ABOUT: Final = "progress"


class UploadSign:
    """The sign that a file of a request is on its way to SMSC, in the topic of that request."""

    def __init__(self, people: People, panel: Panel) -> None:
        self._people = people
        self._panel = panel

    @asynccontextmanager
    async def __call__(self, user_id: int, about: str) -> AsyncIterator[None]:
        """Shows it for as long as the context is open."""
        person = await self._people.load(user_id)
        async with self._panel.uploading(user_id, person.topics.get(about)):
            yield


class Progress:
    """`async with Progress(panel, chat, phrase) as progress: … progress.say(phrase)`.

    The message becomes the living one, so that the screen after it takes its place, also after a crash: then the
    update is worked on again. Work of less than a second is not told of.
    """

    def __init__(self, panel: Panel, chat: ChatContext, begun: Phrase) -> None:
        self._panel = panel
        self._context = chat
        self._newest = begun
        self._over = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._telling = started("progress", self._tell)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_failure: object) -> None:
        """Ends when nothing is on its way to Telegram any more: what is shown next comes after it."""
        self._over.set()
        if self._telling is None:
            return
        if kind is asyncio.CancelledError:  # the bot stops: nothing is waited for
            self._telling.cancel()
            return
        await self._telling

    def say(self, phrase: Phrase) -> None:
        """What is to be told next; only the newest is."""
        self._newest = phrase

    async def _tell(self) -> None:
        pause, told = _FIRST, None
        while not await self._over_within(pause):
            pause = _EVERY
            if self._newest != told:
                told = self._newest
                await self._show(told)

    async def _show(self, phrase: Phrase) -> None:
        chat = self._context
        try:
            chat.changes.person = await self._panel.show_meanwhile(chat.person, progress_screen(chat.t, phrase), _ABOUT)
        except (NotShownError, BlockedError, TelegramAPIError) as failure:
            log.debug("progress not told", why=type(failure).__name__)

    async def _over_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return False
        return True


def progress_screen(t: Texts, phrase: Phrase) -> Screen:
    """How far work is."""
    return Screen(t(phrase))
