"""One update's view of a chat: who it is, in which language, and what the update changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from bot.locales import Phrase, Texts
from bot.people import Person
from bot.storage import outbox
from bot.storage.unit_of_work import UnitOfWork


@dataclass(slots=True)
class ChatContext:
    """A private chat while one update of it is handled.

    person     as the update leaves them: a handler that changes something puts the changed person here
    tapped     the message whose button was tapped, None where nothing was tapped
    message_id the message that the person sent, 0 where they sent none
    at_hand    everything that a handler may ask for by name
    note       a line above the screen, whatever it will be
    carried    lines of the things that were sent together with this one and came before it
    refused    why the file that was sent was not taken
    open_before  the form that was open when the update came; a command or another button sets it aside
    among_others  it is told together with other things: nothing is begun, nothing asked
    forgotten  everything about the person was deleted: nothing of them is written any more
    about      what the screen shows, where something may come back to it later (`op:12`)
    """

    person: Person
    t: Texts
    unit: UnitOfWork
    update_id: int
    first_name: str = ""
    tapped: int | None = None
    message_id: int = 0
    about: str | None = None
    note: Phrase | None = None
    carried: Sequence[Phrase] = ()
    refused: Phrase | None = None
    open_before: str | None = None
    among_others: bool = False
    forgotten: bool = False
    at_hand: Mapping[str, object] = field(default_factory=dict)

    def remind(self, kind: str, body: Mapping[str, object], at: float, now: float) -> None:
        """Has the notice `kind` told at a time (epoch seconds, as `now` is); written down together with this update."""
        told, chat_id = orjson.dumps({**body, "topic": self.person.topic}).decode(), self.person.user_id
        self.unit.tells = True
        self.unit.add(lambda tx: outbox.put(tx, chat_id, kind, told, at, now))
