"""Short answers that have a form of their own: logins, web sites, e-mail addresses, numbers of registers, days.

Each reader takes away what stands around such an answer (its name, quotes, brackets, punctuation, a scheme) and gives
what is left; whether that can be right is decided elsewhere.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from bot.reading.dress import bare, narrow, one_line

_NAMED: Final = r"(?i)^(?:{names})\s*(?:[:=–—-]|\bis\b|это)?\s*"
_LOGIN: Final = re.compile(_NAMED.format(names=r"(?:my\s+|мой\s+|менің\s+)?(?:login|логин\w*|user(?:name)?)"))
_EMAIL: Final = re.compile(
    _NAMED.format(
        names=r"(?:our\s+|наш[аи]?\s+)?(?:mailto|e-?mail|mail|(?:эл[\w.]*\s*)?(?:почта|пошта|адрес)|имейл|емейл)(?!@)"
    )
)
_IN_BRACKETS: Final = re.compile(r"[^<>@]*<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>")
_SITE: Final = re.compile(
    _NAMED.format(
        names=r"(?:our\s+|наш[аи]?\s+|біздің\s+)?(?:web\s?-?site|site|url|link|веб-?сайт|сайт\w*|ссылка|страница|сілтеме)(?![\w.])"
    )
)
_LINK: Final = re.compile(r"(?i)https?://[^\s<>«»\"“”]+")
_REGISTER: Final = re.compile(
    _NAMED.format(names=r"(?:инн|іпн|єдрпоу|едрпоу|окпо|унп|бин|иин|бсн|жсн|inn|unp|bin|iin|tax\s+(?:number|id))(?!\w)")
)
_LEADING: Final = re.compile(r"[№#(\[\s]*([0-9]+)(?!\s*[.,–—-]?\s*[0-9])")
_ANY: Final = re.compile(r"(?<![0-9.,–—-])[0-9]+(?![0-9]|[.,–—-][0-9])")
_DAY: Final = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})(?:\s*(?:г|года|ж|жыл)\.?)?")
_ISO_DAY: Final = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})")


def login_in(text: str) -> str:
    """A login without its name and quotes. Letters stay as they are: only SMSC knows which it has."""
    return bare(_LOGIN.sub("", one_line(text), count=1))


def email_in(text: str) -> str:
    """An e-mail address without its name and brackets; where more than that stands in the text, the text itself."""
    plain = one_line(text)
    written = _IN_BRACKETS.fullmatch(plain)
    inside = bare(written[1] if written is not None else _EMAIL.sub("", plain, count=1).removeprefix("mailto:"))
    return inside if " " not in inside else plain


def site_in(text: str) -> str:
    """A web address without its name, quotes and brackets; where more than one stands in the text, the text itself."""
    plain = one_line(text)
    inside = bare(_SITE.sub("", plain, count=1))
    links = {bare(each) for each in _LINK.findall(plain)}
    if " " not in inside:
        return inside
    return links.pop() if len(links) == 1 else plain


def register_number_in(text: str) -> str:
    """The number of a register (ИНН, УНП, БИН), where nothing but its name and punctuation surrounds its digits."""
    plain = bare(narrow(one_line(text)))
    inside = bare(_REGISTER.sub("", plain, count=1))
    digits = re.sub(r"[\s.-]", "", inside)
    return digits if digits.isascii() and digits.isdigit() else inside


def list_number_in(text: str) -> str:
    """The number of a line of a list that was pasted: it stands in front, or is the only one; else the text itself."""
    plain = bare(narrow(one_line(text)))
    leading = _LEADING.match(plain)
    found = [leading[1]] if leading else _ANY.findall(plain)
    return (found[0].lstrip("0") or "0") if len(found) == 1 else plain


def day_in(text: str) -> date | None:
    """A day as people write it: 24.11.2026, 24/11/26, 2026-11-24, with г. or in brackets; None where it is none."""
    plain = bare(narrow(one_line(text)))
    iso, found = _ISO_DAY.fullmatch(plain), _DAY.fullmatch(plain)
    try:
        if iso is not None:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if found is not None:
            return date(int(found[3]) + (2000 if len(found[3]) == 2 else 0), int(found[2]), int(found[1]))
    except ValueError:
        return None
    return None
