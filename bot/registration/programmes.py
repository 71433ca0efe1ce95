"""Which countries and operators a name is registered with, when, and what that costs.

countries ─▶ operators of each ─▶ when (paid ones, after the 20th)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from bot.conversation.step import SKIP, Answers, Choice, Json, Step
from bot.locales import Phrase, say, verbatim
from bot.registration.facts import RegistrationFacts
from bot.rights import Act
from bot.screens.programmes import country_label, programme_label
from bot.smsc import Catalogue, Programme
from bot.smsc.calendar import ALMATY

LATE_DAY: Final = 20
"""After this day of a month a paid programme is offered for the 1st: its fee is for whole calendar months (B)."""


def countries_of(catalogue: Catalogue) -> list[str]:
    """The countries in which there is an operator or a tariff to choose."""
    return list(dict.fromkeys(each.country for each in catalogue.programmes.values()))


def chosen(answers: Answers) -> list[str]:
    """The flags of the programmes that were chosen."""
    picked = answers.get("countries")
    if not picked:
        return []
    return [flag for country in picked for flag in answers.get(f"programmes_{country}") or ()]


def act(answers: Answers, facts: RegistrationFacts) -> Act:
    """What sending the form does, as far as it matters who may: it costs something, or it does not."""
    return Act.PAID if paid(answers, facts) else Act.PLAIN


def paid(answers: Answers, facts: RegistrationFacts) -> list[Programme]:
    """The chosen programmes that cost a monthly fee."""
    programmes = facts.catalogue.programmes
    return [programmes[flag] for flag in chosen(answers) if flag in programmes and programmes[flag].paid]


def notes(answers: Answers, facts: RegistrationFacts, *, fees: bool = True) -> Sequence[Phrase]:
    """What is said under a summary: what it costs, as far as SMSC's API says so (the seed; fees: B).

    Without `fees` where these are told in the words of the consent to them.
    """
    picked = [facts.catalogue.programmes[flag] for flag in chosen(answers) if flag in facts.catalogue.programmes]
    if not picked:
        return (say("Registering costs nothing with what is chosen here."),)
    costly = [each.operator for each in picked if each.paid]
    free = [each.operator for each in picked if each.paid is False]
    tariffs = [each for each in picked if each.paid is None]
    told: list[Phrase] = []
    if costly and fees:
        told.append(
            say(
                "💰 <b>Paid</b>: {operators}. The fee is taken in full for the whole calendar month when the operator"
                " connects the name, and again on the 1st of each month, even if nothing"
                " is sent.",
                operators=", ".join(costly),
            )
        )
    if free:
        told.append(say("<b>Free</b>: {operators}.", operators=", ".join(free)))
    told.extend(
        say(
            "<b>{country}, {tariff}</b>: it decides what each message costs there. SMSC shows the prices, and"
            " whether registering costs something, in its cabinet; they cannot be seen here.",
            country=country_label(each.country),
            tariff=programme_label(each),
        )
        for each in tariffs
    )
    return tuple(told)


def first_of_next_month(now: float, zone: tzinfo = ALMATY) -> float:
    """Five minutes into the 1st of the next month in a zone (clocks differ), in epoch seconds."""
    today = datetime.fromtimestamp(now, zone)
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return datetime(year, month, 1, 0, 5, tzinfo=zone).timestamp()


def is_of_letters(answers: Answers, _facts: object) -> bool:
    """Whether it is a name of letters: operators and a company's data belong to no other kind."""
    name = str(answers.get("name", ""))
    return "@" not in name and not name.isdigit()


def countries_step(countries: Sequence[str], *, of_a_new_name: bool) -> Step[RegistrationFacts]:
    """The step that asks for the countries that messages go to.

    None of them is chosen for messages in Kazakhstan alone, as long as the catalogue has no operator there.
    """
    asked = say(
        "To which countries will the messages go? For Kazakhstan there is nothing to choose here; in the others a"
        " name is registered with their operators."
    )
    skip, skipped = say("Only Kazakhstan"), say("only Kazakhstan")
    if "KZ" in countries:
        asked = say("To which countries will the messages go? A name is registered with their operators.")
        skip, skipped = SKIP, say("none")
    return Step(
        key="countries",
        label=say("Countries"),
        ask=lambda _answers, _facts: asked,
        takes=(),
        choices=lambda _answers, _facts: [Choice(each, country_label(each), each) for each in countries],
        show=lambda value, _facts: country_label(value),
        applies=is_of_letters,
        optional=True,
        many=True,
        skip=skip if of_a_new_name else say("Leave as it is"),
        skipped=lambda _answers, _facts: skipped if of_a_new_name else say("unchanged"),
        branches=True,
    )


def programmes_step(country: str) -> Step[RegistrationFacts]:
    """The step that asks for the operators, or the tariff, of a country."""

    def own(facts: RegistrationFacts) -> list[Programme]:
        return [each for each in facts.catalogue.programmes.values() if each.country == country]

    def show(value: Json, facts: RegistrationFacts) -> Phrase:
        programme = facts.catalogue.programmes.get(value)
        return programme_label(programme) if programme is not None else verbatim(value)

    def ask(_answers: Answers, facts: RegistrationFacts) -> Phrase:
        if any(each.paid for each in own(facts)):
            return say(
                "{country}: which operators? A paid one is charged for the whole calendar month, and again on the"
                " 1st of each month.",
                country=country_label(country),
            )
        if not any(each.form for each in own(facts)):
            return say("{country}: which operators?", country=country_label(country))
        return say(
            "{country}: which tariff? SMSC needs the company's data for it; I ask for them next.",
            country=country_label(country),
        )

    return Step(
        key=f"programmes_{country}",
        label=country_label(country),
        ask=ask,
        takes=(),
        choices=lambda _answers, facts: [Choice(each.flag, programme_label(each), each.flag) for each in own(facts)],
        show=show,
        applies=lambda answers, facts: is_of_letters(answers, facts) and country in (answers.get("countries") or ()),
        optional=True,
        many=True,
        branches=True,
    )


def _late(answers: Answers, facts: RegistrationFacts) -> bool:
    today = datetime.fromtimestamp(facts.now, facts.zone)
    return "when" in answers or (today.day > LATE_DAY and bool(paid(answers, facts)))


def _when_shown(value: Json, facts: RegistrationFacts) -> Phrase:
    if not value:
        return say("at once")
    return say("on the 1st: {day}", day=datetime.fromtimestamp(value, facts.zone).strftime("%d.%m.%Y"))


WHEN: Final = Step[RegistrationFacts](
    key="when",
    label=say("When"),
    ask=lambda _answers, _facts: say(
        "The fee of a paid operator is for the whole calendar month, and this one is nearly over. Send it at once, or"
        " on the 1st?"
    ),
    takes=(),
    choices=lambda _answers, facts: [
        Choice("first", say("On the 1st"), first_of_next_month(facts.now, facts.zone)),
        Choice("now", say("At once"), 0),
    ],
    show=_when_shown,
    applies=lambda answers, facts: bool(paid(answers, facts)) and _late(answers, facts),
)
