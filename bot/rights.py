"""What the people of an account may do there: roles, what each may do, and what waits for an owner's word. Pure.

owner    everything; whoever brought the key is one for good, and alone may give it another one or forget the account
all      sends requests; paid ones and deletions wait for an owner, where the account is kept so
prepare  fills in and sends off; every request waits for an owner
look     reads
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Who somebody is for an account."""

    OWNER = "owner"
    ALL = "all"
    PREPARE = "prepare"
    LOOK = "look"


class Right(StrEnum):
    """What one may be allowed: to have requests sent, or to decide about other people and what they prepared."""

    PREPARE = "prepare"
    DECIDE = "decide"


class Act(StrEnum):
    """What a request does, as far as it matters who may have it sent."""

    PLAIN = "plain"
    PAID = "paid"
    DELETION = "deletion"
    CODE = "code"
    """The code that somebody read off a phone: it is void in minutes, and the SMS with it had its own request."""


class NotAllowedError(Exception):
    """The person's role does not let them do that; `role` None: they are nobody for the account (any more)."""

    def __init__(self, role: Role | None) -> None:
        super().__init__(role)
        self.role = role


_RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.OWNER: frozenset(Right),
    Role.ALL: frozenset({Right.PREPARE}),
    Role.PREPARE: frozenset({Right.PREPARE}),
    Role.LOOK: frozenset(),
}
_WAITS: Final[Mapping[Role, frozenset[Act]]] = {
    Role.OWNER: frozenset(),
    Role.ALL: frozenset({Act.PAID, Act.DELETION}),
    Role.PREPARE: frozenset({Act.PLAIN, Act.PAID, Act.DELETION}),
    Role.LOOK: frozenset(Act),
}


def may(role: Role | None, right: Right) -> bool:
    """Whether somebody in this role is allowed that; None: nobody of the account."""
    return role is not None and right in _RIGHTS[role]


def waits(role: Role, act: Act, *, asks: bool) -> bool:
    """Whether such a request waits for an owner's word.

    `asks`: the account is kept so that paid requests and deletions do, whoever had them sent.
    """
    return act in _WAITS[role] and (asks or role is not Role.ALL)
