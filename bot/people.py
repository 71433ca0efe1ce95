"""The people who talk to the bot: their language, the account in use, their drafts, their living message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

import orjson
import structlog

from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.step import Json
from bot.recent import Recent
from bot.storage import outbox as outbox_table
from bot.storage import people as table
from bot.storage import set_aside as aside_table
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.storage.unit_of_work import Write
from bot.vault import Vault, VaultError

log = structlog.get_logger(__name__)

FORMS_LOST: Final = "forms_lost"
"""The kind of notice that tells a person that what they had begun cannot be read any more."""
_REMEMBERED_MOST: Final = 4096
_TOPICS_MOST: Final = 20
_SHELVED_MOST: Final = 5
"""Forms of one flow that are kept beside the one in use; the oldest makes room."""


class Tables(StrEnum):
    """Whether a person sees tables: they did not ask for any, they did, or Telegram did not take one in their chat."""

    NO = ""
    YES = "yes"
    REFUSED = "refused"


@dataclass(frozen=True)
class Person:
    """One person in their private chat with the bot (its id is the person's id).

    panel              the living message, edited in place; None: the next screen is a new message
    about              what the panel shows, where something may come back to it later
    open               the flow that typed texts go to; None: no form is open
    drafts             unfinished forms: of each flow, account and subclient the one in use, and those that made room
    company            what was last said about the company, to be offered again
    keyboard_message   the message that brought the reply keyboard; 0: hidden by the person; None: never shown
    deferred_requests  what they asked for before an account was connected; done when one is
    called             their name at Telegram, as whoever works with them on an account is shown it
    hint               the language that their Telegram speaks, where they chose none here
    away               they blocked the bot, and something that is to be told waits for them to come back
    topic              the topic of their private chat in which they wrote last; 0: none, or the chat has no topics
    topics             in which topic a request was made, by what its screen is about: what becomes of it is told there
    buttons            the buttons that they see: label, and what a tap says; the label typed is the button
    tables             whether the board is a table
    last_message       their newest message, and a number for what it said: an edit is told from what was read already
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
    keyboard_message: int | None = None
    last_message: tuple[int, int] = (0, 0)
    deferred_requests: Json = None
    hint: str | None = None
    away: bool = False
    topic: int = 0
    topics: Mapping[str, int] = field(default_factory=dict)
    buttons: tuple[tuple[str, str], ...] = ()
    called: str = ""
    tables: Tables = Tables.NO

    def draft(self, flow: Flow[Any]) -> Draft | None:
        """The form of this flow that is in use, for the account and subclient in use."""
        return self.drafts.get(self._key(flow))

    def drafts_of(self, flow: Flow[Any]) -> list[Draft]:
        """The unfinished forms of this flow: the one in use, then those that made room for it, newest first."""
        key = self._key(flow)
        shelved = [draft for each, draft in self.drafts.items() if each.startswith(f"{key}#")]
        return [*filter(None, [self.drafts.get(key)]), *reversed(shelved)]

    def with_draft(self, flow: Flow[Any], draft: Draft) -> Person:
        """The person with this form in use and open; another one that is worth keeping makes room for it."""
        key, before = self._key(flow), self.draft(flow)
        drafts = {each: kept for each, kept in self.drafts.items() if each not in (key, f"{key}#{draft.tag}")}
        if before is not None and before.tag != draft.tag and flow.worth_keeping(before):
            drafts[f"{key}#{before.tag}"] = before
        shelved = [each for each in drafts if each.startswith(f"{key}#")]
        for each in shelved[:-_SHELVED_MOST]:
            del drafts[each]
        return self._but(drafts={**drafts, key: draft}, open=flow.name)

    def without_draft(self, flow: Flow[Any], tag: str) -> Person:
        """The person without this form."""
        drafts = {key: kept for key, kept in self.drafts.items() if kept.tag != tag}
        in_use = self.draft(flow)
        closed = self.open == flow.name and in_use is not None and in_use.tag == tag
        return replace(self, drafts=drafts, open=None if closed else self.open)

    def seeing(self, panel: int | None, about: str | None, buttons: tuple[tuple[str, str], ...]) -> Person:
        """The person with another living message."""
        return self._but(panel=panel, about=about, buttons=buttons)

    def having_said(self, message: tuple[int, int]) -> Person:
        """The person with a newer message of theirs."""
        return self._but(last_message=message)

    def without_answer(self, key: str, value: Json) -> Person:
        """The person without the unfinished forms in which this is said."""
        drafts = {each: draft for each, draft in self.drafts.items() if draft.answers.get(key) != value}
        return replace(self, drafts=drafts)

    def made_here(self, about: str) -> Person:
        """The person with the topic noted in which they began what a screen is about; the newest are kept."""
        others = [(each, topic) for each, topic in self.topics.items() if each != about]
        return replace(self, topics=dict([*others, (about, self.topic)][-_TOPICS_MOST:]))

    def without_account(self, account_id: int) -> Person:
        """The person without what they had begun for an account; where it was in use, none is."""
        drafts = {key: kept for key, kept in self.drafts.items() if not key.startswith(f"{account_id}:")}
        left = replace(self, drafts=drafts)
        return left.acting_for(None) if self.account_id == account_id else left

    def acting_for(self, account_id: int | None, subclient: str = "") -> Person:
        """The person with another account or subclient in use; what was open is set aside."""
        return replace(self, account_id=account_id, subclient=subclient, open=None)

    def _but(self, **changes: object) -> Person:
        """What each update changes, at a tenth of the cost of `replace`, which looks at every field; hence no slots."""
        person = object.__new__(Person)
        person.__dict__.update(self.__dict__, **changes)
        return person

    def _key(self, flow: Flow[Any]) -> str:
        return f"{self.account_id or 0}:{self.subclient}:{flow.name}" if flow.scoped else f"::{flow.name}"


class People:
    """Loads people, remembers those who are active, and gives the work that writes them."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], float]) -> None:
        self._database = database
        self._vault = vault
        self._now = now
        self._known: Recent[int, Person] = Recent(_REMEMBERED_MOST)

    async def load(self, user_id: int) -> Person:
        """The person, new or known."""
        known = self._known.get(user_id)
        if known is not None:
            return known
        row = await self._database.run(lambda tx: table.load(tx, user_id))
        if row is None:
            person = Person(user_id)
        else:
            try:
                person = self._from_row(row)
            except (VaultError, TypeError, ValueError, LookupError, AttributeError) as failure:
                log.error("drafts cannot be read", user_id=user_id, why=f"{type(failure).__name__}: {failure}")
                person = await self._without_drafts(row, f"{type(failure).__name__}: {failure}")
        self.remember(person)
        return person

    async def _without_drafts(self, row: table.PersonRow, why: str) -> Person:
        """A person whose drafts cannot be read begins without any, and is told so; what lay there is set aside."""
        known = Person(
            row.user_id, row.language, row.account_id, row.subclient or "", row.panel, keyboard_message=row.bar
        )
        body, place = row.drafts or b"", f"drafts:{row.user_id}"
        digest = self._vault.fingerprint(place.encode() + body)
        odd = aside_table.SetAside(aside_table.DRAFTS, digest, row.user_id, place, body, why)
        saving = self.saving(known)

        def write(tx: Transaction) -> None:
            aside_table.put(tx, odd, self._now())
            saving(tx)
            outbox_table.put(tx, row.user_id, FORMS_LOST, "{}")

        await self._database.run(write)
        return known

    def remember(self, person: Person) -> None:
        """Keeps the person at hand; the least recently seen ones are left to the file."""
        self._known.put(person.user_id, person)

    def drop(self, user_id: int) -> None:
        """Forgets what is at hand: the file is right."""
        self._known.drop(user_id)

    async def living(self, person: Person) -> None:
        """Writes at once which message lives in the chat now; all else is written with what it belongs to."""
        await self._database.run(lambda tx: table.living(tx, person.user_id, person.panel))

    def saving(self, person: Person) -> Write:
        """What writes the person; to be committed with what belongs to it."""
        row = table.PersonRow(
            person.user_id,
            person.language,
            person.account_id,
            person.subclient,
            person.panel,
            None,  # sealed since version 0.2.0: a search may hold anything that was typed
            person.open,
            self._sealed(person),
            person.keyboard_message,
        )
        return lambda tx: table.save(tx, row, self._now())

    def _sealed(self, person: Person) -> bytes:
        kept = {
            "drafts": {key: draft.to_json() for key, draft in person.drafts.items()},
            "company": dict(person.company),
            "heard": person.last_message,
            "wish": person.deferred_requests,
            "about": person.about,
            "hint": person.hint,
            "away": person.away,
            "topic": person.topic,
            "topics": dict(person.topics),
            "buttons": person.buttons,
            "called": person.called,
            "tables": person.tables,
        }
        plain = orjson.dumps(kept)
        return self._vault.seal(plain, f"drafts:{person.user_id}")

    def _from_row(self, row: table.PersonRow) -> Person:
        kept: dict[str, Json] = {}
        if row.drafts is not None:
            kept = orjson.loads(self._vault.open(row.drafts, f"drafts:{row.user_id}"))
        message_id, said = kept.get("heard", (0, 0))  # rows of version 0.1.0 have drafts and company alone
        return Person(
            row.user_id,
            row.language,
            row.account_id,
            row.subclient or "",
            row.panel,
            kept.get("about", row.about),
            row.open,
            {key: Draft.from_json(draft) for key, draft in kept.get("drafts", {}).items()},
            kept.get("company", {}),
            row.bar,
            (message_id, said),
            kept.get("wish"),
            kept.get("hint"),
            kept.get("away", False),
            kept.get("topic", 0),
            kept.get("topics", {}),
            tuple((label, said) for label, said in kept.get("buttons", ())),
            kept.get("called", ""),
            Tables(kept.get("tables", "")),
        )
