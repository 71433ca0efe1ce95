"""The list of names: a mark for each state, filters, pages of eight, search.

    /senders ─▶ [name] ─▶ card        [‹] 2/5 [›]      [All] [Active] [Waiting] [Needs you]
             ─▶ a typed word: the names that have it in them ─▶ [Show all]
"""

from __future__ import annotations

from typing import Final

from bot.accounts import Scope
from bot.conversation.form import clipped, home_button
from bot.conversation.given import GivenText
from bot.conversation.screen import Button, Row, Screen, Style, pairs
from bot.conversation.tap import Tap, tap
from bot.locales import Texts, moment, say, say_n
from bot.senders.known import NameState
from bot.senders.listing import Listings, NamesPage
from bot.smsc import MustWait
from bot.telegram.routes import Routes
from bot.telegram.talk import Talk
from handlers.words import MARKS, problem

routes: Final = Routes()

_ALL: Final = "all"
_ABOUT: Final = "names:"  # the panel shows a list; what is searched for stands behind it
_FILTERS: Final = {
    NameState.ACTIVE: say("Active"),
    NameState.WAITING: say("Waiting"),
    NameState.NEEDS_YOU: say("Needs you"),
}


@routes.command("senders")
@routes.tap("names")
async def names(talk: Talk, t: Texts, tap: Tap, scope: Scope, listings: Listings, word: str) -> Screen:
    """A page of the list: `names:<filter>:<page>`; `names` alone begins anew."""
    search = word
    if tap.word(0) and (talk.person.about or "").startswith(_ABOUT):
        search = (talk.person.about or "").removeprefix(_ABOUT)
    return await found(talk, t, scope, listings, search, _state(tap.word(0)), tap.number(1) or 0)


@routes.out_of_the_blue(GivenText)
async def typed(talk: Talk, t: Texts, given: GivenText, scope: Scope, listings: Listings) -> Screen:
    """A word typed while no form is open is searched for."""
    return await found(talk, t, scope, listings, " ".join(given.text.split())[:64])


async def found(
    talk: Talk,
    t: Texts,
    scope: Scope,
    listings: Listings,
    search: str,
    state: NameState | None = None,
    number: int = 0,
) -> Screen:
    """The page, remembered as what the panel shows."""
    page = await listings.page(scope, state=state, search=search, number=number)
    if number and number >= page.pages:
        page = await listings.page(scope, state=state, search=search, number=page.pages - 1)
    talk.about = _ABOUT + search
    return names_screen(t, page)


def names_screen(t: Texts, page: NamesPage) -> Screen:
    """The list as a person sees it."""
    everything = sum(page.counts.values())
    lines = [t("<b>My names</b>: {count}", count=say_n("{count} name", "{count} names", everything))]
    if page.search:
        lines.append(t("Search: “{search}”", search=page.search))
    lines.append(t(""))
    if page.problem is not None and not isinstance(page.problem, MustWait):
        lines.append(t("⚠️ {problem}", problem=problem(page.problem)))
        if page.fetched is not None:
            lines.append(t("This is the list as of {time}.", time=moment(page.fetched)))
    elif everything == 0:
        lines.append(t("There is no name yet. Register the first one: that takes two minutes."))
    elif page.total == 0:
        lines.append(t("Nothing matches. Try another word, or show all names."))
    else:
        lines.append(t("✅ active   ⏳ waiting   ❗ needs you"))
        lines.append(t("Tap a name, or type a part of one to search."))
    rows: list[Row] = [
        (Button(clipped(f"{MARKS[each.state]} {each.name}", 40), tap("card", each.ref)),)
        for each in page.names
    ]
    rows += [_pages(page), *_filters(t, page)]
    rows.append((Button(t.label("Add a name"), tap("add"), Style.PRIMARY), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows))


def _pages(page: NamesPage) -> Row:
    if page.pages < 2:
        return ()
    state = page.state.value if page.state else _ALL
    here = f"{page.number + 1}/{page.pages}"
    before = Button("‹", tap("names", state, (page.number - 1) % page.pages))
    after = Button("›", tap("names", state, (page.number + 1) % page.pages))
    return (before, Button(here, tap("names", state, page.number)), after)


def _filters(t: Texts, page: NamesPage) -> tuple[Row, ...]:
    everything = sum(page.counts.values())
    if everything == 0:
        return ()
    if page.search:
        return ((Button(t.label("Show all"), tap("names")),),)
    buttons = [_filter(t, page, None, everything)]
    buttons += [_filter(t, page, each, page.counts.get(each, 0)) for each in NameState]
    return pairs(buttons)


def _filter(t: Texts, page: NamesPage, state: NameState | None, count: int) -> Button:
    label = t.label(_FILTERS[state]) if state else t.label("All")
    mark = "• " if page.state is state else ""
    return Button(f"{mark}{label} {count}", tap("names", state.value if state else _ALL, 0))


def _state(word: str) -> NameState | None:
    return next((each for each in NameState if each.value == word), None)
