"""Long work on a file: in a process of its own, bounded in memory, its progress told, its end never the bot's end."""

from __future__ import annotations

import asyncio
import signal
import struct
import sys

import psutil
import pytest
from PIL import Image

from bot.imaging.image_converter import ImageConverter, hand_over
from bot.imaging.jobs import (
    FAILURES,
    ArchiveFlaw,
    ArchiveFlawError,
    Done,
    Made,
    NotSmallEnoughError,
    PictureError,
    TooManyPixelsError,
)
from bot.locales import Catalogues
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.chat.errors import Json
from bot.sandbox.smsc import SmscSandbox
from bot.screens.files import not_made
from bot.smsc import DOCUMENT_MAX_BYTES
from bot.telegram import panel, progress
from tests.image_work import PHOTOS, image_worker, lives, peak
from tests.images import NO_PDF, exif, page, saved, scan, small_pdf
from tests.papers import PDF
from tests.person import Person
from tests.reached import sent
from tests.running import InProcess, comes, running_fast
from tests.stories import texts
from tests.troubles import calls

MEMORY_MOST = 300 * 1024 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory otherwise")
@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_of_48_megapixels_takes_less_than_300_megabytes(kind: str) -> None:
    assert peak(PHOTOS[kind]()) < MEMORY_MOST


async def test_a_crash_of_a_codec_costs_a_picture_and_not_the_bot(connected: Person, bot: InProcess) -> None:
    await connected.sends_file("scan.pdf", scan(6))
    (await image_worker()).send_signal(signal.SIGSEGV)
    await connected.sees("This is too large to be opened here")
    await connected.sends_file("photo.webp", saved(page(), "WEBP"))
    await connected.sees("For which name?")


async def test_the_image_worker_has_no_secrets_and_ends_with_the_wish_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123:secret")
    monkeypatch.setenv("SECRET_KEYS", "secret")
    working = asyncio.create_task(ImageConverter().make(1, "scan", [scan(6)], DOCUMENT_MAX_BYTES, lambda *_: None))
    process = await image_worker()
    assert not {"BOT_TOKEN", "SECRET_KEYS"} & process.environ().keys()
    process.suspend()  # it does not end by itself
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    await comes(lambda: not lives(process))


async def test_one_job_at_a_time() -> None:
    converter, running = ImageConverter(), []
    tasks = [
        asyncio.create_task(converter.make(1, "pictures", [saved(page(), "WEBP")], DOCUMENT_MAX_BYTES, lambda *_: None))
        for _ in range(3)
    ]
    while not all(each.done() for each in tasks):
        running.append(
            sum("bot.imaging.worker" in each.cmdline() for each in psutil.Process().children() if lives(each))
        )
        await asyncio.sleep(0.02)
    assert max(running) == 1
    assert {(await each).kind for each in tasks} == {"jpg"}


async def test_what_was_done_to_a_picture_comes_out_of_the_image_worker() -> None:
    picture = saved(page(), "WEBP", exif=exif(6))
    made = await ImageConverter().make(1, "pictures", [picture], DOCUMENT_MAX_BYTES, lambda *_: None)
    assert (made.kind, made.pages, made.source) == ("jpg", 1, "WebP")
    assert made.done == (Done.CONVERTED, Done.TURNED)
    assert all(isinstance(each, Done) for each in made.done)


async def test_a_pdf_is_looked_into_in_the_image_worker() -> None:
    converter, whole = ImageConverter(), small_pdf(2)
    made = await converter.make(1, "check", [whole], DOCUMENT_MAX_BYTES, lambda *_: None)
    assert made == Made(whole, "pdf", 2)
    with pytest.raises(PictureError):
        await converter.make(1, "check", [NO_PDF], DOCUMENT_MAX_BYTES, lambda *_: None)


async def test_what_would_take_too_much_memory_is_refused() -> None:
    drawn = saved(Image.new("RGB", (1_500, 1_300), "white"), "JPEG", progressive=True, subsampling=0, quality=30)
    small = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 1_300, 1_500)
    assert drawn.count(small) == 1
    picture = drawn.replace(small, small[:5] + struct.pack(">HH", 13_000, 15_000))
    with pytest.raises(TooManyPixelsError):
        await ImageConverter().make(1, "pictures", [picture], DOCUMENT_MAX_BYTES, lambda *_: None)


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is told at once and again and again, however fast the machine is."""
    monkeypatch.setattr(progress, "_FIRST", 0.0)
    monkeypatch.setattr(progress, "_EVERY", 0.02)


async def test_a_large_scan_is_made_smaller_looked_at_and_sent(
    connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, talkative: None
) -> None:
    large_scan = scan(6)
    assert len(large_scan) > DOCUMENT_MAX_BYTES
    await connected.sends_file("certificate.pdf", large_scan)
    await connected.sees_somewhere("Making the document")
    await connected.sees_somewhere("Made smaller: 6 pages")
    await connected.sees("For which name?")
    await connected.until(lambda _state: None if texts(connected, "Making the document") else True, "no progress left")
    shown = next(each for each in connected.seen["messages"] if "Made smaller" in each["text"])
    assert shown["document"]["file_name"] == "certificate.pdf"
    await connected.writes("Aruana")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC")
    [(name, content)] = sent(smsc)
    assert name == "certificate.pdf"
    assert content.startswith(b"%PDF-")
    assert len(content) <= DOCUMENT_MAX_BYTES
    told = progress_told(telegram)
    assert len(told) > 2
    assert len({str(each.get("message_id")) for each in told[1:]}) == 1, "one message, edited in place"


async def test_progress_is_told_no_more_often_than_a_pause_allows(
    connected: Person, telegram: TelegramSandbox, talkative: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_EVERY", 3600.0)
    await connected.sends_file("certificate.pdf", scan(6))
    await connected.sees_somewhere("Made smaller: 6 pages")
    assert len(progress_told(telegram)) == 1


def progress_told(telegram: TelegramSandbox) -> list[Json]:
    """Each time that the bot told how far a document is."""
    told = [*calls(telegram, "sendMessage"), *calls(telegram, "editMessageText")]
    return [each for each in told if "Making the document" in each["text"]]


async def test_a_preview_goes_when_its_document_is_taken_out(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    await connected.sends_file("photo.webp", saved(page(), "WEBP"))
    await connected.sees_somewhere("Made into a JPG")
    await connected.taps("✕ photo.jpg")
    await connected.until(
        lambda state: None if any("Made into" in each["text"] for each in state["messages"]) else True, "no preview"
    )
    await connected.sends_file("photo.webp", saved(page(), "WEBP"))
    await connected.sees_somewhere("Made into a JPG")
    await connected.taps("✕ Cancel")
    await connected.until(
        lambda state: None if any("Made into" in each["text"] for each in state["messages"]) else True, "no preview"
    )


async def test_ten_documents_are_sent_with_their_progress_in_place(
    connected: Person,
    smsc: SmscSandbox,
    bot: InProcess,
    telegram: TelegramSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(panel, "SIGN_AFTER", 0.0)
    await connected.writes("/document Aruana")
    for number in range(10):
        await connected.sends_file(f"{number}.pdf", PDF)
        await connected.sees(f"{number + 1}. {number}.pdf")
    await connected.taps("Done")
    await connected.sees("check and send")
    before = len(connected.seen["messages"])
    smsc.latency = 0.05
    async with running_fast(bot.clock, 1):  # each document seems to take its time
        await connected.taps("Send them")
        await connected.sees_somewhere("Documents for Aruana are at SMSC")
    assert [name for name, _ in sent(smsc)] == [f"{number}.pdf" for number in range(10)]
    answer = await connected.http.get(f"{telegram.url}/chat/calls")
    told = [each["params"]["text"] for each in answer.json() if "text" in each["params"]]
    assert any("of 10 done" in each for each in told), told[-6:]
    assert len(connected.seen["messages"]) == before, "the question became the progress, and that the receipt"
    actions = [each["params"].get("action") for each in answer.json() if each["method"] == "sendChatAction"]
    assert "upload_document" in actions


@pytest.mark.parametrize("failure", FAILURES, ids=lambda each: each.__name__)
def test_whatever_the_image_worker_cannot_do_has_words(failure: type[Exception]) -> None:
    english = Catalogues.load("en")["en"]
    told: dict[type[Exception], Exception] = {
        NotSmallEnoughError: NotSmallEnoughError(3),
        ArchiveFlawError: ArchiveFlawError(ArchiveFlaw.EMPTY),
    }
    why = told.get(failure) or failure()
    assert all(english.label(not_made(why, pictures=pictures)) for pictures in (True, False))


async def test_what_is_given_to_a_process_that_has_ended_harms_nobody() -> None:
    process = await asyncio.create_subprocess_exec("/bin/false", stdin=asyncio.subprocess.PIPE)
    await process.wait()
    await hand_over(process, b"an order", b"x" * 1_000_000)
    assert process.returncode == 1
