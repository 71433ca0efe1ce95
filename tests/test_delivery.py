"""What is told to a person reaches them: held back by Telegram, blocked by themselves, in order, once."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetMe
from markupsafe import Markup

from bot import app
from bot.conversation.screen import Screen
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.storage import outbox
from bot.storage.transaction import Transaction
from bot.telegram.drawn import Drawn, to_json
from bot.telegram.refusals import TABLE, Meaning, meaning
from tests.images import page, saved
from tests.kept import done, holds, parked, rows
from tests.papers import PDF
from tests.person import Person
from tests.running import InProcess, comes, running_fast
from tests.stories import answers, fills_in, texts
from tests.troubles import calls, post, trouble


async def helped(person: Person) -> None:
    """The bot answers, whether they have an account or not."""
    await person.writes("/help")
    await person.sees("What you can do")


# What Telegram's refusals mean


@pytest.mark.parametrize(
    ("failure", "what"),
    [
        (TelegramBadRequest(GetMe(), "Bad Request: message is not modified: specified new…"), Meaning.AS_IT_IS),
        (TelegramBadRequest(GetMe(), "Bad Request: message to edit not found"), Meaning.GONE),
        (TelegramBadRequest(GetMe(), "Bad Request: message to delete not found"), Meaning.GONE),
        (TelegramBadRequest(GetMe(), "Bad Request: message can't be deleted for everyone"), Meaning.KEPT),
        (TelegramBadRequest(GetMe(), "Bad Request: message thread not found"), Meaning.TOPIC_GONE),
        (TelegramBadRequest(GetMe(), "Bad Request: TOPIC_CLOSED"), Meaning.TOPIC_GONE),
        (TelegramBadRequest(GetMe(), "Bad Request: query is too old and response timeout expired"), Meaning.TOO_LATE),
        (
            TelegramBadRequest(GetMe(), "Bad Request: wrong file_id or the file is temporarily unavailable"),
            Meaning.PASSES,
        ),
        (TelegramBadRequest(GetMe(), "Bad Request: file is too big"), Meaning.TOO_BIG),
        (TelegramBadRequest(GetMe(), "Bad Request: invalid file_id"), Meaning.GONE),
        (TelegramBadRequest(GetMe(), "Bad Request: chat not found"), Meaning.BLOCKED),
        (TelegramBadRequest(GetMe(), "Bad Request: PEER_ID_INVALID"), Meaning.BLOCKED),
        (TelegramForbiddenError(GetMe(), "Forbidden: bot was blocked by the user"), Meaning.BLOCKED),
        (TelegramForbiddenError(GetMe(), "Forbidden: bot was kicked from the supergroup chat"), Meaning.BLOCKED),
        (TelegramForbiddenError(GetMe(), "Forbidden: user is deactivated"), Meaning.CHAT_GONE),
        (TelegramForbiddenError(GetMe(), "Forbidden: whatever comes next"), Meaning.BLOCKED),
        (TelegramBadRequest(GetMe(), "Bad Request: can't parse entities: unsupported start tag"), Meaning.WRONG),
        (TelegramNotFound(GetMe(), "Not Found"), Meaning.WRONG),
        (TelegramRetryAfter(GetMe(), "Too Many Requests", 7), Meaning.PASSES),
        (TelegramServerError(GetMe(), "Bad Gateway"), Meaning.PASSES),
        (TelegramNetworkError(GetMe(), "no answer in time"), Meaning.PASSES),
        (TelegramEntityTooLarge(GetMe(), "Request Entity Too Large"), Meaning.TOO_BIG),
    ],
)
def test_each_refusal_has_one_meaning(failure: TelegramAPIError, what: Meaning) -> None:
    assert meaning(failure) is what


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (Meaning.TOO_LATE, "query ID is invalid"),
        (Meaning.KEPT, "MESSAGE_DELETE_FORBIDDEN"),
        (
            Meaning.GONE,
            (
                "message to react not found|message to be replied not found|message can't be edited|MESSAGE_ID_INVALID"
                "|message identifier is not specified|there is no text in the message to edit|FILE_ID_INVALID"
                "|wrong file identifier/HTTP URL specified"
            ),
        ),
        (Meaning.TOPIC_GONE, "TOPIC_DELETED|TOPIC_ID_INVALID"),
        (Meaning.PASSES, "FILE_REFERENCE_EXPIRED"),
        (
            Meaning.BLOCKED,
            (
                "bot was blocked by the user|bot can't initiate conversation with a user"
                "|bot is not a member of the channel chat|not enough rights to send text messages to the chat"
                "|have no rights to send a message|need administrator rights in the channel chat|CHAT_WRITE_FORBIDDEN"
                "|USER_IS_BLOCKED|bot was kicked from the supergroup chat"
            ),
        ),
        (
            Meaning.CHAT_GONE,
            (
                "user is deactivated|INPUT_USER_DEACTIVATED|the group chat was deleted|group chat was deactivated"
                "|bots can't send messages to bots"
            ),
        ),
    ],
)
def test_what_telegram_says_means_the_same_whatever_the_number_of_its_error(what: Meaning, told: str) -> None:
    for each in told.split("|"):
        assert meaning(TelegramBadRequest(GetMe(), f"Bad Request: {each}")) is what, each


def test_no_row_of_the_table_hides_another() -> None:
    for part, what in TABLE:
        assert meaning(TelegramBadRequest(GetMe(), part)) is what, part


async def test_a_file_that_was_unavailable_for_a_moment_is_taken(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    unavailable = "Bad Request: wrong file_id or the file is temporarily unavailable"
    await trouble(telegram, connected, "getFile", "400", description=unavailable)
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    await connected.sends_file("new.pdf", PDF)
    await connected.sees("1. new.pdf")


async def test_a_file_that_is_unavailable_when_it_is_sent_does_not_end_the_request(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    await connected.sends_file("new.pdf", PDF)
    await connected.sees("1. new.pdf")
    await connected.taps("Done")
    unavailable = "Bad Request: wrong file_id or the file is temporarily unavailable"
    await trouble(telegram, connected, "getFile", "400", description=unavailable, times=4)
    asked = len(calls(telegram, "getFile"))
    await connected.taps("Send them")
    for tried in range(asked + 1, asked + 6):
        await comes(lambda tried=tried: len(calls(telegram, "getFile")) >= tried)  # type: ignore[misc]
        clock.advance(60)
    await connected.sees_somewhere("Documents for Aruana are at SMSC: new.pdf")


async def test_a_document_waits_as_long_as_telegram_asks_before_it_gives_the_file(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    await connected.sends_file("new.pdf", PDF)
    await connected.sees("1. new.pdf")
    await connected.taps("Done")
    await trouble(telegram, connected, "getFile", "429", retry_after=5000)
    asked = len(calls(telegram, "getFile"))
    await connected.taps("Send them")
    await connected.sees("Telegram does not give me the file just now. It goes on at")
    clock.advance(4900)
    await answers(connected)
    assert len(calls(telegram, "getFile")) == asked + 1
    clock.advance(200)
    await connected.sees_somewhere("Documents for Aruana are at SMSC: new.pdf")


# Telegram asks to wait


async def test_nothing_is_sent_into_a_chat_while_telegram_holds_it_and_only_the_last_screen_comes(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await trouble(telegram, connected, "sendMessage", "429", retry_after=700, chat=connected.id)
    before = len(calls(telegram, "sendMessage"))
    for command in ("/add", "/document", "/senders", "/account", "/help"):
        await connected.writes(command)
    await comes(lambda: len(calls(telegram, "sendMessage")) == before + 1 and rows(settings, "inbox") == 0)
    clock.advance(690)
    seen = rows(settings, "seen")
    await connected.writes("/history")
    await comes(lambda: rows(settings, "seen") > seen and rows(settings, "inbox") == 0)
    assert len(calls(telegram, "sendMessage")) == before + 1
    clock.advance(20)
    await connected.sees("History")
    assert len(calls(telegram, "sendMessage")) == before + 2


@pytest.mark.parametrize(("kind", "seconds"), [("429", 1), ("429", 35), ("429", 245), ("delay", 30)])
async def test_a_chat_waits_as_long_as_telegram_has_it_wait_while_others_are_answered(
    connected: Person, other: Person, telegram: TelegramSandbox, clock: SandboxClock, kind: str, seconds: int
) -> None:
    """`delay`: Telegram hangs for so long, and then does what it was asked for. All by the clock that is turned."""
    telegram.world.sleep = clock.sleep

    def sent() -> int:
        return sum(each["chat_id"] == connected.id for each in calls(telegram, "sendMessage"))

    await trouble(telegram, connected, "sendMessage", kind, retry_after=seconds, seconds=seconds, chat=connected.id)
    before = sent()
    await connected.writes("/help")
    await comes(lambda: sent() == before + 1)
    for passed in (0, max(0, seconds - 15)):
        clock.advance(passed)
        await helped(other)
        assert seconds < 15 or sent() == before + 1, "nothing more is asked before its time"
    clock.advance(16)
    await connected.sees("What you can do")
    assert sent() == before + (1 if kind == "delay" else 2)


async def test_a_tap_is_acknowledged_and_others_are_served_while_telegram_holds_a_chat(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await connected.writes("/start")
    await connected.sees("Account:")
    await trouble(telegram, connected, "editMessageText", "429", retry_after=700, chat=connected.id)
    help_button, add_button = await connected.button("Help"), await connected.button("Add a name")
    first = await connected.taps_data(*help_button)
    second = await connected.taps_data(*add_button)
    assert first["answered"]
    assert second["answered"]
    other = await Person.arrive(connected.http, connected.url, "Bolat")
    await other.connects(DEMO.apikey)
    await helped(other)


async def test_a_restart_does_not_call_before_telegrams_time(
    bot: InProcess, connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await trouble(telegram, connected, "sendMessage", "429", retry_after=700, chat=connected.id)
    await connected.writes("/add")
    await comes(lambda: rows(settings, "outbox") == 1 and holds(settings) == [str(connected.id)])
    await bot.stop()
    before = len(calls(telegram, "sendMessage"))
    await bot.start()
    await connected.writes("/help")
    other = await Person.arrive(connected.http, connected.url, "Bolat")
    await other.writes("/help")
    await other.sees("What you can do")
    await comes(lambda: rows(settings, "inbox") == 0)
    assert [each for each in calls(telegram, "sendMessage")[before:] if each["chat_id"] == connected.id] == []
    clock.advance(690)
    await comes(lambda: rows(settings, "outbox") == 0, clock)
    await connected.sees("What you can do")


async def test_receipts_keep_their_order_and_none_is_lost_or_told_twice_while_telegram_holds_a_chat(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock, smsc: SmscSandbox, settings: dict[str, str]
) -> None:
    names = ["ROSE2026", "TULIP2026", "LILY2026"]
    for name in names:
        await fills_in(connected, name)
        smsc.fault(Fault("add", when="after", kind="drop"))
        await connected.taps("Register it")
        await connected.sees(name, "SMSC's answer was lost")
    await comes(lambda: rows(settings, "outbox") == 0)
    await post(connected, "hold", chat=connected.id, seconds=6000)
    for name in names:
        await comes(lambda name=name: done(settings, name), clock)  # type: ignore[misc]
    await comes(lambda: holds(settings))
    names = in_line(settings)
    telegram.world.holds.clear()
    clock.advance(6000)
    for name in names:
        await connected.until(lambda _state, name=name: texts(connected, f"for {name} is sent") or None, name)
    told = [each["text"] for each in connected.seen["messages"] if "is sent" in each["text"]]
    assert [name for each in told for name in names if name in each] == names


def in_line(settings: dict[str, str]) -> list[str]:
    """The names whose receipts are to be told, in their order."""
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        query = (
            "SELECT name FROM outbox JOIN operations ON body = json_object('operation', operations.id)"
            " GROUP BY name ORDER BY max(outbox.id)"
        )
        found = [row[0] for row in db.execute(query)]
    db.close()
    return found


async def test_when_many_chats_are_held_back_at_once_nothing_is_sent_anywhere(
    bot: InProcess, connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    people = [await Person.arrive(connected.http, connected.url, f"Person {number}") for number in range(4)]
    await post(connected, "hold", seconds=600)
    for each in people:
        await each.writes("/help")
    await comes(lambda: "*" in holds(settings))
    before = len(calls(telegram, "sendMessage"))
    await connected.writes("/help")
    await comes(lambda: rows(settings, "inbox") == 0)
    assert len(calls(telegram, "sendMessage")) == before
    telegram.world.holds.clear()
    clock.advance(601)
    for each in (*people, connected):
        await each.sees("What you can do")


@pytest.mark.parametrize(("shown", "told"), [(False, "Quick actions are below"), (True, "quick actions are hidden")])
async def test_the_bar_that_telegram_held_back_comes_or_goes_later(
    connected: Person,
    telegram: TelegramSandbox,
    clock: SandboxClock,
    settings: dict[str, str],
    shown: bool,
    told: str,
) -> None:
    if not shown:
        await connected.writes("/bar")
        await connected.sees("The quick actions are hidden")
    await trouble(telegram, connected, "sendMessage", "429", retry_after=700, chat=connected.id)
    await connected.writes("/bar")
    await comes(lambda: rows(settings, "inbox") == 0 and rows(settings, "outbox") == 2)
    before = len(calls(telegram, "sendMessage"))
    clock.advance(701)
    await comes(lambda: rows(settings, "outbox") == 0)
    came = calls(telegram, "sendMessage")[before:]
    assert [each for each in came if "Sender names" in each["text"]], "the screen comes too"
    sent = [each for each in came if told in each["text"]]
    assert any("keyboard" in str(each.get("reply_markup")) for each in sent)


async def test_very_many_receipts_that_were_held_back_come_as_one_message(
    bot: InProcess, connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await bot.stop()
    for number in range(12):
        screen = Screen(Markup(f"Receipt {number:02}"), lasting=True)  # noqa: S704
        leave(settings, connected, to_json(Drawn(screen, None, None)))
    before = len(calls(telegram, "sendMessage"))
    await bot.start()
    text = await connected.sees("Much came at once", "2 older messages are left out", "Receipt 11")
    assert text.index("Receipt 02") < text.index("Receipt 11")
    assert "Receipt 01" not in text
    await comes(lambda: rows(settings, "outbox") == 0)
    assert len(calls(telegram, "sendMessage")) == before + 1


def leave(settings: dict[str, str], person: Person, body: str) -> None:
    """What was left in the file to be told, when the bot was stopped."""
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        outbox.put(Transaction(db), person.id, outbox.LASTING, body)
    db.close()


# The person blocked the bot


async def blocked_while_sending(person: Person, smsc: SmscSandbox, name: str = "ROSE2026") -> None:
    """The person sends a name, and blocks the bot while SMSC's answer is on its way."""
    await fills_in(person, name)
    smsc.fault(Fault("add", when="after", kind="drop"))
    await person.taps("Register it")
    await person.sees("SMSC's answer was lost")
    await post(person, "block", user=person.id)


@pytest.mark.parametrize("way", ["unblocks", "/start", "a tap"])
async def test_whoever_blocked_the_bot_is_told_what_became_of_a_request_when_they_come_back(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, settings: dict[str, str], way: str
) -> None:
    await blocked_while_sending(connected, smsc)
    clock.advance(60)
    await comes(lambda: done(settings, "ROSE2026") and parked(settings) == rows(settings, "outbox"))
    clock.advance(86_400)
    # whoever only writes: Telegram's own word of it was lost
    await post(connected, "unblock", user=connected.id, silent=way != "unblocks")
    if way == "/start":
        await connected.writes("/start")
    elif way == "a tap":
        await connected.taps("Home")
    await connected.sees("While you were away", "The application for ROSE2026 is sent")
    await answers(connected)
    state = await connected.state()
    said = [each["text"] for each in state["messages"] if each["from"]["is_bot"]]
    assert sum("The application for" in each for each in said) == 1
    assert not any("was lost" in each or "Sending" in each for each in said)
    assert rows(settings, "outbox") == 0


async def test_several_things_are_told_in_one_message(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await fills_in(connected, "TULIP2026")
    smsc.fault(Fault("add", when="after", kind="drop"))
    await connected.taps("Register it")
    await connected.sees("SMSC's answer was lost")
    await blocked_while_sending(connected, smsc)
    for name in ("TULIP2026", "ROSE2026"):
        await comes(lambda name=name: done(settings, name), clock)  # type: ignore[misc]
    await comes(lambda: parked(settings) == rows(settings, "outbox"))
    await post(connected, "unblock", user=connected.id)
    await connected.sees(
        "While you were away", "The application for TULIP2026 is sent", "The application for ROSE2026 is sent"
    )
    await comes(lambda: rows(settings, "outbox") == 0)


async def test_a_receipt_that_was_on_its_way_when_the_bot_was_blocked_is_told_later(
    bot: InProcess, connected: Person, clock: SandboxClock, settings: dict[str, str], telegram: TelegramSandbox
) -> None:
    await fills_in(connected, "ROSE2026")
    await trouble(telegram, connected, "editMessageText", "403", description="Forbidden: bot was blocked by the user")
    await connected.taps("Register it")
    await comes(lambda: parked(settings) == 1)
    await bot.stop()
    await bot.start()
    await connected.writes("/start")
    await connected.sees_somewhere("While you were away", "The application for ROSE2026 is sent")


async def test_what_is_parked_is_bounded_and_forgotten_after_a_month(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await blocked_while_sending(connected, smsc)
    clock.advance(60)
    await comes(lambda: done(settings, "ROSE2026") and parked(settings) == rows(settings, "outbox"))
    clock.advance(31 * 86_400)
    await post(connected, "unblock", user=connected.id)
    await answers(connected)
    await comes(lambda: rows(settings, "inbox") == 0 and rows(settings, "outbox") == 0)
    await connected.state()
    assert not texts(connected, "While you were away")


async def test_nothing_is_kept_for_an_account_that_is_deactivated(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await fills_in(connected, "ROSE2026")
    for method in ("editMessageText", "sendMessage"):
        await trouble(telegram, connected, method, "403", description="Forbidden: user is deactivated", times=9)
    await connected.taps("Register it")
    await comes(lambda: done(settings, "ROSE2026") and rows(settings, "inbox") == 0 and rows(settings, "outbox") == 0)


# A message with a key does not wait for the chat's queue


async def busy(person: Person, telegram: TelegramSandbox) -> None:
    """The person's queue works on a file that Telegram does not give."""
    await trouble(telegram, person, "getFile", "delay", seconds=500)
    before = len(calls(telegram, "getFile"))
    await person.sends_file("a.jpg", saved(page(), "JPEG"), photo=True)
    await comes(lambda: len(calls(telegram, "getFile")) > before)


def stands(telegram: TelegramSandbox, person: Person, message: Any) -> bool:
    return message["message_id"] in telegram.world.chats[person.id].entries


@pytest.mark.parametrize("text", ["demo-key-0123456789abcdef0", "apikey: demo-key-0123456789abcdef0"])
async def test_a_message_with_a_key_is_deleted_though_the_chat_is_busy(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str], text: str
) -> None:
    await busy(connected, telegram)
    said = await connected.writes(text if ":" in text else f"my key is {text}")
    await comes(lambda: not stands(telegram, connected, said))
    await comes(lambda: rows(settings, "inbox") == 2)


async def login_asked(person: Person) -> None:
    await person.writes("/connect")
    await person.taps("Login and password")
    await person.sees("What is the login")


async def password_asked(person: Person) -> None:
    await login_asked(person)
    await person.writes("nobody")
    await person.sees("Send the password")


async def test_a_password_is_deleted_though_the_chat_is_busy_and_a_command_is_not(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await password_asked(connected)
    await busy(connected, telegram)
    said = await connected.writes("Secret12")
    command = await connected.writes("/help")
    await comes(lambda: not stands(telegram, connected, said))
    assert stands(telegram, connected, command)
    await comes(lambda: rows(settings, "inbox") == 3)


async def test_a_password_is_deleted_while_its_login_is_still_being_handled_and_the_login_stands(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await login_asked(connected)
    await busy(connected, telegram)
    login = await connected.writes("shop-almaty")
    password = await connected.writes("Secret12")
    await comes(lambda: not stands(telegram, connected, password))
    assert stands(telegram, connected, login)
    await comes(lambda: rows(settings, "inbox") == 3)


async def test_a_login_whose_screen_is_still_on_its_way_is_not_taken_for_the_password(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await login_asked(connected)
    await trouble(telegram, connected, "sendMessage", "delay", seconds=500)
    before = len(calls(telegram, "sendMessage"))
    login = await connected.writes("shop-almaty")
    await comes(lambda: len(calls(telegram, "sendMessage")) > before)
    password = await connected.writes("Secret12")
    name = await connected.writes("two words")
    await comes(lambda: not stands(telegram, connected, password))
    assert stands(telegram, connected, login)
    assert stands(telegram, connected, name)


@pytest.mark.parametrize("before", ["/help", "/cancel", "Cancel", "Отмена", "a tap"])
async def test_a_word_after_what_leads_away_from_the_password_is_not_deleted(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str], before: str
) -> None:
    await password_asked(connected)
    button = await connected.button("Cancel")
    await busy(connected, telegram)
    certain = await connected.writes("Secret12")
    if before == "a tap":
        await connected.taps_data(*button)
    else:
        said = await connected.writes(before)
    word = await connected.writes("Aruana")
    key = await connected.writes("apikey: demo-key-0123456789abcdef0")
    await comes(lambda: not stands(telegram, connected, certain) and not stands(telegram, connected, key))
    assert stands(telegram, connected, word)
    assert before == "a tap" or stands(telegram, connected, said)


async def test_a_key_whose_form_opens_while_it_waits_is_deleted_before_its_turn(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await trouble(telegram, connected, "sendMessage", "delay", seconds=0.5)
    await trouble(telegram, connected, "getFile", "delay", seconds=500)
    await connected.writes("/connect")
    await connected.sends_file("a.jpg", saved(page(), "JPEG"), photo=True)
    key = await connected.writes("Korotkij12")
    await comes(lambda: not stands(telegram, connected, key))
    await comes(lambda: rows(settings, "inbox") == 2)


async def test_a_key_that_came_before_a_crash_is_deleted_after_it(
    bot: InProcess, connected: Person, telegram: TelegramSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in ("_DRAIN_SECONDS", "_LAST_SECONDS"):
        monkeypatch.setattr(app, each, 0.1)
    await busy(connected, telegram)
    await trouble(telegram, connected, "deleteMessage", "delay", seconds=500)
    said = await connected.writes("apikey: demo-key-0123456789abcdef0")
    await comes(lambda: any(each["message_id"] == said["message_id"] for each in calls(telegram, "deleteMessage")))
    await bot.stop()
    assert stands(telegram, connected, said)
    await bot.start()
    await comes(lambda: not stands(telegram, connected, said))


async def test_a_key_that_cannot_be_deleted_is_told_of(connected: Person, telegram: TelegramSandbox) -> None:
    kept = "Bad Request: message can't be deleted"
    await trouble(telegram, connected, "deleteMessage", "400", description=kept, times=50)
    await connected.writes("apikey: demo-key-0123456789abcdef0")
    await connected.sees_somewhere("Telegram does not let me delete your message")


# One person floods


def says(telegram: TelegramSandbox, person: Person, text: str) -> None:
    world = telegram.world
    world.says(world.users[person.id], world.chats[person.id], world.person_text(text))


def told_of_flood(telegram: TelegramSandbox) -> int:
    return sum("more at once than I can read" in each["text"] for each in calls(telegram, "sendMessage"))


async def test_who_floods_is_told_once_the_last_message_counts_and_others_are_served_meanwhile(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    other = await Person.arrive(connected.http, connected.url, "Bolat")
    await helped(other)
    for number in range(300):
        says(telegram, connected, f"/senders FLOOD{number}")
    says(telegram, connected, "/help")
    said = len(calls(telegram, "sendMessage"))
    await helped(other)
    assert rows(settings, "inbox") > 0
    async with running_fast(clock):
        await connected.sees_somewhere("more at once than I can read")
        await comes(lambda: rows(settings, "inbox") == 0)
    mine = [each["text"] for each in calls(telegram, "sendMessage")[said:] if each["chat_id"] == connected.id]
    assert len(mine) < 100
    assert any("What you can do" in each for each in mine[-3:])
    assert told_of_flood(telegram) == 1


async def test_a_flood_of_taps_is_acknowledged_and_a_second_flood_is_told_of_after_a_quiet_time(
    connected: Person, telegram: TelegramSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await connected.writes("/start")
    message, data = await connected.button("Help")
    world = telegram.world
    entry = world.chats[connected.id].entries[message].message
    user, chat = world.users[connected.id], world.chats[connected.id]
    for flood in (1, 2):
        taps = [world.ask_callback(user, chat, entry, data, wait=60) for _ in range(120)]
        async with running_fast(clock):
            answered = await asyncio.gather(*taps)
            assert all(each["answered"] for each in answered)
            await comes(lambda: rows(settings, "inbox") == 0)
            await comes(lambda flood=flood: told_of_flood(telegram) == flood)  # type: ignore[misc]
        clock.advance(700)


async def test_in_a_flood_a_paid_tap_is_done_whole_or_not_at_all_and_a_key_is_deleted(
    connected: Person, telegram: TelegramSandbox, smsc: SmscSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await fills_in(connected, "ROSE2026")
    message, data = await connected.button("Register it")
    world = telegram.world
    entry = world.chats[connected.id].entries[message].message
    user, chat = world.users[connected.id], world.chats[connected.id]
    for _ in range(60):
        says(telegram, connected, "/help")
    tap = asyncio.create_task(world.ask_callback(user, chat, entry, data, wait=60))
    await asyncio.sleep(0)
    key, _ = world.says(user, chat, world.person_text("apikey: demo-key-0123456789abcdef0"))
    for _ in range(60):
        says(telegram, connected, "/help")
    async with running_fast(clock):
        await connected.sees_somewhere("nothing in between was read or done", "send or tap again what is missing")
        assert (await tap)["answered"]
        await comes(lambda: not stands(telegram, connected, key) and rows(settings, "inbox") == 0)
    assert "add" not in {each.command for each in smsc.requests}
    await connected.taps_data(message, data)
    await connected.sees_somewhere("The application for ROSE2026 is sent")
    assert sum(each.command == "add" for each in smsc.requests) == 1


async def test_files_that_a_flood_was_made_of_are_told_with_their_number(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await busy(connected, telegram)
    for _ in range(104):
        await connected.sends_file("a.pdf", b"%PDF-1.7 small")
    await comes(lambda: told_files(settings) == 4)


def told_files(settings: dict[str, str]) -> int | None:
    """How many files the notice of a flood is to tell of."""
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        found = db.execute("SELECT json_extract(body, '$.files') FROM outbox WHERE kind = 'flooded'").fetchone()
    db.close()
    return found[0] if found else None
