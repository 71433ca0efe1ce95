"""Rich messages (Bot API 10.1 to 10.3): what may be sent of them, and their text.

Known here are the blocks that the bot sends: paragraphs and tables; any other is a loud 501. The limits are documented
(core.telegram.org/bots/api, Rich Message Limits), the words of the refusals are not: they are a guess.
"""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox.chat.errors import ApiError, Json, bad_request
from bot.sandbox.chat.html import utf16_length

_TEXT_MOST: Final = 32_768
_BLOCKS_MOST: Final = 500
_COLUMNS_MOST: Final = 20


def rich_of(given: Json) -> Json:
    """A rich message as it is kept.

    Raises:
        ApiError: Telegram would not take it, or the stand-in does not know it.
    """
    if len([key for key in ("html", "markdown", "blocks") if given.get(key)]) != 1:
        raise bad_request("exactly one of html, markdown and blocks must be used")
    blocks = given.get("blocks")
    if not blocks:
        raise ApiError(501, "Not Implemented: the stand-in reads rich messages of blocks only")
    for each in blocks:
        if each["type"] not in ("paragraph", "table"):
            raise ApiError(501, f"Not Implemented: the stand-in knows no block {each['type']}")
    rows = [row for each in blocks if each["type"] == "table" for row in each["cells"]]
    if len(blocks) + len(rows) > _BLOCKS_MOST:
        raise bad_request("RICH_MESSAGE_BLOCKS_TOO_MUCH")
    if any(len(row) > _COLUMNS_MOST for row in rows):
        raise bad_request("RICH_MESSAGE_TABLE_COLUMNS_TOO_MUCH")
    if utf16_length(text_of_rich({"blocks": blocks})) > _TEXT_MOST:
        raise bad_request("RICH_MESSAGE_TEXT_TOO_LONG")
    return {"rich_message": {"blocks": blocks}}


def text_of_rich(message: Json) -> str:
    """What a rich message says: a paragraph a line, and of a table a row a line."""
    lines: list[str] = []
    for each in message["blocks"]:
        if each["type"] == "table":
            lines += [" | ".join(plain(cell.get("text") or "") for cell in row) for row in each["cells"]]
        else:
            lines.append(plain(each["text"]))
    return "\n".join(lines)


def plain(text: Any) -> str:
    """The text of a RichText, without its styles."""
    if isinstance(text, list):
        return "".join(map(plain, text))
    return plain(text["text"]) if isinstance(text, dict) else str(text)
