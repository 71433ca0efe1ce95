"""The reply keyboard of quick actions: brought by a message of its own, taken away by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import SendMessage
from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.locales import LANGUAGES, Catalogues, Phrase, Texts
from bot.telegram.chat_context import ChatContext
from bot.telegram.panel import BlockedError, NotShownError, Panel, refused

LATER: Final = "bar"
"""The kind of notice that brings the keyboard, or takes it away, where Telegram did not take that at once."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class QuickAction:
    """A button of the reply keyboard: it stands for a command; without one, it shares the person's own number."""

    label: Phrase
    command: str | None


class ReplyKeyboard:
    """Shows and hides the quick actions. Telegram keeps them with the message that brought them: it stays.

    They fold away when they were used, and an icon beside the text unfolds them (Bot API, ReplyKeyboardMarkup): a
    question has the screen to itself.
    """

    def __init__(self, bot: Bot, panel: Panel, rows: Sequence[Sequence[QuickAction]]) -> None:
        self._bot = bot
        self._panel = panel
        self._rows = rows

    async def show(self, chat: ChatContext) -> None:
        """Brings the keyboard, in the person's language, and has the screen below it; a former one's message goes.

        Where Telegram does not take it now, it is brought later.
        """
        try:
            await self.bring(chat, hidden=False)
        except NotShownError:
            chat.remind(LATER, {"hidden": False}, 0.0, 0.0)
        except BlockedError as blocked:
            log.info("the reply keyboard was not shown", why=str(blocked))
        chat.changes.edited = None

    async def hide(self, chat: ChatContext) -> None:
        """Takes the keyboard away, now or later; the message that does so has no use any more."""
        try:
            await self.bring(chat, hidden=True)
        except NotShownError:
            chat.remind(LATER, {"hidden": True}, 0.0, 0.0)
        except BlockedError as blocked:
            log.info("the reply keyboard was not hidden", why=str(blocked))
        chat.changes.person = replace(chat.person, keyboard_message=0)

    async def bring(self, chat: ChatContext, *, hidden: bool) -> None:
        """Brings the keyboard, or takes it away.

        Raises:
            NotShownError: Telegram could not be reached, or does not let the bot for now.
            BlockedError: the person does not want to hear from the bot.
        """
        keyboard: ReplyKeyboardMarkup | ReplyKeyboardRemove
        if hidden:
            text, keyboard = chat.t("The quick actions are hidden."), ReplyKeyboardRemove()
        else:
            text = chat.t(
                "👇 Quick actions are below. You can also just send a name, a number, a code, a file or a photo."
            )
            rows = [[_button(chat.t, each) for each in row] for row in self._rows]
            keyboard = ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True, one_time_keyboard=True)
        person = chat.person
        brings = SendMessage(
            chat_id=person.user_id,
            message_thread_id=person.topic or None,
            text=str(text),
            reply_markup=keyboard,
            disable_notification=True,
        )
        try:
            sent = await self._bot(brings)
        except TelegramAPIError as failure:
            raise refused(failure) from None
        for each in (person.keyboard_message, sent.message_id if hidden else None):
            if each:
                self._panel.take_away(person.user_id, each)
        chat.changes.person = replace(person, keyboard_message=0 if hidden else sent.message_id)


def _button(t: Texts, action: QuickAction) -> KeyboardButton:
    return KeyboardButton(text=t.label(action.label), request_contact=True if action.command is None else None)


def shortcuts(rows: Sequence[Sequence[QuickAction]], catalogues: Catalogues) -> Mapping[str, str]:
    """What each quick action says, in every language (an old keyboard may be in another one), and its command."""
    return {
        catalogues[language].label(each.label): each.command
        for language in LANGUAGES
        for row in rows
        for each in row
        if each.command is not None
    }
