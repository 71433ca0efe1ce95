"""A row of SMSC's catalogue as a step: asked in its own words, read by its kind, shown as it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.company import edrpou_is_right, email_is_right, inn_is_right, site_is_right, unp_is_right
from bot.conversation.inputs import Input, TextInput
from bot.conversation.step import Answers, Choice, Json, Problem, Step, none_sent, nothing_read
from bot.locales import Phrase, say
from bot.reading import dress
from bot.reading.fields import day_in, email_in, list_number_in, register_number_in, site_in
from bot.registration.facts import TEXT_MOST, RegistrationFacts
from bot.screens import parameters
from bot.smsc import Catalogue, Command
from bot.smsc.catalogue import Kind, Parameter, Setter

_OF_THEIR_OWN: Final = frozenset({"sender", "id", "cmt", "mail", "name", "doc_info"})
"""Parameters of `add` and `chg` that a step of their own asks for, or the button that the form is opened by."""
_DIGITS_MOST: Final = 18
TOO_LONG: Final = say("This takes 2 to {most} characters.", most=TEXT_MOST)


@dataclass(frozen=True, slots=True)
class Reader:
    """How a typed answer becomes a value: `read` takes off what may stand around it, `wrong` says why it is none."""

    read: Callable[[str], str]
    is_right: Callable[[str], bool]
    wrong: Phrase


def further(catalogue: Catalogue, command: Command) -> tuple[Parameter, ...]:
    """The parameters of a command that nothing but their row asks for; each may be left out."""
    asked = {*_OF_THEIR_OWN, *catalogue.programmes, *catalogue.company_fields}
    return tuple(row for row in catalogue.of(command) if row.who_sets is Setter.PERSON and row.name not in asked)


def further_step(row: Parameter, *, of_a_new_name: bool) -> Step[RegistrationFacts]:
    """The step of such a parameter; left out, a new name goes without it, and a change leaves it alone."""
    return replace(
        step_of(row),
        optional=True,
        quiet=row.quiet,
        skipped=none_sent if of_a_new_name else lambda _answers, _facts: say("unchanged"),
    )


def step_of(row: Parameter) -> Step[RegistrationFacts]:
    """The question that a row is."""
    reader = reader_of(row)
    tapped = _choices(row)

    def read(received: Input, _answers: Answers, _facts: RegistrationFacts) -> Json | Problem:
        text = reader.read(received.text) if isinstance(received, TextInput) else ""
        return text if reader.is_right(text) else Problem(reader.wrong)

    return Step(
        key=row.name,
        label=parameters.label(row),
        ask=lambda _answers, _facts: parameters.question(row),
        example=parameters.example(row),
        takes=() if tapped else (TextInput,),
        read=nothing_read if tapped else read,
        choices=lambda _answers, _facts: tapped,
        show=lambda value, _facts: parameters.shown(row, value),
    )


def _choices(row: Parameter) -> Sequence[Choice]:
    if row.kind is not Kind.FLAG:
        return ()
    return [Choice(each, parameters.shown(row, each), each) for each in row.values]


def reader_of(row: Parameter) -> Reader:
    """How answers are read, by the kind of the value."""
    if row.kind is Kind.INTEGER:
        return Reader(list_number_in, lambda text: _is_within(row, text), _no_number(row))
    return _READERS.get(row.kind, _ANY_TEXT)


def is_checked(row: Parameter) -> bool:
    """Whether more than the length of an answer tells if it can be right."""
    return reader_of(row) is not _ANY_TEXT


def _is_within(row: Parameter, text: str) -> bool:
    """Whether it is a whole number as a list has it: no part of another one, nothing below zero, no range."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MOST):
        return False
    return (row.lowest or 0) <= int(text) and (row.highest is None or int(text) <= row.highest)


def _no_number(row: Parameter) -> Phrase:
    if row.highest is None:
        return say("This takes a whole number, {least} or more.", least=row.lowest or 0)
    return say("This takes a whole number from {least} to {most}.", least=row.lowest or 0, most=row.highest)


def _day(text: str) -> str:
    found = day_in(text)
    return f"{found:%d.%m.%Y}" if found is not None else ""


_ANY_TEXT: Final = Reader(dress.one_line, lambda text: 2 <= len(text) <= TEXT_MOST, TOO_LONG)

_READERS: Final[Mapping[Kind, Reader]] = {
    Kind.SITE: Reader(
        site_in, site_is_right, say("That is no web address. It looks like example.com or https://example.com/shop.")
    ),
    Kind.EMAIL: Reader(email_in, email_is_right, say("That is no e-mail address. It looks like name@example.com.")),
    Kind.DATE: Reader(_day, bool, say("A day looks like 24.11.2026.")),
    Kind.UA_TAX_NUMBER: Reader(
        register_number_in,
        lambda text: edrpou_is_right(text) or inn_is_right(text),
        say("That is no ЕДРПОУ of 8 digits and no ИНН of 10 or 12: a digit is wrong, missing or too many."),
    ),
    Kind.BY_TAX_NUMBER: Reader(
        register_number_in,
        lambda text: unp_is_right(text) or inn_is_right(text),
        say("That is no УНП of 9 digits and no ИНН of 10 or 12: a digit is wrong, missing or too many."),
    ),
}
