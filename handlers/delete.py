"""Delete a name.

card ─▶ [Delete] ─▶ what will be lost ─▶ [Keep it] [Delete for good] ─▶ receipt
     a locked one ─▶ [Keep it] [🔓 Unlock]
/delete PARUS, /delete 12345: by name or by SMSC's number
"""

from __future__ import annotations

from typing import Final

from bot.accounts import Accounts, Scope
from bot.actions.sending import send_as
from bot.conversation.callback import if_it_fits
from bot.conversation.screen import Button, Screen, Style
from bot.locales import Texts
from bot.registration.requests import known_by
from bot.rights import Act, Right
from bot.screens.accounts import whose
from bot.screens.approvals import AWAITS_OWNER
from bot.screens.buttons import DeleteName, DeleteThisName, OpenCard
from bot.screens.card import lock_button, state_lines
from bot.screens.files import documents_told
from bot.screens.lookups import unfound, which
from bot.senders.known import KnownName
from bot.senders.listed import Found
from bot.senders.listing import Listings
from bot.senders.operation import Request
from bot.senders.operations import Operations
from bot.smsc import Command
from bot.telegram.chat_context import ChatContext
from bot.telegram.routes import Routes
from bot.telegram.services import NewTag

routes: Final = Routes()


@routes.command("delete", needs=Right.PREPARE)
@routes.button(DeleteThisName, needs=Right.PREPARE)
async def by_word(
    t: Texts,
    scope: Scope,
    listings: Listings,
    accounts: Accounts,
    new_tag: NewTag,
    word: str = "",
    button: DeleteThisName | None = None,
) -> Screen:
    """Asks about a name that was typed, or SMSC's number of one."""
    word = button.word if button is not None else word
    if not word:
        return which(t, "delete")
    looked = await listings.by_word(scope, word)
    if isinstance(looked, Found):
        return await _asked(t, looked.known, scope, accounts, new_tag)
    return unfound(t, looked, word, if_it_fits(DeleteThisName, word), DeleteName)


@routes.button(DeleteName, needs=Right.PREPARE)
async def delete(
    chat: ChatContext,
    t: Texts,
    button: DeleteName,
    scope: Scope,
    listings: Listings,
    operations: Operations,
    accounts: Accounts,
    new_tag: NewTag,
) -> Screen | None:
    """First what will be lost, then the deliberate second tap; its tag makes a double tap harmless."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    known = looked.known
    if known.locked or button.sure is None or not button.tag:
        return await _asked(t, known, scope, accounts, new_tag)
    request = Request(Command.DEL, known.name, known_by(known))
    return await send_as(chat, t, scope, operations, f"delete:{button.tag}", [request])


async def _asked(t: Texts, known: KnownName, scope: Scope, accounts: Accounts, new_tag: NewTag) -> Screen:
    """What is asked before anything is deleted."""
    if known.locked:
        return locked_screen(t, known, scope)
    asked = sure_screen(t, known, scope, new_tag())
    return asked.with_note(t(AWAITS_OWNER)) if await accounts.awaits_owner(scope, Act.DELETION) else asked


def locked_screen(t: Texts, known: KnownName, scope: Scope) -> Screen:
    """A name that cannot be deleted before it is unlocked."""
    text = t.lines(
        t("🔒 <b>{name}</b> is locked and cannot be deleted.", name=known.title),
        t("Account: <b>{account}</b>", account=whose(scope)),
        "",
        "If it is to be deleted, unlock it first. The timeline says who locked it.",
    )
    rows = ((Button(t.label("Keep it"), OpenCard(known.ref)),), (lock_button(t, known),))
    return Screen(text, rows)


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
            (Button(t.label("Keep it"), OpenCard(known.ref)),),
            (Button(t.label("Delete for good"), DeleteName(known.ref, "yes", tag), Style.DANGER),),
        ),
    )
