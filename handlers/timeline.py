"""A name's whole story in one order: what was asked from here, what SMSC answered, what its lists showed.

card ─▶ [Timeline] ─▶ newest first, a page at a time ─▶ [‹] [›] [‹ the card]
"""

from __future__ import annotations

from typing import Final

from bot.accounts import Scope
from bot.conversation.form import clipped, home_button
from bot.conversation.screen import Button, Row, Screen
from bot.locales import Texts, moment
from bot.screens.buttons import OpenCard, ShowTimeline
from bot.screens.changes import event_told
from bot.screens.lookups import unfound
from bot.senders.known import KnownName
from bot.senders.listed import Found
from bot.senders.listing import Listings
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.routes import Routes
from bot.watch.codes import Codes, Meanings
from bot.watch.events import PAGE, Events, Story, Subject

routes: Final = Routes()

_PAGES_MOST: Final = 100_000


@routes.button(ShowTimeline)
async def timeline(
    chat: ChatContext,
    t: Texts,
    button: ShowTimeline,
    scope: Scope,
    listings: Listings,
    events: Events,
    catalogue: Catalogue,
    codes: Codes,
) -> Screen:
    """A page of a name's events."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    known, page = looked.known, min(button.page, _PAGES_MOST)
    story = await events.story(Subject((scope.account.id, scope.subclient), known.name, known.id), page)
    meanings = await codes.of(chat.person.user_id, scope.account.service.name)
    return timeline_screen(t, known, story, page, catalogue, meanings)


def timeline_screen(
    t: Texts, known: KnownName, story: Story, page: int, catalogue: Catalogue, meanings: Meanings
) -> Screen:
    """The events as a person reads them, newest first."""
    lines = [t("🕘 <b>{name}</b>: what happened, newest first", name=known.title), t("")]
    lines += [
        t("{time} {what}", time=moment(each.at), what=event_told(each, catalogue, meanings)) for each in story.events
    ]
    if not story.total:
        lines.append(t("Nothing has happened since I watch it."))
    elif not story.events:
        lines.append(t("There is nothing more."))
    turns: Row = ()
    if page:
        turns = (*turns, Button("‹", ShowTimeline(known.ref, page - 1)))
    if (page + 1) * PAGE < story.total:
        turns = (*turns, Button("›", ShowTimeline(known.ref, page + 1)))
    back = Button(clipped(f"‹ {known.title}"), OpenCard(known.ref))
    return Screen(t.lines(*lines), (turns, (back, home_button(t))))
