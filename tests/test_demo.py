"""Whoever tries the demo, a process of its own: what SMSC decides by itself comes soon, the desk does the rest."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.smsc import DEMO
from bot.settings import WATCH_LEAST
from tests.papers import PDF
from tests.person import PATIENCE, Person
from tests.running import Program, comes
from tests.stories import begins
from tests.viewers import read_pdf, read_workbook

_SETTLES_SECONDS = 5
"""What changes soon after is told in the same message; so long after a look it is told."""
_NIGHT = 17.5 * 3600
"""Half past ten in the evening in Kazakhstan, in seconds of Greenwich's day."""


@dataclass
class Demo:
    """The demo as its user has it: a chat page, a desk, and a clock that the desk turns."""

    http: httpx.AsyncClient
    page: str
    smsc: str

    async def desk(self, what: str, **body: Any) -> dict[str, Any]:
        answer = await self.http.post(f"{self.smsc}/desk/{what}", json=body)
        state: dict[str, Any] = answer.raise_for_status().json()
        return state

    async def state(self) -> dict[str, Any]:
        state: dict[str, Any] = (await self.http.get(f"{self.smsc}/desk/state")).raise_for_status().json()
        return state

    async def named(self, name: str) -> dict[str, Any]:
        """A name as the desk shows it."""
        names: list[dict[str, Any]] = (await self.state())["accounts"][0]["names"]
        return next(each for each in names if each["name"] == name)

    async def look(self) -> int:
        """Turns the clock to the watch's next look and a little on; gives how many seconds that was."""
        asked, seconds = await self._lists(), 0
        async with asyncio.timeout(PATIENCE):
            while await self._lists() == asked:
                seconds += 1
                await self.desk("clock", advance=1)
                await asyncio.sleep(0.01)
        for _ in range(_SETTLES_SECONDS):
            await self.desk("clock", advance=1)
            await asyncio.sleep(0.02)
        return seconds + _SETTLES_SECONDS

    async def _lists(self) -> float:
        return max((each["at"] for each in (await self.state())["requests"] if each["command"] == "get"), default=0.0)

    async def file(self, person: Person, what: str) -> bytes:
        """The file that came, as whoever taps it in the chat gets it."""
        sent = await person.until(
            lambda state: next((each for each in person.fresh(state) if "document" in each), None), what
        )
        return (await self.http.get(f"{self.page}/chat/file/{sent['document']['file_id']}")).raise_for_status().content


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    told = tmp_path / "told"
    arguments = ("demo", "--port", "0", "--no-browser")
    program = await asyncio.to_thread(Program.forked, arguments, {}, tmp_path, told, tmp_path / "errors")
    try:
        await comes(lambda: told.exists() and "Ctrl-C" in told.read_text())
        page, smsc = re.findall(r"http://\S+", told.read_text())
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            yield Demo(http, page, smsc)
    finally:
        assert await program.end(signal.SIGINT) == 0, (tmp_path / "errors").read_text()


async def test_from_a_registration_to_the_replaced_document_the_timeline_and_the_files(demo: Demo) -> None:
    await demo.desk(
        "clock", advance=(_NIGHT - (await demo.state())["now"]) % 86_400
    )  # whoever tries it late waits, too
    person = await Person.arrive(demo.http, demo.page)
    await person.connects(DEMO.apikey)
    await begins(person, "LILY2026")
    await person.taps("Skip")
    await person.sees("To which countries")
    await person.taps("Only Kazakhstan")
    await person.sees("Documents for the operators")
    await person.sends_file("first.pdf", PDF)
    await person.sees("1. first.pdf")
    await person.taps("Done")
    await person.skips_to("check and send", "LILY2026")
    await person.taps("Register it")
    await person.sees_somewhere("The application for LILY2026 is sent")
    name = await demo.named("LILY2026")
    # The first message comes within a minute, and nobody touched the desk for it.
    seconds = 0
    while not any("Active now" in each["text"] for each in person.fresh(await person.state())):
        assert (seconds := seconds + await demo.look()) < 60 + WATCH_LEAST
    # What the desk decides comes with the next look, in one message with the remedy.
    await demo.desk("operator", id=name["id"], flag="mts_step", code="0")
    await demo.look()
    await person.looks()
    await demo.desk("operator", id=name["id"], flag="mts_step", code="5")
    await demo.desk("document", fid=name["documents"][0]["fid"], status=1, comment="The stamp cannot be seen")
    await demo.look()
    await person.sees_somewhere("LILY2026", "0 → 5", "first.pdf: rejected, “The stamp cannot be seen”")
    remedy = await person.button("Replace the document")
    await person.taps("What is 5?")
    await person.sees("What does the status code 5 mean")
    await person.taps("approval")
    await person.sees("is “approval”")
    await person.taps_data(*remedy)
    await person.sees("Send the document for LILY2026")
    await person.sends_file("second.pdf", PDF)
    await person.sees("1. second.pdf")
    await person.taps("Done")
    await person.sees("check and send")
    await person.taps("Send")
    await person.sees_somewhere("are at SMSC: second.pdf")
    await person.looks()
    name = await demo.named("LILY2026")
    await demo.desk("document", fid=name["documents"][1]["fid"], status=2, comment="")
    await demo.look()
    await person.sees_somewhere("LILY2026", "second.pdf: approved")
    await person.taps("Timeline")
    story = await person.sees("LILY2026: what happened")
    told = ["application", "0 → approval (5)", "first.pdf: rejected", "document, second.pdf", "second.pdf: app"]
    places = [story.rindex(each) for each in told]
    assert places == sorted(places, reverse=True)
    await person.taps("‹ LILY2026")
    await person.taps("PDF")
    pages, text = read_pdf(await demo.file(person, "a page"))
    assert pages == 1
    for part in ("LILY2026", "first.pdf", "second.pdf", "The stamp cannot be seen", "approval (5)"):
        assert part in text
    await person.writes("/export")
    await person.taps("XLSX")
    sheets = read_workbook(await demo.file(person, "a workbook"))
    column = sheets["Names"][0].index("Name")
    assert "LILY2026" in [row[column] for row in sheets["Names"]]
    assert {"first.pdf", "second.pdf"} <= {row[4] for row in sheets["Documents"]}
    assert any("0 → approval (5)" in str(row) for row in sheets["History"])
    # It is deleted in the cabinet: the second list that lacks it says so.
    await demo.desk("name/delete", id=name["id"])
    await person.looks()
    for _ in range(4):
        await demo.look()
    await person.sees_somewhere("LILY2026", "Not in SMSC's list any more")
