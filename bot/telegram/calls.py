"""The calls that nearly every update makes, with their parameters as Telegram takes them.

aiogram's own `SendMessage` is built and checked field by field, and taken apart again before it goes. These are alike
to whoever makes and sees them (session, middlewares, errors); what goes out is the body, and of a message that was sent
only its number is read. Whatever is called seldom is called by aiogram's own methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Self, cast

from aiogram.enums import ParseMode
from aiogram.methods.base import TelegramMethod

from bot.conversation.screen import Screen
from bot.telegram.keyboard import fitted, keyboard
from bot.telegram.rich import rich_message


@dataclass(frozen=True, slots=True)
class Sent:
    """What is read of a message that was sent or edited."""

    message_id: int


class Call(TelegramMethod[Any]):
    """A call of a method with this body."""

    body: dict[str, Any]

    @classmethod
    def of(cls, **body: Any) -> Self:
        """What is None is left out."""
        told = {key: value for key, value in body.items() if value is not None}
        return cast("Self", _empty(cls).model_copy(update={"body": told}))

    @property
    def chat_id(self) -> int | None:
        """The chat that it is for; None: none."""
        return self.body.get("chat_id")

    @property
    def message_thread_id(self) -> int | None:
        """The topic that it is for; None: none."""
        return self.body.get("message_thread_id")

    def outside_topics(self) -> Self:
        """The same without the topic."""
        return self.of(**{**self.body, "message_thread_id": None})


@cache
def _empty(kind: type[Call]) -> Call:
    """A call without parameters, to be copied: pydantic builds one at three times the cost of a copy."""
    return kind.model_construct(body={})


class Send(Call):
    """`sendMessage` (Bot API)."""

    __api_method__ = "sendMessage"
    __returning__ = Sent


class SendTable(Call):
    """`sendRichMessage` (Bot API 10.1)."""

    __api_method__ = "sendRichMessage"
    __returning__ = Sent


class Edit(Call):
    """`editMessageText` (Bot API) of a message of the bot's own in a chat."""

    __api_method__ = "editMessageText"
    __returning__ = Sent


class Delete(Call):
    """`deleteMessage` (Bot API)."""

    __api_method__ = "deleteMessage"
    __returning__ = bool


class Acknowledge(Call):
    """`answerCallbackQuery` (Bot API)."""

    __api_method__ = "answerCallbackQuery"
    __returning__ = bool


class Sign(Call):
    """`sendChatAction` (Bot API)."""

    __api_method__ = "sendChatAction"
    __returning__ = bool


def drawn(screen: Screen) -> dict[str, Any]:
    """A screen as `sendMessage` and `editMessageText` take it; with a table as `sendRichMessage` does."""
    if screen.table is not None:
        return {"rich_message": rich_message(screen.table), "reply_markup": keyboard(screen)}
    return {
        "text": fitted(screen.text),
        "parse_mode": ParseMode.HTML.value,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": keyboard(screen),
    }
