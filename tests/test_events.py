"""What happened stays: every changing request and its end is an event, also of a file from before there were any."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from bot.storage import events, operations
from bot.storage.database import connect, migrate
from bot.storage.events import EventRow
from bot.storage.migrations import MIGRATIONS
from bot.storage.operations import OperationRow, OperationState
from bot.storage.transaction import Transaction

SMSC_TOOK_IT = '{"id":77,"error":null,"text":null,"why":null}'


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "bot.sqlite3")) as connection:
        yield connection


def account(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO accounts (id, user_id, service, secret, created) VALUES (1, 5, 'smsc.kz', x'00', 0)")


def plan(tx: Transaction, key: str, name: str = "LILY", file: str | None = None) -> int:
    state = OperationState.PLANNED
    row = OperationRow(0, key, 5, 1, "", "add", name, b"", None, state, 0, 0, None, 10, 10, "add", file=file)
    return operations.plan(tx, row)


def told(tx: Transaction, name: str = "LILY", sms_id: int | None = None) -> list[tuple[str, str | None, float]]:
    rows = reversed(events.of_name(tx, 1, "", name, sms_id, limit=20))
    return [(each.kind, json.loads(each.body).get("state"), each.at) for each in rows]


def test_a_request_and_its_end_are_events_whoever_writes_the_journal(db: sqlite3.Connection) -> None:
    migrate(db)
    account(db)
    tx = Transaction(db)
    number = plan(tx, "a", file="a.pdf")
    assert plan(tx, "a") == number  # a second tap
    operations.begin(tx, number, 20)
    operations.move(tx, number, OperationState.UNKNOWN, 30)
    operations.move(tx, number, OperationState.UNKNOWN, 40)  # looked for once more
    operations.move(tx, number, OperationState.DONE, 50, answer=SMSC_TOOK_IT)
    assert told(tx) == [("asked", None, 10), ("answered", "unknown", 30), ("answered", "done", 50)]
    [answered, *_] = events.of_name(tx, 1, "", "LILY", None, limit=1)
    assert json.loads(answered.body)["answer"]["id"] == 77
    called_off = plan(tx, "b", "ROSE")
    operations.cancel(tx, called_off, 5, 60)
    assert told(tx, "ROSE") == [("asked", None, 10), ("answered", "cancelled", 60)]


def test_a_request_of_an_account_that_was_forgotten_comes_to_its_end_without_an_event(db: sqlite3.Connection) -> None:
    migrate(db)
    account(db)
    tx = Transaction(db)
    number = plan(tx, "a")
    db.execute("DELETE FROM accounts")
    assert operations.move(tx, number, OperationState.NOT_DONE, 50)
    assert told(tx) == []


def test_the_journal_of_a_former_version_is_taken_over(db: sqlite3.Connection) -> None:
    file = sqlite_utils.Database(db, execute_plugins=False)
    MIGRATIONS.apply(file, stop_before="m014_events")
    account(db)
    for key in ("a", "b"):  # as that version wrote it
        db.execute(
            "INSERT INTO operations (key, user_id, account_id, subclient, command, name, sealed, state, not_before,"
            " attempts, created, changed, what)"
            " VALUES (?, 5, 1, '', 'add', 'LILY', x'', 'planned', 0, 0, 10, 10, 'add')",
            (key,),
        )
    db.execute("UPDATE operations SET state = 'done', changed = 50, answer = 'not JSON' WHERE key = 'a'")
    tx = Transaction(db)
    migrate(db)
    assert told(tx) == [("asked", None, 10), ("asked", None, 10), ("answered", "done", 50)]


def test_with_smscs_number_a_name_has_its_own_events_and_those_from_before_it_was_known(db: sqlite3.Connection) -> None:
    migrate(db)
    account(db)
    tx = Transaction(db)
    rows = [
        EventRow(1, "", name, number, "detail", 1, True, str(number))
        for name, number in (("A", None), ("A", 1), ("A", 2), ("B", 1))
    ]
    events.put(tx, rows)
    assert [each.body for each in events.of_name(tx, 1, "", "A", 1, limit=9)] == ["1", "1", "None"]
    assert events.count(tx, 1, "", "A", None) == 3
    assert [each.body for each in events.news(tx, 1, "", "A", 2, after=0)] == ["None", "2"]


def test_what_happened_three_years_ago_is_forgotten_and_nothing_younger(db: sqlite3.Connection) -> None:
    migrate(db)
    account(db)
    tx, old = Transaction(db), events.KEPT_SECONDS
    events.put(tx, [EventRow(1, "", "LILY", None, "asked", at, False, "{}") for at in (1.0, 2.0, 500.0)])
    assert events.first(tx) == 1
    assert events.forget_old(tx, old + 100.0) == 2
    assert [at for _, _, at in told(tx)] == [500.0]
    assert events.first(tx) == 3


def test_a_names_events_are_found_without_reading_those_of_others(db: sqlite3.Connection) -> None:
    migrate(db)
    account(db)
    tx = Transaction(db)
    events.put(tx, [EventRow(1, "", f"NAME{n % 500}", n % 500, "detail", 1, True, "{}") for n in range(20_000)])
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    db.set_progress_handler(count, 100)
    for number in (7, None):
        assert len(events.of_name(tx, 1, "", "NAME7", number, limit=12)) == 12
        assert events.count(tx, 1, "", "NAME7", number) == 40
        assert len(events.news(tx, 1, "", "NAME7", number, after=0)) == 40
    db.set_progress_handler(None, 0)
    assert steps < 200  # of a hundred instructions each; all events are 20 000 rows
