"""Goes on from an earlier request, in the account and subclient that it was made for and in no other."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from bot.accounts import Accounts, Scope
from bot.actions.conversations import CODE, CONFIRM
from bot.conversation.draft import Draft
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.screens.accounts import whose
from bot.screens.buttons import Way
from bot.screens.operations import elsewhere_screen, forgotten_screen, no_such
from bot.senders.operation import Operation
from bot.senders.operations import Operations
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms

_FORMS: Final = {Way.ENTER: CODE, Way.RESEND: CONFIRM}


async def go_on(
    chat: ChatContext,
    t: Texts,
    operation: Operation | None,
    way: Way,
    accounts: Accounts,
    operations: Operations,
    forms: Forms,
) -> Screen:
    """Goes on from an operation, in the account and subclient that it was made for and in no other.

    Where something else is in use, asks first whether to switch.
    """
    if operation is None:
        return no_such(t)
    made_for, in_use = await scope_of(operation, chat.person.user_id, accounts), await accounts.scope(chat.person)
    if made_for is None:
        return forgotten_screen(t)
    if not operation.belongs_to(in_use):
        return elsewhere_screen(t, operation, made_for, in_use, way)
    if way in _FORMS:
        return await forms.begin(chat, _FORMS[way], {"number": operation.name})
    draft = await operations.journal.draft_of(operation.id, chat.person.user_id)
    return await forms.take_up(chat, Draft.from_json(draft)) if draft is not None else no_such(t)


async def scope_of(operation: Operation, user_id: int, accounts: Accounts) -> Scope | None:
    """The account and subclient that an operation was made for; None where it is gone, or not theirs to act for."""
    return await accounts.scope_for(user_id, operation.account_id, operation.subclient)


async def whose_line(t: Texts, made_for: Scope, in_use: Scope | None, accounts: Accounts) -> Markup | None:
    """For whom something is, for what lasts in a chat; None where it can be for one account alone, and no subclient."""
    if not made_for.subclient and made_for == in_use and len(await accounts.of(made_for.user_id)) < 2:
        return None
    return t("Account: <b>{account}</b>", account=whose(made_for))
