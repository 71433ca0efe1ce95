"""What will be needed, told on one short screen: fields, documents, a fee. Whoever knows is told no more.

before the first question      for the operators of last time, else for the account's own country; others by a tap
after operators were chosen    for them, where they ask for more than was told at first
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Final

from bot.conversation.step import Answers, Choice, Json, Several, Step
from bot.locales import Phrase, say, say_n
from bot.registration.facts import RegistrationFacts
from bot.registration.programmes import chosen
from bot.screens.parameters import label
from bot.screens.programmes import COUNTRIES, country_label
from bot.smsc import Programme
from bot.smsc.catalogue import Parameter

FIRST: Final = "needed_first"
NEEDED: Final = "needed"
"""The steps' keys."""
_KNOWN: Final = "known"
_KNOWN_KEY: Final = f"{NEEDED}:{_KNOWN}"
_LAST_KEY: Final = f"{NEEDED}:last"


def knows(answers: Answers) -> Mapping[str, Json]:
    """What is remembered of a person who wants it told no more."""
    return {_KNOWN_KEY: True} if answers.get(NEEDED) == _KNOWN or _KNOWN in (answers.get(FIRST) or ()) else {}


def last_chosen(answers: Answers) -> Mapping[str, Json]:
    """What is remembered of the operators that a name was registered with: next time it is told for them at first."""
    return {_LAST_KEY: chosen(answers)} if "name" in answers or chosen(answers) else {}


def _of(countries: Iterable[str], facts: RegistrationFacts) -> list[Programme]:
    among = set(countries)
    return [each for each in facts.catalogue.programmes.values() if each.country in among]


def _told_at_first(answers: Answers, facts: RegistrationFacts) -> tuple[list[str], list[Programme]]:
    """The countries and programmes that the first screen is about: those looked at, of last time, of the account."""
    looked_at = [each for each in answers.get(FIRST) or () if each != _KNOWN]
    if looked_at:
        return looked_at, _of(looked_at, facts)
    last = [facts.catalogue.programmes[each] for each in facts.profile.get(_LAST_KEY) or () if each in _flags(facts)]
    if last:
        return list(dict.fromkeys(each.country for each in last)), last
    home = [facts.home] if facts.home in COUNTRIES else []
    return home, _of(home, facts)


def _flags(facts: RegistrationFacts) -> frozenset[str]:
    return frozenset(facts.catalogue.programmes)


def _forms(programmes: Sequence[Programme], facts: RegistrationFacts) -> Mapping[str, Sequence[Parameter]]:
    """The fields that are asked for these programmes, by country."""
    forms = facts.catalogue.forms
    return {each.country: forms[each.form].fields for each in programmes if each.form is not None}


def _fields(country: str, fields: Sequence[Parameter]) -> Phrase:
    named = reduce(lambda first, rest: _beside(first, " · ", rest), map(label, fields))
    count = say_n("{count} field", "{count} fields", len(fields))
    return say("<b>{country}</b>, {count}: {fields}.", country=country_label(country), count=count, fields=named)


def _for_each(programmes: Sequence[Programme], facts: RegistrationFacts) -> list[Phrase]:
    """What is needed for these programmes: fields, documents, fees."""
    forms = _forms(programmes, facts)
    lines = [_fields(country, fields) for country, fields in forms.items()]
    known = sum(field.name in facts.profile for fields in forms.values() for field in fields)
    if known:
        lines.append(say_n("I know {count} of them from last time.", "I know {count} of them from last time.", known))
    lines.append(
        say(
            "Documents, if you have them: a trademark certificate, a certificate of the domain. JPG, TIF, PDF, PNG, ZIP"
            " or RAR, at most 3 MB each."
        )
    )
    costly = [each.operator for each in programmes if each.paid]
    if costly:
        whose = ", ".join(costly)
        lines.append(say("A monthly fee: {operators}. You will be asked to agree to it.", operators=whose))
    return lines


def _without_form(country: str, programmes: Sequence[Programme]) -> Phrase:
    free = [each.operator for each in programmes if each.country == country and each.paid is False]
    named = country_label(country)
    if free:
        return say("<b>{country}</b>: the choice of operators. Free: {free}.", country=named, free=", ".join(free))
    if any(each.country == country for each in programmes):
        return say("<b>{country}</b>: the choice of operators.", country=named)
    return say("<b>{country}</b>: nothing more, and no fee.", country=named)


def _ask_first(answers: Answers, facts: RegistrationFacts) -> Phrase:
    countries, programmes = _told_at_first(answers, facts)
    forms = _forms(programmes, facts)
    lines = [
        say("What you will need: the name, and a sentence on what it is for."),
        *(_without_form(each, programmes) for each in countries if each not in forms),
        *_for_each(programmes, facts),
        say("Other countries: tap them below. You can also send the name at once."),
    ]
    return reduce(_below, lines)


def _ask(answers: Answers, facts: RegistrationFacts) -> Phrase:
    programmes = facts.catalogue.programmes
    own = [programmes[each] for each in chosen(answers) if each in programmes]
    return reduce(_below, _for_each(own, facts), say("What you will need:"))


def _is_asked(answers: Answers, facts: RegistrationFacts) -> bool:
    """Whether there is anything to be told: a company that was chosen may have answered it, or it was told at first."""
    flags = chosen(answers)
    if not flags or facts.profile.get(_KNOWN_KEY):
        return False
    programmes = facts.catalogue.programmes
    forms = _forms([programmes[each] for each in flags if each in programmes], facts)
    told = _told_at_first(answers, facts)[0] if FIRST in answers and answers[FIRST] is not False else []
    new = {country: fields for country, fields in forms.items() if country not in told}
    open_yet = any(field.name not in answers for fields in new.values() for field in fields)
    return bool(new) and (open_yet or NEEDED in answers)


def _beside(first: Phrase, between: str, second: Phrase) -> Phrase:
    return Phrase("{first}{between}{second}", values={"first": first, "between": between, "second": second})


def _below(first: Phrase, second: Phrase) -> Phrase:
    return _beside(first, "\n\n", second)


_NO_MORE: Final = say("Don't show it again")

TOLD_NEEDED: Final = Step[RegistrationFacts](
    key=NEEDED,
    label=say("What is needed"),
    ask=_ask,
    takes=(),
    choices=lambda _answers, _facts: [Choice(_KNOWN, _NO_MORE, _KNOWN)],
    applies=_is_asked,
    optional=True,
    skip=say("Go on"),
    tells=True,
)


def told_first(countries: Sequence[str]) -> Step[RegistrationFacts]:
    """The step before the first question; the countries are those that more can be told about."""
    return Step(
        key=FIRST,
        label=say("What is needed"),
        ask=_ask_first,
        takes=(),
        choices=lambda _answers, _facts: [
            *(Choice(each, country_label(each), each) for each in countries),
            Choice(_KNOWN, _NO_MORE, Several({FIRST: [_KNOWN]})),
        ],
        show=lambda value, _facts: country_label(value),
        applies=lambda answers, facts: (FIRST in answers or not answers) and not facts.profile.get(_KNOWN_KEY),
        optional=True,
        many=True,
        skip=say("Begin"),
        tells=True,
    )
