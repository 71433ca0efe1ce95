"""What is known of one sender name, in parts, none of which hides another. Pure.

    activation   as SMSC's lists have it: among the activated names, in the full list only, or not known
    operators    each one's code, as it came
    documents    each with its status; a newer one may stand in the place of an older one
    deeds        what was asked of SMSC from here: done, on its way, or unclear

Each part has its time. Marks, filters and whatever a screen says of a name are derived from these, and only here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.smsc import Document, DocumentStatus, OperatorStatus


class Activation(StrEnum):
    """Whether SMSC lists a name as activated. SMSC has no word for a refused name: it is not activated, too."""

    ACTIVE = "active"
    """In the list of activated names."""
    LISTED = "listed"
    """In the full list, and not among the activated ones."""
    UNKNOWN = "unknown"
    """In no list yet, or the lists do not tell."""


class What(StrEnum):
    """What was asked of SMSC."""

    ADD = "add"
    CHANGE = "change"
    DOCUMENT = "document"
    """A change that brings a document and nothing else."""
    DELETE = "delete"
    SEND_CODE = "send_code"
    CHECK_CODE = "check_code"


class Stage(StrEnum):
    """How far it is. What was refused or called off changed nothing, and is no part of a name's state."""

    UNDER_WAY = "under way"
    DONE = "done"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was asked of SMSC, since when it stands so, and the document that went with it."""

    what: What
    stage: Stage
    at: float
    file: str | None = None
    description: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SeenOperator:
    """What an operator says, and since when a list says so."""

    status: OperatorStatus
    since: float | None = None


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """A document as listed: when it was first in a list, and since when with this status.

    `description` is what it was sent with from here, `sha256` (in hexadecimal) that of the file; None where it was sent
    from elsewhere, or without one: SMSC's list does not tell.
    """

    document: Document
    appeared: float = 0.0
    since: float = 0.0
    description: str | None = None
    sha256: str | None = None

    @property
    def rejected(self) -> bool:
        """Whether a moderator rejected it."""
        return self.document.status is DocumentStatus.REJECTED


@dataclass(frozen=True, slots=True)
class Newer:
    """What came after a rejected document; `certain`: in its place, for both have the same description."""

    what: SeenDocument | Deed
    certain: bool


class Filter(StrEnum):
    """Names of one kind in the list. A name can be in several, and in none but “all”."""

    ACTIVE = "active"
    NOT_ACTIVE = "not_active"
    NEEDS_YOU = "needs_you"

    @property
    def bit(self) -> int:
        """Its bit in the number that the file keeps."""
        return 1 << list(Filter).index(self)


@dataclass(frozen=True, slots=True)
class NameState:
    """The parts. `since`: when a list said first what `activation` says; `listed`: when SMSC gave the newest list.

    Both are None for a name that was in no list yet. `deeds` are those of this name's present life, oldest first.
    """

    activation: Activation = Activation.UNKNOWN
    since: float | None = None
    listed: float | None = None
    operators: tuple[SeenOperator, ...] = ()
    documents: tuple[SeenDocument, ...] = ()
    deeds: tuple[Deed, ...] = ()

    @property
    def recent(self) -> tuple[Deed, ...]:
        """The deeds that the list does not show yet."""
        listed = self.listed or 0.0
        return tuple(each for each in self.deeds if each.stage is Stage.UNDER_WAY or each.at > listed)

    @property
    def applied(self) -> float | None:
        """When SMSC took the application for it, where it was sent from here."""
        return self._done(What.ADD)

    @property
    def confirmed(self) -> float | None:
        """When SMSC took the code for it, where it was sent from here."""
        return self._done(What.CHECK_CODE)

    @property
    def needs_you(self) -> bool:
        """Whether a document was rejected, and none that may stand in its place came after it."""
        return any(self.newer(each) is None for each in self.documents if each.rejected)

    @property
    def under_review(self) -> bool:
        """Whether a document is being looked at, as far as is known."""
        listed = any(each.document.status is DocumentStatus.UNDER_REVIEW for each in self.documents)
        return listed or any(each.file is not None and each.stage is Stage.DONE for each in self.recent)

    @property
    def filters(self) -> frozenset[Filter]:
        """The filters of the list that show it."""
        shown = {
            Filter.ACTIVE: self.activation is Activation.ACTIVE,
            Filter.NOT_ACTIVE: self.activation is Activation.LISTED,
            Filter.NEEDS_YOU: self.needs_you,
        }
        return frozenset(each for each, holds in shown.items() if holds)

    def newer(self, old: SeenDocument) -> Newer | None:
        """What came after a rejected document and stands, or may stand, in its place.

        SMSC does not tell which document replaces which. Of the same description (known where both were sent from
        here): certain. Of another one: not. Else it may be, unless it was rejected too, or was there before the old one
        was rejected. Newer is what has the higher id at SMSC, else what appeared later.
        """
        found: Newer | None = None
        for each in self.documents:
            if not _is_newer(each, old):
                continue
            same = _same(each.description, old.description)
            if same:
                return Newer(each, certain=True)
            if same is None and not each.rejected and each.appeared >= old.since:
                found = Newer(each, certain=False)
        for deed in self.recent:
            if deed.file is None or deed.stage is not Stage.DONE or deed.at < old.since:
                continue
            same = _same(deed.description, old.description)
            if same:
                return Newer(deed, certain=True)
            if same is None:
                found = Newer(deed, certain=False)
        return found

    def _done(self, what: What) -> float | None:
        return max((each.at for each in self.deeds if each.what is what and each.stage is Stage.DONE), default=None)


def bits(filters: Iterable[Filter]) -> int:
    """Filters as the file keeps them: one number."""
    return sum(each.bit for each in filters)


def life(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    """The deeds since a name was last deleted, oldest first."""
    kept: list[Deed] = []
    for each in sorted(deeds, key=lambda deed: deed.at):
        if each.what is What.DELETE and each.stage is Stage.DONE:
            kept.clear()
        else:
            kept.append(each)
    return tuple(kept)


def sent_with(
    documents: Iterable[SeenDocument], deeds: Iterable[Deed], part: Callable[[Deed], str | None]
) -> dict[int, str | None]:
    """What each document (by its place) was sent with from here (a `part` of the deed), found by its file's name.

    Several of one file name are told apart by their order only where as many are listed as were sent.
    """
    sent: dict[str, list[str | None]] = {}
    for deed in deeds:
        if deed.file is not None and deed.stage is Stage.DONE:
            sent.setdefault(deed.file.casefold(), []).append(part(deed))
    listed: dict[str, list[int]] = {}
    for place, each in enumerate(documents):
        listed.setdefault(each.document.name.casefold(), []).append(place)
    found: dict[int, str | None] = {}
    for file, places in listed.items():
        parts = sent.get(file, [])
        if len(places) == len(parts):
            found.update(zip(places, parts, strict=True))
        elif len(set(parts)) == 1 and len(parts) > len(places):
            found.update(dict.fromkeys(places, parts[0]))
    return found


def _is_newer(one: SeenDocument, other: SeenDocument) -> bool:
    if one is other:
        return False
    numbers = [each.document.fid or "" for each in (one, other)]
    if all(each.isascii() and each.isdigit() for each in numbers):
        return int(numbers[0]) > int(numbers[1])
    return one.appeared > other.appeared


def _same(one: str | None, other: str | None) -> bool | None:
    """Whether two descriptions say the same; None where one of them is not known."""
    if not one or not other:
        return None
    return one.strip().casefold() == other.strip().casefold()
