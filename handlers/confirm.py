"""Confirm a number as a sender name (a digital name), by a code that SMSC sends to it.

    number ─▶ [from which name] ─▶ [which site] ─▶ summary ─▶ [added] ─▶ a code is sent ─▶ code ─▶ confirmed
                                                     └▶ sent within 8 hours: when again ─▶ [Remind me] [Enter the code]

`site` of the API has two meanings; here it is only the active name that the code comes from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.accounts import Scope
from bot.clock import Clock
from bot.company import site_is_right
from bot.conversation.flow import Answers, Choice, Draft, Flow, Json, Problem, Step
from bot.conversation.form import home_button
from bot.conversation.given import Given, GivenContact, GivenText
from bot.conversation.screen import Button, Screen, Style
from bot.conversation.tap import Tap, tap
from bot.locales import Phrase, Texts, moment, say, say_n, verbatim
from bot.senders.listing import Listings
from bot.senders.operations import Operation, Operations, Request
from bot.smsc import Command, check_digits
from bot.smsc.catalogue import CODE_AGAIN_HOURS
from bot.storage.operations import OperationState
from bot.telegram.forms import Forms
from bot.telegram.routes import Routes
from bot.telegram.talk import Talk
from handlers import receipts
from handlers.add import problem_words

routes: Final = Routes()

SEND, CODE = "confirm", "code"
REMINDER: Final = "code_again"
_AGAIN_SECONDS: Final = CODE_AGAIN_HOURS * 3600.0
_CODE_AWAITED_SECONDS: Final = 24 * 3600.0
_CODE: Final = re.compile(r"(?<![\d+])\d{4,8}(?!\d)")
_NEAR: Final = re.compile(r"(?i)(?:код\w*|code)\D{0,40}(\d{4,8})(?!\d)")


@dataclass(frozen=True, slots=True)
class ConfirmFacts:
    """The active names of letters, which a code may come from, and whether the number is in the list already."""

    active: tuple[str, ...]
    listed: bool = True


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The number, and how many codes were wrong since the last one was sent."""

    number: str
    tries: int


def code_in(text: str) -> str | None:
    """The confirmation code in a text, typed alone or with the whole SMS around it; None where there is none."""
    near = _NEAR.search(text)
    if near:
        return near[1]
    found: list[str] = _CODE.findall(text)
    return found[0] if found else None


def _read_number(given: Given, answers: Answers, _facts: ConfirmFacts) -> Json | Problem:
    text = given.phone if isinstance(given, GivenContact) else given.text if isinstance(given, GivenText) else ""
    checked = check_digits(text)
    if checked.problems:
        return Problem(
            say("{problem} Send a phone number with its country code.", problem=problem_words(checked.problems[0]))
        )
    if checked.warnings and answers.get("number") != checked.value:
        offer = checked.suggestion or checked.value
        return Problem(say("{problem} Use it anyway?", problem=problem_words(checked.warnings[0])), offer)
    return checked.value


def _sites(_answers: Answers, facts: ConfirmFacts) -> Sequence[Choice]:
    return [Choice(str(n), verbatim(each), each) for n, each in enumerate(facts.active)]


def _read_site(given: Given, _answers: Answers, facts: ConfirmFacts) -> Json | Problem:
    text = given.text.strip() if isinstance(given, GivenText) else ""
    if text in facts.active or (facts.active and len(facts.active) >= _SITES_MOST and 0 < len(text) <= 11):
        return text
    return Problem(say("The code can come only from an active name of yours. Tap one, or skip this."))


def _read_site_name(given: Given, _answers: Answers, _facts: ConfirmFacts) -> Json | Problem:
    text = given.text.strip() if isinstance(given, GivenText) else ""
    if not site_is_right(text):
        return Problem(say("That is no web address. It looks like example.com or https://example.com/shop."))
    return text


def _notes(_answers: Answers, facts: ConfirmFacts) -> Sequence[Phrase]:
    return (
        () if facts.listed else (say("The number is not in your list yet: it is added first, then the code is sent."),)
    )


_SITES_MOST: Final = 8

FLOW: Final = Flow[ConfirmFacts](
    name=SEND,
    version=1,
    title=say("Confirm a number"),
    send=say("Send the code"),
    notes=_notes,
    steps=(
        Step(
            key="number",
            label=say("Number"),
            ask=lambda _answers, _facts: say("Which number should become a sender name? Type it, or share a contact."),
            example=verbatim("77011234567"),
            takes=(GivenContact, GivenText),
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
        ),
        Step(
            key="site_name",
            label=say("Site in the text"),
            ask=lambda _answers, _facts: say("Which site shall the text of the code name? You can skip this."),
            example=verbatim("romashka.example"),
            read=_read_site_name,
            optional=True,
        ),
    ),
)


@routes.command("confirm")
@routes.payload("confirm")
@routes.tap("confirm")
async def begin(talk: Talk, tap: Tap, word: str, forms: Forms) -> Screen:
    """Opens the form, with the number where a button or the command carries it."""
    number = word or tap.word(0)
    return await (forms.begin_given(talk, SEND, GivenText(number)) if number else forms.begin(talk, SEND))


async def facts(draft: Draft, scope: Scope, listings: Listings) -> ConfirmFacts:
    """The active names, and what the list says of the number."""
    number = draft.answers.get("number")
    known = await listings.by_word(scope, number) if number else None
    return ConfirmFacts(await listings.active_letters(scope, _SITES_MOST), known is not None)


async def finish(
    talk: Talk,
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
    again = await sent_until(operations, scope, talk.person.user_id, number)
    if again is not None and again > clock.now():
        return wait_screen(t, number, again)
    values = {"sender": number, **{key: answers[key] for key in ("site", "site_name") if answers.get(key)}}
    requests = [Request(Command.SEND_CODE, number, values, draft=draft.to_json())]
    if not facts.listed:  # a code goes only to a name that SMSC knows
        added = {"sender": number, "cmt": number}
        requests.insert(0, Request(Command.ADD, number, added, draft=draft.to_json()))
    return await receipts.send(talk, t, scope, operations, draft, requests)


routes.conversation(FLOW, facts=facts, finish=finish)


async def sent_until(operations: Operations, scope: Scope, user_id: int, number: str) -> float | None:
    """When the next code may be sent to this number (epoch seconds); None: nothing is known of a former one."""
    for each in await operations.history(scope, user_id, name=number, limit=50):
        if each.command is not Command.SEND_CODE:
            continue
        if each.state in {OperationState.DONE, OperationState.UNCLEAR} or each.answer.error == 10:
            return each.changed + _AGAIN_SECONDS
    return None


def wait_screen(t: Texts, number: str, again: float) -> Screen:
    """A code was sent already."""
    return Screen(
        t.lines(
            t(
                "A code was sent to <b>{number}</b> already. You can ask for the next one after 8 hours: {time}.",
                number=number,
                time=moment(again),
            ),
            "",
            "Has the SMS arrived? Then enter its code.",
        ),
        (
            (Button(t.label("Enter the code"), tap("code", number), Style.PRIMARY),),
            (Button(t.label("Remind me"), tap("remind", number)), home_button(t)),
        ),
    )


@routes.tap("remind")
async def remind(talk: Talk, t: Texts, tap: Tap, scope: Scope, operations: Operations, clock: Clock) -> Screen:
    """Promises a message when the next code may be sent; kept in the file."""
    number = tap.word(0)
    at = await sent_until(operations, scope, talk.person.user_id, number)
    if at is None or at <= clock.now():
        return again_screen(t, number)
    talk.remind(REMINDER, {"number": number}, at)
    return promised_screen(t, number, at)


@routes.notice(REMINDER)
async def reminded(t: Texts, body: Mapping[str, Any]) -> Screen:
    """The promised message."""
    return replace(again_screen(t, str(body["number"])), lasting=True)


def again_screen(t: Texts, number: str) -> Screen:
    """The next code may go."""
    return Screen(
        t("A code can be sent to <b>{number}</b> again now.", number=number),
        ((Button(t.label("Send the code"), tap("confirm", number), Style.PRIMARY), home_button(t)),),
    )


def promised_screen(t: Texts, number: str, at: float) -> Screen:
    """A reminder was asked for."""
    return Screen(
        t("I will write to you at {time}.", time=moment(at)),
        ((Button(t.label("Enter the code"), tap("code", number)), home_button(t)),),
    )


# The code


def _ask_code(_answers: Answers, facts: CodeFacts) -> Phrase:
    if facts.tries:
        return say(
            "Which code came to {number}? Type it, or paste the whole SMS. {tries}",
            number=facts.number,
            tries=say_n("{count} code was wrong so far.", "{count} codes were wrong so far.", facts.tries),
        )
    return say("Which code came to {number}? Type it, or paste the whole SMS.", number=facts.number)


def _read_code(given: Given, _answers: Answers, _facts: CodeFacts) -> Json | Problem:
    code = code_in(given.text) if isinstance(given, GivenText) else None
    return code or Problem(say("There is no code in this. It is a number of 4 to 8 digits."))


CODE_FLOW: Final = Flow[CodeFacts](
    name=CODE,
    version=1,
    title=say("The code"),
    send=say("Check it"),
    summary=False,
    steps=(
        Step(key="code", label=say("Code"), ask=_ask_code, example=verbatim("4821"), read=_read_code, secret=False),
    ),
)


@routes.tap("code")
async def enter(talk: Talk, tap: Tap, forms: Forms) -> Screen:
    """Asks for the code that was sent to a number."""
    return await forms.begin(talk, CODE, {"number": tap.word(0)})


async def code_facts(talk: Talk, draft: Draft, scope: Scope, operations: Operations) -> CodeFacts:
    """The number, and the wrong codes so far."""
    number = str(draft.answers.get("number", ""))
    tries = 0
    for each in await operations.history(scope, talk.person.user_id, name=number, limit=50):
        if each.command is Command.SEND_CODE and each.state is OperationState.DONE:
            break
        tries += each.command is Command.CHECK_CODE and each.answer.error == 11
    return CodeFacts(number, tries)


async def code_finish(
    talk: Talk, t: Texts, draft: Draft, answers: Answers, facts: CodeFacts, scope: Scope, operations: Operations
) -> Screen | None:
    """Plans the check."""
    request = Request(Command.CHECK_CODE, facts.number, {"sender": facts.number, "code": answers["code"]})
    return await receipts.send(talk, t, scope, operations, draft, [request])


routes.conversation(CODE_FLOW, facts=code_facts, finish=code_finish)


@routes.interrupt(GivenText)
async def sms(
    talk: Talk, given: GivenText, scope: Scope, operations: Operations, clock: Clock, forms: Forms
) -> Screen | None:
    """The SMS with an awaited code, forwarded or pasted while another form is open: it is no answer to that form."""
    if talk.person.open == CODE or code_in(given.text) is None:
        return None
    if not given.forwarded and _NEAR.search(given.text) is None:  # bare digits may well be the form's answer
        return None
    operation = await awaited(talk, scope, operations, clock)
    if operation is None:
        return None
    return await forms.begin(talk, CODE, {"number": operation.name}, given=given)


async def awaited(talk: Talk, scope: Scope, operations: Operations, clock: Clock) -> Operation | None:
    """The request whose code is awaited: sent within a day, and not confirmed since."""
    confirmed: set[str] = set()
    for each in await operations.history(scope, talk.person.user_id, limit=50):
        if each.state is not OperationState.DONE or each.created < clock.now() - _CODE_AWAITED_SECONDS:
            continue
        if each.command is Command.CHECK_CODE:
            confirmed.add(each.name)
        elif each.command is Command.SEND_CODE and each.name not in confirmed:
            return each
    return None
