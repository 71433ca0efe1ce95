"""What will be needed, told before the first question about the company: fields, documents, a fee.

It is told for the countries and operators that were chosen, where they ask for more than a document. Whoever knows has
it told no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Final

from bot.conversation.step import Answers, Choice, Json, Step
from bot.locales import Phrase, say, say_n
from bot.registration.facts import RegistrationFacts
from bot.registration.programmes import chosen, paid
from bot.screens.parameters import label
from bot.screens.programmes import country_label
from bot.smsc.catalogue import Parameter

NEEDED: Final = "needed"
"""The step's key."""
_KNOWN: Final = "known"
_KNOWN_KEY: Final = f"{NEEDED}:{_KNOWN}"


def knows(answers: Answers) -> Mapping[str, Json]:
    """What is remembered of a person who wants it told no more."""
    return {_KNOWN_KEY: True} if answers.get(NEEDED) == _KNOWN else {}


def _forms(answers: Answers, facts: RegistrationFacts) -> Mapping[str, list[Parameter]]:
    """The fields that are asked, by country."""
    found: dict[str, list[Parameter]] = {}
    for form in facts.catalogue.forms.values():
        own = [each for each in facts.catalogue.of_form(form.key) if each.flag in chosen(answers)]
        if own:
            found[own[0].country] = list(form.fields)
    return found


def _ask(answers: Answers, facts: RegistrationFacts) -> Phrase:
    forms = _forms(answers, facts)
    lines = [say("What you will need:")]
    for country, fields in forms.items():
        named = reduce(lambda first, rest: _beside(first, " · ", rest), map(label, fields))
        count = say_n("{count} field", "{count} fields", len(fields))
        lines.append(
            say("<b>{country}</b>, {count}: {fields}.", country=country_label(country), count=count, fields=named)
        )
    known = sum(field.name in facts.profile for fields in forms.values() for field in fields)
    if known:
        lines.append(say_n("I know {count} of them from last time.", "I know {count} of them from last time.", known))
    lines.append(
        say(
            "Documents, if you have them: a trademark certificate, a certificate of the domain. JPG, TIF, PDF, PNG, ZIP"
            " or RAR, at most 3 MB each."
        )
    )
    operators = paid(answers, facts)
    if operators:
        whose = ", ".join(each.operator for each in operators)
        lines.append(say("A monthly fee: {operators}. You will be asked to agree to it.", operators=whose))
    return reduce(lambda first, rest: _beside(first, "\n\n", rest), lines)


def _is_asked(answers: Answers, facts: RegistrationFacts) -> bool:
    """Whether there is anything to be told: a company that was chosen may have answered all of it."""
    forms = _forms(answers, facts)
    open_yet = any(field.name not in answers for fields in forms.values() for field in fields)
    return bool(forms) and (open_yet or NEEDED in answers)


def _beside(first: Phrase, between: str, second: Phrase) -> Phrase:
    return Phrase("{first}{between}{second}", values={"first": first, "between": between, "second": second})


TOLD_NEEDED: Final = Step[RegistrationFacts](
    key=NEEDED,
    label=say("What is needed"),
    ask=_ask,
    takes=(),
    choices=lambda _answers, _facts: [Choice(_KNOWN, say("Don't show it again"), _KNOWN)],
    applies=lambda answers, facts: _is_asked(answers, facts) and not facts.profile.get(_KNOWN_KEY),
    optional=True,
    skip=say("Go on"),
    tells=True,
)
