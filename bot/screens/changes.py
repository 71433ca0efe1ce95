"""What changed of a name, and what was done about it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.locales import Phrase, say, verbatim
from bot.screens.names import ACTIVATIONS
from bot.screens.problems import REASONS, refusal
from bot.screens.programmes import operator_label
from bot.senders.state import Activation, What
from bot.smsc import Catalogue, Document, DocumentStatus, OperatorStatus
from bot.storage.operations import OperationState
from bot.watch.changes import (
    ActivationChanged,
    Appeared,
    Change,
    DetailChanged,
    DocumentChanged,
    OperatorChanged,
    Titled,
    Vanished,
)
from bot.watch.codes import Meaning, Meanings
from bot.watch.events import Asked, Consented, Ended, Event, LockTurned

NOBODY: Final[Mapping[int, str]] = MappingProxyType({})
"""No names of people are known."""
DOCUMENT_STATUSES: Final[Mapping[DocumentStatus, Phrase]] = {
    DocumentStatus.UNDER_REVIEW: say("under review"),
    DocumentStatus.REJECTED: say("rejected"),
    DocumentStatus.ADMITTED: say("approved"),
}
DEEDS: Final[Mapping[What, Phrase]] = {
    What.ADD: say("application"),
    What.CHANGE: say("change"),
    What.DOCUMENT: say("document"),
    What.DELETE: say("deletion"),
    What.SEND_CODE: say("request for a code"),
    What.CHECK_CODE: say("check of the code"),
}
MEANINGS: Final[Mapping[Meaning, Phrase]] = {
    Meaning.APPROVED: say("approval"),
    Meaning.REJECTED: say("refusal"),
    Meaning.REVIEW: say("review"),
    Meaning.FILED: say("application"),
}
_ENDS: Final[Mapping[OperationState, Phrase]] = {
    OperationState.DONE: say("SMSC took it"),
    OperationState.REFUSED: say("refused"),
    OperationState.NOT_DONE: say("did not go through"),
    OperationState.UNCLEAR: say("unclear whether it went through"),
    OperationState.CANCELLED: say("called off"),
    OperationState.UNKNOWN: say("answer lost, being looked up"),
}


def event_told(
    event: Event,
    catalogue: Catalogue,
    meanings: Meanings | None = None,
    viewer: int | None = None,
    called: Mapping[int, str] = NOBODY,
) -> Phrase:
    """A line of a name's story.

    `viewer`: who reads it, None: whoever gets the file. `called`: what others who did something are called at Telegram.
    """
    match event.what:
        case Asked() as asked:
            return asked_told(asked)
        case Ended() as ended:
            return ended_told(ended)
        case Consented() as consented:
            return consent_told(consented, viewer, called)
        case LockTurned(who, on) if on:
            return say("🔒 locked against deletion: {who}", who=_who(who, viewer, called))
        case LockTurned(who):
            return say("🔓 unlocked: {who}", who=_who(who, viewer, called))
        case change:
            return change_told(change, catalogue, meanings)


def change_told(change: Change, catalogue: Catalogue, meanings: Meanings | None = None) -> Phrase:
    """A change in one line; codes as they came, with what the person says that they mean."""
    match change:
        case Appeared(seen):
            return say("🆕 In SMSC's list now, not added from here: {state}.", state=ACTIVATIONS[seen.activation])
        case Vanished():
            return say("🚫 Not in SMSC's list any more.")
        case Titled(before, after):
            return say("✏️ SMSC lists it as {name} now; it was {before}.", name=after[0], before=before[0])
        case ActivationChanged(_, Activation.ACTIVE):
            return say("✅ Active now: SMS can be sent from it.")
        case ActivationChanged(Activation.ACTIVE, _):
            return say("⚠️ Not active any more: SMSC's list has it as not activated.")
        case ActivationChanged(_, after):
            return say("In SMSC's list: {state}.", state=ACTIVATIONS[after])
        case OperatorChanged(_, before, after):
            return _operator(before, after, catalogue, meanings or {})
        case DocumentChanged():
            return _document(change)
        case DetailChanged(key, before, after):
            return say("{key}: {before} → {after}", key=key, before=before or "–", after=after or "–")
    return verbatim("")


def _operator(
    before: OperatorStatus | None, after: OperatorStatus | None, catalogue: Catalogue, meanings: Meanings
) -> Phrase:
    status = after or before
    if status is None:
        return verbatim("")
    name = operator_label(status, catalogue)
    if after is None:
        return say(
            "📶 {operator}: not listed any more; it was {before}",
            operator=name,
            before=code_told(status.code, meanings),
        )
    if before is None:
        return say("📶 {operator}: {after}", operator=name, after=code_told(after.code, meanings))
    return say(
        "📶 {operator}: {before} → {after}",
        operator=name,
        before=code_told(before.code, meanings),
        after=code_told(after.code, meanings),
    )


def code_told(code: str, meanings: Meanings) -> Phrase:
    """A code as it came, and what it means to the person, where they said so."""
    meaning = meanings.get(code)
    return verbatim(code) if meaning is None else say("{meaning} ({code})", meaning=MEANINGS[meaning], code=code)


def _document(change: DocumentChanged) -> Phrase:
    after = change.after
    if after is None:
        return say("📄 {file}: not listed any more", file=change.before.name if change.before else change.key)
    told = {"file": after.name, "status": status_told(after)}
    if after.status is DocumentStatus.REJECTED:
        if after.comment:
            return say("❗ {file}: {status}, “{comment}”", comment=after.comment, **told)
        return say("❗ {file}: {status}", **told)
    if change.before is None and after.status is not DocumentStatus.ADMITTED:
        return say("📄 New in SMSC's list: {file}, {status}", **told)
    if after.comment:
        return say("📄 {file}: {status}, “{comment}”", comment=after.comment, **told)
    return say("📄 {file}: {status}", **told)


def status_told(document: Document) -> Phrase:
    """What the moderator made of a document; a status that nobody has documented as it came."""
    known = DOCUMENT_STATUSES.get(document.status) if document.status is not None else None
    return known or say("status {code}", code=document.status_code)


def asked_told(asked: Asked) -> Phrase:
    """What was asked of SMSC from here."""
    what = _deed(asked.what)
    if asked.file is not None:
        return say("📤 {what}, {file}", what=what, file=asked.file)
    return say("📤 {what}", what=what)


def ended_told(ended: Ended) -> Phrase:
    """How it ended."""
    why = refusal(ended.error, ended.text) if ended.error is not None else REASONS.get(ended.why or "")
    told = {"what": _deed(ended.what), "end": _ENDS.get(ended.state, verbatim(ended.state.value))}
    if why is not None and ended.state is not OperationState.DONE:
        return say("📥 {what}: {end}. {why}", why=why, **told)
    return say("📥 {what}: {end}", **told)


def consent_told(consented: Consented, viewer: int | None = None, called: Mapping[int, str] = NOBODY) -> Phrase:
    """That somebody agreed to a fee: who, to which operators' and for which month, and the words they agreed to."""
    year, _, number = consented.month.partition("-")
    return say(
        "💰 agreed to the fee: {who}; {operators}; {month}. “{wording}”",
        who=_who(consented.who, viewer, called),
        operators=", ".join(consented.operators),
        month=f"{number}.{year}",
        wording=consented.wording,
    )


def _who(who: int, viewer: int | None, called: Mapping[int, str]) -> Phrase:
    if not who:
        return say("somebody who left")
    if who == viewer:
        return say("you")
    return verbatim(called[who]) if called.get(who) else say("person {number}", number=who)


def _deed(what: str) -> Phrase:
    try:
        return DEEDS[What(what)]
    except ValueError:
        return say("a request")
