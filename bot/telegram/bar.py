"""The bar of quick actions in the place of the person's keyboard: shown by a message of its own, hidden on a wish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import SendMessage
from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.locales import LANGUAGES, Catalogues, Phrase, Texts
from bot.people import Person
from bot.telegram.panel import Panel
from bot.telegram.talk import Talk

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class QuickAction:
    """A button of the bar: it stands for a command; without one, it shares the person's own number."""

    label: Phrase
    command: str | None


class Bar:
    """Shows and hides the bar. Telegram keeps a bar with the message that brought it, so that message stays.

    It folds away when it was used, and an icon beside the text unfolds it (Bot API, ReplyKeyboardMarkup): a question
    has the screen to itself.
    """

    def __init__(self, bot: Bot, panel: Panel, rows: Sequence[Sequence[QuickAction]]) -> None:
        self._bot = bot
        self._panel = panel
        self._rows = rows

    async def show(self, talk: Talk) -> None:
        """Brings the bar, in the person's language, and has the screen below it; a former one's message goes."""
        bar = ReplyKeyboardMarkup(
            keyboard=[[_button(talk.t, each) for each in row] for row in self._rows],
            resize_keyboard=True,
            one_time_keyboard=True,
        )
        told = talk.t("👇 Quick actions are below. You can also just send a name, a number, a code, a file or a photo.")
        talk.person = await self._brought(talk.person, str(told), bar)
        talk.tapped = None

    async def hide(self, talk: Talk) -> None:
        """Takes the bar away; the message that does so has no use any more."""
        person = await self._brought(talk.person, str(talk.t("The quick actions are hidden.")), ReplyKeyboardRemove())
        if person.bar:
            self._panel.take_away(person.user_id, person.bar)
        talk.person = replace(person, bar=0)

    async def _brought(self, person: Person, text: str, bar: ReplyKeyboardMarkup | ReplyKeyboardRemove) -> Person:
        try:
            sent = await self._bot(
                SendMessage(
                    chat_id=person.user_id,
                    message_thread_id=person.topic or None,
                    text=text,
                    reply_markup=bar,
                    disable_notification=True,
                )
            )
        except TelegramAPIError as failure:
            log.info("the bar was not shown", why=type(failure).__name__)
            return person
        if person.bar:
            self._panel.take_away(person.user_id, person.bar)
        return replace(person, bar=sent.message_id)


def _button(t: Texts, action: QuickAction) -> KeyboardButton:
    return KeyboardButton(text=t.label(action.label), request_contact=True if action.command is None else None)


def shortcuts(rows: Sequence[Sequence[QuickAction]], catalogues: Catalogues) -> Mapping[str, str]:
    """What each button of the bar says, in every language (an old bar may be in another one), and its command."""
    return {
        catalogues[language].label(each.label): each.command
        for language in LANGUAGES
        for row in rows
        for each in row
        if each.command is not None
    }
