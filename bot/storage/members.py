"""Everybody of an account: whoever brought its key, and those who were invited, each in a role; and the links that do.

Roles are words here (`bot.rights.Role`); a link is recognised by the digest of its token (`bot.tokens`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.storage.transaction import Transaction

TABLES: Final = frozenset({"accounts", "members"})
"""What the roles of an account can be changed by."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody of an account, since when (epoch seconds); `invited`: they did not bring the key."""

    user_id: int
    role: str
    since: float
    invited: bool


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A link that lets one person in until it `ends`; `used`: when somebody did, None: nobody yet."""

    id: int
    account_id: int
    role: str
    made_by: int
    ends: float
    used: float | None


_INVITATION: Final = "id, account_id, role, made_by, ends, used"


def role(tx: Transaction, account_id: int, user_id: int) -> str | None:
    """The role of a person for an account; None where they are nobody there."""
    row = tx.execute(
        "SELECT role FROM account_people WHERE account_id = ? AND user_id = ?", (account_id, user_id)
    ).fetchone()
    return str(row[0]) if row else None


def came_after(tx: Transaction, account_id: int, user_id: int) -> int:
    """The newest event when somebody came in by a link: what was before is no news to them. 0: they did not."""
    row = tx.execute(
        "SELECT after_event FROM members WHERE account_id = ? AND user_id = ?", (account_id, user_id)
    ).fetchone()
    return int(row[0]) if row else 0


def people(tx: Transaction, account_id: int) -> list[MemberRow]:
    """Everybody of an account: who brought the key first, the others by when they came."""
    rows = tx.execute(
        "SELECT user_id, 'owner', created, 0 FROM accounts WHERE id = ?"
        " UNION ALL SELECT user_id, role, since, 1 FROM members WHERE account_id = ? ORDER BY 4, 3, 1",
        (account_id, account_id),
    )
    return [MemberRow(int(row[0]), str(row[1]), float(row[2]), bool(row[3])) for row in rows]


def set_role(tx: Transaction, account_id: int, user_id: int, role: str) -> bool:
    """Gives somebody who was invited another role; False where they are not there, or have it already."""
    changed = tx.execute(
        "UPDATE members SET role = ? WHERE account_id = ? AND user_id = ? AND role != ?",
        (role, account_id, user_id, role),
    )
    return changed.rowcount == 1


def remove(tx: Transaction, account_id: int, user_id: int) -> bool:
    """Takes somebody who was invited off an account; False where they are not there."""
    gone = tx.execute("DELETE FROM members WHERE account_id = ? AND user_id = ?", (account_id, user_id))
    return gone.rowcount == 1


# Links that invite


def invite(tx: Transaction, invitation: InvitationRow, digest: str, now: float) -> None:
    """A new link; those of the account that ended long ago are forgotten."""
    tx.execute("DELETE FROM invitations WHERE account_id = ? AND ends < ?", (invitation.account_id, now - 30 * 86_400))
    tx.execute(
        "INSERT OR IGNORE INTO invitations (id, account_id, digest, role, made_by, made, ends)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            invitation.id,
            invitation.account_id,
            digest,
            invitation.role,
            invitation.made_by,
            now,
            invitation.ends,
        ),
    )


def invitation(tx: Transaction, digest: str) -> InvitationRow | None:
    """The link that has this token; None where there is none, or it was revoked."""
    row = tx.execute(
        f"SELECT {_INVITATION} FROM invitations WHERE digest = ?",  # noqa: S608  # fixed words
        (digest,),
    ).fetchone()
    return InvitationRow(*row) if row else None


def invitations(tx: Transaction, account_id: int, now: float) -> list[InvitationRow]:
    """The links of an account that still let somebody in, oldest first."""
    rows = tx.execute(
        f"SELECT {_INVITATION} FROM invitations WHERE account_id = ? AND used IS NULL AND ends > ?"  # noqa: S608
        " ORDER BY made, id",
        (account_id, now),
    )
    return [InvitationRow(*row) for row in rows]


def accept(tx: Transaction, invitation_id: int, user_id: int, now: float) -> bool:
    """Lets somebody in by a link, which is used up by that; False where it was, or ended, or they are there already."""
    used = tx.execute(
        "UPDATE invitations SET used = ? WHERE id = ? AND used IS NULL AND ends > ? AND NOT EXISTS (SELECT 1 FROM"
        " account_people WHERE account_people.account_id = invitations.account_id AND user_id = ?)",
        (now, invitation_id, now, user_id),
    )
    if used.rowcount != 1:
        return False
    tx.execute(
        "INSERT INTO members (account_id, user_id, role, since, after_event)"
        " SELECT account_id, ?, role, ?, (SELECT COALESCE(MAX(id), 0) FROM events) FROM invitations WHERE id = ?",
        (user_id, now, invitation_id),
    )
    return True


def revoke(tx: Transaction, account_id: int, invitation_id: int) -> None:
    """A link lets nobody in any more."""
    tx.execute("DELETE FROM invitations WHERE id = ? AND account_id = ? AND used IS NULL", (invitation_id, account_id))


def revoke_of(tx: Transaction, account_id: int, user_id: int) -> None:
    """The links to an account that a person made let nobody in any more."""
    tx.execute("DELETE FROM invitations WHERE account_id = ? AND made_by = ? AND used IS NULL", (account_id, user_id))


def forget_all(tx: Transaction, user_id: int) -> None:
    """A person is nobody any more wherever they were invited, and the links that they made let nobody in."""
    tx.execute("DELETE FROM members WHERE user_id = ?", (user_id,))
    tx.execute("DELETE FROM invitations WHERE made_by = ?", (user_id,))
