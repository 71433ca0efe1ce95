"""A name or a number as it was typed: taken as SMSC takes it, or why not and what may be meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.conversation.step import Problem
from bot.locales import Phrase, say, say_n
from bot.reading.fields import email_in
from bot.reading.names import names_in
from bot.reading.numbers import NUMBER_LEAST, NUMBER_MOST, Number, Trouble, is_number, number_in
from bot.smsc import Problem as NameProblem
from bot.smsc import ProblemKind, check_email, check_letters


def number_problem(number: Number) -> Phrase:
    """Why a number was not taken."""
    match number.trouble:
        case Trouble.STRANGE:
            return say("A phone number has digits only, not {characters}.", characters=number.strange[:20])
        case Trouble.TOO_LONG:
            return say("It is too long: {count} of at most {limit}.", count=len(number.digits), limit=NUMBER_MOST)
        case Trouble.SHORT:
            return say("With fewer than {limit} digits it can hardly get a code.", limit=NUMBER_LEAST)
        case _:
            return _NUMBERS.get(number.trouble or Trouble.EMPTY, say("There is no phone number in this."))


_NUMBERS: Final[Mapping[Trouble, Phrase]] = {
    Trouble.NO_COUNTRY: say("The country code is missing."),
    Trouble.TWO_COUNTRIES: say("Two countries have such a number."),
    Trouble.UNKNOWN: say("No country has such a number, as far as I know."),
    Trouble.EXTENSION: say("A code cannot be sent to an extension."),
    Trouble.SEVERAL: say("One number is taken at a time."),
}


def read_number(text: str) -> str | Problem:
    """A number as SMSC takes it; else why not, and what may be meant."""
    number = number_in(text)
    if number.taken:
        return number.digits
    why = number_problem(number)
    if number.trouble is Trouble.SEVERAL:
        return Problem(say("{problem} Shall it be the first one?", problem=why), number.offers)
    if number.offers == (number.digits,):
        return Problem(say("{problem} Use it anyway?", problem=why), number.offers)
    if number.offers:
        return Problem(say("{problem} Is this the number?", problem=why), number.offers)
    return Problem(say("{problem} Send a phone number with its country code.", problem=why))


def kind_of(name: str) -> str:
    """What kind of name it is: `letters`, `digits` or `email`."""
    if "@" in name:
        return "email"
    return "digits" if name.isdigit() else "letters"


def read_name(text: str) -> str | Problem:
    """A name of any kind as SMSC takes it; else why not, and what may be meant."""
    names = names_in(text)
    if is_number(text) or any(each.kind is ProblemKind.ONLY_DIGITS for each in check_letters(names.first).problems):
        return read_number(text)
    checked = check_email(email_in(names.first)) if "@" in names.first else check_letters(names.first)
    if names.more:
        first = (checked.value,) if checked.ok else checked.suggestions
        told = say_n("There is {count} more.", "There are {count} more.", names.more)
        return Problem(say("One name is taken at a time. {others} Shall it be the first one?", others=told), first)
    if checked.problems:
        why = problem_words(checked.problems[0])
        if not checked.suggestions:
            return Problem(say("{problem} Send another one.", problem=why))
        return Problem(say("{problem} How about this?", problem=why), checked.suggestions)
    if names.dressed:
        others = [each for each in names.others if check_letters(each).ok]
        return Problem(say("A name has no signs around it. How about this?"), (checked.value, *others))
    if checked.warnings:
        return Problem(say("{problem} Use it anyway?", problem=problem_words(checked.warnings[0])), (checked.value,))
    return checked.value


def problem_words(problem: NameProblem) -> Phrase:
    """What is wrong or doubtful about a name."""
    match problem.kind:
        case ProblemKind.TOO_LONG:
            return say("It is too long: {count} of at most {limit}.", count=problem.count, limit=problem.limit)
        case ProblemKind.LOOK_ALIKE:
            return say("These only look like Latin letters: {characters}.", characters=problem.characters)
        case ProblemKind.NOT_ALLOWED:
            return say(
                "It takes Latin letters, digits, dot, dash and underscore; not {characters}.",
                characters=problem.characters[:20],
            )
        case ProblemKind.EDGE:
            return say("It must not begin or end with {characters}.", characters=problem.characters)
        case _:
            return _WORDS.get(problem.kind, say("This cannot be a name."))


_WORDS: Final[Mapping[ProblemKind, Phrase]] = {
    ProblemKind.EMPTY: say("Please type a name."),
    ProblemKind.NO_LETTERS: say("It has no letters."),
    ProblemKind.NOT_EMAIL: say("That is no e-mail address. It looks like name@example.com."),
    ProblemKind.SPACE: say("It has a space, which some operators do not take."),
    ProblemKind.GENERIC: say("Moderators refuse words that anybody could use."),
    ProblemKind.OPERATOR: say("Moderators refuse the names of operators."),
}
