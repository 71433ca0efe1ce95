"""A key that came though nobody asked for one."""

from __future__ import annotations

from typing import Final

from bot.actions.conversations import CONNECT
from bot.conversation.inputs import TextInput
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.screens.accounts import perhaps_screen
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms

KEY: Final = "key"


async def perhaps_a_key(chat: ChatContext, t: Texts, received: TextInput, forms: Forms) -> Screen:
    """A key came though nobody asked for one, or what may be one: the person decides what to do with it.

    Until then it is kept, sealed, in a form of its own, and shown nowhere.
    """
    draft = forms.keep(chat, CONNECT, {KEY: received.text}, {KEY: received.message_id})  # known, not answered
    return perhaps_screen(t, draft.tag, deleted=received.secret)
