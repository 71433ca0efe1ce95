"""What a button says when it is tapped: a verb and a few short words, in at most 64 bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LIMIT_BYTES: Final = 64  # Bot API, InlineKeyboardButton.callback_data


@dataclass(frozen=True, slots=True)
class Tap:
    """A verb of the table of handlers, and its words. Words are ids and keys, never what a person typed."""

    verb: str
    words: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether Telegram can carry it: at most 64 bytes, and no word holds the separator."""
        packed = ":".join((self.verb, *self.words))
        return packed.count(":") == len(self.words) and 1 <= len(packed.encode()) <= LIMIT_BYTES

    def pack(self) -> str:
        """As Telegram carries it.

        Raises:
            ValueError: longer than 64 bytes, or a word holds the separator. Both are mistakes of ours.
        """
        packed = ":".join((self.verb, *self.words))
        if not self.fits:
            raise ValueError(f"not a callback payload: {packed!r}")
        return packed

    @classmethod
    def unpack(cls, payload: str | None) -> Tap:
        """Whatever came back; anything at all is a tap, perhaps one that nobody knows."""
        verb, *words = (payload or "").split(":")
        return cls(verb, tuple(words))

    def word(self, index: int) -> str:
        """The word at `index`, or an empty one where there is none."""
        return self.words[index] if index < len(self.words) else ""

    def number(self, index: int) -> int | None:
        """The word at `index` as a whole number, None where it is no such thing."""
        word = self.word(index)
        return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else None


def tap(verb: str, *words: object) -> Tap:
    """A tap of these words; numbers are written out."""
    return Tap(verb, tuple(str(word) for word in words))
