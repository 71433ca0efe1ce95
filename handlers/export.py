"""Names, documents and history as a file; one name on a page that can be handed to somebody else.

names ─▶ [Export…] ─▶ [XLSX] [CSV]: of the account and subclient in use, or of all ─▶ the file, and what is in it
/export ─▶ the same          card ─▶ [PDF] ─▶ the page, and the card again
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from markupsafe import Markup

from bot.accounts import Scope
from bot.actions.finding import shown
from bot.clock import Clock
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Row, Screen
from bot.exports.cells import Format
from bot.exports.page import page
from bot.imaging.file_names import named
from bot.locales import Texts, moment, say, say_n
from bot.screens.accounts import whose
from bot.screens.buttons import Extent, SendExport, SendPage, ShowExport, ShowNames
from bot.screens.exports import NOT_TAKEN, Reader, again_screen, name_caption, name_page
from bot.screens.lookups import unfound
from bot.screens.name_list import lacking
from bot.screens.problems import problem
from bot.senders.listed import Found
from bot.senders.listing import Listings
from bot.senders.operations import Operations
from bot.smsc import Catalogue, SmscError
from bot.takeout.process import NotMadeError, Takeout
from bot.telegram.chat_context import ChatContext
from bot.telegram.panel import NotShownError, Panel
from bot.telegram.routes import Routes
from bot.watch.codes import Codes
from bot.watch.quiet import Notifications, zone_told
from bot.watch.records import EVENTS_MOST, Archive, Known

routes: Final = Routes()

_TOLD_MOST: Final = 5
"""Accounts and subclients that a caption tells one by one; it has room for 1024 letters."""


@routes.command("export")
@routes.deep_link("export")
@routes.button(ShowExport)
async def choices(t: Texts, scope: Scope, archive: Archive) -> Screen:
    """What can be taken out, and as what."""
    return choices_screen(t, scope, await archive.scopes(scope.user_id))


def choices_screen(t: Texts, scope: Scope, known: Sequence[Scope]) -> Screen:
    """The choice; everything is offered where that is more than what is in use."""
    lines = [
        t("<b>Export</b>: names with their states, documents and history"),
        t(""),
        t("XLSX opens in any spreadsheet. CSV is for programs, a file for each table."),
        t(""),
        t("In use now: <b>{account}</b>.", account=whose(scope)),
    ]
    rows = [_formats("", Extent.IN_USE)]
    if any(each != scope for each in known):
        count = say_n("{count} account and subclient", "{count} accounts and subclients", len(known))
        lines.append(t("Everything known here: {count}.", count=count))
        rows.append(_formats(t.label("Everything") + " · ", Extent.EVERYTHING))
    return Screen(t.lines(*lines), (*rows, (Button(t.label("‹ My names"), ShowNames()), home_button(t))))


def _formats(before: str, extent: Extent) -> Row:
    return tuple(Button(f"{before}{each.value.upper()}", SendExport(extent, each)) for each in Format)


@routes.button(SendExport)
async def export(
    chat: ChatContext,
    t: Texts,
    button: SendExport,
    scope: Scope,
    listings: Listings,
    archive: Archive,
    takeout: Takeout,
    panel: Panel,
    clock: Clock,
    notifications: Notifications,
    codes: Codes,
) -> Screen:
    """Sends the file, or for each table one, with a word for whom and as of when it is."""
    everything, failure = button.extent is Extent.EVERYTHING, None
    if not everything:
        failure = await listings.refresh(scope)
    scopes = await archive.scopes(chat.person.user_id) if everything else [scope]
    taken = [await archive.known(each) for each in scopes]
    rows = sum(each.names + min(each.events, EVENTS_MOST) for each in taken)
    if not rows:
        return nothing_screen(t, failure)
    caption = caption_of(t, taken, failure)
    user_id, services = chat.person.user_id, {each.account.service.name for each in scopes}
    zone = (await notifications.load(user_id, scope.account.service.name)).zone
    meanings = {each: await codes.of(user_id, each) for each in services}
    made = takeout.files(scopes, button.format, t.language, clock.now(), rows, zone=zone, meanings=meanings)
    try:
        for name, content in await made:
            await panel.send_file(chat.person.user_id, name, content, caption, topic=chat.person.topic)
    except NotMadeError:
        return again_screen(t, button, say("The file could not be made. Please try once more."))
    except NotShownError:
        return again_screen(t, button, NOT_TAKEN)
    chat.changes.edited = None  # the file stands below what was tapped
    return done_screen(t, zone)


def caption_of(t: Texts, taken: Sequence[Known], failure: SmscError | None = None) -> Markup:
    """What stands under the file for good: whose names, how many, as of when, and what is lacking."""
    lines = [_told(t, each) for each in taken[:_TOLD_MOST]]
    more = len(taken) - _TOLD_MOST
    if more > 0:
        lines.append(t.n("… and {count} more", "… and {count} more", more))
    if failure is not None:
        lines.append(t("⚠️ {problem}", problem=problem(failure)))
    if len(taken) == 1:
        lines += lacking(t, taken[0].lacks)
    if any(each.cut for each in taken):
        lines.append(t("The history has the newest {count} events of each.", count=EVENTS_MOST))
    return t.lines(*lines)


def _told(t: Texts, known: Known) -> Markup:
    told = {"account": whose(known.scope), "count": say_n("{count} name", "{count} names", known.names)}
    if known.as_of is None:
        return t("<b>{account}</b>: {count}, no list from SMSC yet", **told)
    return t("<b>{account}</b>: {count}, as of {time}", time=moment(known.as_of), **told)


def done_screen(t: Texts, zone: int) -> Screen:
    """The file is above; its times are those of the person's zone, in minutes east of Greenwich."""
    return Screen(
        t("Here it is, as it is known now. The times in it are those of your time zone: {zone}.", zone=zone_told(zone)),
        ((Button(t.label("‹ My names"), ShowNames()), home_button(t)),),
    )


def nothing_screen(t: Texts, failure: SmscError | None) -> Screen:
    """Nothing is known yet; `failure` tells why."""
    lines = [t("There is nothing to take out yet: no name is known here.")]
    if failure is not None:
        lines.append(t("⚠️ {problem}", problem=problem(failure)))
    return Screen(t.lines(*lines), ((Button(t.label("‹ My names"), ShowNames()), home_button(t)),))


# One name


@routes.button(SendPage)
async def send_page(
    chat: ChatContext,
    t: Texts,
    button: SendPage,
    scope: Scope,
    listings: Listings,
    operations: Operations,
    archive: Archive,
    panel: Panel,
    catalogue: Catalogue,
    clock: Clock,
    notifications: Notifications,
    codes: Codes,
) -> Screen:
    """Sends a name's page, and shows its card below."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    known, story = looked.known, await archive.story(scope, looked.known)
    if not known.comment:
        known = replace(known, comment=await operations.journal.comment_sent(scope, known.name, known.id))
    made, service = clock.now(), scope.account.service.name
    zone = (await notifications.load(chat.person.user_id, service)).zone
    reader = Reader.of(zone, {service: await codes.of(chat.person.user_id, service)})
    content = name_page(t, scope, known, story, catalogue, reader, as_of=looked.as_of, made=made)
    pdf = await asyncio.to_thread(page, content)
    name = named(f"{known.title}-{datetime.fromtimestamp(made, reader.zone):%Y-%m-%d}", "pdf")
    try:
        await panel.send_file(
            chat.person.user_id, name, pdf, name_caption(t, scope, known.title, looked.as_of), topic=chat.person.topic
        )
    except NotShownError:
        return again_screen(t, button, NOT_TAKEN)
    chat.changes.edited = None  # the page stands below what was tapped
    return await shown(t, looked, scope, listings, catalogue, codes)
