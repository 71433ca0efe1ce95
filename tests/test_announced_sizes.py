"""What Telegram tells of a file's size may be false: nothing is read beyond it, and what is true counts."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace

import pytest

from bot.imaging.image_converter import ImageConverter
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import SmscSandbox
from bot.telegram import files
from tests.images import page, saved
from tests.papers import PDF, pdf
from tests.person import Person
from tests.troubles import calls, trouble

KB, MB = 1024, 1024 * 1024


def counted(settings: dict[str, str]) -> list[int]:
    """Bytes of each file, as the quota counts them."""
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        rows = db.execute("SELECT bytes FROM uploads ORDER BY at, key").fetchall()
    db.close()
    return [size for (size,) in rows]


async def for_aruana(person: Person) -> None:
    await person.writes("/document Aruana")
    await person.sees("Send the document for")


@pytest.mark.parametrize("told", [str(2 * MB), str(20 * MB), "absent", "0", "-5", str(len(PDF) - 1), "1"])
async def test_a_small_file_arrives_whole_whatever_size_telegram_told(
    connected: Person, smsc: SmscSandbox, settings: dict[str, str], told: str
) -> None:
    await for_aruana(connected)
    await connected.sends_file("a.pdf", PDF, file_size=told)
    await connected.sees("1. a.pdf, 1 KB")
    assert counted(settings) == [len(PDF)]
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees("Documents for Aruana are at SMSC")
    [sent] = [each for each in smsc.requests if each.command == "chg"]
    assert [content for _, _, content in sent.files] == [PDF]


@pytest.mark.parametrize(("told", "words"), [("1", "1 KB"), ("0", "1 KB"), (str(MB), "1.0 MB")])
async def test_of_a_file_that_is_larger_than_told_no_more_is_read_and_it_is_said(
    connected: Person, settings: dict[str, str], told: str, words: str
) -> None:
    await for_aruana(connected)
    await connected.sends_file("a.pdf", pdf(2 * MB), file_size=told)
    await connected.sees(f"Telegram told {words} for this file, and it is larger")
    [size] = counted(settings)
    assert int(told) < size < int(told) + 256 * KB, "what was read of it counts, a piece more than was told"


async def test_one_of_an_album_that_is_larger_than_told_is_said(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str], fast: None
) -> None:
    await for_aruana(connected)
    big = b"\xff\xd8\xff" + bytes(2 * MB)
    await connected.sends_album([("1.jpg", big), ("2.jpg", big)], file_size="5000")
    await connected.sees("Telegram told 5 KB for this file")
    assert len([each for each in telegram.world.calls if each.method == "getFile"]) == 1
    assert sorted(counted(settings))[0] == 0, "the second one was not fetched"


async def test_a_document_of_which_telegram_gives_less_than_it_did_is_not_sent_so(
    connected: Person, telegram: TelegramSandbox, smsc: SmscSandbox
) -> None:
    await for_aruana(connected)
    await connected.sends_file("a.pdf", PDF)
    await connected.sees("1. a.pdf")
    [(file_id, whole)] = telegram.world.files.items()
    telegram.world.files[file_id] = replace(whole, content=PDF[:100])
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees("Telegram does not give me the file just now")
    assert not [each for each in smsc.requests if each.command == "chg"]


async def test_what_was_held_for_a_file_that_is_smaller_is_free_for_others() -> None:
    converter = ImageConverter()
    most = 160 * MB - 32 * MB
    async with converter.holding(most) as in_truth:
        other = asyncio.create_task(_held(converter, 20 * MB))
        await asyncio.sleep(0)
        assert not other.done()
        await in_truth(1000)
        await asyncio.wait_for(other, 10)
    async with converter.holding(most):
        pass


async def _held(converter: ImageConverter, size: int) -> None:
    async with converter.holding(size):
        pass


async def test_a_file_that_drips_is_not_waited_for(
    connected: Person, telegram: TelegramSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_TOTAL_SECONDS", 0.3)
    await trouble(telegram, connected, "download", "drip", seconds=0.02)
    await connected.sends_file("a.webp", saved(page(), "WEBP"))
    await connected.sees_somewhere("Telegram does not give me this file just now")
    assert len(calls(telegram, "getFile")) == 1
    await connected.writes("/help")
    await connected.sees("/senders – ")
