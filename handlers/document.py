"""Send documents for a name.

card ─▶ [Send a document] ─▶ files or photos, a text after one says what it is ─▶ summary ─▶ sent ─▶ receipt
/document ─▶ which name? ─▶ …          /document PARUS ─▶ …
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.accounts import Scope
from bot.conversation.flow import Answers, Choice, Draft, Flow, Json, Problem, Step
from bot.conversation.given import Given, GivenText, one_line
from bot.conversation.screen import Screen
from bot.conversation.tap import Tap
from bot.locales import Phrase, Texts, say, verbatim
from bot.quotas import Quotas
from bot.senders.known import KnownName
from bot.senders.listing import Listings
from bot.senders.operations import Operations
from bot.smsc import Catalogue, Command
from bot.telegram.forms import Forms
from bot.telegram.panel import Panel
from bot.telegram.routes import Reopened, Routes
from bot.telegram.talk import Talk
from bot.telegram.workshop import Workshop
from handlers import inspection, receipts, registration
from handlers.card import missing
from handlers.change import known_by
from handlers.inspection import Fetch
from handlers.registration import RegistrationFacts
from handlers.words import MARKS

routes: Final = Routes()

NAME: Final = "document"


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The names that are offered first, and the one that is meant, by what was typed or tapped."""

    likely: tuple[KnownName, ...]
    known: KnownName | None


def _choices(_answers: Answers, facts: DocumentFacts) -> Sequence[Choice]:
    return [Choice(str(each.ref), verbatim(f"{MARKS[each.state]} {each.name}"), each.name) for each in facts.likely]


def _read_name(given: Given, _answers: Answers, _facts: DocumentFacts) -> Json | Problem:
    text = one_line(given)
    if not 1 <= len(text) <= 64:
        return Problem(say("Please type a name."))
    return text


def _which(_answers: Answers, facts: DocumentFacts) -> Sequence[Phrase]:
    return () if facts.known is not None else (say("⚠️ That name is not in the list: change it before sending."),)


FLOW: Final = Flow[DocumentFacts](
    name=NAME,
    version=1,
    title=say("Send documents"),
    send=say("Send them"),
    notes=_which,
    about=lambda answers: answers.get("name") or "",
    steps=(
        Step(
            key="name",
            label=say("Name"),
            ask=lambda _answers, _facts: say("For which name? Tap one, or type it."),
            read=_read_name,
            choices=_choices,
        ),
        registration.document_step(
            optional=False,
            ask=lambda answers: say(
                "Send the document for <b>{name}</b>: a file or a photo, at most 3 MB: JPG, TIF, PDF, PNG, ZIP, RAR."
                " After it, type what it is.",
                name=answers.get("name", "…"),
            ),
            more=lambda answers: say(
                "Anything more for <b>{name}</b>? Send it, or tap “Done”. A text now says what the last one is.",
                name=answers.get("name", "…"),
            ),
        ),
    ),
)


@routes.command("document")
@routes.payload("document")
@routes.tap("document")
async def begin(talk: Talk, t: Texts, tap: Tap, word: str, scope: Scope, listings: Listings, forms: Forms) -> Screen:
    """Opens the form, for a name that was tapped or typed, or for one that is asked for."""
    ref = tap.number(0)
    if ref is not None:
        known = await listings.by_ref(scope, ref)
        return missing(t) if known is None else await forms.begin(talk, NAME, {"name": known.name})
    if not word:
        return await forms.begin(talk, NAME)
    listed = await _listed(word, scope, listings)
    if isinstance(listed, Phrase):
        return (await forms.begin(talk, NAME)).with_note(t("⚠️ {problem}", problem=listed))
    return await forms.begin(talk, NAME, {"name": listed})


async def inspect(
    given: Given,
    draft: Draft,
    scope: Scope,
    listings: Listings,
    fetch: Fetch,
    talk: Talk,
    t: Texts,
    panel: Panel,
    workshop: Workshop,
    quotas: Quotas,
) -> Given | Phrase:
    """Looks up a name that was typed, and into a file, before they are taken."""
    if not isinstance(given, GivenText) or ("name" in draft.answers and draft.editing != "name"):
        return await inspection.inspect(given, fetch, talk, t, panel, workshop, quotas)
    listed = await _listed(one_line(given), scope, listings)
    return listed if isinstance(listed, Phrase) else replace(given, text=listed)


async def _listed(word: str, scope: Scope, listings: Listings) -> str | Phrase:
    """The name that a word means, as it stands in the list; where there is no list to be had, the word is believed."""
    known = await listings.by_word(scope, word)
    if known is not None:
        return known.name
    if await listings.taken(scope):
        return say("“{name}” is not in the list. Tap one, or type it as it stands there.", name=word[:64])
    return word


async def facts(draft: Draft, scope: Scope, listings: Listings) -> DocumentFacts:
    """The names that wait come first."""
    name = draft.answers.get("name")
    known = await listings.by_word(scope, name) if name else None
    return DocumentFacts(() if name else await listings.likely(scope), known)


async def finish(
    talk: Talk,
    t: Texts,
    draft: Draft,
    answers: Answers,
    facts: DocumentFacts,
    scope: Scope,
    operations: Operations,
    catalogue: Catalogue,
) -> Screen | Reopened | None:
    """Plans a request for each document, one after the other."""
    known = facts.known
    if known is None:
        return Reopened("name", say("That name is not in the list. Tap one, or type it as it stands there."))
    named: dict[str, Any] = known_by(known)
    requests = registration.requests(
        Command.CHG,
        known.name,
        named,
        {"documents": answers["documents"]},
        RegistrationFacts(catalogue, 0.0),
        draft.to_json(),
        known_by=named,
        documents_before=len(known.documents),
    )
    return await receipts.send(talk, t, scope, operations, draft, requests)


routes.conversation(FLOW, facts=facts, finish=finish, inspect=inspect)
