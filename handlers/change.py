"""Change a name: its comment, its operators, the company's data, more documents.

card ─▶ [Change] ─▶ comment ─▶ operators, company, documents ─▶ [fee] ─▶ summary ─▶ sent ─▶ receipt
/change PARUS, /change 12345: by name or by SMSC's number
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.accounts import Scope
from bot.actions.companies import at_hand, remember_known
from bot.actions.inspection import inspect
from bot.actions.sending import send
from bot.clock import Clock
from bot.companies import Companies
from bot.conversation.callback import if_it_fits
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.screen import Screen
from bot.conversation.step import SKIPPED, Answers, Hint
from bot.locales import Phrase, Texts, say
from bot.registration import papers
from bot.registration.company_fields import remembered
from bot.registration.consent import CONSENT, without_consent
from bot.registration.facts import RegistrationFacts
from bot.registration.programmes import act, chosen, notes
from bot.registration.requests import known_by, requests_of, values_of
from bot.registration.second_look import hints
from bot.registration.steps import steps
from bot.rights import Right
from bot.screens.buttons import ChangeName, ChangeThisName, ChooseOperators
from bot.screens.lookups import unfound, which
from bot.senders.known import KnownName
from bot.senders.listed import ByRef, Found
from bot.senders.listing import Listings
from bot.senders.operations import Operations
from bot.smsc import Catalogue, Command
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Reopened, Routes

NAME: Final = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts(RegistrationFacts):
    """As for a registration, and the name as it is known."""

    looked: ByRef

    @property
    def known(self) -> KnownName | None:
        """The name, None where it is gone."""
        return self.looked.known if isinstance(self.looked, Found) else None


def routes(catalogue: Catalogue) -> Routes:
    """The ways into the conversation, for this catalogue."""
    table = Routes()
    table.command("change")(by_word)
    table.button(ChangeThisName, needs=Right.PREPARE)(by_word)
    table.button(ChangeName, needs=Right.PREPARE)(begin)
    table.button(ChooseOperators, needs=Right.PREPARE)(with_operators)
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


def flow(catalogue: Catalogue) -> Flow[Any]:
    """The steps, as the catalogue has them."""
    return Flow(
        name=NAME,
        version=1,
        title=say("Change a name"),
        send=say("Change it"),
        hints=_hints,
        notes=lambda answers, facts: (_which(facts), *_costs(answers, facts)),
        subject=lambda _answers, facts: _which(facts),
        steps=(*steps(catalogue, of_a_new_name=False), CONSENT),
    )


def _costs(answers: Answers, facts: ChangeFacts) -> Sequence[Phrase]:
    """What it costs; where no operator is chosen, nothing is registered, and nothing is to be said."""
    return notes(answers, facts) if chosen(answers) else ()


def _hints(answers: Answers, facts: ChangeFacts) -> Sequence[Hint]:
    known = facts.known
    return hints(known.name, answers, facts, len(known.state.documents)) if known is not None else ()


def _which(facts: ChangeFacts) -> Phrase:
    return say("The name: <b>{name}</b>.", name=facts.known.title if facts.known else "?")


async def begin(
    chat: ChatContext, t: Texts, button: ChangeName, scope: Scope, listings: Listings, forms: Forms
) -> Screen:
    """Opens the form for the name on a card."""
    looked = await listings.by_ref(scope, button.ref)
    return await opened(chat, forms, looked.known) if isinstance(looked, Found) else unfound(t, looked)


async def with_operators(
    chat: ChatContext, t: Texts, button: ChooseOperators, scope: Scope, listings: Listings, forms: Forms
) -> Screen:
    """The same form, straight at the operators: the comment stays as it is."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    return await forms.begin(chat, NAME, {"ref": looked.known.ref, "comment": SKIPPED})


async def by_word(
    chat: ChatContext,
    t: Texts,
    scope: Scope,
    listings: Listings,
    forms: Forms,
    word: str = "",
    button: ChangeThisName | None = None,
) -> Screen:
    """Opens the form for a name that was typed, or SMSC's number of one."""
    word = button.word if button is not None else word
    if not word:
        return which(t, "change")
    looked = await listings.by_word(scope, word)
    if isinstance(looked, Found):
        return await opened(chat, forms, looked.known)
    return unfound(t, looked, word, if_it_fits(ChangeThisName, word), ChangeName)


async def opened(chat: ChatContext, forms: Forms, known: KnownName) -> Screen:
    """The form for this name."""
    return await forms.begin(chat, NAME, {"ref": known.ref})


async def facts(
    chat: ChatContext,
    draft: Draft,
    catalogue: Catalogue,
    clock: Clock,
    scope: Scope,
    listings: Listings,
    companies: Companies,
    operations: Operations,
) -> ChangeFacts:
    """The catalogue, the time, the company, and the name."""
    looked = await listings.by_ref(scope, draft.answers.get("ref"))
    known = looked.known if isinstance(looked, Found) else None
    sent = papers.of_draft(draft, known.name, len(known.state.documents)) if known is not None else {}
    kept = await at_hand(chat, companies, operations)
    return ChangeFacts(
        catalogue,
        clock.now(),
        chat.person.company,
        papers=sent,
        companies=kept,
        told=chat.t.label,
        home=scope.account.service.country,
        looked=looked,
    )


async def finish(
    chat: ChatContext,
    t: Texts,
    draft: Draft,
    answers: Answers,
    facts: ChangeFacts,
    scope: Scope,
    operations: Operations,
) -> Screen | Reopened | None:
    """Plans the request, by SMSC's number where it is known, by name otherwise."""
    if not isinstance(facts.looked, Found):
        return unfound(t, facts.looked)
    known = facts.looked.known
    named = known_by(known)
    own: dict[str, Any] = {**named}
    if answers.get("comment"):
        own["cmt"] = answers["comment"]
    changed = values_of(facts.catalogue, Command.CHG, answers)
    if not (changed or answers.get("comment") or answers.get("documents")):
        return Reopened("comment", say("Nothing is to be changed yet: change at least one thing."))
    company = remembered(chat.person.company, facts.catalogue, answers)
    chat.changes.person = replace(chat.person, company=company)
    requests = requests_of(
        Command.CHG,
        known.name,
        own,
        answers,
        facts,
        without_consent(draft),
        known_by=named,
        t=t,
        documents_before=len(known.state.documents),
    )
    return await send(chat, t, scope, operations, draft, requests)
