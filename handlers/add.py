"""Add a sender name.

    name ─▶ [owner of an e-mail] ─▶ comment ─▶ operators, company, documents ─▶ summary ─▶ sent ─▶ receipt

Whether it is a name of letters, a number or an e-mail address is seen from what was typed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.accounts import Scope
from bot.actions.companies import at_hand
from bot.actions.conversations import ADD
from bot.actions.inspection import inspect
from bot.actions.sending import send
from bot.clock import Clock
from bot.companies import Companies
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.inputs import ContactInput, Input, TextInput, one_line
from bot.conversation.screen import Screen
from bot.conversation.step import Answers, Json, Problem, Step
from bot.locales import Phrase, Texts, moment, say, verbatim
from bot.registration import papers
from bot.registration.company_fields import remembered
from bot.registration.facts import TEXT_MOST, RegistrationFacts
from bot.registration.programmes import notes
from bot.registration.requests import requests_of_new_name
from bot.registration.spelling import read_name, read_number
from bot.registration.steps import steps
from bot.rights import Right
from bot.screens.buttons import AddName, AddThisName
from bot.senders.listing import Listings
from bot.senders.operations import Operations
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Reopened, Routes

NAME: Final = ADD


def routes(catalogue: Catalogue) -> Routes:
    """The ways into the conversation, for this catalogue."""
    table = Routes()
    table.command("add")(begin)
    table.button(AddName)(begin)
    table.button(AddThisName)(begin_named)
    table.deep_link("add")(begin)
    table.conversation(flow(catalogue), facts=facts, finish=finish, inspect=inspect, needs=Right.PREPARE)
    return table


def flow(catalogue: Catalogue) -> Flow[RegistrationFacts]:
    """The steps, as the catalogue has them."""
    return Flow(
        name=NAME,
        version=2,
        title=say("Add a name"),
        send=say("Register it"),
        notes=notes,
        about=lambda answers: answers.get("name") or "",
        steps=(_NAME, _OWNER, *steps(catalogue, of_a_new_name=True)),
    )


async def begin(chat: ChatContext, forms: Forms, word: str = "") -> Screen:
    """Opens the form; `/add PARUS` fills in the name."""
    return await named(chat, forms, word) if word else await forms.begin(chat, NAME)


async def begin_named(chat: ChatContext, forms: Forms, button: AddThisName) -> Screen:
    """Opens the form for a name that a button carries."""
    return await named(chat, forms, button.name)


async def named(chat: ChatContext, forms: Forms, name: str) -> Screen:
    """Opens the form with a name; one that cannot be right is asked for, with the reason."""
    return await forms.begin(chat, NAME, received=TextInput(name))


async def facts(
    chat: ChatContext,
    draft: Draft,
    catalogue: Catalogue,
    clock: Clock,
    scope: Scope,
    listings: Listings,
    companies: Companies,
    operations: Operations,
) -> RegistrationFacts:
    """The catalogue, the time, what is known of companies, the names there are, and the documents."""
    sent = papers.of_draft(draft, draft.answers.get("name"), before=0)
    kept = await at_hand(chat, companies, operations)
    return RegistrationFacts(catalogue, clock.now(), chat.person.company, await listings.taken(scope), sent, kept)


async def finish(
    chat: ChatContext,
    t: Texts,
    draft: Draft,
    answers: Answers,
    facts: RegistrationFacts,
    scope: Scope,
    operations: Operations,
) -> Screen | Reopened | None:
    """Plans the request; a name that came into the list in the meantime is not sent."""
    name: str = answers["name"]
    if name in facts.taken.names:
        return Reopened("name", _taken(name, facts))
    company = remembered(chat.person.company, facts.catalogue, answers)
    chat.changes.person = replace(chat.person, company=company)
    requests = requests_of_new_name(answers, facts, draft.to_json(), t)
    return await send(chat, t, scope, operations, draft, requests)


def _taken(name: str, facts: RegistrationFacts) -> Phrase:
    """A name is in the list that is known; it may be an old one."""
    if facts.taken.as_of is None:
        return say("“{name}” is in your list already.", name=name)
    return say("“{name}” is in your list already, as of {time}.", name=name, time=moment(facts.taken.as_of))


def _read_name(received: Input, answers: Answers, facts: RegistrationFacts) -> Json | Problem:
    text = (
        received.text
        if isinstance(received, TextInput)
        else received.phone
        if isinstance(received, ContactInput)
        else ""
    )
    name = read_number(text) if isinstance(received, ContactInput) else read_name(text)
    meant = one_line(received) if isinstance(name, Problem) else name
    if meant in facts.taken.names:
        return Problem(say("{problem} Send another one.", problem=_taken(meant, facts)))
    alike = next((each for each in facts.taken.names if each.casefold() == meant.casefold()), None)
    if alike is not None and answers.get("name") != meant:
        return Problem(
            say("“{name}” is in your list already, with other capitals. Use this one all the same?", name=alike),
            (meant,),
        )
    return meant if isinstance(name, Problem) and answers.get("name") == meant else name


_NAME: Final = Step[RegistrationFacts](
    key="name",
    label=say("Name"),
    ask=lambda _answers, _facts: say(
        "Which name? Up to 11 Latin letters and digits; or a phone number, or an e-mail address."
    ),
    example=verbatim("PARUS"),
    takes=(TextInput, ContactInput),
    read=_read_name,
    branches=True,
)


def _read_owner(received: Input, _answers: Answers, _facts: RegistrationFacts) -> Json | Problem:
    text = one_line(received)
    if not 1 <= len(text) <= TEXT_MOST:
        return Problem(say("This takes 1 to {most} characters.", most=TEXT_MOST))
    return text


_OWNER: Final = Step[RegistrationFacts](
    key="owner",
    label=say("Owner"),
    ask=lambda _answers, _facts: say("Whose e-mail address is it?"),
    example=verbatim("Айгерим Садыкова"),
    read=_read_owner,
    applies=lambda answers, _facts: "@" in answers.get("name", ""),
    optional=True,
    skipped=lambda answers, _facts: verbatim(answers["name"]),
)
