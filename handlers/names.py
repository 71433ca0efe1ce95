"""The list of names: marks for each state, filters, pages of eight, search.

/senders ─▶ [name] ─▶ card        [‹] 2/5 [›]      [All] [Active] [Not active] [Needs you]
                                       └─▶ pages and first letters ─▶ there
         ─▶ a typed word: the names that have it in them ─▶ [Show all]
         ─▶ [Recent changes…] ─▶ a day ─▶ the names whose status changed at any operator, newest first
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup

from bot.accounts import Scope
from bot.clock import Clock
from bot.conversation.flow import Answers, Choice, Flow, Json, Problem, Step
from bot.conversation.form import clipped, home_button
from bot.conversation.inputs import Input, TextInput
from bot.conversation.screen import Button, Row, Screen, Style, pairs
from bot.conversation.tap import Tap, tap
from bot.locales import Texts, moment, say, say_n, verbatim
from bot.reading.fields import day_in
from bot.senders.known import KnownName
from bot.senders.listing import Changes, Listings, NamesPage
from bot.senders.state import Activation, Filter
from bot.smsc import MustWait, SmscError
from bot.smsc.calendar import in_almaty
from bot.storage.names import Gaps
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Cards, Reopened, Routes
from handlers.words import ACTIVATIONS, MARKS, NEEDS_YOU, name_label, problem

routes: Final = Routes()

_ALL: Final = "all"
_SHOWN_MOST: Final = 20
_ABOUT: Final = "names:"  # the panel shows a list; what is searched for stands behind it
_FILTERS: Final = {
    Filter.ACTIVE: say("Active"),
    Filter.NOT_ACTIVE: say("Not active"),
    Filter.NEEDS_YOU: say("Needs you"),
}
_MARKS: Final = (
    (MARKS[Activation.ACTIVE], say("active")),
    (MARKS[Activation.LISTED], say("not activated")),
    (NEEDS_YOU, say("needs you")),
)
_BEGINS: Final = "^"
"""Stands before a search for what names begin with."""
_PAGES_MOST: Final = 24
"""Pages that are offered at once; of more, so many that are far apart."""
_LETTERS_MOST: Final = 40


@routes.command("senders")
@routes.payload("senders")
@routes.tap("names")
async def names(chat: ChatContext, t: Texts, tap: Tap, scope: Scope, listings: Listings, word: str) -> Screen:
    """A page of the list: `names:<filter>:<page>`; `names` alone begins anew."""
    search = word
    if tap.word(0) and (chat.person.about or "").startswith(_ABOUT):
        search = (chat.person.about or "").removeprefix(_ABOUT)
    return await found(chat, t, scope, listings, search, _filter_of(tap.word(0)), tap.number(1) or 0)


@routes.tap("pages")
async def pages(chat: ChatContext, t: Texts, tap: Tap, scope: Scope, listings: Listings) -> Screen:
    """Asks for a page, or for the letter that a name begins with: `pages:<filter>:<page>`."""
    search = (chat.person.about or "").removeprefix(_ABOUT)
    page = await listings.page(scope, filter_=_filter_of(tap.word(0)), search=search, number=tap.number(1) or 0)
    chat.about = _ABOUT + search
    return pages_screen(t, page, await listings.initials(scope))


@routes.tap("letter")
async def letter(chat: ChatContext, t: Texts, tap: Tap, scope: Scope, listings: Listings) -> Screen:
    """The names that begin with a letter."""
    return await found(chat, t, scope, listings, _BEGINS + tap.word(0))


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
    chat.about = _ABOUT + search
    return names_screen(t, page)


def names_screen(t: Texts, page: NamesPage) -> Screen:
    """The list as a person sees it."""
    everything = page.everything
    count = say_n("{count} name", "{count} names", everything)
    lines = [t("<b>My names</b>") if page.fetched is None else t("<b>My names</b>: {count}", count=count)]
    if page.search.startswith(_BEGINS):
        lines.append(t("They begin with “{letter}”", letter=page.search.removeprefix(_BEGINS)))
    elif page.search:
        lines.append(t("Search: “{search}”", search=page.search))
    lines.append(t(""))
    lines += lacking(t, page.lacks)
    if page.problem is not None and (page.fetched is None or not isinstance(page.problem, MustWait)):
        lines.append(t("⚠️ {problem}", problem=problem(page.problem)))
        if page.fetched is not None:
            lines.append(t("This is the list as of {time}.", time=moment(page.fetched)))
    elif everything == 0 and page.lacks:
        lines.append(t("No name of this list could be read."))
    elif everything == 0:
        lines.append(t("There is no name yet. Register the first one: that takes two minutes."))
    elif page.total == 0:
        lines.append(t("Nothing matches. Try another word, or show all names."))
    else:
        marks = (f"{mark} {t.label(word)}".replace(" ", "\u00a0") for mark, word in _MARKS)
        lines.append(Markup("   ").join(marks))
        lines.append(t("Tap a name, or type a part of one to search."))
    rows: list[Row] = [(Button(clipped(name_label(each), 40), tap("card", each.ref)),) for each in page.names]
    rows += [_pages(page), *_filters(t, page)]
    if page.problem is not None and page.fetched is None:
        rows.append((Button(t.label("Try again"), tap("names"), Style.PRIMARY),))
    rows.append((Button(t.label("Add a name"), tap("add"), Style.PRIMARY), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows))


def lacking(t: Texts, lacks: Gaps) -> list[Markup]:
    """What of a list could not be read, as lines above it."""
    lines = []
    if lacks.left_out:
        told = say_n("{count} row could not be read", "{count} rows could not be read", lacks.left_out)
        lines.append(t("⚠️ {told}: SMSC sent the list damaged. The SMSC cabinet shows the whole list.", told=told))
    if lacks.cut:
        lines.append(t("⚠️ The list broke off on its way: names may be missing at its end."))
    return lines


def _pages(page: NamesPage) -> Row:
    if page.pages < 2:
        return ()
    word = page.filter.value if page.filter else _ALL
    here = f"{page.number + 1}/{page.pages}"
    before = Button("‹", tap("names", word, (page.number - 1) % page.pages))
    after = Button("›", tap("names", word, (page.number + 1) % page.pages))
    return (before, Button(f"{here} …", tap("pages", word, page.number)), after)


def pages_screen(t: Texts, page: NamesPage, initials: Sequence[str]) -> Screen:
    """Where to go in a long list: a page of it, or the names that begin with a letter."""
    word = page.filter.value if page.filter else _ALL
    last = page.pages - 1
    step = max(1, -(-page.pages // _PAGES_MOST))
    numbers = sorted({*range(0, page.pages, step), page.number, last})
    buttons = [
        Button(f"· {each + 1} ·" if each == page.number else str(each + 1), tap("names", word, each))
        for each in numbers
    ]
    letters = [Button(each, to) for each in initials[:_LETTERS_MOST] if (to := tap("letter", each)).fits]
    text = t.lines(
        t("<b>My names</b>: page {number} of {count}", number=page.number + 1, count=page.pages),
        "Tap a page, or the letter that the name begins with.",
    )
    back = Button(t.label("‹ My names"), tap("names", word, page.number))
    return Screen(text, (*pairs(buttons, 6), *pairs(letters, 8), (back, home_button(t))))


def _filters(t: Texts, page: NamesPage) -> tuple[Row, ...]:
    if page.everything == 0:
        return ()
    if page.search:
        return ((Button(t.label("Show all"), tap("names")),),)
    buttons = [_filter(t, page, None, page.everything)]
    buttons += [_filter(t, page, each, page.counts.get(each, 0)) for each in Filter]
    return (*pairs(buttons), (Button(t.label("Recent changes…"), tap("since")),))


def _filter(t: Texts, page: NamesPage, filter_: Filter | None, count: int) -> Button:
    label = t.label(_FILTERS[filter_]) if filter_ else t.label("All")
    chosen = "• " if page.filter is filter_ else ""
    return Button(f"{chosen}{label} {count}", tap("names", filter_.value if filter_ else _ALL, 0))


def _filter_of(word: str) -> Filter | None:
    return next((each for each in Filter if each.value == word), None)


# In any chat


@routes.inline_query()
async def inline(t: Texts, word: str, scope: Scope, listings: Listings) -> Cards:
    """One's own names that have a word in them: name and state, nothing of the account."""
    page = await listings.page(scope, search=word.strip()[:64].removeprefix(_BEGINS))
    cards = tuple((name_label(each), shared_card(t, each)) for each in page.names)
    if page.problem is None:
        return Cards(cards)
    note = t("This is an earlier list: SMSC gives none now") if cards else t("SMSC's list cannot be had now")
    return Cards(cards, note.unescape(), "senders")


def shared_card(t: Texts, known: KnownName) -> Markup:
    """A name as anybody may see it: whether it is active; what is asked of its owner is nobody else's business."""
    activation = known.state.activation
    told = {"mark": MARKS[activation], "name": known.title, "state": ACTIVATIONS[activation]}
    if known.state.listed is None:
        return t("{mark} Sender name <b>{name}</b>: {state}", **told)
    return t("{mark} Sender name <b>{name}</b>: {state}, as of {time}", time=moment(known.state.listed), **told)


# Changed since


@dataclass(frozen=True, slots=True)
class SinceFacts:
    """The present day in Almaty."""

    today: date


def _days(_answers: Answers, facts: SinceFacts) -> Sequence[Choice]:
    told = ((0, say("Today")), (7, say("7 days")), (30, say("30 days")))
    return [Choice(str(n), label, (facts.today - timedelta(days=n)).isoformat()) for n, label in told]


def _read_day(received: Input, _answers: Answers, facts: SinceFacts) -> Json | Problem:
    day = day_in(received.text) if isinstance(received, TextInput) else None
    if day is None:
        return Problem(say("A day looks like 24.11.2026."))
    if day > facts.today:
        return Problem(say("That day is yet to come."))
    return day.isoformat()


SINCE: Final = Flow[SinceFacts](
    name="since",
    version=1,
    title=say("Recent changes"),
    send=say("Show"),
    summary=False,
    steps=(
        Step(
            key="day",
            label=say("Day"),
            ask=lambda _answers, _facts: say("Since which day? Names whose status changed at any operator are shown."),
            example=verbatim("01.11.2026"),
            show=lambda value, _facts: verbatim(f"{date.fromisoformat(value):%d.%m.%Y}"),
            read=_read_day,
            choices=_days,
        ),
    ),
)


@routes.tap("since")
async def since(chat: ChatContext, forms: Forms) -> Screen:
    """Asks for the day."""
    return await forms.begin(chat, SINCE.name)


async def since_facts(clock: Clock) -> SinceFacts:
    """The present day."""
    return SinceFacts(in_almaty(clock.now()).date())


async def since_finish(t: Texts, answers: Answers, scope: Scope, listings: Listings) -> Screen | Reopened:
    """Asks SMSC, and shows the newest changes."""
    day = date.fromisoformat(answers["day"])
    try:
        changed = await listings.changed_since(scope, day)
    except SmscError as failure:
        return Reopened("day", problem(failure), keep=True)
    return since_screen(t, day, changed)


def since_screen(t: Texts, day: date, changes: Changes) -> Screen:
    """The names whose status changed; the newest ones as buttons."""
    changed = changes.names
    lines = [
        t(
            "Changed since {day}: {count}",
            day=day.strftime("%d.%m.%Y"),
            count=say_n("{count} name", "{count} names", len(changed)),
        ),
    ]
    lines += lacking(t, changes.lacks)
    if len(changed) > _SHOWN_MOST:
        lines.append(t("The newest {count} are shown.", count=_SHOWN_MOST))
    rows: list[Row] = [
        (Button(clipped(name_label(each), 40), tap("card", each.ref)),) for each in changed[:_SHOWN_MOST]
    ]
    rows.append((Button(t.label("‹ My names"), tap("names")), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows))


routes.conversation(SINCE, facts=since_facts, finish=since_finish)
