"""The beginning of an answer for a log or a person: one printable line, with the secrets taken out."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

import orjson

if TYPE_CHECKING:
    from collections.abc import Collection

_EXCERPT_MOST: Final = 120
_BEGINNING_LEAST: Final = 3


def excerpt(text: str, hide: Collection[str] = ()) -> str:
    """The beginning of a text: one printable line, with the secrets in `hide` taken out."""
    shown = _hidden(text, hide)
    shown = " ".join("".join(each if each.isprintable() else " " for each in shown).split())
    shown = _without_beginning(_hidden(shown, hide), hide)
    return shown if len(shown) <= _EXCERPT_MOST else shown[: _EXCERPT_MOST - 1] + "…"


def _without_beginning(text: str, hide: Collection[str]) -> str:
    """A text without the beginning of a secret at its end: an answer may have been cut there."""
    for secret in filter(None, hide):
        for length in range(len(secret) - 1, _BEGINNING_LEAST - 1, -1):
            if text.endswith(secret[:length]):
                return text[:-length] + "•••"
    return text


def _hidden(text: str, hide: Collection[str]) -> str:
    """A text without the secrets, as they are and as a page or a JSON text may spell them."""
    for secret in sorted(filter(None, hide), key=len, reverse=True):
        plain = secret.encode("utf-8", "replace").decode()
        quoted = json.dumps(plain)[1:-1]
        spellings = {secret, html.escape(plain), quote(plain), quote(plain, safe=""), quoted}
        spellings |= {quoted.replace("/", r"\/"), orjson.dumps(plain)[1:-1].decode()}
        spellings.add(quote_plus(plain))
        for each in spellings:
            text = text.replace(each, "•••")
    return text
