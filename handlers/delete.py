"""Delete a name.

card ─▶ [Delete] ─▶ what will be lost ─▶ [Keep it] [Delete for good] ─▶ receipt
/delete PARUS, /delete 12345: by name or by SMSC's number
"""

from __future__ import annotations

from typing import Final

from bot.accounts import Scope
from bot.actions.sending import send_as
from bot.conversation.screen import Button, Screen, Style
from bot.conversation.tap import Tap, tap
from bot.locales import Texts
from bot.registration.requests import known_by
from bot.screens.accounts import whose
from bot.screens.card import state_lines
from bot.screens.files import documents_told
from bot.screens.lookups import unfound, which
from bot.senders.known import KnownName
from bot.senders.listing import Found, Listings
from bot.senders.operations import Operations, Request
from bot.smsc import Command
from bot.telegram.chat_context import ChatContext
from bot.telegram.routes import Routes
from bot.telegram.services import NewTag

routes: Final = Routes()


@routes.command("delete")
@routes.tap("deletename")
async def by_word(t: Texts, tap: Tap, word: str, scope: Scope, listings: Listings, new_tag: NewTag) -> Screen:
    """Asks about a name that was typed, or SMSC's number of one."""
    word = word or tap.word(0)
    if not word:
        return which(t, "delete")
    looked = await listings.by_word(scope, word)
    if isinstance(looked, Found):
        return sure_screen(t, looked.known, scope, new_tag())
    return unfound(t, looked, word, Tap("deletename", (word,)), "delete")


@routes.tap("delete")
async def delete(
    chat: ChatContext, t: Texts, tap: Tap, scope: Scope, listings: Listings, operations: Operations, new_tag: NewTag
) -> Screen | None:
    """First what will be lost, then the deliberate second tap; its tag makes a double tap harmless."""
    looked = await listings.by_ref(scope, tap.number(0))
    if not isinstance(looked, Found):
        return unfound(t, looked)
    known = looked.known
    if tap.word(1) != "yes" or not tap.word(2):
        return sure_screen(t, known, scope, new_tag())
    request = Request(Command.DEL, known.name, known_by(known))
    return await send_as(chat, t, scope, operations, f"delete:{tap.word(2)}", [request])


def sure_screen(t: Texts, known: KnownName, scope: Scope, tag: str) -> Screen:
    """What will be lost; the safe button first."""
    lines = [
        t("Delete <b>{name}</b> at SMSC?", name=known.title),
        t("Account: <b>{account}</b>", account=whose(scope)),
        t(""),
        *state_lines(t, known),
        t(""),
        t("Once it is deleted, no message can be sent from it."),
        t("Its registration with operators is lost, and what was paid for it is not given back."),
    ]
    if known.state.documents:
        lines.append(t("Lost as well: {documents}.", documents=documents_told(len(known.state.documents))))
    return Screen(
        t.lines(*lines),
        (
            (Button(t.label("Keep it"), tap("card", known.ref)),),
            (Button(t.label("Delete for good"), tap("delete", known.ref, "yes", tag), Style.DANGER),),
        ),
    )
