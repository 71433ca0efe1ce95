"""Which changes their person is told of. Pure.

What somebody did from here a moment ago is no news to them, nor is what only became known; everything is kept as an
event all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.senders.state import Activation, Deed, Stage, What
from bot.smsc import DocumentStatus, OperatorStatus
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

_CODE_MOST: Final = 3
"""Characters of an undocumented value that may be a status code; longer ones are times and texts."""


def is_news(change: Change, deeds: Sequence[Deed], *, gaps_before: bool = False) -> bool:
    """Whether it is told; `deeds` are what was asked for from here for names of its spelling, oldest first.

    `gaps_before`: the list before lacked something, so that what is new in this one may be old.
    """
    match change:
        case Appeared():
            return not gaps_before and not any(each.what in {What.ADD, What.DELETE} for each in deeds)
        case Vanished():
            return not _deleted(deeds)
        case Titled(before, after):
            return before[0] != after[0]
        case ActivationChanged(Activation.UNKNOWN, Activation.ACTIVE):
            return any(each.what in {What.ADD, What.CHECK_CODE} for each in deeds)
        case ActivationChanged(before, after):
            return Activation.UNKNOWN not in {before, after}
        case OperatorChanged(_, OperatorStatus(), None):
            return not any(each.what is What.CHANGE for each in deeds)
        case OperatorChanged(_, before, after):
            return before is not None and after is not None and before.code != after.code
        case DocumentChanged():
            return _document(change, deeds)
        case DetailChanged(_, before, after):
            return None not in {before, after} and max(len(before or ""), len(after or "")) <= _CODE_MOST
    return False


def is_urgent(change: Change, meanings: Meanings) -> bool:
    """Whether a person has something to do, or to fear, because of it; codes mean what the person says."""
    match change:
        case OperatorChanged(_, OperatorStatus() as before, OperatorStatus() as after):
            was, becomes = meanings.get(before.code), meanings.get(after.code)
            return becomes is not was and (was is Meaning.APPROVED or becomes is Meaning.REJECTED)
        case OperatorChanged(_, OperatorStatus() as before, None):
            return meanings.get(before.code) is Meaning.APPROVED
        case Vanished() | ActivationChanged(Activation.ACTIVE, Activation.LISTED):
            return True
        case DocumentChanged():
            return change.verdict is DocumentStatus.REJECTED
    return False


def _document(change: DocumentChanged, deeds: Sequence[Deed]) -> bool:
    before, after = change.before, change.after
    if after is None:
        return False
    if before is None and after.status is DocumentStatus.UNDER_REVIEW:
        return not any(each.file is not None and each.file.casefold() == after.name.casefold() for each in deeds)
    if before is None or before.status_code != after.status_code:
        return True
    return after.status is DocumentStatus.REJECTED and before.comment != after.comment


def _deleted(deeds: Sequence[Deed]) -> bool:
    done = [each for each in deeds if each.stage is not Stage.UNCLEAR]
    return bool(done) and done[-1].what is What.DELETE
