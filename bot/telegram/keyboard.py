"""A screen in Telegram's words: its inline keyboard, and its text cut to what a message may have."""

from __future__ import annotations

from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from markupsafe import Markup

from bot.conversation.screen import TEXT_MOST, Button, Screen, utf16_length


def buttons_of(screen: Screen) -> tuple[tuple[str, str], ...]:
    """What stands on the buttons of a screen, and what each says when it is tapped."""
    return tuple((each.label, each.says) for row in screen.rows for each in row if each.says is not None)


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """The buttons as Telegram takes them; a screen that asks opens the person's keyboard."""
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[[_button(button) for button in row] for row in screen.rows],
        force_reply=True if screen.asks else None,
    )


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=button.label,
        style=button.style.value or None,
        callback_data=button.says,
        url=button.url,
        copy_text=CopyTextButton(text=button.copy) if button.copy else None,
    )


def fitted(text: Markup, most: int = TEXT_MOST) -> str:
    """The text, cut at a line's end where it is longer than a message may be (our markup never spans lines)."""
    if utf16_length(text) <= most:
        return str(text)
    kept: list[Markup] = []
    room = most - 2
    for line in text.split("\n"):
        room -= utf16_length(line) + 1
        if room < 0:
            break
        kept.append(line)
    return str(Markup("\n").join([*kept, Markup("…")]))
