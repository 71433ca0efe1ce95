"""The request that had a code sent: the one that is awaited, and the one that a button is about."""

from __future__ import annotations

from typing import Final

from bot.accounts import Accounts, Scope
from bot.clock import Clock
from bot.senders.operation import Operation
from bot.senders.operations import Operations
from bot.smsc import Command
from bot.storage.operations import OperationState
from bot.telegram.chat_context import ChatContext

_CODE_AWAITED_SECONDS: Final = 24 * 3600.0


async def sent_by(
    chat: ChatContext, number: str, operation: int | None, operations: Operations, accounts: Accounts
) -> Operation | None:
    """The request that had a code sent to a number, by its id; where that is not known, the newest one."""
    if operation is not None:
        return await operations.journal.load(operation, chat.person.user_id)
    in_use = await accounts.scope(chat.person)
    return await operations.journal.newest(chat.person.user_id, Command.SEND_CODE, number, in_use)


async def awaited(chat: ChatContext, scope: Scope, operations: Operations, clock: Clock) -> Operation | None:
    """The request of this person whose code is awaited: sent within a day, and not confirmed since, by whomever.

    Where the clock was set back in between, a code may lie ahead, by as much at most.
    """
    confirmed: set[str] = set()
    for each in await operations.journal.history(scope, limit=50):
        if each.state is not OperationState.DONE or abs(clock.now() - each.created) > _CODE_AWAITED_SECONDS:
            continue
        if each.command is Command.CHECK_CODE:
            confirmed.add(each.name)
        elif each.command is Command.SEND_CODE and each.name not in confirmed and each.user_id == scope.user_id:
            return each
    return None
