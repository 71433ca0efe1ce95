"""What people send, in whatever dress: tables of inputs for the pure readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.keys import holds_secret, key_asked_for, secret_in
from bot.telegram.given import carries_secret

KEY = "demo-key-0123456789abcdef"

KEYS = (
    KEY,
    f"`{KEY}`",
    f"```\n{KEY}\n```",
    f"\u200b{KEY}\u200e",
    f"{KEY[:9]}\u200b{KEY[9:]}",
    f"{KEY[:9]}\u00ad{KEY[9:]}",
    f"\ufeff{KEY}",
    KEY.replace("-", "\u2011"),
    f"apikey: {KEY}",
    f"apikey:{KEY}",
    f"API key:\n{KEY}",
    f"API_KEY='{KEY}'",
    f"key={KEY}",
    f'{{"login": "demo", "apikey": "{KEY}"}}',
    f"https://smsc.kz/sys/balance.php?apikey={KEY}&fmt=3",
    f"curl -d apikey={KEY} https://smsc.kz/sys/senders.php",
    f"https%3A%2F%2Fsmsc.kz%2Fsys%2Fsenders.php%3Fapikey%3D{KEY}",
    f"мой ключ {KEY}",
    f"Мой API-ключ – «{KEY}», подключите",
    f"менің кілтім: {KEY}",
    f"ключ: {KEY}.",
    f"вот {KEY} спасибо",
    f"Authorization: Bearer {KEY}",
    f"{KEY[:15]}\n{KEY[15:]}",
    f"apikey: {KEY[:15]}\n{KEY[15:]}",
    f"демо\n{KEY}",
    f"demo\n{KEY}",
    f"/connect {KEY}",
    f"({KEY})",
    f"**{KEY}**!",
    f"“{KEY}”",
    "".join(chr(ord(each) + 0xFEE0) for each in KEY),
)

NO_KEYS = (
    "PARUS",
    "ABCDEFGHIJK",
    "Superlongname123",
    "KZ86125KZT5004100100",
    "IBAN: KZ86 125K ZT50 0410 0100",
    "BY20OLMP31350000001000000933",
    "БИН 123456789012",
    "4400430212345678",
    "Доставка цветов в Алматы, 2026",
    "https://romashka.kz/catalog/item-20260101-red?utm_source=insta",
    "https://www.instagram.com/p/C1abcDEF234/?igshid=MzRlODBiNWFlZA==",
    "https://shop.kz/?fbclid=IwAR0aB1cD2eF3gH4iJ5kL6mN7",
    "Код подтверждения: 4821. smsc.kz",
    "Пароль: 4821",
    "Ваш пароль 482193",
    "info+1@romashka2026super.example",
    "+7 701 555 00 11",
    "где взять API ключ в настройках?",
    "API key authentication",
    "domain-certificate-2026-11",
    "/start confirm_77011234567",
    "ключ от сейфа номер 12345678",
    "ул. Абая 150/230, БЦ Тургут Озал, офис 1205",
    "scan_2024_11_25_final.pdf",
    "aigerim.sadykova2026@gmail.com",
    "пароль не подходит 12345",
    "@some_long_bot_name_2026",
    "KZ62VUA00012345",
    "UA-2026-11-25-001234-a",
    "user-friendly interface2026",
    "PARUS24\nPARACENTR2",
    "",
)


@pytest.mark.parametrize("text", KEYS)
def test_a_key_is_known_in_any_dress(text: str) -> None:
    found = secret_in(text)
    assert found is not None
    assert found.key == KEY
    assert holds_secret(text)


@pytest.mark.parametrize("text", NO_KEYS)
def test_what_is_no_key_is_left_where_it_is(text: str) -> None:
    assert not holds_secret(text)


@pytest.mark.parametrize(
    ("text", "login", "password"),
    [
        ("login: demo password: Secret1", "demo", "Secret1"),
        ("Логин: demo\nПароль: Secret1!", "demo", "Secret1!"),
        ("логин demo пароль 12345678", "demo", "12345678"),
        ("https://smsc.kz/sys/send.php?login=demo&psw=Secret1&phones=1", "demo", "Secret1"),
        ("пароль: Secret123", "", "Secret123"),
        ("psw=abcd", "", "abcd"),
    ],
)
def test_a_login_and_a_password_are_known(text: str, login: str, password: str) -> None:
    found = secret_in(text)
    assert found is not None
    assert (found.key, found.login, found.password, found.certain) == ("", login, password, True)
    assert password not in repr(found)


def test_a_long_word_may_be_a_key_and_is_no_certain_one() -> None:
    found = secret_in("Superlongname123")
    assert found is not None
    assert not found.certain
    assert secret_in("Our name is Superlongname123") is None
    assert key_asked_for("wrong-key-0") is not None
    assert key_asked_for("two words") is None


@given(st.text(max_size=300))
def test_no_text_breaks_the_search_for_a_key(text: str) -> None:
    assert holds_secret(text) in {True, False}


def test_a_key_is_known_wherever_it_stands_in_a_message() -> None:
    for message in (
        {"text": f"`{KEY}`"},
        {"photo": [], "caption": f"apikey: {KEY}"},
        {"contact": {"phone_number": "1", "first_name": KEY}},
        {"poll": {"question": KEY}},
    ):
        assert carries_secret(message)
    assert not carries_secret(
        {"text": "PARUS", "document": {"file_id": "BQACAgIAAxkBAAIB1a2b3c4d5e6f", "file_name": KEY}}
    )
    assert not carries_secret({"text": "yes", "reply_to_message": {"text": KEY}})
