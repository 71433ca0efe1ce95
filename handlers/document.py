"""Send documents for a name.

card ─▶ [Send a document] ─▶ files or photos, a text after one says what it is ─▶ summary ─▶ sent ─▶ receipt
/document ─▶ which name? ─▶ …          /document PARUS ─▶ …
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

from bot.accounts import Scope
from bot.actions import inspection
from bot.actions.conversations import DOCUMENT
from bot.actions.sending import send
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.inputs import Input, TextInput, one_line
from bot.conversation.screen import Screen
from bot.conversation.step import Answers, Choice, Json, Problem, Step
from bot.locales import Phrase, Texts, say, verbatim
from bot.reading.dress import bare
from bot.registration import papers
from bot.registration.documents import document_step
from bot.registration.facts import RegistrationFacts
from bot.registration.papers import Paper
from bot.registration.requests import requests_of
from bot.rights import Right
from bot.screens.buttons import SendDocument
from bot.screens.lookups import not_listed, unfound
from bot.screens.names import name_label
from bot.screens.problems import not_known, problem
from bot.senders.known import KnownName
from bot.senders.listed import Found, Lookup, Names, NotHad, NotListed, Several
from bot.senders.listing import Listings, parts
from bot.senders.operations import Operations
from bot.smsc import Catalogue, Command
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Reopened, Routes, plain
from bot.telegram.services import Services

routes: Final = Routes()

_TITLES_MOST: Final = 4


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The names offered first, what the list says of the one that was typed or tapped, and the documents."""

    likely: Names
    looked: Lookup | None
    papers: Mapping[str, Paper] = field(default_factory=dict)

    @property
    def known(self) -> KnownName | None:
        """The name that is meant, where it is known."""
        return self.looked.known if isinstance(self.looked, Found) else None


def _choices(_answers: Answers, facts: DocumentFacts) -> Sequence[Choice]:
    return [Choice(str(each.ref), verbatim(name_label(each)), each.title) for each in facts.likely.names]


def _ask_name(_answers: Answers, facts: DocumentFacts) -> Phrase:
    if facts.likely.problem is not None and not facts.likely.names:
        return say(
            "For which name? Type it as SMSC spells it: its list could not be had. {problem}",
            problem=problem(facts.likely.problem),
        )
    return say("For which name? Tap one, or type it.")


def _read_name(received: Input, _answers: Answers, _facts: DocumentFacts) -> Json | Problem:
    text = bare(one_line(received))
    if not 1 <= len(text) <= 64:
        return Problem(say("Please type a name."))
    return text


def _which(answers: Answers, facts: DocumentFacts) -> Sequence[Phrase]:
    """What is not certain about the name."""
    match facts.looked:
        case NotHad() as looked:
            return (
                say(
                    "⚠️ Whether the name is in SMSC's list is not known: {problem} The document is sent for"
                    " the name as you typed it; SMSC refuses it if there is no such name.",
                    problem=not_known(looked),
                ),
            )
        case NotListed() | Several():
            why = _not_one(facts.looked, answers.get("name") or "")
            return (say("⚠️ {problem} Change it before sending.", problem=why),)
        case _:
            return ()


def _not_one(looked: NotListed | Several, word: str) -> Phrase:
    """Why a word names no name, or not one alone."""
    if isinstance(looked, NotListed):
        return not_listed(looked, word)
    told = reduce(
        lambda first, rest: say("{first}, {rest}", first=first, rest=rest),
        [verbatim(each.title) for each in looked.names[:_TITLES_MOST]],
    )
    return say("Several names fit “{name}”: {names}.", name=word[:64], names=told)


FLOW: Final = Flow[DocumentFacts](
    name=DOCUMENT,
    version=1,
    title=say("Send documents"),
    send=say("Send them"),
    notes=_which,
    about=lambda answers: answers.get("name") or "",
    steps=(
        Step(
            key="name",
            label=say("Name"),
            ask=_ask_name,
            read=_read_name,
            choices=_choices,
        ),
        document_step(
            optional=False,
            ask=lambda answers: say(
                "Send the document for <b>{name}</b>: a file or a photo, at most 3 MB: JPG, TIF, PDF, PNG, ZIP, RAR."
                " After it, type what it is.",
                name=answers.get("name", "…"),
            ),
            more=lambda answers: say(
                "Anything more for <b>{name}</b>? Send it, or tap “Done”. A text you type describes the last one.",
                name=answers.get("name", "…"),
            ),
        ),
    ),
)


@routes.command("document")
@routes.deep_link("document")
@routes.button(SendDocument, needs=Right.PREPARE)
async def begin(
    chat: ChatContext,
    t: Texts,
    scope: Scope,
    listings: Listings,
    forms: Forms,
    word: str = "",
    button: SendDocument | None = None,
) -> Screen:
    """Opens the form, for a name that was tapped or typed, or for one that is asked for."""
    if button is not None and button.ref is not None:
        looked = await listings.by_ref(scope, button.ref)
        if not isinstance(looked, Found):
            return unfound(t, looked)
        return await forms.begin(chat, DOCUMENT, {"name": looked.known.title})
    if not word:
        return await forms.begin(chat, DOCUMENT)
    listed = _listed(word, await listings.by_word(scope, word))
    if isinstance(listed, Phrase):
        return (await forms.begin(chat, DOCUMENT)).with_note(t("⚠️ {problem}", problem=listed))
    return await forms.begin(chat, DOCUMENT, {"name": listed})


async def inspect(
    received: Input,
    draft: Draft,
    scope: Scope,
    listings: Listings,
    chat: ChatContext,
    services: Services,
) -> Input | Phrase:
    """Looks up a name that was typed, and into a file, before they are taken."""
    if not isinstance(received, TextInput) or ("name" in draft.answers and draft.editing != "name"):
        return await inspection.inspect(chat, received, services)
    word = bare(one_line(received))
    listed = _listed(word, await listings.by_word(scope, word))
    return listed if isinstance(listed, Phrase) else replace(received, text=listed)


def _listed(word: str, looked: Lookup) -> str | Phrase:
    """The name that a word means, as it stands in the list; where there is no list to be had, the word is believed."""
    match looked:
        case Found(known):
            return known.title
        case NotHad():
            return word
        case _:
            return say("{problem} Tap one, or type it as it stands there.", problem=_not_one(looked, word))


async def facts(draft: Draft, scope: Scope, listings: Listings) -> DocumentFacts:
    """The names that wait come first."""
    name = draft.answers.get("name")
    looked = await listings.by_word(scope, name) if name else None
    facts = DocumentFacts(Names((), None) if name else await listings.likely(scope), looked)
    known = facts.known
    before = len(known.state.documents) if known is not None else 0
    called = known.name if known is not None else parts(name)[0] if name else None
    return replace(facts, papers=papers.of_draft(draft, called, before))


async def finish(
    chat: ChatContext,
    t: Texts,
    draft: Draft,
    answers: Answers,
    facts: DocumentFacts,
    scope: Scope,
    operations: Operations,
    catalogue: Catalogue,
) -> Screen | Reopened | None:
    """Plans a request for each document, one after the other; without a list, by the spelling of the name."""
    known = facts.known
    if known is None and not isinstance(facts.looked, NotHad):
        word = answers["name"]
        why = _not_one(facts.looked, word) if isinstance(facts.looked, NotListed | Several) else say("Which name?")
        return Reopened("name", say("{problem} Tap one, or type it as it stands there.", problem=why))
    name, number = (known.name, known.id) if known is not None else parts(answers["name"])
    named: dict[str, Any] = {"id": number} if number is not None else {"sender": name}
    requests = requests_of(
        Command.CHG,
        name,
        named,
        {"documents": answers["documents"]},
        RegistrationFacts(catalogue, 0.0),
        draft.to_json(),
        known_by=named,
        t=t,
        documents_before=len(known.state.documents) if known is not None else None,
    )
    return await send(chat, t, scope, operations, draft, requests)


routes.conversation(FLOW, facts=facts, finish=finish, inspect=inspect, act=plain, needs=Right.PREPARE)
