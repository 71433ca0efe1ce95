"""What operators' status codes mean: nobody has documented them, so each person says it once for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from bot.storage import codes as table
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.storage.unit_of_work import Write


class Meaning(StrEnum):
    """What a code can mean."""

    APPROVED = "approved"
    REJECTED = "rejected"
    REVIEW = "review"
    FILED = "filed"


Meanings: TypeAlias = Mapping[str, Meaning]
"""What codes mean, as they came; those that nobody named are not in it."""


def meant(kept: Mapping[str, str]) -> Meanings:
    """What codes mean, as the file has it."""
    return {code: Meaning(meaning) for code, meaning in kept.items() if meaning in set(Meaning)}


class Codes:
    """What people said of codes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: int, service: str) -> Meanings:
        """What a person said of the codes of a service."""
        return meant(await self._database.run(lambda tx: table.meanings(tx, user_id, service)))

    @staticmethod
    def naming(user_id: int, service: str, code: str, meaning: Meaning | None) -> Write:
        """What is to be written when a person says what a code means; None: that they do not know."""

        def write(tx: Transaction) -> None:
            if meaning is None:
                table.remove(tx, user_id, service, code)
            else:
                table.put(tx, user_id, service, code, meaning.value)

        return write
