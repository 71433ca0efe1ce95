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
from bot.actions.finding import ABOUT_THE_LIST, found
from bot.clock import Clock
from bot.conversation.flow import Flow
from bot.conversation.form import clipped, home_button
from bot.conversation.inputs import Input, TextInput
from bot.conversation.screen import Button, Row, Screen
from bot.conversation.step import Answers, Choice, Json, Problem, Step
from bot.locales import Texts, moment, say, say_n, verbatim
from bot.reading.fields import day_in
from bot.screens.buttons import ChoosePage, OpenCard, ShowChanges, ShowLetter, ShowNames
from bot.screens.name_list import BEGINS, lacking, pages_screen
from bot.screens.names import ACTIVATIONS, MARKS, name_label
from bot.screens.problems import problem
from bot.senders.known import KnownName
from bot.senders.listed import Changes
from bot.senders.listing import Listings
from bot.senders.state import Filter
from bot.smsc import SmscError
from bot.smsc.calendar import in_almaty
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Cards, Reopened, Routes

routes: Final = Routes()
_FROM_THE_BEGINNING: Final = ShowNames()
_SHOWN_MOST: Final = 20


@routes.command("senders")
@routes.deep_link("senders")
@routes.button(ShowNames)
async def names(
    chat: ChatContext,
    t: Texts,
    scope: Scope,
    listings: Listings,
    word: str = "",
    button: ShowNames = _FROM_THE_BEGINNING,
) -> Screen:
    """A page of the list; a button with a filter stays within what was searched for."""
    search = word
    if button.filter and (chat.person.about or "").startswith(ABOUT_THE_LIST):
        search = (chat.person.about or "").removeprefix(ABOUT_THE_LIST)
    return await found(chat, t, scope, listings, search, _filter_of(button.filter), button.page)


@routes.button(ChoosePage)
async def pages(chat: ChatContext, t: Texts, button: ChoosePage, scope: Scope, listings: Listings) -> Screen:
    """Asks for a page, or for the letter that a name begins with."""
    search = (chat.person.about or "").removeprefix(ABOUT_THE_LIST)
    page = await listings.page(scope, filter_=_filter_of(button.filter), search=search, number=button.page)
    chat.changes.about = ABOUT_THE_LIST + search
    return pages_screen(t, page, await listings.initials(scope))


@routes.button(ShowLetter)
async def letter(chat: ChatContext, t: Texts, button: ShowLetter, scope: Scope, listings: Listings) -> Screen:
    """The names that begin with a letter."""
    return await found(chat, t, scope, listings, BEGINS + button.letter)


def _filter_of(word: Filter | str) -> Filter | None:
    return word if isinstance(word, Filter) else None


# In any chat


@routes.inline_query()
async def inline(t: Texts, word: str, scope: Scope, listings: Listings) -> Cards:
    """One's own names that have a word in them: name and state, nothing of the account."""
    page = await listings.page(scope, search=word.strip()[:64].removeprefix(BEGINS))
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


@routes.button(ShowChanges)
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
    rows: list[Row] = [(Button(clipped(name_label(each), 40), OpenCard(each.ref)),) for each in changed[:_SHOWN_MOST]]
    rows.append((Button(t.label("‹ My names"), ShowNames()), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows))


routes.conversation(SINCE, facts=since_facts, finish=since_finish)
