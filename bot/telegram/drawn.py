"""A screen that could not be shown when it was drawn, as the outbox keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from markupsafe import Markup

from bot.conversation.callback import Packed
from bot.conversation.screen import Button, Screen, Style


@dataclass(frozen=True, slots=True)
class Drawn:
    """A screen that could not be shown when it was drawn.

    It keeps what it is about (`Panel.show`), which form was open, and the topic that it belongs to.
    """

    screen: Screen
    about: str | None
    open: str | None
    topic: int = 0


def to_json(drawn: Drawn) -> str:
    """A screen as the outbox keeps it, to be shown later; its table is shown as text then."""
    screen = drawn.screen
    rows: list[list[dict[str, Any]]] = [
        [
            {
                "label": button.label,
                "tap": button.says,
                "style": button.style.value,
                "url": button.url,
                "copy": button.copy,
            }
            for button in row
        ]
        for row in screen.rows
    ]
    kept = {"text": str(screen.text), "rows": rows, "asks": screen.asks, "lasting": screen.lasting}
    kept["silent"] = screen.silent
    return orjson.dumps({**kept, "about": drawn.about, "open": drawn.open, "topic": drawn.topic}).decode()


def from_json(body: str) -> Drawn:
    """A screen out of the outbox."""
    plain = orjson.loads(body)
    screen = Screen(
        Markup(plain["text"]),  # noqa: S704  # written by `to_json`
        tuple(
            tuple(
                Button(
                    each["label"],
                    Packed(each["tap"]) if each["tap"] else None,
                    Style(each["style"]),
                    each["url"],
                    each["copy"],
                )
                for each in row
            )
            for row in plain["rows"]
        ),
        plain["asks"],
        plain["lasting"],
        plain.get("silent", False),
    )
    return Drawn(screen, plain.get("about"), plain.get("open"), plain.get("topic", 0))
