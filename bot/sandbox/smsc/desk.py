"""The moderator's desk: what the stand-in knows, as JSON, and what it is told to do next.

It is the stand-in's own and has no counterpart at SMSC.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, cast, get_args
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.faults import Moment
from bot.sandbox.smsc.api import UNKNOWN
from bot.sandbox.smsc.damage import DAMAGES
from bot.sandbox.smsc.forms import FAULT_KINDS, Fault
from bot.smsc.catalogue import Command

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.smsc.damage import Damage
    from bot.sandbox.smsc.records import Account, Decision, Name
    from bot.sandbox.smsc.state import SandboxState

_ANYONE: Final = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT: Final = {
    **_ANYONE,
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}
_LAST_REQUESTS: Final = 50
_COMMANDS: Final = frozenset({*(each.value for each in Command), UNKNOWN})
_YEAR: Final = 366 * 86_400.0


class Desk:
    """The pages under `/desk/`."""

    def __init__(self, state: SandboxState) -> None:
        self._known = state

    def routes(self) -> list[web.AbstractRouteDef]:
        """What there is."""
        deeds: dict[str, Callable[[dict[str, Any]], None]] = {
            "name": self._name,
            "name/delete": self._delete,
            "operator": self._operator,
            "document": self._document,
            "clock": self._clock,
            "fault": self._fault,
            "faults/clear": self._clear,
            "forms": self._forms,
        }
        return [
            web.get("/desk/state", self._state),
            web.get("/desk/document/{fid}/content", self._content),
            *(web.post(f"/desk/{path}", self._does(deed)) for path, deed in deeds.items()),
            web.options("/desk/{rest:.*}", self._preflight),
        ]

    def state(self) -> dict[str, Any]:
        """Everything there is to see."""
        known = self._known
        now = known.clock.now()
        world = known.world
        world.settle(now)
        return {
            "now": now,
            "accounts": [_account(each) for each in world.accounts.values()],
            "sms": [
                {"id": each.id, "at": each.at, "from": each.sender, "to": each.to, "text": each.text}
                for each in reversed(world.sms)
            ],
            "requests": [
                {"at": each.at, "command": each.command, "login": each.login, "error": each.error}
                for each in known.requests[-_LAST_REQUESTS:]
            ],
            "faults": [asdict(each) for each in known.faults],
            "kinds": FAULT_KINDS,
            "forms": asdict(known.forms),
        }

    def _does(self, deed: Callable[[dict[str, Any]], None]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            body = await request.read()
            try:
                given = json.loads(body or b"{}")
                if not isinstance(given, dict):
                    raise ValueError("an object is needed")  # told like every bad input
                self._known.world.settle(self._known.clock.now())
                deed(given)
            except KeyError as error:
                return _json({"error": f"not there: {error.args[0]}"}, 400)
            except ValueError as error:
                return _json({"error": str(error)}, 400)
            return await self._state(request)

        return handle

    async def _state(self, _: web.Request) -> web.Response:
        return _json(self.state())

    async def _preflight(self, _: web.Request) -> web.Response:
        return web.Response(status=204, headers=_PREFLIGHT)

    async def _content(self, request: web.Request) -> web.Response:
        try:
            document = self._known.world.document(int(request.match_info["fid"]))
        except (KeyError, ValueError):
            return _json({"error": "no such document"}, 400)
        headers = {
            **_ANYONE,
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.file, safe='')}",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=document.content, headers=headers)

    def _name(self, given: dict[str, Any]) -> None:
        decision = _text(given, "decision")
        if decision not in {"activate", "reject", "wait"}:
            raise ValueError("decision is activate, reject or wait")
        comment = _text(given, "comment", "")
        self._known.world.decide(_whole(given, "id"), cast("Decision", decision), self._known.clock.now(), comment)

    def _delete(self, given: dict[str, Any]) -> None:
        self._known.world.remove(_whole(given, "id"))

    def _operator(self, given: dict[str, Any]) -> None:
        code = given["code"]
        if isinstance(code, bool) or not isinstance(code, str | int):
            raise ValueError("code is a text or a number")
        self._known.world.decide_operator(_whole(given, "id"), _text(given, "flag"), str(code), self._known.clock.now())

    def _document(self, given: dict[str, Any]) -> None:
        self._known.world.decide_document(_whole(given, "fid"), _whole(given, "status"), _text(given, "comment", ""))

    def _clock(self, given: dict[str, Any]) -> None:
        seconds = _seconds(given, "advance")
        if seconds > _YEAR:
            raise ValueError("advance is at most a year")
        self._known.clock.advance(seconds)

    def _fault(self, given: dict[str, Any]) -> None:
        command = given.get("command") or None
        if command is not None and command not in _COMMANDS:
            raise ValueError(f"command is one of {', '.join(sorted(_COMMANDS))}")
        when, kind = _text(given, "when", "before"), str(given["kind"])
        if when not in get_args(Moment):
            raise ValueError(f"when is one of {', '.join(get_args(Moment))}")
        if kind not in FAULT_KINDS:
            raise ValueError(f"kind is one of {', '.join(FAULT_KINDS)}")
        plain = Fault()
        damage = _text(given, "damage", plain.damage)
        if damage not in DAMAGES:
            raise ValueError(f"damage is one of {', '.join(DAMAGES)}")
        self._known.fault(
            Fault(
                command,
                cast("Moment", when),
                kind,
                _whole(given, "times", plain.times),
                _whole(given, "error", plain.error),
                _seconds(given, "seconds", plain.seconds),
                cast("Damage", damage),
            )
        )

    def _clear(self, _: dict[str, Any]) -> None:
        self._known.clear_faults()

    def _forms(self, given: dict[str, Any]) -> None:
        self._known.forms = self._known.forms.changed_by(given)


def _json(value: object, status: int = 200) -> web.Response:
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return web.Response(
        body=body, status=status, headers={**_ANYONE, "Content-Type": "application/json; charset=utf-8"}
    )


def _account(account: Account) -> dict[str, Any]:
    return {
        "login": account.login,
        "password": account.password,
        "apikey": account.apikey,
        "balance": f"{account.balance:.2f}",
        "currency": account.currency,
        "subclients": list(account.subclients),
        "names": [_named(each) for each in reversed(account.names.values())],
    }


def _named(name: Name) -> dict[str, Any]:
    return {
        "id": name.id,
        "name": name.name,
        "owner": name.owner,
        "kind": name.kind,
        "active": name.active,
        "state": name.state,
        "comment": name.comment,
        "verdict": name.verdict,
        "operators": [
            {"flag": each.flag, "operator": each.operator, "paid": each.paid, "code": each.code}
            for each in name.operators.values()
        ],
        "documents": [
            {
                "fid": each.fid,
                "file": each.file,
                "fstatus": each.status,
                "fcomment": each.comment,
                "doc_info": each.doc_info,
                "size": len(each.content),
            }
            for each in name.documents
        ],
        "fields": dict(name.fields),
    }


def _text(given: dict[str, Any], key: str, default: str | None = None) -> str:
    value = given[key] if default is None else given.get(key) or default
    if not isinstance(value, str) or (default is None and not value):
        raise ValueError(f"{key} is a text")
    return value


def _whole(given: dict[str, Any], key: str, default: int | None = None) -> int:
    value = given[key] if default is None else given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{key} is a whole number")
    return value


def _seconds(given: dict[str, Any], key: str, default: float | None = None) -> float:
    value = given[key] if default is None else given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ValueError(f"{key} is a number of seconds")
    return float(value)
