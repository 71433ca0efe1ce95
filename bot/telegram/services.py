"""What lives as long as the process, and every handler may ask for: made once, in `bot/app.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.accounts import Accounts
from bot.ceilings import Ceilings
from bot.client_links import ClientLinks
from bot.clock import Clock
from bot.colleagues import Colleagues
from bot.companies import Companies
from bot.fetch import Fetch
from bot.imaging.image_converter import ImageConverter
from bot.locales import Catalogues
from bot.quotas import Quotas
from bot.senders.approvals import Approvals
from bot.senders.batches import Batches
from bot.senders.listing import Listings
from bot.senders.operations import Operations
from bot.smsc import Catalogue
from bot.takeout.process import Takeout
from bot.telegram.menu import Menu
from bot.telegram.own_name import OwnName
from bot.telegram.panel import Panel
from bot.telegram.reply_keyboard import ReplyKeyboard
from bot.watch.board import Boards
from bot.watch.codes import Codes
from bot.watch.events import Events
from bot.watch.how_long import HowLong
from bot.watch.quiet import Notifications
from bot.watch.records import Archive

NewId: TypeAlias = Callable[[], int]
"""Gives a number that nobody had before, for what goes into the file."""
NewTag: TypeAlias = Callable[[], str]
"""Gives a short word that tells one draft's buttons from another's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services. A handler asks for one by its type, so no two have the same.

    listings, operations, accounts  the product: names, changing requests, whose they are
    companies                       companies that people keep, with their documents
    colleagues                      who else works with an account
    batches, approvals              many changing requests at once; what waits for an owner's word
    client_links                    what clients without an account fill in by a link
    events, notifications           what happened to names, and how people want to be told
    archive, takeout                all that is known of names, and files made of it
    boards, how_long                what needs one, of all names; how long anything takes
    catalogue, catalogues           what SMSC's API takes; the texts in every language
    name                            the bot's own user name
    panel, keyboard, menu           the screens, the quick actions, the menu of commands
    converter, quotas, fetch        pictures made into documents, how many, files from Telegram
    ceilings                        how much of a kind a person may have at a time
    clock, new_id, new_tag          time and chance
    """

    accounts: Accounts
    colleagues: Colleagues
    listings: Listings
    operations: Operations
    batches: Batches
    approvals: Approvals
    companies: Companies
    client_links: ClientLinks
    events: Events
    notifications: Notifications
    boards: Boards
    archive: Archive
    takeout: Takeout
    codes: Codes
    how_long: HowLong
    catalogue: Catalogue
    catalogues: Catalogues
    name: OwnName
    panel: Panel
    keyboard: ReplyKeyboard
    menu: Menu
    converter: ImageConverter
    quotas: Quotas
    ceilings: Ceilings
    fetch: Fetch
    clock: Clock
    new_id: NewId
    new_tag: NewTag
