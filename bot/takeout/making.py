"""The files of an order: read in one look at the file beside the bot, put into words, made into bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import orjson

from bot.accounts import Account, Scope
from bot.exports.cells import Format
from bot.exports.csv_file import csv_file
from bot.exports.workbook import workbook
from bot.locales import Catalogues
from bot.screens.exports import Reader, tables
from bot.smsc import Service, seed_catalogue
from bot.storage.database import looked_into
from bot.watch.codes import Meaning
from bot.watch.records import records

_FILES: Final = ("names", "documents", "history")
"""What the files of tables are called, in the order of the tables."""


@dataclass(frozen=True, slots=True)
class Whose:
    """An account and subclient, and what the person calls the account."""

    account_id: int
    subclient: str
    title: str
    service: str

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """The same of a scope: what of it a file needs."""
        return cls(scope.account.id, scope.subclient, scope.account.title, scope.account.service.name)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: of the file at `path`, for whom, as what, in which language, at what time.

    `zone`: minutes east of Greenwich that their clocks show. `meanings`: what codes mean to them, by service.
    """

    path: str
    scopes: tuple[Whose, ...]
    format: Format
    language: str
    at: float
    zone: int
    meanings: Mapping[str, Mapping[str, Meaning]]

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """The order, as it was written by orjson."""
        plain = orjson.loads(text)
        scopes = tuple(Whose(**each) for each in plain["scopes"])
        meanings = {
            service: {code: Meaning(meaning) for code, meaning in known.items()}
            for service, known in plain["meanings"].items()
        }
        form = Format(plain["format"])
        return cls(plain["path"], scopes, form, plain["language"], plain["at"], plain["zone"], meanings)


def made(order: Order) -> Iterator[tuple[str, bytes]]:
    """The files by their names. Of a long list that is work of a processor for seconds."""
    with looked_into(Path(order.path)) as tx:
        taken = [records(tx, _scope(each)) for each in order.scopes]
    t = Catalogues.load(order.language, (order.language,))[order.language]
    reader = Reader.of(order.zone, order.meanings)
    told, made_at = tables(t, taken, seed_catalogue(), reader), datetime.fromtimestamp(order.at, reader.zone)
    if order.format is Format.XLSX:
        yield f"sender-names-{made_at:%Y-%m-%d}.xlsx", workbook(told, made_at)
        return
    for name, each in zip(_FILES, told, strict=True):
        yield f"{name}-{made_at:%Y-%m-%d}.csv", csv_file(each)


def _scope(whose: Whose) -> Scope:
    return Scope(Account(whose.account_id, 0, Service(whose.service, ""), None, whose.title), whose.subclient)
