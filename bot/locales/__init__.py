"""Every text that a person sees, in Russian, Kazakh and English.

A text is written once, in English, where it is used: `t("Page {page}", page=2)` where the language is at hand, and
`say("Page {page}", page=2)` where it is not yet (tables of steps, problems, errors). The other languages stand in
`<language>.po` beside this file, gathered by extract.py; gettext's own plural rules apply.

Texts carry Telegram's HTML; whatever is filled in is escaped by MarkupSafe, so that no screen can forget to.
"""

from __future__ import annotations

import functools
import gettext
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Final

import polib
from markupsafe import Markup, escape

from bot.reading.words import folded

LANGUAGES: Final = ("ru", "kk", "en")
SOURCE_LANGUAGE: Final = "en"
_SAID_MOST: Final = 4096
"""Texts of the program that are kept as they are in a language; there are some two thousand."""
_SAYING_MOST: Final = 40
"""Letters of a text that may stand on a button."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text that waits for its language: the English original, its plural, and what is filled in."""

    text: str
    plural: str | None = None
    count: int = 0
    values: Mapping[str, object] = field(default_factory=dict)


def say(text: str, /, **values: object) -> Phrase:
    """A phrase of the English `text`, whose `{places}` are filled from `values`."""
    return Phrase(text, values=values)


def say_n(one: str, many: str, count: int, /, **values: object) -> Phrase:
    """A phrase that depends on a number; `{count}` is filled in by itself."""
    return Phrase(one, many, count, {"count": count, **values})


def verbatim(text: object) -> Phrase:
    """A phrase that is the same in each language: a sender name, a proper name, a number."""
    return Phrase("{text}", values={"text": text})


_UNSAID: Final = frozenset({"", "{text}"})
"""Texts that are the same in each language; gettext has its own use for the empty one."""


class Texts:
    """One language: turns phrases into escaped markup.

    Calling it with an English text (and values) or with a `Phrase` gives `Markup` that Telegram accepts as HTML.
    """

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue
        self._said = functools.lru_cache(_SAID_MOST)(self._in_this_language)
        self._labels = functools.lru_cache(_SAID_MOST)(Markup.unescape)

    def __call__(self, text: str | Phrase, /, **values: object) -> Markup:
        """The text in this language, its values escaped; phrases among the values are translated too."""
        if isinstance(text, str):
            return self._filled(self._said(text), values)
        if text.plural is not None:
            return self.n(text.text, text.plural, text.count, **text.values)
        return self(text.text, **{**text.values, **values})

    def n(self, one: str, many: str, count: int, /, **values: object) -> Markup:
        """The text that fits `count`, by this language's plural rule."""
        return self._filled(self._catalogue.ngettext(one, many, count), {"count": count, **values})

    def label(self, text: str | Phrase, /, **values: object) -> str:
        """The text as a button shows it: plain, without markup."""
        said = self(text, **values)
        return self._labels(said) if not values and (isinstance(text, str) or not text.values) else said.unescape()

    def lines(self, *parts: str | Phrase | Markup | None) -> Markup:
        """Paragraphs joined by line breaks; what is None is left out, an empty string is an empty line."""
        return Markup("\n").join(
            part if isinstance(part, Markup) else self(part) if part else Markup("")
            for part in parts
            if part is not None
        )

    def _in_this_language(self, text: str) -> Markup:
        return Markup(self._catalogue.gettext(text) if text not in _UNSAID else text)  # noqa: S704  # our own catalogue

    def _filled(self, text: str, values: Mapping[str, object]) -> Markup:
        if not values:
            return text if isinstance(text, Markup) else Markup(text)  # noqa: S704  # our own catalogue
        filled = [part if place is None else self._shown(values[place]) for part, place in _parts(text)]
        return Markup("".join(filled))  # noqa: S704  # our own catalogue, and what was escaped

    def _shown(self, value: object) -> Markup:
        return self(value) if isinstance(value, Phrase) else escape(value)


@functools.cache
def _parts(text: str) -> tuple[tuple[str, str | None], ...]:
    """A text of the catalogue taken apart at its `{places}`, once: what stands there, or the name of a place.

    Raises:
        ValueError: a place is more than a name.
    """
    parts: list[tuple[str, str | None]] = []
    for literal, place, form, conversion in Formatter().parse(text):
        if literal:
            parts.append((literal, None))
        if place is not None:
            if form or conversion or not place.isidentifier():
                raise ValueError(f"a place is a name and nothing else: {text!r}")
            parts.append(("", place))
    return tuple(parts)


def moment(at: float) -> Markup:
    """A point in time (seconds since the epoch) that Telegram shows in the reader's own zone and language.

    Source: Bot API, HTML style, `tg-time`. Old clients show the text inside, which therefore names its zone.
    """
    told = datetime.fromtimestamp(at, UTC).strftime("%d.%m.%Y %H:%M UTC")
    return Markup('<tg-time unix="{unix}" format="dt">{told}</tg-time>').format(unix=int(at), told=told)


class Catalogues:
    """All languages, read once at the start; picks the one for a person."""

    def __init__(
        self, texts: Mapping[str, Texts], default: str, sayings: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        self._texts = texts
        self._default = default
        self._sayings = sayings or {}

    @classmethod
    def load(cls, default: str, languages: Iterable[str] = LANGUAGES) -> Catalogues:
        """Reads the `.po` files beside this one.

        Raises:
            ValueError: `default` is none of the languages.
        """
        texts = {language: Texts(language, _catalogue(language)) for language in languages}
        if default not in texts:
            raise ValueError(f"{default!r} is none of {', '.join(texts)}")
        return cls(texts, default, _sayings(tuple(texts)))

    def __getitem__(self, language: str) -> Texts:
        return self._texts[language]

    def pick(self, chosen: str | None, hint: str | None = None) -> Texts:
        """The texts for a person: what they chose, else what Telegram hints at, else the default.

        `hint` is Telegram's `language_code`, an IETF tag such as `pt-br`; only its first part counts.
        """
        for language in (chosen, (hint or "").split("-")[0].lower()):
            if language and language in self._texts:
                return self._texts[language]
        return self._texts[self._default]

    def in_words_of(self, language: str, text: str) -> list[str]:
        """A short text as it is, and as this language has it where it was said in another one."""
        t = self[language]
        return [text, *(t.label(each) for each in sorted(self._sayings.get(folded(text), ())))]


@functools.cache
def _sayings(languages: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """What short texts say, in whatever language: the words as they are compared, and the English originals."""
    known: dict[str, set[str]] = {}
    for language in languages:
        for entry in _entries(language):
            if len(entry.msgid) <= _SAYING_MOST and "{" not in entry.msgid:
                for said in (entry.msgid, entry.msgstr):
                    known.setdefault(folded(said), set()).add(entry.msgid)
    return {said: frozenset(each) for said, each in known.items() if said}


@functools.cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    return gettext.GNUTranslations(io.BytesIO(_entries(language).to_binary()))


@functools.cache
def _entries(language: str) -> polib.POFile:
    path = Path(__file__).with_name(f"{language}.po")
    return polib.pofile(str(path)) if language != SOURCE_LANGUAGE else polib.POFile()
