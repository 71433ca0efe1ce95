"""The step that asks which of the companies that a person keeps it is for: one tap fills in its data and documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.companies import Company
from bot.conversation.inputs import Input, one_line
from bot.conversation.step import Answers, Choice, Json, Problem, Several, Step
from bot.locales import Phrase, say, verbatim
from bot.registration.facts import RegistrationFacts
from bot.registration.parameters import reader_of
from bot.registration.programmes import is_of_letters
from bot.smsc import Catalogue

COMPANY: Final = "company"
_BUTTONS_MOST: Final = 12
"""Companies that have a button each; of more, one types a part of the name."""


_ASKED: Final = say(
    "Which company is the name for? Its data and documents are filled in; you see them before anything is sent."
)
_MANY: Final = say("{question} Tap one, or type a part of what it is called.", question=_ASKED)


def company_step(catalogue: Catalogue) -> Step[RegistrationFacts]:
    """The step; it is asked where there are companies. What is in a company is not asked any more."""

    def is_open(answers: Answers) -> bool:
        """Whether it was asked, or nothing of a company was said yet: else there is nothing to be filled in."""
        return COMPANY in answers or catalogue.company_fields.keys().isdisjoint(answers)

    def choices(_answers: Answers, facts: RegistrationFacts) -> Sequence[Choice]:
        kept = facts.companies[:_BUTTONS_MOST]
        return [Choice(str(each.id), verbatim(each.name), taken(each, catalogue, facts.now)) for each in kept]

    def read(received: Input, _answers: Answers, facts: RegistrationFacts) -> Json | Several | Problem:
        word = one_line(received).casefold()
        found = [each for each in facts.companies if word and word in each.name.casefold()]
        exact = [each for each in found if each.name.casefold() == word]
        if len(exact or found) != 1:
            names = ", ".join(each.name for each in (found or facts.companies)[:_BUTTONS_MOST])
            return Problem(say("Which of these? {names}", names=names))
        return taken((exact or found)[0], catalogue, facts.now)

    def show(value: Json, facts: RegistrationFacts) -> Phrase:
        known = next((each for each in facts.companies if each.id == value), None)
        return verbatim(known.name) if known is not None else say("one that is not kept any more")

    return Step(
        key=COMPANY,
        label=say("For company"),
        ask=lambda _answers, facts: _MANY if len(facts.companies) > _BUTTONS_MOST else _ASKED,
        choices=choices,
        read=read,
        show=show,
        applies=lambda answers, facts: bool(facts.companies) and is_of_letters(answers, facts) and is_open(answers),
        optional=True,
        branches=True,
        skip=say("None of these"),
        skipped=lambda _answers, _facts: say("none of those kept here"),
    )


def taken(company: Company, catalogue: Catalogue, now: float) -> Several:
    """What a company answers: itself, the fields of the forms that can be right, and its documents."""
    documents = [each.for_form(company.id, now) for each in company.documents]
    return Several({COMPANY: company.id, **known_fields(company, catalogue), "documents": documents})


def known_fields(company: Company, catalogue: Catalogue) -> dict[str, Json]:
    """The fields of the forms that are known of a company, and that SMSC would take as the catalogue stands."""
    rows = catalogue.company_fields
    return {key: each for key, each in company.fields.items() if key in rows and reader_of(rows[key]).is_right(each)}
