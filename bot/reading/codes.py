"""The confirmation code: typed bare, in groups or in brackets, or somewhere in the SMS that brought it.

    4821  (4821)  4821!  48-21  4 8 2 1  Код: 4821.  ４８２１  4️⃣8️⃣2️⃣1️⃣ ─▶ 4821
    4821 4822, «код 4821 или 4822»                                     ─▶ asked which

Digits that are part of a word, a date, a time, an amount or a longer number are no code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.reading.dress import bare, narrow

CODE_LEAST: Final = 4
CODE_MOST: Final = 8
_NEAR_MOST: Final = 40
"""Letters that may stand between the word for a code and the code."""
_OFFERS_MOST: Final = 3
_OF_THE_SERVICE: Final = "smsc"
"""What every site of the service has in its name; their SMS name the site, unless another was asked for."""

_LABEL: Final = r"код\w*|codes?|құпия\w*|пароль|password|pin|otp|пин"
"""What an SMS calls its code."""
_WORD: Final = re.compile(rf"(?i)(?<!\w)(?:{_LABEL})(?!\w)")
_GLUED: Final = re.compile(r"(?i)(?<!\w)((?:код|code|пин|pin|otp))(?=\d{4,8}(?!\w))")
_BARE: Final = re.compile(r"\d{1,8}(?:[\s.–-]{1,3}\d{1,8})*")
_DIGITS: Final = re.compile(r"(?<![\w+])(?<!\d[.,:/-])\d{4,8}(?!\w)(?![.,:/-]\d)")
_LONG: Final = re.compile(r"\+?\d(?:[\s()-]{0,2}\d){8,}")
"""A phone number, an account: longer than a code."""
_GROUPED: Final = re.compile(r"(?<![\w+.,:/-])\d{2,3}[ -]\d{2,3}(?!\w)(?![.,:/-]?\d)")
_SPELLED: Final = re.compile(r"(?<![\w+.,:/-])(?<!\d )\d(?:[ -]\d){3,7}(?!\w)(?![ .,:/-]\d)")
"""Digit by digit, as one dictates or copies them from boxes."""
_MEASURE: Final = re.compile(
    r"(?i)\s*(?:сек|мин\b|мин[.у]|час|дн|сағ|тг|тенге|теңге|руб|kzt|rub|sec|min\b|minute|hour|day|₸|₽|%|\$)"
)
_BREAK: Final = re.compile(r"[.!?;\n](?:\s|$)|\n")


@dataclass(frozen=True, slots=True)
class Code:
    """What was found: the code, or several things that may be it."""

    value: str | None = None
    candidates: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.value is not None or bool(self.candidates)


def code_in(text: str) -> Code:
    """The code in a text that nobody asked for: typed bare, or near the word for it."""
    plain = _plain(text)
    return _typed(plain) or _near_its_word(plain)


def code_asked_for(text: str) -> Code:
    """The code in an answer to the question for it: as `code_in`, or the only digits that can be one."""
    found = code_in(text)
    if found:
        return found
    return _of(_candidates(_plain(text)).values())


def is_sms_about(text: str, number: str, site: str) -> bool:
    """Whether a text of several words can be the SMS with a code: it names the service, the number or the site."""
    names = filter(None, (_OF_THE_SERVICE, number, site.casefold()))
    return len(text.split()) > 1 and any(each in text.casefold() for each in names)


def _plain(text: str) -> str:
    """The text with the word for a code apart from its digits, and the digits of a spelled one together."""
    return _SPELLED.sub(lambda found: re.sub(r"\D", "", found[0]), _GLUED.sub(r"\1 ", narrow(text)))


def _typed(text: str) -> Code:
    inside = bare(text)
    if not _BARE.fullmatch(inside):
        return Code()
    groups = re.findall(r"\d+", inside)
    whole = "".join(groups)
    if len(groups) > 1 and all(len(each) >= CODE_LEAST for each in groups):  # two codes, or one in two groups
        both = (whole,) if len(whole) <= CODE_MOST else ()
        return _of([*groups, *both] if all(len(each) <= CODE_MOST for each in groups) else [])
    return Code(whole) if CODE_LEAST <= len(whole) <= CODE_MOST and not _is_a_day(inside) else Code()


def _near_its_word(text: str) -> Code:
    words = [word.span() for word in _WORD.finditer(text)]
    if not words:
        return Code()
    near: list[tuple[int, int, bool, str]] = []
    for (begin, stop), digits in _candidates(text).items():
        gap, after = min((max(start - stop, begin - end), begin > start) for start, end in words)
        if gap <= _NEAR_MOST:
            near.append((gap, begin, after, digits))
    if not near:
        return Code()
    near.sort()
    least, first, side, nearest = near[0]
    rivals = [
        digits
        for gap, place, after, digits in near
        if (after == side or gap <= least) and not _BREAK.search(text[min(first, place) : max(first, place)])
    ]
    return _of([nearest, *rivals])


def _candidates(text: str) -> dict[tuple[int, int], str]:
    """Everything in a text that can be a code, by its place."""
    taken = [each.span() for each in _LONG.finditer(text)]

    def free(start: int, end: int) -> bool:
        return all(end <= before or start >= after for before, after in taken)

    found = {
        each.span(): each[0]
        for each in _DIGITS.finditer(text)
        if free(*each.span()) and not _MEASURE.match(text, each.end())
    }
    if not found:
        found = {
            each.span(): re.sub(r"\D", "", each[0])
            for each in _GROUPED.finditer(text)
            if free(*each.span()) and not _MEASURE.match(text, each.end())
        }
    return found


def _of(found: Iterable[str]) -> Code:
    values = tuple(dict.fromkeys(found))
    return Code(values[0]) if len(values) == 1 else Code(None, values[:_OFFERS_MOST])


def _is_a_day(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{2,4}", text) is not None
