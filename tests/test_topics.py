"""A private chat with topics: every answer stays in its own. And the language of updates that tell none."""

from __future__ import annotations

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import Fault, SmscSandbox
from tests.images import page, saved
from tests.kept import done
from tests.papers import PDF
from tests.person import Person
from tests.running import comes, running_fast
from tests.stories import PURPOSE
from tests.troubles import calls, post, trouble


async def topic(person: Person) -> int:
    made: int = (await post(person, "topic", user=person.id))["topic"]
    return made


def said(telegram: TelegramSandbox, since: int) -> set[int]:
    """The topics of everything that the bot sent after so many calls."""
    sent = [each for each in list(telegram.world.calls)[since:] if each.method.startswith("send")]
    return {int(each.params.get("message_thread_id") or 0) for each in sent}


async def add(person: Person, name: str, where: int) -> None:
    await person.writes(f"/add {name}", topic=where)
    await person.sees(PURPOSE)
    await person.taps("Skip")
    await person.taps("Only Kazakhstan")
    await person.skips_to("check and send")


async def test_every_answer_stays_in_its_topic(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    here = await topic(connected)
    before = len(telegram.world.calls)
    await connected.writes("/start", topic=here)
    await connected.sees("Account:")
    await connected.taps("Help")
    await connected.sees("What you can do")
    await connected.sends_file("photo.webp", saved(page(), "WEBP"), topic=str(here))
    await connected.sees("For which name?")
    await connected.writes("/bar", topic=here)
    await add(connected, "ROSE2026", here)
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for ROSE2026 is sent")
    assert said(telegram, before) == {here}
    before = len(telegram.world.calls)
    await connected.writes("/help")  # outside every topic
    await connected.sees("What you can do")
    assert said(telegram, before) == {0}


async def test_a_receipt_comes_into_the_topic_of_its_request_and_leaves_another_alone(
    connected: Person, telegram: TelegramSandbox, smsc: SmscSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    here, there = await topic(connected), await topic(connected)
    await add(connected, "ROSE2026", here)
    smsc.fault(Fault("add", when="after", kind="drop"))
    await connected.taps("Register it")
    await connected.sees("SMSC's answer was lost")
    await connected.writes("/document", topic=there)
    await connected.sees("For which name?")
    clock.advance(60)
    await comes(lambda: done(settings, "ROSE2026"))
    await connected.sees_somewhere("The application for ROSE2026 is sent")
    receipt = next(each for each in connected.seen["messages"] if "application for" in each["text"])
    assert receipt["topic"] == here
    question = [each for each in connected.seen["messages"] if "For which name?" in each["text"]]
    assert [each["topic"] for each in question] == [there]


async def test_an_answer_for_a_topic_that_was_deleted_goes_to_the_chat(
    connected: Person, telegram: TelegramSandbox, smsc: SmscSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    here = await topic(connected)
    await add(connected, "ROSE2026", here)
    smsc.fault(Fault("add", when="after", kind="drop"))
    await connected.taps("Register it")
    await connected.sees("SMSC's answer was lost")
    await post(connected, "topic", user=connected.id, delete=here)
    clock.advance(60)
    await connected.sees_somewhere("The application for ROSE2026 is sent")


async def test_a_thread_of_replies_is_no_topic(connected: Person, telegram: TelegramSandbox) -> None:
    world = telegram.world
    before = len(calls(telegram, "sendMessage"))
    thread = {**world.person_text("/help"), "message_thread_id": 7}
    await connected.looks()
    world.says(world.users[connected.id], world.chats[connected.id], thread)
    await connected.sees("What you can do")
    assert all("message_thread_id" not in each for each in calls(telegram, "sendMessage")[before:])


async def test_the_sign_of_an_upload_is_given_in_the_topic_of_its_request(
    connected: Person, telegram: TelegramSandbox, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    here, there = await topic(connected), await topic(connected)
    await connected.writes("/document Aruana", topic=here)
    await connected.sees("Send the document for")
    await connected.sends_file("new.pdf", PDF, topic=str(here))
    await connected.sees("1. new.pdf")
    await connected.taps("Done")
    unavailable = "Bad Request: wrong file_id or the file is temporarily unavailable"
    await trouble(telegram, connected, "getFile", "400", description=unavailable, times=5)
    asked = len(calls(telegram, "getFile"))
    await connected.taps("Send them")
    await comes(lambda: len(calls(telegram, "getFile")) > asked)
    await connected.writes("/help", topic=there)
    await connected.sees("What you can do")
    smsc.latency = 1.0
    before = len(calls(telegram, "sendChatAction"))
    async with running_fast(clock):
        await connected.sees_somewhere("Documents for Aruana are at SMSC: new.pdf")
    signs = [each for each in calls(telegram, "sendChatAction")[before:] if each["action"] == "upload_document"]
    assert {int(each.get("message_thread_id") or 0) for each in signs} == {here}


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_the_language_of_before_stays_where_an_update_tells_none(
    bot: object, aigerim: Person, telegram: TelegramSandbox, language: str
) -> None:
    telegram.world.users[aigerim.id]["language_code"] = language
    await aigerim.writes("/help")
    text = await aigerim.sees("/senders")
    del telegram.world.users[aigerim.id]["language_code"]
    await aigerim.writes("/help")
    assert await aigerim.sees("/senders") == text
