"""One name: its state part by part, what each operator says, its documents, and what can be done with it.

names ─▶ card ─▶ [Send a document] [Confirm by a code] [Operators] [Change] [History] [Delete…]
              ─▶ [copy name] [copy number]   [‹ My names]
A name that was not found: certainly not in the list, or the list could not be had ─▶ [Try again]
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.accounts import Scope
from bot.actions.finding import shown
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Screen
from bot.conversation.tap import Tap, tap
from bot.locales import Texts
from bot.senders.listing import Found, Listings
from bot.smsc import Catalogue
from bot.telegram.routes import Routes

routes: Final = Routes()


@routes.tap("card")
async def card(t: Texts, tap: Tap, scope: Scope, listings: Listings, catalogue: Catalogue) -> Screen:
    """The card of a name of this account and subclient; after a change, or of an old list, SMSC is asked anew."""
    anew = await listings.outdated(scope) or await listings.old(scope)
    failure = await listings.refresh(scope) if anew else None
    looked = await listings.by_ref(scope, tap.number(0))
    if isinstance(looked, Found):
        looked = replace(looked, problem=failure)
    return await shown(t, looked, scope, listings, catalogue)


@routes.deep_link("n")
@routes.tap("cardid")
async def linked(t: Texts, tap: Tap, word: str, scope: Scope, listings: Listings, catalogue: Catalogue) -> Screen:
    """The deep link `?start=n_<id>`, with SMSC's number of the name."""
    number = Tap("n", (word or tap.word(0),)).number(0)
    if number is None:
        return no_name_screen(t)
    looked = await listings.by_id(scope, number)
    return await shown(t, looked, scope, listings, catalogue, f"#{number}", Tap("cardid", (str(number),)))


def no_name_screen(t: Texts) -> Screen:
    """A link that has no name in it."""
    return Screen(
        t("There is no sender name in this link."), ((Button(t.label("My names"), tap("names")), home_button(t)),)
    )
