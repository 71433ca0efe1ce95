"""What a person sees: a text and buttons. Pure data; the panel turns it into Telegram's messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from markupsafe import Markup

from bot.conversation.tap import Tap


class Style(StrEnum):
    """Telegram's button colours; never the only mark of a meaning."""

    PLAIN = ""
    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button with exactly one effect: `tap` for the bot, `url` to open, or `copy` to the clipboard."""

    label: str
    tap: Tap | None = None
    style: Style = Style.PLAIN
    url: str | None = None
    copy: str | None = None


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One state of the chat as a person sees it.

    `asks` marks a screen that waits for typed text (Telegram opens the keyboard). `lasting` marks a receipt or an
    event: it stays in the chat, and the next screen is a message of its own.
    """

    text: Markup
    rows: tuple[Row, ...] = ()
    asks: bool = False
    lasting: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(row for row in self.rows if row))

    def with_note(self, note: Markup) -> Screen:
        """The same screen with a line above it."""
        return replace(self, text=note + Markup("\n\n") + self.text)


def pairs(buttons: list[Button] | tuple[Button, ...], width: int = 2) -> tuple[Row, ...]:
    """Buttons laid out `width` to a row."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))
