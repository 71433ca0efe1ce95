"""The rules for a sender name of letters, or an e-mail address. Pure, and without words.

A check gives the value as it should be sent, what is wrong with it, what is doubtful about it, and
a suggestion. The words for each problem are the conversation's business.

Sources: Latin letters, digits, dot, dash, underscore, at most 11 characters (B).
Sources disagree about spaces, and live names with a space exist: a warning. Generic words and
operators' names are refused by moderators (B): a warning, for it is they who decide.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LETTERS_MOST: Final = 11
"""Characters of a name of letters (B)."""

_EMAIL_MOST: Final = 254

_ALLOWED: Final = re.compile(r"[A-Za-z0-9._-]")
_TRADE_MARK: Final = re.compile("[™℠]")
_SIGNS: Final = re.compile(r"[^A-Za-z0-9._-]+")
_EDGES: Final = "._-"
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_PHONE_PUNCTUATION: Final = re.compile(r"[\s().+‐-―-]")

_LOOK_ALIKES: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚԜаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABESIJKMHOPCTYXQWaesijopcyxhdqwABEZHIKMNOPTYXo",
)
"""Cyrillic and Greek letters that look like a Latin one."""

_CONFUSABLE: Final = str.maketrans({"0": "O", "1": "l", "I": "l", "|": "l", "m": "rn"})

_TRANSLITERATED: Final = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)),
    **dict(zip("жхцчшщюяъь", ("zh", "kh", "ts", "ch", "sh", "sch", "yu", "ya", "", ""), strict=True)),
    **dict(zip("әғқңөұүһіїєґў", "agqnouuhiiegu", strict=True)),
}
"""Russian, Kazakh, Ukrainian and Belarusian letters as a passport would spell them, roughly."""

_LATIN: Final = {
    **dict(zip("łøđðıŋəß", ("l", "o", "d", "d", "i", "n", "a", "ss"), strict=True)),
    **dict(zip("æœþ", ("ae", "oe", "th"), strict=True)),
}
"""Latin letters that are more than a plain one with a mark."""

_LATIN_SOUNDS: Final = dict(zip("şșščçž", ("sh", "sh", "sh", "ch", "ch", "zh"), strict=True))
"""Latin letters whose mark changes the sound, as Kazakhstan's own alphabet and its passports have it: Şeker, Sheker."""

_ALL_LETTERS: Final = {**_TRANSLITERATED, **_LATIN, **_LATIN_SOUNDS}

_OPERATORS: Final = frozenset(
    """
    mts beeline megafon tele2 t2 motiv sber sbermobile kcell activ altel izi vodafone
    kyivstar lifecell a1 life velcom volna winmobile yota rostelecom
    """.split()  # noqa: SIM905  # a list of words reads best as words
)
_GENERIC: Final = frozenset(
    """
    info sms test testing demo shop store market magazin bank news sale sales promo akciya
    reklama service servis support help admin alert notice message inform company client
    order delivery dostavka taxi salon clinic apteka code kod verify auth
    """.split()  # noqa: SIM905  # a list of words reads best as words
)


class ProblemKind(Enum):
    """What can be wrong or doubtful."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    """More than `limit` characters; `count` were given."""
    NOT_ALLOWED = "not allowed"
    """`characters` are not allowed."""
    LOOK_ALIKE = "look-alike"
    """`characters` look Latin, and are not."""
    ONLY_DIGITS = "only digits"
    """A number: that is a digital name, confirmed by a code."""
    NO_LETTERS = "no letters"
    """Punctuation alone."""
    NOT_EMAIL = "not an e-mail address"
    SPACE = "space"
    """Some operators take no space."""
    EDGE = "edge"
    """Begins or ends with one of `characters`."""
    GENERIC = "generic"
    """A word that anybody could use; moderators refuse such."""
    OPERATOR = "operator"
    """An operator's own name; moderators refuse such."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong or doubtful, with what a sentence about it needs."""

    kind: ProblemKind
    characters: str = ""
    limit: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    `value` is what would be sent. With `problems` it must not be, with `warnings` it may.
    `suggestions`, the likely one first, have no problems of their own.
    """

    value: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    suggestions: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it may be sent."""
        return not self.problems

    @property
    def suggestion(self) -> str | None:
        """The likely spelling that may be sent."""
        return self.suggestions[0] if self.suggestions else None


def check_letters(name: str) -> Checked:
    """Checks a name of letters, as a person typed it."""
    value = " ".join(unicodedata.normalize("NFC", name).split())
    problems = _letter_problems(value)
    return Checked(value, problems, _letter_warnings(value), _suggestions(value) if problems else ())


def check_email(text: str) -> Checked:
    """Checks an e-mail address as a sender."""
    value = text.strip()
    if not value:
        return Checked(value, (Problem(ProblemKind.EMPTY),))
    if len(value) > _EMAIL_MOST:
        return Checked(value, (Problem(ProblemKind.TOO_LONG, limit=_EMAIL_MOST, count=len(value)),))
    if not _EMAIL.fullmatch(value) or ".." in value:
        return Checked(value, (Problem(ProblemKind.NOT_EMAIL),))
    return Checked(value)


def _letter_problems(value: str) -> tuple[Problem, ...]:
    if not value:
        return (Problem(ProblemKind.EMPTY),)
    if not _PHONE_PUNCTUATION.sub("", value).strip("_"):
        return (Problem(ProblemKind.NO_LETTERS),)
    if re.fullmatch(r"[0-9]+", re.sub(r"[\s().+_-]", "", value)):
        return (Problem(ProblemKind.ONLY_DIGITS),)
    problems: list[Problem] = []
    wrong = [each for each in value if each != " " and not _ALLOWED.fullmatch(each)]
    if wrong:
        alike = all(ord(each) in _LOOK_ALIKES for each in wrong)
        kind = ProblemKind.LOOK_ALIKE if alike else ProblemKind.NOT_ALLOWED
        problems.append(Problem(kind, _distinct(wrong) if alike else _runs(value)))
    if len(value) > LETTERS_MOST:
        problems.append(Problem(ProblemKind.TOO_LONG, limit=LETTERS_MOST, count=len(value)))
    return tuple(problems)


def _letter_warnings(value: str) -> tuple[Problem, ...]:
    warnings: list[Problem] = []
    if " " in value:
        warnings.append(Problem(ProblemKind.SPACE))
    edges = _distinct(each for each in value[:1] + value[-1:] if each in _EDGES)
    if edges:
        warnings.append(Problem(ProblemKind.EDGE, edges))
    plain = re.sub(r"[\W_]", "", value).lower()
    if plain in _OPERATORS:
        warnings.append(Problem(ProblemKind.OPERATOR))
    elif plain in _GENERIC:
        warnings.append(Problem(ProblemKind.GENERIC))
    return tuple(warnings)


def _suggestions(value: str) -> tuple[str, ...]:
    """Spellings that may be sent: Latin letters that look the same; else a transliteration, and plain letters.

    Where none of these fits, its words without other signs, and written together.
    """
    alike = _narrow(value).translate(_LOOK_ALIKES)
    if alike != value and not _letter_problems(alike):
        return (alike,)
    passport = _transliterated(_narrow(value))
    found = (passport, _unmarked(passport), _unmarked(_transliterated(_narrow(value), _LATIN)))
    words = [_SIGNS.sub(" ", each).split() for each in found]
    apart = tuple(" ".join(each) for each in words)
    together = tuple("".join(word[:1].upper() + word[1:] for word in each) for each in words)
    for spellings in (found, (*apart, *together)):
        fitting = [each for each in spellings if each != value and not _letter_problems(each)]
        if fitting:
            return tuple(dict.fromkeys(fitting))
    return ()


def _narrow(value: str) -> str:
    """Full-width and other compatibility forms as the plain characters they stand for; a trade mark's sign is none."""
    plain = unicodedata.normalize("NFKC", _TRADE_MARK.sub("", value))
    return " ".join("".join(each for each in plain if unicodedata.category(each) != "Cf").split())


def _unmarked(value: str) -> str:
    """Latin letters without their marks."""
    return "".join(each for each in unicodedata.normalize("NFD", value) if not unicodedata.combining(each))


def latin(text: str) -> str:
    """A text in Latin letters, roughly as a passport would spell it, without marks: “Ромашка” is “Romashka”."""
    return _unmarked(_transliterated(_narrow(text)))


def look_alikes(name: str, others: Iterable[str]) -> list[str]:
    """Those of other names that are easily taken for this one, sorted.

    They differ in capitals and small letters alone, which some operators do not tell apart, or in characters that are
    confusable by Unicode's list (UTS 39, confusables.txt: 0 and O; 1, I and l; m and rn).
    """
    spelled, looks = name.casefold(), _look_of(name)
    return sorted(each for each in others if each != name and (each.casefold() == spelled or _look_of(each) == looks))


def _look_of(name: str) -> str:
    return name.translate(_CONFUSABLE).casefold()


def _transliterated(value: str, table: Mapping[str, str] | None = None) -> str:
    letters: list[str] = []
    for each in value:
        latin = (_ALL_LETTERS if table is None else table).get(each.lower())
        if latin is None:
            letters.append(each)
        elif each.islower():
            letters.append(latin)
        else:
            letters.append(latin.upper() if value.isupper() else latin.capitalize())
    return "".join(letters)


def _runs(value: str) -> str:
    """What is not allowed as it stands in the value: a word stays a word."""
    kept = (each if each != " " and not _ALLOWED.fullmatch(each) else " " for each in value)
    return " ".join(dict.fromkeys("".join(kept).split()))


def _distinct(characters: Iterable[str]) -> str:
    return "".join(dict.fromkeys(characters))
