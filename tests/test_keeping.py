"""For whoever runs it: backups and the way back, keys that are changed, files that are nobody else's."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.leaving import Leaving
from bot.storage.backup import UnfitError, backup, restore
from bot.storage.database import Database, connect, migrate
from bot.storage.errors import StorageInUseError
from bot.storage.sealed import SEALED, seal_anew
from bot.vault import Vault, VaultError, generate_key, read_key
from tests.person import Person
from tests.running import KEY, ROOT, InProcess, command
from tests.stories import fills_in

VAULT = Vault([read_key(KEY)])
STAMP = "before-restore-1"


def word(file: Path, text: str = "first") -> None:
    """A database of the bot with one person in it, whose language tells which one it is; the log is left lying."""
    with closing(connect(file)) as db:
        migrate(db)
        db.execute("INSERT OR REPLACE INTO vault_check VALUES (1, ?)", (VAULT.seal(b"x", "vault_check"),))
        db.execute("INSERT OR REPLACE INTO people (user_id, language, updated) VALUES (1, ?, 0)", (text,))


def said(file: Path) -> str:
    with closing(sqlite3.connect(file)) as db:
        return str(db.execute("SELECT language FROM people").fetchone()[0])


def test_a_restore_is_not_undone_by_the_log_that_lies_there(tmp_path: Path) -> None:
    live, copy = tmp_path / "bot.sqlite3", tmp_path / "copy.sqlite3"
    word(live)
    backup(live, copy)
    word(live, "second")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with closing(connect(live)) as db:  # open, so that its log is there
        db.execute("UPDATE people SET language = 'third'")
        for ending in ("", "-wal", "-shm"):
            (crashed / f"bot.sqlite3{ending}").write_bytes(Path(f"{live}{ending}").read_bytes())
    assert (crashed / "bot.sqlite3-wal").stat().st_size > 0
    [aside] = restore(copy, crashed / "bot.sqlite3", VAULT.open, STAMP)
    assert said(crashed / "bot.sqlite3") == "first"
    assert said(aside) == "third"
    assert not list(crashed.glob("*.new*"))


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 * 2 : 4096 * 6] = os.urandom(4096 * 4)
    file.write_bytes(content)


def strange(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE people (a)")


def later(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                   " VALUES ('sender-names-bot', 'm999_later', '')")  # fmt: skip


def sealed_with_another(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        other = Vault([read_key(generate_key())])
        db.execute("UPDATE vault_check SET sealed = ?", (other.seal(b"x", "vault_check"),))


@pytest.mark.parametrize(
    "harm",
    [damaged, strange, later, sealed_with_another, Path.unlink, lambda file: file.write_bytes(b"no database")],
)
def test_what_is_no_sound_backup_is_refused_and_all_stays_as_it_was(
    tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    live, copy = tmp_path / "bot.sqlite3", tmp_path / "copy.sqlite3"
    word(live)
    backup(live, copy)
    word(live, "second")
    harm(copy)
    with pytest.raises((UnfitError, VaultError)):
        restore(copy, live, VAULT.open, STAMP)
    assert said(live) == "second"
    assert {each.name.split("-")[0] for each in tmp_path.iterdir()} <= {"bot.sqlite3", "bot.sqlite3.lock", copy.name}


async def test_a_restore_and_a_change_of_keys_are_refused_while_the_bot_runs(
    settings: dict[str, str], tmp_path: Path
) -> None:
    path = Path(settings["DATABASE_PATH"])
    word(path)
    database = Database.open(path)
    backup(path, tmp_path / "copy.sqlite3")
    with pytest.raises(StorageInUseError):
        restore(tmp_path / "copy.sqlite3", path, VAULT.open, STAMP)
    status, _, err = await command("rotate-keys", values=settings)
    assert (status, "in use by another process" in err) == (1, True)
    await database.close()
    status, out, err = await command("restore", str(tmp_path / "copy.sqlite3"), values=settings)
    assert (status, err) == (0, "")
    assert "What was there before is kept" in out


async def test_a_backup_under_load_is_equal_row_for_row(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    database = Database.open(path)
    stop = asyncio.Event()

    def pair(n: int, db: sqlite3.Connection) -> None:
        db.executemany("INSERT INTO seen (update_id, at) VALUES (?, 0)", [(2 * n,), (2 * n + 1,)])

    async def load() -> int:
        n = 0
        while not stop.is_set():  # two rows in one unit of work: never one without the other
            n += 1
            await database.run(partial(pair, n))
        return n

    loading = asyncio.create_task(load())
    for n in range(5):
        await asyncio.to_thread(backup, path, tmp_path / f"copy{n}.sqlite3")
    stop.set()
    assert await loading > 0
    live = await database.run(lambda db: db.execute("SELECT update_id FROM seen ORDER BY 1").fetchall())
    await database.close()
    for n in range(5):
        with closing(sqlite3.connect(tmp_path / f"copy{n}.sqlite3")) as db:
            rows = db.execute("SELECT update_id FROM seen ORDER BY 1").fetchall()
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(rows) % 2 == 0
        assert [tuple(each) for each in live[: len(rows)]] == rows


@pytest.mark.skipif(os.name != "posix", reason="the rights of files are POSIX's")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_nobody_else_reads_the_database_and_its_backups(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "made" / "here" / "bot.sqlite3"
    before = os.umask(umask)
    try:
        database = Database.open(path)
        await database.run(lambda db: db.execute("INSERT INTO seen (update_id, at) VALUES (1, 2.0)"))
        backup(path, tmp_path / "made" / "copy.sqlite3")
        files = [*path.parent.iterdir(), tmp_path / "made" / "copy.sqlite3"]
        assert {each.name for each in files} >= {"bot.sqlite3", "bot.sqlite3-wal", "bot.sqlite3-shm"}
        assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(path.parents[1].stat().st_mode) == 0o700
        await database.close()
        path.chmod(0o644)
        await Database.open(path).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_every_column_of_bytes_is_known_to_the_change_of_keys() -> None:
    """A later step of the schema that adds a sealed column has to add it to the table of sealed columns."""
    with closing(connect(Path(":memory:"))) as db:
        migrate(db)
        tables = [str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        bytes_of = {
            (table, str(row["name"]))
            for table in tables
            for row in db.execute(f"PRAGMA table_info({table})")  # our own tables
            if str(row["type"]).upper() == "BLOB"
        }
    assert bytes_of == {(each.table, each.name) for each in SEALED}


def everything_opens(path: Path, vault: Vault) -> int:
    """Opens every sealed value of a file; how many there are."""
    count = 0
    with closing(connect(path)) as db:
        for each in SEALED:
            parts = "".join(f", {part}" for part in each.parts)
            for row in db.execute(f"SELECT {each.name}{parts} FROM {each.table} WHERE {each.name} IS NOT NULL"):  # noqa: S608
                vault.open(bytes(row[0]), each.place.format(*row[1:]))
                count += 1
    return count


async def test_keys_are_changed_and_the_old_one_may_be_thrown_away(
    bot: InProcess, connected: Person, settings: dict[str, str]
) -> None:
    await fills_in(connected, "LILY2026")
    await connected.taps("Register it")
    await connected.sees_somewhere("LILY2026")
    await bot.stop()
    path, new = Path(settings["DATABASE_PATH"]), generate_key()
    with closing(connect(path)) as db:
        db.execute("INSERT INTO inbox VALUES (7, 1, ?, 0, 0)", (VAULT.seal(b"{}", "update:7"),))
    count = everything_opens(path, VAULT)
    assert count >= 5
    status, out, err = await command("rotate-keys", values={**settings, "SECRET_KEYS": f"{new},{KEY}"})
    assert (status, err) == (0, "")
    assert f"{count} values" in out
    assert "may be thrown away" in out
    assert everything_opens(path, Vault([read_key(new)])) == count
    mark = VAULT.mark
    assert all(mark not in each.read_bytes() for each in path.parent.glob("bot.sqlite3*"))
    with closing(connect(path)) as db:
        db.execute("DELETE FROM inbox")
    bot.values = {**settings, "SECRET_KEYS": new}
    await bot.start()
    await connected.writes("/account")
    await connected.sees("Balance:", "KZT")


class KilledError(BaseException):
    """As if the process had ended here."""


def test_a_change_of_keys_may_be_killed_at_any_point_and_begun_again(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    word(path)
    with closing(connect(path)) as db:
        rows = [(n, VAULT.seal(b"draft", f"drafts:{n}")) for n in range(2, 900)]
        db.executemany("INSERT INTO people (user_id, drafts, updated) VALUES (?, ?, 0)", rows)
    new = read_key(generate_key())
    both = Vault([new, read_key(KEY)])
    killed = 0
    for point in [*range(1, 900, 23), 10_000]:
        left = point

        def anew(sealed: bytes, place: str) -> bytes:
            nonlocal left
            left -= 1
            if left < 0:
                raise KilledError
            return both.seal_anew(sealed, place)

        db = connect(path)
        try:
            for _ in seal_anew(db, both.mark, anew):
                pass
        except KilledError:
            killed += 1
        db.close()
        assert everything_opens(path, both) == 899
    assert killed > 5
    assert everything_opens(path, Vault([new])) == 899


def test_a_change_of_keys_that_is_really_killed_may_be_begun_again(settings: dict[str, str]) -> None:
    """Each try goes a little further than the one before it; what it left is taken up by the next."""
    path = Path(settings["DATABASE_PATH"])
    word(path)
    with closing(connect(path)) as db:
        rows = [(n, VAULT.seal(b"draft", f"drafts:{n}")) for n in range(2, 900)]
        db.executemany("INSERT INTO people (user_id, drafts, updated) VALUES (?, ?, 0)", rows)
    new = generate_key()
    done = subprocess.run(
        [sys.executable, "-m", "tests.rotation", str(path), f"{new},{KEY}", "41"],
        env={**os.environ, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    kills = int(done.stdout.split()[0])
    assert kills > 5
    assert done.stdout == f"{kills} kills, 0 damaged, 899 values\n"
    assert everything_opens(path, Vault([read_key(new)])) == 899


@pytest.mark.parametrize("point", ["before-backup", "after-backup"])
async def test_a_backup_that_is_killed_leaves_nothing_that_is_taken_for_one(
    settings: dict[str, str], tmp_path: Path, point: str
) -> None:
    word(Path(settings["DATABASE_PATH"]))
    copy = tmp_path / "copy.sqlite3"
    status, _, _ = await command("backup", str(copy), values={**settings, "KILL_AT": point})
    assert status == -signal.SIGKILL
    assert not copy.exists()
    assert await command("backup", str(copy), values=settings) == (0, "", "")
    assert everything_opens(copy, VAULT) == 1
    assert sorted(each.name for each in os.scandir(tmp_path) if "copy" in each.name) == ["copy.sqlite3"]


@pytest.mark.parametrize("point", ["before-reseal-vault_check", "after-reseal-vault_check"])
async def test_a_change_of_keys_is_killed_at_its_last_step_and_begun_again(
    settings: dict[str, str], point: str
) -> None:
    path = Path(settings["DATABASE_PATH"])
    word(path)
    new = generate_key()
    both = {**settings, "SECRET_KEYS": f"{new},{KEY}"}
    status, _, _ = await command("rotate-keys", values={**both, "KILL_AT": point})
    assert status == -signal.SIGKILL
    assert everything_opens(path, Vault([read_key(new), read_key(KEY)])) == 1
    assert (await command("rotate-keys", values=both))[0] == 0
    assert everything_opens(path, Vault([read_key(new)])) == 1


async def test_a_value_that_no_key_opens_is_told_and_kept(settings: dict[str, str]) -> None:
    path = Path(settings["DATABASE_PATH"])
    word(path)
    altered = VAULT.seal(b"draft", "drafts:2")[:-1] + b"\0"
    with closing(connect(path)) as db:
        db.execute("INSERT INTO people (user_id, drafts, updated) VALUES (2, ?, 0)", (altered,))
    status, out, err = await command("rotate-keys", values={**settings, "SECRET_KEYS": f"{generate_key()},{KEY}"})
    assert status == 1
    assert "1 in people" in err
    assert "thrown away" not in out
    with closing(connect(path)) as db:
        assert bytes(db.execute("SELECT drafts FROM people WHERE user_id = 2").fetchone()[0]) == altered


def test_reasons_to_leave_are_told_in_one_line() -> None:
    assert issubclass(UnfitError, Leaving)
    assert issubclass(StorageInUseError, Leaving)
