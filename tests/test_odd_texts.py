"""Odd texts on every screen (S10): markup, links, directions and marks that cannot be seen, in whatever is filled in.

Every text that a screen fills in is taken from a thousand odd ones by turns; what the screen draws as markup, a link or
a button must be what it draws around plain words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count, cycle
from typing import Any

import pytest
from markupsafe import Markup, escape

from bot.locales import LANGUAGES, Catalogues, Texts
from bot.sandbox.chat.html import parse_html
from handlers.screen_catalogue import screens

_CATALOGUES = Catalogues.load("en")
_MARKS = (
    "<b>", "</b>", "<", ">", "&", "&lt;", "&#60;", '"', "'", "_", "*", "[x](tg://user?id=1)", "[", "]", "(", ")", "~",
    "`", "```", '<a href="tg://user?id=1">', '"><a href="https://evil.example">', "tg://resolve?domain=x", "{",
    "{name}", "%s", "||", "</code>", "<tg-spoiler>", "<!--", "\\",
)  # fmt: skip
_UNSEEN = ("\u202e", "\u200b", "\u2066", "\ufeff", "\u0301" * 30, "\U0001f468\u200d\U0001f469", "\u2028", "\t")
ODD = (
    *(f"{mark}{other}" for mark in _MARKS for other in _MARKS),
    *(f"a{unseen}{mark}z" for unseen in _UNSEEN for mark in _MARKS),
    "x" * 5000,
    "<b>" * 1500,
)


class OddTexts(Texts):
    """A language in which every plain text that is filled in is another one."""

    def __init__(self, texts: Texts, words: Iterator[str]) -> None:
        super().__init__(texts.language, texts._catalogue)  # noqa: SLF001  # the same language
        self._words = words

    def _shown(self, value: object) -> Markup:
        if isinstance(value, str) and not isinstance(value, Markup):
            return escape(next(self._words))
        return super()._shown(value)

    def label(self, text: Any, /, **values: object) -> str:
        """A button's words are plain: they are drawn, and left as they would be."""
        self(text, **values)
        return _CATALOGUES[self.language].label(text, **values)


def _drawn(words: Iterator[str], language: str) -> Mapping[tuple[str, int], tuple[list[str], list[str]]]:
    """Of each screen, what Telegram's own reader of markup finds in it: kinds, and where its links lead."""
    found, numbers = {}, count()
    for title, screen in screens(OddTexts(_CATALOGUES[language], words)):
        entities = parse_html(str(screen.text)).entities
        kinds = sorted(each["type"] for each in entities)
        links = sorted(each["url"] for each in entities if "url" in each)
        found[title, next(numbers)] = (kinds, links)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_odd_text_on_any_screen_becomes_markup_or_a_link(language: str) -> None:
    assert len(ODD) >= 1000
    plain = _drawn(cycle(["word"]), language)
    odd = _drawn(cycle(ODD), language)
    assert plain == odd


def test_no_odd_text_is_lost_or_changed() -> None:
    for language in LANGUAGES:
        for each in ODD:
            assert parse_html(str(_CATALOGUES[language]("{text}", text=each))).text == each
