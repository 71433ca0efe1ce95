"""Companies that a person keeps: the list, the card of one, its documents, and what is told before a document ends.

/companies ─▶ [a company] ─▶ card: data, documents, used by ─▶ [✎ Ukraine] [✎ Belarus] [Add a document] [✎ Rename]
                                └▶ [a document] ─▶ [Show it] [Another file] [✎ What, until when] [✕ Take out]
                                └▶ [Change 5 names…] ─▶ the plan: what SMSC does not have yet ─▶ [Change 4 names]
                                └▶ [Delete…] ─▶ a second tap
30 and 7 days before a document ends ─▶ all that end soon, in one message
"""

from __future__ import annotations

from typing import Final

from bot.actions.companies import company_card, told, zone_of
from bot.actions.conversations import COMPANY_DOCUMENT
from bot.actions.planning import offered_changes
from bot.clock import Clock
from bot.companies import REMINDER, Companies, Kept
from bot.conversation.screen import Screen
from bot.fetch import FetchError, FileTooLargeError
from bot.locales import Texts, say
from bot.screens.buttons import DeleteCompany, OpenCompany, OpenCompanyPaper, PlanChanges, ShowCompanies
from bot.screens.companies import (
    companies_screen,
    delete_screen,
    document_screen,
    document_told,
    ending_screen,
    gone_screen,
)
from bot.smsc import DOCUMENT_MAX_BYTES
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.panel import NotShownError
from bot.telegram.routes import Routes
from bot.telegram.services import Services
from bot.watch.quiet import Notifications

routes: Final = Routes()


@routes.command("companies")
@routes.deep_link("companies")
@routes.button(ShowCompanies)
async def overview(chat: ChatContext, t: Texts, companies: Companies, button: ShowCompanies | None = None) -> Screen:
    """All companies of the person."""
    kept = await companies.of(chat.person.user_id)
    if any(document.ends is not None for company in kept.companies for document in company.documents):
        chat.unit_of_work.add(companies.reminding(chat.person.user_id))
    return companies_screen(t, kept, button.page if button is not None else 0)


@routes.button(OpenCompany)
async def opened(chat: ChatContext, t: Texts, button: OpenCompany, companies: Companies, services: Services) -> Screen:
    """The card of a company."""
    company = await companies.load(chat.person.user_id, button.company)
    return await company_card(chat, t, company, services) if company is not None else gone_screen(t)


@routes.button(OpenCompanyPaper)
async def paper(
    chat: ChatContext, t: Texts, button: OpenCompanyPaper, companies: Companies, services: Services, forms: Forms
) -> Screen:
    """A document of a company; has its file shown, what it is asked anew, or takes it out."""
    company = await companies.load(chat.person.user_id, button.company)
    document = company.document(button.number) if company is not None else None
    if company is None or document is None:
        return gone_screen(t)
    if button.then == "tell":
        known = {"company": company.id, "number": document.number, "file": dict(document.file)}
        return await forms.begin(chat, COMPANY_DOCUMENT, known, anew=True)
    if button.then == "drop":
        company = company.without_document(document.number)
        chat.unit_of_work.add(companies.saving(company, await zone_of(chat, services.notifications)))
        chat.changes.note = say("Taken out: {name}", name=document.name)
        return await company_card(chat, t, company, services)
    shown = await told(chat, company, services)
    if button.then == "show":
        try:
            content = await services.fetch(document.file_id, DOCUMENT_MAX_BYTES)
            caption = document_told(t, document, shown)
            await services.panel.send_file(
                chat.person.user_id, document.name, content, caption, topic=chat.person.topic
            )
        except (FetchError, FileTooLargeError, NotShownError):
            chat.changes.note = say("Telegram does not give me this file just now. Please send it once more.")
    return document_screen(t, shown, document)


@routes.button(DeleteCompany)
async def delete(
    chat: ChatContext, t: Texts, button: DeleteCompany, companies: Companies, services: Services
) -> Screen:
    """What is lost with a company; with a second tap it is deleted here."""
    kept = await companies.of(chat.person.user_id)
    company = next((each for each in kept.companies if each.id == button.company), None)
    if company is None:
        return gone_screen(t)
    if button.sure is None:
        return delete_screen(t, await told(chat, company, services))
    chat.unit_of_work.add(companies.deleting(company))
    chat.changes.note = say("Deleted here: {name}", name=company.name)
    left = tuple(each for each in kept.companies if each.id != company.id)
    return companies_screen(t, Kept(left, kept.unreadable))


@routes.button(PlanChanges)
async def plan(chat: ChatContext, t: Texts, button: PlanChanges, companies: Companies, services: Services) -> Screen:
    """The plan of telling SMSC what changed, for each name that uses a company."""
    company = await companies.load(chat.person.user_id, button.company)
    return await offered_changes(chat, t, company, services) if company is not None else gone_screen(t)


@routes.notice(REMINDER)
async def ending(
    chat: ChatContext, t: Texts, companies: Companies, notifications: Notifications, clock: Clock
) -> Screen | None:
    """Which documents end soon, of all companies together; in quiet hours it waits for their end."""
    service, person, now = chat.scope.account.service.name if chat.scope else "", chat.person.user_id, clock.now()
    wanted = await notifications.load(person, service)
    kept = (await companies.of(person)).companies
    if wanted.is_quiet(now) and not chat.among_others:
        chat.unit_of_work.add(companies.told(person, kept, wanted.zone, wanted.morning(now)))
        return None
    due = [
        (company, document)
        for company in kept
        for document in company.documents
        if document.passed(now, wanted.zone) != document
    ]
    chat.unit_of_work.add(companies.told(person, kept, wanted.zone))
    due.sort(key=lambda each: str(each[1].ends))
    return ending_screen(t, due, now, wanted.zone) if due else None
