"""Tokens of links that let somebody in: made by chance, recognised by a digest, themselves kept nowhere."""

from __future__ import annotations

import hashlib
import secrets
from string import ascii_lowercase
from typing import Final

_LETTERS: Final = 32


def new_token() -> str:
    """A random word of 150 bits that nobody can guess; of letters alone, so that it is not taken for an API key."""
    return "".join(secrets.choice(ascii_lowercase) for _ in range(_LETTERS))


def digest(token: str) -> str:
    """What a token is recognised by: it has more chance in it than anybody can try out, so a plain hash keeps it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
