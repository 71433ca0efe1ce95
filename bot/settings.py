"""The settings, from the environment or a `.env` file. A wrong one stops the start with one line that names it."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.ceilings import Ceilings
from bot.leaving import Leaving
from bot.locales import LANGUAGES
from bot.smsc import LimitNumbers, Service
from bot.vault import read_key

DEFAULT_HOSTS = ("smsc.kz", "smsc.ru", "smsc.ua", "smsc.tj", "smscentre.com")


_QUOTAS_LEAST: Final = {"files_an_hour": 10, "megabytes_a_day": 20}
"""An album has up to ten photos, and Telegram gives a bot files of up to 20 MB: no less than one such."""

WATCH_LEAST: Final = 20
"""SMSC takes identical lists so many seconds apart."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the bot listens, and which setting says so."""

    setting: str
    host: str
    port: int

    @classmethod
    def parse(cls, setting: str, text: str) -> Self:
        """An address as the settings keep it: `host:port`, IPv6 in brackets."""
        host, _, port = text.rpartition(":")
        return cls(setting, host.strip("[]"), int(port))


@dataclass(frozen=True, slots=True)
class Hook:
    """Where updates come in: the address that Telegram calls, where this process listens, and the secret of both."""

    url: str
    listen: Address
    secret: str = field(repr=False)

    @property
    def path(self) -> str:
        """The path that Telegram calls."""
        return urlsplit(self.url).path or "/"


class SettingsError(Leaving):
    """Settings are missing or wrong; the text is one line that names the first, `lines` has one for each."""

    def __init__(self, first: str, *others: str) -> None:
        super().__init__(first)
        self.lines = (first, *others)


class Settings(BaseSettings):
    """What the administrator decides. The README has a row for each."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        frozen=True,
    )

    bot_token: SecretStr = Field(description="The token that @BotFather gave for the bot")
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="The Bot API server; plain http only on this machine"
    )
    telegram_proxy: SecretStr | None = Field(
        None, description="A proxy to reach Telegram through: http://… or socks5://…"
    )
    webhook_url: str = Field(
        "", description="Where Telegram is to bring updates: https://host/path; empty: the bot fetches them"
    )
    webhook_listen: str = Field(
        "127.0.0.1:8080", description="Where the bot listens for them, behind what ends the TLS: address:port"
    )
    metrics_listen: str = Field(
        "",
        description="Where /metrics and /health are: a port on this machine, or address:port; empty: nowhere",
    )
    smsc_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        DEFAULT_HOSTS, description="The services a person may choose from, separated by commas"
    )
    database_path: Path = Field(Path("data/bot.sqlite3"), description="The one file that holds everything")
    secret_keys: SecretStr = Field(
        description="Keys that encrypt what is stored, separated by commas; the first one encrypts"
    )
    allowed_users: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="Telegram ids of the people who may use the bot; empty: everybody"
    )
    admin_chat: int | None = Field(
        None, description="The chat that is told of what needs a hand: a person's or a group's id; empty: nobody is"
    )
    files_an_hour: int = Field(20, description="Files that are taken from one person in an hour; 10 or more")
    megabytes_a_day: int = Field(
        50, description="Megabytes of files that are taken from one person in a day; 20 or more"
    )
    accounts_person: int = Field(20, ge=1, le=1000, description="Accounts that one person may connect")
    drafts_person: int = Field(50, ge=10, le=1000, description="Unfinished forms that one person may have")
    requests_waiting: int = Field(
        2000, ge=1000, le=100_000, description="Requests of one person that may wait at a time; a plan has up to 1000"
    )
    links_person: int = Field(100, ge=1, le=1000, description="Client links of one person that may be open")
    lists_watched: int = Field(
        1000,
        ge=1,
        le=10_000,
        description="Lists of names, an account's own and each subclient's, watched for one person",
    )
    updates_waiting: int = Field(
        30, ge=10, le=1000, description="Updates of one chat that may wait; of what comes on top only the last counts"
    )
    wrong_keys: int = Field(
        8,
        ge=3,
        le=100,
        description="Keys that SMSC may refuse this server in 15 minutes, a third of them customers'",
    )
    wrong_keys_person: int = Field(3, ge=1, le=100, description="Keys that SMSC may refuse one person in 15 minutes")
    watch_seconds: int = Field(
        300,
        description="Seconds between two looks at an account's names while something moves, 20 or more; 0: none",
    )
    default_language: str = Field("ru", description="For people whose Telegram speaks none of ru, kk, en")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What is logged")
    log_format: Literal["console", "json"] = Field("console", description="How a log line looks")
    kill_at: str = Field(
        "", description="For tests only: the point at which the process kills itself; taken on this machine alone"
    )

    @classmethod
    def read(cls) -> Self:
        """The settings as they are now.

        Raises:
            SettingsError: a line for each wrong setting, which says what it should be.
        """
        try:
            return cls()
        except (OSError, UnicodeDecodeError) as failure:
            raise SettingsError(f".env: cannot be read ({failure})") from None
        except ValidationError as error:
            raise SettingsError(*(_told(each) for each in error.errors())) from None

    @field_validator("bot_token", mode="before")
    @classmethod
    def _token(cls, value: object) -> object:
        token = (value.get_secret_value() if isinstance(value, SecretStr) else str(value)).strip()
        if not re.fullmatch(r"[0-9]{3,20}:[A-Za-z0-9_-]{10,100}", token):
            raise ValueError("is not a bot token (it looks like 123456:ABC-DEF…)")
        return token

    @field_validator("telegram_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        return Service.parse(value).base_url  # the same rule as for SMSC: https, or http on this machine

    @field_validator("webhook_url", mode="before")
    @classmethod
    def _webhook(cls, value: object) -> object:
        text = str(value or "").strip()
        if not text:
            return ""
        parts = urlsplit(text)
        if "://" not in text or parts.query or parts.fragment or parts.username:
            raise ValueError("is not an address such as https://bot.example.com/updates")
        return Service.parse(text).base_url + ("/" if parts.path in {"", "/"} else "")

    @field_validator("webhook_listen", mode="before")
    @classmethod
    def _listen(cls, value: object) -> object:
        return _address(str(value).strip())

    @field_validator("metrics_listen", mode="before")
    @classmethod
    def _metrics(cls, value: object, info: ValidationInfo) -> object:
        text = str(value or "").strip()
        if not text:
            return ""
        address = _address(f"127.0.0.1:{text}" if text.isdecimal() else text)
        if info.data.get("webhook_url") and address == info.data.get("webhook_listen"):
            raise ValueError("is the address of WEBHOOK_LISTEN, which can be reached from outside: take another port")
        return address

    @field_validator("telegram_proxy", mode="before")
    @classmethod
    def _proxy(cls, value: object) -> object:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            parts = urlsplit(text)
            right = parts.scheme in {"http", "socks5", "socks4"} and parts.hostname and parts.port
        except ValueError:  # a port that is none
            right = False
        if not right or not text.isprintable() or " " in text or parts.path not in {"", "/"} or parts.query:
            raise ValueError("is not a proxy (http://host:port or socks5://user:password@host:port)")
        return text

    @field_validator("smsc_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        hosts = _listed(value)
        if not hosts:
            raise ValueError("names no service")
        names = [Service.parse(host).name for host in hosts]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"names {twice} twice")
        return hosts

    @field_validator("database_path", mode="before")
    @classmethod
    def _path(cls, value: object) -> object:
        text = str(value).strip()
        if not text or "\0" in text or text.startswith(("file:", ":")) or text.endswith(("/", os.sep)):
            raise ValueError("is not the path of a file")
        path = Path(text).expanduser()
        if path.is_dir():
            raise ValueError(f"{path} is a folder; it takes the path of a file")
        return path

    @field_validator("secret_keys")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        keys = _listed(value.get_secret_value())
        if not keys:
            raise ValueError("is missing (make a key with: python -m bot generate-key)")
        if len({read_key(key) for key in keys}) < len(keys):
            raise ValueError("has the same key twice")
        return value

    @field_validator("allowed_users", mode="before")
    @classmethod
    def _users(cls, value: object) -> object:
        listed = _listed(value)
        if not all(re.fullmatch(r"[1-9][0-9]{0,17}", each) for each in listed):
            raise ValueError("takes Telegram ids (whole numbers) separated by commas")
        return frozenset(int(each) for each in listed)

    @field_validator("admin_chat", mode="before")
    @classmethod
    def _chat(cls, value: object) -> object:
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        if not re.fullmatch(r"-?[1-9][0-9]{0,17}", text):
            raise ValueError("takes the id of a chat: a whole number, of a group one below zero")
        return int(text)

    @field_validator("files_an_hour", "megabytes_a_day", mode="before")
    @classmethod
    def _quota(cls, value: object, info: ValidationInfo) -> object:
        least = _QUOTAS_LEAST[str(info.field_name)]
        text = str(value).strip()
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
            raise ValueError(f"takes a whole number from {least} on")
        return int(text)

    @field_validator("watch_seconds", mode="before")
    @classmethod
    def _watch(cls, value: object) -> object:
        text = str(value).strip()
        if not re.fullmatch(r"[0-9]{1,6}", text) or 0 < int(text) < WATCH_LEAST:
            raise ValueError(f"takes 0, or a whole number from {WATCH_LEAST} on")
        return int(text)

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value

    @field_validator("log_format", mode="before")
    @classmethod
    def _format(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("kill_at")
    @classmethod
    def _kill(cls, value: str, info: ValidationInfo) -> str:
        hosts = (info.data.get("telegram_api_url", ""), *info.data.get("smsc_hosts", ("",)))
        if value and not all(each and Service.parse(each).here for each in hosts):
            raise ValueError("is for tests alone: TELEGRAM_API_URL and SMSC_HOSTS must be on this machine")
        if value and not re.fullmatch(r"[A-Za-z_-]+(:[1-9][0-9]{0,5})?", value):
            raise ValueError("is not a point, or a point:n")
        return value

    @field_validator("default_language", mode="before")
    @classmethod
    def _language(cls, value: object) -> object:
        value = value.strip().lower() if isinstance(value, str) else value
        if value not in LANGUAGES:
            raise ValueError(f"is none of {', '.join(LANGUAGES)}")
        return value

    def services(self) -> tuple[Service, ...]:
        """The services a person may choose from, in the order of the setting."""
        return tuple(Service.parse(host) for host in self.smsc_hosts)

    def hook(self) -> Hook | None:
        """Where updates come in; None: they are fetched.

        The secret that Telegram sends with each follows from the first key and the token: there is none to be kept.
        """
        if not self.webhook_url:
            return None
        token = self.bot_token.get_secret_value()
        secret = hmac.new(self.keys()[0], f"webhook:{token}".encode(), hashlib.sha256).hexdigest()
        return Hook(self.webhook_url, Address.parse("WEBHOOK_LISTEN", self.webhook_listen), secret)

    def monitoring(self) -> Address | None:
        """Where `/metrics` and `/health` are; None: nowhere."""
        return Address.parse("METRICS_LISTEN", self.metrics_listen) if self.metrics_listen else None

    def limits(self) -> LimitNumbers:
        """What of SMSC's limits the administrator decides."""
        return LimitNumbers(tries=self.wrong_keys, tries_person=self.wrong_keys_person)

    def ceilings(self) -> Ceilings:
        """How much of a kind one person may have at a time."""
        return Ceilings(
            self.accounts_person, self.drafts_person, self.requests_waiting, self.links_person, self.lists_watched
        )

    def secrets(self) -> tuple[str, ...]:
        """What must not stand in a log line."""
        return (self.bot_token.get_secret_value(), *_listed(self.secret_keys.get_secret_value()))

    def keys(self) -> tuple[bytes, ...]:
        """The keys of the vault; the first one encrypts."""
        return tuple(read_key(key) for key in _listed(self.secret_keys.get_secret_value()))


class GivenSettings(Settings):
    """The same from what is given alone: what the environment and a `.env` file of this machine say does not count."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given."""
        return (init_settings,)


def _told(wrong: ErrorDetails) -> str:
    """One line about a wrong setting; its value is not in it, unless the setting is none that is secret."""
    name = str(wrong["loc"][0]).upper() if wrong["loc"] else "a setting"
    told = "is missing" if wrong["type"] == "missing" else str(wrong["msg"]).removeprefix("Value error, ")
    return f"{name}: {told} (see the settings table in README.md)"


def _address(text: str) -> str:
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):([0-9]{1,5})", text)
    if found is None or not 0 < int(found[2]) < 65_536:
        raise ValueError("is not an address and a port, such as 127.0.0.1:8080 or [::]:8080")
    return text


def _listed(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, tuple | list | set | frozenset):
        return tuple(str(part) for part in value)
    return ()
