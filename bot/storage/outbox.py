"""What is still to be told to a chat: written together with what it tells, struck off when Telegram has it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from bot.storage.transaction import Transaction

PASSING: Final = "drawn"
"""A screen that could not be shown when it was drawn; a newer one makes it useless."""
LASTING: Final = "drawn_lasting"
"""The same for a receipt: it is shown, whatever came after it."""
RETURNED: Final = "returned"
"""Somebody who had blocked the bot is there again: what was parked for them is told together."""
HELD: Final = '{"held": true}'
"""The body of such a notice where nobody was away, and more is to be told at once than anybody wants one by one."""
_FLOOD_TOLD_AFTER: Final = 3.0
"""Seconds after which a flood is told of: by then it can be told how many files were in it."""
_PARKED_MOST: Final = 50
"""Notices that are kept for one who blocked the bot; the newest are."""
_PARKED_SECONDS: Final = 30 * 86_400.0
"""After so long nobody wants to know any more; the history has it."""
_COLUMNS: Final = "id, chat_id, kind, body, not_before, attempts, parked, since"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell: `kind` names the screen, `body` (JSON) what it is drawn from.

    `parked`: since when it waits for a person who blocked the bot to come back; None: it does not. `since` is when
    `not_before` was set.
    """

    id: int
    chat_id: int
    kind: str
    body: str
    not_before: float
    attempts: int
    parked: float | None = None
    since: float = 0.0


def put(tx: Transaction, chat_id: int, kind: str, body: str, not_before: float = 0.0, since: float = 0.0) -> int:
    """A new notice; its id. `since` is the present moment, where it is to be told later."""
    row = tx.execute(
        "INSERT INTO outbox (chat_id, kind, body, not_before, attempts, since) VALUES (?, ?, ?, ?, 0, ?)",
        (chat_id, kind, body, not_before, since),
    )
    return int(row.lastrowid or 0)


def is_waiting(tx: Transaction, chat_id: int, kind: str) -> bool:
    """Whether anything of a kind is still to be told to a chat."""
    found = tx.execute(
        "SELECT 1 FROM outbox WHERE chat_id = ? AND kind = ? AND parked IS NULL LIMIT 1", (chat_id, kind)
    )
    return found.fetchone() is not None


def waiting(tx: Transaction) -> list[Notice]:
    """All that is still to be told, oldest first; not what is parked."""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM outbox WHERE parked IS NULL ORDER BY id")  # noqa: S608  # fixed words
    return [Notice(*row) for row in rows]


def load(tx: Transaction, notice_id: int, later: Collection[int]) -> Notice | None:
    """The notice; None where it is told, or of no use any more: the same is to be told after it.

    Not where that is one of those that are to be told `later`.
    """
    row = tx.execute(f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", (notice_id,)).fetchone()  # noqa: S608
    if row is None:
        return None
    notice = Notice(*row)
    same = tx.execute(
        "SELECT id FROM outbox WHERE chat_id = ? AND kind = ? AND body = ? AND id > ? AND parked IS NULL",
        (notice.chat_id, notice.kind, notice.body, notice.id),
    )
    again = any(row[0] not in later for row in same)
    return None if again and notice.kind != LASTING else notice


def park(tx: Transaction, notice_id: int, now: float) -> None:
    """The person blocked the bot: it is told when they come back. Bounded; what is too old is forgotten."""
    tx.execute("DELETE FROM outbox WHERE parked < ?", (now - _PARKED_SECONDS,))
    tx.execute("UPDATE outbox SET parked = ? WHERE id = ?", (now, notice_id))
    tx.execute(
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE parked IS NOT NULL AND chat_id ="
        " (SELECT chat_id FROM outbox WHERE id = ?) ORDER BY id DESC LIMIT -1 OFFSET ?)",
        (notice_id, _PARKED_MOST),
    )


def parked(tx: Transaction, chat_id: int, now: float) -> list[Notice]:
    """What waited for a person to come back, oldest first; what is too old is forgotten."""
    tx.execute("DELETE FROM outbox WHERE parked < ?", (now - _PARKED_SECONDS,))
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE chat_id = ? AND parked IS NOT NULL ORDER BY id",  # noqa: S608
        (chat_id,),
    )
    return [Notice(*row) for row in rows]


def has_parked(tx: Transaction, chat_id: int) -> bool:
    """Whether anything waits for a person who blocked the bot."""
    found = tx.execute("SELECT 1 FROM outbox WHERE chat_id = ? AND parked IS NOT NULL LIMIT 1", (chat_id,))
    return found.fetchone() is not None


def back(tx: Transaction, chat_id: int) -> None:
    """The person is there again: has told what was parked for them, where anything was."""
    tx.execute(
        "INSERT INTO outbox (chat_id, kind, body, not_before, attempts) SELECT ?, ?, '{}', 0, 0 WHERE EXISTS"
        " (SELECT 1 FROM outbox WHERE chat_id = ? AND parked IS NOT NULL) AND NOT EXISTS"
        " (SELECT 1 FROM outbox WHERE chat_id = ? AND kind = ?)",
        (chat_id, RETURNED, chat_id, chat_id, RETURNED),
    )


def flooded(tx: Transaction, chat_id: int, kind: str, files: int, now: float, *, new: bool) -> None:
    """Something of a flood was passed over, `files` of it files: it is told a little later, once a flood.

    What is to be told anyway tells of these files too; after it was told, only that there were more files is.
    """
    counted = tx.execute(
        "UPDATE outbox SET body = json_set(body, '$.files', json_extract(body, '$.files') + ?)"
        " WHERE chat_id = ? AND kind = ? AND parked IS NULL",
        (files, chat_id, kind),
    )
    if counted.rowcount == 0 and (new or files):
        put(tx, chat_id, kind, json.dumps({"files": files}), now + _FLOOD_TOLD_AFTER, now)


def fold(tx: Transaction, chat_id: int, notices: Sequence[Notice], now: float) -> None:
    """So many things are to be told at once that they are told together."""
    tx.executemany("UPDATE outbox SET parked = ? WHERE id = ?", [(now, each.id) for each in notices])
    tx.execute("DELETE FROM outbox WHERE chat_id = ? AND kind = ?", (chat_id, RETURNED))
    put(tx, chat_id, RETURNED, HELD)


def drop_same(tx: Transaction, chat_id: int, kind: str, body: str) -> None:
    """Strikes off what else was to tell of the same thing: it was told for good."""
    tx.execute("DELETE FROM outbox WHERE chat_id = ? AND kind = ? AND body = ?", (chat_id, kind, body))


def drop_others(tx: Transaction, chat_id: int, kind: str, kept: int) -> None:
    """Strikes off what else of a kind was to be told to a chat, parked or not, but the notice `kept`."""
    tx.execute("DELETE FROM outbox WHERE chat_id = ? AND kind = ? AND id != ?", (chat_id, kind, kept))


def take_back(tx: Transaction, chat_id: int, kind: str, word: str, value: object) -> None:
    """Not to be told any more: the notices of a kind whose body has this value under a word."""
    tx.execute(
        "DELETE FROM outbox WHERE chat_id = ? AND kind = ? AND parked IS NULL"
        " AND CASE WHEN json_valid(body) THEN json_extract(body, '$.' || ?) = ? END",
        (chat_id, kind, word, value),
    )


def drop_passing(tx: Transaction, chat_id: int) -> None:
    """A newer screen was shown in the chat: one that was drawn before it must not come over it."""
    tx.execute("DELETE FROM outbox WHERE chat_id = ? AND kind = ?", (chat_id, PASSING))


def strike_off(tx: Transaction, *notice_ids: int) -> None:
    """These were told."""
    tx.executemany("DELETE FROM outbox WHERE id = ?", ((each,) for each in notice_ids))


def postpone(tx: Transaction, notice_id: int, not_before: float, now: float) -> None:
    """Puts off a notice that could not be told now, to `not_before` (epoch seconds)."""
    tx.execute(
        "UPDATE outbox SET not_before = ?, since = ?, attempts = attempts + 1 WHERE id = ?",
        (not_before, now, notice_id),
    )


def forget_all(tx: Transaction, chat_id: int) -> None:
    """Whatever was still to be told to a chat."""
    tx.execute("DELETE FROM outbox WHERE chat_id = ?", (chat_id,))
