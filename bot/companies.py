"""Companies that a person keeps: a name, the data of both company forms, documents that lie at Telegram.

They are the person's, whichever account is in use. A document says what it is and, where it ends, until when: 30 and 7
days before that the person is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any, Final, Self

import orjson
import structlog

from bot.conversation.step import Json
from bot.storage import companies as table
from bot.storage import operations as operations_table
from bot.storage.at_hand import AtHand
from bot.storage.companies import REMINDER, CompanyRow, UseRow
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.storage.unit_of_work import Write
from bot.vault import Vault, VaultError

__all__ = ["REMINDER", "Companies", "Company", "CompanyDocument", "DocumentKind", "Kept", "UseRow"]

log = structlog.get_logger(__name__)

COMPANIES_MOST: Final = 40
"""Companies that a person may keep."""
DOCUMENTS_MOST: Final = 10
"""Documents of a company: as many as a form takes."""
_AT_HAND_MOST: Final = 1000
"""People whose companies, sealed as they are, are kept in memory."""
REMINDED_DAYS: Final = (30, 7)
"""So many days before the end of a document its person is told."""
_HOUR: Final = 10
"""The hour of the person's day at which they are."""


_LAST_ZONE: Final = -12 * 60
"""Where a day ends last."""


class DocumentKind(StrEnum):
    """What a document of a company is."""

    REGISTRATION = "registration"
    TRADEMARK = "trademark"
    DOMAIN = "domain"
    LETTER = "letter"
    CONTRACT = "contract"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CompanyDocument:
    """A document of a company.

    `number` tells it from the others of the company. `file` is the document as forms keep it: Telegram's id of the
    file, its name, size and description, and the SHA-256 of its bytes where they were seen. `ends`: the last day on
    which it is valid, None: it does not end. `told`: so many days before its end the person was told last, or needs not
    be told.
    """

    number: int
    file: Mapping[str, Json]
    kind: DocumentKind = DocumentKind.OTHER
    ends: date | None = None
    told: int | None = None

    @property
    def file_id(self) -> str:
        """Where it lies at Telegram."""
        return str(self.file["file_id"])

    @property
    def name(self) -> str:
        """What the file is called."""
        return str(self.file["name"])

    @property
    def sha256(self) -> str | None:
        """The number of its bytes, None where nobody saw them."""
        return self.file.get("sha256")

    def due(self, zone: int) -> float | None:
        """When its person is told next that it ends (epoch seconds), by clocks `zone` minutes east of Greenwich."""
        return min((at for _, at in self._moments(zone)), default=None)

    def passed(self, now: float, zone: int) -> Self:
        """The document when all has been told of it that was to be by now."""
        days = [each for each, at in self._moments(zone) if at <= now]
        return replace(self, told=min(days)) if days else self

    def is_over(self, now: float, zone: int) -> bool:
        """Whether it has ended."""
        return self.ends is not None and self.ends < today(now, zone)

    def _moments(self, zone: int) -> list[tuple[int, float]]:
        """How many days before its end, and when that is, of what was not told yet."""
        if self.ends is None:
            return []
        left = (each for each in REMINDED_DAYS if self.told is None or each < self.told)
        return [(days, moment(self.ends - timedelta(days=days), zone)) for days in left]

    def for_form(self, company_id: int, now: float) -> dict[str, Json]:
        """As a form gathers it: what was shown of it in the chat stays there, whatever becomes of the form.

        `ended`: the day on which it did, in words; None: it is valid, wherever the day ends.
        """
        ended = f"{self.ends:%d.%m.%Y}" if self.ends is not None and self.is_over(now, _LAST_ZONE) else None
        return {**self.file, "shown": None, "sources": [], "company": company_id, "ended": ended}

    def to_json(self) -> dict[str, Json]:
        """For the file."""
        ends = self.ends.isoformat() if self.ends is not None else None
        return {"number": self.number, "file": dict(self.file), "kind": self.kind, "ends": ends, "told": self.told}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """From the file."""
        ends = date.fromisoformat(kept["ends"]) if kept["ends"] else None
        return cls(int(kept["number"]), dict(kept["file"]), DocumentKind(kept["kind"]), ends, kept["told"])


def today(now: float, zone: int) -> date:
    """Which day it is by clocks `zone` minutes east of Greenwich."""
    return datetime.fromtimestamp(now, UTC).astimezone(timezone(timedelta(minutes=zone))).date()


def moment(day: date, zone: int) -> float:
    """When a person is reminded on a day, by clocks `zone` minutes east of Greenwich (epoch seconds)."""
    return datetime.combine(day, time(_HOUR), timezone(timedelta(minutes=zone))).timestamp()


@dataclass(frozen=True, slots=True)
class Company:
    """A company of a person. `fields` are the answers to SMSC's company forms, by the parameter that sends each."""

    id: int
    user_id: int
    name: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    documents: tuple[CompanyDocument, ...] = ()

    def document(self, number: int) -> CompanyDocument | None:
        """The document with this number."""
        return next((each for each in self.documents if each.number == number), None)

    def with_document(self, document: CompanyDocument) -> Self:
        """The company with a document put in, or in the place of the one with its number."""
        if self.document(document.number) is None:
            return replace(self, documents=(*self.documents, document))
        changed = (document if each.number == document.number else each for each in self.documents)
        return replace(self, documents=tuple(changed))

    def without_document(self, number: int) -> Self:
        """The company without one of its documents."""
        return replace(self, documents=tuple(each for each in self.documents if each.number != number))

    @property
    def next_number(self) -> int:
        """A number for one more document."""
        return max((each.number for each in self.documents), default=0) + 1

    def due(self, zone: int) -> float | None:
        """When its person is to be told next of a document of it."""
        return min((due for each in self.documents if (due := each.due(zone)) is not None), default=None)

    def passed(self, now: float, zone: int) -> Self:
        """The company when all has been told of its documents that was to be by now."""
        return replace(self, documents=tuple(each.passed(now, zone) for each in self.documents))


@dataclass(frozen=True, slots=True)
class Kept:
    """A person's companies, oldest first; so many more cannot be read any more."""

    companies: tuple[Company, ...] = ()
    unreadable: int = 0


class Companies:
    """The companies that people keep, sealed in the file."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], float]) -> None:
        self._database = database
        self._vault = vault
        self._now = now
        self._rows: AtHand[int, list[CompanyRow]] = AtHand(database, table.TABLES, _AT_HAND_MOST)

    async def of(self, user_id: int) -> Kept:
        """A person's companies; what cannot be read is counted."""
        rows = await self._rows.get(user_id, lambda tx: table.of(tx, user_id))
        found = [self._opened(row) for row in rows]
        readable = tuple(each for each in found if each is not None)
        return Kept(readable, len(found) - len(readable))

    async def load(self, user_id: int, company_id: int | None) -> Company | None:
        """One of a person's companies; None where there is no such, or it cannot be read."""
        return next((each for each in (await self.of(user_id)).companies if each.id == company_id), None)

    async def uses(self, user_id: int, company_id: int) -> Sequence[UseRow]:
        """The names that SMSC took with this company and no other one since."""
        return await self._database.run(lambda tx: table.uses(tx, user_id, company_id))

    async def of_name(self, user_id: int, account_id: int, subclient: str, name: str) -> int | None:
        """The company that a name was registered with, or changed to last."""
        return await self._database.run(lambda tx: table.of_name(tx, user_id, account_id, subclient, name))

    def reminding(self, user_id: int) -> Write:
        """What has the next reminder told when it is due, whatever became of the one that was to be."""
        now = self._now()
        return lambda tx: table.remind(tx, user_id, now)

    def saving(self, company: Company, zone: int) -> Write:
        """What writes a company, new or changed, and has its person reminded; `zone`: of the person's clock."""
        plain = orjson.dumps(
            {
                "name": company.name,
                "fields": dict(company.fields),
                "documents": [each.to_json() for each in company.documents],
            }
        )
        sealed = self._vault.seal(plain, _place(company.user_id, company.id))
        row, now = CompanyRow(company.id, company.user_id, sealed, company.due(zone)), self._now()
        return lambda tx: table.save(tx, row, now)

    @staticmethod
    def used_by(company: Company, operation_id: int, batch_id: int | None = None) -> Write:
        """What writes that a company is made of an earlier request, or of many: their names use it."""
        if batch_id is not None:
            return lambda tx: operations_table.all_made_with(tx, company.user_id, batch_id, company.id)
        return lambda tx: operations_table.made_with(tx, company.user_id, operation_id, company.id)

    def deleting(self, company: Company) -> Write:
        """What deletes a company; what was registered with it stays."""
        now = self._now()
        return lambda tx: table.delete(tx, company.user_id, company.id, now)

    def told(self, user_id: int, kept: Sequence[Company], zone: int, not_before: float = 0.0) -> Write:
        """What writes that all was told of these documents that was to be by now, and when the next is to be.

        `not_before`: nothing was told now, and is to be then.
        """
        now = self._now()
        passed = kept if not_before else [each.passed(now, zone) for each in kept]
        saving = [self.saving(each, zone) for each, before in zip(passed, kept, strict=True) if each != before]
        dues = [max(due, not_before) for each in passed if (due := each.due(zone)) is not None]

        def write(tx: Transaction) -> None:
            for each in saving:
                each(tx)
            table.put_off(tx, user_id, min(dues, default=None), now)

        return write

    def _opened(self, row: CompanyRow) -> Company | None:
        try:
            kept = self._vault.open_json(row.sealed, _place(row.user_id, row.id))
            documents = tuple(map(CompanyDocument.from_json, kept["documents"]))
            return Company(row.id, row.user_id, kept["name"], kept["fields"], documents)
        except (VaultError, TypeError, ValueError, LookupError) as failure:
            log.warning("a company cannot be read", company=row.id, why=f"{type(failure).__name__}")
            return None


def _place(user_id: int, company_id: int) -> str:
    return f"company:{user_id}:{company_id}"
