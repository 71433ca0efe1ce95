"""The bar of quick actions: what is on it, and how it is hidden and shown again.

connected for the first time ─▶ the bar      /bar ─▶ hidden ─▶ /bar ─▶ shown
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.accounts import Accounts
from bot.conversation.screen import Screen
from bot.locales import Texts, say
from bot.telegram.bar import LATER, Bar, QuickAction
from bot.telegram.forms import Forms
from bot.telegram.routes import Routes
from bot.telegram.talk import Talk
from handlers.start import home

routes: Final = Routes()

ACTIONS: Final = (
    (QuickAction(say("My names"), "senders"), QuickAction(say("Add a name"), "add")),
    (QuickAction(say("Send documents"), "document"), QuickAction(say("📱 My own number"), None)),
)
FORMER_ACTIONS: Final = ((QuickAction(say("Hide these buttons"), "bar"),),)
"""What stood on the bars of 0.2.0, which stay in their chats until a new one comes."""


@routes.command("bar")
async def toggle(talk: Talk, t: Texts, bar: Bar, accounts: Accounts, forms: Forms) -> Screen:
    """Hides the bar where it is shown, and shows it where it is not; a form that is open goes on."""
    if talk.person.bar:
        await bar.hide(talk)
        talk.note = say("The quick actions are hidden. /bar brings them back.")
    else:
        await bar.show(talk)
    return await forms.reopened(talk) or await home(talk, t, accounts, forms)


@routes.tap("bar")
async def show(talk: Talk, t: Texts, bar: Bar, accounts: Accounts, forms: Forms) -> Screen:
    """Shows the bar; tapped twice it is shown all the same."""
    if not talk.person.bar:
        await bar.show(talk)
    return await home(talk, t, accounts, forms)


@routes.notice(LATER)
async def later(talk: Talk, body: Mapping[str, Any], bar: Bar) -> None:
    """Brings the bar, or takes it away, now that Telegram takes that; it has no screen beside its own message.

    Told together with other things it has a turn of its own.
    """
    if talk.among_others:
        talk.remind(LATER, {"hidden": body["hidden"]}, 0.0, 0.0)
    else:
        await bar.bring(talk, hidden=body["hidden"])
