"""Outside the private chat: groups, where only the way into it is shown, and one's own names by inline mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import AnswerInlineQuery, SendMessage
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
    ReplyParameters,
    User,
)

from bot.accounts import Accounts
from bot.locales import Catalogues
from bot.people import People
from bot.reading.keys import secret_in
from bot.telegram.routes import COMMAND, Cards, Routes

log = structlog.get_logger(__name__)

_HOME: Final = "home"


class Elsewhere:
    """Answers where others read along: nothing of an account is ever shown."""

    def __init__(
        self,
        *,
        bot: Bot,
        username: str,
        routes: Routes,
        people: People,
        accounts: Accounts,
        catalogues: Catalogues,
        allowed: frozenset[int],
        services: Mapping[str, object],
    ) -> None:
        self._bot = bot
        self._username = username
        self._routes = routes
        self._people = people
        self._accounts = accounts
        self._catalogues = catalogues
        self._allowed = allowed
        self._services = services

    async def in_group(self, message: Message, sender: User) -> None:
        """What is said to the bot in a group is answered with a link into the private chat, to what was asked for."""
        command = self._command(message)
        if command is None:
            return
        payload = command if command in self._routes.payloads else _HOME
        t = self._catalogues.pick((await self._people.load(sender.id)).language, sender.language_code)
        url = f"https://t.me/{self._username}?start={payload}"
        button = InlineKeyboardButton(text=t.label("Go on in private"), url=url)
        try:
            await self._bot(
                SendMessage(
                    chat_id=message.chat.id,
                    message_thread_id=message.message_thread_id if message.is_topic_message else None,
                    text=str(t("Sender names are nobody else's business. Let us go on in private.")),
                    reply_parameters=ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True),
                    reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
                )
            )
        except TelegramAPIError as failure:
            log.info("no answer in a group", why=type(failure).__name__)

    async def inline(self, query: InlineQuery) -> None:
        """`@bot par` in any chat: one's own names that have it in them; a card tells nothing of the account."""
        person = await self._people.load(query.from_user.id)
        t = self._catalogues.pick(person.language, query.from_user.language_code)
        allowed = not self._allowed or person.user_id in self._allowed
        scope = await self._accounts.scope(person) if allowed else None
        at_hand = {**self._services, "t": t, "scope": scope, "word": query.query}
        found = await self._routes.inline(at_hand) if secret_in(query.query) is None else Cards()
        results: list[Any] = [
            InlineQueryResultArticle(
                id=str(number),
                title=title,
                input_message_content=InputTextMessageContent(message_text=str(text), parse_mode=ParseMode.HTML),
            )
            for number, (title, text) in enumerate(found.cards)
        ]
        button = InlineQueryResultsButton(text=found.note, start_parameter=found.payload) if found.note else None
        try:
            await self._bot(
                AnswerInlineQuery(
                    inline_query_id=query.id, results=results, cache_time=0, is_personal=True, button=button
                )
            )
        except TelegramAPIError as failure:
            log.info("inline query not answered", why=type(failure).__name__)

    def _command(self, message: Message) -> str | None:
        """What is asked of this bot: a command, or home by a reply to it or by its name; None: it is not meant.

        A card that came by inline mode is not said to the bot, though Telegram tells it of it.
        """
        if message.via_bot is not None:
            return None
        command = COMMAND.fullmatch((message.text or "").strip())
        if command is not None:
            return command[1].lower() if command[2] is None or command[2].lower() == self._username.lower() else None
        answered = message.reply_to_message.from_user if message.reply_to_message else None
        named = f"@{self._username}".lower() in (message.text or message.caption or "").lower()
        return _HOME if named or (answered is not None and answered.id == self._bot.id) else None
