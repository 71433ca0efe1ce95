"""Asking a bot that runs on this machine whether it does its work: what `python -m bot health` and containers do."""

from __future__ import annotations

import http.client
from typing import Final

import orjson

from bot.settings import Address

_SECONDS: Final = 10.0
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # where such a bot is found on this machine


def ask(address: Address) -> list[str]:
    """What keeps it from its work, a line each; nothing where nothing does."""
    connection = http.client.HTTPConnection(_EVERYWHERE.get(address.host, address.host), address.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/health")
        told = orjson.loads(connection.getresponse().read())
        return [str(each) for each in told["problems"]]
    except (OSError, http.client.HTTPException) as failure:
        return [f"METRICS_LISTEN: no answer from {address.host}:{address.port} ({failure or type(failure).__name__})"]
    except (ValueError, LookupError, TypeError):
        return [f"METRICS_LISTEN: what answers at {address.host}:{address.port} is not the bot"]
    finally:
        connection.close()
