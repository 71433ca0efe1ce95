"""What is set aside is bounded; an id that was seen is a repeat for two days, and after a week a new update."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage import inbox, set_aside
from bot.storage.database import connect, migrate
from bot.storage.transaction import Transaction
from tests.person import Person
from tests.running import InProcess, comes


def test_what_is_set_aside_is_bounded(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "a.sqlite3")) as db:
        migrate(db)
        for number in range(1010):
            odd = set_aside.SetAside(set_aside.UPDATE, str(number), 0, "a", b"", "odd")
            assert set_aside.put(Transaction(db), odd, 0.0)
        kept = [each.digest for _, _, each in set_aside.everything(Transaction(db))]
        assert (len(kept), kept[-1]) == (1000, "1009")
        assert not set_aside.put(Transaction(db), odd, 0.0)


HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("ago", "same", "new"),
    [
        (0.0, True, False),
        (HOUR, True, False),
        (HOUR, False, False),
        (23 * HOUR, True, False),
        (8 * DAY, False, True),
        (8 * DAY, True, False),  # the clock was set: it says the same
        (-HOUR, True, False),
        (-8 * DAY, True, False),
        (-8 * DAY, False, True),
    ],
)
def test_an_id_is_a_repeat_within_two_days_and_a_new_update_after_a_week(
    tmp_path: Path, ago: float, same: bool, new: bool
) -> None:
    with closing(connect(tmp_path / "a.sqlite3")) as db:
        migrate(db)
        each = inbox.Waiting(5, 1, b"", 0)
        assert inbox.receive(Transaction(db), each, "one", 100 * DAY)
        assert inbox.receive(Transaction(db), each, "one" if same else "two", 100 * DAY + ago) is new


async def test_ids_that_were_seen_are_forgotten_every_hour(
    bot: InProcess, aigerim: Person, settings: dict[str, str]
) -> None:
    await aigerim.writes("/help")
    await aigerim.sees("/senders – ")

    def seen() -> int:
        with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
            return int(db.execute("SELECT count(*) FROM seen").fetchone()[0])

    assert seen() > 0
    for hours in (-5, 5):  # somebody sets the clock, back and ahead
        bot.set_clock(hours * HOUR)
        bot.clock.advance(2 * HOUR)
    assert seen() > 0

    def passes() -> bool:
        bot.clock.advance(HOUR)
        return seen() == 0

    await comes(passes)
