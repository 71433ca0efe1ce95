"""What no update waits with, before its queue: a tap is acknowledged, a message that holds a secret is deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bot.conversation.inputs import TextInput
from bot.storage.unit_of_work import UnitOfWork
from bot.telegram.calls import Acknowledge
from bot.telegram.chat_context import Contexts
from bot.telegram.dispatch import Dispatch
from bot.telegram.forms import Forms
from bot.telegram.inputs import carries_secret, is_private
from bot.telegram.keyboard import buttons_of
from bot.telegram.panel import Panel
from bot.telegram.refusals import Meaning, meaning

log = structlog.get_logger(__name__)


class Reception:
    """Receives what came, beside the queues."""

    def __init__(self, bot: Bot, panel: Panel, contexts: Contexts, dispatch: Dispatch, forms: Forms) -> None:
        self._bot = bot
        self._panel = panel
        self._contexts = contexts
        self._dispatch = dispatch
        self._forms = forms

    async def acknowledge(self, callback_id: str) -> None:
        """Answers a tap before any work; that a query is too old is of no interest."""
        try:
            await self._bot(Acknowledge.of(callback_query_id=callback_id))
        except TelegramAPIError as failure:
            if meaning(failure) is not Meaning.TOO_LATE:
                log.warning("tap not acknowledged", why=type(failure).__name__)

    async def delete_secret(self, chat_id: int, message_id: int) -> None:
        """Deletes a message that holds a key or a password before it is read.

        Whoever handles the message afterwards deletes it too, learns how that went, and tells the person if it did not.
        """
        await self._panel.delete_secret(chat_id, message_id)

    async def look_ahead(self, chat_id: int, waiting: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        """Deletes what waits in a private chat and will be read as a key or a password, because the form asks for one.

        What waits before it decides: an answer leads on to the next question; a command, a tap or a button's words may
        lead anywhere, so that what comes after them is looked at when they are through. A file leaves the question
        standing until it is handled, and so does a first try of a key.
        """
        chat = await self._contexts.of_chat(chat_id, UnitOfWork())
        if chat.person.open is None:
            return
        updates = tuple(waiting())
        ahead = await self._forms.ahead(chat)
        for update in updates:
            message = update.get("message")
            if ahead is None or not isinstance(message, Mapping) or not is_private(message):
                return
            number, text = int(message["message_id"]), message.get("text")
            if number <= chat.person.last_message[0] or not isinstance(text, str):
                continue
            received = TextInput(text, number, forwarded="forward_origin" in message)
            if self._dispatch.leads_away(chat, received, secret=ahead.secret):
                return
            if carries_secret(message) and not ahead.secret:
                return
            if not ahead.secret:
                ahead = ahead.after(received)
                chat.changes.person = replace(chat.person, buttons=buttons_of(ahead.screen(chat.t)))
            elif len(text.split()) == 1:
                await self._panel.delete_secret(chat_id, number)
