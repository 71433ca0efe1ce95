"""How httpx reaches SMSC: by aiohttp's connections, which take half of the processor time of httpx's own.

What comes in is a request of httpx, what goes out its answer. httpx's errors tell what matters: `ConnectTimeout` and
`ConnectError`, not a byte was sent; any other, some may have been.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import aiohttp
import httpx
from aiohttp.http_exceptions import HttpProcessingError

if TYPE_CHECKING:
    import ssl


class ByAiohttp(httpx.AsyncBaseTransport):
    """Requests go as they are: nothing is added, unpacked, followed, repeated, or remembered of an answer.

    Connections are not limited in number: SMSC's limits bound what is on its way, and a bound here would let one host
    hold up others. None is used again: where an answer comes twice, aiohttp takes the second for that to the next
    request, of whichever account.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls, limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body unread. Of the request's time limits the one to connect is kept to."""
        connect = request.extensions["timeout"]["connect"]
        with _errors_of_httpx():
            answer = await self._session.request(
                request.method,
                str(request.url),
                headers=request.headers,
                data=io.BytesIO(request.content),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, connect=connect),
            )
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer))

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._session.close()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_of_httpx():
            async for chunk in self._answer.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        self._answer.close()


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    try:
        yield
    except aiohttp.ConnectionTimeoutError as failure:
        raise httpx.ConnectTimeout(str(failure)) from failure
    except aiohttp.ClientConnectorError as failure:  # no connection was made, by aiohttp's documentation
        raise httpx.ConnectError(str(failure)) from failure
    except (aiohttp.ClientError, HttpProcessingError, OSError) as failure:
        raise httpx.ReadError(str(failure)) from failure
