"""A name's events, read back: what is to be told of it, and its whole story."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.senders.looks import ScopeKey
from bot.storage import events as table
from bot.storage import members as members_table
from bot.storage import notifications as notifications_table
from bot.storage import watch as watch_table
from bot.storage.database import Database
from bot.storage.events import ANSWERED, ASKED, CONSENT, LOCK, EventRow
from bot.storage.operations import OperationState
from bot.storage.transaction import Transaction
from bot.storage.unit_of_work import Write
from bot.storage.watch import PushRow
from bot.watch.changes import Change, from_json

PAGE: Final = 12
"""Events on a page of a name's story."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose name: account and subclient, its spelling, and SMSC's number of it where that is known."""

    scope: ScopeKey
    name: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Something was asked of SMSC from here: the journal's number, what (`senders.state.What`), and a file with it."""

    operation: int
    what: str
    file: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How what was asked ended, or that its answer was lost; SMSC's error and its text, or a reason of ours."""

    operation: int
    what: str
    state: OperationState
    file: str | None = None
    error: int | None = None
    text: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Consented:
    """A person (`who`) agreed to the fees of these operators for a month (`2026-12`), in these words."""

    who: int
    operators: tuple[str, ...]
    month: str
    wording: str


@dataclass(frozen=True, slots=True)
class LockTurned:
    """A person (`who`) locked the name against deletion, or unlocked it."""

    who: int
    on: bool


FromHere = Asked | Ended | Consented | LockTurned
"""What people did here; all else is what a list of SMSC showed."""


@dataclass(frozen=True, slots=True)
class Event:
    """A fact about a name; `at` in epoch seconds."""

    id: int
    at: float
    what: FromHere | Change


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told of a name: the events, oldest first, of which those from `fresh` on were not told yet.

    `push` is the message that told the others.
    """

    events: tuple[Event, ...]
    fresh: int
    push: PushRow | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What of the events lists showed."""
        return tuple(each.what for each in self.events if not isinstance(each.what, FromHere))


@dataclass(frozen=True, slots=True)
class Happened:
    """An event and the name that it is of."""

    subject: Subject
    event: Event


@dataclass(frozen=True, slots=True)
class Story:
    """A page of a name's events, newest first; `total` counts all of them. `shortened`: older ones may be forgotten."""

    events: tuple[Event, ...]
    total: int
    shortened: bool = False


class Events:
    """Reads them out of the file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def news(self, user_id: int, subject: Subject, *, with_last: bool) -> News:
        """What happened to a name, and a person was not told.

        `with_last`: what the last message told goes before it, to be told once more in its place.
        """

        def read(tx: Transaction) -> News:
            push = watch_table.push(tx, user_id, *subject.scope, subject.name, subject.number)
            told = push.last if push is not None else members_table.came_after(tx, subject.scope[0], user_id)
            after = push.first - 1 if push is not None and with_last else told
            found = readable(table.news(tx, *subject.scope, subject.name, subject.number, after))
            return News(found, sum(each.id <= told for each in found), push)

        return await self._database.run(read)

    async def push(self, user_id: int, subject: Subject) -> PushRow | None:
        """The newest message to a person about a name."""
        return await self._database.run(
            lambda tx: watch_table.push(tx, user_id, *subject.scope, subject.name, subject.number)
        )

    @staticmethod
    def pushed(user_id: int, subject: Subject, row: PushRow) -> Write:
        """What is to be written when a person was told of a name."""
        return lambda tx: watch_table.pushed(tx, user_id, *subject.scope, subject.name, subject.number, row)

    async def between(self, scope: ScopeKey, after: int, last: int) -> list[Happened]:
        """What happened to the names of an account and subclient, oldest first."""
        return _told(await self._database.run(lambda tx: table.between(tx, *scope, after + 1, last)))

    async def untold(self, user_id: int, after: int) -> list[Happened]:
        """What happened to any name of a person after an event, and no message told; not of those that are muted."""

        def read(tx: Transaction) -> list[EventRow]:
            rows = table.untold(tx, user_id, after)
            muted = {
                scope: notifications_table.muted(tx, user_id, *scope)
                for scope in {(each.account_id, each.subclient) for each in rows}
            }
            return [
                each for each in rows if (each.name, each.sms_id or 0) not in muted[each.account_id, each.subclient]
            ]

        return _told(await self._database.run(read))

    @staticmethod
    def all_pushed(user_id: int, told: Sequence[Happened], at: float) -> Write:
        """What is to be written when a message told a person of many names."""
        last = {each.subject: each.event.id for each in told}

        def write(tx: Transaction) -> None:
            for subject, event in last.items():
                row = PushRow(event, event, 0, at)
                watch_table.pushed(tx, user_id, *subject.scope, subject.name, subject.number, row)

        return write

    @staticmethod
    def muting(user_id: int, subject: Subject, *, on: bool) -> Write:
        """What is to be written when a person does not want to be told of a name, or does again from now on."""
        whose = (user_id, *subject.scope, subject.name, subject.number)

        def write(tx: Transaction) -> None:
            if on:
                notifications_table.mute(tx, *whose)
                return
            notifications_table.unmute(tx, *whose)
            last = table.last(tx)
            watch_table.pushed(tx, *whose, PushRow(last, last, 0, 0.0))

        return write

    async def scope_of(self, event: int, user_id: int) -> ScopeKey | None:
        """The account of this person, and the subclient, that an event belongs to."""
        return await self._database.run(lambda tx: table.scope_of(tx, event, user_id))

    async def story(self, subject: Subject, page: int) -> Story:
        """A page of all that happened to a name."""

        def read(tx: Transaction) -> Story:
            whose = (*subject.scope, subject.name, subject.number)
            rows = table.of_name(tx, *whose, limit=PAGE, offset=page * PAGE)
            return Story(readable(rows), table.count(tx, *whose), table.first(tx) > 1)

        return await self._database.run(read)


def readable(rows: Sequence[EventRow]) -> tuple[Event, ...]:
    """The events; one that was altered is left out."""
    found = [(row, _what(row)) for row in rows]
    return tuple(Event(row.id, row.at, what) for row, what in found if what is not None)


def _told(rows: Sequence[EventRow]) -> list[Happened]:
    return [
        Happened(Subject((row.account_id, row.subclient), row.name, row.sms_id), event)
        for row in rows
        for event in readable([row])
    ]


def _what(row: EventRow) -> FromHere | Change | None:
    read = _READ.get(row.kind)
    if read is None:
        return from_json(row.kind, row.body)
    try:
        return read(orjson.loads(row.body))
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def _asked(plain: Mapping[str, Any]) -> Asked:
    return Asked(int(plain["operation"]), str(plain["what"]), plain.get("file"), plain.get("description"))


def _ended(plain: Mapping[str, Any]) -> Ended:
    answer = plain.get("answer") or {}
    state = OperationState(plain["state"])
    told = answer.get("error"), answer.get("text"), answer.get("why")
    return Ended(int(plain["operation"]), str(plain["what"]), state, plain.get("file"), *told)


def _consented(plain: Mapping[str, Any]) -> Consented:
    operators = tuple(map(str, plain["operators"]))
    return Consented(int(plain["who"]), operators, str(plain["month"]), str(plain["wording"]))


_READ: Final[Mapping[str, Callable[[Mapping[str, Any]], FromHere]]] = {
    ASKED: _asked,
    ANSWERED: _ended,
    CONSENT: _consented,
    LOCK: lambda plain: LockTurned(int(plain["who"]), bool(plain["on"])),
}
