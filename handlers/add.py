"""Add a sender name.

    [what is needed] ─▶ name ─▶ [owner of an e-mail] ─▶ comment ─▶ operators, company, documents ─▶ [fee]
                     ─▶ summary ─▶ sent ─▶ receipt

Whether it is a name of letters, a number or an e-mail address is seen from what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.accounts import Scope
from bot.actions.companies import at_hand, remember_known
from bot.actions.conversations import ADD
from bot.actions.inspection import inspect
from bot.actions.mending import MENDS
from bot.actions.sending import send
from bot.client_links import ClientLinks
from bot.clock import Clock
from bot.companies import Companies
from bot.conversation.callback import Callback
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.inputs import TextInput
from bot.conversation.screen import Screen
from bot.conversation.step import Answers
from bot.locales import Phrase, Texts, say
from bot.registration import papers
from bot.registration.client_form import FORM, ROUND
from bot.registration.company_fields import remembered
from bot.registration.consent import CONSENT, without_consent
from bot.registration.facts import RegistrationFacts
from bot.registration.name_steps import NAME as NAME_STEP
from bot.registration.name_steps import OWNER as OWNER_STEP
from bot.registration.name_steps import taken
from bot.registration.needed import told_first
from bot.registration.programmes import act, countries_of, notes
from bot.registration.requests import requests_of_new_name
from bot.registration.second_look import hints
from bot.registration.steps import steps
from bot.rights import Right
from bot.screens.buttons import AddName, AddThisName, OpenClientForm, SendBackToClient
from bot.screens.client_links import not_to_be_used_screen
from bot.senders.batches import Batches
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
    table.button(AddName, needs=Right.PREPARE)(begin)
    table.button(AddThisName, needs=Right.PREPARE)(begin_named)
    table.deep_link("add")(begin)
    table.conversation(
        flow(catalogue),
        facts=facts,
        finish=finish,
        inspect=inspect,
        answered=remember_known,
        act=act,
        needs=Right.PREPARE,
    )
    return table


def flow(catalogue: Catalogue) -> Flow[RegistrationFacts]:
    """The steps, as the catalogue has them."""
    return Flow(
        name=NAME,
        version=2,
        title=say("Add a name"),
        send=say("Register it"),
        hints=lambda answers, facts: hints(str(answers.get("name", "")), answers, facts),
        notes=notes,
        about=lambda answers: answers.get("name") or "",
        further=_back_to_client,
        steps=(
            told_first(countries_of(catalogue)),
            NAME_STEP,
            OWNER_STEP,
            *steps(catalogue, of_a_new_name=True),
            CONSENT,
        ),
    )


def _back_to_client(answers: Answers) -> Sequence[tuple[Phrase, Callback]]:
    if FORM not in answers:
        return ()
    form, count = int(answers[FORM]), int(answers[ROUND])
    files = ((say("Show the documents"), OpenClientForm(form, "files")),) if answers.get("documents") else ()
    return (*files, (say("↩ Back to the client"), SendBackToClient(form, count)))


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
    kept, listed = await at_hand(chat, companies, operations), await listings.taken(scope)
    home = scope.account.service.country
    return RegistrationFacts(catalogue, clock.now(), chat.person.company, listed, sent, kept, chat.t.label, home)


async def finish(
    chat: ChatContext,
    t: Texts,
    draft: Draft,
    answers: Answers,
    facts: RegistrationFacts,
    scope: Scope,
    operations: Operations,
    client_links: ClientLinks,
    batches: Batches,
) -> Screen | Reopened | None:
    """Plans the request; a name that came into the list in the meantime is not sent.

    What a client filled in is not sent where they took it back.
    """
    name: str = answers["name"]
    if name in facts.taken.names:
        return Reopened("name", taken(name, facts))
    if FORM in draft.answers:
        form, count = int(draft.answers[FORM]), int(draft.answers[ROUND])
        if not await client_links.use(form, chat.person.user_id, count):
            return not_to_be_used_screen(t)
    if FORM not in draft.answers:
        company = remembered(chat.person.company, facts.catalogue, answers)
        chat.changes.person = replace(chat.person, company=company)
    if MENDS in draft.answers:
        batch, row = draft.answers[MENDS]
        await batches.mend(chat.person.user_id, batch, row, draft.tag)
    requests = requests_of_new_name(answers, facts, without_consent(draft), t)
    return await send(chat, t, scope, operations, draft, requests)
