"""The conversations, a file each, and the ways in: every command, button, link and message meets one of these tables.

start             home, help, language, cancel
reply_keyboard    quick actions in place of the keyboard
connect           an SMSC account
account           which one, label, forget
subclient         for whom
names             the list
card              one name
add               a name
change            a name
document          documents for a name
confirm           a number: a code is sent
code              the code is checked
delete            a name
history           what was done
operation_status  what became of a request
unprompted        what is sent while nothing was asked
fallback          what nobody else takes
screen_catalogue  every screen, drawn from made-up facts

No conversation imports another: what two need stands in `bot.actions`, `bot.registration` and `bot.screens`.
"""

from __future__ import annotations

from aiogram import Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, InlineQuery, Message

from bot.smsc import Catalogue
from bot.storage.unit_of_work import UnitOfWork
from bot.telegram.groups_and_inline import GroupsAndInline
from bot.telegram.private_chat import PrivateChat
from bot.telegram.routes import Routes
from handlers import (
    account,
    add,
    card,
    change,
    code,
    confirm,
    connect,
    delete,
    document,
    fallback,
    history,
    names,
    operation_status,
    reply_keyboard,
    start,
    subclient,
    unprompted,
)


def routes(catalogue: Catalogue) -> Routes:
    """Every conversation's tables in one."""
    parts = (
        start.routes,
        reply_keyboard.routes,
        connect.routes,
        account.routes,
        subclient.routes,
        names.routes,
        card.routes,
        add.routes(catalogue),
        change.routes(catalogue),
        document.routes,
        confirm.routes,
        code.routes,
        delete.routes,
        history.routes,
        operation_status.routes,
        unprompted.routes,
        fallback.routes,
    )
    return Routes.together(parts)


def router(private_chat: PrivateChat, groups_and_inline: GroupsAndInline) -> Router:
    """What aiogram sees: messages, edits and taps of private chats, inline queries, what is said to it in groups.

    Also that a person lets the bot into their chat again. All else is of no interest.
    """
    tree = Router(name="sender names")

    async def message(message: Message, unit: UnitOfWork, update_id: int, album: list[Message]) -> None:
        if message.chat.type == ChatType.PRIVATE:
            if message.from_user is not None:
                await private_chat.private_message(album, message.from_user, unit, update_id)
        elif message.from_user is not None and message.chat.type != ChatType.CHANNEL:
            await groups_and_inline.in_group(message, message.from_user)

    async def tap(query: CallbackQuery, unit: UnitOfWork, update_id: int) -> None:
        if query.message is not None and query.message.chat.type == ChatType.PRIVATE:
            await private_chat.private_tap(query, query.from_user, unit, update_id)

    async def edited(message: Message, unit: UnitOfWork, update_id: int) -> None:
        if message.chat.type == ChatType.PRIVATE and message.from_user is not None:
            await private_chat.private_edit(message, message.from_user, unit, update_id)

    async def membership(event: ChatMemberUpdated, unit: UnitOfWork) -> None:
        let_in = event.new_chat_member.status == ChatMemberStatus.MEMBER
        if event.chat.type == ChatType.PRIVATE and let_in:
            await private_chat.came_back(event.from_user.id, unit)

    async def inline(query: InlineQuery) -> None:
        await groups_and_inline.inline(query)

    tree.message.register(message)
    tree.edited_message.register(edited)
    tree.my_chat_member.register(membership)
    tree.inline_query.register(inline)
    tree.callback_query.register(tap)
    return tree
