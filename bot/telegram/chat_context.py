"""A chat while one update of it is handled: who it is, in which language, what was sent, and what is to change.

The context stays as it is for as long as it is handed from one to the next. What the update changes has one place,
`ChatContext.changes`; what is written to the file has another, `ChatContext.unit_of_work`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
from aiogram.types import User

from bot.accounts import Accounts, Scope
from bot.locales import Catalogues, Phrase, Texts
from bot.people import People, Person
from bot.storage import outbox
from bot.storage.unit_of_work import UnitOfWork, Write

_CALLED_MOST: Final = 60


@dataclass(slots=True)
class Changes:
    """What handling an update changes in its chat, so far.

    person     as the update leaves them
    t          the texts in their language
    scope      the account and subclient in use; None: no account is connected
    edited     the message that the next screen takes the place of, at first the one whose button was tapped; None: the
               next screen is a message of its own
    about      what the screen shows, where something may come back to it later (`op:12`)
    note       a line above the screen, whatever it will be
    refused    why the file that was sent was not taken
    beside     the screen comes beside what the panel shows, which stays as it is
    noted      what is written when the screen is there, by the message that shows it
    forgotten  everything about the person was deleted: nothing of them is written any more
    facts      what the steps of a form looked at last, and what that was gathered of (`Forms`)
    forms      the conversations whose forms are moved, for as long as this lasts (`Forms`)
    """

    person: Person
    t: Texts
    scope: Scope | None
    edited: int | None = None
    about: str | None = None
    note: Phrase | None = None
    refused: Phrase | None = None
    beside: bool = False
    noted: Callable[[int], Write] | None = None
    forgotten: bool = False
    facts: tuple[tuple[object, ...], Any] | None = None
    forms: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChatContext:
    """A private chat while one update of it, or one notice for it, is handled.

    tapped     the message whose button was tapped, None where nothing was tapped
    message_id the message that the person sent, 0 where they sent none
    open_before  the form that was open when the update came; a command or another button sets it aside
    carried    lines of the things that were sent together with this one and came before it
    among_others  it is told together with other things: nothing is begun, nothing asked
    guest      the bot serves a closed circle, and they were let in to a client's form alone
    """

    changes: Changes
    unit_of_work: UnitOfWork
    update_id: int = 0
    tapped: int | None = None
    message_id: int = 0
    open_before: str | None = None
    carried: Sequence[Phrase] = ()
    among_others: bool = False
    guest: bool = False

    @property
    def person(self) -> Person:
        """The person as they are by now."""
        return self.changes.person

    @property
    def t(self) -> Texts:
        """The texts in the person's language."""
        return self.changes.t

    @property
    def scope(self) -> Scope | None:
        """The account and subclient in use; None: no account is connected."""
        return self.changes.scope

    def remind(self, kind: str, body: Mapping[str, object], at: float, now: float, *, once_a: str = "") -> None:
        """The notice `kind`, to be told at a time (epoch seconds, as `now` is); written down with this update.

        `once_a`: a word of the body; one that was to be told with the same there is taken back.
        """
        told, chat_id = orjson.dumps({**body, "topic": self.person.topic}).decode(), self.person.user_id
        self.unit_of_work.tells = True
        if once_a:
            self.unit_of_work.add(lambda tx: outbox.take_back(tx, chat_id, kind, once_a, body[once_a]))
        self.unit_of_work.add(lambda tx: outbox.put(tx, chat_id, kind, told, at, now))


def _called(sender: User) -> str:
    """A person's name at Telegram in one line, without what turns or hides the letters beside it."""
    name = sender.full_name
    plain = name if name.isprintable() else "".join(each for each in name if each.isprintable())
    return plain.strip()[:_CALLED_MOST]


class Contexts:
    """Makes the context of whatever is to be handled."""

    def __init__(self, people: People, catalogues: Catalogues, accounts: Accounts) -> None:
        self._people = people
        self._catalogues = catalogues
        self._accounts = accounts

    async def of_update(
        self,
        sender: User,
        unit_of_work: UnitOfWork,
        update_id: int,
        *,
        message_id: int = 0,
        tapped: int | None = None,
        topic: int = 0,
        carried: Sequence[Phrase] = (),
    ) -> ChatContext:
        """The context of what somebody sent or tapped just now."""
        known = await self._people.load(sender.id)
        hint, called = sender.language_code or known.hint, _called(sender)
        same = (hint, topic, called) == (known.hint, known.topic, known.called)
        person = known if same else replace(known, hint=hint, topic=topic, called=called)
        return ChatContext(
            await self._begun(person, edited=tapped),
            unit_of_work,
            update_id,
            tapped=tapped,
            message_id=message_id,
            open_before=person.open,
            carried=carried,
        )

    async def of_chat(self, chat_id: int, unit_of_work: UnitOfWork, *, among_others: bool = False) -> ChatContext:
        """The context of what a person did not ask for: a notice, a look at what waits."""
        return ChatContext(await self._begun(await self._people.load(chat_id)), unit_of_work, among_others=among_others)

    async def gone_on(self, chat: ChatContext) -> ChatContext:
        """The context of what the same update brings about next, below what was shown."""
        scope = await self._accounts.scope(chat.person)
        changes = replace(chat.changes, scope=scope, edited=None, note=None, facts=None)
        return replace(chat, changes=changes, tapped=None, open_before=chat.person.open)

    async def _begun(self, person: Person, edited: int | None = None) -> Changes:
        t = self._catalogues.pick(person.language, person.hint)
        return Changes(person, t, await self._accounts.scope(person), edited)
