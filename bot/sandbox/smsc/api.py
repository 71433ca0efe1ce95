"""SMSC's commands: parameters in, a reply out. Pure, but for the world that it changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.sandbox.smsc.records import Listing, Refusal
from bot.sandbox.smsc.wire import Added, Balance, Done, Failed, Listed
from bot.smsc.catalogue import LIST_MAX, SENDERS, Command
from bot.smsc.errors import ErrorKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sandbox.smsc.forms import Forms
    from bot.sandbox.smsc.records import Account
    from bot.sandbox.smsc.wire import Received, Reply
    from bot.sandbox.smsc.world import World

UNKNOWN: Final = "unknown"
"""The command of a request that names none."""

_CREDENTIALS: Final = frozenset({"login", "psw", "apikey"})


@dataclass(slots=True)
class Request:
    """A request that the API saw.

    Args:
        command: `get`, `add`, `chg`, `del`, `send_code`, `check_code`, `balance`, or `unknown`.
        fields: the parameters as received, secrets included. query: the raw query string.
        files: part name, file name, bytes. at: when, on the stand-in's clock. login: the account
            behind it, or the login that was given. error: the number that it was answered with,
            None for success, for a fault that is no error of SMSC's, and as long as it hangs.

    """

    command: str
    fields: Mapping[str, str]
    query: str
    method: str
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    at: float = 0.0
    login: str = ""
    error: int | None = None


def command_of(path: str, fields: Mapping[str, str]) -> str:
    """The command of a request: the endpoint, or the first flag that is set (seed)."""
    if path.endswith("/balance.php"):
        return Command.BALANCE.value
    for each in Command:
        if each in SENDERS and fields.get(each.value, "").strip() not in {"", "0"}:
            return each.value
    return UNKNOWN


def perform(world: World, command: str, received: Received, account: Account, now: float, forms: Forms) -> Reply:
    """Does what a request of a known account asks for."""
    try:
        return _perform(world, command, received, account, now, forms)
    except Refusal as refusal:
        return Failed(refusal.number)


def _perform(world: World, command: str, received: Received, account: Account, now: float, forms: Forms) -> Reply:
    fields = received.fields
    if command == Command.BALANCE:
        world.limit(("balance", account.login), world.limits.balances, now)
        currency = account.currency if fields.get("cur") == "1" else None
        return Balance(account.balance, currency, account.credit)
    owner = world.owner(account, fields.get("user"))
    match command:
        case Command.GET:
            return _list(world, received, account, owner, now)
        case Command.ADD:
            world.limit(("add", account.login), world.limits.adds, now)
            return Added(world.add(account, owner, fields, received.files, now).id)
        case Command.CHG:
            return Done(forms.changed, world.change(account, owner, fields, received.files, now).id)
        case Command.DEL:
            world.delete(account, owner, fields)
            return Done(forms.deleted, 0)
        case Command.SEND_CODE:
            return Done(forms.code_sent, world.send_code(account, owner, fields, now).id)
        case Command.CHECK_CODE:
            return Done(forms.code_checked, world.check_code(account, owner, fields, now).id)
    return Failed(ErrorKind.PARAMETERS.number)


def _list(world: World, received: Received, account: Account, owner: str, now: float) -> Reply:
    fields = received.fields
    same = frozenset((key, each) for key, each in fields.items() if key not in _CREDENTIALS)
    world.limit(("get", account.login, same), world.limits.lists, now)
    wanted = Listing(
        all=fields.get("all") == "1",
        from_date=fields.get("from_date", "").strip() or None,
        prev_id=_whole(fields, "prev_id"),
        cnt=_whole(fields, "cnt") if fields.get("cnt") else LIST_MAX,  # type: ignore[arg-type]  # not None then
    )
    names = world.list_names(account, owner, wanted)
    return Listed(names, operators=fields.get("operators") == "1", files=fields.get("files") == "1")


def _whole(fields: Mapping[str, str], key: str) -> int | None:
    text = fields.get(key, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Refusal(ErrorKind.PARAMETERS)
    return int(text)
