"""The reply keyboard of quick actions: what is on it, and how it is hidden and shown again.

connected for the first time ─▶ shown      /bar ─▶ hidden ─▶ /bar ─▶ shown
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.accounts import Accounts
from bot.actions.home import home
from bot.conversation.screen import Screen
from bot.locales import Texts, say
from bot.screens.buttons import ShowQuickActions
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.reply_keyboard import LATER, QuickAction, ReplyKeyboard
from bot.telegram.routes import Routes

routes: Final = Routes()

ACTIONS: Final = (
    (QuickAction(say("My names"), "senders"), QuickAction(say("Add a name"), "add")),
    (QuickAction(say("Send documents"), "document"), QuickAction(say("📱 My own number"), None)),
)
FORMER_ACTIONS: Final = ((QuickAction(say("Hide these buttons"), "bar"),),)
"""What stood on the keyboards of 0.2.0, which stay in their chats until a new one comes."""


@routes.command("bar")
async def toggle(chat: ChatContext, t: Texts, keyboard: ReplyKeyboard, accounts: Accounts, forms: Forms) -> Screen:
    """Hides the keyboard where it is shown, and shows it where it is not; a form that is open goes on."""
    if chat.person.keyboard_message:
        await keyboard.hide(chat)
        chat.changes.note = say("The quick actions are hidden. /bar brings them back.")
    else:
        await keyboard.show(chat)
    return await forms.reopened(chat) or await home(chat, t, accounts, forms)


@routes.button(ShowQuickActions)
async def show(chat: ChatContext, t: Texts, keyboard: ReplyKeyboard, accounts: Accounts, forms: Forms) -> Screen:
    """Shows the keyboard; tapped twice it is shown all the same."""
    if not chat.person.keyboard_message:
        await keyboard.show(chat)
    return await home(chat, t, accounts, forms)


@routes.notice(LATER)
async def later(chat: ChatContext, body: Mapping[str, Any], keyboard: ReplyKeyboard) -> None:
    """Brings the keyboard, or takes it away, now that Telegram takes that; it has no screen beside its own message.

    Told together with other things it has a turn of its own.
    """
    if chat.among_others:
        chat.remind(LATER, {"hidden": body["hidden"]}, 0.0, 0.0)
    else:
        await keyboard.bring(chat, hidden=body["hidden"])
