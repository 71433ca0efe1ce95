"""A table in Telegram's words: a rich message of blocks (Bot API 10.2, InputRichMessage), as aiogram 3.31 knows them.

A rich message has at most 500 blocks and rows of tables, 20 columns and 32 768 characters
(core.telegram.org/bots/api, Rich Message Limits); a page of a board is far below all of them. Which bots, chats and
servers refuse one is documented nowhere, so every refusal that names no other reason counts.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, Final

from markupsafe import Markup

from bot.conversation.screen import Table

COLUMNS_MOST: Final = 20
"""Columns that a table may have (Rich Message Limits)."""
_STYLES: Final = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "code": "code"}

RichText = str | dict[str, Any] | list[Any]


def rich_message(table: Table) -> dict[str, Any]:
    """The lines above the table as paragraphs, and the table."""
    lines = [line for line in table.above.split("\n") if line.strip()]
    blocks: list[dict[str, Any]] = [{"type": "paragraph", "text": rich_text(line)} for line in lines]
    cells = [[_cell(each, is_header=not at) for each in row[:COLUMNS_MOST]] for at, row in enumerate(table.cells)]
    blocks.append({"type": "table", "cells": cells, "is_bordered": True, "is_striped": True, "is_compact": True})
    return {"blocks": blocks, "skip_entity_detection": True}


def _cell(text: Markup, *, is_header: bool) -> dict[str, Any]:
    head = {"is_header": True} if is_header else {}
    return {"align": "left", "valign": "top", "text": rich_text(text), **head}


def rich_text(text: Markup) -> RichText:
    """Our markup as the Bot API's RichText: a string, something with a type, or a list of these."""
    reader = _Reader()
    reader.feed(str(text))
    reader.close()
    parts = reader.open[0][1]
    return parts[0] if len(parts) == 1 else parts or ""


class _Reader(HTMLParser):
    """Builds the rich text; `open`: what is open, the whole text first, each with what it holds so far."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[dict[str, Any], list[RichText]]] = [({}, [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kind: dict[str, Any] = {"type": _STYLES[tag]} if tag in _STYLES else {}
        if tag == "tg-time":
            kind = {
                "type": "date_time",
                "unix_time": int(given.get("unix") or 0),
                "date_time_format": given.get("format") or "",
            }
        self.open.append((kind, []))

    def handle_endtag(self, tag: str) -> None:
        kind, parts = self.open.pop()
        inner: RichText = parts[0] if len(parts) == 1 else parts or ""
        self.open[-1][1].append({**kind, "text": inner} if kind else inner)

    def handle_data(self, data: str) -> None:
        self.open[-1][1].append(data)
