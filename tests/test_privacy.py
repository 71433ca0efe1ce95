"""What is kept about a person can be had by them, without any key in it, and is gone when they say so."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.storage.database import looked_into
from bot.storage.personal import HOLDINGS, counts
from tests.person import Person
from tests.running import InProcess
from tests.stories import begins, fills_in


def unpacked(content: bytes) -> dict[str, Any]:
    """The tables by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert "one person" in archive.read("README.txt").decode()
        return {each[:-5]: json.loads(archive.read(each)) for each in archive.namelist() if each.endswith(".json")}


async def has_a_life(person: Person) -> None:
    """A name is registered, another one's form is open, a name is muted, a code has a meaning."""
    await person.writes("/senders")
    await person.sees("My names")
    await fills_in(person, "LILY2026")
    await person.taps("Register it")
    await person.sees_somewhere("The application for LILY2026 is sent")
    await begins(person, "TULIP26")
    await person.writes("Tulips for everybody")


async def test_a_person_takes_with_them_what_is_kept_and_finds_no_key_in_it(
    connected: Person, other: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await other.writes("/start")
    await other.sees("connect your SMSC account")
    await other.writes("/connect " + "neighbour-key-0123456789abcdef")
    await has_a_life(connected)
    await connected.writes("/privacy")
    await connected.sees("What is kept about you")
    await connected.taps("Take it with me")
    await connected.sees_somewhere("All that is stored about you")
    content = telegram.world.files[next(reversed(telegram.world.files))].content
    taken = unpacked(content)
    assert set(taken) == {each.table for each in HOLDINGS}
    [person] = taken["people"]
    assert person["user_id"] == connected.id
    assert "Tulips for everybody" in json.dumps(person)
    assert [each["name"] for each in taken["operations"]] == ["LILY2026"]
    assert {each["name"] for each in taken["names"]} >= {"LILY2026"}
    [account] = taken["accounts"]
    assert account["secret"].startswith("withheld")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything = b"".join(archive.read(each) for each in archive.namelist())
    assert DEMO.apikey.encode() not in everything
    assert str(other.id).encode() not in everything


async def test_a_password_in_an_unfinished_form_is_not_in_the_file(
    connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox
) -> None:
    await connected.writes("/connect")
    await connected.sees("key")
    smsc.fault(Fault("balance", kind="error", error=9))
    await connected.writes("someone:horse-battery")
    await connected.sees("Try again")
    await connected.writes("/privacy")
    await connected.sees("What is kept about you")
    await connected.taps("Take it with me")
    await connected.sees_somewhere("All that is stored about you")
    content = telegram.world.files[next(reversed(telegram.world.files))].content
    assert "connect" in json.dumps(unpacked(content)["people"])
    assert "horse" not in json.dumps(unpacked(content))


async def test_whoever_is_forgotten_leaves_nothing_that_the_table_finds(
    connected: Person, settings: dict[str, str]
) -> None:
    await has_a_life(connected)
    path = Path(settings["DATABASE_PATH"])
    with looked_into(path) as tx:
        assert counts(tx, connected.id).keys() >= {"accounts", "names", "events", "operations", "people"}
    await connected.writes("/privacy")
    await connected.sees("What is kept about you")
    await connected.taps("Forget me")
    await connected.sees("Delete everything")
    await connected.taps("Forget everything")
    await connected.sees("Everything that was stored about you is deleted")
    with looked_into(path) as tx:
        left = counts(tx, connected.id)
    assert left.keys() <= {"people", "uploads", "inbox"}


async def test_an_administrator_hands_a_person_over_and_forgets_them(
    bot: InProcess,
    connected: Person,
    settings: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await has_a_life(connected)
    monkeypatch.chdir(tmp_path)
    for name, value in bot.values.items():
        monkeypatch.setenv(name, value)
    assert main(["export-person", str(connected.id)]) == 0
    file = tmp_path / f"person-{connected.id}.zip"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each["name"] for each in unpacked(file.read_bytes())["operations"]] == ["LILY2026"]
    assert main(["export-person", str(connected.id)]) == 1  # it is there already
    assert await asyncio.to_thread(main, ["forget-person", str(connected.id)]) == 1  # the bot runs
    assert "another process" in capsys.readouterr().err
    await bot.stop()
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:  # what they wrote last, and nobody handled any more
        db.execute("INSERT INTO inbox VALUES (900001, ?, x'00', 0, 0)", (connected.id,))
    db.close()
    assert await asyncio.to_thread(main, ["forget-person", str(connected.id)]) == 0  # it has a loop of its own
    assert "Forgotten: " in capsys.readouterr().out
    with looked_into(Path(settings["DATABASE_PATH"])) as tx:
        assert counts(tx, connected.id) == {}
