"""Links by which somebody without an account fills in a form, and what they filled in.

    whoever has an account        their client
    makes a link ───────────────▶ opens it, begins: the form is theirs
                                  hands it over ──┐
    looks, corrects ◀─────────────────────────────┘
      ├─▶ sends it back with a remark ──────────▶ corrects, hands it over again
      └─▶ registers: it was used                  withdraws, for as long as it was not

A link is known by a token that nobody can guess; the file has its hash. The client is told nothing of the account, and
its person nothing of the client but the form.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, TypeVar

import orjson
import structlog

from bot.ceilings import Ceiling, Ceilings
from bot.conversation.step import Answers, Json
from bot.rights import Right, Role, may
from bot.storage import client_links as table
from bot.storage import outbox as outbox_table
from bot.storage.client_links import FormRow, FormState, LinkRow
from bot.storage.database import Database, Work
from bot.storage.transaction import Transaction
from bot.storage.unit_of_work import Write
from bot.tokens import digest
from bot.vault import Vault, VaultError

log = structlog.get_logger(__name__)

T = TypeVar("T")

HANDED_OVER: Final = "client_sent"
"""The kind of notice that tells whoever made a link that a form was handed over by it."""
WITHDRAWN: Final = "client_withdrew"
"""The kind of notice that tells them that it was withdrawn."""
SENT_BACK: Final = "client_returned"
"""The kind of notice that tells a client that something is to be corrected."""
USED: Final = "client_used"
"""The kind of notice that tells a client that their form was used."""


class Trouble(Enum):
    """Why a link or a form leads nowhere."""

    UNKNOWN = "no such link: cut off, of another bot, made anew, or its account is gone"
    ENDED = "its day has passed"
    CALLED_OFF = "whoever made it called it off, or may not register names there any more"
    TAKEN = "so many people as it is for have it already"
    USED = "what was filled in was used"


@dataclass(frozen=True, slots=True)
class Link:
    """A link: whose it is, for which account and subclient.

    title     what the client sees above the form; empty: nothing
    asked     the groups of steps that the client fills in
    prepared  answers that are there beforehand; the client does not see them
    ends      until when it can be taken up (epoch seconds)
    most      how many people may take it up
    tag       tells buttons of this token from those of a former one
    """

    id: int
    user_id: int
    account_id: int
    subclient: str
    title: str
    asked: tuple[str, ...]
    prepared: Answers
    ends: float
    most: int = 1
    revoked: bool = False
    created: float = 0.0
    tag: str = ""

    def trouble(self, now: float) -> Trouble | None:
        """Why nobody can take it up any more; None: one can."""
        if self.revoked:
            return Trouble.CALLED_OFF
        return Trouble.ENDED if self.ends <= now else None


@dataclass(frozen=True, slots=True)
class ClientForm:
    """What one person fills in by a link.

    round    how often they handed it over
    answers  as they were handed over; empty before that, and when it was used or withdrawn
    remark   why it was sent back
    unheard  its writer has the bot blocked, and something waits for them
    """

    id: int
    link_id: int
    user_id: int
    state: FormState
    round: int = 0
    answers: Answers = field(default_factory=dict)
    remark: str = ""
    changed: float = 0.0
    unheard: bool = False


class ClientLinks:
    """Makes links, finds them, and keeps what is filled in by them."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        now: Callable[[], float],
        new_id: Callable[[], int],
        new_token: Callable[[], str],
        news: asyncio.Event,
        ceilings: Ceilings,
    ) -> None:
        self._ceilings = ceilings
        self._database = database
        self._vault = vault
        self._now = now
        self._new_id = new_id
        self._new_token = new_token
        self._news = news

    # Whoever makes links

    def made(self, link: Link) -> tuple[str, Write]:
        """The token of a new link, which is nowhere else, and what writes the link."""
        token = self._new_token()
        content = {"title": link.title, "asked": link.asked, "prepared": dict(link.prepared)}
        row = LinkRow(
            link.id,
            link.user_id,
            link.account_id,
            link.subclient,
            digest(token),
            link.ends,
            link.most,
            link.revoked,
            self._vault.seal(orjson.dumps(content), _place_of_link(link.user_id, link.id)),
            self._now(),
        )
        return token, lambda tx: table.put(tx, row)

    async def of(self, user_id: int) -> list[tuple[Link, list[ClientForm]]]:
        """The links that a person made, newest first, each with what is filled in by it."""

        def read(tx: Transaction) -> list[tuple[LinkRow, list[tuple[FormRow, bool]]]]:
            return [
                (link, [(each, outbox_table.has_parked(tx, each.user_id)) for each in table.forms_by(tx, link.id)])
                for link in table.links_of(tx, user_id)
            ]

        rows = await self._database.run(read)
        return [
            (self._link(link), [replace(self._form(each), unheard=unheard) for each, unheard in forms])
            for link, forms in rows
        ]

    async def made_by(self, user_id: int, link_id: int) -> tuple[Link, list[ClientForm]] | None:
        """A link that this person made, with what is filled in by it; None where there is no such."""
        return next((each for each in await self.of(user_id) if each[0].id == link_id), None)

    async def check_room(self, user_id: int) -> None:
        """Whether a person may make one more link.

        Raises:
            EnoughError: no.
        """
        links = sum(link.trouble(self._now()) is None for link, _ in await self.of(user_id))
        self._ceilings.check(Ceiling.LINKS, links + 1)

    async def handed_over(self, form_id: int, maker: int) -> tuple[Link, ClientForm] | None:
        """A form that was handed over to whoever made its link; None where it is not there for them."""
        found = await self.form(form_id)
        return found if found is not None and found[0].user_id == maker else None

    async def send_back(self, form_id: int, maker: int, count: int, remark: str) -> bool:
        """Sends a form back to be corrected, as it was handed over the last time; False where that is not so any more.

        `count`: how often it had been handed over when it was looked at.
        """
        found = await self.handed_over(form_id, maker)
        if found is None or found[1].round != count:
            return False
        link, form = found
        sealed = self._sealed(link.id, form.id, form.answers, remark)

        def write(tx: Transaction) -> bool:
            row = table.form(tx, form_id)
            if row is None or row.round != count:
                return False
            moved = table.move(tx, form_id, {FormState.SENT}, FormState.RETURNED, sealed, self._now())
            if moved:
                _tell(tx, form.user_id, SENT_BACK, form_id)
            return moved or row.state is FormState.RETURNED

        return await self._told(write)

    async def use(self, form_id: int, maker: int, count: int) -> bool:
        """A form is used, as it was handed over the last time; from then on it cannot be withdrawn.

        False where the client withdrew it, or it was sent back or handed over anew meanwhile. Using it once more is
        nothing new: SMSC may refuse a request, and it is mended and sent again.
        """

        def write(tx: Transaction) -> bool:
            row = table.form(tx, form_id)
            link = table.link(tx, row.link_id) if row is not None else None
            if row is None or link is None or link.user_id != maker or row.round != count:
                return False
            moved = table.move(tx, form_id, {FormState.SENT}, FormState.USED, None, self._now())
            if moved:
                _tell(tx, row.user_id, USED, form_id)
            return moved or row.state is FormState.USED

        return await self._told(write)

    async def call_off(self, link: Link) -> None:
        """Nobody can fill anything in by a link any more; what was handed over stays until it is withdrawn."""
        await self._told(lambda tx: table.call_off(tx, link.id, self._now()))

    async def prolong(self, link: Link, ends: float) -> None:
        """A link can be taken up until another time."""
        await self._changed(link, lambda row: (row.token, ends))

    async def anew(self, link: Link) -> str:
        """Another token for a link; the former one leads nowhere."""
        token = self._new_token()
        await self._changed(link, lambda row: (digest(token), row.ends))
        return token

    # Whoever fills in

    async def found(self, token: str) -> Link | None:
        """The link that has this token."""
        row = await self._database.run(lambda tx: table.by_token(tx, digest(token)))
        return self._link(row) if row is not None else None

    async def tagged(self, link_id: int, tag: str) -> Link | None:
        """A link that a button leads to; None where it is gone, or has another token since."""
        row = await self._database.run(lambda tx: table.link(tx, link_id))
        link = self._link(row) if row is not None else None
        return link if link is not None and link.tag == tag else None

    async def take_up(self, link: Link, user_id: int) -> ClientForm | Trouble:
        """The form of somebody who takes a link up: of several people at once, the first ones have it."""
        now, form_id = self._now(), self._new_id()

        def write(tx: Transaction) -> FormRow | Trouble:
            row = table.link(tx, link.id)
            if row is None:
                return Trouble.UNKNOWN
            own = next((each for each in table.forms_by(tx, link.id) if each.user_id == user_id), None)
            begun = own is not None and own.state in _BEGUN
            if not begun and (trouble := self._link(row).trouble(now)) is not None:
                return trouble
            return table.take_up(tx, form_id, row, user_id, now) or Trouble.TAKEN

        taken = await self._database.run(write)
        return taken if isinstance(taken, Trouble) else self._form(taken)

    async def form(self, form_id: int) -> tuple[Link, ClientForm] | None:
        """A form and its link; None where it is gone."""

        def read(tx: Transaction) -> tuple[LinkRow, FormRow] | None:
            row = table.form(tx, form_id)
            link = table.link(tx, row.link_id) if row is not None else None
            return (link, row) if row is not None and link is not None else None

        found = await self._database.run(read)
        return (self._link(found[0]), self._form(found[1])) if found is not None else None

    async def filled_in_by(self, user_id: int) -> list[tuple[Link, ClientForm]]:
        """What a person fills in or handed over, newest first; not what they withdrew."""

        def read(tx: Transaction) -> list[tuple[LinkRow | None, FormRow]]:
            return [(table.link(tx, each.link_id), each) for each in table.forms_of(tx, user_id)]

        rows = await self._database.run(read)
        return [
            (self._link(link), self._form(form))
            for link, form in rows
            if link is not None and form.state is not FormState.WITHDRAWN
        ]

    async def is_client(self, user_id: int) -> bool:
        """Whether a person has taken a link up, whatever became of it."""
        return bool(await self._database.run(lambda tx: table.forms_of(tx, user_id)))

    async def let_go(self, form_id: int, user_id: int) -> None:
        """A person does not go on with what they had begun: somebody else may; one that was sent back stays theirs."""

        def write(tx: Transaction) -> None:
            row = table.form(tx, form_id)
            if row is not None and row.user_id == user_id:
                table.move(tx, form_id, {FormState.OPEN}, FormState.WITHDRAWN, None, self._now())

        await self._database.run(write)

    async def hand_over(self, form_id: int, user_id: int, answers: Answers) -> Trouble | None:
        """Hands a form over; what stands in the way, if anything does.

        One that was sent back can be handed over after the link's end, too: it was asked for.
        """
        found = await self.form(form_id)
        if found is None or found[1].user_id != user_id:
            return Trouble.UNKNOWN
        link, now = found[0], self._now()
        sealed = self._sealed(link.id, form_id, answers, "")

        def write(tx: Transaction) -> Trouble | None:
            row, owner = table.form(tx, form_id), table.link(tx, link.id)
            if row is None or owner is None:
                return Trouble.UNKNOWN
            if row.state is FormState.USED:
                return Trouble.USED
            if row.state is FormState.SENT:  # the same update, handled again
                return None
            trouble = self._link(owner).trouble(now)
            if trouble is Trouble.ENDED and row.state is FormState.RETURNED:
                trouble = None
            if trouble is not None or row.state is FormState.WITHDRAWN:
                return trouble or Trouble.CALLED_OFF
            table.move(tx, form_id, {FormState.OPEN, FormState.RETURNED}, FormState.SENT, sealed, now)
            _tell(tx, owner.user_id, HANDED_OVER, form_id)
            return None

        return await self._told(write)

    async def withdraw(self, form_id: int, user_id: int) -> bool:
        """Takes back what a person filled in: it is deleted. False where it was used already, or is gone."""

        def write(tx: Transaction) -> bool:
            row = table.form(tx, form_id)
            link = table.link(tx, row.link_id) if row is not None else None
            if row is None or link is None or row.user_id != user_id:
                return False
            moved = table.move(tx, form_id, _BEGUN, FormState.WITHDRAWN, None, self._now())
            if moved and row.state is not FormState.OPEN:
                _tell(tx, link.user_id, WITHDRAWN, form_id)
            return moved

        return await self._told(write)

    # Inside

    async def _told(self, write: Work[T]) -> T:
        """Writes, and has the outbox look at what there is to tell."""
        done = await self._database.run(write)
        self._news.set()
        return done

    async def _changed(self, link: Link, how: Callable[[LinkRow], tuple[str, float]]) -> None:
        def write(tx: Transaction) -> None:
            row = table.link(tx, link.id)
            if row is not None:
                token, ends = how(row)
                table.change(tx, link.id, token=token, ends=ends)

        await self._database.run(write)

    def _sealed(self, link_id: int, form_id: int, answers: Answers, remark: str) -> bytes:
        plain = orjson.dumps({"answers": dict(answers), "remark": remark})
        return self._vault.seal(plain, _place_of_form(link_id, form_id))

    def _link(self, row: LinkRow) -> Link:
        content = self._opened(row.sealed, _place_of_link(row.user_id, row.id))
        return Link(
            row.id,
            row.user_id,
            row.account_id,
            row.subclient,
            content.get("title", ""),
            tuple(content.get("asked", ())),
            content.get("prepared", {}),
            row.ends,
            row.most,
            row.revoked or not content or not may(Role(row.role) if row.role else None, Right.PREPARE),
            row.created,
            row.token[:_TAG],
        )

    def _form(self, row: FormRow) -> ClientForm:
        content = self._opened(row.sealed, _place_of_form(row.link_id, row.id)) if row.sealed is not None else {}
        return ClientForm(
            row.id,
            row.link_id,
            row.user_id,
            row.state,
            row.round,
            content.get("answers", {}),
            content.get("remark", ""),
            row.changed,
        )

    def _opened(self, sealed: bytes, place: str) -> Mapping[str, Json]:
        """What was sealed; nothing where it cannot be read: such a link is as one that was called off."""
        try:
            content: Mapping[str, Json] = self._vault.open_json(sealed, place)
        except VaultError as failure:
            log.error("a client's link or form cannot be read", place=place, why=str(failure))
            return {}
        return content


_BEGUN: Final = frozenset({FormState.OPEN, FormState.SENT, FormState.RETURNED})
_TAG: Final = 8


def _tell(tx: Transaction, chat_id: int, kind: str, form_id: int) -> None:
    outbox_table.put(tx, chat_id, kind, orjson.dumps({"form": form_id}).decode())


def _place_of_link(user_id: int, link_id: int) -> str:
    return f"client_link:{user_id}:{link_id}"


def _place_of_form(link_id: int, form_id: int) -> str:
    return f"client_form:{link_id}:{form_id}"
