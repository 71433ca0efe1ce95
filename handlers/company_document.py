"""A document of a company: the file, what it is, and until when it is valid.

the card of a company ─▶ [Add a document] ─▶ file ─▶ kind ─▶ description ─▶ until when ─▶ kept
a document ─▶ [Another file] ─▶ as above, in its place      [✎ What, until when] ─▶ the same without the file
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.actions.companies import company_card, zone_of
from bot.actions.conversations import COMPANY_DOCUMENT
from bot.actions.inspection import inspect
from bot.clock import Clock
from bot.companies import DOCUMENTS_MOST, Companies, Company, CompanyDocument, DocumentKind, today
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.inputs import AlbumInput, FileInput, Input, TextInput, one_line
from bot.conversation.screen import Screen
from bot.conversation.step import Answers, Choice, Json, Problem, Step
from bot.locales import Phrase, Texts, say, verbatim
from bot.reading.fields import day_in
from bot.registration.documents import doubt_told, read_document
from bot.registration.facts import TEXT_MOST
from bot.screens.buttons import AddCompanyPaper
from bot.screens.companies import KINDS, gone_screen
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Reopened, Routes
from bot.telegram.services import Services
from bot.watch.quiet import Notifications

routes: Final = Routes()


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """The company, None where it is gone, and which day it is where the person is."""

    company: Company | None
    today: date


def _which(_answers: Answers, facts: PaperFacts) -> Phrase | None:
    return say("Company: <b>{name}</b>", name=facts.company.name) if facts.company is not None else None


def _read_file(received: Input, answers: Answers, facts: PaperFacts) -> Json | Problem:
    document = read_document(received, answers, facts)
    if isinstance(document, Problem):
        return document
    others = facts.company.documents if facts.company is not None else ()
    same = next((each for each in others if each.sha256 and each.sha256 == document["sha256"]), None)
    if same is not None and same.number != answers.get("number"):
        return Problem(say("This file is kept already: {name}", name=same.name))
    doubt = doubt_told(document)
    return document if doubt is None else Problem(doubt, (document,))


def _kinds(_answers: Answers, _facts: PaperFacts) -> Sequence[Choice]:
    return [Choice(each.value, KINDS[each], each.value) for each in DocumentKind]


def _read_description(received: Input, _answers: Answers, _facts: PaperFacts) -> Json | Problem:
    text = one_line(received)
    if not 2 <= len(text) <= TEXT_MOST:
        return Problem(say("This takes 2 to {most} characters.", most=TEXT_MOST))
    return text


def _read_end(received: Input, _answers: Answers, facts: PaperFacts) -> Json | Problem:
    day = day_in(received.text) if isinstance(received, TextInput) else None
    if day is None:
        return Problem(say("A day looks like 24.11.2026."))
    if day < facts.today:
        return Problem(say("{day} is over already: operators do not take such a document.", day=f"{day:%d.%m.%Y}"))
    return day.isoformat()


FLOW: Final = Flow[PaperFacts](
    name=COMPANY_DOCUMENT,
    version=1,
    title=say("Company document"),
    send=say("Save"),
    summary=False,
    scoped=False,
    sends=False,
    subject=_which,
    steps=(
        Step(
            key="file",
            label=say("File"),
            ask=lambda _answers, _facts: say(
                "Send the file or a photo, at most 3 MB: JPG, TIF, PDF, PNG, ZIP, RAR. It stays at Telegram and goes"
                " along with each name that you register with this company."
            ),
            takes=(FileInput, AlbumInput),
            read=_read_file,
            show=lambda value, _facts: verbatim(value["name"]),
        ),
        Step(
            key="kind",
            label=say("Kind"),
            ask=lambda _answers, _facts: say("What is it?"),
            takes=(),
            choices=_kinds,
            show=lambda value, _facts: KINDS[DocumentKind(value)],
        ),
        Step(
            key="description",
            label=say("Description"),
            ask=lambda _answers, _facts: say("How shall it be described to the moderator? Skip it to send its kind."),
            example=say("Trademark certificate No. 12345"),
            read=_read_description,
            optional=True,
            suggest=lambda answers, _facts: (answers.get("file") or {}).get("description"),
        ),
        Step(
            key="ends",
            label=say("Valid until"),
            ask=lambda _answers, _facts: say("Until which day is it valid? I remind you 30 and 7 days before."),
            example=verbatim("31.12.2027"),
            read=_read_end,
            show=lambda value, _facts: verbatim(f"{date.fromisoformat(value):%d.%m.%Y}"),
            optional=True,
            skip=say("It does not end"),
        ),
    ),
)


@routes.button(AddCompanyPaper)
async def begin(chat: ChatContext, t: Texts, button: AddCompanyPaper, companies: Companies, forms: Forms) -> Screen:
    """Asks for a document of a company."""
    company = await companies.load(chat.person.user_id, button.company)
    if company is None:
        return gone_screen(t)
    return await forms.begin(chat, FLOW.name, {"company": company.id, "number": button.number}, anew=True)


async def facts(
    chat: ChatContext, draft: Draft, companies: Companies, clock: Clock, notifications: Notifications
) -> PaperFacts:
    """The company, and the day."""
    company = await companies.load(chat.person.user_id, draft.answers.get("company"))
    return PaperFacts(company, today(clock.now(), await zone_of(chat, notifications)))


async def finish(
    chat: ChatContext, t: Texts, draft: Draft, answers: Answers, facts: PaperFacts, services: Services
) -> Screen | Reopened:
    """Keeps the document, in the place of the one that it replaces."""
    company, number = facts.company, int(draft.answers.get("number") or 0)
    if company is None:
        return gone_screen(t)
    if company.document(number) is None:
        if len(company.documents) >= DOCUMENTS_MOST:
            return Reopened("file", say("A company has at most {most} documents.", most=DOCUMENTS_MOST))
        number = company.next_number
    kind = DocumentKind(answers["kind"])
    description = answers.get("description") or (t.label(KINDS[kind]) if kind is not DocumentKind.OTHER else None)
    file = {**answers["file"], "description": description, "shown": None, "sources": []}
    ends = date.fromisoformat(answers["ends"]) if answers.get("ends") else None
    zone, now = await zone_of(chat, services.notifications), services.clock.now()
    document = CompanyDocument(number, file, kind, ends).passed(now, zone)
    company = company.with_document(document)
    chat.unit_of_work.add(services.companies.saving(company, zone))
    chat.changes.note = say("📎 Kept: {name}", name=document.name)
    return await company_card(chat, t, company, services, changed=True)


routes.conversation(FLOW, facts=facts, finish=finish, inspect=inspect)
