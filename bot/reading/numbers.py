"""Phone numbers as people type, copy and share them, by the rules of all countries (the library phonenumbers).

    +7 701 555-00-11, 77015550011, 8 701 …, 00 7 701 …, tel:, wa.me/, full-width digits, invisible marks ─▶ 77015550011
    701 555 00 11, 067 123 45 67      the country is missing: asked
    84912345678                       of two countries: asked
    +84 912 345 678                   with a plus it is what it says

A number goes to SMSC as digits with the country's code in front; a code is sent to it: none is taken on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import unquote

from bot.reading.dress import bare, narrow

NUMBER_MOST: Final = 15
"""Digits of a number: SMSC's rule for a digital name (B), and E.164's."""
NUMBER_LEAST: Final = 10
"""A shorter one can hardly get a code."""

_HOME: Final = ("KZ", "RU", "UA", "BY", "KG", "UZ", "TJ", "TM", "AZ", "AM", "GE", "MD", "MN")
"""Countries whose numbers are read as they are dialled there, the likely ones first."""
_OFFERS_MOST: Final = 3

_LINK: Final = re.compile(r"(?i)(?:tel|callto|sms|smsto|whatsapp|viber)\s*:/{0,2}|(?:https?://)?(?:wa\.me|t\.me)/")
_QUERY: Final = re.compile(r"[?;&].*$", re.DOTALL)
_EXTENSION: Final = re.compile(
    r"(?i)(?P<before>.*\d\D*?)(?:;\s*ext\s*=|\bext(?:ension)?\b\.?|\bx(?=\s*\d)|доб(?:авочн\w*)?\b\.?|вн(?:утр\w*)?\.|ішкі|#)"
    r"\s*\d{1,6}\D*",
    re.DOTALL,
)
_SHAPE: Final = re.compile(r"\+?[\d\s().\-/~]*\d[\d\s().\-/~]*")
_IN_WORDS: Final = re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-/~]{0,3}\d){8,18}(?!\w)")


class Trouble(Enum):
    """Why a number was not simply taken."""

    EMPTY = "empty"
    STRANGE = "strange"
    """`strange` holds what is no part of a number."""
    TOO_LONG = "too long"
    SHORT = "short"
    NO_COUNTRY = "no country"
    """Dialled inside a country: `offers` are what it may be."""
    TWO_COUNTRIES = "two countries"
    UNKNOWN = "unknown"
    """No country has such numbers, as far as it is known."""
    EXTENSION = "extension"
    """Of a switchboard: `offers` has it without the extension."""
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Number:
    """What was read.

    digits   as SMSC takes them; with a trouble, what was typed
    trouble  why it is not to be taken without a word
    offers   what may be meant, to be asked
    dialled  it was typed as it is dialled inside a country, and read with its code
    """

    digits: str
    trouble: Trouble | None = None
    offers: tuple[str, ...] = ()
    dialled: bool = False
    strange: str = ""

    @property
    def taken(self) -> bool:
        """Whether it may be used as it is."""
        return self.trouble is None


def number_in(text: str) -> Number:
    """The phone number in a text that is meant to be one."""
    parts = [each for each in re.split(r"[,;\n]", narrow(text)) if is_number(each)]
    if len(parts) > 1:
        first = number_in(parts[0])
        return Number(first.digits, Trouble.SEVERAL, first.offers or (first.digits,))
    plain = _undressed(text)
    extension = _EXTENSION.fullmatch(plain)
    if extension is not None:
        within = number_in(extension["before"])
        offers = within.offers or (within.digits,)
        return Number(within.digits, Trouble.EXTENSION, offers) if within.taken or within.offers else within
    if _SHAPE.fullmatch(plain):
        return _read(plain)
    found = [each for each in _numbers_in_words(plain) if each.taken or each.offers]
    if len(found) == 1:
        return found[0]
    if found:
        return Number(found[0].digits, Trouble.SEVERAL, found[0].offers or (found[0].digits,))
    digits = re.sub(r"\D", "", plain)
    strange = " ".join(dict.fromkeys(re.findall(r"[^\d\s+().\-/~]+", plain)))
    return Number(digits, Trouble.STRANGE, strange=strange) if strange else Number(digits, Trouble.EMPTY)


def is_number(text: str) -> bool:
    """Whether a text is a phone number and nothing else; a short one, or a bare code, is none."""
    plain = _undressed(text)
    return bool(_SHAPE.fullmatch(plain)) and len(re.sub(r"\D", "", plain)) >= NUMBER_LEAST


def _undressed(text: str) -> str:
    plain = narrow(unquote(text) if "%" in text else text)
    link = _LINK.search(plain)
    if link is not None:
        plain = _QUERY.sub("", plain[link.end() :]) if ";ext" not in plain else plain[link.end() :]
    return " ".join(bare(plain.lstrip("(").replace(")", " ").replace("(", " ")).split())


def _numbers_in_words(text: str) -> Iterator[Number]:
    seen = set()
    for each in re.split(r"[\n,;]", text):
        for found in _IN_WORDS.finditer(each):
            number = _read(found[0])
            if number.digits not in seen:
                seen.add(number.digits)
                yield number


def _read(text: str) -> Number:
    plus = text.strip().startswith("+")
    digits = re.sub(r"\D", "", text)
    if not digits:
        return Number("", Trouble.EMPTY)
    if not plus:  # the prefixes by which one dials abroad: 00 in most countries, 8-10 in Kazakhstan and Russia
        abroad = re.match(r"00(?=\d{8})|810(?=\d{9})", digits)
        if abroad is not None and _is_valid(digits[abroad.end() :]):
            return Number(digits[abroad.end() :], dialled=True)
    if len(digits) > NUMBER_MOST:
        return Number(digits, Trouble.TOO_LONG)
    if len(digits) < NUMBER_LEAST:
        return Number(digits, Trouble.SHORT, (digits,))
    if plus:
        return _with_plus(digits)
    return _without_plus(digits)


def _with_plus(digits: str) -> Number:
    if _is_valid(digits):
        return Number(digits)
    trunk = _of_trunk_eight(digits)
    return Number(trunk, dialled=True) if trunk else _unknown(digits)


def _without_plus(digits: str) -> Number:
    trunk = _of_trunk_eight(digits)
    in_full = (digits,) if _is_valid(digits) else ()
    if trunk:
        return Number(digits, Trouble.TWO_COUNTRIES, (trunk, *in_full)) if in_full else Number(trunk, dialled=True)
    if in_full:
        return Number(digits)
    at_home = tuple(dict.fromkeys(filter(None, (_dialled_in(region, digits) for region in _HOME))))
    if at_home:
        return Number(digits, Trouble.NO_COUNTRY, at_home[:_OFFERS_MOST])
    return _unknown(digits)


def _unknown(digits: str) -> Number:
    """A number that no country is known to have; where its length is right it may be a new one."""
    import phonenumbers  # as below

    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        possible = False
    return Number(digits, Trouble.UNKNOWN, (digits,) if possible else ())


def _of_trunk_eight(digits: str) -> str:
    """A Kazakh or Russian number that was dialled with 8 in front, with its 7; empty where it can be none."""
    with_seven = "7" + digits[1:]
    return with_seven if len(digits) == 11 and digits.startswith("8") and _is_valid(with_seven) else ""


def _is_valid(digits: str) -> bool:
    """Whether a country has such a number. The library is large, and loaded when the first number comes."""
    import phonenumbers  # 3 MB and a tenth of a second that the start does not need

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False


def _dialled_in(region: str, digits: str) -> str:
    """The number that these digits reach when they are dialled in a country; empty where they reach none."""
    import phonenumbers  # as above

    try:
        found = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number_for_region(found, region):
        return ""
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
