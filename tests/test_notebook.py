"""Lists go past the watch while they are written: each change becomes an event, in the file, once."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.senders import kept
from bot.senders.kept import Fetched
from bot.smsc import Document, OperatorStatus, SenderName
from bot.storage import events, names, operations, outbox, watch
from bot.storage.database import connect, migrate
from bot.storage.names import Gaps
from bot.storage.operations import OperationRow, OperationState
from bot.storage.transaction import Transaction
from bot.watch.changes import Appeared, Change, Seen, applied, from_json
from bot.watch.notebook import CHANGED, MANY_CHANGED, Notebook, seen_of

USER = 5


class File:
    """A database of one person's account, whose lists come a minute and more apart."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.at = 1_000.0
        self.notebook = Notebook(lambda: self.at)

    def lists(self, some: Sequence[SenderName], active: Sequence[SenderName] = (), lacks: Gaps = Gaps()) -> None:  # noqa: B008
        self.at += 100
        kept.replace(self.tx, 1, "", Fetched(some, active, lacks, lacks), self.at, self.notebook)

    def lists_part(self, some: Sequence[SenderName]) -> None:
        self.at += 100
        kept.merge(self.tx, 1, "", some, self.at, self.notebook)

    def events(self) -> list[tuple[events.EventRow, Change]]:
        rows = self.tx.execute(
            "SELECT account_id, subclient, name, sms_id, kind, at, news, body, id FROM events ORDER BY id"
        )
        found = [events.EventRow(*row) for row in rows]
        read = [(each, from_json(each.kind, each.body)) for each in found]
        return [(row, change) for row, change in read if change is not None]

    def news(self) -> list[tuple[str, str]]:
        return [(row.name, row.kind) for row, _ in self.events() if row.news]

    def notices(self) -> list[tuple[str, dict[str, Any]]]:
        found = [(each.kind, json.loads(each.body)) for each in outbox.waiting(self.tx)]
        self.tx.execute("DELETE FROM outbox")
        return found


@pytest.fixture
def file(tmp_path: Path) -> Iterator[File]:
    with closing(connect(tmp_path / "bot.sqlite3")) as db:
        migrate(db)
        db.execute(
            "INSERT INTO accounts (id, user_id, service, secret, created) VALUES (1, ?, 'smsc.kz', x'00', 0)", (USER,)
        )
        yield File(Transaction(db))


def name(number: int, code: str = "0", status: str = "0", word: str = "") -> SenderName:
    return SenderName(
        number,
        f"NAME{number}",
        word or None,
        None,
        (OperatorStatus("MTS", code, "mts_step"),),
        (Document("a.pdf", str(number), status),),
    )


def test_what_is_in_the_first_list_is_no_news(file: File) -> None:
    file.lists([name(1), name(2)], [name(2)])
    assert file.events() == []
    assert file.notices() == []


def test_a_name_that_was_added_from_here_is_told_even_if_the_first_list_comes_after_it_was_decided(file: File) -> None:
    add = OperationRow(
        0, "a", USER, 1, "", "add", "NAME3", b"", None, OperationState.PLANNED, 0, 0, None, 900, 900, "add"
    )
    operations.move(file.tx, operations.plan(file.tx, add), OperationState.DONE, 950)
    kept.put_first(file.tx, 1, "", SenderName(3, "NAME3"))
    file.lists([name(1), SenderName(3, "NAME3")], [SenderName(3, "NAME3")])
    assert file.news() == [("NAME3", "activation")]


def test_a_code_a_document_and_an_activation_are_told_once_in_one_notice(file: File) -> None:
    file.lists([name(1), name(2)])
    for _ in range(2):
        file.lists([name(2), name(1, "3", "1")], [name(1)])
    assert file.news() == [("NAME1", "activation"), ("NAME1", "operator"), ("NAME1", "document")]
    [(kind, body)] = file.notices()
    assert (kind, body["name"], body["number"]) == (CHANGED, "NAME1", 1)


def test_a_comment_of_ones_own_is_no_change(file: File) -> None:
    file.lists([name(1)])
    file.lists([name(1, word="Flowers")])
    assert file.events() == []


def test_an_empty_list_where_there_were_a_thousand_is_no_alarm_until_a_second_one_says_so(file: File) -> None:
    many = [name(number) for number in range(1, 1001)]
    file.lists(many, many)
    file.lists([])
    assert file.notices() == []
    assert watch.doubted(file.tx, 1, "")
    file.lists(many, many)
    assert file.notices() == []
    assert not watch.doubted(file.tx, 1, "")
    for _ in range(2):
        file.lists([])
    [(kind, body)] = file.notices()
    assert kind == MANY_CHANGED
    assert len(events.between(file.tx, 1, "", body["after"] + 1, body["last"])) == 1000


def test_half_a_list_and_one_that_breaks_off_take_nothing_away(file: File) -> None:
    file.lists([name(1), name(2), name(3)], [name(1)])
    for _ in range(3):
        file.lists([name(1)], [], Gaps(cut=True))
        file.lists([name(2)], [], Gaps(left_out=1))
    file.lists([name(1), name(2), name(3)], [name(1)])
    assert file.events() == []


def test_a_part_of_a_list_confirms_no_loss(file: File) -> None:
    file.lists([name(1)], [name(1)])
    file.lists([name(1)], [])
    for _ in range(2):
        file.lists_part([name(1, "3")])
    assert file.news() == [("NAME1", "operator")]
    file.lists([name(1, "3")], [])
    assert file.news() == [("NAME1", "operator"), ("NAME1", "activation")]


def test_an_operator_that_two_lists_lack_is_told(file: File) -> None:
    file.lists([name(1, "5")])
    file.lists([replace(name(1), operators=())])
    assert file.news() == []
    file.lists([replace(name(1), operators=())])
    assert file.news() == [("NAME1", "operator")]


def test_a_name_that_somebody_added_in_the_cabinet_is_told_and_one_added_from_here_is_not(file: File) -> None:
    file.lists([name(1)])
    kept.put_first(file.tx, 1, "", SenderName(3, "NAME3"))
    file.lists([SenderName(3, "NAME3"), name(2), name(1)])
    assert [each.seen.name for _, each in file.events() if isinstance(each, Appeared)] == ["NAME2"]
    assert file.news() == [("NAME2", "appeared")]


def test_what_an_incomplete_list_did_not_have_is_not_told_as_new(file: File) -> None:
    file.lists([name(1)], [], Gaps(left_out=1))
    file.lists([name(1), name(2)])
    assert file.news() == []


def test_whatever_lists_come_the_events_lead_from_the_first_to_the_last(file: File) -> None:
    """Changed order, names twice, names without a number: the history of each name adds up."""
    chance = random.Random(7)  # noqa: S311  # made-up lists
    first = [name(number) for number in range(1, 9)]
    file.lists(first, first[:4])
    states: dict[str, Seen | None] = {}
    for each in first:
        states[each.name] = _seen(file.tx, each.name)
    last: list[SenderName] = []
    for _ in range(40):
        some = [
            name(number, chance.choice("035"), chance.choice("012"))
            for number in chance.choices(range(1, 12), k=chance.randrange(12))
        ]
        last = chance.choice([last, some])
        file.lists(last, [each for each in last if chance.random() < 0.7])
    for _ in range(2):
        file.lists(last, last)
    for row, change in file.events():
        states[row.name] = applied(states.get(row.name), [change])
    listed = {each.name for each in last}
    assert {key for key, seen in states.items() if seen is not None} == listed
    for key in listed:
        assert states[key] == _seen(file.tx, key)


def test_what_happened_is_never_changed_and_goes_with_its_account(file: File) -> None:
    file.lists([name(1)])
    file.lists([name(1, "3")])
    with pytest.raises(Exception, match="is not changed"):
        file.tx.execute("UPDATE events SET body = ''")
    file.tx.execute("DELETE FROM accounts")
    assert file.events() == []


def _seen(tx: Transaction, spelled: str) -> Seen | None:
    rows = names.by_name(tx, 1, "", spelled)
    return seen_of(rows[0]) if rows else None
