"""Sender names as people type them: what stands around one, and several at once.

    «Kaspi», "Kaspi", `Kaspi`, @kaspi, #kaspi, Имя: Kaspi ─▶ Kaspi
    https://kaspi.kz/shop, www.kaspi.kz                    ─▶ kaspi, or kaspi.kz
    instagram.com/kaspi                                    ─▶ kaspi
    PARAFIT, PARACENTR; each on a line of its own          ─▶ PARAFIT, and one more

Invisible marks are no part of a name and go without a word; those that turn the direction of writing inside one stay,
for they make a name look like another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.reading.dress import QUOTES, bare, one_line, unmarked

_BETWEEN: Final = re.compile(r"\s*[,;\n]\s*|\s+(?:и|и\s+ещё|или|либо|and|or|және|мен|немесе|[/|])\s+(?=\S)")
_EITHER: Final = re.compile(r"\s(?:или|либо|or|немесе)\s")
_BULLET: Final = re.compile(r"^\s*(?:\d{1,3}[.)]|[-–—•*·])\s+")
_LABEL: Final = re.compile(
    r"(?i)^(?:sender\s*(?:name|id)?|name|имя(?:\s+отправителя)?|название|отправитель|(?:жіберуші\s+)?атау\w*)\s*[:=–—-]\s*(?=\S)"
    r"|^(?:sender\s*(?:name|id)|имя(?:\s+отправителя)?|название|(?:жіберуші\s+)?атау\w*)\s+(?=[a-z0-9._-]+$)"
)
_ADDRESS: Final = re.compile(r"(?i)(?:https?://\S+|www\.\S+|(?:[\w-]+\.)+[a-zа-я]{2,}/\S*)")
_SOCIAL: Final = re.compile(
    r"(?i)(?:^|\.)(?:instagram|facebook|tiktok|vk|ok|threads|youtube)\.\w+$|(?:^|\.)(?:t\.me|wa\.me|x\.com)$"
)
_AROUND: Final = QUOTES + "()[]{}<>*~|!?,;:… "
_DOT_AFTER: Final = re.compile(rf"(?<=[{re.escape(_AROUND)}])[.]+$")
_TURNS: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Names:
    """What was read: the first name, bare; what it may also be; whether it stood in a dress; how many others came."""

    first: str
    others: tuple[str, ...] = ()
    dressed: bool = False
    more: int = 0


def names_in(text: str) -> Names:
    """The name in an answer, or the first of several."""
    parts = several_in(text)
    if len(parts) > 1:
        first = _one(parts[0])
        return Names(first.first, first.others, first.dressed, len(parts) - 1)
    return _one(text)


def several_in(text: str) -> list[str]:
    """What stands between commas, semicolons, line breaks and words such as “and”, as it was typed."""
    return [each for each in (without_bullet(part).strip() for part in _BETWEEN.split(unmarked(text))) if bare(each)]


def is_choice(text: str) -> bool:
    """Whether one of several is meant: "PARAFIT or PARACENTR"."""
    return _EITHER.search(one_line(text)) is not None


def without_bullet(text: str) -> str:
    """A line without the dash or the number that makes it one of a list."""
    return _BULLET.sub("", text)


def _one(text: str) -> Names:
    plain = one_line(text)
    edges = text.strip()
    if _TURNS.search(edges[1:-1]) and _TURNS.sub("", edges).isalnum() and not _TURNS.match(edges):
        return Names(edges)
    inside = _LABEL.sub("", _BULLET.sub("", plain))
    address = _ADDRESS.fullmatch(bare(inside))
    if address is not None:
        return _of_an_address(address[0]) or Names(plain)
    name = _stripped(inside).removeprefix("@").removeprefix("#").strip(QUOTES)
    if not name or "@" in plain[1:]:  # an e-mail address is read by its own rule
        return Names(plain)
    return Names(name, dressed=name != plain)


def _stripped(text: str) -> str:
    """A name without what stands around it; a dot at its end may be its own, unless a quote comes before it."""
    before = ""
    while before != text:
        before, text = text, _DOT_AFTER.sub("", text.strip(_AROUND))
    return text


def _of_an_address(address: str) -> Names | None:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    first = next((each.lstrip("@") for each in parts.path.split("/") if each), "")
    if _SOCIAL.search(host):
        return Names(first, dressed=True) if first else None
    name = host.rsplit(".", 1)[0].rsplit(".", 1)[-1]
    return Names(name, (host,), dressed=True) if name else None
