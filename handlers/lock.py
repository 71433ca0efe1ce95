"""Lock a name that must not be deleted, and unlock it.

card ─▶ [🔒 Lock] ─▶ the card, locked ─▶ [🔓 Unlock] ─▶ the card
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.accounts import Scope
from bot.actions.finding import shown
from bot.clock import Clock
from bot.conversation.screen import Screen
from bot.locales import Texts, say
from bot.rights import Right
from bot.screens.buttons import LockName
from bot.screens.lookups import unfound
from bot.senders import locks
from bot.senders.listed import Found
from bot.senders.listing import Listings
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.routes import Routes
from bot.watch.codes import Codes

routes: Final = Routes()


@routes.button(LockName, needs=Right.PREPARE)
async def lock(
    chat: ChatContext,
    t: Texts,
    button: LockName,
    scope: Scope,
    listings: Listings,
    catalogue: Catalogue,
    clock: Clock,
    codes: Codes,
) -> Screen:
    """Locks a name, or unlocks it; its timeline keeps who did it."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    on = button.off is None
    chat.unit_of_work.add(locks.turning(scope, looked.known, chat.person.user_id, clock.now(), on=on))
    told = say("🔒 Locked: nobody can delete it here.") if on else say("🔓 Unlocked: it can be deleted again.")
    chat.changes.note = told
    turned = replace(looked, known=replace(looked.known, locked=on))
    return await shown(t, turned, scope, listings, catalogue, codes)
