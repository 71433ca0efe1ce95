"""What a company is called, and its data: of a new one, of a name that was registered, of one that is kept.

/companies ─▶ [New company] ─▶ its name ─▶ the card
a receipt, of many names too ─▶ [Keep the company] ─▶ its name ─▶ the card, with the data and documents of the request
the card of a name ─▶ [Company] ─▶ the one it was registered with, or as above
the card of a company ─▶ [✎ Rename] ─▶ its name          [✎ Ukraine] ─▶ its data ─▶ saved
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.accounts import Scope
from bot.actions.companies import company_card, zone_of
from bot.clock import Clock
from bot.companies import COMPANIES_MOST, Companies, Company, CompanyDocument
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.inputs import Input, one_line
from bot.conversation.screen import Screen
from bot.conversation.step import Answers, Choice, Json, Problem, Step
from bot.locales import Phrase, Texts, say, verbatim
from bot.registration.company_fields import company_field
from bot.registration.facts import RegistrationFacts
from bot.screens.buttons import CompanyOfName, FillCompany, KeepCompany, NewCompany, RenameCompany
from bot.screens.companies import country_of, full_screen, gone_screen
from bot.screens.lookups import unfound
from bot.senders.batches import Batches
from bot.senders.listed import Found
from bot.senders.listing import Listings
from bot.senders.operations import Operations
from bot.smsc import Catalogue, Command
from bot.smsc.catalogue import FormKey
from bot.storage.operations import OperationState
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Reopened, Routes
from bot.telegram.services import Services

_NAME_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What companies are called already, and how the legal name of this one is known."""

    taken: Sequence[str] = ()
    known: str | None = None


def routes(catalogue: Catalogue) -> Routes:
    """The ways in, for this catalogue."""
    table = Routes()
    table.button(NewCompany)(new)
    table.button(KeepCompany)(keep)
    table.button(CompanyOfName)(of_name)
    table.button(RenameCompany)(rename)
    table.button(FillCompany)(fill)
    table.conversation(NAME, facts=name_facts, finish=name_finish)
    table.conversation(data(catalogue), facts=data_facts, finish=data_finish)
    return table


# What it is called


def _read_name(received: Input, _answers: Answers, facts: NameFacts) -> Json | Problem:
    name = one_line(received)
    if not 1 <= len(name) <= _NAME_MOST:
        return Problem(say("This takes 1 to {most} characters.", most=_NAME_MOST))
    if name.casefold() in {each.casefold() for each in facts.taken}:
        return Problem(say("Another company is called “{name}” already.", name=name))
    return name


NAME: Final = Flow[NameFacts](
    name="companyname",
    version=1,
    title=say("Company"),
    send=say("Save"),
    summary=False,
    scoped=False,
    sends=False,
    steps=(
        Step(
            key="called",
            label=say("Name"),
            ask=lambda _answers, _facts: say("What shall the company be called here? Only you see it."),
            example=verbatim("Romashka"),
            read=_read_name,
            suggest=lambda _answers, facts: facts.known,
        ),
    ),
)


async def new(chat: ChatContext, t: Texts, companies: Companies, forms: Forms) -> Screen:
    """Asks what a new company is called."""
    if len((await companies.of(chat.person.user_id)).companies) >= COMPANIES_MOST:
        return full_screen(t)
    return await forms.begin(chat, NAME.name, anew=True)


async def keep(
    chat: ChatContext, t: Texts, button: KeepCompany, companies: Companies, services: Services, forms: Forms
) -> Screen:
    """The same, for the company of an earlier request; where it is kept already, its card."""
    operation = await services.operations.journal.load(button.operation, chat.person.user_id)
    used = operation.company if operation is not None else await _kept_of(chat, button, services)
    company = await companies.load(chat.person.user_id, used)
    if company is not None:
        return await company_card(chat, t, company, services)
    if len((await companies.of(chat.person.user_id)).companies) >= COMPANIES_MOST:
        return full_screen(t)
    return await forms.begin(chat, NAME.name, {"operation": button.operation, "batch": button.batch}, anew=True)


async def _kept_of(chat: ChatContext, button: KeepCompany, services: Services) -> int | None:
    """The company that the names of a plan are noted with already."""
    person = chat.person.user_id
    batch = await services.batches.load(button.batch, person) if button.batch is not None else None
    done = next((row for row in batch.rows if row.state is OperationState.DONE), None) if batch is not None else None
    if batch is None or done is None:
        return None
    return await services.companies.of_name(person, done.account_id or batch.account_id, done.subclient, done.name)


async def of_name(
    chat: ChatContext,
    t: Texts,
    button: CompanyOfName,
    scope: Scope,
    listings: Listings,
    services: Services,
    forms: Forms,
) -> Screen:
    """The company of a name of the list; where none is kept, it is made of what the name was registered with here."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    person, name, companies = chat.person.user_id, looked.known.name, services.companies
    used = await companies.of_name(person, scope.account.id, scope.subclient, name)
    company = await companies.load(person, used)
    if company is not None:
        return await company_card(chat, t, company, services)
    operation = await services.operations.journal.newest(person, Command.ADD, name, scope)
    if operation is not None and operation.belongs_to(scope):
        return await keep(chat, t, KeepCompany(operation.id), companies, services, forms)
    chat.changes.note = say("“{name}” was not registered from here: SMSC does not tell its company's data.", name=name)
    return await new(chat, t, companies, forms)


async def rename(chat: ChatContext, t: Texts, button: RenameCompany, companies: Companies, forms: Forms) -> Screen:
    """Asks what a company is to be called from now on."""
    if await companies.load(chat.person.user_id, button.company) is None:
        return gone_screen(t)
    return await forms.begin(chat, NAME.name, {"company": button.company}, anew=True)


async def name_facts(
    chat: ChatContext,
    draft: Draft,
    companies: Companies,
    operations: Operations,
    batches: Batches,
    catalogue: Catalogue,
) -> NameFacts:
    """What the others are called, and the legal name of this one."""
    person, own = chat.person.user_id, draft.answers.get("company")
    kept = (await companies.of(person)).companies
    known = await _registered(person, draft, operations, batches)
    legal = (known.get(form.fields[0].name) for form in catalogue.forms.values())
    name = next((each[:_NAME_MOST] for each in legal if each), None)
    return NameFacts([each.name for each in kept if each.id != own], name)


async def name_finish(
    chat: ChatContext, t: Texts, draft: Draft, answers: Answers, facts: NameFacts, services: Services
) -> Screen | Reopened:
    """Keeps the company, or what it is called."""
    person, companies = chat.person.user_id, services.companies
    own = draft.answers.get("company")
    before = await companies.load(person, own)
    if own is not None and before is None:
        return gone_screen(t)
    if before is None and len(facts.taken) >= COMPANIES_MOST:
        return full_screen(t)
    known = await _registered(person, draft, services.operations, services.batches)
    if before is not None:
        company = replace(before, name=answers["called"])
    else:
        fields = {key: each for key, each in known.items() if key in services.catalogue.company_fields and each}
        company = Company(services.new_id(), person, answers["called"], fields, documents_of(known))
        chat.changes.note = say("🏢 Kept. The next form for a name offers this company.")
    chat.unit_of_work.add(companies.saving(company, await zone_of(chat, services.notifications)))
    if before is None and known:
        made_of = int(draft.answers["operation"]), draft.answers.get("batch")
        chat.unit_of_work.add(companies.used_by(company, *made_of))
    return await company_card(chat, t, company, services)


async def _registered(person: int, draft: Draft, operations: Operations, batches: Batches) -> Mapping[str, Json]:
    """What a name, or many, were registered with that the company is made of."""
    if draft.answers.get("batch") is not None:
        batch = await batches.load(int(draft.answers["batch"]), person)
        return batch.content["answers"] if batch is not None else {}
    operation = draft.answers.get("operation")
    kept = await operations.journal.draft_of(operation, person) if operation is not None else None
    return kept["answers"] if kept is not None else {}


def documents_of(answers: Mapping[str, Json]) -> tuple[CompanyDocument, ...]:
    """The documents of a form, as a company keeps them."""
    return tuple(
        CompanyDocument(number, {**each, "shown": None, "sources": []})
        for number, each in enumerate(answers.get("documents") or (), 1)
    )


# Its data


_COUNTRY: Final = Step[Any](
    key="form",
    label=say("Country"),
    ask=lambda _answers, _facts: say("For the operators of which country?"),
    takes=(),
    choices=lambda _answers, facts: [
        Choice(each.value, country_of(each), each.value) for each in facts.catalogue.forms
    ],
    show=lambda value, _facts: country_of(FormKey(value)),
    branches=True,
)


def data(catalogue: Catalogue) -> Flow[Any]:
    """The fields of both company forms; each may be left open, and is asked for when it is needed."""
    return Flow(
        name="companydata",
        version=1,
        title=say("Company data"),
        send=say("Save"),
        sends=False,
        scoped=False,
        subject=_which,
        steps=(
            _COUNTRY,
            *(
                replace(
                    company_field(row, form.key, ()),
                    applies=lambda answers, _facts, key=form.key: answers.get("form") == key,  # type: ignore[misc]
                    optional=True,
                    skipped=lambda _answers, _facts: say("not known yet"),
                )
                for form in catalogue.forms.values()
                for row in form.fields
            ),
        ),
    )


def _which(answers: Answers, facts: RegistrationFacts) -> Phrase | None:
    name = next((each.name for each in facts.companies if each.id == answers.get("company")), None)
    return say("Company: <b>{name}</b>", name=name) if name is not None else None


async def fill(
    chat: ChatContext, t: Texts, button: FillCompany, companies: Companies, catalogue: Catalogue, forms: Forms
) -> Screen:
    """Asks for what is not known of a company yet; what is, can be corrected."""
    company = await companies.load(chat.person.user_id, button.company)
    if company is None:
        return gone_screen(t)
    names = {row.name for row in catalogue.forms[button.form].fields}
    known = {key: each for key, each in company.fields.items() if key in names and each}
    answers = {"company": company.id, "form": button.form.value, **known}
    return await forms.begin(chat, "companydata", answers, anew=True)


async def data_facts(
    chat: ChatContext, companies: Companies, catalogue: Catalogue, clock: Clock, draft: Draft
) -> RegistrationFacts:
    """What is known of the company, and what was said in a form last."""
    kept = (await companies.of(chat.person.user_id)).companies
    company = next((each for each in kept if each.id == draft.answers.get("company")), None)
    known = {**chat.person.company, **(company.fields if company is not None else {})}
    return RegistrationFacts(catalogue, clock.now(), known, companies=kept)


async def data_finish(chat: ChatContext, t: Texts, draft: Draft, answers: Answers, services: Services) -> Screen:
    """Keeps what was filled in; what was emptied is not known any more."""
    company = await services.companies.load(chat.person.user_id, draft.answers.get("company"))
    form = next((each for each in services.catalogue.forms.values() if each.key == draft.answers.get("form")), None)
    if company is None or form is None:
        return gone_screen(t)
    others = {key: each for key, each in company.fields.items() if key not in {row.name for row in form.fields}}
    before, now = company.fields, {key: each for key, each in answers.items() if key != "form"}
    company = replace(company, fields={**others, **now})
    chat.unit_of_work.add(services.companies.saving(company, await zone_of(chat, services.notifications)))
    chat.changes.note = say("🏢 Saved.")
    return await company_card(chat, t, company, services, changed=company.fields != before)
