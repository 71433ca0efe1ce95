"""Whom a request goes to and on whose behalf: service, key or password, subclient."""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from bot.smsc.asking import Asking, Trial
from bot.smsc.ledger import Identity

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.smsc.catalogue import Command

_HOST: Final = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)*(?!-)(?![0-9]*\Z)[a-z0-9-]{1,63}(?<!-)")
"""The last label is never a number alone: that would be an address with a slip in it."""
_HOST_MOST: Final = 253
_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class Service:
    """A host that runs SMSC's engine.

    `name` is what a person reads ("smsc.kz"), `base_url` what `/sys/senders.php` is appended to.
    """

    name: str
    base_url: str

    @property
    def country(self) -> str:
        """The country whose service it is, as its name ends (ISO 3166); of smscentre.com nobody knows: empty."""
        end = self.name.rpartition(".")[2].upper()
        return end if len(end) == len("KZ") else ""

    @classmethod
    def parse(cls, text: str) -> Service:
        """Reads a service from a host ("smsc.kz") or an address ("https://host:8443/prefix").

        Raises:
            ValueError: one line that says what is wrong; plain http is for this machine only.

        """
        address = text.strip()
        try:
            parts = urlsplit(address if "://" in address else f"https://{address}")
            host = (parts.hostname or "").encode("idna").decode().lower().removesuffix(".")
            port = parts.port
        except ValueError:
            raise ValueError(f"{_shown(text)} is not a host or an address") from None
        if (
            not address.isprintable()
            or not _plain(parts, host)
            or re.search(r"[\s\x00-\x1f\x7f\\?#]", address)
            or port == 0
        ):
            raise ValueError(f"{_shown(text)} is not a host or an address")
        if "://" not in address and parts.path.rstrip("/"):
            raise ValueError(f"{_shown(text)} has a path; write it as an address (https://host/path)")
        if parts.scheme not in {"https", "http"}:
            raise ValueError(f"{_shown(text)} is neither https nor http")
        if parts.scheme == "http" and not _loopback(host):
            raise ValueError(f"{_shown(text)} is plain http, which is for this machine only")
        name = f"[{host}]" if ":" in host else host
        name += (f":{port}" if port is not None else "") + parts.path.rstrip("/")
        return cls(name, f"{parts.scheme}://{name}")

    @property
    def here(self) -> bool:
        """Whether it is on this machine."""
        return _loopback(urlsplit(self.base_url).hostname or "")

    @property
    def counts_as(self) -> str:
        """The service whatever it is called: `www.`, `www2.`, the usual port and a last dot make no other one of it."""
        return _counted_as(self.base_url)

    @property
    def backup_url(self) -> str | None:
        """The address of the backup host `www2.` (B, C); None where there can be none.

        Only a bare host name has one: no port, no path, no IP address, nothing on this machine.
        """
        parts = urlsplit(self.base_url)
        host = parts.hostname or ""
        if parts.scheme != "https" or parts.port is not None or parts.path or "." not in host:
            return None
        if _address(host) is not None or host.startswith("www2."):
            return None
        return f"https://www2.{host.removeprefix('www.')}"


@dataclass(frozen=True, slots=True)
class KeyAuth:
    """An API key, which stands for login and password (seed)."""

    apikey: SecretStr


@dataclass(frozen=True, slots=True)
class PasswordAuth:
    """Login and password as typed; SMSC takes the password's lower-case MD5 as well (B, C)."""

    login: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class Access:
    """What a request needs to be let in; `subclient` is whom the command is applied to (`user`).

    `trial` is set where SMSC has not accepted the key yet, or refused it.
    """

    service: Service
    auth: KeyAuth | PasswordAuth
    subclient: str | None = None
    trial: Trial | None = None

    @property
    def identity(self) -> Identity:
        """Whose requests they are; a key goes in as a fingerprint."""
        if isinstance(self.auth, PasswordAuth):
            return self._login(self.auth.login)
        return Identity(self.service.counts_as, f"key:{self.credential[:16]}")

    @property
    def owner(self) -> Identity:
        """Whose names are meant: the subclient's login, else the account's own."""
        return self._login(self.subclient) if self.subclient else self.identity

    @property
    def credential(self) -> str:
        """A fingerprint of what lets it in: of the key, or of login and password."""
        let_in = "\0".join(self.fields().values()).encode("utf-8", "surrogatepass")
        return hashlib.sha256(let_in).hexdigest()

    def asking(self, command: Command, signature: str = "", owner_signature: str = "") -> Asking:
        """A request of this account, for the limits.

        SMSC counts by login, and does not say by whose where a subclient's names are asked for: it is counted for both,
        for the subclient as if it had asked itself (`owner_signature`).
        """
        counts: tuple[tuple[Identity, str], ...] = ((self.identity, signature),)
        if self.owner != self.identity:
            counts += ((self.owner, owner_signature),)
        return Asking(command, self.service.counts_as, counts, self.credential, self.trial)

    def _login(self, login: str) -> Identity:
        return Identity(self.service.counts_as, f"login:{login.strip().casefold()}")

    def fields(self) -> dict[str, str]:
        """The parameters that let it in."""
        if isinstance(self.auth, PasswordAuth):
            return {"login": self.auth.login, "psw": self.auth.password.get_secret_value()}
        return {"apikey": self.auth.apikey.get_secret_value()}

    def secrets(self) -> tuple[str, ...]:
        """What must never be shown."""
        if isinstance(self.auth, PasswordAuth):
            return (self.auth.password.get_secret_value(),)
        return (self.auth.apikey.get_secret_value(),)


@functools.lru_cache(maxsize=100)  # several times a request
def _counted_as(base_url: str) -> str:
    parts = urlsplit(base_url)
    host = (parts.hostname or "").rstrip(".")
    if _address(host) is None:
        host = re.sub(r"^www2?\.(?=.*\.)", "", host)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port not in {None, usual} else ""
    return f"{host}{port}{parts.path}"


def _plain(parts: SplitResult, host: str) -> bool:
    """Whether an address is a host, maybe a port and a path, and nothing else."""
    if _address(host) is None and not (_HOST.fullmatch(host) and len(host) <= _HOST_MOST):
        return False
    told = not parts.netloc.endswith(":") and "@" not in parts.netloc
    steps = parts.path.split("/")
    return told and _PATH.fullmatch(parts.path.rstrip("/")) is not None and not {".", ".."} & set(steps)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _loopback(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address is not None else host == "localhost"


def _shown(text: str) -> str:
    """An address in one short line, without a password that may stand in it."""
    return repr(re.sub(r"//.*@", "//…@", text.strip())[:80])
