"""Encryption of what must not be readable in the file: API keys, passwords, drafts, raw updates.

AES-256-GCM. The place where a value stands (its table, its user, its account) goes in as associated data, so that a
value moved to another row does not open. The first key encrypts; every key that is given decrypts.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Sequence
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_MARK_BYTES: Final = 4


class VaultError(Exception):
    """A value does not open: another key sealed it, it stands in another place, or it was altered."""


class Vault:
    """Seals and opens bytes with the keys it was given."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Takes at least one key of 32 bytes; the first one seals."""
        self._ciphers = {_mark(key): AESGCM(key) for key in reversed(keys)}
        self._mark = _mark(keys[0])
        self._cipher = self._ciphers[self._mark]
        self._print_key = hashlib.sha256(b"sender-names-bot fingerprints" + keys[0]).digest()

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain`, encrypted for `place`: the key's mark, a nonce, the ciphertext with its tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._mark + nonce + self._cipher.encrypt(nonce, plain, place.encode())

    @property
    def mark(self) -> bytes:
        """What every value begins with that the first key sealed."""
        return self._mark

    def seal_anew(self, sealed: bytes, place: str) -> bytes:
        """A value sealed with the first key, whichever of the keys sealed it before.

        Raises:
            VaultError: it does not open.
        """
        return self.seal(self.open(sealed, place), place)

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`.

        Raises:
            VaultError: no key of ours sealed it, or it was sealed for another place, or it was altered.
        """
        mark, rest = sealed[:_MARK_BYTES], sealed[_MARK_BYTES:]
        cipher = self._ciphers.get(mark)
        if cipher is None:
            raise VaultError("sealed with a key that is not among SECRET_KEYS")
        try:
            return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise VaultError("altered, or moved from another place") from None

    def fingerprint(self, plain: bytes) -> str:
        """A short number for `plain`; nobody without the key can tell what it is the number of."""
        return hashlib.blake2b(plain, digest_size=16, key=self._print_key).hexdigest()

    def open_json(self, sealed: bytes, place: str) -> Any:
        """JSON that was sealed for `place`.

        Raises:
            VaultError: as `open`, or it is no JSON.
        """
        try:
            return orjson.loads(self.open(sealed, place))
        except orjson.JSONDecodeError as failure:
            raise VaultError(f"no JSON: {failure}") from None


def generate_key() -> str:
    """A new key as `SECRET_KEYS` takes it."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def read_key(text: str) -> bytes:
    """The 32 bytes of a key as `generate_key` prints it.

    Raises:
        ValueError: it is not base64, or not 32 bytes long.
    """
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", plain) or len(plain) % 4 == 1:
        raise ValueError("is not a key (make one with: python -m bot generate-key)")
    key = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    if len(key) != KEY_BYTES:
        raise ValueError("is not a key of 32 bytes (make one with: python -m bot generate-key)")
    return key


def _mark(key: bytes) -> bytes:
    return hashlib.sha256(b"sender-names-bot key mark" + key).digest()[:_MARK_BYTES]
