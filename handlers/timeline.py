"""A name's whole story in one order: what was asked from here, what SMSC answered, what its lists showed.

card ─▶ [Timeline] ─▶ newest first, a page at a time ─▶ [‹] [›] [Picture] [‹ the card]
[What was asked] ─▶ the history of this name: each request, with its answer and what to do
[Picture] ─▶ a strip for the name, each operator and each document over the days, and the timeline again
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from bot.accounts import Scope
from bot.clock import Clock
from bot.colleagues import Colleagues
from bot.conversation.form import clipped, home_button
from bot.conversation.screen import Button, Row, Screen
from bot.exports.strips import picture
from bot.locales import Texts, moment
from bot.screens.buttons import OpenCard, SendPicture, ShowHistory, ShowTimeline
from bot.screens.changes import NOBODY, event_told
from bot.screens.exports import NOT_TAKEN, again_screen, name_caption
from bot.screens.lookups import unfound
from bot.screens.strips import EVENTS_MOST, name_strips
from bot.senders.known import KnownName
from bot.senders.listed import Found
from bot.senders.listing import Listings
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.panel import NotShownError, Panel
from bot.telegram.routes import Routes
from bot.watch.codes import Codes, Meanings
from bot.watch.events import PAGE, Consented, Events, LockTurned, Story, Subject
from bot.watch.quiet import Notifications
from bot.watch.records import Archive

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
    colleagues: Colleagues,
) -> Screen:
    """A page of a name's events."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    known, page = looked.known, min(button.page, _PAGES_MOST)
    story = await events.story(Subject((scope.account.id, scope.subclient), known.name, known.id), page)
    meanings = await codes.of(chat.person.user_id, scope.account.service.name)
    whoever = {each.what.who for each in story.events if isinstance(each.what, Consented | LockTurned)}
    called = {each: await colleagues.name(each) for each in whoever}
    return timeline_screen(t, known, story, page, catalogue, meanings, chat.person.user_id, called)


def timeline_screen(
    t: Texts,
    known: KnownName,
    story: Story,
    page: int,
    catalogue: Catalogue,
    meanings: Meanings,
    viewer: int | None = None,
    called: Mapping[int, str] = NOBODY,
) -> Screen:
    """The events as a person reads them, newest first."""
    lines = [t("🕘 <b>{name}</b>: what happened, newest first", name=known.title), t("")]
    lines += [
        t("{time} {what}", time=moment(each.at), what=event_told(each, catalogue, meanings, viewer, called))
        for each in story.events
    ]
    if not story.total:
        lines.append(t("Nothing has happened since I watch it."))
    elif not story.events:
        lines.append(t("There is nothing more."))
    if story.shortened and (page + 1) * PAGE >= story.total:
        lines += [t(""), t("What happened more than three years ago is not kept.")]
    turns: Row = ()
    if page:
        turns = (*turns, Button("‹", ShowTimeline(known.ref, page - 1)))
    if (page + 1) * PAGE < story.total:
        turns = (*turns, Button("›", ShowTimeline(known.ref, page + 1)))
    asked = Button(t.label("What was asked"), ShowHistory(0, known.ref))
    drawn: Row = (Button(t.label("Picture"), SendPicture(known.ref)), asked) if story.total else (asked,)
    back = Button(clipped(f"‹ {known.title}"), OpenCard(known.ref))
    return Screen(t.lines(*lines), (turns, drawn, (back, home_button(t))))


# As a picture


@routes.button(SendPicture)
async def send_picture(
    chat: ChatContext,
    t: Texts,
    button: SendPicture,
    scope: Scope,
    listings: Listings,
    archive: Archive,
    events: Events,
    panel: Panel,
    catalogue: Catalogue,
    codes: Codes,
    clock: Clock,
    notifications: Notifications,
    colleagues: Colleagues,
) -> Screen:
    """Sends a name's story as a picture, in the person's time zone, and shows its timeline below."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    known, story = looked.known, await archive.story(scope, looked.known, EVENTS_MOST)
    meanings = await codes.of(chat.person.user_id, scope.account.service.name)
    as_of = looked.as_of if looked.as_of is not None else clock.now()
    wanted = await notifications.load(chat.person.user_id, scope.account.service.name)

    def made() -> bytes | None:
        content = name_strips(t, scope, known, story.events, catalogue, meanings, wanted.clocks, as_of=as_of)
        return picture(content) if content is not None else None

    png = await asyncio.to_thread(made)
    if png is None:
        return nothing_screen(t, known)
    caption = name_caption(t, scope, known.title, looked.as_of)
    try:
        await panel.send_picture(chat.person.user_id, png, caption, topic=chat.person.topic)
    except NotShownError:
        return again_screen(t, button, NOT_TAKEN)
    chat.changes.edited = None  # the picture stands below what was tapped
    return await timeline(chat, t, ShowTimeline(button.ref), scope, listings, events, catalogue, codes, colleagues)


def nothing_screen(t: Texts, known: KnownName) -> Screen:
    """There is nothing to draw."""
    back = Button(t.label("‹ Timeline"), ShowTimeline(known.ref))
    return Screen(
        t("There is nothing to draw yet: SMSC's list has shown no change of <b>{name}</b>.", name=known.title),
        ((back, home_button(t)),),
    )
