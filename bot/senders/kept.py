"""Names kept in the file: what SMSC listed goes in, names come out, and every write derives the filters anew.

These are work for `Database.run`, or parts of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.senders.known import KnownName, activations, deed_of, derived, from_row, readable, to_row
from bot.senders.state import Activation, Stage
from bot.smsc import SenderName
from bot.storage import locks as locks_table
from bot.storage import names as table
from bot.storage import notifications as notifications_table
from bot.storage import operations as journal
from bot.storage.names import Gaps, NameRow
from bot.storage.operations import DeedRow
from bot.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Fetched:
    """The names straight from SMSC, and those of them that are activated.

    `lacks`: a name that is not among `names` may be there all the same; `active_lacks`: so may an activated one.
    `answers` tells which answers they were read from; None where that is of no use.
    """

    names: Sequence[SenderName]
    active: Sequence[SenderName]
    lacks: Gaps = Gaps()  # noqa: RUF009  # frozen
    active_lacks: Gaps = Gaps()  # noqa: RUF009  # frozen
    answers: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a list makes of the names of an account and subclient; `asked`: when it was asked for.

    before      each name as it stood, by its ref
    listed      each name of the list as it stands now; the ref of a new one is 0
    whole       a name that is not in it is certainly not there: `absent` are those that were
    first       there was no list before: of the names in it, nobody knows which are new
    gaps_before the list before lacked something: what was in no list may have been there all the same
    activation  whether this list tells which names are activated
    deeds       what the journal says, by the spelling of the name, oldest first
    """

    account_id: int
    subclient: str
    asked: float
    before: Mapping[int, NameRow]
    listed: Sequence[NameRow]
    whole: bool = False
    absent: Sequence[NameRow] = ()
    first: bool = False
    gaps_before: bool = False
    activation: bool = True
    deeds: Mapping[str, Sequence[DeedRow]] = field(default_factory=dict)


Witness = Callable[[Transaction, Look], None]
"""Sees what a list brings, within the transaction that writes it."""


def unwatched(_tx: Transaction, _look: Look) -> None:
    """Nobody sees it."""


def replace(
    tx: Transaction,
    account_id: int,
    subclient: str,
    fetched: Fetched,
    asked: float,
    witness: Witness = unwatched,
) -> None:
    """The list as SMSC had it when it was `asked`: what is new comes in, what is gone goes, the rest keeps its ref.

    Where the list lacks something, what is not in it stays as it was known before, behind the rest; where that of the
    activated ones does, a name that is not in that is as active as it was.
    """
    known_list = table.listing(tx, account_id, subclient)
    listed, states = _once(fetched.names, activations(fetched.names, fetched.active))
    before = table.everything(tx, account_id, subclient)
    same = matched(before, listed)
    deeds = deeds_of(tx, account_id, subclient)
    now = []
    for place, each in enumerate(listed):
        old, state = same.get(place), states[place]
        if fetched.active_lacks and state is Activation.LISTED:
            state = Activation(readable(old).activation) if old is not None else Activation.UNKNOWN
        now.append(to_row(each, state, old, deeds.get(each.name, ()), asked, place))
    rows = [row for place, row in enumerate(now) if row != same.get(place)]
    stay = {each.ref for each in same.values()}
    absent = [each for each in before if each.ref not in stay]
    if fetched.lacks:
        rows += [
            dataclasses.replace(each, place=each.place + table.BEHIND) for each in absent if each.place < table.BEHIND
        ]
        absent = []
    told = [deed for each in deeds.values() for deed in map(deed_of, each)]
    settled = not any(each.stage is Stage.UNDER_WAY or each.at > asked for each in told)  # see `NameState.recent`
    answers = fetched.answers if settled else None
    table.replace(tx, account_id, subclient, rows, (each.ref for each in absent), asked, fetched.lacks, answers)
    witness(
        tx,
        Look(
            account_id,
            subclient,
            asked,
            {each.ref: each for each in before},
            now,
            whole=not fetched.lacks,
            absent=absent,
            first=known_list is None,
            gaps_before=known_list is not None and bool(known_list.lacks),
            deeds=deeds,
        ),
    )


def merge(
    tx: Transaction,
    account_id: int,
    subclient: str,
    some: Sequence[SenderName],
    asked: float,
    witness: Witness = unwatched,
    active: Sequence[SenderName] | None = None,
) -> list[KnownName]:
    """A part of the list, for whatever reason it was asked for; gives its names in the order given.

    `active` has those of them that are activated; None: what is known of that stays.
    """
    told = activations(some, active) if active is not None else [Activation.UNKNOWN] * len(some)
    known_list = table.listing(tx, account_id, subclient)
    listed, states = _once(some, told)
    before = table.everything(tx, account_id, subclient)
    same, deeds = matched(before, listed), deeds_of(tx, account_id, subclient)
    first = table.first_place(tx, account_id, subclient) - len(listed)
    rows = []
    for place, each in enumerate(listed):
        old, activation = same.get(place), states[place]
        if active is None and old is not None:
            activation = Activation(readable(old).activation)
        where = old.place if old is not None else first + place
        rows.append(to_row(each, activation, old, deeds.get(each.name, ()), asked, where))
    table.put(tx, account_id, subclient, rows)
    witness(
        tx,
        Look(
            account_id,
            subclient,
            asked,
            {each.ref: each for each in same.values()},
            rows,
            first=known_list is None,
            gaps_before=known_list is None or bool(known_list.lacks),
            activation=active is not None,
            deeds=deeds,
        ),
    )
    found = matched(table.everything(tx, account_id, subclient), listed)
    return known(tx, account_id, subclient, [found[place] for place in range(len(listed))])


def put_first(tx: Transaction, account_id: int, subclient: str, added: SenderName) -> None:
    """A name that SMSC just took, before it is in a list."""
    before = table.by_name(tx, account_id, subclient, added.name)
    numbered = table.by_number(tx, account_id, subclient, added.id) if added.id is not None else None
    if numbered is not None or matched(before, [added]):
        return
    row = to_row(added, Activation.UNKNOWN, None, (), None, table.first_place(tx, account_id, subclient))
    table.put(tx, account_id, subclient, [row])


def rederive(tx: Transaction, account_id: int, subclient: str, name: str) -> None:
    """The journal of a name changed: its filters are derived anew."""
    listing = table.listing(tx, account_id, subclient)
    deeds = journal.deeds(tx, account_id, subclient, name)
    rows = [each for each in table.by_name(tx, account_id, subclient, name) if each.name == name]
    table.put(tx, account_id, subclient, [derived(each, deeds, listing.listed if listing else None) for each in rows])


def known(
    tx: Transaction, account_id: int, subclient: str, rows: Iterable[NameRow], viewer: int = 0
) -> list[KnownName]:
    """Rows as names, with what the journal says of them, and what was chosen for them; by the `viewer` whom they mute.

    `viewer` 0: nobody looks.
    """
    listing = table.listing(tx, account_id, subclient)
    listed = listing.listed if listing is not None else None
    locked = locks_table.everything(tx, account_id, subclient)
    muted = notifications_table.muted(tx, viewer, account_id, subclient)
    return [
        dataclasses.replace(
            from_row(each, journal.deeds(tx, account_id, subclient, each.name), listed),
            locked=locks_table.is_among(locked, each.name, each.sms_id),
            muted=(each.name, each.sms_id or 0) in muted,
        )
        for each in rows
    ]


def matched(before: Sequence[NameRow], listed: Sequence[SenderName]) -> Mapping[int, NameRow]:
    """Which row each listed name (by its place) is: by SMSC's number, else by spelling where one has no number."""
    numbered = {each.sms_id: each for each in before if each.sms_id is not None}
    found = {
        place: numbered[each.id] for place, each in enumerate(listed) if each.id is not None and each.id in numbered
    }
    taken = {each.ref for each in found.values()}
    spelled: dict[str, list[NameRow]] = {}
    for row in before:
        if row.ref not in taken:
            spelled.setdefault(row.name, []).append(row)
    for place, each in enumerate(listed):
        if place in found:
            continue
        rows = spelled.get(each.name, [])
        same = next((row for row in rows if each.id is None or row.sms_id is None), None)
        if same is not None:
            found[place] = same
            rows.remove(same)
    return found


def _once(listed: Sequence[SenderName], states: Sequence[Activation]) -> tuple[list[SenderName], list[Activation]]:
    """Each name once: a number is listed once, and so is a spelling without one."""
    seen: set[int | str] = set()
    names, kept = list[SenderName](), list[Activation]()
    for each, state in zip(listed, states, strict=True):
        key = each.id if each.id is not None else each.name
        if key not in seen:
            seen.add(key)
            names.append(each)
            kept.append(state)
    return names, kept


def deeds_of(tx: Transaction, account_id: int, subclient: str) -> Mapping[str, list[DeedRow]]:
    """What the journal says of all names of an account and subclient, by their spelling."""
    found: dict[str, list[DeedRow]] = {}
    for each in journal.deeds(tx, account_id, subclient):
        found.setdefault(each.name, []).append(each)
    return found
