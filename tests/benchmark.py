"""Times each step of the main story through the real process and both stand-ins, and reads the process's memory.

Run with `make benchmark`. It prints a table; it is not a test.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import psutil

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.image_work import PHOTOS, peak
from tests.papers import pdf
from tests.person import Person
from tests.running import Process, environment

PDF = pdf(2_900_000)
ROUNDS = 5
MANY = "15 000 names from SMSC"
LISTS_APART = 21.0
"""Seconds between the rounds: all of them are one SMSC account, and identical lists are asked for 20 s apart."""
Step = tuple[str, Callable[[], Awaitable[object]], tuple[str, ...]]


def story(person: Person, name: str) -> list[Step]:
    """The 12 steps: what the person does, and what is seen after it."""
    return [
        ("/start", lambda: person.writes("/start"), ("First connect",)),
        ("connect", lambda: person.taps("Connect an"), ("Send the API key",)),
        ("key, checked at SMSC", lambda: person.writes(DEMO.apikey), ("Connected",)),
        ("/add", lambda: person.taps("Add a name"), ("What you will need",)),
        ("name", lambda: person.writes(name), ("What is the name for?",)),
        ("comment", lambda: person.writes("Flowers"), ("To which countries",)),
        ("operators", lambda: person.taps("Only Kazakhstan"), ("Documents for the operators",)),
        ("PDF of 2.9 MB, looked into", lambda: person.sends_file("a.pdf", PDF), ("1. a.pdf",)),
        ("summary", lambda: person.taps("Done"), ("check and send",)),
        ("sent to SMSC with the PDF", lambda: person.taps("Register it"), (f"The application for {name} is sent",)),
        ("card", lambda: person.taps("Open the card"), (name, "waiting")),
        ("list, from SMSC", lambda: person.taps("My names"), ("My names",)),
    ]


def many(person: Person) -> list[Step]:
    """A subclient with 15 000 names: its first list straight from SMSC, then pages from the file."""
    return [
        (MANY, lambda: person.writes("/user daniyar"), ("From now on",)),
        ("first page of 15 000 names", lambda: person.writes("/senders"), ("My names: 15001",)),
        ("a search in 15 000 names", lambda: person.writes("AME1499"), ("Search",)),
    ]


def image_worker() -> list[str]:
    """How long a photo of 48 megapixels takes, its process and all, and how much memory that needs at most."""
    lines = []
    for kind, content in PHOTOS.items():
        picture, begun = content(), time.perf_counter()
        most = peak(picture) / 1024 / 1024
        lines.append(f"{'48 megapixels, ' + kind:<32} {time.perf_counter() - begun:5.1f} s {most:6.0f} MB")
    return lines


async def main() -> int:
    clock = SandboxClock()
    smsc, telegram = await SmscSandbox.start(clock=clock), await TelegramSandbox.start()
    times: dict[str, list[float]] = {}
    before = 0.0
    with tempfile.TemporaryDirectory() as folder:
        smsc.world.add_names(DEMO.login, [f"NAME{number}" for number in range(15_000)], owner="daniyar")
        async with (
            Process(environment(smsc, telegram, Path(folder)), Path(folder) / "log") as process,
            httpx.AsyncClient(timeout=60) as http,
        ):
            warm = await Person.arrive(http, telegram.url, "Warm")
            await warm.writes("/start")
            await warm.sees("Sender names")
            for number in range(ROUNDS):
                smsc.world.limits = type(smsc.world.limits)(lists=1000, adds=1000, balances=1000)
                person = await Person.arrive(http, telegram.url)
                for label, act, parts in [*story(person, f"LILY{number}"), *many(person)]:
                    if label == MANY and not before:
                        before = psutil.Process(process.pid).memory_info().rss / 1024 / 1024
                    begun = time.perf_counter()
                    await act()
                    await person.sees(*parts)
                    times.setdefault(label, []).append((time.perf_counter() - begun) * 1000)
                await asyncio.sleep(LISTS_APART)
            memory = psutil.Process(process.pid).memory_info().rss / 1024 / 1024
    await telegram.close()
    await smsc.close()
    lines = [f"{label:<28} {statistics.median(each):7.1f} ms" for label, each in times.items()]
    lines += [
        f"{'memory after the story':<28} {before:7.1f} MB",
        f"{'memory with 15 000 names':<28} {memory:7.1f} MB",
        f"median of {ROUNDS} rounds",
        "",
        *(await asyncio.to_thread(image_worker)),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
