"""The living message: one a chat, edited in place when its button was tapped, moved to the end when one types."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction, ParseMode
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.methods import SendDocument, SendPhoto, SetMessageReaction
from aiogram.types import BufferedInputFile, ReactionTypeEmoji, ReplyParameters
from markupsafe import Markup

from bot.conversation.screen import Screen
from bot.people import Person, Tables
from bot.recent import Recent
from bot.storage.errors import StorageError
from bot.supervision import Beside
from bot.telegram.calls import Delete, Edit, Send, SendTable, Sent, Sign, drawn
from bot.telegram.chat_queues import ChatQueues
from bot.telegram.keyboard import buttons_of
from bot.telegram.refusals import Meaning, meaning

log = structlog.get_logger(__name__)

DOUBT: Final = "🤔"
"""The reaction on a file that was not taken."""
_FURTHER_DOWN: Final = "⬇️"
"""What an old screen says that cannot be deleted any more."""
_DELETED_MOST: Final = 1000
"""Messages with a secret of which it is remembered whether they could be deleted."""
_CHATS_MOST: Final = 10_000
"""Chats of which it is remembered where the last screen stands."""
SIGN_AFTER: Final = 0.3
"""Seconds after which a person is shown that work goes on."""
_SIGN_LASTS: Final = 4.5
"""Seconds after which a sign is given again; Telegram takes it away after five (Bot API, sendChatAction)."""


class NotShownError(Exception):
    """Telegram could not be reached, or does not let the bot for now: the screen is still to be shown.

    `wait` is how many seconds Telegram asked to wait before the next try.
    """

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


class BlockedError(Exception):
    """Nothing can be shown in the chat: the person blocked the bot.

    `for_good`: the chat is gone, and nobody comes back.
    """

    def __init__(self, why: str = "", *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


def refused(failure: TelegramAPIError) -> Exception:
    """Telegram's refusal of a screen as whoever shows it has to know it."""
    match meaning(failure):
        case Meaning.PASSES:
            wait = failure.retry_after if isinstance(failure, TelegramRetryAfter) else 0.0
            return NotShownError(type(failure).__name__, wait)
        case Meaning.BLOCKED | Meaning.CHAT_GONE as what:
            return BlockedError(failure.message, for_good=what is Meaning.CHAT_GONE)
    return failure


Noted = Callable[[Person], Awaitable[None]]
"""Writes down which message lives in a person's chat, and nothing else of them."""


class Panel:
    """Shows screens."""

    def __init__(self, bot: Bot, queues: ChatQueues, noted: Noted) -> None:
        self._bot = bot
        self._queues = queues
        self._noted = noted
        self._topics: Recent[int, int] = Recent(_CHATS_MOST)
        self._newest: Recent[int, int] = Recent(_CHATS_MOST)
        self._deleting: Recent[tuple[int, int], asyncio.Task[bool]] = Recent(_DELETED_MOST)

    async def show(
        self,
        person: Person,
        screen: Screen,
        *,
        tapped: int | None = None,
        about: str | None = None,
        below: bool = False,
    ) -> Person:
        """Shows a screen, and gives the person with their living message as it is now.

        The message is edited where its own button was tapped, or where it already shows what the screen is `about`;
        otherwise a new one is sent and the old one taken away. What answers something that was said stands `below` it,
        whatever is above: an edit there would not be seen. A table that Telegram does not take is shown as text, and
        the person has none from then on.

        Raises:
            NotShownError: Telegram could not be reached.
            BlockedError: the person does not want to hear from the bot.
        """
        in_place = person.panel is not None and (
            tapped == person.panel or (about is not None and about == person.about and not below)
        )
        try:
            if in_place and person.panel is not None and await self._edit(person, person.panel, screen):
                panel = person.panel
            else:
                panel = await self._send(person, screen)
                self._topics.put(person.user_id, person.topic)
                self._newest.put(person.user_id, panel)
        except TelegramAPIError as failure:
            if screen.table is not None and meaning(failure) is Meaning.WRONG:
                log.info("a table is not taken", why=failure.message)
                plain = replace(person, tables=Tables.REFUSED)
                return await self.show(plain, screen.as_text(), tapped=tapped, about=about, below=below)
            raise refused(failure) from None
        buttons = buttons_of(screen)
        if screen.lasting:
            return person.seeing(None, None, buttons)
        return person.seeing(panel, about, buttons)

    def newest(self, chat_id: int) -> int:
        """The message that was sent last in a chat, since the process began; 0: none, or that is long ago."""
        return self._newest.get(chat_id) or 0

    async def replace(self, person: Person, message_id: int, screen: Screen) -> bool:
        """Shows a screen that lasts in the place of an earlier one; False where that message is not there any more.

        Raises as `show`.
        """
        try:
            return await self._edit(person, message_id, screen)
        except TelegramAPIError as failure:
            raise refused(failure) from None

    async def show_meanwhile(self, person: Person, screen: Screen, about: str) -> Person:
        """As `show`, for what is shown while an update is still worked on; its id is in the file at once.

        After a crash the update is worked on again, and finds the message that it left.
        """
        shown = await self.show(person, screen, about=about)
        if shown.panel != person.panel:
            try:
                await self._noted(shown)
            except StorageError as failure:
                log.warning("a message was not written down", why=str(failure), message_id=shown.panel)
        return shown

    def react(self, chat_id: int, message_id: int, emoji: str = "👌") -> None:
        """Acknowledges a file with a reaction on it, beside everything else."""
        self._queues.beside(lambda: self._react(chat_id, message_id, emoji))

    async def send_file(
        self,
        chat_id: int,
        name: str,
        content: bytes,
        caption: Markup,
        *,
        reply_to: int | None = None,
        topic: int = 0,
    ) -> tuple[str, int]:
        """Sends a file to look at; gives its id at Telegram, and the message's.

        `reply_to` is the message that it was made of; where that is gone, it is sent all the same.

        Raises:
            NotShownError: Telegram could not take it.
        """
        document = BufferedInputFile(content, name)
        under = ReplyParameters(message_id=reply_to, allow_sending_without_reply=True) if reply_to is not None else None
        try:
            async with self.sign(chat_id, ChatAction.UPLOAD_DOCUMENT, topic=topic):
                sent = await self._bot(
                    SendDocument(
                        chat_id=chat_id,
                        message_thread_id=topic or None,
                        document=document,
                        caption=str(caption),
                        parse_mode=ParseMode.HTML,
                        reply_parameters=under,
                    )
                )
        except TelegramAPIError as failure:
            raise NotShownError(type(failure).__name__) from None
        if sent.document is None:
            raise NotShownError("Telegram made something else of it")
        return sent.document.file_id, sent.message_id

    async def send_picture(self, chat_id: int, content: bytes, caption: Markup, *, topic: int = 0) -> None:
        """Sends a picture that is seen in the chat itself. Raises as `send_file`."""
        try:
            async with self.sign(chat_id, ChatAction.UPLOAD_PHOTO, topic=topic):
                await self._bot(
                    SendPhoto(
                        chat_id=chat_id,
                        message_thread_id=topic or None,
                        photo=BufferedInputFile(content, "picture.png"),
                        caption=str(caption),
                        parse_mode=ParseMode.HTML,
                    )
                )
        except TelegramAPIError as failure:
            raise NotShownError(type(failure).__name__) from None

    async def show_file(self, chat_id: int, file_id: str, caption: Markup, *, photo: bool, topic: int = 0) -> None:
        """Shows a file that lies at Telegram, by its id; one that came as a photo goes as one. Raises as `send_file`.

        Source: Bot API, Sending files: an id is good in each chat of the bot, and a file stays of its kind.
        """
        under, thread, html = str(caption), topic or None, ParseMode.HTML
        shown = (
            SendPhoto(chat_id=chat_id, message_thread_id=thread, photo=file_id, caption=under, parse_mode=html)
            if photo
            else SendDocument(
                chat_id=chat_id, message_thread_id=thread, document=file_id, caption=under, parse_mode=html
            )
        )
        try:
            await self._bot(shown)
        except TelegramAPIError as failure:
            raise NotShownError(type(failure).__name__) from None

    def sign(
        self, chat_id: int, action: ChatAction, after: float = 0.0, topic: int = 0
    ) -> AbstractAsyncContextManager[None]:
        """Shows that something goes on ("typing", …), from `after` seconds on, for as long as it does."""
        return Beside(lambda: self._signs(chat_id, action, topic), after)

    def uploading(self, chat_id: int, topic: int | None) -> AbstractAsyncContextManager[None]:
        """The sign that a file is on its way to SMSC; `topic` None: where the person last saw a screen."""
        where = (self._topics.get(chat_id) or 0) if topic is None else topic
        return self.sign(chat_id, ChatAction.UPLOAD_DOCUMENT, after=SIGN_AFTER, topic=where)

    def take_away(self, chat_id: int, message_id: int) -> None:
        """Deletes a message beside everything else; what cannot be deleted stays."""
        self._queues.beside(lambda: self._take_away(chat_id, message_id))

    async def delete_secret(self, chat_id: int, message_id: int) -> bool:
        """Deletes the message that carried a key, at once; False where Telegram does not let the bot.

        Whoever asks for it again, on reception or when the message is handled, learns how it went.
        """
        key = (chat_id, message_id)
        deleting = self._deleting.get(key)
        if deleting is None:
            deleting = self._queues.asked(lambda: self._secret_deleted(chat_id, message_id), otherwise=False)
            self._deleting.put(key, deleting)
        return await asyncio.shield(deleting)

    async def _secret_deleted(self, chat_id: int, message_id: int) -> bool:
        try:
            return bool(await self._bot(Delete.of(chat_id=chat_id, message_id=message_id)))
        except TelegramAPIError as failure:
            if meaning(failure) is Meaning.GONE:
                return True
            log.warning("a message with a secret was not deleted", why=type(failure).__name__)
            return False

    async def _edit(self, person: Person, message_id: int, screen: Screen) -> bool:
        try:
            await self._bot(Edit.of(chat_id=person.user_id, message_id=message_id, **drawn(screen)))
        except TelegramAPIError as failure:
            match meaning(failure):
                case Meaning.AS_IT_IS:
                    return True
                case Meaning.GONE:  # also too old, or not editable: a new one takes its place
                    return False
            raise
        return True

    async def _send(self, person: Person, screen: Screen) -> int:
        where = {"chat_id": person.user_id, "message_thread_id": person.topic or None}
        call = Send if screen.table is None else SendTable
        sent: Sent = await self._bot(call.of(**where, disable_notification=screen.silent or None, **drawn(screen)))
        if person.panel is not None:
            old = person.panel
            self._queues.beside(lambda: self._retire(person.user_id, old))
        return sent.message_id

    async def _react(self, chat_id: int, message_id: int, emoji: str) -> None:
        reaction: list[Any] = [ReactionTypeEmoji(emoji=emoji)]
        try:
            await self._bot(SetMessageReaction(chat_id=chat_id, message_id=message_id, reaction=reaction))
        except TelegramAPIError as failure:
            log.debug("no reaction", why=type(failure).__name__)

    async def _signs(self, chat_id: int, action: ChatAction, topic: int) -> None:
        while True:
            try:
                await self._bot(Sign.of(chat_id=chat_id, message_thread_id=topic or None, action=action.value))
            except TelegramAPIError as failure:
                log.debug("no sign of work", why=type(failure).__name__)
            await asyncio.sleep(_SIGN_LASTS)

    async def _take_away(self, chat_id: int, message_id: int) -> None:
        await self._delete(chat_id, message_id)

    async def _retire(self, chat_id: int, message_id: int) -> None:
        """Takes a screen away that another one follows; one too old for that (48 hours) keeps no word and no button."""
        if await self._delete(chat_id, message_id) is Meaning.KEPT:
            try:
                await self._bot(Edit.of(chat_id=chat_id, message_id=message_id, text=_FURTHER_DOWN))
            except TelegramAPIError as failure:
                log.debug("an old screen stays", why=type(failure).__name__)

    async def _delete(self, chat_id: int, message_id: int) -> Meaning | None:
        """Deletes a message; gives why it was not."""
        try:
            await self._bot(Delete.of(chat_id=chat_id, message_id=message_id))
        except TelegramAPIError as failure:
            log.debug("message not deleted", why=type(failure).__name__)
            return meaning(failure)
        return None
