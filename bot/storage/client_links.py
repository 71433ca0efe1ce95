"""Links that clients fill in a form by, and what they filled in.

    open ──▶ sent ──▶ used
     ▲        │ ▲
     │        ▼ │
     │     returned            sent, returned ──▶ withdrawn ──▶ open
     └── somebody takes a link up

Of a link's token only the hash is here. What is sealed is so for `client_link:<user_id>:<id>` and
`client_form:<link_id>:<id>`; it goes when a form was used or withdrawn.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.storage import outbox
from bot.storage.transaction import Transaction

CALLED_OFF: Final = "client_called_off"
"""The kind of notice that tells a client that their form is not wanted any more."""
_KEPT_SECONDS: Final = 90 * 86_400.0
"""So long after its end a link is kept, with what was filled in by it."""


class FormState(StrEnum):
    """How far a client's form is."""

    OPEN = "open"
    SENT = "sent"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    USED = "used"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link: whose it is, for which account and subclient; `ends` in epoch seconds, `most` people may take it up.

    `role` is what whoever made it is for the account now; None: nobody.
    """

    id: int
    user_id: int
    account_id: int
    subclient: str
    token: str
    ends: float
    most: int
    revoked: bool
    sealed: bytes
    created: float
    role: str | None = None


@dataclass(frozen=True, slots=True)
class FormRow:
    """What one person fills in by a link; `round` is how often they handed it over."""

    id: int
    link_id: int
    user_id: int
    state: FormState
    round: int
    sealed: bytes | None
    changed: float


_LINK: Final = "id, user_id, account_id, subclient, token, ends, most, revoked, sealed, created"
_READ: Final = (
    f"{_LINK}, (SELECT role FROM account_people AS people WHERE people.account_id = client_links.account_id"  # noqa: S608
    " AND people.user_id = client_links.user_id) AS role"
)
_FORM: Final = "id, link_id, user_id, state, round, sealed, changed"


def _link(row: sqlite3.Row) -> LinkRow:
    known = dict(row)
    return LinkRow(**{**known, "revoked": bool(known["revoked"])})


def _form(row: sqlite3.Row) -> FormRow:
    known = dict(row)
    return FormRow(**{**known, "state": FormState(known["state"])})


def put(tx: Transaction, link: LinkRow) -> None:
    """A new link; those of the same person that ended long ago go."""
    tx.execute("DELETE FROM client_links WHERE user_id = ? AND ends < ?", (link.user_id, link.created - _KEPT_SECONDS))
    tx.execute(
        f"INSERT OR IGNORE INTO client_links ({_LINK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            link.id,
            link.user_id,
            link.account_id,
            link.subclient,
            link.token,
            link.ends,
            link.most,
            int(link.revoked),
            link.sealed,
            link.created,
        ),
    )


def link(tx: Transaction, link_id: int) -> LinkRow | None:
    """A link, None where there is no such."""
    row = tx.execute(f"SELECT {_READ} FROM client_links WHERE id = ?", (link_id,)).fetchone()  # noqa: S608
    return _link(row) if row else None


def by_token(tx: Transaction, token: str) -> LinkRow | None:
    """The link whose token has this hash."""
    row = tx.execute(f"SELECT {_READ} FROM client_links WHERE token = ?", (token,)).fetchone()  # noqa: S608
    return _link(row) if row else None


def links_of(tx: Transaction, user_id: int) -> list[LinkRow]:
    """The links that a person made, newest first."""
    rows = tx.execute(
        f"SELECT {_READ} FROM client_links WHERE user_id = ? ORDER BY created DESC, id DESC",  # noqa: S608
        (user_id,),
    )
    return [_link(row) for row in rows]


def call_off(tx: Transaction, link_id: int, now: float, *, handed_over: bool = False) -> None:
    """Nobody can fill anything in by a link any more; whoever was at it is told.

    What was handed over stays until it is withdrawn, unless that (`handed_over`) is to go, too.
    """
    before = {FormState.OPEN, FormState.RETURNED} | ({FormState.SENT} if handed_over else set())
    tx.execute("UPDATE client_links SET revoked = 1 WHERE id = ?", (link_id,))
    for each in forms_by(tx, link_id):
        if move(tx, each.id, before, FormState.WITHDRAWN, None, now):
            outbox.put(tx, each.user_id, CALLED_OFF, json.dumps({"form": each.id}))


def call_off_of(tx: Transaction, account_id: int, user_id: int, now: float, *, handed_over: bool) -> None:
    """The links that a person made for an account are called off, as one is."""
    for each in links_of(tx, user_id):
        if each.account_id == account_id:
            call_off(tx, each.id, now, handed_over=handed_over)


def change(tx: Transaction, link_id: int, *, token: str, ends: float) -> None:
    """A link with another token or end."""
    tx.execute("UPDATE client_links SET token = ?, ends = ? WHERE id = ?", (token, ends, link_id))


def form(tx: Transaction, form_id: int) -> FormRow | None:
    """A form, None where there is no such."""
    row = tx.execute(f"SELECT {_FORM} FROM client_forms WHERE id = ?", (form_id,)).fetchone()  # noqa: S608
    return _form(row) if row else None


def forms_by(tx: Transaction, link_id: int) -> list[FormRow]:
    """What is filled in by a link, oldest first."""
    rows = tx.execute(
        f"SELECT {_FORM} FROM client_forms WHERE link_id = ? ORDER BY changed, id",  # noqa: S608
        (link_id,),
    )
    return [_form(row) for row in rows]


def forms_of(tx: Transaction, user_id: int) -> list[FormRow]:
    """What a person fills in, newest first."""
    rows = tx.execute(
        f"SELECT {_FORM} FROM client_forms WHERE user_id = ? ORDER BY changed DESC, id DESC",  # noqa: S608
        (user_id,),
    )
    return [_form(row) for row in rows]


def take_up(tx: Transaction, form_id: int, link: LinkRow, user_id: int, now: float) -> FormRow | None:
    """The form of a person who takes a link up, the one that they have or a new one; None: others were before them.

    One who withdrew makes room for another, and needs room to begin again.
    """
    forms = forms_by(tx, link.id)
    own = next((each for each in forms if each.user_id == user_id), None)
    if own is not None and own.state is not FormState.WITHDRAWN:
        return own
    if sum(each.state is not FormState.WITHDRAWN for each in forms) >= link.most:
        return None
    if own is not None:
        move(tx, own.id, {FormState.WITHDRAWN}, FormState.OPEN, None, now)
        return form(tx, own.id)
    tx.execute(
        "INSERT INTO client_forms (id, link_id, user_id, state, changed) VALUES (?, ?, ?, ?, ?)",
        (form_id, link.id, user_id, FormState.OPEN.value, now),
    )
    return form(tx, form_id)


def move(
    tx: Transaction,
    form_id: int,
    before: Collection[FormState],
    after: FormState,
    sealed: bytes | None,
    now: float,
) -> bool:
    """A form goes from one of these states to another, with what it holds then; whether it was in one of them."""
    marks = ", ".join("?" * len(before))
    moved = tx.execute(
        "UPDATE client_forms SET state = ?, sealed = ?, changed = ?, round = round + ?"  # noqa: S608  # marks alone
        f" WHERE id = ? AND state IN ({marks})",
        (
            after.value,
            sealed,
            now,
            int(after is FormState.SENT),
            form_id,
            *(each.value for each in before),
        ),
    )
    return moved.rowcount == 1


def call_off_all(tx: Transaction, account_id: int) -> None:
    """An account goes, and its links with it: whoever fills in by one of them is told."""
    _tell_off(tx, "link.account_id = ?", account_id)


def _tell_off(tx: Transaction, whose: str, number: int) -> None:
    rows = tx.execute(
        "SELECT form.id, form.user_id FROM client_forms AS form JOIN client_links AS link ON link.id = form.link_id"  # noqa: S608
        f" WHERE {whose} AND form.state IN ('open', 'sent', 'returned')",
        (number,),
    )
    for form_id, user_id in rows.fetchall():
        outbox.put(tx, user_id, CALLED_OFF, json.dumps({"form": form_id}))


def forget_all(tx: Transaction, user_id: int) -> None:
    """The links that a person made, with what was filled in by them; and what they filled in themselves."""
    _tell_off(tx, "link.user_id = ?", user_id)
    tx.execute("DELETE FROM client_links WHERE user_id = ?", (user_id,))
    tx.execute("DELETE FROM client_forms WHERE user_id = ?", (user_id,))
