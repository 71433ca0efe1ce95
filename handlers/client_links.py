"""Links for clients: somebody without an account fills in the form for a name, and whoever made the link registers it.

/links ─▶ [Make a link] ─▶ heading, what is asked for, operators, the last day, how many ─▶ the link, to be sent
       ─▶ one of them ─▶ [7 days more] [Make it anew] [Call it off]
a form was handed over ─▶ [Look at it] ─▶ the form for a new name, filled in ─▶ corrected, registered
                                                        └▶ [Back to the client] ─▶ a remark ─▶ the client corrects it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.accounts import Accounts, Scope
from bot.actions.conversations import ADD
from bot.client_links import HANDED_OVER, WITHDRAWN, ClientForm, ClientLinks, Link
from bot.clock import Clock
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.form_buttons import Resume
from bot.conversation.inputs import Input, TextInput, one_line
from bot.conversation.screen import Screen
from bot.conversation.step import Answers, Choice, Json, Problem, Step
from bot.locales import Phrase, Texts, say, say_n, verbatim
from bot.reading.fields import day_in
from bot.registration import papers
from bot.registration.client_form import FORM, ROUND, handed_over
from bot.registration.facts import RegistrationFacts
from bot.registration.programmes import countries_of, countries_step, programmes_step
from bot.rights import Right, may
from bot.screens.accounts import whose
from bot.screens.buttons import (
    MakeClientLink,
    OpenClientForm,
    OpenClientLink,
    SendBackToClient,
    ShowClientLinks,
)
from bot.screens.client_form import GROUPS
from bot.screens.client_links import (
    call_off_screen,
    gone_screen,
    handed_over_screen,
    last_day,
    link_screen,
    links_screen,
    made_screen,
    not_to_be_used_screen,
    sent_back_screen,
    withdrew_screen,
)
from bot.smsc import Catalogue
from bot.smsc.calendar import ALMATY, in_almaty
from bot.storage.client_links import FormState
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.own_name import OwnName
from bot.telegram.panel import NotShownError, Panel
from bot.telegram.routes import CLIENT_LINK, Reopened, Routes
from bot.telegram.services import NewId

NAME: Final = "link"
REMARK: Final = "remark"
_TITLE_MOST: Final = 80
_REMARK_MOST: Final = 500
_SEVERAL: Final = 20
_DAYS_MOST: Final = 365
_DAYS: Final = (3, 7, 14, 30)
_MORE: Final = 7


def routes(catalogue: Catalogue) -> Routes:
    """The ways in, for this catalogue."""
    table = Routes()
    table.command("links", needs=Right.PREPARE)(links)
    table.button(ShowClientLinks, needs=Right.PREPARE)(links)
    table.button(MakeClientLink, needs=Right.PREPARE)(make)
    table.button(OpenClientLink)(link)
    table.button(OpenClientForm)(open_form)
    table.button(SendBackToClient)(send_back)
    table.notice(HANDED_OVER, quiet=True)(was_handed_over)
    table.notice(WITHDRAWN, quiet=True)(was_withdrawn)
    table.conversation(flow(catalogue), facts=facts, finish=finish, needs=Right.PREPARE)
    table.conversation(REMARK_FLOW, facts=remark_facts, finish=remark_finish)
    return table


# The links


async def links(
    chat: ChatContext,
    t: Texts,
    scope: Scope,
    client_links: ClientLinks,
    clock: Clock,
    button: ShowClientLinks | None = None,
) -> Screen:
    """The links that the person made."""
    made = await client_links.of(chat.person.user_id)
    return links_screen(t, whose(scope), made, clock.now(), button.page if button is not None else 0)


async def link(
    chat: ChatContext,
    t: Texts,
    button: OpenClientLink,
    client_links: ClientLinks,
    accounts: Accounts,
    clock: Clock,
    name: OwnName,
) -> Screen:
    """One link; called off after a second tap, prolonged, or made anew."""
    found = await client_links.made_by(chat.person.user_id, button.link)
    scope = await _scope(found[0], accounts) if found is not None else None
    if found is None or scope is None:
        return gone_screen(t)
    link, for_whom = found[0], whose(scope)
    match button.then:
        case "sure":
            return call_off_screen(t, link)
        case "off":
            await client_links.call_off(link)
        case "on":
            await client_links.prolong(link, max(link.ends, end_of_day(clock.now())) + _MORE * 86_400.0)
        case "anew":
            token = await client_links.anew(link)
            return made_screen(t, link, _url(name, token), for_whom)
    found = await client_links.made_by(chat.person.user_id, button.link) or found
    return link_screen(t, *found, for_whom, clock.now())


async def _scope(link: Link, accounts: Accounts) -> Scope | None:
    """The account and subclient of a link, where its maker may still register names there."""
    scope = await accounts.scope_for(link.user_id, link.account_id, link.subclient)
    return scope if scope is not None and may(scope.role, Right.PREPARE) else None


def _url(name: OwnName, token: str) -> str:
    return f"https://t.me/{name.current}?start={CLIENT_LINK}_{token}"


# A new link


@dataclass(frozen=True, slots=True)
class LinkFacts(RegistrationFacts):
    """As for a new name, and whom the link is for."""

    whose: str = ""


def flow(catalogue: Catalogue) -> Flow[LinkFacts]:
    """The steps, as the catalogue has them."""
    countries = countries_of(catalogue)
    chosen_here: Sequence[Step[Any]] = (
        countries_step(countries, of_a_new_name=True),
        *(programmes_step(country) for country in countries),
    )
    return Flow(
        name=NAME,
        version=1,
        title=say("A link for a client"),
        send=say("Make the link"),
        subject=lambda _answers, facts: say("For: {account}", account=facts.whose),
        steps=(_TITLE, _ASKED, *map(_unless_asked, chosen_here), _UNTIL, _MOST),
    )


def _unless_asked(step: Step[Any]) -> Step[LinkFacts]:
    """The step, where the client is not asked it."""

    def applies(answers: Answers, facts: LinkFacts) -> bool:
        return "operators" not in (answers.get("asked") or ()) and step.applies(answers, facts)

    return replace(step, applies=applies)


async def make(chat: ChatContext, client_links: ClientLinks, forms: Forms) -> Screen:
    """Opens the form, unless there are links enough."""
    await client_links.check_room(chat.person.user_id)
    return await forms.begin(chat, NAME)


async def facts(catalogue: Catalogue, clock: Clock, scope: Scope) -> LinkFacts:
    """The operators there are, and today."""
    return LinkFacts(catalogue, clock.now(), whose=whose(scope))


async def finish(
    chat: ChatContext,
    t: Texts,
    draft: Draft,
    answers: Answers,
    scope: Scope,
    client_links: ClientLinks,
    clock: Clock,
    name: OwnName,
    new_id: NewId,
) -> Screen | Reopened:
    """Makes the link, which is shown this once."""
    await client_links.check_room(chat.person.user_id)
    if answers["until"] <= clock.now():
        return Reopened("until", _PASSED)
    prepared = {
        key: value
        for key, value in draft.answers.items()
        if key == "countries" or (key in answers and key.startswith("programmes_"))
    }
    made = Link(
        new_id(),
        chat.person.user_id,
        scope.account.id,
        scope.subclient,
        answers.get("title", ""),
        tuple(each for each in GROUPS if each in answers["asked"]),
        {} if "operators" in answers["asked"] else prepared,
        answers["until"],
        answers["most"],
        created=clock.now(),
    )
    token, write = client_links.made(made)
    chat.unit_of_work.add(write)
    return made_screen(t, made, _url(name, token), whose(scope))


def end_of_day(now: float, days: int = 0) -> float:
    """The end of the day so many days on in Almaty, in epoch seconds."""
    day = in_almaty(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + timedelta(days=days + 1)).timestamp()


def _read_title(received: Input, _answers: Answers, _facts: LinkFacts) -> Json | Problem:
    text = one_line(received)
    if not 1 <= len(text) <= _TITLE_MOST:
        return Problem(say("This takes 1 to {most} characters.", most=_TITLE_MOST))
    return text


_TITLE: Final = Step[LinkFacts](
    key="title",
    label=say("Heading"),
    ask=lambda _answers, _facts: say(
        "What shall your client read above the form? Say who asks, and for what: they see nothing else of you."
    ),
    example=say("A sender name for Lily Shop, asked by SMS Agency"),
    read=_read_title,
    optional=True,
    skipped=lambda _answers, _facts: say("none"),
)

_ASKED: Final = Step[LinkFacts](
    key="asked",
    label=say("The client fills in"),
    ask=lambda _answers, _facts: say(
        "What shall the client fill in? The rest is yours to fill in when you have it back."
    ),
    takes=(),
    choices=lambda _answers, _facts: [Choice(key, label, key) for key, label in GROUPS.items()],
    show=lambda value, _facts: GROUPS[value],
    many=True,
    branches=True,
)


def _read_until(received: Input, _answers: Answers, facts: LinkFacts) -> Json | Problem:
    day = day_in(received.text) if isinstance(received, TextInput) else None
    if day is None:
        return Problem(say("A day looks like 24.11.2026."))
    ends = end_of_day(datetime(day.year, day.month, day.day, 12, tzinfo=ALMATY).timestamp())
    if ends <= facts.now:
        return Problem(_PASSED)
    if ends > end_of_day(facts.now, _DAYS_MOST):
        return Problem(say("That is too far ahead: a link lasts a year at most."))
    return ends


_PASSED: Final = say("That day has passed. Take a later one.")

_UNTIL: Final = Step[LinkFacts](
    key="until",
    label=say("Until"),
    ask=lambda _answers, _facts: say("Until when can it be filled in? Tap, or type the last day."),
    example=verbatim("24.12.2026"),
    read=_read_until,
    choices=lambda _answers, facts: [
        Choice(str(days), say_n("{count} day", "{count} days", days), end_of_day(facts.now, days)) for days in _DAYS
    ],
    show=lambda value, _facts: verbatim(last_day(value)),
)


def _people(value: Json) -> Phrase:
    return say("one client") if value == 1 else say("several clients, up to {most}", most=value)


_MOST: Final = Step[LinkFacts](
    key="most",
    label=say("For"),
    ask=lambda _answers, _facts: say(
        "Is the link for one client, or for several? Each of several fills in a form of their own."
    ),
    takes=(),
    choices=lambda _answers, _facts: [
        Choice("one", say("One client"), 1),
        Choice("several", say("Several clients"), _SEVERAL),
    ],
    show=lambda value, _facts: _people(value),
)


# What a client handed over


async def open_form(
    chat: ChatContext,
    t: Texts,
    button: OpenClientForm,
    client_links: ClientLinks,
    accounts: Accounts,
    clock: Clock,
    panel: Panel,
    forms: Forms,
) -> Screen:
    """The form for a new name with what the client filled in, in the account and subclient that it is for."""
    found = await client_links.handed_over(button.form, chat.person.user_id)
    scope = await _scope(found[0], accounts) if found is not None else None
    if found is None or scope is None:
        return gone_screen(t)
    link, form = found
    if form.state is not FormState.SENT:
        every = await client_links.made_by(chat.person.user_id, link.id) or (link, [form])
        return link_screen(t, *every, whose(scope), clock.now())
    if button.then == "files":
        await _show_documents(chat, t, form, panel)
    before = await accounts.scope(chat.person)
    waits = forms.act_for(chat, scope.account.id, link.subclient)
    chat.changes.scope = scope
    screen = await _opened(chat, link, form, forms)
    if waits is not None:
        screen = screen.with_note(waits)
    return screen if before == scope else screen.with_note(t("You act for: <b>{account}</b>", account=whose(scope)))


async def _show_documents(chat: ChatContext, t: Texts, form: ClientForm, panel: Panel) -> None:
    """Sends the documents to the chat, to be looked at; the form comes below them."""
    sent = papers.papers(form.answers.get("documents") or (), form.answers.get("name"), 0)
    try:
        for each, paper in zip(form.answers.get("documents") or (), sent, strict=True):
            told = paper.told()
            caption = t("{name}: {what}", name=paper.name, what=told) if told is not None else t(verbatim(paper.name))
            as_photo = bool(each.get("photo")) and each.get("shown") is None
            await panel.show_file(
                chat.person.user_id, each["file_id"], caption, photo=as_photo, topic=chat.person.topic
            )
    except NotShownError:
        chat.changes.note = say("Telegram does not show a document just now. Please try once more.")
    chat.changes.edited = None


async def _opened(chat: ChatContext, link: Link, form: ClientForm, forms: Forms) -> Screen:
    """The form as it was left, with what was corrected in it; else a new one."""
    for _, draft in forms.unfinished(chat):
        if draft.answers.get(FORM) == form.id and draft.answers.get(ROUND) == form.round:
            screen = await forms.tapped(chat, Resume(draft.tag))
            if screen is not None:
                return screen
    chat.changes.person = chat.person.without_answer(FORM, form.id)
    return await forms.begin(chat, ADD, handed_over(link, form))


async def was_handed_over(
    t: Texts, body: Mapping[str, Any], client_links: ClientLinks, accounts: Accounts
) -> Screen | None:
    """A client handed their form over."""
    found = await client_links.form(int(body["form"]))
    scope = await _scope(found[0], accounts) if found is not None else None
    if found is None or scope is None or found[1].state is not FormState.SENT:
        return None
    return handed_over_screen(t, *found, whose(scope))


async def was_withdrawn(
    chat: ChatContext, t: Texts, body: Mapping[str, Any], client_links: ClientLinks
) -> Screen | None:
    """A client took back what they handed over: what was made of it here goes, too."""
    chat.changes.person = chat.person.without_answer(FORM, int(body["form"]))
    found = await client_links.form(int(body["form"]))
    return withdrew_screen(t, found[0]) if found is not None else None


# Sent back


def _read_remark(received: Input, _answers: Answers, _facts: None) -> Json | Problem:
    text = one_line(received)
    if not 1 <= len(text) <= _REMARK_MOST:
        return Problem(say("This takes 1 to {most} characters.", most=_REMARK_MOST))
    return text


REMARK_FLOW: Final = Flow[None](
    name=REMARK,
    version=1,
    title=say("Back to the client"),
    send=say("Send it back"),
    summary=False,
    scoped=False,
    steps=(
        Step(
            key="remark",
            label=say("Remark"),
            ask=lambda _answers, _facts: say(
                "What is to be corrected? Your client reads this, and has the form again."
            ),
            example=say("The certificate is of another company: please send yours"),
            read=_read_remark,
        ),
    ),
)


async def send_back(chat: ChatContext, button: SendBackToClient, forms: Forms) -> Screen:
    """Asks for the remark."""
    return await forms.begin(chat, REMARK, {FORM: button.form, ROUND: button.count}, anew=True)


async def remark_facts() -> None:
    """The question needs no facts."""


async def remark_finish(
    chat: ChatContext, t: Texts, draft: Draft, answers: Answers, client_links: ClientLinks
) -> Screen:
    """Sends the form back; what was made of it here goes."""
    form_id, count = int(draft.answers.get(FORM) or 0), int(draft.answers.get(ROUND) or 0)
    sent = await client_links.send_back(form_id, chat.person.user_id, count, answers["remark"])
    chat.changes.person = chat.person.without_answer(FORM, form_id)
    found = await client_links.form(form_id)
    return sent_back_screen(t, found[0]) if sent and found is not None else not_to_be_used_screen(t)
