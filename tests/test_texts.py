"""Every text exists in Russian, Kazakh and English, with its places, and fits where it stands."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from aiogram.types import InlineKeyboardMarkup

import handlers
from bot.conversation.form import LABEL_MOST, WIDE_MOST
from bot.conversation.screen import TEXT_MOST, Screen, utf16_length
from bot.locales import LANGUAGES, Catalogues, say, say_n
from bot.locales.extract import HERE, PACKAGES, PLURALS, ROOT, update
from bot.smsc import seed_catalogue
from bot.telegram import outbox
from bot.telegram.keyboard import keyboard
from handlers.screen_catalogue import NOTICES, printed, screens

SCREENS = Path(__file__).parents[1] / "docs" / "screens.txt"
MARKS = "✕▶✅⏳❗●○"
"""What stands before a person's own words or a form's title on a button: such a one may be wide."""
CATALOGUES = Catalogues.load("en")


@functools.cache
def catalogue(language: str) -> polib.POFile:
    """The translations, read once."""
    return polib.pofile(str(HERE / f"{language}.po"))


@pytest.mark.parametrize("language", PLURALS)
def test_no_text_is_missing_and_none_is_left_over(language: str) -> None:
    kept = {(each.msgid, each.msgid_plural) for each in catalogue(language)}
    fresh = update(language)
    assert kept == {(each.msgid, each.msgid_plural) for each in fresh}, "run `make texts`, then translate what is new"
    assert not [each.msgid for each in fresh if not each.translated()]


@pytest.mark.parametrize("language", PLURALS)
def test_every_place_and_every_tag_is_kept(language: str) -> None:
    for entry in catalogue(language):
        for told in [entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values():
            pattern = r"\{\w+\}|</?\w+"
            assert sorted(re.findall(pattern, told)) == sorted(re.findall(pattern, entry.msgid)), told


_COUNTED = "қадам|беті|бөлігі|қате"
"""What a number in Kazakh is joined to by a hyphen: the third step, the second page. A case ending is none of these."""
_SLIPS = {
    "a straight quotation mark": r'"',
    "three dots for an ellipsis": r"\.\.\.",
    "two spaces": r"\S  +\S",
    "a hyphen or a long dash for a dash": r" - |—",
    "a number and its unit that may be torn apart": r"[\d}] (?:МБ|КБ)",
    "an ending glued to a value": rf"\}}(?:</\w+>)*(?:\w|[-‑](?!(?:{_COUNTED})\b))",
    "an ordinal whose ending may be torn off": r"[\d}]-\w",
    "SMSC with an ending that its last sound does not take": r"SMSC-(?!(?:ге|де|ден|нің|ні|дегі|дегідей)\b)",
}

_OUT_OF_USE = {
    "ru": r"\bметк|\bзабыть\b|\bотверг|\bна паузе\b|\bза субклиента\b|учётн|\bтребует вас\b|много имён",
    "kk": r"адрес|парол|активтен|күй коды|көп атау|батырма|хабар(?!л)|теңгерім|болдырылма|пішім",
}
"""Words beside those of docs/glossary.md and of the rest of the texts: one word stands for one concept."""


def translations(language: str) -> Iterator[tuple[polib.POEntry, str]]:
    """Each text of a catalogue as this language says it; a plural counts as several."""
    for entry in catalogue(language):
        for told in [entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values():
            yield entry, told


@pytest.mark.parametrize("slip", _SLIPS)
@pytest.mark.parametrize("language", PLURALS)
def test_a_text_has_no_slip_that_can_be_found_by_a_rule(language: str, slip: str) -> None:
    assert not [told for _, told in translations(language) if re.search(_SLIPS[slip], told)], slip


@pytest.mark.parametrize("language", PLURALS)
def test_one_word_stands_for_one_concept(language: str) -> None:
    assert not [told for _, told in translations(language) if re.search(_OUT_OF_USE[language], told.lower())]


@pytest.mark.parametrize("language", PLURALS)
def test_a_text_is_set_as_its_original_is(language: str) -> None:
    """The same indents and line breaks; a sentence where there was one; marks in pairs; nothing said twice."""
    for entry, told in translations(language):
        assert re.findall(r"^ *|\n", told) == re.findall(r"^ *|\n", entry.msgid), told
        assert told[-1] in ".?!" or entry.msgid[-1] not in ".?!", told
        assert told.count("«") == told.count("»"), told
        half = len(told) // 2
        assert half < 12 or told[:half].strip() != told[half:].strip(), told


@pytest.mark.parametrize("language", PLURALS)
def test_a_button_is_called_what_stands_on_it(language: str) -> None:
    named = [(entry, told, each) for entry, told in translations(language) for each in _quoted(entry) & {*labels()}]
    assert len(named) > 2
    assert not [told for _, told, each in named if f"«{CATALOGUES[language].label(each)}»" not in told]


def _quoted(entry: polib.POEntry) -> set[str]:
    """What a text has in quotation marks."""
    return set(re.findall("“([^”]+)”", entry.msgid))


@pytest.mark.parametrize(
    ("count", "russian", "kazakh"),
    [
        (1, "1 имя", "1 атау"),
        (2, "2 имени", "2 атау"),
        (5, "5 имён", "5 атау"),
        (11, "11 имён", "11 атау"),
        (21, "21 имя", "21 атау"),
        (112, "112 имён", "112 атау"),
    ],
)
def test_plurals(count: int, russian: str, kazakh: str) -> None:
    phrase = say_n("{count} name", "{count} names", count)
    assert (CATALOGUES["ru"](phrase), CATALOGUES["kk"](phrase)) == (russian, kazakh)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_fits_its_button(language: str) -> None:
    """What stands on a button by itself; names and titles that are put into one are cut (see docs/screens.txt)."""
    plain = [each for each in labels() if "{" not in each]
    assert len(plain) > 40
    long = [told for each in plain if len(told := CATALOGUES[language].label(each)) > LABEL_MOST]
    assert not long


@functools.cache
def labels() -> tuple[str, ...]:
    """Every text that the code puts on a button."""
    return tuple(_labels())


def _labels() -> Iterator[str]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "label":
                    yield from (str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant))


class Balance(HTMLParser):
    """Fails where a tag is not closed in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_can_be_shown(language: str) -> None:
    for title, screen in screens(CATALOGUES[language]):
        assert screen.text.strip(), title
        assert utf16_length(screen.text) <= TEXT_MOST, title
        parser = Balance()
        parser.feed(screen.text)
        assert not parser.open, title
        if (shown := keyboard(screen)) is not None:
            InlineKeyboardMarkup.model_validate(shown, strict=True)
        for row in screen.rows:
            for button in row:
                own = button.label[0] in MARKS or re.search(r"[“«]|: ", button.label) is not None
                most = WIDE_MOST if own and len(row) == 1 else LABEL_MOST
                assert len(button.label) <= most, f"{title}: {button.label!r} has {len(button.label)} letters"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_buttons_of_a_screen_say_the_same(language: str) -> None:
    for title, screen in screens(CATALOGUES[language]):
        said = [button.label for row in screen.rows for button in row]
        assert len(said) == len({*said}), title


@pytest.mark.parametrize("language", PLURALS)
def test_no_sentence_of_a_screen_is_left_in_english(language: str) -> None:
    """The file names and the SMSC values of the book are a word or two of Latin letters, never three."""
    for title, screen in screens(CATALOGUES[language]):
        for line in re.sub(r"<[^>]+>", "", screen.text).splitlines():
            foreign = not re.search(r"[а-яёәғқңөұүһі]", line.lower())
            assert not (foreign and len(re.findall(r"\b[a-z]{2,}\b", line)) > 2), f"{title}: {line}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_punctuation_is_doubled_where_texts_meet(language: str) -> None:
    for title, screen in screens(CATALOGUES[language]):
        assert not re.search(r"\.\.|[:;,!?…][.:;,]|[:;,…][!?]", screen.text), title


def test_every_kind_of_notice_stands_in_the_book() -> None:
    kinds = {*handlers.routes(seed_catalogue()).notices, *outbox.routes.notices}
    titles = {title for title, _ in screens(CATALOGUES["en"])}
    assert kinds == NOTICES.keys()
    assert {title for title in NOTICES.values() if title is not None} <= titles


def test_the_book_is_what_the_screens_are() -> None:
    assert SCREENS.read_text(encoding="utf-8") == printed(), "run `make screens` and read what changed"


@pytest.mark.parametrize(
    "nasty", ["<b>x", "a & b", "</code>", '"><a href="tg://x">', "{name}", "%s", "\u202e", "\u200b"]
)
def test_what_a_person_typed_is_escaped(nasty: str) -> None:
    for language in LANGUAGES:
        told = CATALOGUES[language](say("The name: <b>{name}</b>.", name=nasty))
        assert told.count("<") == 2, told
        assert nasty in told.unescape()


def test_a_screen_keeps_no_empty_rows() -> None:
    assert Screen(CATALOGUES["en"]("Name"), ((), ())).rows == ()


def test_the_hint_of_telegram_picks_the_language() -> None:
    assert CATALOGUES.pick(None, "kk-KZ").language == "kk"
    assert CATALOGUES.pick(None, "pt-br").language == "en"
    assert CATALOGUES.pick("ru", "kk").language == "ru"
