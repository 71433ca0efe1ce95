"""Whom a person acts for: the SMSC accounts that they brought or were invited to, the one in use, and the subclient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final

import orjson
import structlog
from pydantic import SecretStr

from bot.ceilings import Ceiling, Ceilings
from bot.people import Person
from bot.rights import Act, Role, waits
from bot.smsc import Access, ErrorKind, Identity, KeyAuth, NotSent, PasswordAuth, Refused, Service, Trial
from bot.storage import accounts as table
from bot.storage import inbox as inbox_table
from bot.storage import limits as limits_table
from bot.storage import members as members_table
from bot.storage import outbox as outbox_table
from bot.storage import people as people_table
from bot.storage.at_hand import AtHand
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.vault import Vault, VaultError

log = structlog.get_logger(__name__)

NO_MORE: Final = "colleague_removed"
"""The kind of notice that tells somebody that they cannot act for an account any more."""
KEY_REFUSED: Final = "key_refused"
"""Why an account is paused: SMSC answered error 2 (wrong key, or this server's address is not on its list)."""
KEY_UNREADABLE: Final = "key_unreadable"
"""Why an account is paused: its stored key does not open. SMSC has nothing to do with it, and is not asked."""
PAUSED_FOR_KEY: Final = frozenset({KEY_REFUSED, KEY_UNREADABLE})
"""What an account is paused for until it has a key that works."""


class KeyUnreadableError(NotSent):
    """The stored key of an account does not open: altered, moved from another row, sealed with a key that is gone."""


PAUSED: Final = "watch_paused"
"""The kind of notice that tells an account's people that it is paused: its key does not work any more."""
_AT_HAND_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Account:
    """An SMSC account; its key is not in here.

    `owner_id` is the person who brought the key: it stays with them, whoever else works with the account. `paused`
    tells why it is not used for now. `login` is None where an API key stands for the account.
    """

    id: int
    owner_id: int
    service: Service
    login: str | None
    label: str | None
    paused: str | None = None

    @property
    def title(self) -> str:
        """What the person calls it: the label, else login and service."""
        return self.label or (f"{self.login}@{self.service.name}" if self.login else self.service.name)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose names are meant: an account, and a subclient of it (empty: the main account).

    `user_id` is the person who acts (0: nobody, the bot by itself) and `role` theirs, so that they are shown what they
    may do; of a changing request it is asked anew when it is written down and when it is sent.
    """

    account: Account
    subclient: str = ""
    user_id: int = field(default=0, compare=False)
    role: Role = field(default=Role.OWNER, compare=False)


class Accounts:
    """Connects, finds and forgets accounts. The only place that opens a stored key."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        services: tuple[Service, ...],
        now: Callable[[], float],
        ceilings: Ceilings | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._services = {service.name: service for service in services}
        self._now = now
        self._ceilings = ceilings or Ceilings()
        self._rows: AtHand[int, table.AccountRow | None] = AtHand(database, table.TABLES, _AT_HAND_MOST)
        self._roles: AtHand[tuple[int, int], str | None] = AtHand(database, members_table.TABLES, _AT_HAND_MOST)

    @property
    def services(self) -> tuple[Service, ...]:
        """The services a person may choose from."""
        return tuple(self._services.values())

    async def of(self, user_id: int) -> list[Account]:
        """The accounts that a person may act for, oldest first: brought by themselves, then those of others."""
        rows = await self._database.run(lambda tx: table.of(tx, user_id))
        return [account for account in map(self._from_row, rows) if account is not None]

    async def brought_by(self, user_id: int) -> list[Account]:
        """The accounts whose keys a person brought, oldest first."""
        return [each for each in await self.of(user_id) if each.owner_id == user_id]

    async def role(self, account_id: int, user_id: int) -> Role | None:
        """Who a person is for an account; None: nobody, or the account is gone."""
        found = await self._roles.get((account_id, user_id), lambda tx: members_table.role(tx, account_id, user_id))
        return Role(found) if found is not None else None

    async def scope(self, person: Person) -> Scope | None:
        """Whom the person acts for now; None where no account is connected."""
        if person.account_id is None:
            return None
        return await self.scope_for(person.user_id, person.account_id, person.subclient)

    async def scope_for(self, user_id: int, account_id: int, subclient: str = "") -> Scope | None:
        """An account and subclient as a person may act for it; None where they may not, or it is gone."""
        account, role = await self.load(account_id), await self.role(account_id, user_id)
        return Scope(account, subclient, user_id, role) if account is not None and role is not None else None

    async def told_apart(self, person: Person) -> Account | None:
        """The account in use, where there are others that it could be taken for; None where there is just one."""
        accounts = await self.of(person.user_id)
        return next((each for each in accounts if each.id == person.account_id and len(accounts) > 1), None)

    async def load(self, account_id: int) -> Account | None:
        """The account, None where it is gone, or its service is no longer offered."""
        row = await self._row(account_id)
        return self._from_row(row) if row else None

    async def connect(self, account: Account, auth: KeyAuth | PasswordAuth, instead: Account | None = None) -> Account:
        """Stores an account that was checked at SMSC, its key sealed for just this person and account.

        `instead`: the account that has a new key; everything that belongs to it stays. Otherwise one that the person
        connected before (the same login, or the same key) is brought up to date; that also makes it harmless when an
        update is handled twice. Gives the account as it is stored.

        Raises:
            EnoughError: the person has as many accounts as one may have.
        """
        secret = auth.apikey if isinstance(auth, KeyAuth) else auth.password
        known = instead or await self.known(account.owner_id, account.service, auth)
        if known is not None:
            label = known.label if account.login == known.login or known.login is None else known.title
            account = Account(known.id, account.owner_id, account.service, account.login, label)
        else:
            self._ceilings.check(Ceiling.ACCOUNTS, len(await self.brought_by(account.owner_id)) + 1)
        if known is None and account.label is None:
            account = replace(account, label=await self._told_apart(account))
        row = table.AccountRow(
            account.id,
            account.owner_id,
            account.service.name,
            account.login,
            self._vault.seal(secret.get_secret_value().encode(), _place(account.owner_id, account.id)),
            account.label,
            None,
        )
        await self._database.run(lambda tx: table.add(tx, row, self._now()))
        return account

    async def known(self, user_id: int, service: Service, auth: KeyAuth | PasswordAuth) -> Account | None:
        """The account that this person brought and that has this login or key already."""
        identity = Access(service, auth).identity
        for each in await self.brought_by(user_id):
            if await self.identity(each) == identity:
                return each
        return None

    async def identity(self, account: Account) -> Identity | None:
        """Whose requests SMSC counts for this account; None where its key does not open."""
        try:
            return (await self.access(Scope(account), Trial(""))).identity
        except (AccountGoneError, KeyUnreadableError):
            return None

    async def _told_apart(self, account: Account) -> str | None:
        """A label for an account that would be called as another one of the person is."""
        taken = {each.title for each in await self.of(account.owner_id)}
        if account.title not in taken:
            return None
        return next(name for n in count(2) if (name := f"{account.title} #{n}") not in taken)

    async def access(self, scope: Scope, trial: Trial | None = None) -> Access:
        """What the client needs to act for this scope. A key of a paused account is only for a `trial`.

        Raises:
            AccountGoneError: it was forgotten in the meantime.
            KeyUnreadableError: the stored key does not open; the account is paused for it.
            Refused: the account is paused, since SMSC refused its key.
        """
        account_id = scope.account.id
        row = await self._row(account_id)
        if row is None:
            raise AccountGoneError(account_id)
        if row.paused is not None and trial is None:
            raise KeyUnreadableError if row.paused == KEY_UNREADABLE else Refused.of(ErrorKind.AUTHORISATION)
        try:
            secret = SecretStr(self._vault.open(row.secret, _place(row.user_id, row.id)).decode())
        except (VaultError, UnicodeDecodeError) as failure:
            log.error("an account's key does not open", account=account_id, why=type(failure).__name__)
            if row.paused != KEY_UNREADABLE:
                await self.pause(account_id, KEY_UNREADABLE, seen_by=scope.user_id)
            raise KeyUnreadableError from None
        auth = PasswordAuth(row.login, secret) if row.login else KeyAuth(secret)
        return Access(scope.account.service, auth, scope.subclient or None, trial)

    async def trial(self, user_id: int) -> Trial:
        """A person's try with a key that SMSC has not accepted."""
        return Trial(f"person:{user_id}", customer=bool(await self.of(user_id)))

    async def awaits_owner(self, scope: Scope, act: Act) -> bool:
        """Whether what the person would have sent awaits an owner's word first, as the roles are now."""
        if scope.role is not Role.ALL:
            return waits(scope.role, act, asks=True)
        return waits(scope.role, act, asks=await self._database.run(lambda tx: table.asks(tx, scope.account.id)))

    async def pause(self, account_id: int, why: str, *, seen_by: int = 0) -> None:
        """Stops using an account until it has a key that works.

        Its people are told, once; not who sees it anyway (0: nobody does).
        """

        def write(tx: Transaction) -> None:
            row = table.load(tx, account_id)
            if row is None:
                return
            table.pause(tx, account_id, why)
            for each in members_table.people(tx, account_id) if row.paused is None else ():
                if each.user_id != seen_by:
                    outbox_table.put(tx, each.user_id, PAUSED, orjson.dumps({"account": account_id}).decode())

        await self._database.run(write)

    async def resume(self, account_id: int) -> None:
        """Goes on using an account."""
        await self._database.run(lambda tx: table.pause(tx, account_id, None))

    async def rename(self, account_id: int, label: str | None) -> None:
        """Gives the account a label, or takes it away."""
        await self._database.run(lambda tx: table.rename(tx, account_id, label))

    async def forget(self, account_id: int) -> None:
        """Deletes an account with its key and its cached names; whoever was invited to it is told."""
        account = await self.load(account_id)
        listed = await self._listed([account] if account is not None else [])

        def write(tx: Transaction) -> None:
            if account is not None:
                _tell_invited(tx, account)
            table.forget(tx, account_id)
            for each in listed:
                limits_table.forget(tx, each)

        await self._database.run(write)

    async def forget_person(self, user_id: int, *, unread: bool = False) -> None:
        """Deletes everything that is stored about a person.

        `unread`: also what they wrote and nobody has handled yet, where no bot runs that could be in the midst of it.
        """
        accounts = await self.brought_by(user_id)
        listed = await self._listed(accounts)

        def write(tx: Transaction) -> None:
            for account in accounts:
                _tell_invited(tx, account)
            people_table.forget(tx, user_id)
            if unread:
                inbox_table.forget_all(tx, user_id)
            for each in listed:
                limits_table.forget(tx, each)

        await self._database.run(write)

    async def _listed(self, accounts: Sequence[Account]) -> list[limits_table.LoginRow]:
        identities = [await self.identity(each) for each in accounts]
        return [(each.service, each.who) for each in identities if each is not None]

    async def _row(self, account_id: int) -> table.AccountRow | None:
        return await self._rows.get(account_id, lambda tx: table.load(tx, account_id))

    def _from_row(self, row: table.AccountRow) -> Account | None:
        service = self._services.get(row.service)
        if service is None:
            return None
        return Account(row.id, row.user_id, service, row.login, row.label, row.paused)


class AccountGoneError(Exception):
    """The account was forgotten while something was still to be done for it."""


def _tell_invited(tx: Transaction, account: Account) -> None:
    told = orjson.dumps({"account": account.id, "title": account.title}).decode()
    for each in members_table.people(tx, account.id):
        if each.invited:
            outbox_table.put(tx, each.user_id, NO_MORE, told)


def _place(user_id: int, account_id: int) -> str:
    return f"account:{user_id}:{account_id}"
