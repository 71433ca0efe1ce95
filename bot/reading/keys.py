"""API keys and passwords, wherever they turn up: nobody but SMSC may ever see one again.

    a key that says what it is     apikey: KEY   мой ключ – KEY   …/balance.php?apikey=KEY   {"apikey": "KEY"}
    a login and its password       login: demo password: Secret1   ?login=demo&psw=Secret1
    a word that looks like one     demo-key-0123456789abcdef, alone or in a sentence, in quotes, cut by a line's end

What is certain is deleted from the chat before anybody asks; a long word that may be something else is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

from bot.reading.dress import QUOTES, bare, narrow

KEY_MOST: Final = 200
_LEAST: Final = 8
_LONG: Final = 16
_A_NAME: Final = 11
"""Letters that a sender name may have: a word that short is rather one."""

_BETWEEN: Final = rf"(?!-\w)(?:[\s{re.escape(QUOTES)}():=<>\[\]{{}}*|,-]|\b(?:is|это|мой|для|от|smsc)\b){{0,12}}"
_VALUE: Final = r"(?P<value>[A-Za-z0-9_+/=~-]{8,200}+)(?![.@:]\w)"
_STRONG: Final = re.compile(rf"(?i)(?<![^\W_])(?<!-)(?:api|апи)[\s_-]*(?:key|token|ключ\w*|кілт\w*){_BETWEEN}{_VALUE}")
_WEAK: Final = re.compile(
    rf"(?i)(?<![\w-])(?:key|token|ключ\w*|токен\w*|кілт\w*)(?:\s+(?:api|апи)\w*)?{_BETWEEN}{_VALUE}"
)
_LOGIN: Final = re.compile(
    rf"(?i)(?<![^\W_])(?:login|логин\w*|user(?:name)?){_BETWEEN}(?P<value>[^\s&{re.escape(QUOTES)},;]{{2,100}})"
)
_PASSWORD: Final = re.compile(
    rf"(?i)(?<![^\W_])(?P<label>password|passwd|psw|pwd|pass|пароль\w*|құпия\s*сөз\w*)"
    rf"(?P<between>[\s{re.escape(QUOTES)}:=-]{{1,6}})(?P<value>[^\s&{re.escape(QUOTES)}]{{4,200}})"
)
_WORD: Final = re.compile(r"[A-Za-z0-9_-]{16,200}={0,2}")
_PIECE: Final = re.compile(r"[A-Za-z0-9_=-]{2,200}")
_PAIR: Final = re.compile(r"(?P<login>[^\s:/]{2,64}):(?P<password>[^\s:/]\S{3,199})")
_LABEL: Final = re.compile(
    r"(?i)(?:api|апи)?[\s_-]*(?:key|token|ключ\w*|токен\w*|кілт\w*|login|логин\w*|парол\w*|pass\w*)"
)
_OF_A_BANK: Final = re.compile(r"(?i)[a-z]{2}\d{2}[a-z0-9]{11,30}")
"""An IBAN, or the number of a permit, which looks like one."""
_A_SITE: Final = re.compile(r"\.[A-Za-z]")
_CLIENT_LINK: Final = re.compile(r"\s*/start(?:@\w+)?\s+c_[\w-]*\s*")
"""A link for a client that was tapped: what stands there is no key, whatever it looks like."""
_FLIP: Final = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_CASE_FLIP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """What was found: a key, or a password with its login where that was said too. Its representation says neither.

    certain   it can hardly be anything else; otherwise it is a long word that may be one
    labelled  the text itself says what it is
    """

    key: str = ""
    login: str = ""
    password: str = ""
    certain: bool = True
    labelled: bool = False


def holds_secret(text: str) -> bool:
    """Whether a text holds an API key or a password for certain: its message is to be deleted at once, unread.

    It says no for sender names, sentences, addresses, sites, e-mail addresses, phone numbers, IBANs and the numbers of
    registers. A long word that merely may be a key is not told here: its sender is asked (`secret_in`). It needs
    nothing but the text, so that it can be asked on reception, beside the queue.
    """
    found = secret_in(text)
    return found is not None and found.certain


def secret_in(text: str) -> Secret | None:
    """The key or password in a text, bare; None where there is none.

    Args:
        text: as it was sent, in whatever dress.
    """
    if _CLIENT_LINK.fullmatch(text):
        return None
    plain = narrow(unquote(text) if "%" in text else text)
    return _labelled(plain) or _by_its_look(plain)


def key_asked_for(text: str) -> Secret | None:
    """What answers the question for a key: as `secret_in`, `login:password`, or one word that is nothing else here."""
    found = secret_in(text)
    if found is not None:
        return found
    pair = _PAIR.fullmatch(text.strip().strip(QUOTES))
    if pair is not None and not _LABEL.fullmatch(pair["login"]):
        return Secret(login=pair["login"], password=pair["password"], certain=False)
    words = bare(narrow(text)).split()
    return Secret(words[0], certain=False) if len(words) == 1 and not _A_SITE.search(words[0]) else None


def password_asked_for(text: str) -> str:
    """What answers the question for a password: what follows the word for it, else all of it, as it was typed."""
    found = _PASSWORD.fullmatch(text.strip())
    return found["value"] if found is not None and ":" in found["between"] else text.strip()


def _labelled(text: str) -> Secret | None:
    password, login = _password(text), _LOGIN.search(text)
    for pattern, least in ((_STRONG, 20), (_WEAK, KEY_MOST + 1)):
        for found in pattern.finditer(text):
            value = found["value"].strip("=-")
            long = len(value) >= least
            if len(value) >= _LEAST and (long or _has_digit(value)) and (least == 20 or _has_letter(value)):
                return Secret(value + _rest(text[found.end() :], value), labelled=True)
    if password is None:
        return None
    return Secret(login=login["value"] if login else "", password=password, labelled=True)


def _password(text: str) -> str | None:
    """A password that says that it is one. Digits alone are the code of an SMS, unless a login stands beside them."""
    found = _PASSWORD.search(text)
    if found is None:
        return None
    value, said = found["value"], any(each in found["between"] for each in ":=")
    if _LOGIN.search(text) is not None or (found["label"].lower() == "psw" and said):
        return value
    return value if said and len(value) >= 6 and _has_digit(value) and not value.isdigit() else None


def _rest(after: str, value: str) -> str:
    """The end of a key that a line's end cut off."""
    piece = after.strip()
    cut = after.startswith("\n") and _PIECE.fullmatch(piece) and _has_digit(piece) and len(piece) <= len(value)
    return piece if cut else ""


def _by_its_look(text: str) -> Secret | None:
    words = list(_words(text))
    pieces = [bare(each) for each in text.split("\n") if each.strip()]
    if len(pieces) > 1 and all(_PIECE.fullmatch(each) for each in pieces):
        first, *others = pieces
        joined = "".join(pieces)
        longest = len(first) > _A_NAME and all(len(each) <= len(first) for each in others)
        if longest and _is_certain(joined) and not any(map(_is_certain, others)):
            return Secret(joined)
    certain = next((each for each in words if _is_certain(each)), None)
    if certain is not None:
        return Secret(certain)
    alone = bare(text)
    if _WORD.fullmatch(alone) and _has_digit(alone) and _has_letter(alone) and not _OF_A_BANK.fullmatch(alone):
        return replace(Secret(alone), certain=False)
    return None


def _words(text: str) -> Iterator[str]:
    """The words that could be a key: no part of an address, a site, or a path."""
    for each in re.split(r"[\s,;|\"'`«»“”„()<>\[\]{}]+", text):
        word = bare(each)
        parts = (word,) if _WORD.fullmatch(word) or "." in word or "/" in word else re.split("[=&?:]", word)
        yield from filter(_WORD.fullmatch, parts)


def _is_certain(word: str) -> bool:
    """Whether no person would type such a word: letters and digits mixed at length, as only a machine does it."""
    if not _WORD.fullmatch(word) or _OF_A_BANK.fullmatch(word):
        return False
    parts = re.split(r"[_=-]+", word)
    mixed = [each for each in parts if _has_digit(each) and _has_letter(each)]
    if len(mixed) > 1 and sum(map(len, mixed)) >= _LONG:
        return True
    if any(
        len(each) >= 10 and (len(_FLIP.findall(each)) >= 3 or sum(letter.isdigit() for letter in each) >= 5)
        for each in mixed
    ):
        return True
    return len(word) >= 20 and len(_CASE_FLIP.findall(word)) >= 5


def _has_digit(word: str) -> bool:
    return any(each.isdigit() for each in word)


def _has_letter(word: str) -> bool:
    return any(each.isalpha() for each in word)
