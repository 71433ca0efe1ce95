"""What surrounds an answer and is not meant: invisible marks, odd spaces, quotes, brackets, other people's digits.

Sources: Unicode's general categories (Cf: format characters), its list of default ignorable code points, and NFKC.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

QUOTES: Final = "\"'`´‘’‚‛“”„‟«»‹›「」『』〈〉《》＂＇"
_BRACKETS: Final = "()[]{}<>（）［］｛｝【】"
_MARKUP: Final = "*_~|#"
_PUNCTUATION: Final = ".,;:!?…।。、！？：；"
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212\u2043\u2e3a\u2e3b\ufe58\ufe63\uff0d\u00ad\u02d7\u30fc]")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_IGNORABLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u20e3\U000e0100-\U000e01ef]"
)
"""Invisible though they are no format characters: variation selectors, fillers, the key around a digit."""
_EVERYDAY: Final = re.compile("[ -~А-яЁёІіҒғҚқҢңӨөҰұҮүҺһӘә]*")
"""Latin, Russian and Kazakh letters as keyboards have them: a text of these is what it looks like."""
_SEEN: Final = re.compile("[ -~А-яЁёІіҒғҚқҢңӨөҰұҮүҺһӘә←→✕✎☐☑▶…–—«»“”·№₸]*")
"""The same with what stands on our buttons: each of these is seen."""
_LINES: Final = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def unmarked(text: str) -> str:
    """A text without what nobody sees: its lines are kept, every space in them is a plain one."""
    if _SEEN.fullmatch(text):
        return text
    return "\n".join(_seen(line) for line in _LINES.split(text))


def one_line(text: str) -> str:
    """A text as one clean line: nothing invisible, no control or direction-changing character, single spaces."""
    return " ".join(unmarked(text).split())


def lines(text: str) -> list[str]:
    """The lines of a text that say something, each a clean one."""
    return [line for each in unmarked(text).split("\n") if (line := " ".join(each.split()))]


def narrow(text: str) -> str:
    """A text in plain characters: ASCII digits, half-width letters, plain dashes and spaces. Letters stay letters.

    For answers that are made of digits and Latin letters; a text that is shown to somebody is not to be changed so.
    """
    if _EVERYDAY.fullmatch(text):
        return text
    plain = "".join(_plain(each) for each in unicodedata.normalize("NFC", _DASHES.sub("-", unmarked(text))))
    return "".join(_digit(each) for each in unmarked(plain))


def bare(text: str) -> str:
    """A text without the quotes, brackets, marks of emphasis and punctuation around it."""
    before, inside = "", text.strip()
    while before != inside:
        before = inside
        inside = inside.strip(QUOTES + _BRACKETS + _MARKUP + _PUNCTUATION).strip()
    return inside


def _seen(line: str) -> str:
    if _SEEN.fullmatch(line):
        return line
    plain = (" " if each.isspace() else each for each in _IGNORABLE.sub("", line))
    return "".join(each for each in plain if unicodedata.category(each) not in _UNSEEN)


def _plain(character: str) -> str:
    """A character in its plain form; an exponent or a fraction is another value, and stays."""
    if unicodedata.decomposition(character).startswith(("<super>", "<sub>", "<fraction>")):
        return character
    return unicodedata.normalize("NFKC", character)


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
