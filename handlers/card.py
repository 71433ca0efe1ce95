"""One name: its state part by part, what each operator says, its documents, and what can be done with it.

names ─▶ card ─▶ [Send a document] [Confirm by a code] [Operators] [Change] [History] [Delete…]
              ─▶ [copy name] [copy number]   [‹ My names]
one of another account or subclient ─▶ [Switch and open it]
A name that was not found: certainly not in the list, or the list could not be had ─▶ [Try again]
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.accounts import Scope
from bot.actions.finding import shown
from bot.conversation.callback import if_it_fits
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Screen
from bot.locales import Texts, say
from bot.screens.accounts import whose
from bot.screens.buttons import OpenCard, OpenCardById, ShowNames, SwitchToCard
from bot.senders.listed import Found, OfAnother
from bot.senders.listing import Listings
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.routes import Routes
from bot.watch.codes import Codes

routes: Final = Routes()


@routes.button(OpenCard)
async def card(
    t: Texts, button: OpenCard, scope: Scope, listings: Listings, catalogue: Catalogue, codes: Codes
) -> Screen:
    """The card of a name of this account and subclient; after a change, or of an old list, SMSC is asked anew."""
    anew = await listings.outdated(scope) or await listings.old(scope)
    failure = await listings.refresh(scope) if anew else None
    looked = await listings.by_ref(scope, button.ref)
    if isinstance(looked, Found):
        looked = replace(looked, problem=failure)
    return await shown(t, looked, scope, listings, catalogue, codes)


@routes.button(SwitchToCard)
async def switch(
    chat: ChatContext,
    t: Texts,
    button: SwitchToCard,
    scope: Scope,
    listings: Listings,
    catalogue: Catalogue,
    codes: Codes,
) -> Screen:
    """Puts the account and subclient in use that a name belongs to, and shows its card."""
    looked = await listings.by_ref(scope, button.ref)
    if isinstance(looked, OfAnother):
        scope = looked.scope
        chat.changes.person = chat.person.acting_for(scope.account.id, scope.subclient)
        chat.changes.scope = scope
        chat.changes.note = say("In use now: <b>{account}</b>.", account=whose(scope))
    return await card(t, OpenCard(button.ref), scope, listings, catalogue, codes)


@routes.deep_link("n")
async def linked(t: Texts, word: str, scope: Scope, listings: Listings, catalogue: Catalogue, codes: Codes) -> Screen:
    """The deep link `?start=n_<id>`, with SMSC's number of the name."""
    number = int(word) if word.isascii() and word.isdigit() else -1
    button = if_it_fits(OpenCardById, number)
    return no_name_screen(t) if button is None else await by_id(t, button, scope, listings, catalogue, codes)


@routes.button(OpenCardById)
async def by_id(
    t: Texts, button: OpenCardById, scope: Scope, listings: Listings, catalogue: Catalogue, codes: Codes
) -> Screen:
    """The card of the name with this number of SMSC's."""
    looked = await listings.by_id(scope, button.id)
    return await shown(t, looked, scope, listings, catalogue, codes, f"#{button.id}", button)


def no_name_screen(t: Texts) -> Screen:
    """A link that has no name in it."""
    return Screen(
        t("There is no sender name in this link."), ((Button(t.label("My names"), ShowNames()), home_button(t)),)
    )
