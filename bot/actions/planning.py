"""Makes a plan of many names, shows it, and has it carried out; shows how it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from operator import itemgetter
from typing import Any, Final

from markupsafe import Markup

from bot.accounts import Account, Scope
from bot.actions.changing import changes
from bot.actions.companies import company_card
from bot.actions.inspection import content_of
from bot.companies import Company
from bot.conversation.inputs import FileInput
from bot.conversation.screen import Screen
from bot.conversation.step import Answers, Json
from bot.exports.cells import Table
from bot.exports.csv_file import csv_file
from bot.locales import Phrase, Texts, say
from bot.reading.names import is_choice
from bot.reading.numbers import Trouble, number_in
from bot.reading.rows import Line, is_list, lines_in, lines_of
from bot.reading.tables import TABLE_MOST, TableFlaw, cells_in
from bot.reading.words import is_greeting, is_question, is_said_to_a_form
from bot.registration import consent
from bot.registration.company_step import COMPANY
from bot.registration.consent import FEE
from bot.registration.facts import RegistrationFacts
from bot.registration.plans import ROWS_MOST, Plan, Row, Whom, planned, requests_of_row, trouble_words
from bot.registration.programmes import paid
from bot.screens.accounts import subclient_key, whose
from bot.screens.batches import (
    EXAMPLE,
    ChangesTold,
    PlanTold,
    RowTold,
    batch_screen,
    change_screen,
    gone_screen,
    plan_screen,
)
from bot.screens.buttons import AssignRows, CheckSubclients
from bot.screens.parameters import sent
from bot.screens.problems import REASONS, problem, reason
from bot.senders.batch import Batch, BatchRow, NewRow, reference, referred
from bot.senders.batch import Trouble as RowTrouble
from bot.senders.known import KnownName
from bot.senders.listed import Taken
from bot.smsc import Command, ErrorKind, Refused
from bot.storage.batches import BatchState
from bot.storage.operations import OperationState
from bot.telegram.chat_context import ChatContext
from bot.telegram.services import Services

_LIKELY_MOST: Final = 2
"""Subclients that are offered in place of one that nobody knows."""
_LINES_MOST: Final = 2 * ROWS_MOST
"""Lines that are kept of what was sent; the rest is counted."""


async def offered(
    chat: ChatContext, t: Texts, scope: Scope, lines: Sequence[Line], services: Services, more: int = 0
) -> Screen:
    """The plan of what was sent just now, `more` lines of which were not read; it is kept, and nothing is sent."""
    batch_id = services.new_id()
    kept = [_line(each) for each in lines[:_LINES_MOST]]
    content = {"lines": kept, "more": more + len(lines) - len(kept), "subclients": [scope.subclient], "answers": {}}
    await services.batches.offer(batch_id, scope, chat.person.user_id, content)
    return await shown(chat, t, batch_id, services)


def _line(line: Line) -> list[str | None]:
    return [line.name, line.comment, line.subclient, line.mends]


def names_in_text(text: str) -> tuple[Line, ...]:
    """The names of a text that is a list of them; none where it is anything else."""
    if is_greeting(text) or is_question(text) or is_said_to_a_form(text) or is_choice(text):
        return ()
    lines = lines_in(text)
    if not is_list(lines):
        return ()
    return () if number_in(text).trouble in {Trouble.SEVERAL, Trouble.EXTENSION} else lines


async def offered_table(
    chat: ChatContext, t: Texts, scope: Scope, file: FileInput, services: Services
) -> Screen | Phrase:
    """The plan of the table in a file; or why there is none."""
    if file.size is not None and file.size > TABLE_MOST:
        return _FLAWS[TableFlaw.LARGE]
    content = await content_of(chat, file, services)
    if isinstance(content, Phrase):
        return content
    cells = await asyncio.to_thread(cells_in, content, file.name)
    if isinstance(cells, TableFlaw):
        return _FLAWS[cells]
    lines = lines_of(cells.rows)
    return await offered(chat, t, scope, lines, services, cells.more) if lines else _FLAWS[TableFlaw.EMPTY]


def is_table(file: FileInput) -> bool:
    """Whether a file is called as tables are; they are no documents that SMSC takes."""
    return file.name.lower().endswith((".csv", ".tsv", ".xlsx", ".xls"))


_FLAWS: Final[Mapping[TableFlaw, Phrase]] = {
    TableFlaw.LARGE: say("This table is too large. A plan has at most {most} names; send it in parts.", most=ROWS_MOST),
    TableFlaw.BROKEN: say("This table cannot be read. Save it as XLSX or CSV, without a password, and send that."),
    TableFlaw.EMPTY: say("No names were found in this table. They belong in a column titled “Name”."),
}


async def shown(chat: ChatContext, t: Texts, batch_id: int, services: Services) -> Screen:
    """A plan as it would be carried out now; one that was begun, as it stands."""
    batch = await services.batches.load(batch_id, chat.person.user_id)
    if batch is None:
        return gone_screen(t)
    if batch.state is not BatchState.OFFERED:
        return await followed(chat, t, batch, services)
    if batch.company is not None:
        changing = await _changes(chat, t, batch, services)
        return change_screen(t, changing) if changing is not None else gone_screen(t)
    plan, facts = await _planned(chat, batch, services)
    account = await services.accounts.load(batch.account_id)
    if plan is None or account is None:
        return gone_screen(t)
    return plan_screen(t, await _told(chat, batch, plan, facts, account, services))


async def agreed(chat: ChatContext, t: Texts, batch_id: int, services: Services) -> Screen:
    """Notes that the fees of a plan are agreed to, as many as there are now; nothing is sent."""
    batch = await services.batches.load(batch_id, chat.person.user_id)
    if batch is None or batch.state is not BatchState.OFFERED or batch.company is not None:
        return await shown(chat, t, batch_id, services)
    plan, facts = await _planned(chat, batch, services)
    account = await services.accounts.load(batch.account_id)
    if plan is not None and account is not None and plan.fees:
        given = {**consent.agreed(batch.content["answers"], facts), "fees": plan.fees}
        content = {**batch.content, "agreed": given}
        await services.batches.offer(batch_id, Scope(account), chat.person.user_id, content)
    return await shown(chat, t, batch_id, services)


def _agreed(batch: Batch, plan: Plan, facts: RegistrationFacts) -> bool:
    given, answers = batch.content.get("agreed"), batch.content["answers"]
    return not plan.fees or consent.agreed_for_all(given, plan.fees, answers, facts)


async def begun(chat: ChatContext, t: Texts, batch_id: int, services: Services) -> Screen:
    """Has a plan carried out, as it stands now; what it says is what is sent."""
    batch = await services.batches.load(batch_id, chat.person.user_id)
    if batch is None:
        return gone_screen(t)
    if batch.state is BatchState.OFFERED and batch.company is not None:
        changing = await _changes(chat, t, batch, services)
        if changing is not None and changing.send:
            before = await services.batches.of_company(chat.person.user_id, batch.company)
            others = [each.id for each in before if each.id != batch_id]
            await services.batches.begin(batch_id, chat.person.user_id, changing.rows, others)
    elif batch.state is BatchState.OFFERED:
        plan, facts = await _planned(chat, batch, services)
        if plan is None or not plan.sent or not _agreed(batch, plan, facts):
            return await shown(chat, t, batch_id, services)
        answers = {**batch.content["answers"], FEE: batch.content.get("agreed")}
        lines = lines_in_batch(batch.content)
        rows = [
            NewRow(
                row.line,
                row.whom.subclient,
                row.name,
                requests_of_row(row, answers, facts, t) if row.trouble is None else (),
                row.trouble,
                row.whom.account_id,
                lines[row.line].mends,
            )
            for row in plan.rows
        ]
        await services.batches.begin(batch_id, chat.person.user_id, rows)
    return await shown(chat, t, batch_id, services)


async def followed(chat: ChatContext, t: Texts, batch: Batch, services: Services) -> Screen:
    """How a batch that was begun stands; the panel is about it from now on."""
    chat.changes.about = batch.about
    left = next((each.account_id for each in batch.rows if each.left), None)
    account, now = await services.accounts.load(left or batch.account_id), services.clock.now()
    paused = REASONS.get(account.paused or "") if account is not None else None
    through = max(now, batch.until or 0.0) + 60.0 * (services.batches.minutes(batch.left) - 1)
    failed = [RowTold(each.line + 1, each.name, why(each)) for each in batch.failed]
    alone = account is not None and all(each.account_id in (None, batch.account_id) for each in batch.rows)
    title = account.title if account is not None and alone else ""
    chosen = batch.content["answers"]
    own = not services.catalogue.company_fields.keys().isdisjoint(chosen) and chosen.get(COMPANY) is None
    keeps = own and batch.over and batch.done > 0
    first = await _first(chat, batch, services)
    return batch_screen(t, batch, failed, through, paused, title, offers_company=keeps, first=first)


async def _first(chat: ChatContext, batch: Batch, services: Services) -> Batch | None:
    """The batch whose rows these take the place of, or, of several such in turn, the first; None: it is of its own."""
    first: Batch | None = None
    former = _mended(batch)
    while former is not None and (found := await services.batches.load(former, chat.person.user_id)) is not None:
        first, former = found, _mended(found)
    return first


def _mended(batch: Batch) -> int | None:
    """The batch before this one whose rows it mends, where it mends those of one."""
    named = {found[0] for each in batch.content.get("lines") or () if (found := referred(Line(*each).mends))}
    return named.pop() if len(named) == 1 and max(named) != batch.id else None


def why(row: BatchRow) -> Phrase:
    """Why a row did not go through."""
    if row.trouble is not None:
        return trouble_words(row.trouble, row.name)
    if row.state is OperationState.UNCLEAR:
        return say("SMSC's answer was lost, and its list does not show whether it went through.")
    return reason(row.answer) or say("It did not go through: nothing was changed at SMSC.")


async def _planned(chat: ChatContext, batch: Batch, services: Services) -> tuple[Plan | None, RegistrationFacts]:
    """The plan of a batch by what the lists say now; None where its account is gone."""
    facts = RegistrationFacts(services.catalogue, services.clock.now(), chat.person.company, told=chat.t.label)
    there = await services.accounts.scope_for(chat.person.user_id, batch.account_id)
    if there is None:
        return None, facts
    facts = replace(facts, home=there.account.service.country)
    lines, whom = lines_in_batch(batch.content), _whom(batch.content)
    if chat.scope is not None and chat.scope.account.id == there.account.id:
        await services.listings.refresh(chat.scope)
    known = {Whom(), *(Whom(each) for each in await services.listings.subclients(there.account)), *whom}
    named = {*whom, *(Whom(each.subclient) for each in lines if each.subclient is not None)}
    accounts = {each.account_id for each in named if each.account_id is not None} - {there.account.id}
    mine = [await services.accounts.scope_for(chat.person.user_id, each) for each in accounts]
    scopes = {each.account.id: each for each in (there, *mine) if each is not None}
    taken: dict[Whom, Taken] = {}
    for each in known & named:
        own = scopes.get(each.account_id or there.account.id)
        if own is not None:
            taken[each] = await services.listings.taken(replace(own, subclient=each.subclient))
    return planned(lines, whom, taken, batch.content["answers"], facts), facts


def _whom(content: Mapping[str, Any]) -> list[Whom]:
    """For whom the names of a plan are: logins of subclients, or those of other accounts beside their account."""
    return [Whom(each) if isinstance(each, str) else Whom(each[1], each[0]) for each in content["subclients"]]


def lines_in_batch(content: Mapping[str, Any]) -> list[Line]:
    """What was typed, a line each, out of the content of a batch."""
    return [Line(*each) for each in content["lines"]]


async def _by_whom(chat: ChatContext, plan: Plan, services: Services) -> dict[str, list[str]]:
    """The names to be sent, by what those are called that they are for."""
    names: dict[str, list[str]] = {}
    accounts = {each.id: each for each in await services.accounts.of(chat.person.user_id)}
    for each in plan.sent:
        own = accounts.get(each.whom.account_id or 0)
        its = whose(Scope(own, each.whom.subclient)) if own is not None else each.whom.subclient
        names.setdefault(its, []).append(each.name)
    return names


async def _told(
    chat: ChatContext, batch: Batch, plan: Plan, facts: RegistrationFacts, account: Account, services: Services
) -> PlanTold:
    def row_told(row: Row, told: Phrase) -> RowTold:
        return RowTold(row.line + 1, row.name, told)

    answers = batch.content["answers"]
    operators = [each.operator for each in paid(answers, facts)]
    return PlanTold(
        account="" if any(each.whom.account_id is not None for each in plan.sent) else account.title,
        consent=consent.wording(operators, consent.month(answers, facts)) if plan.fees else None,
        agreed=_agreed(batch, plan, facts),
        batch=batch.id,
        send=await _by_whom(chat, plan, services),
        chosen=bool(answers),
        cannot=[
            row_told(each, trouble_words(each.trouble, each.name, each.whom.subclient))
            for each in plan.rows
            if each.trouble
        ],
        doubtful=[row_told(each, each.doubt) for each in plan.sent if each.doubt is not None],
        costs=plan.costs,
        fees=plan.fees,
        minutes=services.batches.minutes(len(plan.sent)),
        left_out=plan.left_out + batch.content["more"],
        most=ROWS_MOST,
        unknown=_unknown(plan, await services.listings.subclients(account)),
    )


def _unknown(plan: Plan, known: Sequence[str]) -> list[tuple[int, str, Sequence[str]]]:
    """The subclients of a plan that nobody knows, each with a line that names it and those that may be meant."""
    named = {
        each.whom.subclient: each.line
        for each in reversed(plan.rows)
        if each.trouble is RowTrouble.SUBCLIENT and each.whom.account_id is None
    }
    logins = {each.casefold(): each for each in known if each}
    return [
        (line, login, [logins[each] for each in get_close_matches(login.casefold(), logins, _LIKELY_MOST)])
        for login, line in sorted(named.items(), key=itemgetter(1))
    ]


async def assigned(chat: ChatContext, t: Texts, button: AssignRows, services: Services) -> Screen:
    """The plan, with the rows of a subclient that nobody knows for another one, or left out; nothing is sent."""
    person = chat.person.user_id
    batch = await services.batches.load(button.batch, person)
    there = await services.accounts.scope_for(person, batch.account_id) if batch is not None else None
    if batch is None or there is None:
        return gone_screen(t)
    lines = lines_in_batch(batch.content)
    known = {subclient_key(each): each for each in await services.listings.subclients(there.account) if each}
    if button.line < len(lines) and (not button.to or button.to in known):
        login, meant = lines[button.line].subclient, known.get(button.to)
        kept = [
            each if login is None or each.subclient != login else replace(each, subclient=meant) if meant else Line("")
            for each in lines
        ]
        content = {**batch.content, "lines": [_line(each) for each in kept]}
        await services.batches.offer(batch.id, there, person, content)
    return await shown(chat, t, batch.id, services)


async def checked(chat: ChatContext, t: Texts, button: CheckSubclients, services: Services) -> Screen:
    """The plan, after SMSC was asked for the lists of its subclients that nobody here knows; nothing is sent.

    Each is asked about once, in the order of the rows, until SMSC has to be waited for.
    """
    person = chat.person.user_id
    batch = await services.batches.load(button.batch, person)
    there = await services.accounts.scope_for(person, batch.account_id) if batch is not None else None
    if batch is None or there is None:
        return gone_screen(t)
    known = {each.casefold() for each in await services.listings.subclients(there.account)}
    logins = dict.fromkeys(each.subclient for each in lines_in_batch(batch.content) if each.name and each.subclient)
    strangers: list[str] = []
    notes: list[Markup] = []
    for login in logins:
        if login.casefold() in known:
            continue
        failure = await services.listings.refresh(replace(there, subclient=login))
        if isinstance(failure, Refused) and failure.kind is ErrorKind.PARAMETERS:
            strangers.append(login)
        elif failure is not None:
            notes.append(t(problem(failure)))
            break
    if strangers:
        notes.append(t("SMSC does not know these subclients: {logins}.", logins=", ".join(strangers)))
    screen = await shown(chat, t, batch.id, services)
    return screen.with_note(t.lines(*notes)) if notes else screen


def failed_rows(t: Texts, batch: Batch) -> bytes:
    """What did not go through as a table that is read again: a name, its comment, its subclient, and why."""
    lines = lines_in_batch(batch.content)
    failed = [each for each in batch.failed if each.account_id in (None, batch.account_id)]
    rows = (
        (each.name, lines[each.line].comment, each.subclient, t.label(why(each)), reference(batch.id, each.number))
        for each in failed
    )
    return csv_file(Table("", (*_titles(t), t.label("Why"), t.label("Row")), rows))


def template(t: Texts) -> bytes:
    """A table to be filled in: the titles that are understood, and a row to be written over."""
    return csv_file(Table("", _titles(t), (("PARUS", t.label(EXAMPLE), ""),)))


def _titles(t: Texts) -> tuple[str, str, str]:
    return t.label("Name"), t.label("Comment"), t.label("Subclient")


async def copied(
    chat: ChatContext, scope: Scope, known: KnownName, services: Services
) -> tuple[int, Mapping[str, Json]]:
    """A plan of registering a name of the list for others; its number, and what the name itself was registered with.

    Operators, company and documents are known where it was registered from here; else there is its comment.
    """
    person, journal = chat.person.user_id, services.operations.journal
    operation = await journal.newest(person, Command.ADD, known.name, scope)
    form = None
    if operation is not None and operation.belongs_to(scope):
        form = await journal.draft_of(operation.id, person)
    answers = dict(form["answers"]) if form is not None else {"comment": known.comment} if known.comment else {}
    for each in ("name", "owner", "when", FEE):
        answers.pop(each, None)
    batch_id = services.new_id()
    content = {"lines": [[known.name, "", None]], "more": 0, "subclients": [scope.subclient], "answers": {}}
    await services.batches.offer(batch_id, scope, person, content)
    return batch_id, answers


async def offered_changes(chat: ChatContext, t: Texts, company: Company, services: Services) -> Screen:
    """The plan of telling SMSC what changed of a company, name by name; one that is going on, as it is."""
    person = chat.person.user_id
    for record in await services.batches.of_company(person, company.id):
        under_way = record.state in {BatchState.GOING, BatchState.AWAITS}
        if under_way and (going := await services.batches.load(record.id, person)) is not None:
            return await followed(chat, t, going, services)
    uses = await services.companies.uses(person, company.id)
    there = await services.accounts.scope_for(person, uses[0].account_id) if uses else None
    if there is None:
        return await company_card(chat, t, company, services)
    batch_id = services.new_id()
    content = {"company": company.id, "lines": [], "more": 0, "subclients": [], "answers": {}}
    await services.batches.offer(batch_id, there, person, content)
    return await shown(chat, t, batch_id, services)


async def _changes(chat: ChatContext, t: Texts, batch: Batch, services: Services) -> ChangesTold | None:
    """What would be sent of a company now; None where it is gone."""
    person = chat.person.user_id
    company = await services.companies.load(person, batch.company)
    if company is None:
        return None
    uses = await services.companies.uses(person, company.id)
    rows = await changes(t, company, uses, await services.operations.journal.documents_gone(person), services)
    cannot = [
        RowTold(each.line + 1, each.name, trouble_words(each.trouble, each.name)) for each in rows if each.trouble
    ]
    requests = sum(len(each.requests) for each in rows)
    minutes = services.batches.minutes(requests)
    values: dict[str, Json] = {}
    for each in (request.values for row in rows for request in row.requests):
        values |= each
    files = (request.document.name for row in rows for request in row.requests if request.document is not None)
    return ChangesTold(
        batch.id,
        company.id,
        company.name,
        rows,
        cannot,
        minutes,
        len(uses) - len(rows),
        sent(t, services.catalogue, Command.CHG, values),
        list(dict.fromkeys(files)),
    )


async def shaped(chat: ChatContext, t: Texts, batch_id: int, answers: Answers, services: Services) -> Screen:
    """The plan with what was chosen for all of its names: for whom they are, their comment, operators, documents."""
    person = chat.person.user_id
    batch = await services.batches.load(batch_id, person)
    there = await services.accounts.scope_for(person, batch.account_id) if batch is not None else None
    if batch is None or there is None:
        return gone_screen(t)
    subclients = answers.get("subclients") or batch.content["subclients"]
    chosen = {key: each for key, each in answers.items() if key not in {"subclients", "batch", "name"}}
    content = {**batch.content, "subclients": subclients, "answers": chosen}
    await services.batches.offer(batch_id, there, person, content)
    return await shown(chat, t, batch_id, services)
