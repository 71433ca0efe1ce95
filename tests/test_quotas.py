"""How much one person may send: held over restarts, told with the time when it goes on, and nobody else's business."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.quotas import DAY, HOUR, Allowance, Quota, Quotas, UsedUp
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.storage import watch as watch_table
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from tests.kept import rows, wait_many
from tests.papers import PDF
from tests.person import Person
from tests.reached import made
from tests.running import InProcess, comes, running_fast
from tests.stories import OTHER_KEY, PURPOSE, begins, fills_in
from tests.troubles import calls

A, B = 1, 2
MB = 1024 * 1024


class Counted:
    """Quotas on a clock that stands still, and their file, which can be closed and opened again."""

    def __init__(self, path: Path) -> None:
        self.now = 1_000_000.0
        self._path = path
        self._database = Database.open(path)
        self.quotas = self._made()

    def _made(self) -> Quotas:
        return Quotas(self._database, lambda: self.now, Allowance(20, 50 * MB, 300))

    async def restarts(self) -> None:
        await self._database.close()
        self._database = Database.open(self._path)
        self.quotas = self._made()

    async def close(self) -> None:
        await self._database.close()

    async def sends(self, person: int, *keys: str, size: int = 1000) -> UsedUp | None:
        return await self.quotas.take(person, [(each, size) for each in keys])


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[Counted]:
    made = Counted(tmp_path / "a.sqlite3")
    yield made
    await made.close()


async def test_files_of_an_hour(counted: Counted) -> None:
    began = counted.now
    for number in range(20):
        assert await counted.sends(A, str(number)) is None
        counted.now += 60
    assert await counted.sends(A, "20") == UsedUp(Quota.FILES, began + HOUR)
    assert await counted.sends(A, "20", "21") == UsedUp(Quota.FILES, began + 60 + HOUR)
    assert await counted.sends(B, "20") is None
    await counted.restarts()
    assert await counted.sends(A, "20") == UsedUp(Quota.FILES, began + HOUR), "also after a restart"
    counted.now = began + HOUR
    assert await counted.sends(A, "20") is None
    assert await counted.sends(A, "21") == UsedUp(Quota.FILES, began + 60 + HOUR)


async def test_megabytes_of_a_day(counted: Counted) -> None:
    began = counted.now
    assert await counted.sends(A, "1", size=20 * MB) is None
    counted.now += 2 * HOUR
    assert await counted.sends(A, "2", size=20 * MB) is None
    assert await counted.sends(A, "3", size=20 * MB) == UsedUp(Quota.BYTES, began + DAY)
    assert await counted.sends(A, "3", size=10 * MB) is None
    assert await counted.sends(A, "4", size=1) == UsedUp(Quota.BYTES, began + DAY)
    counted.now = began + DAY
    assert await counted.sends(A, "4", size=20 * MB) is None


async def test_what_a_file_was_in_truth_counts(counted: Counted) -> None:
    await counted.sends(A, "1", size=20 * MB)
    await counted.sends(A, "2", size=20 * MB)
    await counted.quotas.measured(A, "1", 1000)
    await counted.quotas.measured(A, "2", 1000)
    assert await counted.sends(A, "3", size=20 * MB) is None
    await counted.quotas.measured(A, "3", 60 * MB)
    assert await counted.sends(A, "4", size=0) == UsedUp(Quota.BYTES, counted.now + DAY)


async def test_seconds_of_work_in_an_hour(counted: Counted) -> None:
    began = counted.now
    await counted.sends(A, "1")
    await counted.quotas.worked(A, 200)
    assert await counted.quotas.worked_out(A) is None
    counted.now += 60
    await counted.sends(A, "2")
    await counted.quotas.worked(A, 101)
    await counted.restarts()
    assert await counted.quotas.worked_out(A) == UsedUp(Quota.WORK, began + HOUR)
    assert await counted.quotas.worked_out(B) is None
    counted.now = began + HOUR
    assert await counted.quotas.worked_out(A) is None


async def test_an_update_that_is_handled_again_counts_once(counted: Counted) -> None:
    keys = [str(number) for number in range(20)]
    assert await counted.sends(A, *keys) is None
    await counted.restarts()
    assert await counted.sends(A, *keys) is None
    assert await counted.sends(A, "new") is not None


async def test_a_clock_that_was_set_back_delays_for_no_longer_than_an_hour(counted: Counted) -> None:
    await counted.sends(A, *map(str, range(20)))
    counted.now -= 5 * HOUR
    assert await counted.sends(A, "new") == UsedUp(Quota.FILES, counted.now + HOUR)


async def test_being_forgotten_gives_no_new_quota(counted: Counted, tmp_path: Path) -> None:
    await counted.sends(A, *map(str, range(20)))
    await counted.quotas.keep(A)
    with sqlite3.connect(tmp_path / "a.sqlite3") as db:
        db.execute("DELETE FROM uploads")
    db.close()
    assert await counted.sends(A, "new") is not None
    assert await counted.sends(A, "new") is not None
    counted.now += HOUR
    assert await counted.sends(A, "new") is None
    counted.now += DAY
    assert await counted.sends(A, *(f"later {number}" for number in range(20))) is None


async def test_counts_are_kept_for_a_day_only(counted: Counted, tmp_path: Path) -> None:
    await counted.sends(A, "1")
    counted.now += DAY + 1
    await counted.sends(B, "2")
    with sqlite3.connect(tmp_path / "a.sqlite3") as db:
        assert db.execute("SELECT user_id FROM uploads").fetchall() == [(B,)]
    db.close()


# What people see


@pytest.fixture
def settings(settings: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    """With those that a test names."""
    return {**settings, "FILES_AN_HOUR": "10", **getattr(request, "param", {})}


async def send_ten(person: Person) -> None:
    await person.writes("/document Aruana")
    await person.sees("Send the document for")
    for number in range(10):
        await person.sends_file(f"{number}.pdf", PDF)
        await person.sees(f"{number + 1}. {number}.pdf")


async def test_who_sends_too_many_files_is_told_when_the_next_is_taken(
    bot: InProcess, connected: Person, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    await send_ten(connected)
    fetched = len([each for each in telegram.world.calls if each.method == "getFile"])
    for _ in range(2):
        await connected.sends_file("more.pdf", PDF)
        await connected.sees("I take 10 files an hour from one person. Send this again after")
        await bot.stop()
        await bot.start()
    assert len([each for each in telegram.world.calls if each.method == "getFile"]) == fetched, "it is not even fetched"
    dana = await Person.arrive(connected.http, telegram.url, "Dana")
    await dana.connects(DEMO.apikey)
    await dana.sends_file("hers.pdf", PDF)
    await dana.sees("For which name?")
    clock.advance(HOUR)
    await connected.sends_file("later.pdf", PDF)
    await connected.sees("Left out: later.pdf")  # by the form, which is full


async def test_who_is_forgotten_and_comes_back_has_sent_what_they_sent(bot: InProcess, connected: Person) -> None:
    await send_ten(connected)
    await connected.writes("/account")
    await connected.taps("Forget me")
    await connected.taps("Forget everything")
    await connected.sees("Everything that was stored about you is deleted")
    await connected.connects(DEMO.apikey)
    await connected.sends_file("more.pdf", PDF)
    await connected.sees("I take 10 files an hour from one person")


async def test_a_day_has_its_megabytes(bot: InProcess, connected: Person) -> None:
    for number in range(2):
        await connected.sends_file(f"{number}.bin", b"x", file_size=str(20 * MB))
        await connected.sees("SMSC does not take")
    await connected.sends_file("more.pdf", PDF, file_size=str(20 * MB))
    await connected.sees("For which name?")


# What a person may have at a time


@pytest.mark.parametrize("settings", [{"ACCOUNTS_PERSON": "1"}], indirect=True)
async def test_one_person_has_so_many_accounts_and_may_connect_those_again(
    connected: Person, settings: dict[str, str]
) -> None:
    await connected.writes("/connect")
    await connected.sees("Send the API key")
    await connected.writes(OTHER_KEY)
    await connected.sees("One person may connect so many accounts: 1. Forget one")
    assert rows(settings, "accounts") == 1
    await connected.connects(DEMO.apikey)


@pytest.mark.parametrize("settings", [{"DRAFTS_PERSON": "10"}], indirect=True)
async def test_one_person_has_so_many_unfinished_forms_and_none_is_lost(connected: Person) -> None:
    for number in range(6):  # of one kind no more are kept for one account
        await begins(connected, f"LILY{number}")
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient aigerim")
    for number in range(4):
        await begins(connected, f"ROSE{number}")
    await connected.writes("/add ROSE4")
    await connected.sees("One person may have so many unfinished forms: 10.")
    await connected.taps("ROSE3")
    await connected.sees(PURPOSE)
    await connected.taps("Cancel")
    await begins(connected, "ROSE4")


async def test_so_many_requests_of_one_person_wait_and_what_was_filled_in_is_kept(
    connected: Person, settings: dict[str, str], smsc: SmscSandbox
) -> None:
    wait_many(settings, connected.id, 2000)
    await fills_in(connected, "LILY2026")
    await connected.taps("Register it")
    await connected.sees("Of one person’s requests so many may wait: 2000. Nothing of this was sent")
    assert made(smsc, "add") == 0
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        db.execute("DELETE FROM operations WHERE key = 'k7'")
    db.close()
    await connected.taps("LILY2026")
    await connected.sees("check and send", "LILY2026")
    await connected.taps("Register it")
    await connected.sees("The application for LILY2026 is sent")


async def test_a_plan_for_which_there_is_no_room_is_kept_and_nothing_of_it_is_written(
    connected: Person, settings: dict[str, str], smsc: SmscSandbox
) -> None:
    wait_many(settings, connected.id, 1999)
    await connected.writes("LILY2026\nROSE2026")
    await connected.taps("Register 2 names")
    await connected.sees("Of one person’s requests so many may wait: 2000. Nothing of this was sent")
    assert (made(smsc, "add"), rows(settings, "batch_rows"), rows(settings, "batches")) == (0, 0, 1)


def watched(settings: dict[str, str]) -> set[str]:
    """The subclients whose names are watched; "" is the account itself."""
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        rows = db.execute("SELECT subclient FROM watches WHERE next < 9e99").fetchall()
    db.close()
    return {row[0] for row in rows}


@pytest.mark.parametrize("settings", [{"LISTS_WATCHED": "2", "WATCH_SECONDS": "300"}], indirect=True)
async def test_so_many_lists_of_one_person_are_watched_and_of_the_next_it_is_told(
    connected: Person, settings: dict[str, str], clock: SandboxClock
) -> None:
    for lists, subclient in enumerate(("aigerim", "daniyar"), 2):
        await connected.writes(f"/user {subclient}")
        await connected.sees(f"From now on for the subclient {subclient}")
        await connected.writes("/senders")
        await connected.sees("My names")
        await comes(lambda: rows(settings, "watches") == lists, clock)  # noqa: B023  # it is over with the round
    async with running_fast(clock):
        await connected.sees_somewhere("daniyar", "I do not watch these names.", "lists of names for one person: 2")
    assert watched(settings) == {"", "aigerim"}
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:  # as if one of the two were forgotten
        db.execute("DELETE FROM listings WHERE subclient = 'aigerim'")
        db.execute("DELETE FROM watches WHERE subclient = 'aigerim'")
    db.close()
    await comes(lambda: watched(settings) == {"", "daniyar"}, clock)


@pytest.mark.parametrize("settings", [{"LISTS_WATCHED": "2", "WATCH_SECONDS": "300"}], indirect=True)
async def test_very_many_lists_too_many_are_told_in_one_message(
    connected: Person, settings: dict[str, str], clock: SandboxClock, telegram: TelegramSandbox
) -> None:
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        account = db.execute("SELECT id FROM accounts").fetchone()[0]
        db.executemany(
            "INSERT INTO listings (account_id, subclient, fetched, left_out, cut) VALUES (?, ?, 0, 0, 0)",
            [(account, f"client{number:03}") for number in range(300)],
        )
    db.close()
    async with running_fast(clock):
        await connected.sees_somewhere("I do not watch these names.", "… and 298 more")
    assert sum("I do not watch" in str(each.get("text")) for each in calls(telegram, "sendMessage")) == 1


async def test_what_lists_too_many_cost_does_not_grow_with_each_of_them(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "a.sqlite3")
    await database.close()
    said: list[str] = []
    with closing(sqlite3.connect(tmp_path / "a.sqlite3")) as db:
        db.execute("INSERT INTO accounts (id, user_id, service, secret, created) VALUES (1, 7, 'smsc.kz', x'', 0)")
        db.executemany(
            "INSERT INTO listings (account_id, subclient, fetched, left_out, cut) VALUES (1, ?, 0, 0, 0)",
            [(f"client{number}",) for number in range(300)],
        )
        assert len(watch_table.admit(Transaction(db), 1.0, 2)[7]) == 299
        db.set_trace_callback(said.append)
        assert watch_table.admit(Transaction(db), 2.0, 2) == {}
    assert len(said) < 10


@pytest.mark.parametrize("settings", [{"UPDATES_WAITING": "10"}], indirect=True)
async def test_so_many_updates_of_one_chat_wait_and_of_more_the_last_counts(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    world = telegram.world
    for text in (*("/senders",) * 20, "/help"):
        world.says(world.users[connected.id], world.chats[connected.id], world.person_text(text))
    async with running_fast(clock):
        await connected.sees_somewhere("more at once than I can read")
        await connected.sees_somewhere("What you can do here")
