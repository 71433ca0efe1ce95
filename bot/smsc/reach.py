"""Whether a service can be reached at all: its front page is asked for, with no key and no command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import httpx

_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Reached:
    """`why` it was not reached, None where it was; `date` is the `Date` header of the answer, "" where it had none."""

    why: str | None = None
    date: str = ""


async def reach(base_url: str, seconds: float = _SECONDS) -> Reached:
    """Any answer over HTTP will do; a redirect is not followed."""
    page = httpx.URL(base_url).copy_with(path="/")
    try:
        async with httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=seconds) as client:
            answer = await client.head(page, headers={"User-Agent": "sender-names-bot"})
    except httpx.TimeoutException:
        return Reached("no answer in time")
    except (httpx.HTTPError, OSError) as failure:
        if "CERTIFICATE_VERIFY_FAILED" in str(failure):
            return Reached("its certificate is not valid")
        return Reached("no connection")
    return Reached(date=answer.headers.get("Date", ""))
