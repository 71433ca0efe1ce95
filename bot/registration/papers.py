"""What documents are called at SMSC, and how they are described there: so that a rejection can be matched. Pure.

A photo has no name of its own, so it gets that of the sender name and its number: `LilyShop-2.jpg`. More than ten
photos come in several albums, each of which becomes one PDF: their descriptions say that they belong together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from bot.conversation.draft import Draft
from bot.conversation.step import Json
from bot.imaging.file_names import named
from bot.locales import Phrase, say, verbatim

ALBUM_MOST: Final = 10
"""Photos that Telegram puts into one album; what is beyond them comes in another one."""
_TOGETHER_WITHIN: Final = 120
"""Seconds between two albums that were sent at once."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it is sent: its name, what it is, and which of how many parts."""

    name: str
    description: str | None
    part: int = 1
    parts: int = 1

    def told(self) -> Phrase | None:
        """Its description in words, None where there is nothing to say."""
        if self.parts == 1:
            return verbatim(self.description) if self.description else None
        if not self.description:
            return say("part {number} of {count}", number=self.part, count=self.parts)
        return say(
            "{description}, part {number} of {count}", description=self.description, number=self.part, count=self.parts
        )


def of_draft(draft: Draft, name: str | None, before: int) -> Mapping[str, Paper]:
    """The documents of a form by `key`, for a name that has so many already."""
    documents = draft.items("documents")
    return dict(zip(map(key, documents), papers(documents, name, before), strict=True))


def key(document: Json) -> str:
    """Tells the documents of a form apart."""
    return f"{document['file_id']} {document.get('sources')}"


def papers(documents: Sequence[Json], name: str | None, before: int) -> list[Paper]:
    """Documents as they are sent for a name that has so many already."""
    made: list[Paper] = []
    for together in _together(documents):
        told = next((each["description"] for each in together if each["description"]), None)
        for part, each in enumerate(together, 1):
            number = before + len(made) + 1
            made.append(Paper(_name(each, name, number), told, part, len(together)))
    return made


def _name(document: Json, name: str | None, number: int) -> str:
    own: str = document["name"]
    if not name or not document.get("photo"):
        return own
    return named(f"{name}-{number}", PurePosixPath(own).suffix.removeprefix("."))


def _together(documents: Sequence[Json]) -> list[list[Json]]:
    """Documents in their order; in one list those that were one sending of more than ten photos."""
    lists: list[list[Json]] = []
    for each in documents:
        if lists and _goes_on(lists[-1], each):
            lists[-1].append(each)
        else:
            lists.append([each])
    return lists


def _goes_on(before: Sequence[Json], document: Json) -> bool:
    last = before[-1]
    full = last.get("photo") and document.get("photo") and len(last.get("sources") or ()) == ALBUM_MOST
    soon = abs((document.get("sent") or 0) - (last.get("sent") or 0)) <= _TOGETHER_WITHIN
    told = {each["description"] for each in (*before, document) if each["description"]}
    return bool(full and soon and len(told) < 2)
