"""Updates as aiogram has them: parsed, and handed to the private chat, or to what answers outside of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, InlineQuery, Message, Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.storage.unit_of_work import UnitOfWork
from bot.telegram.groups_and_inline import GroupsAndInline
from bot.telegram.private_chat import PrivateChat


class Updates:
    """Handles updates."""

    def __init__(self, bot: Bot, private_chat: PrivateChat, groups_and_inline: GroupsAndInline) -> None:
        self._bot = bot
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.include_router(_router(private_chat, groups_and_inline))

    @property
    def kinds(self) -> list[str]:
        """The kinds of updates that are of interest, as getUpdates is told them."""
        return self._dispatcher.resolve_used_update_types()

    async def handle(
        self, updates: Sequence[dict[str, Any]], unit_of_work: UnitOfWork
    ) -> list[tuple[dict[str, Any], str]]:
        """Handles an update, or the updates of one album together; what it changes goes into the unit of work.

        Returns:
            Those that the models of aiogram do not take, and why.
        """
        parsed: list[Update] = []
        odd: list[tuple[dict[str, Any], str]] = []
        for update in updates:
            try:
                understood = Update.model_validate(update, context={"bot": self._bot})
                if understood.event_type:  # of a kind that aiogram has no name for, it raises
                    parsed.append(understood)
            except (ValidationError, RecursionError, UpdateTypeLookupError) as failure:
                odd.append((update, f"not understood: {type(failure).__name__}"))
        if parsed:
            album = [each.message for each in parsed if each.message is not None]
            number = parsed[0].update_id
            await self._dispatcher.feed_update(
                self._bot, parsed[0], unit_of_work=unit_of_work, update_id=number, album=album
            )
        return odd


def _router(private_chat: PrivateChat, groups_and_inline: GroupsAndInline) -> Router:
    """Messages, edits and taps of private chats, inline queries, what is said to the bot in groups.

    Also that a person lets the bot into their chat again. All else is of no interest.
    """
    router = Router(name="sender names")

    async def message(message: Message, unit_of_work: UnitOfWork, update_id: int, album: list[Message]) -> None:
        if message.chat.type == ChatType.PRIVATE:
            if message.from_user is not None:
                await private_chat.message(album, message.from_user, unit_of_work, update_id)
        elif message.from_user is not None and message.chat.type != ChatType.CHANNEL:
            await groups_and_inline.in_group(message, message.from_user)

    async def tap(query: CallbackQuery, unit_of_work: UnitOfWork, update_id: int) -> None:
        if query.message is not None and query.message.chat.type == ChatType.PRIVATE:
            await private_chat.tap(query, query.from_user, unit_of_work, update_id)

    async def edited(message: Message, unit_of_work: UnitOfWork, update_id: int) -> None:
        if message.chat.type == ChatType.PRIVATE and message.from_user is not None:
            await private_chat.edit(message, message.from_user, unit_of_work, update_id)

    async def membership(event: ChatMemberUpdated, unit_of_work: UnitOfWork) -> None:
        let_in = event.new_chat_member.status == ChatMemberStatus.MEMBER
        if event.chat.type == ChatType.PRIVATE and let_in:
            await private_chat.came_back(event.from_user.id, unit_of_work)

    async def inline(query: InlineQuery) -> None:
        await groups_and_inline.inline(query)

    router.message.register(message)
    router.edited_message.register(edited)
    router.my_chat_member.register(membership)
    router.inline_query.register(inline)
    router.callback_query.register(tap)
    return router
