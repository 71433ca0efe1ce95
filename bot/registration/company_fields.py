"""The fields of SMSC's company forms: how each is asked, checked, offered again and remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.company import edrpou_is_right, email_is_right, inn_is_right, site_is_right, unp_is_right
from bot.conversation.flow import Answers, Choice, Json, Problem, Step
from bot.conversation.inputs import Input, TextInput
from bot.locales import Phrase, say, verbatim
from bot.reading import dress
from bot.reading.fields import email_in, list_number_in, register_number_in, site_in
from bot.registration.facts import TEXT_MOST, RegistrationFacts
from bot.registration.programmes import chosen
from bot.smsc import Catalogue

_USED_MOST: Final = 6
"""Numbers of the cabinet's lists that are offered again."""


@dataclass(frozen=True, slots=True)
class FieldWords:
    """How a field of a company form is asked.

    `same` names what is known of the company under another key. `read` takes off what may stand around the answer.
    `numbers` is set where the answer is a number of a list that only SMSC's cabinet shows, 1 to so many: the numbers
    that were used before are offered.
    """

    label: Phrase
    ask: Phrase
    example: Phrase
    check: Callable[[str], bool]
    wrong: Phrase
    same: tuple[str, ...] = ()
    read: Callable[[str], str] = dress.one_line
    numbers: int = 0


def _text_is_right(text: str) -> bool:
    return 2 <= len(text) <= TEXT_MOST


TOO_LONG: Final = say("This takes 2 to {most} characters.", most=TEXT_MOST)
_NO_SITE: Final = say("That is no web address. It looks like example.com or https://example.com/shop.")


def _tax_id_is_right(text: str) -> bool:
    return edrpou_is_right(text) or inn_is_right(text)


def _by_tax_id_is_right(text: str) -> bool:
    return unp_is_right(text) or inn_is_right(text)


def _at_most(most: int) -> Callable[[str], bool]:
    """A whole number as a list has it; no part of another one, nothing below zero, no fraction, no range."""
    return lambda text: text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= most


FIELDS: Final[Mapping[str, FieldWords]] = {
    "fio": FieldWords(
        say("Company"),
        say("What is the legal name of the company?"),
        verbatim("ТОВ «Ромашка»"),
        _text_is_right,
        TOO_LONG,
        ("by_fio",),
    ),
    "inn": FieldWords(
        say("Tax number"),
        say("What is its ЕДРПОУ (8 digits) or ИНН (10 or 12 digits)?"),
        verbatim("32855961"),
        _tax_id_is_right,
        say("That is no ЕДРПОУ of 8 digits and no ИНН of 10 or 12: a digit is wrong, missing or too many."),
        read=register_number_in,
    ),
    "site": FieldWords(
        say("Web site"),
        say("What is its web site or page in a social network?"),
        verbatim("romashka.example"),
        site_is_right,
        _NO_SITE,
        ("by_site",),
        site_in,
    ),
    "email": FieldWords(
        say("E-mail"),
        say("At which e-mail address can the company be reached?"),
        verbatim("info@romashka.example"),
        email_is_right,
        say("That is no e-mail address. It looks like name@example.com."),
        read=email_in,
    ),
    "address": FieldWords(
        say("Address"),
        say("What is its actual address?"),
        verbatim("Київ, вул. Хрещатик, 1"),
        _text_is_right,
        TOO_LONG,
        ("by_address",),
    ),
    "desc": FieldWords(
        say("Services"),
        say("Which services does the sender offer?"),
        say("Delivery of flowers"),
        _text_is_right,
        TOO_LONG,
    ),
    "subj": FieldWords(
        say("Subject"),
        say("What will the messages be about?"),
        say("The state of an order"),
        _text_is_right,
        TOO_LONG,
    ),
    "by_fio": FieldWords(
        say("Company (Belarus)"),
        say("What is the name of the company?"),
        verbatim("ООО «Ромашка»"),
        _text_is_right,
        TOO_LONG,
        ("fio",),
    ),
    "by_inn": FieldWords(
        say("УНП (Belarus)"),
        say("What is its УНП (9 digits) or ИНН (10 or 12 digits)?"),
        verbatim("100582333"),
        _by_tax_id_is_right,
        say("That is no УНП of 9 digits and no ИНН of 10 or 12: a digit is wrong, missing or too many."),
        read=register_number_in,
    ),
    "by_address": FieldWords(
        say("Address (Belarus)"),
        say("What is the address of the company?"),
        verbatim("Минск, пр. Независимости, 1"),
        _text_is_right,
        TOO_LONG,
        ("address",),
    ),
    "by_ocup": FieldWords(
        say("Field of business"),
        say(
            "Which field of business? Its number, 1 to {most}. What each means stands in a list in SMSC's cabinet,"
            " behind the login; you can paste a whole line of it.",
            most=19,
        ),
        verbatim("7"),
        _at_most(19),
        say("This takes a whole number from 1 to {most}.", most=19),
        numbers=19,
        read=list_number_in,
    ),
    "by_type": FieldWords(
        say("Kind of messages"),
        say(
            "Which kind of messages? Its number, 1 to {most}. What each means stands in a list in SMSC's cabinet,"
            " behind the login; you can paste a whole line of it.",
            most=3,
        ),
        verbatim("1"),
        _at_most(3),
        say("This takes a whole number from 1 to {most}.", most=3),
        numbers=3,
        read=list_number_in,
    ),
    "by_mes": FieldWords(
        say("Sample message"),
        say("What will a message look like? Write one."),
        say("Your order 1024 is on its way."),
        _text_is_right,
        TOO_LONG,
    ),
    "by_site": FieldWords(
        say("Web site (Belarus)"),
        say("What is the web site of the company?"),
        verbatim("romashka.example"),
        site_is_right,
        _NO_SITE,
        ("site",),
        site_in,
    ),
}
"""The company fields of the seed in words. A field that is not here is asked under its own name."""


def words_of(name: str) -> FieldWords:
    """How a field is asked; one that is new in the catalogue goes by its own name."""
    known = FIELDS.get(name)
    if known is not None:
        return known
    return FieldWords(
        verbatim(name), say("What shall be sent as {field}?", field=name), verbatim("…"), _text_is_right, TOO_LONG
    )


def company_answers(catalogue: Catalogue, answers: Answers) -> dict[str, Json]:
    """What was said about the company."""
    names = {each.name for form in catalogue.forms.values() for each in form.fields}
    return {key: value for key, value in answers.items() if key in names}


def remembered(profile: Mapping[str, Json], catalogue: Catalogue, answers: Answers) -> dict[str, Json]:
    """What is known of the company with what was said about it now: it is offered again next time."""
    said = company_answers(catalogue, answers)
    used = {
        used_key(key): list(dict.fromkeys([value, *(profile.get(used_key(key)) or ())]))[:_USED_MOST]
        for key, value in said.items()
        if words_of(key).numbers
    }
    return {**profile, **said, **used}


def used_key(name: str) -> str:
    """Where the numbers are kept that a field was answered with, the last one first."""
    return f"{name}:used"


def company_field(name: str, form: str, flags: Sequence[str]) -> Step[RegistrationFacts]:
    """The step that asks for a field of a company form, where one of the programmes `flags` is chosen."""
    words = words_of(name)

    def read(received: Input, _answers: Answers, _facts: RegistrationFacts) -> Json | Problem:
        text = words.read(received.text) if isinstance(received, TextInput) else ""
        return text if words.check(text) else Problem(words.wrong)

    def used(_answers: Answers, facts: RegistrationFacts) -> Sequence[Choice]:
        return [Choice(each, verbatim(each), each) for each in facts.profile.get(used_key(name)) or () if words.numbers]

    def suggest(answers: Answers, facts: RegistrationFacts) -> Json:
        for key in (name, *words.same):
            value = answers.get(key) or facts.profile.get(key)
            if value and words.check(value):
                return value
        return None

    return Step(
        key=name,
        label=words.label,
        ask=lambda _answers, _facts: words.ask,
        example=words.example,
        read=read,
        choices=used,
        suggest=suggest,
        applies=lambda answers, _facts: any(flag in chosen(answers) for flag in flags),
        block=form,
        typed=words.check is not _text_is_right,
    )
