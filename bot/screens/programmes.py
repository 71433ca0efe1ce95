"""Countries, operators' programmes and their fees in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.locales import Phrase, say, verbatim
from bot.smsc import Catalogue, OperatorStatus, Programme

PRICE_ASKED: Final = say("💰 {wording} SMSC shows the price in its cabinet. Do you agree to pay it?")
"""How one is asked to agree to a fee; `wording` is what is agreed to."""
COUNTRIES: Final[Mapping[str, Phrase]] = {
    "KZ": say("Kazakhstan"),
    "RU": say("Russia"),
    "UA": say("Ukraine"),
    "BY": say("Belarus"),
    "TJ": say("Tajikistan"),
}


def programme_label(programme: Programme) -> Phrase:
    """A programme as a button and a summary name it; free and paid told apart in a word."""
    if programme.national is not None:
        return say("lower tariff") if programme.national else say("higher tariff")
    if programme.paid is None:
        return verbatim(programme.operator)
    return (
        say("{operator} paid", operator=programme.operator)
        if programme.paid
        else say("{operator} free", operator=programme.operator)
    )


def country_label(country: str) -> Phrase:
    """A country's name; one without a name here goes by its code."""
    return COUNTRIES.get(country, verbatim(country))


def operator_label(status: OperatorStatus, catalogue: Catalogue) -> Phrase:
    """Whose answer it is: the programme that it is of, else the operator as SMSC spells it."""
    programme = catalogue.programmes.get(status.flag) if status.flag else None
    return programme_label(programme) if programme is not None else verbatim(status.operator)
