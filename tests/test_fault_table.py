"""Every fault of the stand-ins' table where Telegram is asked: people are told, and what may have gone is not repeated.

What becomes of requests to SMSC that meet them stands in `test_reliability.py`.
"""

from __future__ import annotations

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.chat.faults import KINDS
from bot.sandbox.faults import Moment
from tests.images import page, saved
from tests.papers import PDF
from tests.person import Person
from tests.stories import only_one
from tests.troubles import calls, trouble

PASSING = tuple(each for each in KINDS if each not in {"400", "403"})
"""What may be otherwise the next time; the two others are refusals."""
HELP = "What you can do here"
NOT_NOW = "Telegram does not give me this file just now. Please send it once more."
TAKEN = {
    "delay": "Got it: a.pdf",
    "drip": "Got it: a.pdf",
    "twice": "Got it: a.pdf",
    "said twice": "Got it: a.pdf",
    "half": "This PDF is broken",
    "empty": "This file is empty",
    "html": "SMSC does not take “a.pdf”",
}
"""What is a file, as far as can be seen; whatever else comes is not."""


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "FILES_AN_HOUR": "1000", "MEGABYTES_A_DAY": "1000"}


@pytest.mark.parametrize("when", ["before", "upload"])
async def test_a_screen_comes_once_whatever_becomes_of_the_call(
    connected: Person, telegram: TelegramSandbox, fast: None, when: Moment
) -> None:
    for kind in PASSING:
        await trouble(telegram, connected, "sendMessage", kind, seconds=0.001, when=when)
        await connected.writes("/help")
        await connected.sees_somewhere(HELP)
        await only_one(connected, HELP)


async def test_a_screen_comes_whatever_becomes_of_the_answer(
    connected: Person, telegram: TelegramSandbox, fast: None
) -> None:
    for kind in PASSING:
        await trouble(telegram, connected, "sendMessage", kind, seconds=0.001, when="after")
        await connected.writes("/help")
        await connected.sees_somewhere(HELP)


async def test_a_file_that_does_not_come_is_fetched_again_and_then_told_of(
    connected: Person, telegram: TelegramSandbox, fast: None
) -> None:
    for kind in KINDS:
        for times in (1, 9):
            await trouble(telegram, connected, "download", kind, seconds=0.001, times=times)
            await connected.sends_file("a.pdf", PDF)
            again = NOT_NOW if times > 1 else "Got it: a.pdf"
            await connected.sees_somewhere(TAKEN.get(kind, again))
            await connected.http.post(f"{telegram.url}/chat/faults/clear", json={})
            if "Got it" in TAKEN.get(kind, again):
                await connected.taps("Cancel")


async def test_a_document_that_goes_up_is_not_sent_again_whatever_becomes_of_it(
    connected: Person, telegram: TelegramSandbox, fast: None
) -> None:
    picture = saved(page(), "WEBP")
    for number, kind in enumerate(("drop", "reset", "timeout", "500"), 1):
        await trouble(telegram, connected, "sendDocument", kind, seconds=0.001, when="upload")
        await connected.sends_file("photo.webp", picture)
        await connected.sees("Telegram does not take the result")
        assert len(calls(telegram, "sendDocument")) == number
