"""The rules for names: examples first, then what holds for every text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.smsc import ProblemKind, check_digits, check_email, check_letters
from bot.smsc.names import DIGITS_MOST, LETTERS_MOST

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
        ("Ромашка", K.NOT_ALLOWED, "Ромашк", "Romashka"),
        ("ҚАЗАҚ", K.NOT_ALLOWED, "ҚАЗ", "QAZAQ"),
        ("Щука", K.NOT_ALLOWED, "Щука", "Schuka"),
        ("Shop!?", K.NOT_ALLOWED, "!?", None),
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


@pytest.mark.parametrize(
    "text",
    ["77011234567", "+7 (701) 123-45-67", "7.701.123.45.67", "\u00a07 701\u20131234567"],
)
def test_a_number_in_any_spelling(text: str) -> None:
    checked = check_digits(text)
    assert (checked.value, checked.problems, checked.warnings) == ("77011234567", (), ())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", K.EMPTY),
        ("+()", K.EMPTY),
        ("7701abc", K.NOT_ALLOWED),
        ("٧٧٠١", K.NOT_ALLOWED),
        ("1" * 16, K.TOO_LONG),
    ],
)
def test_what_is_no_number(text: str, kind: K) -> None:
    assert [each.kind for each in check_digits(text).problems] == [kind]


@pytest.mark.parametrize(
    ("text", "kind", "suggestion"),
    [
        ("8 701 123-45-67", K.TRUNK_PREFIX, "77011234567"),
        ("00 49 170 1234567", K.TRUNK_PREFIX, "491701234567"),
        ("1234", K.SHORT, None),
    ],
)
def test_doubtful_numbers(text: str, kind: K, suggestion: str | None) -> None:
    checked = check_digits(text)
    assert checked.ok
    assert [each.kind for each in checked.warnings] == [kind]
    assert checked.suggestion == suggestion


@given(st.text(alphabet="0123456789+-() .x", max_size=25))
def test_the_digits_of_a_number_are_kept(text: str) -> None:
    checked = check_digits(text)
    assert checked.value == "".join(each for each in text if each.isdigit())
    assert checked.ok == ("x" not in text and 0 < len(checked.value) <= DIGITS_MOST)


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
