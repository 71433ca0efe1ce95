"""The board: which names need their person, which changed since they last looked, and which wait.

From the file alone: nothing is asked. What needs action comes first, and none of it is ever left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, TypeVar

from bot.senders import kept
from bot.senders.known import KnownName
from bot.senders.looks import ScopeKey
from bot.storage import board as table
from bot.storage import events as events_table
from bot.storage import names as names_table
from bot.storage.board import BoardRow, GoneRow, StandingRow
from bot.storage.database import Database
from bot.storage.events import EventRow
from bot.storage.transaction import Transaction
from bot.watch.changes import Change, folded, from_json

PAGE: Final = 8
"""Names, or boards, on a page."""
_GONE_SECONDS: Final = 14 * 86_400.0
"""A name that vanished stands on the board for so long."""
_ONE_LOOK_SECONDS: Final = 600.0
"""Whoever looks again within this time goes on with the same look."""
_NAMED_MOST: Final = 3
"""Names that stand beside a board in the list of boards."""


class Need(IntEnum):
    """Why a name stands on the board, the most pressing first."""

    LOST = 0
    """It was active, and is not any more; or it is in the list no more."""
    REJECTED = 1
    """A document was rejected, and nothing stands in its place."""
    TO_CONFIRM = 2
    """A number that no code has confirmed yet."""
    CHANGED = 3
    """There are news since the person last looked."""
    WAITING = 4
    """It is not active, and nothing can be done but wait."""

    @property
    def is_action(self) -> bool:
        """Whether its person has something to do."""
        return self <= Need.TO_CONFIRM


@dataclass(frozen=True, slots=True)
class Entry:
    """A name on the board: why it is there, the most pressing first, and since when it stands so.

    `ref` is 0 where the name is gone.
    """

    ref: int
    name: str
    number: int | None
    needs: tuple[Need, ...]
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many names need action, changed and need none, only wait, and how many there are."""

    action: int = 0
    changed: int = 0
    waiting: int = 0
    everything: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What was read of a board: names with a rejected document or a number to confirm, news, losses.

    inactive   how many names are not active; `everything`: how many there are
    confirmed  the numbers of which SMSC took the code
    """

    needing: Sequence[StandingRow] = ()
    changed: Sequence[StandingRow] = ()
    lost: Sequence[StandingRow] = ()
    gone: Sequence[GoneRow] = ()
    confirmed: Collection[str] = frozenset()
    inactive: int = 0
    everything: int = 0


def entries(found: Found) -> list[Entry]:
    """Every name that needs action or changed, in order: what is pressing first, then what stands so for long."""
    rows = {row.ref: row for row in (*found.needing, *found.changed, *found.lost)}
    lost, changed = {row.ref for row in found.lost}, {row.ref for row in found.changed}
    listed = [
        Entry(ref, row.name, row.sms_id, needs, row.since)
        for ref, row in rows.items()
        if (needs := _needs(row, found.confirmed, lost=ref in lost, changed=ref in changed))
    ]
    gone = [Entry(0, each.name, each.sms_id, (Need.LOST,), each.at) for each in found.gone]
    return sorted([*listed, *gone], key=_order)


def _needs(row: StandingRow, confirmed: Collection[str], *, lost: bool, changed: bool) -> tuple[Need, ...]:
    """Why it stands on the board, the most pressing first."""
    unconfirmed = row.activation != "active" and row.name.isdigit() and row.name not in confirmed
    found = ((lost, Need.LOST), (row.rejected, Need.REJECTED), (unconfirmed, Need.TO_CONFIRM), (changed, Need.CHANGED))
    return tuple([need for holds, need in found if holds])


def _order(entry: Entry) -> tuple[int, bool, float, str, int]:
    since = entry.since
    return entry.needs[0], since is None, since or 0.0, entry.name, entry.ref


def counted(found: Found, some: Sequence[Entry]) -> Counts:
    """How many of each kind, each name once."""
    action = sum(each.needs[0].is_action for each in some)
    standing = {row.ref: row.activation for row in (*found.needing, *found.changed, *found.lost)}
    inactive = sum(standing[each.ref] != "active" for each in some if each.ref)
    return Counts(action, len(some) - action, found.inactive - inactive, found.everything)


@dataclass(frozen=True, slots=True)
class Place:
    """A board among others: its number, whose it is, and its first names that need action."""

    id: int
    scope: ScopeKey
    counts: Counts
    first: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """A page of all boards of a person, those that need them first; `counts` of all boards together."""

    places: tuple[Place, ...]
    page: int
    total: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Shown:
    """A name as the board shows it; `known`: as it is now, None where it is gone. `told`: what changed of it."""

    entry: Entry
    known: KnownName | None = None
    told: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """A page of one board. `looked`: when the person looked before, None: never. `others`: there are more boards.

    `listed`: when SMSC gave the list, None: never.
    """

    id: int
    scope: ScopeKey
    names: tuple[Shown, ...]
    page: int
    total: int
    counts: Counts
    looked: float | None
    listed: float | None
    others: bool


def looked_at(row: BoardRow, newest: int, now: float) -> BoardRow:
    """The row after a look: what is new since the look before stays new for as long as the look lasts."""
    if now - row.seen_at < _ONE_LOOK_SECONDS:
        return replace(row, seen=newest, seen_at=now)
    return replace(row, before=row.seen, before_at=row.seen_at, seen=newest, seen_at=now)


def by_need(places: Sequence[Place]) -> list[Place]:
    """The boards in order: those with most to do first, then those with most news, then those where most wait."""
    return sorted(
        places, key=lambda each: (-each.counts.action, -each.counts.changed, -each.counts.waiting, each.scope)
    )


class Boards:
    """Reads them out of the file."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    async def overview(self, user_id: int, page: int) -> Overview:
        """A page of all accounts and subclients of a person."""
        now = self._now()
        return await self._database.run(lambda tx: _overview(tx, user_id, page, now))

    async def boards(self, user_id: int) -> Mapping[int, ScopeKey]:
        """The boards of a person by their numbers."""
        rows = await self._database.run(lambda tx: table.boards(tx, user_id))
        return {each.id: (each.account_id, each.subclient) for each in rows}

    async def board(self, user_id: int, number: int, page: int) -> Board | None:
        """A page of one board; None where it is none of this person. That it was looked at is written down."""
        now = self._now()
        return await self._database.run(lambda tx: _board(tx, user_id, number, page, now))


def _overview(tx: Transaction, user_id: int, page: int, now: float) -> Overview:
    rows, found = table.boards(tx, user_id), _found(tx, user_id, now)
    places = []
    for row in rows:
        here = found.get(row.id, Found())
        some = entries(here)
        first = tuple(each for each in some[:_NAMED_MOST] if each.needs[0].is_action)
        places.append(Place(row.id, (row.account_id, row.subclient), counted(here, some), first))
    page = min(page, max(0, (len(places) - 1) // PAGE))
    shown = by_need(places)[page * PAGE : (page + 1) * PAGE]
    return Overview(tuple(shown), page, len(places), _together([each.counts for each in places]))


def _board(tx: Transaction, user_id: int, number: int, page: int, now: float) -> Board | None:
    rows = table.boards(tx, user_id)
    row = next((each for each in rows if each.id == number), None)
    if row is None:
        return None
    seen = looked_at(row, events_table.last(tx), now)
    table.looked(tx, seen)
    scope = (row.account_id, row.subclient)
    found = _found(tx, user_id, now, number).get(number, Found())
    some = entries(found)
    counts = counted(found, some)
    total = len(some) + counts.waiting
    page = min(page, max(0, (total - 1) // PAGE))
    here = some[page * PAGE : (page + 1) * PAGE]
    refs = [each.ref for each in some if each.ref]
    rest = table.waiting(tx, number, refs, limit=PAGE - len(here), offset=max(0, page * PAGE - len(some)))
    here += [Entry(each.ref, each.name, each.sms_id, (Need.WAITING,), each.since) for each in rest]
    shown = tuple(_shown(tx, scope, each, seen) for each in here)
    listing = names_table.listing(tx, *scope)
    listed = listing.listed if listing is not None else None
    return Board(number, scope, shown, page, total, counts, seen.before_at or None, listed, len(rows) > 1)


def _found(tx: Transaction, user_id: int, now: float, board: int = 0) -> dict[int, Found]:
    """What stands out, by the board's number."""
    needing, lost = _by_board(table.needing(tx, user_id, board)), _by_board(table.lost(tx, user_id, board))
    changed = _by_board(table.changed(tx, user_id, now - _ONE_LOOK_SECONDS, board))
    gone = _by_board(table.gone(tx, user_id, now - _GONE_SECONDS, board))
    counts, confirmed = table.counts(tx, user_id, board), dict[int, set[str]]()
    for number, name in table.confirmed(tx, user_id, board):
        confirmed.setdefault(number, set()).add(name)
    found = {}
    for each in {*counts, *gone}:
        everything, inactive = counts.get(each, (0, 0))
        found[each] = Found(
            needing.get(each, ()),
            changed.get(each, ()),
            lost.get(each, ()),
            gone.get(each, ()),
            confirmed.get(each, frozenset()),
            inactive,
            everything,
        )
    return found


R = TypeVar("R", StandingRow, GoneRow)


def _by_board(rows: Iterable[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    for each in rows:
        found.setdefault(each.board, []).append(each)
    return found


def _shown(tx: Transaction, scope: ScopeKey, entry: Entry, seen: BoardRow) -> Shown:
    row = names_table.by_ref(tx, *scope, entry.ref) if entry.ref else None
    known = kept.known(tx, *scope, [row])[0] if row is not None else None
    told: Sequence[EventRow] = ()
    if seen.before_at:
        told = events_table.news(tx, *scope, entry.name, entry.number, seen.before)
    changes = [change for each in told if (change := from_json(each.kind, each.body)) is not None]
    return Shown(entry, known, folded(changes))


def _together(counts: Collection[Counts]) -> Counts:
    return Counts(
        sum(each.action for each in counts),
        sum(each.changed for each in counts),
        sum(each.waiting for each in counts),
        sum(each.everything for each in counts),
    )
