"""What people send, in whatever dress: tables of inputs for the pure readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.codes import Code, code_asked_for, code_in
from bot.reading.fields import day_in, email_in, list_number_in, login_in, register_number_in, site_in
from bot.reading.hosts import services_named
from bot.reading.keys import Secret, holds_secret, key_asked_for, secret_in
from bot.reading.names import names_in
from bot.reading.numbers import Trouble, number_in
from bot.reading.words import is_chatter, is_greeting, is_question, same_label
from bot.telegram.inputs import carries_secret

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


NUMBERS = (
    "+7 701 555-00-11",
    "77015550011",
    "8 701 555 00 11",
    "8 (701) 555-00-11",
    "+8 701 555 00 11",
    "00 7 701 555 00 11",
    "\u202a+7 701 555\u201100\u201111\u202c",
    "\u200e+77015550011\u2060",
    "\u2068+7\u00a0701\u2009555\u202f00\u00a011\u2069",
    "tel:+7-701-555-00-11",
    "https://wa.me/77015550011?text=hi",
    "+٧٧٠١٥٥٥٠٠١١",
    "＋７７０１５５５００１１",
    "७७०१५५५००११",
    "«+7 701 555 00 11»",
    "`77015550011`",
    "номер: 77015550011.",
    "мой номер +7 701 555 00 11, спасибо",
    "+7 701 555 00 11 (WhatsApp)",
    "+7.701.555.00.11",
)


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_read_in_any_dress(text: str) -> None:
    number = number_in(text)
    assert number.taken
    assert number.digits == "77015550011"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+84 912 345 678", "84912345678"),
        ("+84951234567", "84951234567"),
        ("0049 170 1234567", "491701234567"),
        ("8~10 49 170 1234567", "491701234567"),
        ("+1 650 253 0000", "16502530000"),
        ("+996 555 123 456", "996555123456"),
    ],
)
def test_a_number_of_another_country_stays_there(text: str, digits: str) -> None:
    assert number_in(text).digits == digits
    assert number_in(text).taken


@pytest.mark.parametrize(
    ("text", "trouble", "offers"),
    [
        ("701 555 00 11", Trouble.NO_COUNTRY, ("77015550011",)),
        ("(701) 5550011", Trouble.NO_COUNTRY, ("77015550011",)),
        ("067 123 45 67", Trouble.NO_COUNTRY, ("380671234567",)),
        ("8 029 123 45 67", Trouble.NO_COUNTRY, ("375291234567",)),
        ("84912345678", Trouble.TWO_COUNTRIES, ("74912345678", "84912345678")),
        ("+7 701 555 00 11 доб. 12", Trouble.EXTENSION, ("77015550011",)),
        ("+77015550011;ext=5", Trouble.EXTENSION, ("77015550011",)),
        ("+77015550011, +77015550022", Trouble.SEVERAL, ("77015550011",)),
        ("77015550011\n77015550022", Trouble.SEVERAL, ("77015550011",)),
        ("1234", Trouble.SHORT, ("1234",)),
        ("+7 701 555 00 1", Trouble.UNKNOWN, ()),
        ("999999999999999", Trouble.UNKNOWN, ()),
        ("1" * 60, Trouble.TOO_LONG, ()),
        ("7701abc", Trouble.STRANGE, ()),
        ("8-800-FLOWERS", Trouble.STRANGE, ()),
        ("", Trouble.EMPTY, ()),
        ("+()", Trouble.EMPTY, ()),
    ],
)
def test_a_doubtful_number_is_asked_about(text: str, trouble: Trouble, offers: tuple[str, ...]) -> None:
    number = number_in(text)
    assert (number.trouble, number.offers) == (trouble, offers)
    assert not number.taken


CODES = (
    "4821",
    "4821\u200e",
    "\u202a4821\u202c",
    "(4821)",
    "4821!",
    "48-21",
    "48\u201121",
    "4 8 2 1",
    "4\u200b8\u200b2\u200b1",
    "Код: 4821.",
    "Код4821",
    "４８２１",
    "4\ufe0f\u20e38\ufe0f\u20e32\ufe0f\u20e31\ufe0f\u20e3",
    "٤٨٢١",
    "४८२१",
    "`4821`",
    "«4821»",
    "код – 48-21",
    "code=4821",
    "Код 4821. Действителен 1500 секунд",
    "Код 4821 от 25.11.2026 10:30",
    "Код подтверждения: 4821\nsmsc.kz\n+7 727 3500 310",
)


@pytest.mark.parametrize("text", CODES)
def test_a_code_is_read_in_any_dress(text: str) -> None:
    assert code_in(text) == Code("4821")


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("4821 4822", ("4821", "4822", "48214822")),
        ("код 4821 или 4822", ("4821", "4822")),
        ("пришло 4821 и 4822", ("4821", "4822")),
    ],
)
def test_of_several_codes_it_is_asked_which(text: str, candidates: tuple[str, ...]) -> None:
    assert code_asked_for(text) == Code(None, candidates)


@pytest.mark.parametrize("text", ["77011234567", "нет", "12", "25.11.2026", "Barcode2024", "4,821", "123456789", ""])
def test_what_is_no_code(text: str) -> None:
    assert not code_asked_for(text)


@pytest.mark.parametrize(
    ("text", "first", "others", "more"),
    [
        ("PARUS", "PARUS", (), 0),
        ("«Kaspi»", "Kaspi", (), 0),
        ('"Kaspi"', "Kaspi", (), 0),
        ("`Kaspi`", "Kaspi", (), 0),
        ("\u200eKaspi\u2060", "Kaspi", (), 0),
        ("Ka\u00adspi", "Kaspi", (), 0),
        ("@kaspi", "kaspi", (), 0),
        ("#kaspi", "kaspi", (), 0),
        ("(Kaspi)", "Kaspi", (), 0),
        ("Имя: Kaspi", "Kaspi", (), 0),
        ("https://kaspi.kz", "kaspi", ("kaspi.kz",), 0),
        ("https://www.kaspi.kz/shop", "kaspi", ("kaspi.kz",), 0),
        ("https://instagram.com/kaspi?igsh=1", "kaspi", (), 0),
        ("kaspi.kz", "kaspi.kz", (), 0),
        ("box@kaspi.kz", "box@kaspi.kz", (), 0),
        ("PARAFIT, PARACENTR", "PARAFIT", (), 1),
        ("PARAFIT\nPARACENTR\nPARUS", "PARAFIT", (), 2),
        ("1. PARAFIT\n2. PARACENTR", "PARAFIT", (), 1),
        ("PARAFIT; PARACENTR", "PARAFIT", (), 1),
        ("ROMASHKA SHOP", "ROMASHKA SHOP", (), 0),
        ("PA\u202eRUS", "PA\u202eRUS", (), 0),
    ],
)
def test_a_name_is_read_in_any_dress(text: str, first: str, others: tuple[str, ...], more: int) -> None:
    names = names_in(text)
    assert (names.first, names.others, names.more) == (first, others, more)


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        (site_in, "«https://romashka.kz»", "https://romashka.kz"),
        (site_in, "Наш сайт: romashka.kz.", "romashka.kz"),
        (site_in, "сайт https://romashka.kz/shop, там всё", "https://romashka.kz/shop"),
        (site_in, "\u200eromashka.kz", "romashka.kz"),
        (site_in, "a b.kz", "a b.kz"),
        (email_in, "mailto:info@romashka.kz", "info@romashka.kz"),
        (email_in, "Ромашка <info@romashka.kz>", "info@romashka.kz"),
        (email_in, "E-mail: info@romashka.kz.", "info@romashka.kz"),
        (email_in, "a b@c.kz", "a b@c.kz"),
        (register_number_in, "ИНН 7707 083 893", "7707083893"),
        (register_number_in, "УНП: 100582333.", "100582333"),
        (register_number_in, "３２８５５９６１", "32855961"),
        (register_number_in, "«32855961»", "32855961"),
        (list_number_in, "7 – Медицина", "7"),
        (list_number_in, "1.5", "1.5"),
        (list_number_in, "²", "²"),
        (login_in, "Логин: «aigerim»", "aigerim"),
        (login_in, "\u200baigerim\u200b", "aigerim"),
    ],
)
def test_a_field_is_freed_of_its_dress(reader: Callable[[str], str], text: str, value: str) -> None:
    assert reader(text) == value


@pytest.mark.parametrize(
    "text",
    ["24.11.2026", "24/11/26", "2026-11-24", "24.11.2026 г.", "(24-11-2026)", "２４.１１.２０２６", "24 . 11 . 2026"],
)
def test_a_day_is_read_in_any_spelling(text: str) -> None:
    assert day_in(text) == date(2026, 11, 24)
    assert day_in("31.02.2026") is None


@pytest.mark.parametrize(
    "text",
    ["привет", "Привет!", "Здравствуйте, подскажите", "сәлем", "Сәлеметсіз бе", "hello", "Hello 👋", "help", "Помощь",
     "?", "??", "спасибо большое", "рақмет сізге", "thanks a lot", "помогите", "көмек", "добрый день",
     "спасибо", "menu"],
)  # fmt: skip
def test_a_greeting_is_no_answer(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize(
    "text",
    ["как узнать, одобрили ли имя?", "ещё одно?", "Сколько стоит МТС", "How do I add a name", "имя одобрили ма?",
     "what is a sender name?", "қалай тіркеуге болады?", "можно ли добавить ещё", "сколько стоит", "когда одобрят",
     "почему отклонили", "how much does it cost", "how much", "қанша тұрады", "қашан", "Сколько", "а сколько это стоит",
     "имя когда одобрят", "бұл қанша тұрады", "неге қабылданбады", "цена какая", "скажите пожалуйста где документы",
     "рұқсат қашан болады", "why rejected", "when approved", "name why rejected", "у вас есть кто живой"],
)  # fmt: skip
def test_a_question_is_no_answer(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    ["PARUS", "Romashka", "Цветы в Алматы", "KASPI", "https://romashka.kz/?a=1", "Как", "77015550011", "WHO", "when",
     "Чтобы", "Что-то", "Howard Shop", "Какаду Алматы", "Kak Doma"],
)  # fmt: skip
def test_what_is_neither_a_greeting_nor_a_question(text: str) -> None:
    assert not is_greeting(text)
    assert not is_question(text)


@pytest.mark.parametrize(
    "text",
    ["сколько стоит", "когда одобрят", "қанша тұрады", "how much does it cost", "помощь", "көмек", "help", "ещё одно?",
     "почему отклонили мой документ", "бұл қашан болады"],
)  # fmt: skip
def test_what_is_said_to_somebody_is_not_taken_for_an_answer_in_silence(text: str) -> None:
    assert is_chatter(text)


@pytest.mark.parametrize(
    "text",
    ["Сообщаем клиентам, когда заказ готов", "Flower shop, we tell people when an order is ready", "Кафе, доставка еды",
     "Тапсырыс қашан дайын болатынын хабарлаймыз, гүл дүкені", "Trademark certificate", "Lease"],
)  # fmt: skip
def test_an_answer_that_has_a_questions_word_in_it_is_an_answer(text: str) -> None:
    assert not is_chatter(text)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("done", [0]),
        ("Done!", [0]),
        ("cancel", [1]),
        ("✕ Cancel", [1]),
        ("all", [2]),
        ("все", []),
        ("All 15", [2]),
        ("kazakhstan", [3]),
        ("", []),
        ("✕", []),
        ("email", [4]),
    ],
)
def test_a_word_on_a_button_is_that_button(typed: str, found: list[int]) -> None:
    assert same_label(typed, ["Done", "✕ Cancel", "• All 15", "☐ Kazakhstan", "✎ E-mail"]) == found


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("smsc.kz", ("smsc.kz",)), ("https://www.smsc.kz/api/?a=1#menu", ("smsc.kz",)), ("SMSC.KZ.", ("smsc.kz",)),
        ("`smsc.ru`", ("smsc.ru",)), ("kz", ("smsc.kz",)), ("smsc ru", ("smsc.ru",)), ("smscentre", ("smscentre.com",)),
        ("smsc", ("smsc.kz", "smsc.ru")), ("\u200esmsc.kz\u200f", ("smsc.kz",)), ("smsc.ua", ()),
        ("demo", None), ("info@smsc.kz", None), ("smsc.kz demo", None), ("", None), ("Secret1", None),
        ("https://kaspi.kz", ()), ("http://[", None),
    ],
)  # fmt: skip
def test_a_service_is_known_by_its_host_in_any_dress(typed: str, named: tuple[str, ...] | None) -> None:
    assert services_named(typed, ["smsc.kz", "smsc.ru", "smscentre.com"]) == named


@pytest.mark.parametrize(
    ("typed", "login", "password"),
    [("demo:Secret1", "demo", "Secret1"), ("a@b.kz:p:w!d", "a@b.kz", "p:w!d"), ("https://smsc.kz", "", ""),
     ("demo-key-abcdefgh", "", ""), ("demo: Secret1", "", ""), ("login:demo", "", "")],
)  # fmt: skip
def test_a_login_and_its_password_in_one_word_are_taken_apart(typed: str, login: str, password: str) -> None:
    found = key_asked_for(typed) or Secret()
    assert (found.login, found.password) == (login, password)


DRESSES = st.sampled_from(
    ["{}", "«{}»", '"{}"', "“{}”", "`{}`", "```\n{}\n```", "({})", "[{}]", "<{}>", "*{}*", "{}.", "{}!", " {} ",
     "\u00a0{}", "\n{}\n", "\u200e{}", "{}\u200f", "\u202a{}\u202c", "\u2066{}\u2069", "\ufeff{}",
     "{}\u2060", "\u200b{}\u200b", "{}\ufe0f"]
)  # fmt: skip


@given(st.lists(DRESSES, max_size=4))
def test_an_answer_in_any_dresses_is_read_as_the_bare_answer(dresses: list[str]) -> None:
    def dressed(answer: str) -> str:
        for each in dresses:
            answer = each.format(answer)
        return answer

    assert number_in(dressed("+77015550011")).digits == "77015550011"
    assert code_in(dressed("4821")) == Code("4821")
    assert (key_asked_for(dressed(KEY)) or Secret()).key == KEY
    assert names_in(dressed("Kaspi")).first.rstrip(".") == "Kaspi"
    assert site_in(dressed("romashka.kz")) == "romashka.kz"
    assert register_number_in(dressed("32855961")) == "32855961"
    assert login_in(dressed("aigerim")) == "aigerim"
    assert day_in(dressed("24.11.2026")) == date(2026, 11, 24)


@given(st.text(max_size=200))
def test_no_text_breaks_a_reader(text: str) -> None:
    readers = (
        number_in,
        code_asked_for,
        names_in,
        site_in,
        email_in,
        register_number_in,
        list_number_in,
        login_in,
        day_in,
    )
    for reader in readers:
        reader(text)
    assert is_greeting(text) in {True, False}
    assert is_question(text) in {True, False}


@pytest.mark.parametrize("text", ["Код: 1 9 3 9\u200e.", "код 1-9-3-9", "code is 1 9 3 9!", "Сіздің кодыңыз: 1 9 3 9"])
def test_a_code_spelled_digit_by_digit_behind_its_word_is_read(text: str) -> None:
    assert code_in(text).value == "1939"


@pytest.mark.parametrize("text", ["код 8 7 0 1 5 5 5 0 0 1 1", "шаги 1 2 3 4 по порядку"])
def test_a_row_of_digits_that_is_no_code_stays_none(text: str) -> None:
    assert not code_in(text)
