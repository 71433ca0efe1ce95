"""The command line."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import aiogram_types
from bot.leaving import Leaving
from bot.storage.errors import StorageError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.vault import Vault


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives the exit status. What goes wrong is told in one line on standard error."""
    options = parser().parse_args(arguments)
    try:
        with suppress(KeyboardInterrupt):
            options.command(options)
    except Exception as failure:
        line = _told(failure)
        if line is None and logging.getLogger().handlers:  # in the log's form, which hides secrets and escapes
            logging.getLogger("bot").critical("ended by a fault", exc_info=failure)
            return 1
        if line is None:
            raise
        from bot.logs import escaped

        sys.stderr.write(f"{escaped(line)}\n")
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Every command with its options; the README has a row for each."""
    whole = argparse.ArgumentParser(
        prog="python -m bot", description="A Telegram bot that manages the sender names of SMS at SMSC."
    )
    commands = whole.add_subparsers(required=True, metavar="command")
    _command(commands, "run", "run the bot; settings come from the environment or .env", _run)
    demo = _command(commands, "demo", "the bot, an SMSC stand-in and a chat page; no token, no account", _demo)
    demo.add_argument("--port", type=int, default=8090, help="of the chat page; 0: any free one")
    demo.add_argument("--no-browser", action="store_true", help="only print the address")
    sandbox = commands.add_parser("sandbox", help="a stand-in alone: smsc or telegram")
    kinds = sandbox.add_subparsers(required=True, metavar="smsc|telegram")
    for kind, told in (("smsc", "SMSC's HTTP API and a moderator's desk"), ("telegram", "the Bot API and a chat page")):
        alone = _command(kinds, kind, told, _sandbox)
        alone.set_defaults(kind=kind)
        alone.add_argument("--port", type=int, default=0, help="0: any free one")
    _command(
        commands, "doctor", "look at settings, database, keys, Telegram, SMSC and the clock; say what is wrong", _doctor
    )
    _command(
        commands, "health", "ask the bot that runs here whether it does its work; METRICS_LISTEN is needed", _health
    )
    _command(commands, "generate-key", "print a new key for SECRET_KEYS", _generate_key)
    _command(commands, "rotate-keys", "seal everything anew with the first of SECRET_KEYS", _rotate_keys)
    _command(commands, "set-aside", "list what nobody could read: when, whose, why; never what is in it", _set_aside)
    _command(commands, "screens", "print every screen of every conversation in every language", _screens)
    backup = _command(commands, "backup", "copy the database to a new file while the bot runs", _backup)
    backup.add_argument("target", type=Path, help="the file to write; it must not exist")
    restore = _command(commands, "restore", "put a backup in the place of the database, which is kept aside", _restore)
    restore.add_argument("copy", type=Path, help="the file that `backup` wrote")
    taken = _command(commands, "export-person", "write all that is stored about a person to a new ZIP", _export_person)
    taken.add_argument("id", type=int, help="the person's Telegram id")
    taken.add_argument("target", type=Path, nargs="?", help="the file to write; it must not exist (person-ID.zip)")
    gone = _command(commands, "forget-person", "delete all that is stored about a person", _forget_person)
    gone.add_argument("id", type=int, help="the person's Telegram id")
    return whole


def _command(
    table: Any, name: str, told: str, command: Callable[[argparse.Namespace], None]
) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = table.add_parser(name, help=told, description=told)
    made.set_defaults(command=command)
    return made


def _run(_options: argparse.Namespace) -> None:
    from bot.linux import hide_memory
    from bot.settings import Settings

    hide_memory()
    settings = Settings.read()
    aiogram_types.load()  # after the settings: what follows takes a while, and a wrong setting is told at once
    from bot import app, logs

    logs.set_up(settings.log_level, settings.log_format, settings.secrets())
    _loop(app.run(settings))


def _demo(options: argparse.Namespace) -> None:
    aiogram_types.load()
    from bot import demo

    _loop(demo.run(options.port, browser=not options.no_browser))


def _sandbox(options: argparse.Namespace) -> None:
    aiogram_types.load()
    from bot.sandbox import chat, smsc

    _loop((smsc.serve if options.kind == "smsc" else chat.serve)(options.port))


def _doctor(_options: argparse.Namespace) -> None:
    from bot.clock import SystemClock
    from bot.doctor.visit import visit

    count = visit(sys.stdout.write, SystemClock())
    if count:
        sys.stdout.flush()
        raise Leaving(f"{count} {'thing is' if count == 1 else 'things are'} wrong.")
    sys.stdout.write("Nothing is wrong.\n")


def _health(_options: argparse.Namespace) -> None:
    from bot.monitoring.asking import ask
    from bot.settings import Settings

    address = Settings.read().monitoring()
    if address is None:
        raise Leaving("METRICS_LISTEN: is empty, so nobody can be asked")
    problems = ask(address)
    if problems:
        raise Leaving("; ".join(problems))
    sys.stdout.write("The bot does its work.\n")


def _generate_key(_options: argparse.Namespace) -> None:
    from bot.vault import generate_key

    sys.stdout.write(generate_key() + "\n")


def _screens(_options: argparse.Namespace) -> None:
    aiogram_types.load()
    from handlers.screen_catalogue import printed

    sys.stdout.write(printed())


def _backup(options: argparse.Namespace) -> None:
    from bot.points import killed_at
    from bot.storage.backup import backup

    settings, source, _ = _file()
    backup(source, options.target, killed_at(settings.kill_at))


def _restore(options: argparse.Namespace) -> None:
    from bot.settings import Settings
    from bot.storage.backup import restore
    from bot.vault import Vault, VaultError

    settings = Settings.read()
    stamp = f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    try:
        aside = restore(options.copy, settings.database_path, Vault(settings.keys()).open, stamp)
    except VaultError as failure:
        raise Leaving(f"SECRET_KEYS: do not fit {options.copy} ({failure})") from None
    sys.stdout.write(f"{settings.database_path} is what {options.copy} was.\n")
    if aside:
        sys.stdout.write(f"What was there before is kept: {', '.join(map(str, aside))}\n")


def _set_aside(_options: argparse.Namespace) -> None:
    from bot.logs import escaped
    from bot.settings import Settings
    from bot.storage.set_aside import overview

    path = Settings.read().database_path
    if not path.exists():
        raise FileNotFoundError(f"DATABASE_PATH: {path} does not exist")
    told = overview(path)
    for each in told:
        at = f"{datetime.fromtimestamp(each.at, UTC):%Y-%m-%d %H:%M:%S}"
        whose = f"chat {each.chat_id}" if each.chat_id else "nobody's"
        sys.stdout.write(f"{each.number}  {at} UTC  {each.kind}  {whose}  {each.size} bytes  {escaped(each.why)}\n")
    sys.stdout.write(f"Set aside: {len(told)}.\n")


def _export_person(options: argparse.Namespace) -> None:
    from bot.takeout.person import person_file

    _, path, vault = _file()
    target: Path = options.target or Path(f"person-{options.id}.zip")
    content = person_file(path, options.id, vault.open)
    with open(target, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:  # no opener
        file.write(content)
    sys.stdout.write(f"{target} holds what is stored about {options.id}: hand it to them alone.\n")


def _forget_person(options: argparse.Namespace) -> None:
    from bot.accounts import Accounts
    from bot.clock import SystemClock
    from bot.storage.database import Database
    from bot.storage.personal import counts

    settings, path, vault = _file()

    async def forget() -> int:
        database = Database.open(path)
        try:
            found = await database.run(lambda tx: counts(tx, options.id))
            accounts = Accounts(database, vault, settings.services(), SystemClock().now)
            await accounts.forget_person(options.id, unread=True)
            return sum(found.values())
        finally:
            await database.close()

    found = asyncio.run(forget())
    sys.stdout.write(f"Forgotten: {found} rows about {options.id}. Backups that were made until now still hold them.\n")


def _file() -> tuple[Settings, Path, Vault]:
    """The settings, the database that is there, and what opens it."""
    from bot.settings import Settings
    from bot.vault import Vault

    settings = Settings.read()
    path = settings.database_path
    if not path.exists():
        raise FileNotFoundError(f"DATABASE_PATH: {path} does not exist")
    return settings, path, Vault(settings.keys())


def _rotate_keys(_options: argparse.Namespace) -> None:
    from bot.points import killed_at
    from bot.storage.sealed import seal_file_anew
    from bot.vault import VaultError

    settings, path, vault = _file()

    def anew(sealed: bytes, place: str) -> bytes | None:
        try:
            return vault.seal_anew(sealed, place)
        except VaultError:
            return None

    done, unopened = Counter[str](), Counter[str]()
    for step in seal_file_anew(path, vault.mark, anew, killed_at(settings.kill_at)):
        done[step.column.table] += step.anew
        unopened[step.column.table] += step.unopened
    sys.stdout.write(f"Sealed anew with the first key: {done.total()} values.\n")
    if unopened.total():
        where = ", ".join(f"{count} in {table}" for table, count in unopened.items() if count)
        raise Leaving(f"SECRET_KEYS: none of the keys opens {where}; keep every old key until that is clear")
    sys.stdout.write("Everything opens with the first key of SECRET_KEYS; the others may be thrown away,\n")
    sys.stdout.write("with the backups that were made until now: those still need the key of their time.\n")


def _loop(work: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        asyncio.run(work)
    else:
        uvloop.run(work)


def _told(failure: Exception) -> str | None:
    """One line for a person about what ended the program; None where it is a fault of ours."""
    if isinstance(failure, Leaving | OSError):
        return str(failure)
    if isinstance(failure, StorageError):
        return f"DATABASE_PATH: {failure}"
    return None


if __name__ == "__main__":
    sys.exit(main())
