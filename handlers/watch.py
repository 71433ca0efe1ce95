"""What the watch saw, told as it comes: one message a name, with the remedy as a button.

changed ─▶ "LILY: MTS 3 → 5, a document rejected" ─▶ [Replace the document] [Confirm by a code] [Operators] [Card]
           what comes soon after it, while nobody has reacted, is told in the same message
many at once ─▶ one message of how many and which ─▶ [Show the names]
key refused  ─▶ not watched any more ─▶ [Connect again]
A name of another account or subclient than the one in use: its button puts that one in use, and goes there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from bot.accounts import KEY_UNREADABLE, PAUSED, Accounts, Scope
from bot.actions.finding import found
from bot.actions.resuming import whose_line
from bot.ceilings import Ceilings
from bot.clock import Clock
from bot.conversation.callback import if_it_fits
from bot.conversation.form import clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.locales import Phrase, Texts, say, say_n
from bot.screens.accounts import whose
from bot.screens.buttons import (
    ChangeName,
    ChooseOperators,
    ConfirmNumber,
    ConnectAccount,
    NameCode,
    OpenAccount,
    SendDocument,
    ShowBoards,
    ShowChangedNames,
    ShowNames,
    ShowTimeline,
    SwitchToCard,
)
from bot.screens.card import may_be_confirmed, mute_button
from bot.screens.changes import change_told
from bot.senders.known import KnownName
from bot.senders.listing import Listings
from bot.senders.looks import ScopeKey
from bot.smsc import Catalogue, DocumentStatus
from bot.storage.watch import PushRow
from bot.telegram.chat_context import ChatContext
from bot.telegram.handler import NoticeBody
from bot.telegram.routes import Routes
from bot.watch.changes import (
    ActivationChanged,
    Appeared,
    Change,
    DetailChanged,
    DocumentChanged,
    OperatorChanged,
    Vanished,
    folded,
)
from bot.watch.codes import Codes, Meanings
from bot.watch.events import Events, FromHere, Happened, Subject
from bot.watch.news import is_urgent
from bot.watch.notebook import CHANGED, DIGEST, MANY_CHANGED, NIGHT
from bot.watch.quiet import Notifications
from bot.watch.rounds import BEYOND, UNKNOWN

routes: Final = Routes()

_TOGETHER_SECONDS: Final = 900.0
"""What comes so soon after a message about a name is told in that message, while it is the newest one of the chat."""
_NAMED_MOST: Final = 10
"""Names that a message about many gives."""
_DIGEST_MOST: Final = 25
"""Names in a digest."""


@routes.notice(CHANGED)
async def changed(
    chat: ChatContext,
    t: Texts,
    body: NoticeBody,
    events: Events,
    accounts: Accounts,
    listings: Listings,
    catalogue: Catalogue,
    clock: Clock,
    notifications: Notifications,
    codes: Codes,
) -> Screen | None:
    """Draws what changed of one name, and was not told yet; in quiet hours, where it is not urgent, without a sound."""
    scope = await _scope_of(chat, body, accounts)
    if scope is None:
        return None
    name, number = str(body["name"]), body["number"]
    subject = Subject((scope.account.id, scope.subclient), name, None if number is None else int(number))
    user_id = chat.person.user_id
    push = await events.push(user_id, subject)
    now = clock.now()
    unseen = push is not None and not chat.among_others and _may_be_edited(chat, push, now)
    news = await events.news(user_id, subject, with_last=unseen)
    fresh = news.events[news.fresh :]
    if not fresh:
        return None
    meanings = await codes.of(user_id, scope.account.service.name)
    if unseen and any(_is_urgent(each.what, meanings) for each in fresh):
        unseen, news = False, await events.news(user_id, subject, with_last=False)
    told = folded(news.changes)
    if not told and not unseen:  # there and back again
        chat.unit_of_work.add(events.pushed(user_id, subject, PushRow(fresh[0].id, fresh[-1].id, 0, now)))
        return None
    first = news.events[0].id
    chat.changes.beside = True
    if unseen and push is not None:
        chat.changes.edited = push.message_id
    at = push.at if unseen and push is not None else now
    if chat.among_others:
        chat.unit_of_work.add(events.pushed(user_id, subject, PushRow(first, fresh[-1].id, 0, at)))
    else:
        chat.changes.noted = lambda message: events.pushed(user_id, subject, PushRow(first, fresh[-1].id, message, at))
    known = await listings.at_hand(scope, name, subject.number)
    line = await whose_line(t, scope, chat.scope, accounts)
    screen = changed_screen(t, name, told, known, catalogue, meanings, whose_it_is=line, in_use=scope == chat.scope)
    wanted = await notifications.load(user_id, scope.account.service.name)
    return replace(screen, silent=wanted.is_quiet(now) and not any(is_urgent(each, meanings) for each in told))


def _may_be_edited(chat: ChatContext, push: PushRow, now: float) -> bool:
    """Whether the last message about a name is fresh, and the newest in its chat: nobody has reacted to it."""
    newest = max(chat.person.panel or 0, chat.person.last_message[0])
    return push.message_id > newest and 0 <= now - push.at < _TOGETHER_SECONDS


def changed_screen(
    t: Texts,
    name: str,
    told: Sequence[Change],
    known: KnownName | None,
    catalogue: Catalogue,
    meanings: Meanings,
    *,
    whose_it_is: Markup | None = None,
    in_use: bool = True,
) -> Screen:
    """What changed of a name, and the ways on that it calls for. `known`: as it is now; None: it is not there.

    `in_use`: it is one of the account and subclient in use.
    """
    mark = "❗" if any(is_urgent(each, meanings) for each in told) else "🔔"
    lines = [t("{mark} <b>{name}</b>", mark=mark, name=known.title if known is not None else name)]
    if whose_it_is is not None:
        lines.append(whose_it_is)
    back = t("It changed and changed back: everything is as it was before.")
    lines += [t(change_told(each, catalogue, meanings)) for each in told] or [back]
    return Screen(t.lines(*lines), _ways_on(t, told, known, meanings, in_use=in_use), lasting=True)


def _ways_on(
    t: Texts, told: Sequence[Change], known: KnownName | None, meanings: Meanings, *, in_use: bool
) -> tuple[Row, ...]:
    if known is None:
        return ((Button(t.label("My names"), ShowNames()), home_button(t)),)
    rows: list[Row] = []
    letters = not known.name.isdigit() and "@" not in known.name
    if in_use:
        if any(isinstance(each, DocumentChanged) and each.verdict is DocumentStatus.REJECTED for each in told):
            rows.append((Button(t.label("Replace the document"), SendDocument(known.ref), Style.PRIMARY),))
        if may_be_confirmed(known):
            rows.append((Button(t.label("Confirm by a code"), ConfirmNumber(where=known.ref), Style.PRIMARY),))
        if letters and any(isinstance(each, ActivationChanged | OperatorChanged) for each in told):
            rows.append((Button(t.label("Operators"), ChooseOperators(known.ref)),))
        rows.append(
            (
                Button(t.label("Change"), ChangeName(known.ref)),
                Button(t.label("Timeline"), ShowTimeline(known.ref)),
            )
        )
        unnamed = (each.after.code for each in told if isinstance(each, OperatorChanged) and each.after is not None)
        code = next((each for each in unnamed if each not in meanings), None)
        asks = if_it_fits(NameCode, code) if code is not None else None
        if asks is not None and code is not None:
            rows.append((Button(clipped(t.label("What is {code}?", code=code)), asks),))
    style = Style.PLAIN if rows and rows[0][0].style is Style.PRIMARY else Style.PRIMARY
    mute = (mute_button(t, known.ref, muted=known.muted),) if in_use else ()
    return (*rows, (Button(t.label("Open the card"), SwitchToCard(known.ref), style), *mute))


@routes.notice(MANY_CHANGED)
async def many_changed(
    chat: ChatContext,
    t: Texts,
    body: NoticeBody,
    events: Events,
    accounts: Accounts,
    clock: Clock,
    notifications: Notifications,
    codes: Codes,
) -> Screen | None:
    """Draws what changed of many names at once; as `changed`."""
    scope = await _scope_of(chat, body, accounts)
    if scope is None:
        return None
    last = int(body["last"])
    chat.changes.beside = True
    happened = await events.between((scope.account.id, scope.subclient), int(body["after"]), last)
    if not happened:
        return None
    now = clock.now()
    chat.unit_of_work.add(events.all_pushed(chat.person.user_id, happened, now))
    wanted = await notifications.load(chat.person.user_id, scope.account.service.name)
    meanings = await codes.of(chat.person.user_id, scope.account.service.name)
    urgent = any(_is_urgent(each.event.what, meanings) for each in happened)
    screen = many_changed_screen(t, scope, happened, last, urgent=urgent)
    return replace(screen, silent=wanted.is_quiet(now) and not urgent)


_COUNTED: Final[Sequence[tuple[type[Change], Phrase]]] = (
    (Vanished, say("Not in SMSC's list any more")),
    (Appeared, say("New in SMSC's list")),
    (ActivationChanged, say("Activated or not any more")),
    (DocumentChanged, say("Documents")),
    (OperatorChanged, say("Answers of operators")),
    (DetailChanged, say("Other values")),
)


def many_changed_screen(
    t: Texts, scope: Scope, happened: Sequence[Happened], last: int, *, urgent: bool = False
) -> Screen:
    """What changed of many names: how many of each kind, and the first of the names. `last`: the newest event."""
    names = list(dict.fromkeys(each.subject.name for each in happened))
    counts = Counter(type(each.event.what) for each in happened)
    lines = [
        t(
            say_n(
                "{mark} {count} name changed at once",
                "{mark} {count} names changed at once",
                len(names),
                mark="❗" if urgent else "🔔",
            )
        ),
        t("Account: <b>{account}</b>", account=whose(scope)),
        t(""),
        *(t("{what}: {count}", what=what, count=counts[kind]) for kind, what in _COUNTED if counts[kind]),
        t(""),
        *(t("• {name}", name=name) for name in names[:_NAMED_MOST]),
    ]
    if left_out := len(names) - _NAMED_MOST:
        lines += [t(say_n("… and {count} more", "… and {count} more", left_out))] if left_out > 0 else []
    return Screen(
        t.lines(*lines), ((Button(t.label("Show the names"), ShowChangedNames(last), Style.PRIMARY),),), lasting=True
    )


@routes.button(ShowChangedNames)
async def seen_all(
    chat: ChatContext,
    t: Texts,
    button: ShowChangedNames,
    scope: Scope,
    accounts: Accounts,
    listings: Listings,
    events: Events,
) -> Screen:
    """The names of the account and subclient that many changes were told of, which is in use from now on."""
    key = await events.scope_of(button.event, chat.person.user_id)
    other = await _put_in_use(chat, key, accounts) if key is not None and key != _key(scope) else None
    return await found(chat, t, other or scope, listings, "")


@routes.notice(DIGEST)
async def digest(
    chat: ChatContext,
    t: Texts,
    body: NoticeBody,
    events: Events,
    accounts: Accounts,
    catalogue: Catalogue,
    clock: Clock,
    codes: Codes,
) -> Screen | None:
    """Draws what changed since the last morning, and no message told."""
    untold = await events.untold(chat.person.user_id, int(body["after"]))
    if not untold:
        return None
    chat.changes.beside = True
    chat.unit_of_work.add(events.all_pushed(chat.person.user_id, untold, clock.now()))
    return digest_screen(t, untold, catalogue, await _places(chat, untold, accounts, codes))


@routes.notice(NIGHT)
async def night(
    chat: ChatContext,
    t: Texts,
    body: NoticeBody,
    events: Events,
    accounts: Accounts,
    listings: Listings,
    catalogue: Catalogue,
    clock: Clock,
    notifications: Notifications,
    codes: Codes,
) -> Screen | None:
    """Draws what changed in quiet hours and no message told: one name as by day, several together, without a sound.

    A name of which anything is urgent has a message of its own.
    """
    untold = await events.untold(chat.person.user_id, int(body["after"]))
    places = await _places(chat, untold, accounts, codes)
    untold = [each for each in untold if each.subject.scope in places]
    urgent = {each.subject for each in untold if _is_urgent(each.event.what, places[each.subject.scope].meanings)}
    untold = [each for each in untold if each.subject not in urgent]
    subjects = list(dict.fromkeys(each.subject for each in untold))
    if len(subjects) == 1:
        (account, subclient), name, number = subjects[0].scope, subjects[0].name, subjects[0].number
        one: NoticeBody = {"account": account, "subclient": subclient, "name": name, "number": number}
        return await changed(chat, t, one, events, accounts, listings, catalogue, clock, notifications, codes)
    if not untold:
        return None
    now = clock.now()
    chat.changes.beside = True
    chat.unit_of_work.add(events.all_pushed(chat.person.user_id, untold, now))
    wanted = await notifications.load(chat.person.user_id, next(iter(places.values())).scope.account.service.name)
    return replace(digest_screen(t, untold, catalogue, places, by_night=True), silent=wanted.is_quiet(now))


@dataclass(frozen=True, slots=True)
class Place:
    """An account and subclient that something is told of, and what the person says that codes mean there.

    `told`: it is named, for it is not the only one that may be meant.
    """

    scope: Scope
    meanings: Meanings
    told: bool = False


async def _places(
    chat: ChatContext, untold: Sequence[Happened], accounts: Accounts, codes: Codes
) -> Mapping[ScopeKey, Place]:
    user_id = chat.person.user_id
    keys = dict.fromkeys(each.subject.scope for each in untold)
    scopes = {key: await accounts.scope_for(user_id, *key) for key in keys}
    return {
        key: Place(scope, await codes.of(user_id, scope.account.service.name), len(keys) > 1 or scope != chat.scope)
        for key, scope in scopes.items()
        if scope is not None
    }


def _is_urgent(what: FromHere | Change, meanings: Meanings) -> bool:
    return not isinstance(what, FromHere) and is_urgent(what, meanings)


def digest_screen(
    t: Texts,
    untold: Sequence[Happened],
    catalogue: Catalogue,
    places: Mapping[ScopeKey, Place],
    *,
    by_night: bool = False,
) -> Screen:
    """What changed, a line a name; of very many the first. `by_night`: in the quiet hours, not since the morning."""
    by_name: dict[Subject, list[Change]] = {}
    for each in untold:
        if not isinstance(each.event.what, FromHere):
            by_name.setdefault(each.subject, []).append(each.event.what)
    title = say("🌙 <b>What changed tonight</b>") if by_night else say("☀️ <b>What changed since the last morning</b>")
    lines = [t(title), t("")]
    for subject, happened in list(by_name.items())[:_DIGEST_MOST]:
        place = places.get(subject.scope)
        meanings = place.meanings if place is not None else None
        what = Markup(" · ").join(t(change_told(each, catalogue, meanings)) for each in folded(happened))
        told = {"name": subject.name, "what": what or t("as it was before")}
        if place is not None and place.told:
            lines.append(t("<b>{name}</b> ({account}): {what}", account=whose(place.scope), **told))
        else:
            lines.append(t("<b>{name}</b>: {what}", **told))
    if (left_out := len(by_name) - _DIGEST_MOST) > 0:
        lines.append(t(say_n("… and {count} more", "… and {count} more", left_out)))
    needs = Button(t.label("What needs you"), ShowBoards())
    return Screen(t.lines(*lines), ((needs, Button(t.label("My names"), ShowNames())), (home_button(t),)), lasting=True)


@routes.notice(PAUSED)
async def paused(chat: ChatContext, t: Texts, body: NoticeBody, accounts: Accounts) -> Screen | None:
    """That an account's names are not watched, where its person has not mended that meanwhile."""
    scope = await accounts.scope_for(chat.person.user_id, int(body["account"]))
    if scope is None or scope.account.paused is None:
        return None
    chat.changes.beside = True
    return paused_screen(t, scope)


def paused_screen(t: Texts, scope: Scope) -> Screen:
    """That an account's key does not work, so that its names are not watched, and what to do.

    Who was invited cannot give it another key.
    """
    why = (
        say("Its key, as it is stored here, cannot be read any more. SMSC did not refuse it.")
        if scope.account.paused == KEY_UNREADABLE
        else say(
            "SMSC does not accept the key (error 2): it does not work any more, or this server's address is not on the"
            " account's list of allowed addresses."
        )
    )
    brought = scope.user_id == scope.account.owner_id
    text = t.lines(
        t("⏸ <b>{account}</b>: I cannot watch its names any more.", account=whose(scope)),
        t(why),
        t("Connect the account again with a key that works, and it goes on by itself.")
        if brought
        else t("Whoever brought the key can connect the account again; then it goes on by itself."),
    )
    again = (Button(t.label("Connect again"), ConnectAccount(scope.account.id), Style.PRIMARY),) if brought else ()
    return Screen(text, (again, (home_button(t),)), lasting=True)


@routes.notice(UNKNOWN, quiet=True)
async def unknown(chat: ChatContext, t: Texts, body: NoticeBody, accounts: Accounts) -> Screen | None:
    """That SMSC does not give a subclient's names."""
    scope = await _scope_of(chat, body, accounts)
    if scope is None:
        return None
    chat.changes.beside = True
    return unknown_screen(t, scope)


def unknown_screen(t: Texts, scope: Scope) -> Screen:
    """That SMSC does not give a subclient's names, and what may be the reason."""
    text = t.lines(
        t("⏸ <b>{account}</b>: SMSC does not give me the names of this subclient.", account=whose(scope)),
        "It may be deleted or renamed; its login is shown in the SMSC cabinet.",
        "From now on I ask less often, down to once a day. When SMSC gives the names again, I watch them as before.",
    )
    return Screen(text, ((Button(t.label("Account"), OpenAccount()), home_button(t)),), lasting=True)


@routes.notice(BEYOND)
async def beyond(
    chat: ChatContext, t: Texts, body: NoticeBody, accounts: Accounts, ceilings: Ceilings
) -> Screen | None:
    """That lists of names are not watched, since the person has as many watched as one may have."""
    scope = await _scope_of(chat, body, accounts)
    if scope is None:
        return None
    chat.changes.beside = True
    return beyond_screen(t, scope, ceilings.lists, int(body.get("others", 0)))


def beyond_screen(t: Texts, scope: Scope, most: int, others: int) -> Screen:
    """That a list of names, and so many others, is not watched, and what that means."""
    text = t.lines(
        t("⏸ <b>{account}</b>: I do not watch these names.", account=whose(scope)),
        *([t(say_n("… and {count} more", "… and {count} more", others))] if others else []),
        t("I watch so many lists of names for one person: {most}.", most=most),
        t("When you open these, they are as they are at SMSC; but what changes I do not tell by myself."),
    )
    return Screen(text, ((Button(t.label("My names"), ShowNames()), home_button(t)),), lasting=True)


async def _scope_of(chat: ChatContext, body: NoticeBody, accounts: Accounts) -> Scope | None:
    """Whose names a notice is about, where this person may still act for it."""
    return await accounts.scope_for(chat.person.user_id, int(body["account"]), str(body["subclient"]))


async def _put_in_use(chat: ChatContext, key: tuple[int, str], accounts: Accounts) -> Scope | None:
    scope = await accounts.scope_for(chat.person.user_id, *key)
    if scope is None:
        return None
    chat.changes.person = chat.person.acting_for(*key)
    chat.changes.scope = scope
    chat.changes.note = say("In use now: <b>{account}</b>.", account=whose(scope))
    return scope


def _key(scope: Scope) -> tuple[int, str]:
    return scope.account.id, scope.subclient
