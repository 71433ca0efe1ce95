"""The command line and the settings: everything documented, every wrong value told in one line that names it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest

from bot.__main__ import main, parser
from bot.opening import CannotStart
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import SmscSandbox
from bot.settings import Settings, SettingsError
from bot.vault import Vault, VaultError, generate_key, read_key
from tests.running import KEY, ROOT, InProcess, Program, comes, command, running_fast

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
    commands = re.findall(r"^    ([a-z-]+)\b", told, re.MULTILINE)
    assert len(commands) > 8
    for each in commands:
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
        ("METRICS_LISTEN", "metrics"),
        ("ADMIN_CHAT", "@aigerim"),
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


ODD = {
    "SMSC_HOSTS": (
        *("foo/bar", "smsc.kz/sys", "smsc.kz:", "smsc.kz:0", "smsc.kz:99999", "smsc.kz:x", "smsc..kz", ".kz", "-a.kz"),
        *("smsc.kz smsc.ru", "smsc.kz;smsc.ru", "a_b.kz", "1.2.3", "1.2.3.4.5", "256.1.1.1", "smsc.kz?x", "smsc.kz#x"),
        *("user@smsc.kz", "https://u:p@smsc.kz", "https://", "https:///sys", "ftp://smsc.kz", "https://smsc.kz/../x"),
        *("http://smsc.kz", "*.smsc.kz", "smsc.kz,SMSC.kz", "smsc.kz,https://smsc.kz", "smsc.kz,smsc.kz.", "[::1"),
        *(
            "x." * 130 + "kz",
            "a" * 70 + ".kz",
            "smsc\u200b.kz",
            "smsc.kz\\x",
            "file:///etc/passwd",
            "javascript:alert(1)",
        ),
        *("=", "%", "smsc.kz\u202e"),
    ),
    "BOT_TOKEN": (*("123:short", "abc:ABCDEFGHIJKL", "123456 ABCDEFGHIJK", "١٢٣٤:ABCDEFGHIJKL", "1234:ABCDEF GHIJKL"),),
    "TELEGRAM_API_URL": ("api.telegram.org/x", "https://", "https://a b", "//x", "http://10.0.0.1"),
    "WEBHOOK_URL": ("bot.example.com", "http://bot.example.com/x", "https://h/x?y=1", "https://u:p@h/x", "https://"),
    "WEBHOOK_LISTEN": ("8080", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "a b:80", ":80", "127.0.0.1:x"),
    "METRICS_LISTEN": ("0", "99999", "-1", "127.0.0.1:", "127.0.0.1:x", "http://127.0.0.1:9464", "9464/metrics"),
    "TELEGRAM_PROXY": (
        *("socks5://", "socks5://h", "http://h:99999", "http://h:x", "https://h:1", "h:1080", "http://h:1/x"),
        *("socks5://a b:1", "socks5://h:0"),
    ),
    "SECRET_KEYS": (f"{KEY},{KEY}", f"{KEY},x", "!" * 44, KEY[:-2], KEY + "AAAA", "ключ", f"{KEY} {KEY}"),
    "ALLOWED_USERS": ("0", "-5", "1.5", "²", "1;2", "1 2", "9" * 40),
    "LOG_LEVEL": ("TRACE", "10", "INFO,DEBUG"),
    "DATABASE_PATH": (":memory:", "file:x", "/", str(ROOT), "data/"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, odd in ODD.items() for value in odd])
def test_an_odd_value_is_told_with_the_name_of_its_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for each in Settings.model_fields:
        monkeypatch.delenv(each.upper(), raising=False)
    for key, each in {**GOOD, name: value}.items():
        monkeypatch.setenv(key, each)
    with pytest.raises(SettingsError) as caught:
        Settings.read()
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert len(line.splitlines()) == 1
    assert "u:p" not in line
    assert name not in {"BOT_TOKEN", "SECRET_KEYS"} or value not in line


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LOG_LEVEL", " Warning ", "WARNING"),
        ("LOG_LEVEL", "", "INFO"),
        ("LOG_FORMAT", "JSON", "json"),
        ("DEFAULT_LANGUAGE", "KK", "kk"),
        ("SMSC_HOSTS", " smsc.kz , ,smsc.ru,", ("smsc.kz", "smsc.ru")),
        ("SMSC_HOSTS", "https://smsc.kz:8443/engine/", ("https://smsc.kz:8443/engine/",)),
        ("SMSC_HOSTS", "127.0.0.1:8080", ("127.0.0.1:8080",)),
        ("TELEGRAM_API_URL", "api.example.org", "https://api.example.org"),
        ("TELEGRAM_PROXY", "", None),
        ("WEBHOOK_URL", " https://bot.example.com/updates ", "https://bot.example.com/updates"),
        ("WEBHOOK_URL", "https://bot.example.com", "https://bot.example.com/"),
        ("WEBHOOK_LISTEN", "[::]:8080", "[::]:8080"),
        ("ADMIN_CHAT", " -1001234567890 ", -1001234567890),
        ("ADMIN_CHAT", "", None),
        ("METRICS_LISTEN", " 9464 ", "127.0.0.1:9464"),
        ("METRICS_LISTEN", "0.0.0.0:9464", "0.0.0.0:9464"),
        ("METRICS_LISTEN", "", ""),
        ("ALLOWED_USERS", "5, 7,,5", frozenset({5, 7})),
    ],
)
def test_a_value_that_is_clear_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, taken: object
) -> None:
    monkeypatch.chdir(tmp_path)
    for each in Settings.model_fields:
        monkeypatch.delenv(each.upper(), raising=False)
    for key, each in {**GOOD, name: value}.items():
        monkeypatch.setenv(key, each)
    assert getattr(Settings.read(), name.lower()) == taken


@pytest.mark.parametrize("host", ["smsc.kz", "127.0.0.1:8080,smsc.ru"])
def test_nobody_but_the_stand_ins_sees_the_process_kill_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for key, each in {**GOOD, "SMSC_HOSTS": host, "KILL_AT": "sent-smsc-add:2"}.items():
        monkeypatch.setenv(key, each)
    with pytest.raises(SettingsError, match="KILL_AT: is for tests alone"):
        Settings.read()
    monkeypatch.setenv("SMSC_HOSTS", "127.0.0.1:8080")
    assert Settings.read().kill_at == "sent-smsc-add:2"
    monkeypatch.setenv("TELEGRAM_API_URL", "https://api.telegram.org")
    with pytest.raises(SettingsError, match="KILL_AT: is for tests alone"):
        Settings.read()


async def test_a_wrong_setting_is_told_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    told = "import sys; from bot.__main__ import main; main(['run']); print(*sorted(sys.modules))"
    values = {**os.environ, **GOOD, "SMSC_HOSTS": "foo/bar", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        told,
        cwd=tmp_path,
        env=values,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert err.decode().startswith("SMSC_HOSTS: ")
    loaded = set(out.decode().split())
    assert "bot.settings" in loaded
    heavy = {"aiogram", "aiohttp", "bot.app", "handlers", "PIL", "pypdfium2", "img2pdf", "sqlite_utils", "uvloop"}
    assert loaded & heavy == set()


async def test_nothing_is_made_for_a_token_that_telegram_does_not_know(
    settings: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "new" / "a.sqlite3"
    wrong = {**settings, "BOT_TOKEN": "123456:ABCDEFGHIJK", "DATABASE_PATH": str(path)}
    status, _, err = await command("run", values=wrong)
    assert (status, err.splitlines()[-1]) == (1, "BOT_TOKEN: Telegram does not know this token")
    assert not (tmp_path / "new").exists()


async def test_a_database_path_that_cannot_be_written_is_told_by_its_name(
    settings: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    status, _, err = await command("run", values={**settings, "DATABASE_PATH": str(tmp_path / "file" / "a.sqlite3")})
    assert status == 1
    assert err.splitlines()[-1].startswith("DATABASE_PATH: ")
    assert "Traceback" not in err
    (tmp_path / "other").write_text("no database at all, but a text that is long enough to be read as one" * 40)
    status, _, err = await command("run", values={**settings, "DATABASE_PATH": str(tmp_path / "other")})
    assert status == 1
    assert err.splitlines()[-1].startswith("DATABASE_PATH: ")
    assert "Traceback" not in err


async def test_a_telegram_that_cannot_be_reached_is_one_line(tmp_path: Path, clock: SandboxClock) -> None:
    bot = InProcess({**GOOD, "DATABASE_PATH": str(tmp_path / "a.sqlite3")}, clock)
    await bot.start()
    async with running_fast(clock):
        with pytest.raises(CannotStart) as told:
            await bot.ended()
    assert re.fullmatch(r"TELEGRAM_API_URL: cannot be reached .*", str(told.value))
    assert "ABCDEFGHIJK" not in str(told.value)
    assert not (tmp_path / "a.sqlite3").exists()


async def test_keys_that_do_not_fit_the_file_are_one_line(settings: dict[str, str]) -> None:
    from bot.storage.database import Database

    database = Database.open(Path(settings["DATABASE_PATH"]))
    from bot.storage import vault_check

    sealed = Vault([read_key(generate_key())]).seal(b"x", "vault_check")
    await database.run(lambda db: vault_check.put(db, sealed))
    await database.close()
    status, _, err = await command("run", values=settings)
    assert status == 1
    assert "SECRET_KEYS: do not fit" in err.splitlines()[-1]


async def test_a_generated_key_is_one_that_is_taken() -> None:
    status, out, _ = await command("generate-key")
    assert status == 0
    assert len(read_key(out)) == 32


@pytest.mark.parametrize(("kind", "tells"), [("smsc", "login=demo psw="), ("telegram", "BOT_TOKEN=")])
async def test_a_stand_in_runs_alone(tmp_path: Path, kind: str, tells: str) -> None:
    told, arguments = tmp_path / "told", ("sandbox", kind, "--port", "0")
    program = await asyncio.to_thread(Program.forked, arguments, {}, tmp_path, told, told)
    await comes(lambda: told.exists() and "\n" in told.read_text(encoding="utf-8"))
    await program.end(signal.SIGTERM)
    assert tells in told.read_text(encoding="utf-8").splitlines()[0]


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


async def test_the_backup_is_equal_row_for_row(settings: dict[str, str], tmp_path: Path) -> None:
    import sqlite3

    from bot.storage.database import Database

    database = Database.open(Path(settings["DATABASE_PATH"]))
    await database.run(lambda db: db.execute("INSERT INTO seen (update_id, at) VALUES (1, 2.0)"))
    target = tmp_path / "copy.sqlite3"
    status, _, err = await command("backup", str(target), values=settings)
    assert (status, err) == (0, "")
    await database.close()
    copy = sqlite3.connect(target)
    assert copy.execute("SELECT update_id, at FROM seen").fetchall() == [(1, 2.0)]
    copy.close()
    status, _, err = await command("backup", str(target), values=settings)
    assert status == 1
    assert "is there already" in err


async def test_both_stand_ins_listen_on_loopback_only(smsc: SmscSandbox, telegram: TelegramSandbox) -> None:
    assert smsc.url.startswith("http://127.0.0.1:")
    assert telegram.url.startswith("http://127.0.0.1:")
