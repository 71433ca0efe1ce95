"""What makes a second tap harmless is a person's own: nobody is ever given another's request."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.vault import Vault, read_key
from tests.person import Person
from tests.running import KEY, InProcess
from tests.stories import fills_in


def made(smsc: SmscSandbox) -> list[str]:
    return sorted(each.fields["sender"] for each in smsc.requests if each.command == "add")


async def test_two_people_whose_forms_have_the_same_tag_each_send_their_own(
    monkeypatch: pytest.MonkeyPatch, bot: InProcess, aigerim: Person, telegram: TelegramSandbox, smsc: SmscSandbox
) -> None:
    other = await Person.arrive(aigerim.http, telegram.url, "Daniyar")
    await aigerim.connects(DEMO.apikey)
    await other.connects(DEMO.apikey)
    for person, name in ((aigerim, "LILY2026"), (other, "ROSE2026")):
        await fills_in(person, name)
    await bot.stop()
    monkeypatch.setattr("bot.app.new_tag", lambda: "abcd1234")
    await bot.start()
    for person, name in ((aigerim, "TULIP2026"), (other, "IRIS2026")):
        await fills_in(person, name)
        await person.taps("Register it")
        await person.sees_somewhere(f"The application for {name} is sent")
    assert made(smsc) == ["IRIS2026", "TULIP2026"]


async def test_a_request_planned_before_the_person_was_in_its_key_is_not_sent_again(
    connected: Person, bot: InProcess, smsc: SmscSandbox, settings: dict[str, str]
) -> None:
    await connected.writes("/confirm 77000003344")
    await connected.sees("check and send")
    message, data = await connected.button("Send the code")
    await bot.stop()
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
        before = db.execute("SELECT drafts, open FROM people").fetchone()
    await bot.start()
    await connected.taps("Send the code")
    await connected.sees("Which code came to 77000003344?")
    await bot.stop()
    vault = Vault([read_key(KEY)])
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db, db:
        key, sealed = db.execute("SELECT key, sealed FROM operations").fetchone()
        person, tag, number = key.split(":")
        assert (int(person), number) == (connected.id, "0")
        old = f"{tag}:{number}"
        plain = vault.open(sealed, f"operation:{key}")
        db.execute("UPDATE operations SET key = ?, sealed = ?", (old, vault.seal(plain, f"operation:{old}")))
        db.execute("UPDATE people SET drafts = ?, open = ?", before)  # the form stands there as before the tap
    await connected.looks()
    await bot.start()
    bot.clock.advance(9 * 3600)  # until then another code would be refused anyway
    await connected.taps_data(message, data)
    await connected.writes("/help")  # read after the tap
    await connected.sees("/senders – ")
    assert len(smsc.world.sms) == 1
