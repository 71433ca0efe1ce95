"""What a person sees: a text and buttons. Pure data; the panel turns it into Telegram's messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from html import unescape
from typing import Final

from markupsafe import Markup

from bot.conversation.callback import Callback, Packed

TEXT_MOST: Final = 4096
"""UTF-16 code units a message may have (Bot API, sendMessage)."""


class Style(StrEnum):
    """Telegram's button colours; never the only mark of a meaning."""

    PLAIN = ""
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button with exactly one effect: `tap` for the bot, `url` to open, or `copy` to the clipboard."""

    label: str
    tap: Callback | Packed | None = None
    style: Style = Style.PLAIN
    url: str | None = None
    copy: str | None = None

    @property
    def says(self) -> str | None:
        """What it says when it is tapped; None: it is not for the bot."""
        return self.tap.pack() if self.tap is not None else None


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a screen says as a table, for a chat that takes tables: the lines `above` it, and its cells.

    The first row is the head. `refused` stands above the plain text where Telegram does not take the table.
    """

    above: Markup
    cells: tuple[tuple[Markup, ...], ...]
    refused: Markup


@dataclass(frozen=True, slots=True)
class Screen:
    """One state of the chat as a person sees it.

    `asks` marks a screen that waits for typed text (Telegram opens the keyboard). `lasting` marks a receipt or an
    event: it stays in the chat, and the next screen is a message of its own. `silent`: it comes without a sound.
    `table`: the text as a table, shown in its place. `unkept`: the screen has something in it that is written down
    nowhere (a link that lets somebody in); where it cannot be shown now, this is what is shown later.
    """

    text: Markup
    rows: tuple[Row, ...] = ()
    asks: bool = False
    lasting: bool = False
    silent: bool = False
    table: Table | None = None
    unkept: Screen | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(row for row in self.rows if row))

    def with_note(self, note: Markup) -> Screen:
        """The same screen with a line above it."""
        note += Markup("\n\n")
        table = replace(self.table, above=note + self.table.above) if self.table is not None else None
        return replace(self, text=note + self.text, table=table)

    def as_text(self) -> Screen:
        """The same where Telegram does not take its table."""
        if self.table is None:
            return self
        return replace(self, table=None).with_note(self.table.refused)


def utf16_length(text: Markup) -> int:
    """The length of a text as Telegram counts it: UTF-16 code units, without its markup (Bot API, sendMessage)."""
    return len(unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2


_TAG: Final = re.compile(r"<[^>]*>")


def pairs(buttons: list[Button] | tuple[Button, ...], width: int = 2) -> tuple[Row, ...]:
    """Buttons laid out `width` to a row."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))
