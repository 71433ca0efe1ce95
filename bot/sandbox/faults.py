"""How an answer fails on its way over HTTP, on demand: one table for both stand-ins; a new fault is a line of it."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Literal

from aiohttp import web

Moment = Literal["upload", "before", "after"]
"""When: as soon as half of the request has come, before the deed (which then is never done), or after it."""

_PAGE: Final = "<!DOCTYPE html>\n<html><head><title>{}</title></head><body>Технические работы</body></html>\n"
_HTML: Final = {"Content-Type": "text/html; charset=utf-8"}
_SWOLLEN: Final = 64 * 1024 * 1024
"""Bytes that the gzip bomb is when it is unpacked; it comes as sixty thousand."""


def _page(title: str) -> Callable[[bytes], bytes]:
    return lambda _: _PAGE.format(title).encode()


@dataclass(frozen=True, slots=True)
class Way:
    """What becomes of an answer.

    status   of HTTP, instead of its own
    headers  besides its own, or instead of them
    body     made of its own
    late     the fault's seconds pass before it
    dripped  the fault's seconds pass before each byte of its body
    copies   so many times the whole answer comes
    share    of the bytes of its body that come
    end      what then becomes of the connection
    """

    status: int = 0
    headers: Mapping[str, str] | None = None
    body: Callable[[bytes], bytes] | None = None
    late: bool = False
    dripped: bool = False
    copies: int = 1
    share: float = 1.0
    end: Literal["stays", "closes", "is reset"] = "stays"

    @property
    def only_late(self) -> bool:
        """Whether it comes whole in the end: before the deed, that is late then, and done."""
        return self.late and self.share == 1


WAYS: Final[Mapping[str, Way]] = {
    "drop": Way(share=0, end="is reset"),
    "timeout": Way(late=True, share=0, end="is reset"),
    "delay": Way(late=True),
    "drip": Way(dripped=True),
    "cut": Way(share=0.5, end="closes"),
    "reset": Way(share=0.5, end="is reset"),
    "half": Way(body=lambda whole: whole[: max(1, len(whole) // 2)]),
    "twice": Way(copies=2),
    "said twice": Way(body=lambda whole: whole + whole),
    "empty": Way(body=lambda _: b""),
    "html": Way(headers=_HTML, body=_page("SMSC")),
    "bomb": Way(headers={"Content-Encoding": "gzip"}, body=lambda _: gzip.compress(bytes(_SWOLLEN), 9)),
    "redirect": Way(status=307, headers={**_HTML, "Location": "?elsewhere"}, body=_page("307 Temporary Redirect")),
    "429": Way(status=429, headers=_HTML, body=_page("429 Too Many Requests")),
    "500": Way(status=500, headers=_HTML, body=_page("500 Internal Server Error")),
    "502": Way(status=502, headers=_HTML, body=_page("502 Bad Gateway")),
    "503": Way(status=503, headers=_HTML, body=_page("503 Service Unavailable")),
}
"""The faults of HTTP. `redirect` points to where it comes from: whoever follows it asks for the deed once more."""


async def halfway(request: web.Request) -> bytes:
    """The first half of a request's body, as soon as it has come; the rest is read as ever."""
    come = bytearray()
    while len(come) < (request.content_length or 0) // 2 and not request.content.at_eof():
        come += await request.content.readany()
    return bytes(come)


async def spoilt(
    request: web.Request, answer: web.Response, way: Way, seconds: float, sleep: Callable[[float], Awaitable[None]]
) -> web.StreamResponse:
    """Gives the answer as the fault leaves it."""
    if way.late:
        await sleep(seconds)
    if not way.share and way.end == "is reset":
        return dropped(request)
    whole = answer.body if isinstance(answer.body, bytes) else b""
    body = way.body(whole) if way.body is not None else whole
    headers = {"Content-Type": answer.headers.get("Content-Type", "application/json"), **(way.headers or {})}
    response = web.StreamResponse(status=way.status or answer.status, headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    part = body[: max(1, int(len(body) * way.share))]
    for piece in (part[at : at + 1] for at in range(len(part))) if way.dripped else (part,):
        if way.dripped:
            await sleep(seconds)
        if request.transport is None or request.transport.is_closing():
            break
        await response.write(piece)
    if way.copies > 1 and request.transport is not None:
        request.transport.write((_head(response) + body) * (way.copies - 1))
    if way.end == "is reset":
        return dropped(request)
    if way.end == "closes" and request.transport is not None:
        request.transport.close()
    return response


def dropped(request: web.Request) -> web.Response:
    """The connection is reset; what is given here goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _head(response: web.StreamResponse) -> bytes:
    """The lines before the body, once more."""
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return "\r\n".join((*lines, "", "")).encode()
