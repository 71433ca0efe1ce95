"""Services as people name them: by their host in any dress, by a part of it, by an address of one of their pages.

smsc.kz, www.smsc.kz, SMSC.KZ/, https://smsc.kz/api/#menu ─▶ smsc.kz
kz, smsc kz                                              ─▶ smsc.kz, where it is the only one of that kind
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.reading.dress import bare, narrow, one_line

_HOST: Final = re.compile(r"(?i)(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+(?::\d+)?")
_BETWEEN: Final = re.compile(r"[\s.]+")


def services_named(text: str, services: Sequence[str]) -> tuple[str, ...] | None:
    """Which of the services a text names, where it does nothing else; None: it names none of any kind.

    Args:
        text: as it was typed.
        services: the names of those that are on offer, as a person reads them.

    Returns:
        Several where a part of a name fits them all; empty where it is a host that is not on offer.
    """
    plain = bare(narrow(one_line(text))).casefold()
    host = _host_of(plain)
    same = tuple(each for each in services if host and _host_of(each.casefold()) == host)
    if same:
        return same
    parts = set(_BETWEEN.split(plain))
    fitting = tuple(each for each in services if parts <= set(each.casefold().split(".")))
    if fitting:
        return fitting
    return () if host else None


def service_beside(text: str, services: Sequence[str]) -> str | None:
    """The one service whose host stands in a text beside other things, as in an address with a key in it; else None."""
    words = (_host_of(bare(each).casefold()) for each in narrow(one_line(text)).split())
    hosts = {each for each in words if each}
    named = [each for each in services if _host_of(each.casefold()) in hosts]
    return named[0] if len(named) == 1 else None


def _host_of(word: str) -> str:
    """The host that a word is, or that an address leads to, with its port where one is told; empty: it is neither."""
    if " " in word:
        return ""
    try:
        parts = urlsplit(word if "://" in word else f"//{word}")
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return ""
    told = f"{host}:{port}" if port is not None else host
    of_this_machine = port is not None and re.fullmatch(r"[\d.]+|localhost", host)
    return told if "@" not in word and (_HOST.fullmatch(told) or of_this_machine) else ""
