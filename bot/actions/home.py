"""Home: where every way leads back to."""

from __future__ import annotations

from bot.accounts import Accounts
from bot.conversation.form import resume_button
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.screens.home import guest_screen, home_screen, welcome
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms


async def home(chat: ChatContext, t: Texts, accounts: Accounts, forms: Forms) -> Screen:
    """The first screen."""
    scope = await accounts.scope(chat.person)
    unfinished = [resume_button(t, flow, draft) for flow, draft in forms.unfinished(chat)]
    if chat.guest:
        return guest_screen(t, unfinished)
    return welcome(t, unfinished) if scope is None else home_screen(t, scope, unfinished)
