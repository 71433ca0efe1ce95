"""A parameter of SMSC's API in words, as its row in the catalogue has them.

What a row does not say is made of its name and its kind, so that a row alone is enough to be asked and shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from bot.conversation.form import clipped
from bot.locales import Phrase, Texts, say, verbatim
from bot.screens.programmes import country_label, programme_label
from bot.smsc import Catalogue, Command
from bot.smsc.catalogue import Kind, Parameter
from bot.smsc.words import SameEverywhere

_NOT_SHOWN: Final = frozenset({"sender", "id", "mail", "code"})
"""What tells the name that a request is about, which stands above, and what is secret."""
_SENT_MOST: Final = 120
"""Letters that are shown of a value of a request that was made."""
_FLAGS: Final[Mapping[str, Phrase]] = {"True": say("yes"), "1": say("yes"), "0": say("no")}


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


def sent(t: Texts, catalogue: Catalogue, command: Command, values: Mapping[str, object]) -> list[Markup]:
    """What a request carries beside the name it is about: a line for each country's programmes, one a parameter."""
    programmes: dict[str, list[str]] = {}
    lines: list[Markup] = []
    for name, value in values.items():
        programme, row = catalogue.programmes.get(name), catalogue.parameter(command, name)
        if programme is not None:
            programmes.setdefault(programme.country, []).append(t.label(programme_label(programme)))
        elif name not in _NOT_SHOWN and value:
            told = shown(row, value) if row is not None else verbatim(value)
            short = clipped(t.label(told), _SENT_MOST)
            lines.append(t("{label}: {value}", label=label(row) if row is not None else name, value=short))
    countries = [
        t("{label}: {value}", label=country_label(country), value=", ".join(own)) for country, own in programmes.items()
    ]
    return [*countries, *lines]


def _said(row: Parameter, text: str) -> Phrase:
    if isinstance(text, SameEverywhere):
        return verbatim(text)
    bounds = {"least": row.lowest, "most": row.highest}
    return say(text, **{key: bound for key, bound in bounds.items() if bound is not None})
