"""The rules for names: examples first, then what holds for every text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.smsc import ProblemKind, check_email, check_letters
from bot.smsc.names import LETTERS_MOST

K = ProblemKind


@pytest.mark.parametrize("name", ["PARUS", "a", "Shop.kz", "A1-b_2.c", "12monkeys", "ABCDEFGHIJK"])
def test_good_names(name: str) -> None:
    checked = check_letters(name)
    assert (checked.value, checked.problems, checked.warnings) == (name, (), ())
    assert checked.ok


@pytest.mark.parametrize(
    ("name", "kind", "characters", "suggestion"),
    [
        ("", K.EMPTY, "", None),
        (" \t ", K.EMPTY, "", None),
        ("ABCDEFGHIJKL", K.TOO_LONG, "", None),
        ("Pаrus", K.LOOK_ALIKE, "а", "Parus"),
        ("СОСНА", K.LOOK_ALIKE, "СОНА", "COCHA"),
        ("Ромашка", K.NOT_ALLOWED, "Ромашка", "Romashka"),
        ("ҚАЗАҚ", K.NOT_ALLOWED, "ҚАЗАҚ", "QAZAQ"),
        ("Щука", K.NOT_ALLOWED, "Щука", "Schuka"),
        ("Shop!?", K.NOT_ALLOWED, "!?", "Shop"),
        ("Ａ１Ｂ", K.NOT_ALLOWED, "Ａ１Ｂ", "A1B"),
        ("Pa\u200brus", K.NOT_ALLOWED, "\u200b", "Parus"),
        ("😀", K.NOT_ALLOWED, "😀", None),
        ("77011234567", K.ONLY_DIGITS, "", None),
        ("+7 701 123", K.ONLY_DIGITS, "", None),
        ("12.34-5_6", K.ONLY_DIGITS, "", None),
        ("._-", K.NO_LETTERS, "", None),
    ],
)
def test_names_that_cannot_be_sent(name: str, kind: K, characters: str, suggestion: str | None) -> None:
    checked = check_letters(name)
    assert [each.kind for each in checked.problems] == [kind]
    assert checked.problems[0].characters == characters
    assert checked.suggestion == suggestion
    assert not checked.ok


def test_too_long_says_by_how_much() -> None:
    (problem,) = check_letters("A" * 14).problems
    assert (problem.limit, problem.count) == (11, 14)


def test_two_problems_at_once() -> None:
    assert [each.kind for each in check_letters("Ромашка-Цветы").problems] == [
        K.NOT_ALLOWED,
        K.TOO_LONG,
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("My  Shop ", K.SPACE),
        (".parus", K.EDGE),
        ("shop_kz-", K.EDGE),
        ("INFO", K.GENERIC),
        ("Bee-line", K.OPERATOR),
    ],
)
def test_doubtful_names_are_warned_of(name: str, kind: K) -> None:
    checked = check_letters(name)
    assert checked.ok
    assert [each.kind for each in checked.warnings] == [kind]


@given(st.text(max_size=30))
def test_whatever_passes_is_within_the_rules(text: str) -> None:
    checked = check_letters(text)
    if checked.ok:
        assert re.fullmatch(r"[A-Za-z0-9._ -]{1,11}", checked.value)
        assert not checked.value.isdigit()
        assert check_letters(checked.value) == checked
    if checked.suggestion is not None:
        assert check_letters(checked.suggestion).ok
        assert len(checked.suggestion) <= LETTERS_MOST


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,10}", fullmatch=True))
def test_whatever_is_within_the_rules_passes(name: str) -> None:
    assert check_letters(name).ok


@given(st.text(alphabet="аеорсухАВЕКМНОРСТХабвжщюҚғ", min_size=1, max_size=11))
def test_cyrillic_never_passes(name: str) -> None:
    assert not check_letters(name).ok


@pytest.mark.parametrize("text", ["box@example.com", " a.b+c@mail.example.kz ", "1@x.co"])
def test_addresses(text: str) -> None:
    assert check_email(text).ok
    assert check_email(text).value == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "box", "box@", "@x.kz", "a b@x.kz", "a@x", "a@x..kz", "a@x.kz\nb@y.kz", "ящик@x.kz"],
)
def test_what_is_no_address(text: str) -> None:
    assert not check_email(text).ok


@given(st.text(max_size=400))
def test_an_address_is_one_line_of_ascii(text: str) -> None:
    checked = check_email(text)
    if checked.ok:
        assert re.fullmatch(r"[!-~]+@[!-~]+", checked.value)
        assert len(checked.value) <= 254
