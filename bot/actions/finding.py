"""Shows names: a page of the list, or the card of one."""

from __future__ import annotations

from typing import Final

from bot.accounts import Scope
from bot.conversation.callback import Callback
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.screens.card import card_screen
from bot.screens.lookups import unfound
from bot.screens.name_list import names_screen
from bot.screens.problems import problem
from bot.senders.listed import Found, Lookup, OfAnother
from bot.senders.listing import Listings
from bot.senders.state import Filter
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.watch.codes import Codes

ABOUT_THE_LIST: Final = "names:"
"""The panel shows a list; what is searched for stands behind it."""


async def shown(
    t: Texts,
    looked: Lookup | OfAnother,
    scope: Scope,
    listings: Listings,
    catalogue: Catalogue,
    codes: Codes,
    word: str = "",
    again: Callback | None = None,
) -> Screen:
    """The card of a name, with a word on it where the list is older than the newest change; else why there is none."""
    if not isinstance(looked, Found):
        return unfound(t, looked, word, again)
    why = problem(looked.problem) if looked.problem is not None else None
    meanings = await codes.of(scope.user_id, scope.account.service.name)
    return card_screen(t, looked.known, catalogue, meanings, outdated=await listings.outdated(scope), why=why)


async def found(
    chat: ChatContext,
    t: Texts,
    scope: Scope,
    listings: Listings,
    search: str,
    filter_: Filter | None = None,
    number: int = 0,
) -> Screen:
    """The page, remembered as what the panel shows."""
    page = await listings.page(scope, filter_=filter_, search=search, number=number)
    if number and number >= page.pages:
        page = await listings.page(scope, filter_=filter_, search=search, number=page.pages - 1)
    chat.changes.about = ABOUT_THE_LIST + search
    return names_screen(t, page)
