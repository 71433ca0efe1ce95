"""The command line and the settings: everything documented, every wrong value told in one line that names it."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import pytest

from bot.__main__ import main, parser
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import SmscSandbox
from bot.settings import Settings
from bot.vault import Vault, VaultError, generate_key, read_key
from tests.running import KEY, ROOT, command

README = (ROOT / "README.md").read_text(encoding="utf-8")

GOOD = {
    "BOT_TOKEN": "123456:ABCDEFGHIJK",
    "SECRET_KEYS": KEY,
    "TELEGRAM_API_URL": "http://127.0.0.1:9",
    "DATABASE_PATH": "/nonexistent/never.sqlite3",
}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name.upper()}`" in README


def test_every_command_is_documented() -> None:
    told = parser().format_help()
    for each in ("run", "demo", "sandbox", "generate-key", "screens", "backup"):
        assert re.search(rf"^\s+{each}\b", told, re.MULTILINE)
        assert f"python -m bot {each}" in README


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "not-a-token"),
        ("BOT_TOKEN", ""),
        ("TELEGRAM_API_URL", "http://example.com"),
        ("TELEGRAM_PROXY", "ftp://somewhere"),
        ("SMSC_HOSTS", "http://smsc.kz"),
        ("SMSC_HOSTS", ","),
        ("SECRET_KEYS", "short"),
        ("SECRET_KEYS", ""),
        ("ALLOWED_USERS", "@aigerim"),
        ("FILES_AN_HOUR", "9"),
        ("FILES_AN_HOUR", "many"),
        ("MEGABYTES_A_DAY", "19"),
        ("MEGABYTES_A_DAY", "50.5"),
        ("DEFAULT_LANGUAGE", "de"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.chdir(tmp_path)  # no `.env` lies there
    for key, each in {**GOOD, "DATABASE_PATH": str(tmp_path / "a.sqlite3"), name: value}.items():
        monkeypatch.setenv(key, each)
    assert main(["run"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    assert line.startswith(f"{name}: ")
    assert not value or len(value) < 6 or value not in line or name not in {"BOT_TOKEN", "SECRET_KEYS"}


async def test_a_telegram_that_cannot_be_reached_is_one_line(tmp_path: Path) -> None:
    status, _, err = await command("run", values={**GOOD, "DATABASE_PATH": str(tmp_path / "a.sqlite3")})
    assert status == 1
    assert "TELEGRAM_API_URL: cannot be reached" in err
    assert "Traceback" not in err
    assert "ABCDEFGHIJK" not in err


async def test_keys_that_do_not_fit_the_file_are_one_line(values: dict[str, str]) -> None:
    from bot.storage.database import Database

    database = Database.open(Path(values["DATABASE_PATH"]))
    from bot.storage import vault_check

    sealed = Vault([read_key(generate_key())]).seal(b"x", "vault_check")
    await database.run(lambda db: vault_check.put(db, sealed))
    await database.close()
    status, _, err = await command("run", values=values)
    assert status == 1
    assert "SECRET_KEYS: do not fit" in err.splitlines()[-1]


async def test_a_generated_key_is_one_that_is_taken() -> None:
    status, out, _ = await command("generate-key")
    assert status == 0
    assert len(read_key(out)) == 32


@pytest.mark.parametrize("kind", ["smsc", "telegram"])
async def test_a_stand_in_runs_alone(kind: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", kind, "--port", "0", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    first = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    assert ("login=demo psw=" in first) if kind == "smsc" else ("BOT_TOKEN=" in first)
    process.terminate()
    await process.communicate()


def test_a_value_moved_to_another_row_does_not_open() -> None:
    vault = Vault([read_key(KEY)])
    sealed = vault.seal(b"secret", "account:1:2")
    assert vault.open(sealed, "account:1:2") == b"secret"
    for place in ("account:1:3", "account:2:2"):
        with pytest.raises(VaultError):
            vault.open(sealed, place)
    with pytest.raises(VaultError):
        vault.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "account:1:2")
    with pytest.raises(VaultError):
        Vault([read_key(generate_key())]).open(sealed, "account:1:2")


def test_both_keys_open_while_they_are_changed() -> None:
    old, new = read_key(KEY), read_key(generate_key())
    sealed = Vault([old]).seal(b"secret", "place")
    assert Vault([new, old]).open(sealed, "place") == b"secret"


async def test_the_backup_is_equal_row_for_row(values: dict[str, str], tmp_path: Path) -> None:
    import sqlite3

    from bot.storage.database import Database

    database = Database.open(Path(values["DATABASE_PATH"]))
    await database.run(lambda db: db.execute("INSERT INTO seen VALUES (1, 2.0)"))
    target = tmp_path / "copy.sqlite3"
    status, _, err = await command("backup", str(target), values=values)
    assert (status, err) == (0, "")
    await database.close()
    copy = sqlite3.connect(target)
    assert copy.execute("SELECT * FROM seen").fetchall() == [(1, 2.0)]
    copy.close()
    status, _, err = await command("backup", str(target), values=values)
    assert status == 1
    assert "is there already" in err


async def test_both_stand_ins_listen_on_loopback_only(smsc: SmscSandbox, telegram: TelegramSandbox) -> None:
    assert smsc.url.startswith("http://127.0.0.1:")
    assert telegram.url.startswith("http://127.0.0.1:")
