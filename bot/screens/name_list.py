"""The list of names: a page of it, its filters, and the pages and letters to go to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from bot.conversation.callback import if_it_fits
from bot.conversation.form import clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style, pairs
from bot.locales import Texts, moment, say, say_n
from bot.screens.buttons import ALL_NAMES, AddName, ChoosePage, OpenCard, ShowChanges, ShowExport, ShowLetter, ShowNames
from bot.screens.names import MARKS, NEEDS_YOU, NEEDS_YOU_TOLD, name_label
from bot.screens.problems import problem
from bot.senders.listed import NamesPage
from bot.senders.state import Activation, Filter
from bot.smsc import MustWait
from bot.storage.names import Gaps

_FILTERS: Final = {
    Filter.ACTIVE: say("Active"),
    Filter.NOT_ACTIVE: say("Not active"),
    Filter.NEEDS_YOU: say("Needs you"),
}
_MARKS: Final = (
    (MARKS[Activation.ACTIVE], say("active")),
    (MARKS[Activation.LISTED], say("not activated")),
    (NEEDS_YOU, NEEDS_YOU_TOLD),
)
BEGINS: Final = "^"
"""Stands before a search for what names begin with."""
_PAGES_MOST: Final = 24
"""Pages that are offered at once; of more, so many that are far apart."""
_LETTERS_MOST: Final = 40


def names_screen(t: Texts, page: NamesPage) -> Screen:
    """The list as a person sees it."""
    everything = page.everything
    count = say_n("{count} name", "{count} names", everything)
    lines = [t("<b>My names</b>") if page.fetched is None else t("<b>My names</b>: {count}", count=count)]
    if page.search.startswith(BEGINS):
        lines.append(t("They begin with “{letter}”", letter=page.search.removeprefix(BEGINS)))
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
    rows: list[Row] = [(Button(clipped(name_label(each), 40), OpenCard(each.ref)),) for each in page.names]
    rows += [_pages(page), *_filters(t, page)]
    if page.problem is not None and page.fetched is None:
        rows.append((Button(t.label("Try again"), ShowNames(), Style.PRIMARY),))
    rows.append((Button(t.label("Add a name"), AddName(), Style.PRIMARY), home_button(t)))
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
    word = page.filter or ALL_NAMES
    here = f"{page.number + 1}/{page.pages}"
    before = Button("‹", ShowNames(word, (page.number - 1) % page.pages))
    after = Button("›", ShowNames(word, (page.number + 1) % page.pages))
    return (before, Button(f"{here} …", ChoosePage(word, page.number)), after)


def pages_screen(t: Texts, page: NamesPage, initials: Sequence[str]) -> Screen:
    """Where to go in a long list: a page of it, or the names that begin with a letter."""
    word = page.filter or ALL_NAMES
    last = page.pages - 1
    step = max(1, -(-page.pages // _PAGES_MOST))
    numbers = sorted({*range(0, page.pages, step), page.number, last})
    buttons = [
        Button(f"· {each + 1} ·" if each == page.number else str(each + 1), ShowNames(word, each)) for each in numbers
    ]
    letters = [Button(each, to) for each in initials[:_LETTERS_MOST] if (to := if_it_fits(ShowLetter, each))]
    text = t.lines(
        t("<b>My names</b>: page {number} of {count}", number=page.number + 1, count=page.pages),
        "Tap a page, or the letter that the name begins with.",
    )
    back = Button(t.label("‹ My names"), ShowNames(word, page.number))
    return Screen(text, (*pairs(buttons, 6), *pairs(letters, 8), (back, home_button(t))))


def _filters(t: Texts, page: NamesPage) -> tuple[Row, ...]:
    if page.everything == 0:
        return ()
    if page.search:
        return ((Button(t.label("Show all"), ShowNames()),),)
    buttons = [_filter(t, page, None, page.everything)]
    buttons += [_filter(t, page, each, page.counts.get(each, 0)) for each in Filter]
    more = (Button(t.label("Recent changes…"), ShowChanges()), Button(t.label("Export…"), ShowExport()))
    return (*pairs(buttons), more)


def _filter(t: Texts, page: NamesPage, filter_: Filter | None, count: int) -> Button:
    label = t.label(_FILTERS[filter_]) if filter_ else t.label("All")
    chosen = "• " if page.filter is filter_ else ""
    return Button(f"{chosen}{label} {count}", ShowNames(filter_ or ALL_NAMES, 0))
