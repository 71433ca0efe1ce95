"""The people of an account: invited by a link, given a role, removed; and what ends with that.

an owner                              whoever is invited
makes a link for a role ────────────▶ opens it, sees whose account it is and what they may do there
is told ◀──────────────────────────── comes in: the link is used up
changes the role, removes them ─────▶ is told; what they had not sent yet is called off, where they may not any more
is told ◀──────────────────────────── leaves: the same

The key stays with the account and is in none of this. Whoever brought it is an owner for good: nobody can remove them,
and who is no owner can change nothing here but leave. What is asked for is looked at in the transaction that does it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import orjson

from bot.accounts import NO_MORE, Account, Accounts
from bot.people import People
from bot.rights import Right, Role, may
from bot.storage import accounts as accounts_table
from bot.storage import approvals as approvals_table
from bot.storage import batches as batches_table
from bot.storage import client_links as client_links_table
from bot.storage import members as table
from bot.storage import operations as operations_table
from bot.storage import outbox as outbox_table
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.tokens import digest

JOINED: Final = "colleague_joined"
"""The kind of notice that tells owners that somebody came in by a link."""
LEFT: Final = "colleague_left"
"""The kind of notice that tells owners that somebody left."""
ROLE: Final = "colleague_role"
"""The kind of notice that tells somebody that they have another role."""
LINK_SECONDS: Final = 7 * 86_400.0
PEOPLE_MOST: Final = 50
LINKS_MOST: Final = 20
"""Links of one account that let somebody in at a time."""


class Trouble(Enum):
    """Why a link lets nobody in, or why something cannot be done with the people of an account."""

    UNKNOWN = "no such link: cut off, of another bot, or revoked"
    USED = "somebody came in by it already"
    ENDED = "its time is over"
    THERE = "whoever opened it is one of the account's people"
    NOT_ALLOWED = "who asks for it is no owner"
    MANY = "the account has as many people, or links, as it can"
    GONE = "who it is about is not there any more"
    KEY = "it is about whoever brought the key"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of an account; `invited`: they did not bring the key. `name`: at Telegram; empty: not known."""

    user_id: int
    name: str
    role: Role
    since: float
    invited: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that lets somebody in until it `ends` (epoch seconds)."""

    id: int
    account: Account
    role: Role
    ends: float
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A new link: what its address ends with, told once, and until when it lets somebody in."""

    token: str
    role: Role
    ends: float


class Colleagues:
    """Who works with an account, and how they come and go."""

    def __init__(
        self,
        *,
        database: Database,
        accounts: Accounts,
        people: People,
        now: Callable[[], float],
        new_id: Callable[[], int],
        new_token: Callable[[], str],
        noticed: Callable[[], object],
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._people = people
        self._now = now
        self._new_id = new_id
        self._new_token = new_token
        self._noticed = noticed

    async def of(self, account_id: int) -> list[Colleague]:
        """Everybody of an account: who brought the key first, the others by when they came."""
        rows = await self._database.run(lambda tx: table.people(tx, account_id))
        return [
            Colleague(each.user_id, await self.name(each.user_id), Role(each.role), each.since, each.invited)
            for each in rows
        ]

    async def name(self, user_id: int) -> str:
        """What somebody is called at Telegram; empty: not known here."""
        return (await self._people.load(user_id)).called if user_id else ""

    async def asks(self, account_id: int) -> bool:
        """Whether paid requests and deletions wait for an owner, whoever has them sent."""
        return await self._database.run(lambda tx: accounts_table.asks(tx, account_id))

    async def waiting(self, account_id: int) -> int:
        """How much waits for an owner's word."""
        return len(await self._database.run(lambda tx: approvals_table.waiting(tx, account_id)))

    async def set_asks(self, account_id: int, by: int, *, asks: bool) -> None:
        """Whether they do from now on, where `by` is an owner."""

        def write(tx: Transaction) -> None:
            if _decides(tx, account_id, by):
                accounts_table.set_asks(tx, account_id, asks=asks)

        await self._database.run(write)

    # Links

    async def invite(self, account_id: int, by: int, role: Role) -> Link | Trouble:
        """A new link that lets one person in."""
        token, now = self._new_token(), self._now()
        row = table.InvitationRow(self._new_id(), account_id, role.value, by, now + LINK_SECONDS, None)

        def write(tx: Transaction) -> Trouble | None:
            if not _decides(tx, account_id, by):
                return Trouble.NOT_ALLOWED
            full = len(table.people(tx, account_id)) >= PEOPLE_MOST
            if full or len(table.invitations(tx, account_id, now)) >= LINKS_MOST:
                return Trouble.MANY
            table.invite(tx, row, digest(token), now)
            return None

        trouble = await self._database.run(write)
        return trouble if trouble is not None else Link(token, role, row.ends)

    async def invitations(self, account: Account) -> list[Invitation]:
        """The links of an account that still let somebody in."""
        now = self._now()
        rows = await self._database.run(lambda tx: table.invitations(tx, account.id, now))
        return [Invitation(each.id, account, Role(each.role), each.ends) for each in rows]

    async def revoke(self, account_id: int, by: int, invitation_id: int) -> None:
        """A link lets nobody in any more, where `by` is an owner."""

        def write(tx: Transaction) -> None:
            if _decides(tx, account_id, by):
                table.revoke(tx, account_id, invitation_id)

        await self._database.run(write)

    async def opened(self, token: str, user_id: int) -> Invitation | Trouble:
        """What a link is for, to whoever opens it; or why it lets them in nowhere."""
        row = await self._database.run(lambda tx: table.invitation(tx, digest(token)))
        account = await self._accounts.load(row.account_id) if row is not None else None
        if row is None or account is None:
            return Trouble.UNKNOWN
        if await self._accounts.role(account.id, user_id) is not None:
            return Trouble.THERE
        if row.used is not None:
            return Trouble.USED
        if row.ends <= self._now():
            return Trouble.ENDED
        return Invitation(row.id, account, Role(row.role), row.ends, await self.name(row.made_by))

    async def come_in(self, token: str, user_id: int) -> Invitation | Trouble:
        """Lets somebody in by a link, once; its account's owners are told."""
        invitation = await self.opened(token, user_id)
        if isinstance(invitation, Trouble):
            return invitation
        account_id, now = invitation.account.id, self._now()

        def write(tx: Transaction) -> bool:
            if len(table.people(tx, account_id)) >= PEOPLE_MOST:
                return False
            if not table.accept(tx, invitation.id, user_id, now):
                return False
            _tell_owners(tx, account_id, JOINED, {"account": account_id, "user": user_id}, without=user_id)
            return True

        if await self._database.run(write):
            self._noticed()
            return invitation
        again = await self.opened(token, user_id)
        return again if isinstance(again, Trouble) else Trouble.MANY

    # Roles

    async def give(self, account_id: int, by: int, user_id: int, role: Role) -> Trouble | None:
        """Gives somebody another role; None: done. What they had not sent yet is called off where it is a lower one."""
        now = self._now()

        def write(tx: Transaction) -> Trouble | None:
            before = table.role(tx, account_id, user_id)
            if (trouble := _trouble(tx, account_id, by, user_id)) is not None:
                return trouble
            if not table.set_role(tx, account_id, user_id, role.value):
                return None
            if before is not None and _RANK.index(role) < _RANK.index(Role(before)):
                _call_off(tx, account_id, user_id, now)
            outbox_table.put(tx, user_id, ROLE, orjson.dumps({"account": account_id}).decode())
            return None

        trouble = await self._database.run(write)
        self._noticed()
        return trouble

    async def remove(self, account_id: int, by: int, user_id: int) -> Trouble | None:
        """Takes somebody off an account, or lets them leave (`by` themselves); None: done. It ends everything at once.

        Who was removed is told, and so are the owners when somebody left.
        """
        account, now = await self._accounts.load(account_id), self._now()

        def write(tx: Transaction) -> Trouble | None:
            trouble = _trouble(tx, account_id, by, user_id)
            if trouble is not None and not (trouble is Trouble.NOT_ALLOWED and by == user_id):
                return trouble
            table.remove(tx, account_id, user_id)
            _call_off(tx, account_id, user_id, now)
            if by == user_id:
                _tell_owners(tx, account_id, LEFT, {"account": account_id, "user": user_id})
            else:
                title = account.title if account is not None else ""
                told = orjson.dumps({"account": account_id, "title": title}).decode()
                outbox_table.put(tx, user_id, NO_MORE, told)
            return None

        trouble = await self._database.run(write)
        self._noticed()
        return trouble


_RANK: Final[Sequence[Role]] = (Role.LOOK, Role.PREPARE, Role.ALL, Role.OWNER)


def _decides(tx: Transaction, account_id: int, user_id: int) -> bool:
    role = table.role(tx, account_id, user_id)
    return role is not None and may(Role(role), Right.DECIDE)


def _trouble(tx: Transaction, account_id: int, by: int, user_id: int) -> Trouble | None:
    """Why one person may not change what another one is for an account."""
    about = next((each for each in table.people(tx, account_id) if each.user_id == user_id), None)
    if about is None:
        return Trouble.GONE
    if not about.invited:
        return Trouble.KEY
    return None if _decides(tx, account_id, by) else Trouble.NOT_ALLOWED


def _call_off(tx: Transaction, account_id: int, user_id: int, now: float) -> None:
    """Nothing more is sent of what a person asked for, and the links that they made let nobody in."""
    operations_table.cancel_planned_of(tx, account_id, user_id, now)
    batches_table.stop_of(tx, account_id, user_id)
    approvals_table.withdraw_of(tx, account_id, user_id, now)
    table.revoke_of(tx, account_id, user_id)
    role = table.role(tx, account_id, user_id)
    if role is None or not may(Role(role), Right.PREPARE):
        client_links_table.call_off_of(tx, account_id, user_id, now, handed_over=role is None)


def _tell_owners(
    tx: Transaction, account_id: int, kind: str, body: dict[str, object], *, without: int | None = None
) -> None:
    told = orjson.dumps(body).decode()
    for each in table.people(tx, account_id):
        if may(Role(each.role), Right.DECIDE) and each.user_id != without:
            outbox_table.put(tx, each.user_id, kind, told)
