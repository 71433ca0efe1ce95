"""Which keys and logins are one account at SMSC, told by what SMSC answers.

SMSC counts by login, and does not say whose an API key is. The numbers of sender names are its own: two that list the
same name under the same number are one account. So each key and login is compared once, before anything of it could be
limited twice, by a short list that no other request is identical to. What is kept of a list is a fingerprint of a name
and its number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import Enum
from typing import Final

from bot.smsc import Access, AnswerLost, ErrorKind, Identity, NotSent, Refused, SenderName, SmscClient
from bot.storage import limits as table
from bot.storage.database import Database

_COMPARED: Final = 100
_NEARLY_ALL: Final = 0.8
_FINAL: Final = frozenset({ErrorKind.AUTHORISATION, ErrorKind.ADDRESS_BLOCKED, ErrorKind.TOO_OFTEN})
"""Errors after which the request that it was for is not made either."""


class Relation(Enum):
    """What is known of two keys or logins."""

    SAME = "they list the same names"
    SIMILAR = "they list some of the same names"
    OTHER = "they list other names"
    UNKNOWN = "nothing was listed yet"


class Logins:
    """Compares, and has `Limits` count as one what is one."""

    def __init__(self, client: SmscClient, database: Database) -> None:
        self._client = client
        self._database = database

    async def place(self, access: Access) -> None:
        """Compares whose names are meant with everybody who is known, where that was not done yet.

        Raises:
            Refused: SMSC does not let it in.
        """
        if self._client.limits.is_placed(access.owner):
            return
        try:
            listed = await self._client.names(
                access, everything=True, operators=False, files=False, count=_own_count(access.owner)
            )
        except (NotSent, AnswerLost):
            return  # before the next request it is tried again
        except Refused as refused:
            if refused.kind not in _FINAL:
                return
            raise
        await self.seen(access, listed.names)

    async def seen(self, access: Access, names: Iterable[SenderName]) -> None:
        """Learns from a list that came."""
        owner, limits = access.owner, self._client.limits
        numbered = sorted(((each.id, each.name) for each in names if each.id is not None), reverse=True)[:_COMPARED]
        if not numbered:
            return
        prints = [_fingerprint(*each) for each in numbered]
        row = (owner.service, owner.who)
        for other in await self._database.run(lambda tx: table.listed(tx, row, prints)):
            limits.join(owner, Identity(*other))
        limits.place(owner)

    async def relation(self, one: Identity, other: Identity) -> Relation:
        """Whether these two are one account, as far as their lists tell."""
        if one == other:
            return Relation.SAME
        rows = ((one.service, one.who), (other.service, other.who))
        ours, theirs = await self._database.run(lambda tx: tuple(table.prints(tx, row) for row in rows))
        if not ours or not theirs:
            return Relation.UNKNOWN
        common = len(ours & theirs)
        if common >= _NEARLY_ALL * max(len(ours), len(theirs)):
            return Relation.SAME
        return Relation.SIMILAR if common else Relation.OTHER


def _own_count(owner: Identity) -> int:
    """How many names are asked for: a number of its own for each, so that no two of these lists are identical."""
    return _COMPARED + int(hashlib.sha256(f"{owner.service} {owner.who}".encode()).hexdigest()[:8], 16) % 5000


def _fingerprint(number: int, name: str) -> int:
    return int(hashlib.sha256(f"{number} {name}".encode("utf-8", "surrogatepass")).hexdigest()[:15], 16)
