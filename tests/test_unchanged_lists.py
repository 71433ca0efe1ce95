"""A list that is as it was costs the watch next to nothing, and nothing that happens is missed for that."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.senders import kept
from bot.senders.kept import Look
from bot.senders.looks import Looks, Whole
from bot.smsc import Access, KeyAuth, Limits, Service, SmscClient, answers, seed_catalogue
from bot.storage import names as table
from bot.storage import operations
from bot.storage.database import Database
from bot.storage.names import Listing
from bot.storage.operations import OperationRow, OperationState
from bot.storage.transaction import Transaction
from tests.smsc.clock import HandClock
from tests.smsc.recorder import JSON, Recorder

KEY = (1, "")


@dataclass
class Watched:
    """A watch's looks at the names of one account, and what they brought; `names` and `active`: what SMSC lists."""

    looks: Looks
    access: Access
    database: Database
    seen: list[Look]
    clock: HandClock
    names: list[str] = field(default_factory=lambda: ["LILY", "ROSE"])
    active: list[str] = field(default_factory=lambda: ["LILY"])

    async def answers(self, request: web.Request) -> web.StreamResponse:
        asked = await request.post()
        rows = [{"id": number, "sender": each} for number, each in enumerate(self.names, 1)]
        rows = [each for each in rows if asked.get("all") == "1" or each["sender"] in self.active]
        return web.Response(body=orjson.dumps(rows), headers={"Content-Type": JSON})

    async def look(self) -> bool:
        """Looks as the watch does, some minutes later; whether what came was read and compared."""
        self.clock.at += 300
        before, known = len(self.seen), (await self.listing()).answers
        write = await self.looks.look(self.access, Whole(known), [KEY])
        if write is not None:
            await self.database.run(write)
        return len(self.seen) > before

    async def listing(self) -> Listing:
        found = await self.database.run(lambda tx: table.listing(tx, *KEY))
        return found if found is not None else Listing(0.0, None)


def account(tx: Transaction) -> None:
    tx.execute("INSERT INTO accounts (id, user_id, service, secret, created) VALUES (1, 5, 'smsc.kz', x'00', 0)")


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    clock, recorder, seen = HandClock(), Recorder(), list[Look]()
    await recorder.start()
    database = Database.open(tmp_path / "bot.sqlite3")
    await database.run(account)
    async with SmscClient(catalogue=seed_catalogue(), limits=Limits(clock), patience=1000) as client:
        looks = Looks(client, database, clock, witness=lambda _tx, look: seen.append(look))
        access = Access(Service.parse(recorder.url), KeyAuth(SecretStr("key-0123456789")))
        made = Watched(looks, access, database, seen, clock)
        recorder.replies = [made.answers]
        yield made
    await database.close()
    await recorder.stop()


async def test_a_list_that_is_as_it_was_is_not_compared_and_is_of_now(watched: Watched) -> None:
    assert await watched.look()
    before = await watched.listing()
    assert not await watched.look()
    after = await watched.listing()
    assert after.answers == before.answers
    assert after.fetched > before.fetched
    assert after.listed == after.fetched


@pytest.mark.parametrize("what", ["names", "active"])
async def test_what_changed_in_either_list_is_seen(watched: Watched, what: str) -> None:
    await watched.look()
    await watched.look()
    {"names": watched.names, "active": watched.active}[what].append("ROSE" if what == "active" else "TULIP")
    assert await watched.look()
    listed = {each.name: each.activation for each in watched.seen[-1].listed}
    assert listed == {"LILY": "active", "ROSE": "active"} if what == "active" else listed["TULIP"] == "listed"
    assert not await watched.look()


async def test_after_anything_else_wrote_the_names_the_list_is_compared_again(watched: Watched) -> None:
    await watched.look()
    for write in (
        lambda tx: table.outdate(tx, *KEY),
        lambda tx: table.remove(tx, *KEY, "ROSE", 2),
        lambda tx: kept.rederive(tx, *KEY, "LILY"),
    ):
        assert not await watched.look()
        await watched.database.run(write)
        assert await watched.look()
    rows = await watched.database.run(lambda tx: table.everything(tx, *KEY))
    assert [each.name for each in rows] == ["LILY", "ROSE"]


async def test_what_is_written_while_smsc_answers_is_not_taken_for_what_it_answered(watched: Watched) -> None:
    await watched.look()
    known = (await watched.listing()).answers
    write = await watched.looks.look(watched.access, Whole(known), [KEY])
    assert write is not None
    await watched.database.run(lambda tx: table.outdate(tx, *KEY))  # a name was just changed from here
    await watched.database.run(write)
    assert await watched.listing() == Listing(0.0, watched.seen[-1].asked)


async def test_a_request_that_no_list_shows_yet_has_the_next_list_compared(watched: Watched) -> None:
    state = OperationState.PLANNED
    row = OperationRow(0, "a", 5, 1, "", "chg", "LILY", b"", None, state, 0, 0, None, 10, 10, "change")
    number = await watched.database.run(lambda tx: operations.plan(tx, row))
    assert await watched.look()
    assert await watched.look()
    await watched.database.run(lambda tx: operations.cancel(tx, number, 5, 20))
    assert await watched.look()
    assert not await watched.look()


async def test_a_list_that_somebody_asked_for_meanwhile_stays_of_that_moment(watched: Watched) -> None:
    await watched.look()
    known = (await watched.listing()).answers
    write = await watched.looks.look(watched.access, Whole(known), [KEY])
    assert write is not None
    watched.clock.at += 10
    later = watched.looks.now()
    await watched.looks.keep_whole(KEY, await watched.looks.whole(watched.access), later)
    await watched.database.run(write)
    assert await watched.listing() == Listing(later.at, later.at, answers=known)


async def test_after_the_clock_was_set_back_the_list_is_of_now(watched: Watched) -> None:
    await watched.look()
    known, now = (await watched.listing()).answers, watched.clock.at - 3600
    assert known is not None
    await watched.database.run(lambda tx: table.again(tx, *KEY, known, now - 1, now))
    assert (await watched.listing()).fetched == now - 1


async def test_nobody_waits_while_a_long_list_is_read_because_the_other_one_changed(watched: Watched) -> None:
    watched.names += [f"NAME{number}" for number in range(5_000)]
    watched.active = watched.names[1:]
    await watched.look()
    watched.active = watched.names
    here = set[object]()
    sys.setprofile(lambda frame, event, _: here.add(frame.f_code) if event == "call" else None)
    try:
        assert await watched.look()
    finally:
        sys.setprofile(None)
    assert answers.read.__code__ not in here


async def test_answers_that_a_former_process_read_are_read_anew(watched: Watched) -> None:
    await watched.look()
    known = (await watched.listing()).answers
    assert known is not None
    fetched = await watched.looks.whole(watched.access, known=f"former{known[known.index(' ') :]}")
    assert [each.name for each in fetched.names] == ["LILY", "ROSE"]
