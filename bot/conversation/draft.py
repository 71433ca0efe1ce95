"""A conversation that is under way: its answers, and what is being gathered. Every change of it gives a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.conversation.step import Answers, Json, Step
from bot.locales import Phrase

INSTEAD: Final = "?"
"""Under a step's key with this, `Draft.working` holds the newest item as a text would make it, if it is meant so."""
DOUBTED: Final = "!"
"""Under a step's key with this, `Draft.working` holds the item that is taken only at a person's word, in a list."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A conversation that is under way. Everything in it goes through JSON.

    tag          tells this draft's buttons from those of a former one
    answers      step key → value, in the order in which they were given
    working      step key → the items gathered so far, or what is offered to be taken: one thing, or a list of them
    editing      the step that is being changed from the summary
    answered_by  step key → the message that answered it, where one did: an edit of that message mends the answer
    prefilled    the steps whose answers were there when it was begun
    """

    flow: str
    version: int
    tag: str
    answers: Answers = field(default_factory=dict)
    working: Answers = field(default_factory=dict)
    editing: str | None = None
    answered_by: Mapping[str, int] = field(default_factory=dict)
    prefilled: tuple[str, ...] = ()

    def items(self, key: str) -> Sequence[Json]:
        """What a step gathered: as it stands in work, else as it was answered."""
        return (self.working[key] if key in self.working else self.answers.get(key)) or ()

    def __repr__(self) -> str:  # answers may hold secrets
        return f"Draft({self.flow} v{self.version} {self.tag}: {', '.join(self.answers)})"

    def to_json(self) -> dict[str, Json]:
        """For the file."""
        return {
            "flow": self.flow,
            "version": self.version,
            "tag": self.tag,
            "answers": dict(self.answers),
            "working": dict(self.working),
            "editing": self.editing,
            "told": dict(self.answered_by),
            "known": list(self.prefilled),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Json]) -> Draft:
        """From the file."""
        return cls(
            row["flow"],
            row["version"],
            row["tag"],
            row["answers"],
            row["working"],
            row["editing"],
            row.get("told", {}),  # drafts of version 0.1.0 have neither
            tuple(row.get("known", ())),
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a move led: the draft after it, the problem that kept it where it was, and a word about what was done.

    The word is made of the facts after the move: what an item is called may depend on where it was put.
    """

    draft: Draft
    problem: Phrase | None = None
    note: Callable[[Any], Phrase] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things that a step gathers, and where it lies in the draft: as an answer, or in work under a key."""

    step: Step[Any]
    key: str
    number: int
    answered: bool

    def of(self, draft: Draft) -> Json:
        """What it says."""
        return (draft.answers if self.answered else draft.working)[self.key][self.number]

    def put(self, draft: Draft, value: Json) -> Draft:
        """The draft with another thing in its place."""
        items = list((draft.answers if self.answered else draft.working)[self.key])
        items[self.number] = value
        if self.answered:
            return replace(draft, answers={**draft.answers, self.key: items})
        return with_work(draft, self.key, items)


def to_be_asked_again(draft: Draft, keys: set[str]) -> Draft:
    """The draft with an answer to be changed; several, which came as lines of one message, make room for new ones."""
    if len(keys) == 1:
        return replace(draft, editing=min(keys))
    return replace(draft, answers={key: value for key, value in draft.answers.items() if key not in keys}, editing=None)


def with_answer(draft: Draft, key: str, value: Json, message_id: int = 0) -> Draft:
    """The draft with a step answered; `message_id` is that of the message that did, 0: none."""
    working = {each: kept for each, kept in draft.working.items() if each not in (key, f"{key}{INSTEAD}")}
    others = {each: kept for each, kept in draft.answers.items() if each != key}
    answered_by = {each: number for each, number in draft.answered_by.items() if each != key}
    if message_id:
        answered_by[key] = message_id
    answers = {**others, key: value}
    return replace(draft, answers=answers, working=working, editing=None, answered_by=answered_by)


def with_work(draft: Draft, key: str, value: Json) -> Draft:
    """The draft with what is in work at a step; None: nothing."""
    others = {each: kept for each, kept in draft.working.items() if each not in (key, f"{key}{INSTEAD}")}
    return replace(draft, working=others if value is None else {**others, key: value})


def with_items(draft: Draft, key: str, items: list[Json]) -> Draft:
    """The draft with the items of a step where they stand: among the answers, or with what is being gathered."""
    if key in draft.answers and draft.editing != key:
        return replace(draft, answers={**draft.answers, key: items})
    return with_work(draft, key, items)


def with_doubted(draft: Draft, key: str, item: Json = None) -> Draft:
    """The draft with the doubtful item of a step; None: with none."""
    return with_work(draft, f"{key}{DOUBTED}", None if item is None else [item])
