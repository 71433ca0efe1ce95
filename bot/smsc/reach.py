"""Whether a service can be reached at all: its front page is asked for, with no key and no command."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

import aiohttp
import certifi

_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Reached:
    """`why` it was not reached, None where it was; `date` is the `Date` header of the answer, "" where it had none."""

    why: str | None = None
    date: str = ""


async def reach(base_url: str, seconds: float = _SECONDS) -> Reached:
    """Any answer over HTTP will do; a redirect is not followed."""
    trusted = ssl.create_default_context(cafile=certifi.where())
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
            session.head(
                urljoin(base_url, "/"), ssl=trusted, allow_redirects=False, headers={"User-Agent": "sender-names-bot"}
            ) as answer,
        ):
            return Reached(date=answer.headers.get("Date", ""))
    except TimeoutError:
        return Reached("no answer in time")
    except (aiohttp.ClientError, OSError) as failure:
        if "CERTIFICATE_VERIFY_FAILED" in str(failure):
            return Reached("its certificate is not valid")
        return Reached("no connection")
