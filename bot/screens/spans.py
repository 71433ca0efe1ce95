"""How long something takes or took, in the greatest unit that tells it."""

from __future__ import annotations

from typing import Final

from bot.locales import Phrase, say, say_n

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


def span(seconds: float) -> Phrase:
    """So long, rounded down."""
    if seconds < _MINUTE:
        return say("less than a minute")
    if seconds < _HOUR:
        return say_n("{count} minute", "{count} minutes", int(seconds // _MINUTE))
    if seconds < _DAY:
        return say_n("{count} hour", "{count} hours", int(seconds // _HOUR))
    return say_n("{count} day", "{count} days", int(seconds // _DAY))
