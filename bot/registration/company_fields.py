"""The fields of SMSC's company forms: when each is asked, what is offered as its answer, and what is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.conversation.step import Answers, Choice, Json, Step, no_choices
from bot.locales import verbatim
from bot.registration.facts import RegistrationFacts
from bot.registration.needed import last_chosen
from bot.registration.parameters import is_checked, reader_of, step_of
from bot.registration.programmes import chosen
from bot.smsc import Catalogue
from bot.smsc.catalogue import Kind, Parameter

_USED_MOST: Final = 6
"""Numbers of the cabinet's lists that are offered again."""


def remembered(profile: Mapping[str, Json], catalogue: Catalogue, answers: Answers) -> dict[str, Json]:
    """What is known of the company with what was said about it now: it is offered again next time."""
    said = {key: value for key, value in answers.items() if key in catalogue.company_fields}
    used = {
        used_key(key): list(dict.fromkeys([value, *(profile.get(used_key(key)) or ())]))[:_USED_MOST]
        for key, value in said.items()
        if catalogue.company_fields[key].kind is Kind.INTEGER
    }
    return {**profile, **said, **used, **last_chosen(answers)}


def used_key(name: str) -> str:
    """Where the numbers are kept that a field was answered with, the last one first."""
    return f"{name}:used"


def company_field(row: Parameter, form: str, flags: Sequence[str]) -> Step[RegistrationFacts]:
    """The step that asks for a field of a company form, where one of the programmes `flags` is chosen."""
    reader, needing = reader_of(row), frozenset(flags)

    def used(_answers: Answers, facts: RegistrationFacts) -> Sequence[Choice]:
        """Numbers of lists that only SMSC's cabinet shows: those that were used before."""
        return [Choice(each, verbatim(each), each) for each in facts.profile.get(used_key(row.name)) or ()]

    def suggest(answers: Answers, facts: RegistrationFacts) -> Json:
        for key in (row.name, row.same):
            value = (answers.get(key) or facts.profile.get(key)) if key is not None else None
            if value and reader.is_right(value):
                return value
        return None

    return replace(
        step_of(row),
        choices=used if row.kind is Kind.INTEGER else no_choices,
        suggest=suggest,
        applies=lambda answers, _facts: "countries" in answers and not needing.isdisjoint(chosen(answers)),
        block=form,
        typed=is_checked(row),
    )
