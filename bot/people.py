"""The people who talk to the bot: their language, the account in use, their drafts, their living message."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from bot.conversation.flow import Draft, Flow, Json
from bot.storage import people as table
from bot.storage.database import Database
from bot.vault import Vault

_REMEMBERED_MOST: Final = 4096


@dataclass(frozen=True, slots=True)
class Person:
    """One person in their private chat with the bot (its id is the person's id).

    panel   the living message, edited in place; None: the next screen is a new message
    about   what the panel shows, where something may come back to it later
    open    the flow that typed texts go to; None: no form is open
    drafts  unfinished forms, one for each flow, account and subclient
    company what was last said about the company, to be offered again
    bar     the message that brought the bar of quick actions; 0: hidden by the person; None: never shown
    heard   their newest message, and a number for what it said: an edit is told from what was read already
    """

    user_id: int
    language: str | None = None
    account_id: int | None = None
    subclient: str = ""
    panel: int | None = None
    about: str | None = None
    open: str | None = None
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    company: Mapping[str, Json] = field(default_factory=dict)
    bar: int | None = None
    heard: tuple[int, int] = (0, 0)

    def draft(self, flow: Flow[Any]) -> Draft | None:
        """The unfinished form of this flow, for the account and subclient in use."""
        return self.drafts.get(self._key(flow))

    def with_draft(self, flow: Flow[Any], draft: Draft | None) -> Person:
        """The person with this form under way and open, or (None) with none."""
        drafts = {key: kept for key, kept in self.drafts.items() if key != self._key(flow)}
        if draft is None:
            return replace(self, drafts=drafts, open=None if self.open == flow.name else self.open)
        return replace(self, drafts={**drafts, self._key(flow): draft}, open=flow.name)

    def acting_for(self, account_id: int | None, subclient: str = "") -> Person:
        """The person with another account or subclient in use; what was open is set aside."""
        return replace(self, account_id=account_id, subclient=subclient, open=None)

    def _key(self, flow: Flow[Any]) -> str:
        return f"{self.account_id or 0}:{self.subclient}:{flow.name}" if flow.scoped else f"::{flow.name}"


class People:
    """Loads people, remembers those who are active, and gives the work that writes them."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], float]) -> None:
        self._database = database
        self._vault = vault
        self._now = now
        self._known: OrderedDict[int, Person] = OrderedDict()

    async def load(self, user_id: int) -> Person:
        """The person, new or known."""
        known = self._known.get(user_id)
        if known is not None:
            self._known.move_to_end(user_id)
            return known
        row = await self._database.run(lambda db: table.load(db, user_id))
        person = Person(user_id) if row is None else self._from_row(row)
        self.remember(person)
        return person

    def remember(self, person: Person) -> None:
        """Keeps the person at hand; the least recently seen ones are left to the file."""
        self._known[person.user_id] = person
        self._known.move_to_end(person.user_id)
        while len(self._known) > _REMEMBERED_MOST:
            self._known.popitem(last=False)

    def drop(self, user_id: int) -> None:
        """Forgets what is at hand: the file is right."""
        self._known.pop(user_id, None)

    def saving(self, person: Person) -> Callable[[sqlite3.Connection], None]:
        """The work that writes the person; to be committed with what belongs to it."""
        row = table.PersonRow(
            person.user_id,
            person.language,
            person.account_id,
            person.subclient,
            person.panel,
            person.about,
            person.open,
            self._sealed(person),
            person.bar,
        )
        return lambda db: table.save(db, row, self._now())

    def _sealed(self, person: Person) -> bytes | None:
        if not person.drafts and not person.company and not person.heard[0]:
            return None
        drafts = {key: draft.to_json() for key, draft in person.drafts.items()}
        plain = orjson.dumps({"drafts": drafts, "company": dict(person.company), "heard": person.heard})
        return self._vault.seal(plain, f"drafts:{person.user_id}")

    def _from_row(self, row: table.PersonRow) -> Person:
        drafts: dict[str, Draft] = {}
        company: dict[str, Json] = {}
        heard = (0, 0)
        if row.drafts is not None:
            plain = orjson.loads(self._vault.open(row.drafts, f"drafts:{row.user_id}"))
            drafts = {key: Draft.from_json(draft) for key, draft in plain["drafts"].items()}
            company = plain["company"]
            message_id, said = plain.get("heard", heard)  # rows of version 0.1.0 have none
            heard = (message_id, said)
        return Person(
            row.user_id,
            row.language,
            row.account_id,
            row.subclient or "",
            row.panel,
            row.about,
            row.open,
            drafts,
            company,
            row.bar,
            heard,
        )
