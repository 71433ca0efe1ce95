"""What a person sees when Telegram, SMSC or the process itself fails: nothing is lost, old or in the way."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiogram import Bot
from markupsafe import Markup

from bot import app
from bot.clock import SystemClock
from bot.people import Person as Somebody
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.chat.world import CALLBACK_SECONDS
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.senders import listing
from bot.smsc import Timeouts
from bot.supervision import Supervisor
from bot.telegram.chat_queues import ChatQueues
from bot.telegram.panel import Panel
from bot.telegram.session import JsonSession
from tests.image_work import image_worker
from tests.images import noise, page, saved
from tests.kept import rows
from tests.papers import PDF
from tests.person import Person, newest
from tests.running import SHORT, InProcess, Process, comes, running_fast
from tests.stories import PURPOSE, answers, begins, fills_in, only_one, texts
from tests.troubles import calls, trouble

LONG = 1000
"""Seconds that Telegram asks to wait: longer than anybody waits for it in place."""


# A page of the web server in front of Telegram, in place of an answer


@pytest.mark.parametrize("method", ["getUpdates", "setMessageReaction", "deleteMessage", "answerCallbackQuery"])
async def test_a_web_page_in_place_of_an_answer_leaves_nobody_without_the_bot(
    connected: Person, telegram: TelegramSandbox, fast: None, method: str
) -> None:
    await trouble(telegram, connected, method, "502", times=7)
    await connected.sends_file("a.jpg", saved(page(), "JPEG"), photo=True)
    await connected.sees("For which name?")
    tap = asyncio.create_task(connected.taps("Cancel"))
    await comes(lambda: calls(telegram, "answerCallbackQuery"))
    telegram.world.advance(CALLBACK_SECONDS)
    await tap
    for _ in range(3):
        await answers(connected)


async def test_a_web_page_in_place_of_an_answer_does_not_swallow_the_screen(
    connected: Person, telegram: TelegramSandbox, fast: None
) -> None:
    await trouble(telegram, connected, "sendMessage", "502", times=2)
    await answers(connected)


async def test_a_web_page_when_a_document_is_shown_is_told(
    connected: Person, telegram: TelegramSandbox, fast: None
) -> None:
    await trouble(telegram, connected, "sendDocument", "502")
    await connected.sends_file("photo.webp", saved(page(), "WEBP"))
    await connected.sees("Telegram does not take the result")


# Telegram asks to wait, again and again


async def test_a_screen_that_telegram_held_back_many_times_comes(
    connected: Person, telegram: TelegramSandbox, fast: None
) -> None:
    await trouble(telegram, connected, "sendMessage", "429", retry_after=1, times=12)
    await begins(connected, "ROSE2026")


@pytest.mark.parametrize(("kind", "times"), [("429", 7), ("400", 2)])
async def test_a_receipt_that_telegram_held_back_many_times_comes(
    connected: Person, telegram: TelegramSandbox, fast: None, kind: str, times: int
) -> None:
    await fills_in(connected, "ROSE2026")
    for method in ("sendMessage", "editMessageText"):
        await trouble(telegram, connected, method, kind, retry_after=1, times=times)
    await connected.taps("Register it")
    await connected.sees_somewhere("ROSE2026", "The application for")


async def test_a_screen_comes_when_the_time_is_over_that_telegram_asked_for(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await trouble(telegram, connected, "sendMessage", "429", retry_after=LONG)
    await connected.writes("/add")
    await comes(lambda: rows(settings, "outbox") == 1)
    assert "What you will need" not in newest(await connected.state())
    clock.advance(LONG + 1)
    await connected.sees("What you will need")


# What failed does not come over what is newer


@pytest.mark.parametrize("how", ["typed", "tapped"])
async def test_a_screen_that_failed_does_not_come_over_a_newer_one(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str], how: str
) -> None:
    await connected.writes("/start")
    await connected.sees("Sender names")
    list_button = await connected.button("My names")
    await trouble(telegram, connected, "sendMessage", "429", retry_after=LONG)
    await trouble(telegram, connected, "editMessageText", "429", retry_after=LONG)
    await (connected.writes("/add") if how == "typed" else connected.taps("Add a name"))
    await comes(lambda: rows(settings, "outbox") == 1)
    await connected.http.post(f"{telegram.url}/chat/faults/clear", json={})
    await (connected.writes("/senders") if how == "typed" else connected.taps_data(*list_button))
    await comes(lambda: rows(settings, "inbox") == 0)
    assert rows(settings, "outbox") == 1
    clock.advance(LONG + 1)
    await connected.sees("My names", "8 names")
    await answers(connected)
    assert not texts(connected, "What you will need")


async def test_only_the_newest_of_the_screens_that_failed_comes(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await trouble(telegram, connected, "sendMessage", "429", retry_after=LONG)
    before = len(calls(telegram, "sendMessage"))
    await connected.writes("/add")
    await connected.writes("/document")
    await comes(lambda: len(calls(telegram, "sendMessage")) == before + 1 and rows(settings, "inbox") == 0)
    await comes(lambda: rows(settings, "outbox") == 1)
    clock.advance(LONG + 1)
    await connected.sees("For which name?")
    assert not texts(connected, "What you will need")


async def test_a_receipt_that_failed_comes_whatever_was_shown_since(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await fills_in(connected, "ROSE2026")
    await trouble(telegram, connected, "editMessageText", "429", retry_after=LONG)
    await connected.taps("Register it")
    await comes(lambda: rows(settings, "inbox") == 0 and rows(settings, "outbox") >= 1 and rows(settings, "holds") == 1)
    seen = rows(settings, "seen")
    await connected.writes("/help")
    await comes(lambda: rows(settings, "seen") > seen and rows(settings, "inbox") == 0)
    clock.advance(LONG + 1)
    await connected.sees_somewhere("ROSE2026", "The application for")


# What may have been done is not done again


async def test_a_document_is_not_shown_twice_when_telegrams_answer_is_lost(
    connected: Person, telegram: TelegramSandbox, fast: None
) -> None:
    await trouble(telegram, connected, "sendDocument", "drop", when="after", times=3)
    await connected.sends_file("photo.webp", saved(page(), "WEBP"))
    await connected.sees("Telegram does not take the result")
    await answers(connected)
    assert len(calls(telegram, "sendDocument")) == 1


# SMSC gives no answer


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that does not come at once is shown as it was known."""
    monkeypatch.setattr(listing, "PATIENCE", 0.05)


@pytest.fixture
async def silent(
    settings: dict[str, str],
    clock: SandboxClock,
    aigerim: Person,
    smsc: SmscSandbox,
    impatient: None,
) -> AsyncIterator[Person]:
    """A person with the demo account whose list is known; SMSC answers no list any more, and nobody stops waiting."""
    bot = InProcess(settings, clock, timeouts=Timeouts(connect=3600, read=3600))
    await bot.start()
    await aigerim.connects(DEMO.apikey)
    await aigerim.writes("/senders")
    await aigerim.sees("My names", "8 names")
    clock.advance(60)
    smsc.fault(Fault("get", kind="timeout", times=0))
    yield aigerim
    smsc.clear_faults()
    await asyncio.wait_for(bot.stop(), 60)


async def asked(person: Person, word: str) -> Any:
    answer = await person.http.post(f"{person.url}/chat/inline", json={"user": person.id, "query": word})
    return answer.raise_for_status().json()


async def test_what_is_known_is_shown_though_smsc_gives_no_answer(silent: Person) -> None:
    await silent.writes("Aruana")
    await silent.sees("Aruana", "SMSC ID")
    await silent.writes("/senders")
    await silent.sees("My names", "This is the list as of")
    await silent.taps("AruanaShop")
    await silent.sees("AruanaShop")
    await silent.writes("/confirm 77000003344")
    await silent.sees("Confirm a number")


async def test_an_inline_query_is_answered_from_what_is_known_though_smsc_gives_no_answer(silent: Person) -> None:
    found = await asked(silent, "aruanam")
    assert "AruanaMed" in str(found["results"])


async def test_an_inline_query_that_waits_for_smsc_keeps_the_private_chat_free(
    silent: Person, telegram: TelegramSandbox, smsc: SmscSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        db.execute("DELETE FROM listings")  # nothing is known: the first list is waited for
    db.close()
    before = len(smsc.requests)
    queries = [asyncio.create_task(asked(silent, "a"))]
    await comes(lambda: len(smsc.requests) > before or rows(settings, "inbox") == 1)
    for word in ("ar", "aru"):
        queries.append(asyncio.create_task(asked(silent, word)))
        await comes(lambda: rows(settings, "inbox") == len(queries))
    await answers(silent)
    assert not calls(telegram, "answerInlineQuery")
    clock.advance(3700)  # SMSC's silence ends in a lost connection
    first, passed_over, last = queries
    assert (await first)["answered"]
    assert (await last)["answered"]
    telegram.world.advance(11)  # longer than anybody looks at a query
    assert not (await passed_over)["answered"]


async def test_a_list_that_came_late_is_there_the_next_time(
    settings: dict[str, str], connected: Person, smsc: SmscSandbox, clock: SandboxClock, impatient: None
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names", "8 names")
    clock.advance(60)
    smsc.world.add_names(DEMO.login, ["LATE2026"])
    smsc.latency = 0.4
    await connected.writes("/senders")
    await connected.sees("My names", "8 names", "This is the list as of")

    def came() -> bool:
        with sqlite3.connect(settings["DATABASE_PATH"]) as db:
            found = db.execute("SELECT count(*) FROM names WHERE name = 'LATE2026'").fetchone()[0]
        db.close()
        return bool(found)

    await comes(came)
    await connected.writes("/senders")
    await connected.sees("My names", "9 names")
    assert "as of" not in newest(connected.seen)


# The process is killed or stopped


async def test_a_kill_while_a_document_is_made_leaves_no_message_behind(
    settings: dict[str, str], aigerim: Person, tmp_path: Path
) -> None:
    async with Process(settings, tmp_path / "log") as process:
        await aigerim.connects(DEMO.apikey)
        await aigerim.sends_album([(f"{number}.jpg", noise((1500, 2000))) for number in range(2)])
        working = await image_worker(psutil.Process(process.pid))
        working.suspend()  # until it is told of, however fast the machine is
        await aigerim.sees("Making the document")
        made = next(each["id"] for each in reversed(aigerim.seen["messages"]) if each["from"]["is_bot"])

        def written() -> bool:
            with sqlite3.connect(settings["DATABASE_PATH"]) as db:
                found = db.execute("SELECT panel FROM people").fetchone()[0]
            db.close()
            return bool(found == made)

        await comes(written)
        await process.stop(signal.SIGKILL)
        with suppress(psutil.NoSuchProcess):  # it may stand still before it has asked to end with the bot
            working.kill()
        await process.start()
        await aigerim.until(lambda _state: texts(aigerim, "For which name?") or None, "the question")
        await aigerim.until(lambda _state: None if texts(aigerim, "Making the document") else True, "no progress")


async def test_what_the_process_died_of_four_times_is_told_and_what_waited_behind_it_is_done(
    settings: dict[str, str], aigerim: Person, telegram: TelegramSandbox, tmp_path: Path
) -> None:
    async with Process(settings, tmp_path / "log") as process:
        await aigerim.connects(DEMO.apikey)
        await trouble(telegram, aigerim, "getFile", "delay", seconds=500, times=100)
        await aigerim.sends_file("a.jpg", saved(page(), "JPEG"), photo=True)
        await aigerim.writes("/help")
        for begun in range(4):
            await comes(lambda begun=begun: len(calls(telegram, "getFile")) > begun)  # type: ignore[misc]
            await process.stop(signal.SIGKILL)
            await process.start()
        await aigerim.sees_somewhere("I could not finish with what you sent. Please send it again.")
        await comes(lambda: [each for each in calls(telegram, "sendMessage") if "What you can do here" in each["text"]])
        assert len(calls(telegram, "getFile")) == 4


async def test_stopping_is_soon_over_and_what_was_stopped_is_done_at_the_next_start(
    bot: InProcess, connected: Person, telegram: TelegramSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_DRAIN_SECONDS", 0.1)
    monkeypatch.setattr(app, "_LAST_SECONDS", 0.1)
    await trouble(telegram, connected, "getFile", "delay", seconds=500, times=100)
    await trouble(telegram, connected, "setMessageReaction", "delay", seconds=500, times=100)
    await connected.sends_file("a.jpg", saved(page(), "JPEG"), photo=True)
    for begun in range(6):  # more often than an update is begun again that the process died of
        await comes(lambda begun=begun: len(calls(telegram, "getFile")) > begun)  # type: ignore[misc]
        await asyncio.wait_for(bot.stop(), 60)
        await bot.start()
    await connected.http.post(f"{telegram.url}/chat/faults/clear", json={})
    await asyncio.wait_for(bot.stop(), 60)
    await bot.start()
    await connected.sees("For which name?")


# A receipt while a form is open


@pytest.mark.parametrize("timeouts", [SHORT], ids=["impatient"])
async def test_the_open_question_stays_the_last_message_when_a_receipt_comes(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, telegram: TelegramSandbox
) -> None:
    await fills_in(connected, "ROSE2026")
    smsc.fault(Fault("add", when="after", kind="timeout", seconds=3600))
    await connected.taps("Register it")
    await connected.writes("/add")
    await connected.sees("ROSE2026", "What you will need")  # the answer is lost: told above the question
    async with running_fast(clock):
        await connected.sees_somewhere("ROSE2026", "The application for")
        await connected.sees("What you will need")
        await only_one(connected, "What you will need")
        assert "What you will need" in newest(connected.seen)
        assert any("Cancel" in each for each in connected.labels())
    await connected.writes("TULIP2026")
    await connected.sees(PURPOSE)
    assert texts(connected, "The application for")


# A preview under what it was made of


async def test_a_document_stands_under_what_it_was_made_of_or_alone_where_that_is_gone(
    aigerim: Person, telegram: TelegramSandbox
) -> None:
    async def noted(_person: Somebody) -> None:
        raise AssertionError("nothing lives here")

    said = await aigerim.writes("hello")
    other = await aigerim.writes("I will be gone")
    await aigerim.http.post(f"{telegram.url}/chat/delete_own", json={"user": aigerim.id, **other})
    supervisor = Supervisor(SystemClock(), asyncio.Event())
    async with Bot(telegram.token, JsonSession(telegram.url, None)) as bot, supervisor:
        panel = Panel(bot, ChatQueues(supervisor), noted)
        for original in (said["message_id"], other["message_id"], None):
            await panel.send_file(aigerim.id, "a.pdf", PDF, Markup("here"), reply_to=original)
        panel.react(aigerim.id, said["message_id"])
        await comes(lambda: calls(telegram, "setMessageReaction"))
        panel.react(aigerim.id, said["message_id"], emoji="❤")
        await comes(lambda: len(calls(telegram, "setMessageReaction")) == 2)
    state = await aigerim.state()
    sent = [each for each in state["messages"] if each["from"]["is_bot"]]
    assert [each["reply_to"] for each in sent] == [said["message_id"], None, None]
    assert [each["reaction"][0]["emoji"] for each in calls(telegram, "setMessageReaction")] == ["👌", "❤"]
