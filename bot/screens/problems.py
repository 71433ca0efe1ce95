"""SMSC's problems in words: errors, why something waits or was not done, why a list could not be had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.accounts import KEY_REFUSED, KEY_UNREADABLE, KeyUnreadableError
from bot.locales import Phrase, moment, say, say_n
from bot.senders.listed import NotHad
from bot.senders.operation import Answered, Operation
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
    "not_allowed": say("Whoever asked for it may not do that for this account any more."),
    "account_gone": say("The account was disconnected in the meantime. Connect it again."),
    "locked": say("The name is locked. Unlock it on its card first, if it is to be deleted."),
    "trouble": say("Something went wrong on our side."),
    "unreadable": say("What was stored of this request cannot be read any more: the file may have been altered."),
    KEY_REFUSED: say("The account is paused: SMSC refused its key (error 2). Connect it again with a key that works."),
    KEY_UNREADABLE: say(
        "The account is paused: its key, as it is stored here, cannot be read any more. SMSC did not refuse it. Connect"
        " the account again, with the same key or another one."
    ),
}


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
