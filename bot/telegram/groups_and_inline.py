"""Outside the private chat: groups, where only the way into it is shown, and one's own names by inline mode."""

from __future__ import annotations

import re
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramAPIError, TelegramMigrateToChat
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

from bot import trace
from bot.accounts import Scope
from bot.locales import Texts
from bot.people import People
from bot.reading.keys import secret_in
from bot.telegram.handler import Call, NoAccountError
from bot.telegram.inputs import topic_of
from bot.telegram.own_name import OwnName
from bot.telegram.routes import COMMAND, HOME_LINK, Cards, Role, Routes
from bot.telegram.services import Services

log = structlog.get_logger(__name__)

_BOT_NAME: Final = re.compile(r"@(\w{2,32}bot)\b", re.IGNORECASE)
"""Every bot's user name ends so (core.telegram.org/bots/features, Creating a new bot)."""
_NAMES_MOST: Final = 3


class GroupsAndInline:
    """Answers where others read along: nothing of an account is ever shown."""

    def __init__(
        self,
        *,
        bot: Bot,
        name: OwnName,
        routes: Routes,
        people: People,
        services: Services,
        allowed: frozenset[int],
    ) -> None:
        self._bot = bot
        self._name = name
        self._routes = routes
        self._people = people
        self._services = services
        self._allowed = allowed

    async def in_group(self, message: Message, sender: User) -> None:
        """A message in a group, answered with a link into the private chat, to what was asked for."""
        command = await self._command(message)
        if command is None:
            return
        payload = command if command in self._routes.deep_links else HOME_LINK
        trace.did("answers in a group")
        person = await self._people.load(sender.id)
        t = self._services.catalogues.pick(person.language, sender.language_code or person.hint)
        url = f"https://t.me/{self._name.current}?start={payload}"
        button = InlineKeyboardButton(text=t.label("Go on in private"), url=url)
        answer = SendMessage(
            chat_id=message.chat.id,
            message_thread_id=topic_of(message) or None,
            text=str(t("Sender names are nobody else's business. Let us go on in private.")),
            reply_parameters=ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True),
            reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
        )
        try:
            try:
                await self._bot(answer)
            except TelegramMigrateToChat as moved:  # messages have other numbers there: it stands alone
                new = {"chat_id": moved.migrate_to_chat_id, "reply_parameters": None, "message_thread_id": None}
                await self._bot(answer.model_copy(update=new))
        except TelegramAPIError as failure:
            log.info("no answer in a group", why=type(failure).__name__)

    async def inline(self, query: InlineQuery) -> None:
        """`@bot par` in any chat: one's own names that have it in them; a card tells nothing of the account."""
        person = await self._people.load(query.from_user.id)
        t = self._services.catalogues.pick(person.language, query.from_user.language_code or person.hint)
        allowed = not self._allowed or person.user_id in self._allowed
        scope = await self._services.accounts.scope(person) if allowed else None
        found = await self._found(query.query, t, scope) if secret_in(query.query) is None else Cards()
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

    async def _found(self, query: str, t: Texts, scope: Scope | None) -> Cards:
        """The cards for what was typed; none where no account is connected."""
        try:
            cards: Cards = await self._routes.roles[Role.INLINE_QUERY](Call(self._services, t, scope, word=query))
        except NoAccountError:
            return Cards()
        return cards

    async def _command(self, message: Message) -> str | None:
        """What is asked of this bot: a command, or home by a reply to it or by its name; None: it is not meant.

        A card that came by inline mode is not said to the bot, though Telegram tells it of it.
        """
        if message.via_bot is not None:
            return None
        command = COMMAND.fullmatch((message.text or "").strip())
        if command is not None:
            return command[1].lower() if command[2] is None or await self._name.answers_to(command[2]) else None
        answered = message.reply_to_message.from_user if message.reply_to_message else None
        if answered is not None and answered.id == self._bot.id:
            return HOME_LINK
        for each in _BOT_NAME.findall(message.text or message.caption or "")[:_NAMES_MOST]:
            if await self._name.answers_to(each):
                return HOME_LINK
        return None
