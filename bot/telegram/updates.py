"""Updates as aiogram's types: the part of its kind is read, and handed to the private chat, or to what is elsewhere.

The table of kinds is the whole of what the bot listens to. It stands in the place of aiogram's dispatcher, whose chain
of middlewares and filters costs more than all the rest of choosing (docs/decisions/0024-kinds-of-updates.md).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiogram import Bot
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, InlineQuery, Message, TelegramObject, Update
from pydantic import ValidationError

from bot import trace
from bot.storage.unit_of_work import UnitOfWork
from bot.telegram.groups_and_inline import GroupsAndInline
from bot.telegram.private_chat import PrivateChat

_NUMBER: Final = "update_id"
_OF_THE_TAPPED: Final = ("message_id", "date", "chat", "message_thread_id", "is_topic_message")
"""What is read of the message whose button was tapped: its screen is our own, and most of what there is to read."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of updates: its type, and what takes the parts of an update, or of those of one album."""

    type: type[TelegramObject]
    take: Callable[[Sequence[Any], UnitOfWork, int], Awaitable[None]]
    told: Callable[[Any], Any] = lambda part: part
    """What of the part is of interest."""


class Updates:
    """Handles updates."""

    def __init__(self, bot: Bot, private_chat: PrivateChat, groups_and_inline: GroupsAndInline) -> None:
        self._bot = bot
        self._private_chat = private_chat
        self._groups_and_inline = groups_and_inline
        self._kinds: Mapping[str, Kind] = {
            "message": Kind(Message, self._messages),
            "edited_message": Kind(Message, self._edited),
            "callback_query": Kind(CallbackQuery, self._tapped, _without_screen),
            "inline_query": Kind(InlineQuery, self._asked_inline),
            "my_chat_member": Kind(ChatMemberUpdated, self._membership),
        }
        for each in self._kinds.values():
            each.type.model_rebuild()  # here, so that nobody's first message waits for it

    @property
    def kinds(self) -> list[str]:
        """The kinds of updates that are of interest, as getUpdates is told them."""
        return list(self._kinds)

    async def handle(
        self, updates: Sequence[dict[str, Any]], unit_of_work: UnitOfWork
    ) -> list[tuple[dict[str, Any], str]]:
        """Handles an update, or the updates of one album together; what it changes goes into the unit of work.

        Returns:
            Those that the types of aiogram do not take, and why.
        """
        parts: list[tuple[Kind, int, TelegramObject]] = []
        odd: list[tuple[dict[str, Any], str]] = []
        for update in updates:
            name = next((each for each in update if each in self._kinds), None)
            if name is None:
                if not any(each in Update.model_fields for each in update if each != _NUMBER):
                    odd.append((update, "of a kind that nobody knows"))
                continue
            kind = self._kinds[name]
            trace.is_a(name)
            try:
                part = kind.type.model_validate(kind.told(update[name]), context={"bot": self._bot})
            except (ValidationError, RecursionError) as failure:
                odd.append((update, f"not understood: {type(failure).__name__}"))
            else:
                parts.append((kind, update[_NUMBER], part))
        if parts:
            kind, number, _ = parts[0]
            await kind.take([part for _, _, part in parts], unit_of_work, number)
        return odd

    async def _messages(self, messages: Sequence[Message], unit_of_work: UnitOfWork, update_id: int) -> None:
        first = messages[0]
        if first.from_user is None or first.chat.type == ChatType.CHANNEL:
            return
        if first.chat.type == ChatType.PRIVATE:
            await self._private_chat.message(messages, first.from_user, unit_of_work, update_id)
        else:
            await self._groups_and_inline.in_group(first, first.from_user)

    async def _edited(self, messages: Sequence[Message], unit_of_work: UnitOfWork, update_id: int) -> None:
        for each in messages:
            if each.chat.type == ChatType.PRIVATE and each.from_user is not None:
                await self._private_chat.edit(each, each.from_user, unit_of_work, update_id)

    async def _tapped(self, queries: Sequence[CallbackQuery], unit_of_work: UnitOfWork, update_id: int) -> None:
        for each in queries:
            if each.message is not None and each.message.chat.type == ChatType.PRIVATE:
                await self._private_chat.tap(each, each.from_user, unit_of_work, update_id)

    async def _asked_inline(self, queries: Sequence[InlineQuery], _unit_of_work: UnitOfWork, _update_id: int) -> None:
        for each in queries:
            await self._groups_and_inline.inline(each)

    async def _membership(self, events: Sequence[ChatMemberUpdated], unit_of_work: UnitOfWork, _update_id: int) -> None:
        """A person lets the bot into their chat again."""
        for each in events:
            let_in = each.new_chat_member.status == ChatMemberStatus.MEMBER
            if each.chat.type == ChatType.PRIVATE and let_in:
                await self._private_chat.came_back(each.from_user.id, unit_of_work)


def _without_screen(query: Any) -> Any:
    """A tap as it came, without what the tapped message shows."""
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(message, dict):
        return query
    return {**query, "message": {each: message[each] for each in _OF_THE_TAPPED if each in message}}
