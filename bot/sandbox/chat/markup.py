"""Keyboards: what Telegram takes under a message, and how it refuses the rest."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox.chat.errors import Json, bad_request

_ACTIONS: Final = (
    "callback_data",
    "url",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "pay",
    "callback_game",
)
_BUTTONS_MOST: Final = 100
_DATA_MOST: Final = 64
_COPY_MOST: Final = 256
_STYLES: Final = (None, "primary", "success", "danger")


def checked_inline(markup: Json) -> Json:
    """An inline keyboard as it came.

    Raises:
        ApiError: Telegram would refuse it.
    """
    rows = markup.get("inline_keyboard") or []
    buttons = [button for row in rows for button in row]
    if len(buttons) > _BUTTONS_MOST:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check(button)
    return markup


def _check(button: Json) -> None:
    if not str(button.get("text") or "").strip():
        raise bad_request("can't parse inline keyboard button: text is empty")
    actions = [each for each in _ACTIONS if button.get(each) is not None]
    if len(actions) != 1:
        raise bad_request("can't parse inline keyboard button: exactly one optional field must be used")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= _DATA_MOST:
        raise bad_request("BUTTON_DATA_INVALID")
    copy = button.get("copy_text")
    if copy is not None and not 1 <= len(str(copy.get("text") or "")) <= _COPY_MOST:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if button.get("style") not in _STYLES:
        raise bad_request("BUTTON_STYLE_INVALID")


def callbacks_of(message: Json) -> list[str]:
    """The data of every button under a message."""
    markup: Any = message.get("reply_markup") or {}
    return [
        str(button["callback_data"])
        for row in markup.get("inline_keyboard") or []
        for button in row
        if "callback_data" in button
    ]
