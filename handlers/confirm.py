"""Confirm a number as a sender name (a digital name), by a code that SMSC sends to it.

    number ─▶ summary ─▶ [added] ─▶ a code is sent ─▶ code ─▶ confirmed
                 │  └▶ sent within 8 hours: when again ─▶ [Remind me] [Enter the code]
                 └▶ [from which name] [which site]: both seldom asked for, from the summary only

Buttons and reminders about a code carry the id of the request that sent it: they act for its account, or ask first.

`site` of the API has two meanings; here it is only the active name that the code comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.accounts import Accounts, Scope
from bot.actions.codes import sent_by
from bot.actions.conversations import CONFIRM
from bot.actions.resuming import go_on, scope_of, whose_line
from bot.actions.sending import send
from bot.clock import Clock, left
from bot.company import site_is_right
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.form import home_button
from bot.conversation.inputs import ContactInput, Input, TextInput
from bot.conversation.screen import Button, Screen, Style
from bot.conversation.step import Answers, Choice, Json, Problem, Step
from bot.locales import Phrase, Texts, moment, say, verbatim
from bot.reading.dress import bare, one_line
from bot.reading.fields import site_in
from bot.reading.numbers import number_in
from bot.registration.spelling import read_number
from bot.rights import Right
from bot.screens.buttons import ConfirmNumber, RemindOfCode, SendCodeAgain, Way
from bot.screens.lookups import unfound
from bot.screens.operations import (
    elsewhere_screen,
    enter_button,
    forgotten_screen,
    no_such,
    remind_button,
)
from bot.screens.problems import not_known
from bot.senders.listed import Found, NotHad, NotListed
from bot.senders.listing import Listings
from bot.senders.operation import Operation, Request
from bot.senders.operations import Operations
from bot.smsc import Command, ErrorKind
from bot.smsc.errors import CODE_AGAIN_SECONDS
from bot.storage.operations import OperationState
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Routes, plain

routes: Final = Routes()

REMINDER: Final = "code_again"


@dataclass(frozen=True, slots=True)
class ConfirmFacts:
    """The active names of letters, which a code may come from, and what the list says of the number.

    `listed` is None where nobody knows: `why` says why.
    """

    active: tuple[str, ...]
    listed: bool | None = True
    why: Phrase | None = None


def _words_of(received: Input) -> str:
    return (
        received.phone
        if isinstance(received, ContactInput)
        else received.text
        if isinstance(received, TextInput)
        else ""
    )


def _read_number(received: Input, _answers: Answers, _facts: ConfirmFacts) -> Json | Problem:
    return read_number(_words_of(received))


def _read_as(received: Input) -> Phrase | None:
    """A word on a number that was typed as it is dialled inside the country."""
    typed = _words_of(received)
    number = number_in(typed)
    return say("I read {typed} as +{number}.", typed=one_line(typed), number=number.digits) if number.dialled else None


def _sites(_answers: Answers, facts: ConfirmFacts) -> Sequence[Choice]:
    return [Choice(str(n), verbatim(each), each) for n, each in enumerate(facts.active)]


def _read_site(received: Input, _answers: Answers, facts: ConfirmFacts) -> Json | Problem:
    text = bare(one_line(received.text)) if isinstance(received, TextInput) else ""
    if text in facts.active or (facts.active and len(facts.active) >= _SITES_MOST and 0 < len(text) <= 11):
        return text
    return Problem(say("The code can come only from an active name of yours. Tap one, or skip this."))


def _read_site_name(received: Input, _answers: Answers, _facts: ConfirmFacts) -> Json | Problem:
    text = site_in(received.text) if isinstance(received, TextInput) else ""
    if not site_is_right(text):
        return Problem(say("That is no web address. It looks like example.com or https://example.com/shop."))
    return text


def _notes(_answers: Answers, facts: ConfirmFacts) -> Sequence[Phrase]:
    if facts.why is not None:
        return (
            say(
                "⚠️ Whether the number is in your list is not known: {problem} The code is asked for all the same; SMSC"
                " refuses that where it does not know the number.",
                problem=facts.why,
            ),
        )
    if facts.listed:
        return ()
    return (say("The number is not in your list yet: it is added first, then the code is sent."),)


_SITES_MOST: Final = 8

FLOW: Final = Flow[ConfirmFacts](
    name=CONFIRM,
    version=1,
    title=say("Confirm a number"),
    send=say("Send the code"),
    notes=_notes,
    about=lambda answers: str(answers.get("number") or ""),
    steps=(
        Step(
            key="number",
            label=say("Number"),
            ask=lambda _answers, _facts: say("Which number should become a sender name? Type it, or share a contact."),
            example=verbatim("77011234567"),
            takes=(ContactInput, TextInput),
            read=_read_number,
        ),
        Step(
            key="site",
            label=say("Code sent from"),
            ask=lambda _answers, _facts: say(
                "From which of your names shall the code come? Skip this for SMSC's own name."
            ),
            read=_read_site,
            choices=_sites,
            applies=lambda _answers, facts: bool(facts.active),
            optional=True,
            skipped=lambda _answers, _facts: say("SMSC's own name"),
            quiet=True,
        ),
        Step(
            key="site_name",
            label=say("Site in the text"),
            ask=lambda _answers, _facts: say("Which site shall the SMS with the code mention? You can skip this."),
            example=verbatim("romashka.example"),
            read=_read_site_name,
            optional=True,
            quiet=True,
        ),
    ),
)


@routes.command("confirm")
@routes.deep_link("confirm")
async def begin(chat: ChatContext, word: str, forms: Forms) -> Screen:
    """Opens the form, with the number where the command carries it."""
    return await _begun(chat, forms, word) if word else await forms.begin(chat, CONFIRM)


@routes.button(ConfirmNumber, needs=Right.PREPARE)
async def begin_tapped(
    chat: ChatContext,
    t: Texts,
    button: ConfirmNumber,
    scope: Scope,
    listings: Listings,
    operations: Operations,
    accounts: Accounts,
    forms: Forms,
) -> Screen:
    """Opens the form for the number of a button, or of the card that the button stands on.

    A number that another account or subclient had a code sent to may be meant there: asked, unless it is listed here.
    """
    if isinstance(button.where, int):
        looked = await listings.by_ref(scope, button.where)
        return await _begun(chat, forms, looked.known.name) if isinstance(looked, Found) else unfound(t, looked)
    number = button.number
    if number is None:
        return await forms.begin(chat, CONFIRM)
    if button.where is None and await listings.at_hand(scope, number) is None:
        sent = await operations.journal.newest(chat.person.user_id, Command.SEND_CODE, number, scope)
        made_for = await scope_of(sent, chat.person.user_id, accounts) if sent is not None else None
        if sent is not None and made_for is not None and not sent.belongs_to(scope):
            return elsewhere_screen(t, sent, made_for, scope, Way.RESEND, here=ConfirmNumber(number, "here"))
    return await _begun(chat, forms, number)


async def _begun(chat: ChatContext, forms: Forms, number: str) -> Screen:
    received = TextInput(number)
    chat.changes.note = _read_as(received)
    return await forms.begin(chat, CONFIRM, received=received)


async def inspect(chat: ChatContext, received: Input, draft: Draft) -> Input:
    """Says how a number was read."""
    if "number" not in draft.answers or draft.editing == "number":
        chat.changes.note = chat.changes.note or _read_as(received)
    return received


async def facts(draft: Draft, scope: Scope, listings: Listings) -> ConfirmFacts:
    """The active names, and what the list says of the number."""
    number = draft.answers.get("number")
    looked = await listings.by_word(scope, number) if number else None
    active = tuple(each.name for each in (await listings.active_letters(scope, _SITES_MOST)).names)
    if isinstance(looked, NotHad):
        return ConfirmFacts(active, None, not_known(looked))
    return ConfirmFacts(active, not isinstance(looked, NotListed))


async def finish(
    chat: ChatContext,
    t: Texts,
    draft: Draft,
    answers: Answers,
    facts: ConfirmFacts,
    scope: Scope,
    operations: Operations,
    clock: Clock,
) -> Screen | None:
    """Plans the code; where one was sent less than 8 hours ago, says when the next one may go."""
    number: str = answers["number"]
    sent = await last_sent(operations, scope, number)
    now = clock.now()
    if sent is not None and (at := next_after(sent, now)) > now:
        return wait_screen(t, sent, at)
    values = {"sender": number, **{key: answers[key] for key in ("site", "site_name") if answers.get(key)}}
    requests = [Request(Command.SEND_CODE, number, values, draft=draft.to_json())]
    if facts.listed is False:  # a code goes only to a name that SMSC knows
        added = {"sender": number, "cmt": number}
        requests.insert(0, Request(Command.ADD, number, added, draft=draft.to_json()))
    return await send(chat, t, scope, operations, draft, requests)


routes.conversation(FLOW, facts=facts, finish=finish, inspect=inspect, act=plain, needs=Right.PREPARE)


async def last_sent(operations: Operations, scope: Scope, number: str) -> Operation | None:
    """The request that had the newest code sent to this number; None: nothing is known of one."""
    for each in await operations.journal.history(scope, name=number, limit=50):
        if each.command is not Command.SEND_CODE:
            continue
        too_soon = each.answer.error_kind is ErrorKind.CODE_ALREADY_SENT
        if too_soon or each.state in {OperationState.DONE, OperationState.UNCLEAR}:
            return each
    return None


def next_after(sent: Operation, now: float) -> float:
    """When the next code may be sent (epoch seconds, by the clock as it is set `now`)."""
    return now + left(now, sent.changed + CODE_AGAIN_SECONDS, sent.changed)


def wait_screen(t: Texts, sent: Operation, at: float) -> Screen:
    """A code was sent already; the next one may go `at`."""
    return Screen(
        t.lines(
            t(
                "A code was sent to <b>{number}</b> already. You can ask for the next one after 8 hours: {time}.",
                number=sent.name,
                time=moment(at),
            ),
            "",
            "Has the SMS arrived? Then enter its code.",
        ),
        (
            (enter_button(t, sent, Style.PRIMARY),),
            (remind_button(t, sent), home_button(t)),
        ),
    )


@routes.button(RemindOfCode)
async def remind(
    chat: ChatContext, t: Texts, button: RemindOfCode, operations: Operations, accounts: Accounts, clock: Clock
) -> Screen:
    """Promises a message when the next code may be sent; kept in the file, once a number."""
    meant = await sent_by(chat, button.number, button.operation, operations, accounts)
    if meant is None:
        return no_such(t)
    made_for = await scope_of(meant, chat.person.user_id, accounts)
    if made_for is None:
        return forgotten_screen(t)
    sent = await last_sent(operations, made_for, meant.name) or meant
    now = clock.now()
    at = next_after(sent, now)
    if at <= now:
        return again_screen(t, sent)
    chat.remind(REMINDER, {"number": sent.name, "operation": sent.id}, at, now, once_a="number")
    return promised_screen(t, sent, at)


@routes.notice(REMINDER)
async def reminded(
    chat: ChatContext, t: Texts, body: Mapping[str, Any], operations: Operations, accounts: Accounts
) -> Screen | None:
    """The promised message; none where the account was forgotten in the meantime."""
    meant = await sent_by(chat, body["number"], body.get("operation"), operations, accounts)
    made_for = await scope_of(meant, chat.person.user_id, accounts) if meant is not None else None
    if meant is None or made_for is None:
        return None
    screen = replace(again_screen(t, meant), lasting=True)
    line = await whose_line(t, made_for, await accounts.scope(chat.person), accounts)
    return screen if line is None else replace(screen, text=t.lines(screen.text, line))


@routes.button(SendCodeAgain)
async def resend(
    chat: ChatContext, t: Texts, button: SendCodeAgain, operations: Operations, accounts: Accounts, forms: Forms
) -> Screen:
    """Opens the form again for a number that a code was sent to; what counts is one's role there, not here."""
    meant = await sent_by(chat, button.number, button.operation, operations, accounts)
    return await go_on(chat, t, meant, Way.RESEND, accounts, operations, forms)


def again_screen(t: Texts, sent: Operation) -> Screen:
    """The next code may go."""
    button = Button(t.label("Send the code"), SendCodeAgain(sent.name, sent.id), Style.PRIMARY)
    return Screen(t("A code can be sent to <b>{number}</b> again now.", number=sent.name), ((button, home_button(t)),))


def promised_screen(t: Texts, sent: Operation, at: float) -> Screen:
    """A reminder was asked for."""
    return Screen(
        t("I will write to you at {time}.", time=moment(at)),
        ((enter_button(t, sent), home_button(t)),),
    )
