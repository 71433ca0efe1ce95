"""A parameter of SMSC's API in words, as its row in the catalogue has them.

What a row does not say is made of its name and its kind, so that a row alone is enough to be asked and shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.locales import Phrase, say, verbatim
from bot.smsc.catalogue import Kind, Parameter
from bot.smsc.words import SameEverywhere

_FLAGS: Final[Mapping[str, Phrase]] = {"1": say("yes"), "0": say("no")}


def label(row: Parameter) -> Phrase:
    """What a summary calls the parameter."""
    return _said(row, row.words.label) if row.words.label else verbatim(row.name)


def question(row: Parameter) -> Phrase:
    """How a person is asked for it."""
    if not row.words.question:
        return say("What shall be sent as {field}?", field=label(row))
    return _said(row, row.words.question)


def example(row: Parameter) -> Phrase | None:
    """An answer as it may look; of one that is tapped there is none."""
    if row.kind is Kind.FLAG:
        return None
    return _said(row, row.words.example) if row.words.example else verbatim("…")


def shown(row: Parameter, value: object) -> Phrase:
    """A value as a summary has it."""
    text = str(value)
    return _FLAGS.get(text, verbatim(text)) if row.kind is Kind.FLAG else verbatim(text)


def _said(row: Parameter, text: str) -> Phrase:
    if isinstance(text, SameEverywhere):
        return verbatim(text)
    bounds = {"least": row.lowest, "most": row.highest}
    return say(text, **{key: bound for key, bound in bounds.items() if bound is not None})
