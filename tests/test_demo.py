"""Whoever tries the demo: what SMSC decides by itself comes within a minute, and the desk does the rest."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import QUICK, SmscSandbox
from bot.settings import WATCH_LEAST
from tests.papers import PDF
from tests.person import Person
from tests.stories import fills_in


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "WATCH_SECONDS": str(WATCH_LEAST)}


async def _until(person: Person, clock: SandboxClock, *parts: str) -> tuple[str, float]:
    """Lets time go by until a message has these parts; gives it, and how many seconds that took."""
    began = clock.now()
    async with asyncio.timeout(60):
        while True:
            texts = [each["text"] for each in person.fresh(await person.state())]
            found = [text for text in texts if all(part in text for part in parts)]
            if found:
                return found[0], clock.now() - began
            clock.advance(1)
            await asyncio.sleep(0.02)


async def test_the_first_message_comes_within_a_minute_of_a_registration_and_nobody_touched_the_desk(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    smsc.world.pace = QUICK
    await fills_in(connected, "LILY2026")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for LILY2026 is sent")
    _, seconds = await _until(connected, clock, "LILY2026", "Active now")
    assert seconds < 60


async def test_from_the_desk_to_the_replaced_document_and_the_timeline(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, http: httpx.AsyncClient
) -> None:
    async def desk(what: str, **body: Any) -> None:
        (await http.post(f"{smsc.url}/desk/{what}", json=body)).raise_for_status()

    await fills_in(connected, "LILY2026")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for LILY2026 is sent")
    name = next(each for each in smsc.world.accounts["demo"].names.values() if each.name == "LILY2026")
    await desk("operator", id=name.id, flag="mts_step", code="0")
    await connected.writes("/document LILY2026")
    await connected.sees("Send the document")
    await connected.sends_file("first.pdf", PDF)
    await connected.sees("1. first.pdf")
    await connected.taps("Done")
    await connected.sees("check and send")
    await connected.taps("Send")
    await connected.sees_somewhere("are at SMSC: first.pdf")
    await _looked(smsc, clock)
    await connected.looks()
    await desk("operator", id=name.id, flag="mts_step", code="3")
    await desk("document", fid=name.documents[0].fid, status=1, comment="The stamp cannot be seen")
    text, _ = await _until(connected, clock, "LILY2026", "0 → 3")
    assert "first.pdf: rejected, “The stamp cannot be seen”" in text
    await connected.taps("Replace the document")
    await connected.sees("Send the document for LILY2026")
    await connected.sends_file("second.pdf", PDF)
    await connected.sees("1. second.pdf")
    await connected.taps("Done")
    await connected.sees("check and send")
    await connected.taps("Send")
    await connected.sees_somewhere("are at SMSC: second.pdf")
    await connected.looks()
    await desk("document", fid=name.documents[1].fid, status=2, comment="")
    await _until(connected, clock, "LILY2026", "second.pdf: approved")
    await connected.taps("Timeline")
    story = await connected.sees("LILY2026: what happened")
    told = [
        "application",
        "document, first.pdf",
        "0 → 3",
        "first.pdf: rejected",
        "document, second.pdf",
        "second.pdf: app",
    ]
    places = [story.rindex(each) for each in told]
    assert places == sorted(places, reverse=True)
    await desk("name/delete", id=name.id)
    await connected.looks()
    await _until(connected, clock, "LILY2026", "Not in SMSC's list any more")


async def _looked(smsc: SmscSandbox, clock: SandboxClock) -> None:
    """Lets time go by until the watch has listed the names."""
    asked = len(smsc.requests) + 4
    async with asyncio.timeout(60):
        while len(smsc.requests) < asked:
            clock.advance(1)
            await asyncio.sleep(0.02)
