"""A name at a glance: the mark of its state, and its label on a button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.locales import Phrase, say
from bot.senders.known import KnownName
from bot.senders.state import Activation, NameState

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
NAME: Final = say("Name")
NEEDS_YOU_TOLD: Final = say("needs you")
SMSC_ID: Final = say("SMSC ID")
COMMENT: Final = say("Comment")
APPLICATION_SENT: Final = say("application sent")
CONFIRMED: Final = say("confirmed by a code")
OPERATORS: Final = say("Operators")
DOCUMENTS: Final = say("Documents")
FROM_SMSC: Final = say("Also from SMSC")
"""What the card, the tables and the page of a name call its parts."""
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
