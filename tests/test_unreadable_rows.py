"""A row that cannot be read is a state of that row: its person is told what to do, and nobody else notices."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.vault import Vault, read_key
from tests.papers import PDF
from tests.person import PATIENCE, Person
from tests.reached import made
from tests.running import KEY, InProcess, comes
from tests.stories import begins, fills_in, is_served


@contextmanager
def opened(settings: dict[str, str]) -> Iterator[sqlite3.Connection]:
    """The bot's file, beside the bot."""
    with closing(sqlite3.connect(settings["DATABASE_PATH"], timeout=30)) as db, db:
        yield db


def one(settings: dict[str, str], query: str) -> object:
    with opened(settings) as db:
        row = db.execute(query).fetchone()
        return row[0] if row is not None else None


async def told(person: Person, bot: InProcess, *parts: str) -> None:
    """What is told in the end is told, however often it is tried before."""

    async def shown() -> bool:
        state = await person.state()
        texts = [each["text"] for each in person.fresh(state)]
        return any(all(part in text for part in parts) for text in texts)

    try:
        async with asyncio.timeout(PATIENCE):
            while not await shown():
                bot.clock.advance(60)
                await asyncio.sleep(0.01)  # the bot gets its turn, however busy the machine is
    except TimeoutError:
        raise AssertionError(f"never told {parts}: {[each['text'] for each in person.seen['messages']][-3:]}") from None


async def restarted(bot: InProcess) -> None:
    await bot.stop()
    await bot.start()


async def test_two_swapped_keys_stop_nobody_and_their_owner_connects_again(
    connected: Person, other: Person, bot: InProcess, smsc: SmscSandbox, settings: dict[str, str]
) -> None:
    await other.connects(DEMO.apikey)
    await fills_in(connected, "LILY2026")
    with opened(settings) as db:
        (one_id, one_secret), (two_id, two_secret) = db.execute("SELECT id, secret FROM accounts").fetchall()
        db.execute("UPDATE accounts SET secret = ? WHERE id = ?", (two_secret, one_id))
        db.execute("UPDATE accounts SET secret = ? WHERE id = ?", (one_secret, two_id))
    await connected.taps("Register it")
    await told(connected, bot, "its key, as it is stored here, cannot be read any more", "connected again")
    await is_served(other)
    await restarted(bot)
    await is_served(other)
    await other.writes("/senders")
    assert "SMSC does not accept" not in await other.sees("cannot be read any more", "Connect the account again")
    await other.writes("/start")
    await other.sees("Paused: the stored key cannot be read")
    await other.writes("/account")
    await other.sees("cannot be read any more", "Connect the account again")
    await other.taps("Try it again")
    await is_served(other)
    assert made(smsc, "add") == 0
    await connected.writes("/connect")
    await connected.sees("Send the API key")
    await connected.writes(DEMO.apikey)
    await connected.sees("Is this a new key of an account that you have connected?")
    await connected.taps("127.0.0.1")
    await told(connected, bot, "The application for LILY2026 is sent")
    assert made(smsc, "add") == 1


@pytest.mark.parametrize("state", ["planned", "unknown"])
@pytest.mark.parametrize("damage", ["altered", "cut", "empty", "another shape", "no such command", "no such state"])
async def test_a_request_that_cannot_be_read_comes_to_an_end_that_is_told(
    connected: Person,
    other: Person,
    bot: InProcess,
    smsc: SmscSandbox,
    settings: dict[str, str],
    damage: str,
    state: str,
) -> None:
    await fills_in(connected, "LILY2026")
    smsc.fault(Fault("add", kind="error", error=9) if state == "planned" else Fault("add", when="after", kind="drop"))
    if state == "unknown":
        smsc.fault(Fault("get", kind="500", times=2))
    await connected.taps("Register it")
    await comes(lambda: one(settings, "SELECT state FROM operations") == state and made(smsc, "add") == 1)
    await bot.stop()
    vault = Vault([read_key(KEY)])
    with opened(settings) as db:
        key, sealed = db.execute("SELECT key, sealed FROM operations").fetchone()
        match damage:
            case "altered":
                db.execute("UPDATE operations SET sealed = ?", (sealed[:-1] + bytes([sealed[-1] ^ 1]),))
            case "cut":
                db.execute("UPDATE operations SET sealed = ?", (sealed[:20],))
            case "empty":
                db.execute("UPDATE operations SET sealed = x''")
            case "another shape":
                db.execute("UPDATE operations SET sealed = ?", (vault.seal(b'["values"]', f"operation:{key}"),))
            case "no such command":
                db.execute("UPDATE operations SET command = 'fly'")
            case _:
                db.execute("UPDATE operations SET state = 'fly'")
    await connected.looks()
    await bot.start()
    await is_served(other)
    if damage != "no such state":
        await told(connected, bot, "cannot be read any more")
        end = "not_done" if state == "planned" else "unclear"
        assert one(settings, "SELECT state FROM operations") == end
    await connected.writes("/history")
    await connected.sees("LILY2026")
    assert made(smsc, "add") == 1
    await restarted(bot)
    await is_served(connected)


@pytest.mark.parametrize("damage", ["altered", "cut", "another shape", "a list", "a draft of another shape"])
async def test_drafts_that_cannot_be_read_cost_only_the_drafts(
    connected: Person, other: Person, bot: InProcess, settings: dict[str, str], damage: str
) -> None:
    await begins(connected, "LILY2026")
    await bot.stop()
    place = f"drafts:{connected.id}"
    vault = Vault([read_key(KEY)])
    shapes = {"another shape": b'{"drafts":[1]}', "a list": b"[]", "a draft of another shape": b'{"drafts":{"a":5}}'}
    with opened(settings) as db:
        (sealed,) = db.execute("SELECT drafts FROM people WHERE user_id = ?", (connected.id,)).fetchone()
        damaged = sealed[:-1] + bytes([sealed[-1] ^ 1]) if damage == "altered" else sealed[:9]
        if damage in shapes:
            damaged = vault.seal(shapes[damage], place)
        db.execute("UPDATE people SET drafts = ? WHERE user_id = ?", (damaged, connected.id))
    await bot.start()
    await is_served(other)
    await connected.writes("/start")
    await told(connected, bot, "What you had begun to fill in cannot be read any more", "Your accounts")
    assert one(settings, "SELECT body FROM set_aside WHERE kind = 'drafts'") == damaged
    await fills_in(connected, "LILY2026")
    await restarted(bot)
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for LILY2026 is sent")
    assert one(settings, "SELECT count(*) FROM set_aside") == 1


@pytest.mark.parametrize("damage", ["altered", "cut", "no update"])
async def test_an_update_that_cannot_be_opened_is_told_of_and_set_aside(
    connected: Person, other: Person, bot: InProcess, settings: dict[str, str], damage: str
) -> None:
    await bot.stop()
    body = {"altered": b"x" * 64, "cut": b"", "no update": Vault([read_key(KEY)]).seal(b"5", "update:7")}[damage]
    with opened(settings) as db:
        db.execute("INSERT INTO inbox VALUES (7, ?, ?, 0, 0)", (connected.id, body))
    await connected.looks()
    await bot.start()
    await told(connected, bot, "I could not finish with what you sent")
    await is_served(other)
    assert one(settings, "SELECT count(*) FROM inbox WHERE update_id = 7") == 0
    assert one(settings, "SELECT body FROM set_aside") == body
    await restarted(bot)
    await is_served(connected)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("operation", "{"),
        ("operation", "[]"),
        ("operation", '{"operation":"x"}'),
        ("operation", "{}"),
        ("progress", '{"operation":null}'),
        ("nobody knows", "{}"),
        ("drawn", "{}"),
        ("drawn_lasting", "[1,2]"),
        ("drawn", '{"text":1}'),
        ("flooded", '{"files":"many"}'),
        ("flooded", '{"files":null}'),
        ("code_again", "{}"),
    ],
)
async def test_a_notice_that_cannot_be_read_is_told_of(
    connected: Person, other: Person, bot: InProcess, settings: dict[str, str], kind: str, body: str
) -> None:
    await connected.looks()
    with opened(settings) as db:
        db.execute(
            "INSERT INTO outbox (chat_id, kind, body, not_before, attempts, since) VALUES (?, ?, ?, 0, 0, 0)",
            (connected.id, kind, body),
        )
    await told(connected, bot, "There is something that I had to tell you and cannot read any more", "history")
    await is_served(other)
    await comes(lambda: one(settings, "SELECT count(*) FROM outbox") == 0)
    await connected.taps("History")
    await restarted(bot)
    await is_served(connected)


@pytest.mark.parametrize("body", ["{", "[]", "null", '{"names":5}', '[{"name":5}]', "\x00"])
async def test_a_stored_list_that_cannot_be_read_is_fetched_anew(
    connected: Person, other: Person, bot: InProcess, settings: dict[str, str], body: str
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    await bot.stop()
    with opened(settings) as db:
        db.execute("UPDATE names SET body = ?", (body,))
    await bot.start()
    bot.clock.advance(120)
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    await connected.shows("✅ Aruana")
    await is_served(other)
    await restarted(bot)
    await is_served(connected)


async def test_documents_for_a_name_that_nobody_knows_are_sent(
    connected: Person, bot: InProcess, smsc: SmscSandbox, settings: dict[str, str]
) -> None:
    """How many documents it has is not known then, which is no reason to call the request unreadable."""
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    await connected.sends_file("new.pdf", PDF)
    await connected.sees("1. new.pdf")
    await connected.taps("Done")
    await connected.sees("check and send")
    await bot.stop()
    with opened(settings) as db:
        db.execute("DELETE FROM names")
        db.execute("DELETE FROM listings")
    smsc.fault(Fault("get", kind="500", times=50))
    await bot.start()
    await connected.taps("Send them")
    await told(connected, bot, "Documents for Aruana are at SMSC: new.pdf")
    assert made(smsc, "chg") == 1
