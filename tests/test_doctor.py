"""`python -m bot doctor` and `health`: whether everything is as the bot needs it, in words, with what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiogram.types import WebhookInfo

from bot.__main__ import main
from bot.doctor.findings import State, drawn
from bot.doctor.here import settings_findings, storage_findings
from bot.doctor.there import clock_finding, elsewhere, webhook_findings
from bot.doctor.visit import visit
from bot.monitoring.asking import ask
from bot.sandbox.clock import SandboxClock
from bot.settings import GivenSettings
from bot.vault import generate_key
from tests.person import Person
from tests.running import KEY, InProcess, Machine, free_port


def given(folder: Path, **more: str) -> GivenSettings:
    return GivenSettings.model_validate(
        {
            "bot_token": "123456:ABCDEFGHIJK",
            "secret_keys": KEY,
            "database_path": str(folder / "bot.sqlite3"),
            "admin_chat": "5",
            **more,
        }
    )


def here(values: dict[str, str]) -> GivenSettings:
    return GivenSettings.model_validate({key.lower(): value for key, value in values.items()})


@pytest.fixture
def at_home(empty_file: Path, tmp_path: Path) -> GivenSettings:
    """The settings of a bot with a database."""
    shutil.copyfile(empty_file, tmp_path / "bot.sqlite3")
    (tmp_path / "bot.sqlite3").chmod(0o600)
    return given(tmp_path)


async def test_a_bot_as_it_should_be_has_nothing_wrong_and_each_fault_is_told_with_what_to_do(
    settings: dict[str, str], clock: SandboxClock, aigerim: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {**settings, "METRICS_LISTEN": str(free_port()), "ADMIN_CHAT": str(aigerim.id)}
    bot = InProcess(values, clock)
    await bot.start()
    await aigerim.writes("/start")
    await aigerim.sees("First connect")
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)  # no `.env` lies there
    parts: list[str] = []
    assert await asyncio.to_thread(visit, parts.append, clock) == 0, parts
    told = "".join(parts)
    for each in (
        *("is whole and of this version; the bot runs on it", "they fit the database", "the bot is @SenderNamesBot"),
        *("updates are fetched", "ADMIN_CHAT can be reached", "smsc      127.0.0.1", "agrees with the others"),
    ):
        assert each in told, told
    assert not any(secret in told for secret in (settings["BOT_TOKEN"], settings["SECRET_KEYS"]))
    address = here(values).monitoring()
    assert address is not None
    assert await asyncio.to_thread(ask, address) == []
    await bot.stop()
    [problem] = await asyncio.to_thread(ask, address)
    assert problem.startswith("METRICS_LISTEN: no answer from 127.0.0.1:")
    broken = {"SECRET_KEYS": generate_key(), "SMSC_HOSTS": f"http://127.0.0.1:{free_port()}", "ADMIN_CHAT": "12345"}
    settings_now = here({**values, **broken})
    lines = drawn([*storage_findings(settings_now), *await elsewhere(settings_now, clock)]).splitlines()
    for part, fault, todo in (
        ("smsc", "cannot be reached: no connection", "take it out of SMSC_HOSTS"),
        ("telegram", "ADMIN_CHAT cannot be told anything", "tap START"),
        ("keys", "SECRET_KEYS do not fit the database", "the key that the database was made with"),
    ):
        [number] = [n for n, line in enumerate(lines) if fault in line]
        assert lines[number].startswith(f"WRONG {part}")
        assert todo in lines[number + 1]
    strange = here({**values, "BOT_TOKEN": "700001:another-token-0123456789"})
    told = drawn(await elsewhere(strange, Machine(clock, ahead=90)))
    assert "WRONG telegram  Telegram does not know BOT_TOKEN" in told
    assert "seconds ahead of Telegram's and SMSC's" in told


def test_every_wrong_setting_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {"BOT_TOKEN": "123", "SECRET_KEYS": KEY, "LOG_LEVEL": "LOUD", "ADMIN_CHAT": "@me"}.items():
        monkeypatch.setenv(name, value)
    assert main(["doctor"]) == 1
    out, err = capsys.readouterr()
    assert [line.split()[:3] for line in out.splitlines() if "WRONG" in line] == [
        ["WRONG", "settings", f"{each}:"] for each in ("BOT_TOKEN", "ADMIN_CHAT", "LOG_LEVEL")
    ]
    assert err == "3 things are wrong.\n"


def test_a_slip_in_the_name_of_a_setting_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BOT_TOKEN=x\nADMIN_CHATS=5\nHTTP_PROXY=x\n", encoding="utf-8")
    file.chmod(0o600)
    assert drawn(settings_findings(given(tmp_path), file)).splitlines()[1:] == [
        f"note  settings  {file} has ADMIN_CHATS, which is no setting",
        f"{'':16}→ if you meant ADMIN_CHAT, write it so",
    ]


def test_a_database_that_is_not_there_yet_is_no_fault(tmp_path: Path) -> None:
    told = drawn(storage_findings(given(tmp_path / "not" / "yet")))
    assert "the first start makes it" in told
    assert State.WRONG.value not in told
    assert not (tmp_path / "not").exists()


def test_looking_leaves_nothing_behind(at_home: GivenSettings, tmp_path: Path) -> None:
    before = (tmp_path / "bot.sqlite3").read_bytes()
    assert "is whole and of this version; the bot does not run on it" in drawn(storage_findings(at_home))
    assert [each.name for each in tmp_path.iterdir()] == ["bot.sqlite3"]
    assert (tmp_path / "bot.sqlite3").read_bytes() == before


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    file.write_bytes(content)


def no_database(file: Path) -> None:
    file.write_text("hello, this is no database at all, whatever its name is", encoding="utf-8")


def of_somebody_else(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE cats (name TEXT)")


def of_a_later_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE _sqlite_migrations SET name = 'm999_later' WHERE name LIKE 'm001%'")


def of_an_earlier_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm031%'")


def readable_by_all(file: Path) -> None:
    file.chmod(0o644)


@pytest.mark.parametrize(
    ("done", "state", "told"),
    [
        (damaged, "WRONG", "python -m bot restore"),
        (no_database, "WRONG", "is damaged or none of the bot's"),
        (of_somebody_else, "WRONG", "it is not a database of the bot"),
        (of_a_later_version, "WRONG", "by a later version of the bot than this one"),
        (of_an_earlier_version, "ok", "the next start brings its tables up to date"),
        (readable_by_all, "note", "chmod 600"),
    ],
)
def test_what_is_odd_about_a_database_is_told(at_home: GivenSettings, done: object, state: str, told: str) -> None:
    assert callable(done)
    done(at_home.database_path)
    lines = drawn(storage_findings(at_home))
    assert told in lines
    assert any(line.startswith(state) and "database" in line for line in lines.splitlines()), lines


def test_a_folder_that_cannot_be_written_and_a_full_disk_are_faults(
    at_home: GivenSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=10**6))
    assert "WRONG disk      0 MB are free" in drawn(storage_findings(at_home))
    monkeypatch.setattr(os, "access", lambda path, _how: path != at_home.database_path)
    assert f"WRONG database  {at_home.database_path} cannot be written" in drawn(storage_findings(at_home))


@pytest.mark.parametrize(
    ("skews", "told"),
    [
        ([], "note  clock     could not be compared with anybody's"),
        ([400.0, 3.0], "ok    clock     agrees"),
        ([-29.0], "ok    clock     agrees"),
        ([95.0, 100.0], "WRONG clock     this machine's is 95 seconds ahead of"),
        ([-3600.0], "WRONG clock     this machine's is 3600 seconds behind"),
    ],
)
def test_the_clock_is_compared_with_the_others(skews: list[float], told: str) -> None:
    assert drawn([clock_finding(skews)]).startswith(told)


NOW = 1_800_000_000.0
OURS = "https://bot.example.com/updates"


def info(url: str, failed: float | None = None, pending: int = 0) -> WebhookInfo:
    at = datetime.fromtimestamp(NOW - failed, UTC) if failed is not None else None
    message = "Connection timed out" if failed is not None else None
    return WebhookInfo(
        url=url,
        has_custom_certificate=False,
        pending_update_count=pending,
        last_error_date=at,
        last_error_message=message,
    )


@pytest.mark.parametrize(
    ("url", "known", "told"),
    [
        ("", info(""), "ok    telegram  updates are fetched"),
        ("", info("https://other.example.com/x"), "note  telegram  updates go to other.example.com until"),
        (OURS, info(OURS), "ok    telegram  updates are brought to bot.example.com"),
        (OURS, info(OURS, failed=86_400), "ok    telegram  updates are brought"),
        (OURS, info(OURS, failed=60), "WRONG telegram  updates could not be brought lately: Connection timed out"),
        (OURS, info(""), "note  telegram  no webhook is set; the start sets it"),
        (OURS, info("https://other.example.com/x"), "note  telegram  updates go to other.example.com, not to"),
    ],
)
def test_how_updates_come_is_told(tmp_path: Path, url: str, known: WebhookInfo, told: str) -> None:
    lines = drawn(webhook_findings(given(tmp_path, webhook_url=url), known, NOW))
    assert lines.startswith(told)
    assert "/x" not in lines
    assert "/updates" not in lines
