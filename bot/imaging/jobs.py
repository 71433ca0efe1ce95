"""A job of the image worker, in the words of both sides: what is asked, what is made, and why nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

PAGES_MOST: Final = 100
"""Pages that are drawn for one document: SMSC's 3 MB have room for some thirty of text, for a hundred of hardly any."""

Told = Callable[[int, int], None]
"""Hears after each page how many are done, and of how many."""


def unheard(_page: int, _count: int) -> None:
    """Nobody hears how far it is."""


class PictureError(Exception):
    """A file that is no picture and no PDF, is broken, or is of a kind that nobody opens here."""


class LockedError(Exception):
    """A file that opens only with a password."""


class TooManyPixelsError(Exception):
    """A picture of more pixels, or in need of more memory, than is spent here."""


class TooManyPagesError(Exception):
    """A file of more pages than are drawn here."""


class TooComplexError(Exception):
    """A file that would take, or took, more time than is spent on one."""


class PortfolioError(Exception):
    """A PDF that is but a cover for the files inside it."""


class FormOfAdobeError(Exception):
    """A PDF that only Adobe's own reader draws (XFA)."""


class RawError(Exception):
    """A camera's raw file without a picture of its own that could be read."""


class NotSmallEnoughError(Exception):
    """Made any smaller it could not be read. `fits`: about how many such pages would fit."""

    def __init__(self, fits: int) -> None:
        super().__init__(fits)
        self.fits = fits


class ArchiveFlaw(StrEnum):
    """Why an archive is of no use to a moderator."""

    LOCKED = "locked"
    EMPTY = "empty"
    BROKEN = "broken"
    PART = "part"
    OFFICE = "office"


class ArchiveFlawError(Exception):
    """Nobody can open the archive."""

    def __init__(self, flaw: ArchiveFlaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class Done(StrEnum):
    """What was done to a picture that it could go to a moderator, in the order in which it is told."""

    CONVERTED = "converted"
    """It was of another format."""
    TURNED = "turned"
    """It lay on its side, or was mirrored, and Exif said so."""
    FLATTENED = "flattened"
    """Paper was put behind what was transparent."""
    COLOURS = "colours"
    """It had CMYK or other colours than RGB and grey, or more than eight bits."""
    SMALLER = "smaller"
    """It has fewer pixels than it had."""
    UNSIGNED = "unsigned"
    """An electronic signature of a PDF that was drawn anew proves nothing any more."""
    WITHOUT_FILES = "without_files"
    """Files that lay inside a PDF are not in it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was made: its content, its format, how many pages it has.

    Of a single picture also what was done to it, and what format it came in, in the words of people: `HEIC`, `WebP`.
    Of pictures also which of their pages, from 1 on, may not be readable.
    """

    content: bytes
    kind: str
    pages: int
    done: tuple[Done, ...] = ()
    source: str = ""
    doubts: tuple[tuple[int, Doubt], ...] = ()


FAILURES: Final = (
    PictureError,
    LockedError,
    PortfolioError,
    FormOfAdobeError,
    RawError,
    TooManyPixelsError,
    TooManyPagesError,
    TooComplexError,
    NotSmallEnoughError,
    ArchiveFlawError,
)


class Doubt(StrEnum):
    """Why a picture may not be readable."""

    DARK = "dark"
    EMPTY = "empty"
    BLURRED = "blurred"


Work = Literal["pictures", "scan", "check", "look", "archive"]
MERE_LOOKS: Final = frozenset({"check", "look", "archive"})
"""Work that makes nothing: it is short, and what it cannot see costs nobody their file."""
