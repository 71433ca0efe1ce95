"""The companies that a person keeps: those that a form can take, and the card of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.accounts import Scope
from bot.companies import Companies, Company
from bot.conversation.draft import Draft
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.registration.needed import knows
from bot.screens.accounts import whose
from bot.screens.companies import CompanyTold, company_screen
from bot.senders.operations import Operations
from bot.telegram.chat_context import ChatContext
from bot.telegram.services import Services
from bot.watch.quiet import Notifications


async def at_hand(chat: ChatContext, companies: Companies, operations: Operations) -> Sequence[Company]:
    """The companies of a person as a form can take them: without documents that Telegram has no more."""
    kept = (await companies.of(chat.person.user_id)).companies
    if not any(each.documents for each in kept):
        return kept
    gone = await operations.journal.documents_gone(chat.person.user_id)
    return [replace(each, documents=tuple(d for d in each.documents if d.file_id not in gone)) for each in kept]


async def remember_known(chat: ChatContext, draft: Draft) -> None:
    """Remembers of a person that they want it told no more what will be needed."""
    if known := knows(draft.answers):
        chat.changes.person = replace(chat.person, company={**chat.person.company, **known})


async def zone_of(chat: ChatContext, notifications: Notifications) -> int:
    """How many minutes a person's clock is ahead of Greenwich."""
    service = chat.scope.account.service.name if chat.scope is not None else ""
    return (await notifications.load(chat.person.user_id, service)).zone


async def told(chat: ChatContext, company: Company, services: Services) -> CompanyTold:
    """A company with all that its screens show."""
    person = chat.person.user_id
    uses = await services.companies.uses(person, company.id)
    accounts = {each.id: each for each in await services.accounts.of(person)}
    return CompanyTold(
        company,
        services.catalogue,
        services.clock.now(),
        await zone_of(chat, services.notifications),
        uses,
        await services.operations.journal.documents_gone(person),
        whose={
            (each.account_id, each.subclient): whose(Scope(accounts[each.account_id], each.subclient))
            for each in uses
            if each.account_id in accounts
        },
    )


async def company_card(
    chat: ChatContext, t: Texts, company: Company, services: Services, *, changed: bool = False
) -> Screen:
    """The card of a company, as it is now; `changed`: in what its names were registered with."""
    return company_screen(t, replace(await told(chat, company, services), changed=changed))
