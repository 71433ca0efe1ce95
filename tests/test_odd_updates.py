"""Updates that nobody can read, brought by Telegram between others: they cost nobody but themselves."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from itertools import pairwise
from typing import Any

import httpx
from structlog.testing import capture_logs

from bot.sandbox.chat import TelegramSandbox
from tests.person import Person
from tests.running import InProcess, comes, command
from tests.updates import ASIDE, TAKEN

MESSAGE = b'{"update_id":#,"message":{"message_id":1,"date":1,"chat":{"id":77,"type":"private","first_name":"N"},%s}}'
UNKNOWN = b'{"update_id":#,"from_the_future":{"chat":{"id":77},"text":"what nobody may read in a log"}}'
SHAPED = {
    "null as a message": b'{"update_id":#,"message":null}',
    "a list as a message": b'{"update_id":#,"message":[]}',
    "a message without anything": b'{"update_id":#,"message":{}}',
    "a word as a chat": b'{"update_id":#,"message":{"message_id":1,"date":1,"chat":"me"}}',
    "a chat of 2^63": b'{"update_id":#,"message":{"message_id":1,"date":1,"chat":{"id":9223372036854775808}}}',
    "1e300 as a date": MESSAGE.replace(b'"date":1,', b'"date":1e300,') % b'"text":"a"',
    "a list as a text": MESSAGE % b'"text":["a"]',
    "six hundred levels": MESSAGE % (b'"reply_markup":' + b'{"a":[' * 300 + b"]}" * 300),
    "a message in a message, 300 times": MESSAGE
    % (b'"reply_to_message":{"message_id":1,"date":1,"chat":{"id":1},' * 300 + b'"text":"a"' + b"}" * 300),
    "a message of a million characters that says its kind twice": b'{"update_id":#,"message":1,"message":"'
    + b"a" * 1_000_000
    + b'"}',
    "a kind that nobody knows": UNKNOWN,
    "half a character in a text": MESSAGE % b'"text":"\\udc00/start"',
}


READABLE = frozenset({"six hundred levels"})
"""What aiogram takes, though nobody would send it."""


def rows(settings: dict[str, str], query: str) -> list[Any]:
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
        return db.execute(query).fetchall()


async def helped(person: Person) -> None:
    await person.sees("/connect – ")


async def test_between_odd_updates_of_every_kind_everybody_is_answered(
    bot: InProcess, aigerim: Person, http: httpx.AsyncClient, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await bot.stop()
    between = await Person.arrive(http, telegram.url, "Daniyar")
    after = await Person.arrive(http, telegram.url, "Dana")
    odd = [each.replace(b'"update_id":7', b'"update_id":#') for each in (*ASIDE.values(), *TAKEN.values())]
    with capture_logs() as logged:
        await aigerim.writes("/help")
        for each in odd:
            telegram.world.queue_raw(each)
        await between.writes("/help")
        for each in SHAPED.values():
            telegram.world.queue_raw(each)
        await after.writes("/help")
        await bot.start()
        for person in (aigerim, between, after):
            await helped(person)
        await aigerim.writes("/help")
        await helped(aigerim)
        await comes(lambda: not telegram.world.pending)
        await comes(lambda: not rows(settings, "SELECT * FROM inbox"))
    offsets = [each.params.get("offset") for each in telegram.world.calls if each.method == "getUpdates"]
    assert all(one != other for one, other in pairwise(offsets)), offsets
    # of an answer with so many broken updates the rest is cut wherever one begins: one may be kept in two pieces
    aside = len(ASIDE) + len(TAKEN) + len(SHAPED) - len(READABLE)
    assert aside <= len(rows(settings, "SELECT * FROM set_aside")) <= aside + 2
    assert not [each for each in logged if each.get("exc_info")]
    assert "what nobody may read" not in str(logged)


async def test_an_update_larger_than_any_answer_may_be_stops_nobody(
    bot: InProcess, aigerim: Person, http: httpx.AsyncClient, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await bot.stop()
    after = await Person.arrive(http, telegram.url, "Dana")
    await aigerim.writes("/help")
    telegram.world.queue_raw(MESSAGE % b'"text":"%s"' % (b"a" * 17 * 1024 * 1024))
    await after.writes("/help")
    await bot.start()
    for person in (aigerim, after):
        await helped(person)
    (size,) = rows(settings, "SELECT length(body) FROM set_aside")[0]
    assert size < 100_000
    status, out, err = await command("set-aside", values=settings)
    assert (status, err) == (0, "")
    assert re.fullmatch(
        r"1  20\d\d-\d\d-\d\d [\d:]{8} UTC  update  nobody's  \d+ bytes  no JSON: .*\nSet aside: 1.\n", out
    )
    assert "aaa" not in out
