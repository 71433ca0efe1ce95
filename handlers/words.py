"""Words that several conversations share: errors, states, what became of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.accounts import KEY_REFUSED, KEY_UNREADABLE, KeyUnreadableError
from bot.conversation.flow import Problem
from bot.locales import Phrase, moment, say, say_n
from bot.reading.numbers import NUMBER_LEAST, NUMBER_MOST, Number, Trouble, number_in
from bot.senders.known import KnownName
from bot.senders.listing import NotHad
from bot.senders.operations import Answered, Operation
from bot.senders.state import Activation, NameState
from bot.smsc import AnswerLost, ErrorKind, Loss, MustWait, Refused, SmscError, WaitReason

BLOCKED: Final = say("SMSC blocks this server for a while.")
REFUSED_LATELY: Final = say(
    "SMSC refused several keys here lately; so that it does not block this server, no more are tried now."
)

REASONS: Final[Mapping[str, Phrase]] = {
    "blocked": BLOCKED,
    "refused": REFUSED_LATELY,
    "limits": say("SMSC takes only so many requests a minute; it is sent by itself as soon as it may."),
    "unreachable": say("SMSC cannot be reached just now."),
    "document_waits": say("Telegram does not give me the file just now."),
    "document_gone": say("The file cannot be fetched from Telegram any more. Send it again."),
    "wrong_value": say("SMSC does not take one of the values. Check what was entered and send it again."),
    "account_gone": say("The account was disconnected in the meantime. Connect it again."),
    "trouble": say("Something went wrong on our side."),
    "unreadable": say("What was stored of this request cannot be read any more: the file may have been altered."),
    KEY_REFUSED: say("The account is paused: SMSC refused its key (error 2). Connect it again with a key that works."),
    KEY_UNREADABLE: say(
        "The account is paused: its key, as it is stored here, cannot be read any more. SMSC did not refuse it. Connect"
        " the account again, with the same key or another one."
    ),
}

ACTIVATIONS: Final[Mapping[Activation, Phrase]] = {
    Activation.ACTIVE: say("active"),
    Activation.LISTED: say("not activated"),
    Activation.UNKNOWN: say("not known yet whether active"),
}

MARKS: Final[Mapping[Activation, str]] = {
    Activation.ACTIVE: "✅",
    Activation.LISTED: "⏳",
    Activation.UNKNOWN: "❔",
}
NEEDS_YOU: Final = "❗"
"""Stands beside the mark of the activation, not in its place."""
APPLIED: Final = "📨"
"""An application was sent, and the name is in no list yet."""


def mark(state: NameState) -> str:
    """A name's state at a glance: whether it is active, and whether it needs its owner."""
    if state.activation is Activation.UNKNOWN and state.listed is None and state.applied is not None:
        return APPLIED
    return MARKS[state.activation] + (NEEDS_YOU if state.needs_you else "")


def name_label(known: KnownName) -> str:
    """A name on a button."""
    return f"{mark(known.state)} {known.title}"


def refusal(number: int | None, text: str | None) -> Phrase:
    """An error of SMSC in words; one that nobody knows is shown as it came."""
    return say(ErrorKind.of(number).words.told, number=number, text=text or "")


def problem(failure: SmscError) -> Phrase:
    """Why something could not be read at SMSC, and when it may be tried again."""
    blocked = isinstance(failure, Refused) and failure.kind is ErrorKind.ADDRESS_BLOCKED
    if isinstance(failure, Refused) and blocked and failure.until is not None:
        return _goes_on(BLOCKED, failure.until)
    if isinstance(failure, KeyUnreadableError):
        return say(
            "The key of this account, as it is stored here, cannot be read any more. SMSC did not refuse it and was not"
            " asked. Connect the account again: /connect"
        )
    if isinstance(failure, Refused):
        words = failure.kind.words
        return say(words.reading or words.told, number=failure.number, text=failure.text)
    if isinstance(failure, MustWait) and failure.why is WaitReason.BLOCKED:
        return _goes_on(BLOCKED, failure.until)
    if isinstance(failure, MustWait) and failure.why in {WaitReason.REFUSED_YOURS, WaitReason.REFUSED_OTHERS}:
        return next_try(failure)
    if isinstance(failure, MustWait):
        return say(
            "SMSC takes only so many requests a minute; the next one may go at {time}.", time=moment(failure.until)
        )
    if isinstance(failure, AnswerLost):
        if failure.how is Loss.TIMEOUT:
            return say("SMSC does not answer just now. Try again in a minute.")
        return say("SMSC gave no answer that can be read. Try again in a minute.")
    return say("SMSC cannot be reached just now; nothing was sent. Try again in a minute.")


def not_known(looked: NotHad) -> Phrase:
    """Why nobody knows whether a name is in the list, and when it may be tried again."""
    if looked.problem is not None:
        return problem(looked.problem)
    if looked.lacks.cut:
        return say("The list broke off on its way. Try again in a minute.")
    return say(
        "SMSC sent its list damaged: {told}. The SMSC cabinet shows the whole list.",
        told=say_n("{count} row could not be read", "{count} rows could not be read", looked.lacks.left_out),
    )


def number_problem(number: Number) -> Phrase:
    """Why a number was not taken."""
    match number.trouble:
        case Trouble.STRANGE:
            return say("A phone number has digits only, not {characters}.", characters=number.strange[:20])
        case Trouble.TOO_LONG:
            return say("It is too long: {count} of at most {limit}.", count=len(number.digits), limit=NUMBER_MOST)
        case Trouble.SHORT:
            return say("With fewer than {limit} digits it can hardly get a code.", limit=NUMBER_LEAST)
        case _:
            return _NUMBERS.get(number.trouble or Trouble.EMPTY, say("There is no phone number in this."))


_NUMBERS: Final[Mapping[Trouble, Phrase]] = {
    Trouble.NO_COUNTRY: say("The country code is missing."),
    Trouble.TWO_COUNTRIES: say("Two countries have such a number."),
    Trouble.UNKNOWN: say("No country has such a number, as far as I know."),
    Trouble.EXTENSION: say("A code cannot be sent to an extension."),
    Trouble.SEVERAL: say("One number is taken at a time."),
}


def read_number(text: str) -> str | Problem:
    """A number as SMSC takes it; else why not, and what may be meant."""
    number = number_in(text)
    if number.taken:
        return number.digits
    why = number_problem(number)
    if number.trouble is Trouble.SEVERAL:
        return Problem(say("{problem} Shall it be the first one?", problem=why), number.offers)
    if number.offers == (number.digits,):
        return Problem(say("{problem} Use it anyway?", problem=why), number.offers)
    if number.offers:
        return Problem(say("{problem} Is this the number?", problem=why), number.offers)
    return Problem(say("{problem} Send a phone number with its country code.", problem=why))


def next_try(wait: MustWait) -> Phrase:
    """Too many keys were refused: the next one is tried later."""
    if wait.why is WaitReason.REFUSED_YOURS:
        return say(
            "Too many keys were refused. So that SMSC does not block us, the next try is at {time}.",
            time=moment(wait.until),
        )
    return say("{why} The next try is at {time}.", why=REFUSED_LATELY, time=moment(wait.until))


def _goes_on(why: Phrase, until: float) -> Phrase:
    return say("{why} It goes on at {time}.", why=why, time=moment(until))


def reason(answer: Answered) -> Phrase | None:
    """Why an operation stands where it stands."""
    if answer.error is not None:
        return refusal(answer.error, answer.text)
    return REASONS.get(answer.why) if answer.why else None


def waiting(operation: Operation) -> Phrase:
    """Why an operation was not sent yet, and when it will be."""
    return _goes_on(reason(operation.answer) or say("It is planned."), operation.not_before)
