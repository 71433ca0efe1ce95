"""What changes of a company mean for the names that use it: a request for each that SMSC does not have it of yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.companies import Company, CompanyDocument, UseRow
from bot.locales import Texts
from bot.registration.company_step import COMPANY, known_fields
from bot.registration.facts import RegistrationFacts
from bot.registration.plans import ROWS_MOST
from bot.registration.requests import known_by, requests_of
from bot.rights import Right, may
from bot.senders.batch import NewRow, Trouble
from bot.senders.known import KnownName
from bot.senders.operation import Operation
from bot.smsc import Catalogue, Command
from bot.storage.operations import OperationState
from bot.telegram.services import Services

_LOOKED_THROUGH: Final = 50
"""Requests of a name that are looked through, newest first."""
_IN_VAIN: Final = frozenset({OperationState.REFUSED, OperationState.NOT_DONE, OperationState.CANCELLED})


async def changes(
    t: Texts, company: Company, uses: Sequence[UseRow], gone: frozenset[str], services: Services
) -> list[NewRow]:
    """A row for each name that uses a company: the data and documents that SMSC does not have of it, or why none goes.

    `gone`: files that Telegram has no more. Operators stay as they are, so nothing is paid.
    """
    documents = [each for each in company.documents if each.file_id not in gone]
    facts = RegistrationFacts(services.catalogue, services.clock.now())
    return [
        await _row(t, number, company, documents, use, facts, services) for number, use in enumerate(uses[:ROWS_MOST])
    ]


async def _row(
    t: Texts,
    number: int,
    company: Company,
    documents: Sequence[CompanyDocument],
    use: UseRow,
    facts: RegistrationFacts,
    services: Services,
) -> NewRow:
    scope = await services.accounts.scope_for(company.user_id, use.account_id, use.subclient)
    if scope is None or not may(scope.role, Right.PREPARE):
        return NewRow(number, use.subclient, use.name, (), Trouble.ACCOUNT, use.account_id)
    known = await services.listings.at_hand(scope, use.name, use.sms_id)
    if known is None and (await services.listings.taken(scope)).as_of is not None:
        return NewRow(number, use.subclient, use.name, (), Trouble.MISSING, use.account_id)
    made = await services.operations.journal.history(scope, name=use.name, sms_id=use.sms_id, limit=_LOOKED_THROUGH)
    sent = [each for each in reversed(made) if each.state not in _IN_VAIN]
    answers = {**fields_to_send(company, sent, services.catalogue)}
    new = [each.for_form(company.id, facts.now) for each in documents_to_send(documents, sent)]
    if not answers and not new:
        return NewRow(number, use.subclient, use.name, (), Trouble.SAME, use.account_id)
    requests = requests_of(
        Command.CHG,
        use.name,
        _named(use, known),
        {**answers, "documents": new, COMPANY: company.id},
        facts,
        {},
        known_by=_named(use, known),
        t=t,
        documents_before=len(known.state.documents) if known is not None else None,
    )
    return NewRow(number, use.subclient, use.name, requests, None, use.account_id)


def _named(use: UseRow, known: KnownName | None) -> dict[str, Any]:
    if known is not None:
        return known_by(known)
    return {"id": use.sms_id} if use.sms_id is not None else {"sender": use.name}


def fields_to_send(company: Company, sent: Sequence[Operation], catalogue: Catalogue) -> Mapping[str, Any]:
    """The company forms that a name was registered with, each as a whole, where anything in it is other than was sent.

    `sent`: its requests, oldest first.
    """
    last: dict[str, Any] = {}
    for each in sent:
        last |= each.values
    told: dict[str, Any] = {}
    now = known_fields(company, catalogue)
    for form in catalogue.forms.values():
        own = {row.name: now[row.name] for row in form.fields if row.name in now}
        if any(row.name in last for row in form.fields) and any(last.get(key) != each for key, each in own.items()):
            told |= own
    return told


def documents_to_send(documents: Sequence[CompanyDocument], sent: Sequence[Operation]) -> list[CompanyDocument]:
    """The documents that did not go to SMSC with a name yet: known by their bytes, else by where they lie."""
    bytes_sent = {each.sha256 for each in sent if each.sha256 is not None}
    files_sent = {each.document.file_id for each in sent if each.document is not None}
    return [each for each in documents if each.sha256 not in bytes_sent and each.file_id not in files_sent]
