"""The plan of registering many names: what would be sent, what cannot and why, what is doubtful. Pure.

rows as they were typed ─▶ for each subclient ─▶ a name and its comment, or a trouble ─▶ [Send] ─▶ requests
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation.step import Answers
from bot.locales import Phrase, Texts, say
from bot.reading.fields import email_in
from bot.reading.names import names_in
from bot.reading.numbers import is_number, number_in
from bot.reading.rows import Line
from bot.registration.facts import RegistrationFacts
from bot.registration.programmes import notes, paid
from bot.registration.requests import requests_of_new_name
from bot.registration.spelling import kind_of, number_problem, problem_words
from bot.registration.steps import COMMENT_MOST
from bot.screens.problems import REASONS
from bot.senders.batch import Trouble
from bot.senders.listed import Taken
from bot.senders.operation import Request
from bot.smsc import ProblemKind, check_email, check_letters

ROWS_MOST: Final = 1000
"""Names that a plan has at most; at five a minute it takes three hours and twenty minutes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell read as a name: as it is sent, or why not and what may be meant; what a moderator may say to it."""

    name: str | None = None
    why: Phrase | None = None
    offers: tuple[str, ...] = ()
    doubt: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom a name is: a subclient (empty: the main account) of an account; None: of the one of the plan."""

    subclient: str = ""
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the plan. `line` is its place in what was typed, from 0; `name` as it is sent, or as it was typed."""

    line: int
    name: str
    comment: str
    whom: Whom
    trouble: Trouble | None = None
    doubt: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows in their order, and what they cost: how many monthly fees, and the rest in words.

    `left_out` counts the rows beyond `ROWS_MOST`.
    """

    rows: tuple[Row, ...]
    left_out: int = 0
    fees: int = 0
    costs: Sequence[Phrase] = ()

    @property
    def sent(self) -> tuple[Row, ...]:
        """The rows that would be sent."""
        return tuple(each for each in self.rows if each.trouble is None)


def planned(
    lines: Sequence[Line],
    whom: Sequence[Whom],
    taken: Mapping[Whom, Taken],
    answers: Answers,
    facts: RegistrationFacts,
) -> Plan:
    """What would be done with these lines.

    Args:
        lines: as they were typed; one that names a subclient itself is for that one alone.
        whom: for whom the others are.
        taken: the names that each of them has, as far as the list is known; one that is not in it is not known.
        answers: what was chosen for all of them: comment, operators, when.
        facts: what the steps looked at for that.
    """
    pairs = [
        (number, each, its)
        for number, each in enumerate(lines)
        if each.name  # else it was left out
        for its in ((Whom(each.subclient),) if each.subclient is not None else whom)
    ]
    spelled = {key: {name.casefold(): name for name in each.names} for key, each in taken.items()}
    seen: set[tuple[Whom, str]] = set()
    rows = []
    for number, line, its in pairs[:ROWS_MOST]:
        row = _row(number, line, its, str(answers.get("comment") or ""), spelled.get(its), seen)
        seen.add((its, row.name.casefold()))
        rows.append(row)
    letters = sum(row.trouble is None and kind_of(row.name) == "letters" for row in rows)
    costs = notes(answers, facts, fees=False) if any(row.trouble is None for row in rows) else ()
    return Plan(tuple(rows), len(pairs) - len(rows), letters * len(paid(answers, facts)), costs)


def _row(
    number: int, line: Line, whom: Whom, comment: str, spelled: Mapping[str, str] | None, seen: set[tuple[Whom, str]]
) -> Row:
    read = read_cell(line.name)
    name, told = read.name or line.name, line.comment or comment
    if spelled is None:
        trouble: Trouble | None = Trouble.SUBCLIENT
    elif read.name is None:
        trouble = Trouble.SPELLING
    elif len(told) > COMMENT_MOST:
        trouble = Trouble.COMMENT
    elif (whom, name.casefold()) in seen:
        trouble = Trouble.TWICE
    elif name.casefold() in spelled:
        trouble = Trouble.TAKEN if spelled[name.casefold()] == name else Trouble.ALIKE
    else:
        trouble = None
    return Row(number, name, told, whom, trouble, read.doubt if trouble is None else None)


def read_cell(cell: str) -> Reading:
    """A cell as a name of any kind; what merely stands around a name is taken off."""
    names = names_in(cell)
    if names.more:
        return Reading(why=say("There are several names in one row."))
    checked = check_email(email_in(names.first)) if "@" in names.first else check_letters(names.first)
    if is_number(cell) or any(each.kind is ProblemKind.ONLY_DIGITS for each in checked.problems):
        number = number_in(cell)
        return Reading(number.digits) if number.taken else Reading(why=number_problem(number), offers=number.offers)
    if checked.problems:
        return Reading(why=problem_words(checked.problems[0]), offers=checked.suggestions)
    return Reading(checked.value, doubt=problem_words(checked.warnings[0]) if checked.warnings else None)


def trouble_words(trouble: Trouble, name: str, subclient: str = "") -> Phrase:
    """Why a row cannot be sent; `subclient`: for whom it was to be."""
    if trouble is Trouble.SUBCLIENT and subclient:
        return say("I do not know the subclient {login} yet.", login=subclient)
    if trouble is Trouble.SPELLING:
        read = read_cell(name)
        why = read.why or say("This cannot be a name.")
        if name in read.offers:
            return say("{problem} If it is meant so, register it by itself: /add.", problem=why)
        return say("{problem} Perhaps {name}?", problem=why, name=read.offers[0]) if read.offers else why
    return _TROUBLES[trouble]


_TROUBLES: Final[Mapping[Trouble, Phrase]] = {
    Trouble.TWICE: say("It is already in a row above."),
    Trouble.TAKEN: say("It is already in your list."),
    Trouble.ALIKE: say("It is already in your list, with other capitals."),
    Trouble.COMMENT: say("A comment has 1 to {most} characters.", most=COMMENT_MOST),
    Trouble.SUBCLIENT: say("I do not know this subclient yet. Choose it once with /user."),
    Trouble.UNREADABLE: REASONS["unreadable"],
    Trouble.ACCOUNT: say("Its account is not connected any more."),
    Trouble.MISSING: say("It is not in your list any more."),
    Trouble.SAME: say("SMSC has all of it already."),
    Trouble.OWNER: say("Your role does not let you register names for its account."),
    Trouble.REPLACED: say("A newer change took its place."),
}


def requests_of_row(row: Row, answers: Answers, facts: RegistrationFacts, t: Texts) -> list[Request]:
    """What a row sends: operators and a company's data belong to names of letters alone."""
    own = {**answers, "name": row.name, "comment": row.comment}
    if kind_of(row.name) != "letters":
        own = {key: each for key, each in own.items() if key in {"name", "comment", "documents"}}
    return requests_of_new_name(own, facts, {}, t)
