"""Wrong things that people send: each gets a clear answer with the next step, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.archives import rar5, with_flag, zipped
from tests.papers import pdf
from tests.person import Person
from tests.running import InProcess
from tests.stories import PURPOSE, asks_for_a_name

PDF = pdf(1000)


async def at_the_key(person: Person) -> None:
    await person.writes("/connect")
    await person.sees("Send the API key")


async def at_the_documents(person: Person) -> None:
    await asks_for_a_name(person)
    await person.writes("LILY2026")
    await person.sees(PURPOSE)
    await person.taps("Skip")
    await person.sees("To which countries")
    await person.taps("Only Kazakhstan")
    await person.skips_to("Documents for the operators")


@pytest.mark.parametrize("key", ["wrong-key-123456", "other-service-key-0123456789"])
async def test_a_wrong_key_is_told_and_asked_again(bot: InProcess, aigerim: Person, key: str) -> None:
    await at_the_key(aigerim)
    await aigerim.writes(key)
    await aigerim.sees("error 2", "list of allowed addresses", "Send the API key")
    assert all(key not in each["text"] for each in aigerim.seen["messages"]), "the message with the key is deleted"
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("Connected")


async def test_after_three_wrong_keys_the_next_one_waits(bot: InProcess, aigerim: Person, smsc: SmscSandbox) -> None:
    await at_the_key(aigerim)
    for number in range(3):
        await aigerim.writes(f"wrong-key-{number}")
        await aigerim.until(lambda _, n=number: True if len(smsc.requests) > n else None, "the question to SMSC")
        await aigerim.sees("error 2")
        await aigerim.until(lambda state: True if len(state["messages"]) <= 3 else None, "the key gone")
    asked = len(smsc.requests)
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("Too many keys were refused")
    assert len(smsc.requests) == asked


async def test_smsc_down_keeps_the_key_to_try_again(bot: InProcess, aigerim: Person, smsc: SmscSandbox) -> None:
    smsc.fault(Fault("balance", kind="drop"))
    await at_the_key(aigerim)
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("no answer that can be read")
    await aigerim.taps("Try again")
    await aigerim.sees("Connected")


@pytest.mark.parametrize("kind", ["html", "empty", "cut", "500", "charset"])
async def test_a_page_instead_of_an_answer_is_no_answer(
    bot: InProcess, aigerim: Person, smsc: SmscSandbox, kind: str
) -> None:
    smsc.fault(Fault("balance", kind=kind))
    await at_the_key(aigerim)
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("no answer that can be read", "Send the API key")


async def test_a_login_and_a_password_work_as_well(bot: InProcess, aigerim: Person, smsc: SmscSandbox) -> None:
    await aigerim.writes("/connect")
    await aigerim.taps("Login and password")
    await aigerim.sees("What is the login")
    await aigerim.writes(DEMO.login)
    await aigerim.sees("Send the password")
    await aigerim.writes(DEMO.password)
    await aigerim.sees("Connected", f"{DEMO.login}@")
    assert smsc.requests[-1].fields["psw"] == DEMO.password
    assert all(DEMO.password not in each["text"] for each in aigerim.seen["messages"])


@pytest.mark.parametrize(
    ("name", "content", "more", "told"),
    [
        ("scan.pdf", b"%PDF-1.7\n" + b"0" * 3_200_000, {}, "This PDF is broken"),
        ("scan.pdf", b"%PDF-1.7\n" + b"0" * 3_200_000, {"file_size": "absent"}, "This PDF is broken"),
        ("scan.pdf", b"%PDF-1.7\n" + b"0" * 3_200_000, {"file_size": "10"}, "Telegram told 1 KB for this file"),
        ("certificate.pdf", b"MZ\x90\x00 an EXE", {}, "by its content it is none of"),
        ("letter.docx", zipped({"a": b"x"}), {}, "Operators cannot open"),
        ("x.zip", zipped({"[Content_Types].xml": b"x", "word/a.xml": b"x"}), {}, "by its content it is none of"),
        ("x.zip", with_flag(zipped({"scan.jpg": b"x"}), 1), {}, "opens only with a password"),
        ("x.zip", zipped({}), {}, "This archive is empty"),
        ("x.zip", zipped({"scan.jpg": b"x"})[:-20], {}, "This archive is broken"),
        ("x.rar", rar5(before=True), {}, "one part of an archive in several"),
        ("empty.pdf", b"", {}, "This file is empty"),
        ("empty.pdf", b"", {"file_size": "absent"}, "This file is empty"),
    ],
)
async def test_a_file_that_smsc_would_not_take(
    connected: Person, smsc: SmscSandbox, name: str, content: bytes, more: dict[str, Any], told: str
) -> None:
    await at_the_documents(connected)
    await connected.sends_file(name, content, **more)
    await connected.sees(told, "Documents for the operators")
    await connected.sends_file("good.pdf", PDF)
    await connected.sees("1. good.pdf")
    assert not [each for each in smsc.requests if each.command == "add"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Парус", "How about this?"),
        ("ABCDEFGHIJKL", "too long: 12 of at most 11"),
        ("🙂", "It takes Latin letters"),
        ("PARUS🙂", "It takes Latin letters"),
        ("...", "has no letters"),
        ("a@b", "no e-mail address"),
        ("1234567890123456", "too long: 16 of at most 15"),
        ("Aruana", "is in your list already"),
        ("x" * 4000, "too long"),
        ("<b>&del=1", "It takes Latin letters"),
        ("PA\u202eRUS", "It takes Latin letters"),
        ("Sale", "is in your list already"),
        ("MTS", "names of operators"),
        ("info", "anybody could use"),
    ],
)
async def test_a_name_that_cannot_be_right(connected: Person, name: str, told: str) -> None:
    await connected.writes("/senders")
    await connected.sees("My names")
    await asks_for_a_name(connected)
    await connected.writes(name)
    await connected.sees("Which name?", told)


async def test_a_sticker_where_a_text_is_asked(connected: Person) -> None:
    await asks_for_a_name(connected)
    for kind in ("sticker", "voice", "location", "poll", "dice", "video_note", "animation", "venue"):
        await connected.sends_other(kind)
        await connected.sees("A text is needed here", "Which name?")
    await connected.sends_file("a.pdf", PDF)
    await connected.sees("Got it: a.pdf", "Which name?")


async def test_a_stale_button_draws_what_is_there_now(connected: Person) -> None:
    await asks_for_a_name(connected)
    message, old = await connected.button("Cancel")
    await connected.taps("Cancel")
    await connected.sees("Cancelled. Nothing was sent")
    answer = await connected.taps_data(message, old)
    assert answer["answered"]
    await connected.sees("of an earlier screen", "Sender names")


async def test_a_second_add_in_the_middle_offers_to_go_on(connected: Person) -> None:
    await asks_for_a_name(connected)
    await connected.writes("LILY2026")
    await connected.sees(PURPOSE)
    await connected.writes("/add")
    await connected.sees("You are not finished here", "LILY2026")
    await connected.taps("Continue")
    await connected.sees(PURPOSE)
    await connected.writes("/add")
    await connected.taps("Start over")
    await connected.sees("Which name?", "step 1")


@pytest.mark.parametrize(
    "data",
    [
        "x",
        "f",
        "f:send:nope",
        "card:999999",
        "op:1",
        "use:1",
        "forget:1:yes",
        "a" * 64,
        "f:choose",
        "delete:1:yes:tag",
        "names:all:99999999999999999999",
        "code",
        "label:7",
        "again:1",
        "🙂",
    ],
)
async def test_forged_buttons_do_nothing(connected: Person, smsc: SmscSandbox, data: str) -> None:
    state = await connected.state()
    answer = await connected.taps_data(state["messages"][-1]["id"], data)
    assert answer["answered"]
    await connected.writes("/start")
    await connected.sees("Sender names", "Account:")
    assert not [each for each in smsc.requests if each.command in {"add", "chg", "del", "send_code", "check_code"}]


async def test_an_unknown_command_is_named(connected: Person) -> None:
    await connected.writes("/nonsense")
    await connected.sees("There is no command /nonsense")


async def test_without_an_account_one_is_asked_for(bot: InProcess, aigerim: Person) -> None:
    for text in ("PARUS", "/add", "/senders", "/document", "/confirm", "/account", "/history", "/user"):
        await aigerim.writes(text)
        await aigerim.sees("For this an SMSC account is needed")
