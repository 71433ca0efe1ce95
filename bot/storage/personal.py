"""Everything in the file that is about a person: table by table, how a row is known to be theirs.

What a person takes with them is read by this table, and after they are forgotten nothing is left that it finds. A test
compares it with the tables: one that is neither here nor among `ABOUT_NOBODY` fails it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.storage.sealed import SEALED
from bot.storage.transaction import Transaction

OWN: Final = "user_id = ?1"
CHAT: Final = "chat_id = ?1"
OF_ACCOUNT: Final = "account_id IN (SELECT id FROM accounts WHERE user_id = ?1)"
OF_BATCH: Final = "batch_id IN (SELECT id FROM batches WHERE user_id = ?1)"


@dataclass(frozen=True, slots=True)
class Holding:
    """A table with rows about people.

    whose      the condition by which a row is a person's; `?1` is their id
    withheld   columns that nobody is ever shown, the person neither: what the bot alone uses, or has not read yet
    """

    table: str
    whose: str
    withheld: frozenset[str] = frozenset()


HOLDINGS: Final = (
    Holding("people", OWN),
    Holding("accounts", OWN, frozenset({"secret"})),
    Holding("operations", OWN),
    Holding("members", OWN),
    Holding("approvals", "user_id = ?1 OR decided_by = ?1"),
    Holding("invitations", "made_by = ?1", frozenset({"digest"})),
    Holding("batches", OWN),
    Holding("batch_rows", OF_BATCH),
    Holding("companies", OWN),
    Holding("client_links", OWN, frozenset({"token"})),
    Holding("client_forms", OWN),
    Holding("names", OF_ACCOUNT),
    Holding("listings", OF_ACCOUNT),
    Holding("events", OF_ACCOUNT),
    Holding("watches", OF_ACCOUNT),
    Holding("doubts", OF_ACCOUNT),
    Holding("pushes", OWN),
    Holding("mutes", OWN),
    Holding("locks", OF_ACCOUNT),
    Holding("boards", OWN),
    Holding("notifications", OWN),
    Holding("code_meanings", OWN),
    Holding("uploads", OWN),
    Holding("outbox", CHAT),
    Holding("inbox", "lane = ?1", frozenset({"body"})),
    Holding("set_aside", CHAT, frozenset({"body"})),
)
ABOUT_NOBODY: Final = MappingProxyType(
    {
        "seen": "numbers of updates, for a day",
        "holds": "until when Telegram wants no more calls, for minutes",
        "limit_marks": "requests that SMSC counts, by login or a key's fingerprint; dropped when they count no more",
        "limit_waits": "what SMSC holds back, the same way; dropped when it is over",
        "limit_logins": "which logins are one; dropped with the account",
        "limit_names": "fingerprints of the names that a login lists; dropped with the account",
        "alerts": "what needs the administrator's hand",
        "vault_check": "a word that tells whether the keys fit",
    }
)
"""Tables with no person in them, and what they hold."""
Row = dict[str, object]


def rows(
    tx: Transaction, user_id: int, opened: Callable[[bytes, str], object]
) -> Iterator[tuple[Holding, Iterator[Row]]]:
    """A person's rows, table by table, each as it stands.

    `opened` makes of a sealed value, and of the place that it was sealed for, what goes into the row in its stead. Of
    what is withheld the row has its size alone.
    """
    for each in HOLDINGS:
        yield each, _rows(tx, each, user_id, opened)


def counts(tx: Transaction, user_id: int) -> dict[str, int]:
    """How many rows there are about a person, by table; tables without any are left out."""
    counted = {
        each.table: tx.execute(f"SELECT count(*) FROM {each.table} WHERE {each.whose}", (user_id,)).fetchone()[0]  # noqa: S608
        for each in HOLDINGS
    }
    return {table: count for table, count in counted.items() if count}


def _rows(tx: Transaction, holding: Holding, user_id: int, opened: Callable[[bytes, str], object]) -> Iterator[Row]:
    sealed = {each.name: each for each in SEALED if each.table == holding.table}
    found = tx.execute(f"SELECT * FROM {holding.table} WHERE {holding.whose}", (user_id,))  # noqa: S608  # fixed words
    for row in found:
        plain: Row = dict(zip(row.keys(), row, strict=True))
        for name, value in list(plain.items()):
            if name in holding.withheld:
                plain[name] = f"withheld: {len(value) if isinstance(value, bytes | str) else 0} bytes, encrypted"
            elif name in sealed and isinstance(value, bytes):
                place = sealed[name].place.format(*(plain[part] for part in sealed[name].parts))
                plain[name] = opened(value, place)
        yield plain
