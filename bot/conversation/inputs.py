"""What a person sent, freed of Telegram's types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.imaging.jobs import Doubt
from bot.reading import dress


@dataclass(frozen=True, slots=True)
class TextInput:
    """A text, as typed or pasted; never empty.

    `forwarded`: it came from elsewhere. `secret`: it holds a key or a password, by what it says or how it looks.
    """

    text: str
    message_id: int = 0
    forwarded: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class FileInput:
    """A file or photo.

    `size` is in bytes and None where Telegram left it out. `format` is what the content says it is (`pdf`, `jpg`, …),
    filled in by whoever looked into the file; None: nobody looked yet. `ref` is the name that the message replied to
    was about, None where it was no reply. `shown` is the message in which the bot showed what was made of it. `sources`
    are the messages that it came with, several where an album was put together, each with Telegram's number of the file
    in it, which stays the same wherever that very file turns up. `sent` is when (epoch seconds). `pages` and `doubts`
    are what was seen in pictures: how many pages they are, and which of these, from 1 on, may not be readable, and why.
    `sha256` is the number of the bytes that are sent on, filled in with the format.
    """

    file_id: str
    name: str
    size: int | None
    photo: bool = False
    caption: str | None = None
    format: str | None = None
    message_id: int = 0
    ref: int | None = None
    shown: int | None = None
    sources: tuple[tuple[int, str], ...] = ()
    sent: int = 0
    pages: int = 1
    doubts: tuple[tuple[int, Doubt], ...] = ()
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class AlbumInput:
    """Files that were sent together, in their order."""

    files: tuple[FileInput, ...]

    @property
    def message_id(self) -> int:
        """The first message of the album."""
        return self.files[0].message_id

    @property
    def ref(self) -> int | None:
        """The name that the message replied to was about."""
        return self.files[0].ref


@dataclass(frozen=True, slots=True)
class ContactInput:
    """A shared contact; `own` when it is the sender's."""

    phone: str
    own: bool
    message_id: int = 0


@dataclass(frozen=True, slots=True)
class OtherInput:
    """Anything else: `kind` is Telegram's word for it (`sticker`, `voice`, …)."""

    kind: str
    message_id: int = 0


Input: TypeAlias = TextInput | FileInput | AlbumInput | ContactInput | OtherInput


def one_line(received: Input) -> str:
    """A text as one clean line, see `dress.one_line`; anything else is an empty one."""
    return dress.one_line(received.text) if isinstance(received, TextInput) else ""
