"""The words of a row: what a person reads about it, in English, as data.

Nothing here knows a language. The layers above translate each text that stands in one of these calls
(`bot.locales.extract` finds them), except what is marked `SameEverywhere`; without a translation a text is shown as
it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


class SameEverywhere(str):
    """A text that reads the same in every language: a number, a company's own name."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Words:
    """How a parameter is asked and shown: its label, the question, an example of an answer.

    What is left empty is made of the parameter's own name. Places: `{least}` and `{most}`, the bounds of a number.
    """

    label: str = ""
    question: str = ""
    example: str = ""


NO_WORDS: Final = Words()
"""Of a parameter that goes by its own name."""


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """What a person is told of an error: `told` after a change, `reading` where something was only asked for.

    A change that may go through later is repeated by itself, a question is not; without `reading` both read the same.
    Places: `{number}` and `{text}`, as SMSC sent them.
    """

    told: str
    reading: str | None = None
