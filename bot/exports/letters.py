"""The font of what is drawn (DejaVu Sans, in fonts/), and texts as it can write them."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from bot.exports.cells import plain

FONT: Final = "DejaVuSans"
FONT_FILE: Final = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"
_PICTURES: Final = frozenset({"So", "Sk", "Mn", "Co"})
"""Marks and pictures: what of these the font does not have is left out. A letter that it does not have is a box."""
_READING: Final = threading.Lock()


def glyphs() -> Collection[int]:
    """The characters that the font has; it is read once, and reportlab knows it from then on."""
    with _READING:
        if FONT not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE)))
    font: Any = pdfmetrics.getFont(FONT)
    found: Collection[int] = font.face.charToGlyph
    return found


def written(text: str, had: Collection[int]) -> str:
    """A text without what the font cannot write (`had`: its characters), and without marks that turn its direction."""
    told = unicodedata.normalize("NFC", plain(text).replace("\t", " "))
    return "".join(each for each in told if _is_kept(each, had)).strip()


def _is_kept(character: str, had: Collection[int]) -> bool:
    if character == "\n" or ord(character) in had:
        return True
    return unicodedata.category(character) not in _PICTURES
