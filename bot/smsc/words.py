"""The words of a row: what a person reads about it, in English, as data.

Nothing here knows a language. The layers above translate each text that stands in one of these calls
(`bot.locales.extract` finds them); a text that has no translation is shown as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """What a person is told of an error: `told` after a change, `reading` where something was only asked for.

    A change that may go through later is repeated by itself, a question is not; without `reading` both read the same.
    Places: `{number}` and `{text}`, as SMSC sent them.
    """

    told: str
    reading: str | None = None
