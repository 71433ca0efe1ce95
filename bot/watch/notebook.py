"""Writes down what a list changed, in the transaction that writes the list: the events, and the notices of them.

So after a crash neither is told twice nor lost, whoever asked for the list: the watch, or a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson
import structlog

from bot.senders.kept import Look
from bot.senders.known import deed_of, readable
from bot.senders.state import Activation, Deed, What
from bot.smsc import Document, OperatorStatus
from bot.storage import accounts as accounts_table
from bot.storage import codes as codes_table
from bot.storage import events as events_table
from bot.storage import members as members_table
from bot.storage import names as names_table
from bot.storage import notifications as notifications_table
from bot.storage import outbox as outbox_table
from bot.storage import watch as table
from bot.storage.events import EventRow
from bot.storage.names import NameRow
from bot.storage.transaction import Transaction
from bot.storage.watch import DoubtRow
from bot.watch.changes import Change, Seen, from_json, kind_of, seen_from_json, to_json
from bot.watch.codes import Meanings, meant
from bot.watch.doubts import Doubt, Judged, judged
from bot.watch.news import is_news, is_urgent
from bot.watch.quiet import USUAL, Preferences, preferences

log = structlog.get_logger(__name__)

CHANGED: Final = "changed"
"""The kind of notice that tells what changed of one name."""
MANY_CHANGED: Final = "many_changed"
"""The same of many names of an account and subclient at once."""
DIGEST: Final = "digest"
"""What changed since the last morning, for whoever wants it so."""
NIGHT: Final = "night"
"""What changed of a person's names in their quiet hours, and is not urgent."""
NIGHT_SECONDS: Final = 7_200.0
"""In quiet hours what is not urgent comes at most so often, together."""
FOLDED_SECONDS: Final = 2.0
"""What changes of a name within this time is told in one message."""
_RECENT_SECONDS: Final = 7 * 86_400.0
"""What was asked for from here so long ago explains a change."""
_APART_MOST: Final = 5
"""Names that are told of in messages of their own; of more at once, one message tells."""


@dataclass(slots=True)
class _Page:
    """What one list brings: events, and doubts that are new or cleared up."""

    events: list[EventRow] = field(default_factory=list)
    doubts: list[DoubtRow] = field(default_factory=list)
    cleared: list[int] = field(default_factory=list)


class Notebook:
    """The witness of every list."""

    def __init__(self, now: Callable[[], float], usual: Preferences = USUAL) -> None:
        self._now = now
        self._usual = usual

    def __call__(self, tx: Transaction, look: Look) -> None:
        """Compares, and writes events, doubts and notices."""
        page = _Page()
        doubts = {each.ref: each for each in table.doubts(tx, look.account_id, look.subclient)}
        for before, after, doubted in _pairs(look, doubts):
            self._compare(tx, look, before, after, doubted, page)
        table.doubt(tx, look.account_id, look.subclient, page.doubts, page.cleared)
        if page.events:
            last = events_table.last(tx)
            events_table.put(tx, page.events)
            table.moved(tx, look.account_id, look.subclient, self._now())
            self._notify(tx, look, page.events, last)

    def _compare(
        self,
        tx: Transaction,
        look: Look,
        before: NameRow | None,
        after: NameRow | None,
        doubted: DoubtRow | None,
        page: _Page,
    ) -> None:
        doubt = _doubt(doubted) if doubted is not None else None
        asked = look.asked if doubt is None or look.activation else doubt.since  # it confirms nothing
        known = seen_of(before)
        if known is None and after is not None and _is_added_from_here(look, after):
            known = Seen(after.name, after.sms_id)  # as it would stand if SMSC's answer had not been lost
        result = judged(known, seen_of(after), doubt, asked)
        if doubted is not None:
            page.cleared.append(doubted.ref)
        if result.doubt is not None:
            ref = next((each.ref for each in (after, before) if each is not None and each.ref), 0)
            page.doubts.append(_doubt_row(result.doubt, ref or _ref_of(tx, look, after) or _of(doubted)))
        page.events += self._events(look, result)

    def _events(self, look: Look, result: Judged) -> Iterator[EventRow]:
        if not result.changes:
            return
        who = result.seen or getattr(result.changes[0], "seen", None)
        if who is None:
            return
        deeds = _recent(look, who.name)
        for each in result.changes:
            yield self._event(look, who, each, deeds)

    def _event(self, look: Look, who: Seen, change: Change, deeds: Sequence[Deed]) -> EventRow:
        return EventRow(
            look.account_id,
            look.subclient,
            who.name,
            who.number,
            kind_of(change),
            look.asked,
            is_news(change, deeds, gaps_before=look.gaps_before),
            to_json(change),
        )

    def _notify(self, tx: Transaction, look: Look, events: Sequence[EventRow], last: int) -> None:
        """Puts what is news into the outbox, together with the events; `last` is the newest event before them."""
        account = accounts_table.load(tx, look.account_id)
        if account is None or not any(each.news for each in events):
            return
        for each in members_table.people(tx, account.id):
            self._tell(tx, look, events, last, each.user_id, account.service)

    def _tell(
        self, tx: Transaction, look: Look, events: Sequence[EventRow], last: int, user_id: int, service: str
    ) -> None:
        """The same for one of the account's people, as they want it."""
        names = list(dict.fromkeys((each.name, each.sms_id) for each in events if each.news))
        muted = notifications_table.muted(tx, user_id, look.account_id, look.subclient)
        meanings = meant(codes_table.meanings(tx, user_id, service))
        urgent = {(each.name, each.sms_id) for each in events if each.news and _is_urgent(each, meanings)}
        names = [each for each in names if each in urgent or (each[0], each[1] or 0) not in muted]
        now = self._now()
        wanted = preferences(notifications_table.load(tx, user_id), service, self._usual)
        if wanted.digest:
            if any(each not in urgent for each in names) and not outbox_table.is_waiting(tx, user_id, DIGEST):
                outbox_table.put(tx, user_id, DIGEST, f'{{"after":{last}}}', wanted.morning(now), now)
            names = [each for each in names if each in urgent]
        elif wanted.is_quiet(now):
            if any(each not in urgent for each in names) and not outbox_table.is_waiting(tx, user_id, NIGHT):
                before = table.last_pushed(tx, user_id, wanted.evening(now))
                at = max(now + FOLDED_SECONDS, min(before + NIGHT_SECONDS, wanted.morning(now)))
                outbox_table.put(tx, user_id, NIGHT, f'{{"after":{last}}}', at, now)
            names = [each for each in names if each in urgent]
        scope = {"account": look.account_id, "subclient": look.subclient}
        notices: list[tuple[str, dict[str, object]]] = [
            (CHANGED, {**scope, "name": name, "number": number}) for name, number in names
        ]
        if len(names) > _APART_MOST:
            notices = [(MANY_CHANGED, {**scope, "after": last, "last": last + len(events)})]
        for kind, body in notices:
            told = orjson.dumps(body).decode()
            outbox_table.put(tx, user_id, kind, told, now + FOLDED_SECONDS, now)


def _is_urgent(event: EventRow, meanings: Meanings) -> bool:
    change = from_json(event.kind, event.body)
    return change is not None and is_urgent(change, meanings)


def _pairs(look: Look, doubts: dict[int, DoubtRow]) -> Iterator[tuple[NameRow | None, NameRow | None, DoubtRow | None]]:
    """Each name that may have changed: before, now, and what a former list lost of it.

    Of a first list only what was sent from here is looked at: all else was there before it.
    """
    gone = {ref: each for ref, each in doubts.items() if ref not in look.before}
    listed = [row for row in look.listed if row.ref or _is_added_from_here(look, row)] if look.first else look.listed
    for row in listed:
        before = look.before.get(row.ref) if row.ref else None
        doubt = doubts.get(row.ref) if before is not None else _returned(row, gone)
        if before is None or doubt is not None or _differ(before, row):
            yield before, row, doubt
    for row in look.absent:
        yield row, None, doubts.get(row.ref)
    if look.whole:
        for doubt in gone.values():
            yield None, None, doubt


def _recent(look: Look, name: str) -> list[Deed]:
    """What was asked for from here a while ago for names of this spelling."""
    rows = look.deeds.get(name, ())
    return [deed_of(each) for each in rows if abs(look.asked - each.changed) < _RECENT_SECONDS]


def _is_added_from_here(look: Look, row: NameRow) -> bool:
    return any(each.what is What.ADD for each in _recent(look, row.name))


def _differ(before: NameRow, after: NameRow) -> bool:
    return (before.body, before.activation, before.name, before.sms_id) != (
        after.body,
        after.activation,
        after.name,
        after.sms_id,
    )


def _returned(row: NameRow, gone: dict[int, DoubtRow]) -> DoubtRow | None:
    """The name that a former list did not have, and this one has again; it is looked for no more."""
    for ref, each in gone.items():
        doubt = _doubt(each)
        if doubt is None:
            continue
        same = doubt.seen.number == row.sms_id if None not in {doubt.seen.number, row.sms_id} else None
        if same or (same is None and doubt.seen.name == row.name):
            return gone.pop(ref)
    return None


def _ref_of(tx: Transaction, look: Look, row: NameRow | None) -> int:
    """The ref that a new row was given."""
    if row is None:
        return 0
    found = names_table.by_name(tx, look.account_id, look.subclient, row.name)
    return next((each.ref for each in found if each.sms_id == row.sms_id), 0)


def _of(doubt: DoubtRow | None) -> int:
    return doubt.ref if doubt is not None else 0


def seen_of(row: NameRow | None) -> Seen | None:
    """A name of the file as the watch compares it."""
    if row is None:
        return None
    row = readable(row)
    body = orjson.loads(row.body)
    return Seen.of(
        row.name,
        row.sms_id,
        Activation(row.activation),
        [OperatorStatus(*each) for each in body["operators"]],
        [Document(*each) for each in body["documents"]],
        [(key, value) for key, value in body["extra"]],
    )


def _doubt_row(doubt: Doubt, ref: int) -> DoubtRow:
    listed = to_json(doubt.listed) if doubt.listed is not None else "null"
    return DoubtRow(ref, doubt.since, f'{{"seen":{to_json(doubt.seen)},"listed":{listed}}}')


def _doubt(row: DoubtRow) -> Doubt | None:
    """What a former list lost; None where it cannot be read any more: then there is no doubt."""
    try:
        plain = orjson.loads(row.body)
        seen = seen_from_json(orjson.dumps(plain["seen"]).decode())
        listed = seen_from_json(orjson.dumps(plain["listed"]).decode()) if plain["listed"] is not None else None
    except (ValueError, TypeError, LookupError) as failure:
        log.warning("a doubt cannot be read", ref=row.ref, why=str(failure))
        return None
    return Doubt(seen, listed, row.since)
