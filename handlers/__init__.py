"""The conversations, a file each, and the ways in: every command, button, link and message meets one of these tables.

start      home, help, language, cancel       confirm    a number by a code
bar        quick actions in place of the keyboard
connect    an SMSC account                    delete     a name
account    which one, label, forget           history    what was done
subclient  for whom                           receipts   what became of a request
names      the list                           quick      what is sent out of the blue
card       one name                           fallback   what nobody else takes
add, change, document                         words      texts that several share
"""

from __future__ import annotations

import structlog
from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    CallbackQuery,
    InlineQuery,
    MenuButtonCommands,
    Message,
)

from bot.locales import LANGUAGES, Catalogues, Phrase, say
from bot.smsc import Catalogue
from bot.telegram.front import Front
from bot.telegram.inbox import Unit
from bot.telegram.routes import Routes
from handlers import (
    account,
    add,
    bar,
    card,
    change,
    confirm,
    connect,
    delete,
    document,
    fallback,
    history,
    names,
    quick,
    receipts,
    start,
    subclient,
)

log = structlog.get_logger(__name__)

MENU: tuple[tuple[str, Phrase], ...] = (
    ("senders", say("My names")),
    ("add", say("Add a name")),
    ("document", say("Send documents")),
    ("confirm", say("Confirm a number")),
    ("account", say("Account")),
    ("help", say("Help")),
)
"""The commands of the menu button; the others work as well."""
GROUP_MENU: tuple[tuple[str, Phrase], ...] = (("start", say("Go on in private")),)
"""In groups there is nothing else to do."""


def routes(catalogue: Catalogue) -> Routes:
    """Every conversation's tables in one."""
    parts = (
        start.routes,
        bar.routes,
        connect.routes,
        account.routes,
        subclient.routes,
        names.routes,
        card.routes,
        add.routes(catalogue),
        change.routes(catalogue),
        document.routes,
        confirm.routes,
        delete.routes,
        history.routes,
        receipts.routes,
        quick.routes,
        fallback.routes,
    )
    return Routes.together(parts)


def router(front: Front) -> Router:
    """What aiogram sees: messages and taps of private chats, commands in groups. All else is of no interest."""
    tree = Router(name="sender names")

    async def message(message: Message, unit: Unit, update_id: int, album: list[Message]) -> None:
        if message.chat.type == ChatType.PRIVATE:
            if message.from_user is not None:
                await front.private_message(album, message.from_user, unit, update_id)
        elif message.from_user is not None and (message.text or "").startswith("/"):
            await front.in_group(message, message.from_user)

    async def tap(query: CallbackQuery, unit: Unit, update_id: int) -> None:
        if query.message is not None and query.message.chat.type == ChatType.PRIVATE:
            await front.private_tap(query, query.from_user, unit, update_id)

    async def edited(message: Message, unit: Unit, update_id: int) -> None:
        if message.chat.type == ChatType.PRIVATE and message.from_user is not None:
            await front.private_message([message], message.from_user, unit, update_id)

    async def inline(query: InlineQuery) -> None:
        await front.inline(query)

    tree.message.register(message)
    tree.edited_message.register(edited)
    tree.inline_query.register(inline)
    tree.callback_query.register(tap)
    return tree


async def announce(bot: Bot, catalogues: Catalogues) -> None:
    """Tells Telegram the command menu, in each language; what fails here keeps nothing from working."""
    try:
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        for language in (*LANGUAGES, None):
            t = catalogues.pick(language)
            for scope, menu in ((BotCommandScopeAllPrivateChats(), MENU), (BotCommandScopeAllGroupChats(), GROUP_MENU)):
                commands = [BotCommand(command=name, description=t.label(told)) for name, told in menu]
                await bot.set_my_commands(commands, scope=scope, language_code=language)
    except TelegramAPIError as failure:
        log.warning("command menu not set", why=type(failure).__name__)
