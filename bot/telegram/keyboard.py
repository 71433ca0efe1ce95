"""A screen in Telegram's words: its inline keyboard, and its text cut to what a message may have."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from bot.conversation.screen import TEXT_MOST, Button, Screen, utf16_length


def buttons_of(screen: Screen) -> tuple[tuple[str, str], ...]:
    """What stands on the buttons of a screen, and what each says when it is tapped."""
    return tuple((each.label, each.says) for row in screen.rows for each in row if each.says is not None)


def keyboard(screen: Screen) -> dict[str, Any] | None:
    """The buttons as Telegram takes them (Bot API, InlineKeyboardMarkup); a screen that asks opens the keyboard."""
    if not screen.rows:
        return None
    rows = [[_button(button) for button in row] for row in screen.rows]
    return {"inline_keyboard": rows, "force_reply": True} if screen.asks else {"inline_keyboard": rows}


def _button(button: Button) -> dict[str, Any]:
    made: dict[str, Any] = {"text": button.label}
    if button.style:
        made["style"] = button.style.value
    if button.says is not None:
        made["callback_data"] = button.says
    if button.url is not None:
        made["url"] = button.url
    if button.copy is not None:
        made["copy_text"] = {"text": button.copy}
    return made


def fitted(text: Markup, most: int = TEXT_MOST) -> str:
    """The text, cut at a line's end where it is longer than a message may be (our markup never spans lines)."""
    if 2 * len(text) <= most or utf16_length(text) <= most:  # a character is two units at most
        return str(text)
    kept: list[Markup] = []
    room = most - 2
    for line in text.split("\n"):
        room -= utf16_length(line) + 1
        if room < 0:
            break
        kept.append(line)
    return str(Markup("\n").join([*kept, Markup("…")]))
