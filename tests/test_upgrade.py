"""An upgrade from each version that was released: whoever was in the midst of something goes on with it.

The files in `tests/released/` are what those versions wrote (`tests/released.py`).
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import tomllib
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import SmscSandbox
from bot.vault import Vault, read_key
from tests.person import Person
from tests.running import KEY, ROOT, InProcess, running_fast

RELEASED = sorted((ROOT / "tests" / "released").glob("*.sqlite3.gz"), key=lambda path: path.name)


def test_of_each_version_that_was_released_there_is_a_file() -> None:
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    present = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    released = versions[versions.index(present) :]
    assert {f"{each}.sqlite3.gz" for each in released} == {each.name for each in RELEASED}, "make released"


@pytest.fixture
async def people(http: httpx.AsyncClient, telegram: TelegramSandbox) -> list[Person]:
    """Those whom the file knows, by the numbers that they had; they write while the bot is being upgraded."""
    arrived = [await Person.arrive(http, telegram.url, f"Person {each}") for each in range(4)]
    for each in arrived:
        await each.writes("/start")
    return arrived


def put(packed: Path, path: Path, service: str) -> None:
    """The file of a former version, as if it had known this service; the stand-in of Telegram begins to count anew."""
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM seen")
        db.execute("UPDATE accounts SET service = ?", (service,))


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.removesuffix(".sqlite3.gz"))
async def upgraded(
    request: pytest.FixtureRequest,
    people: list[Person],
    settings: dict[str, str],
    smsc: SmscSandbox,
    clock: SandboxClock,
) -> AsyncIterator[InProcess]:
    """The bot on the file of a former version; the stand-in of SMSC has moved."""
    put(request.param, Path(settings["DATABASE_PATH"]), smsc.url.removeprefix("http://"))
    bot = InProcess(settings, clock)
    await bot.start()
    yield bot
    await bot.stop()


async def test_whoever_was_in_the_midst_of_something_goes_on_after_an_upgrade(
    upgraded: InProcess, people: list[Person], smsc: SmscSandbox, clock: SandboxClock
) -> None:
    first, naming, changing, sending = people
    async with running_fast(clock):
        await first.sees_somewhere("The application for ROSE2026 is sent")
    for person, form, told in (
        (naming, "▶ TULIP2026", ("What is the name for?",)),
        (changing, "▶ Go on: Change a name", ("Aruana",)),
        (sending, "▶", ("certificate.pdf",)),
        (first, "▶ LILY2026", ("To which countries",)),
    ):
        clock.advance(61)
        await person.writes("/start")
        await person.sees("Account:")
        await person.taps(next(each for each in person.labels() if each.startswith(form)))
        await person.sees(*told)
    await first.taps("Only Kazakhstan")
    await first.skips_to("check and send", "LILY2026", "Flowers for everybody")
    await first.taps("Register it")
    await first.sees_somewhere("The application for LILY2026 is sent")
    assert [each.fields["sender"] for each in smsc.requests if each.command == "add"] == ["ROSE2026", "LILY2026"]
    await first.writes("/history")
    await first.sees("DONE2026", "ROSE2026", "LILY2026")


FORMS = (
    ("▶ LILY2026", "To which countries"),
    ("▶ TULIP2026", "What is the name for?"),
    ("▶ Go on: Change a name", None),
    ("▶", None),
)
"""What each of the four had begun, and the question that it goes on with; None: SMSC is asked for a list first."""


def a_hundred(path: Path) -> None:
    """Has the four people of a file there twenty-five times, each with an account and forms of their own."""
    vault = Vault([read_key(KEY)])
    with closing(sqlite3.connect(path)) as db, db:
        db.row_factory = sqlite3.Row
        people = [dict(each) for each in db.execute("SELECT * FROM people ORDER BY user_id")]
        accounts = {each["user_id"]: dict(each) for each in db.execute("SELECT * FROM accounts")}
        for number in range(len(people), 100):
            person = people[number % len(people)]
            account, user_id = accounts[person["user_id"]], people[0]["user_id"] + number
            account_id = account["id"] + number
            key = vault.open(account["secret"], f"account:{person['user_id']}:{account['id']}")
            drafts = vault.open(person["drafts"], f"drafts:{person['user_id']}")
            drafts = drafts.replace(str(account["id"]).encode(), str(account_id).encode())
            for table, row in (
                (
                    "accounts",
                    account | {"id": account_id, "secret": vault.seal(key, f"account:{user_id}:{account_id}")},
                ),
                ("people", person | {"account_id": account_id, "drafts": vault.seal(drafts, f"drafts:{user_id}")}),
            ):
                made = row | {"user_id": user_id}
                places = ", ".join("?" * len(made))
                db.execute(f"INSERT INTO {table} ({', '.join(made)}) VALUES ({places})", tuple(made.values()))  # noqa: S608


async def test_a_hundred_people_in_the_midst_of_forms_go_on_after_an_upgrade(
    http: httpx.AsyncClient,
    telegram: TelegramSandbox,
    settings: dict[str, str],
    smsc: SmscSandbox,
    clock: SandboxClock,
) -> None:
    put(RELEASED[-1], Path(settings["DATABASE_PATH"]), smsc.url.removeprefix("http://"))
    a_hundred(Path(settings["DATABASE_PATH"]))
    people = [await Person.arrive(http, telegram.url, f"Person {each}") for each in range(100)]
    for each in people:
        await each.writes("/start")
    bot = InProcess(settings, clock)
    await bot.start()
    for number, person in enumerate(people):
        form, question = FORMS[number % len(FORMS)]
        await person.shows(form)
        if question is not None:
            await person.taps(next(each for each in person.labels() if each.startswith(form)))
            await person.sees(question)
    await bot.stop()
