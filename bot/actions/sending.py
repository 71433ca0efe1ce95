"""Plans the requests of a conversation, and shows how they go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog

from bot.accounts import Scope
from bot.conversation.draft import Draft
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.screens.operations import operation_screen
from bot.senders.operation import Request
from bot.senders.operations import Operations
from bot.storage.operations import OperationState
from bot.telegram.chat_context import ChatContext

log = structlog.get_logger(__name__)

_PATIENCE: Final = 0.3
"""Seconds: what is over sooner is told as a receipt at once, without a "Sending…" before it."""


async def send(
    chat: ChatContext, t: Texts, scope: Scope, operations: Operations, draft: Draft, requests: Sequence[Request]
) -> Screen | None:
    """Plans the requests of a form, and shows how it goes; None where the receipt comes at once by itself."""
    return await send_as(chat, t, scope, operations, draft.tag, requests)


async def send_as(
    chat: ChatContext, t: Texts, scope: Scope, operations: Operations, key: str, requests: Sequence[Request]
) -> Screen | None:
    """As `send`, for what has no form; `key` makes a second tap harmless.

    After a tap the screen that was tapped becomes the receipt. What was typed is answered below it, by a new message.
    """
    operation_id = await operations.plan(scope, chat.person.user_id, key, requests)
    chat.changes.about = f"op:{operation_id}"
    if chat.tapped is not None:
        chat.changes.person = replace(chat.person, about=chat.changes.about)
    try:
        settled = await operations.settled(operation_id, _PATIENCE)
        operation = await operations.journal.load(operation_id, chat.person.user_id)
    except Exception as failure:  # noqa: BLE001  # it is planned: that nothing was sent would not be true any more
        log.warning("a planned request is not shown", why=f"{type(failure).__name__}: {failure}")
        return None
    if operation is None or (settled and operation.state is not OperationState.AWAITS):
        return None
    return operation_screen(t, operation, None)
