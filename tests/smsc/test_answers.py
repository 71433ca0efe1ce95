"""Every form of an answer that is known or likely, and none that can do harm."""

from __future__ import annotations

from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.smsc import (
    Answer,
    AnswerLost,
    Balance,
    Command,
    Document,
    DocumentStatus,
    ErrorKind,
    Loss,
    OperatorStatus,
    Refused,
    SenderName,
    SmscError,
    seed_catalogue,
)
from bot.smsc.answers import read
from bot.smsc.excerpt import excerpt

CATALOGUE = seed_catalogue()
CHANGES = [each for each in Command if each.changes]


def of(command: Command, body: str | bytes, charset: str | None = "utf-8") -> Answer:
    content = body.encode() if isinstance(body, str) else body
    return read(command, content, catalogue=CATALOGUE, charset=charset)


def names(body: str | bytes) -> tuple[SenderName, ...]:
    return of(Command.GET, body).names


def only(row: str) -> SenderName:
    (name,) = names(f"[{row}]")
    return name


# Names


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        " [ ]\n",
        '{\n"error": "record not found",\n"error_code": 3\n}',
        '{"error": "record not found", "error_code": "3"}',
        '[{"error": "record not found", "error_code": 3}]',
        "ERROR = 3 (record not found)",
        "\ufeff[]",
    ],
)
def test_an_empty_list(body: str) -> None:
    assert names(body) == ()


@pytest.mark.parametrize(
    "body",
    [
        '[{\n"sender": "zxcabs"\n},{\n"sender": "PARUS"\n}]',
        '["zxcabs", "PARUS"]',
        '{"0": {"sender": "zxcabs"}, "1": {"sender": "PARUS"}}',
        '[{"sender": "zxcabs"}, {"nothing": 1}, null, {"sender": "PARUS"}]',
        b'\xef\xbb\xbf\r\n [{"sender":"zxcabs"},{"sender":"PARUS"}]\r\n',
    ],
)
def test_rows_in_every_form(body: str | bytes) -> None:
    assert [each.name for each in names(body)] == ["zxcabs", "PARUS"]


def test_a_single_row() -> None:
    assert names('{"sender": "PARUS", "id": "5"}') == (SenderName(5, "PARUS"),)


@pytest.mark.parametrize(
    ("value", "number"),
    [("24608", 24608), ('"24608"', 24608), ('""', None), ("null", None), ('"x"', None)],
)
def test_the_id_is_a_number_or_its_digits(value: str, number: int | None) -> None:
    assert only(f'{{"id": {value}, "sender": "PARUS"}}').id == number


def test_a_digital_name_may_come_as_a_number() -> None:
    assert only('{"sender": 77011234567}').name == "77011234567"


def test_an_address_stands_under_another_key() -> None:
    name = only('{"id": 3, "mail": "box@example.com", "name": "Box"}')
    assert (name.name, name.extra) == ("box@example.com", (("name", "Box"),))


MTS = OperatorStatus("MTS", "2", "mts_step")
TELE2 = OperatorStatus("Tele2", "0", "tele2")


@pytest.mark.parametrize(
    "row",
    [
        '"operators": {"mts_step": 2, "tele2": "0"}',
        '"operators": {"mts_step": {"status": 2}, "tele2": {"code": "0"}}',
        '"operators": [{"mts_step": 2}, {"tele2": 0}]',
        '"operators": [{"mts_step": "2", "tele2": "0"}]',
        '"operators": [{"operator": "mts_step", "status": 2}, {"name": "tele2", "code": 0}]',
        '"operators": {"0": {"flag": "mts_step", "state": 2}, "1": {"op": "tele2", "code": 0}}',
        '"operators": [["mts_step", 2], ["tele2", "0"]]',
        '"mts_step": 2, "tele2": "0"',
    ],
)
def test_operators_in_every_form(row: str) -> None:
    name = only(f'{{"sender": "PARUS", {row}}}')
    assert name.operators == (MTS, TELE2)
    assert name.extra == ()


@pytest.mark.parametrize("value", ["{}", "[]", '""', "null"])
def test_no_operators(value: str) -> None:
    assert only(f'{{"sender": "PARUS", "operators": {value}}}') == SenderName(None, "PARUS")


def test_an_operator_is_known_by_its_name_where_that_is_clear() -> None:
    name = only('{"sender": "P", "operators": {"Билайн": 1, "Tele2": 1, "Kcell": "Q-7"}}')
    assert name.operators == (
        OperatorStatus("Билайн", "1", "bee_step"),
        OperatorStatus("Tele2", "1"),
        OperatorStatus("Kcell", "Q-7"),
    )


def test_what_is_not_documented_stays_as_it_came() -> None:
    name = only(
        '{"sender": "P", "kcell": "3", "x": {"a": [1, null]}, "y": null, "z": true, "id": "n1",'
        '"operators": [{"operator": "MTS", "code": 2, "when": "now"}, 5], "files": 7,'
        '"active": "perhaps", "cmt": {"a": 1}}'
    )
    assert dict(name.extra) == {
        "kcell": "3",
        "x": '{"a":[1,null]}',
        "y": "",
        "z": "true",
        "id": "n1",
        "MTS.when": "now",
        "operators": "5",
        "files": "7",
        "active": "perhaps",
        "cmt": '{"a":1}',
    }
    assert (name.id, name.active, name.comment, name.documents) == (None, None, None, ())


def test_comment_activity_and_change() -> None:
    name = only('{"sender": "P", "cmt": "Цветы", "active": "1", "last_date": "01.02.2026"}')
    assert (name.comment, name.active, name.changed) == ("Цветы", True, "01.02.2026")
    assert only('{"sender": "P", "comment": "Цветы", "active": 0}').active is False
    assert name.extra == ()


DOCUMENT = '{"file": "cert.pdf", "fid": %s, "fstatus": %s, "fcomment": "mend it"}'


@pytest.mark.parametrize("wrap", ["[%s]", '{"0": %s}', "%s"])
@pytest.mark.parametrize(("fid", "status"), [("17", "1"), ('"17"', '"1"')])
def test_documents_in_every_form(wrap: str, fid: str, status: str) -> None:
    files = wrap % (DOCUMENT % (fid, status))
    (document,) = only(f'{{"sender": "P", "files": {files}}}').documents
    assert document == Document("cert.pdf", "17", "1", "mend it")
    assert document.status is DocumentStatus.REJECTED


@pytest.mark.parametrize("value", ["[]", "{}", '""', "null"])
def test_no_documents(value: str) -> None:
    assert only(f'{{"sender": "P", "files": {value}}}') == SenderName(None, "P")


def test_a_status_that_nobody_documented() -> None:
    name = only('{"sender": "P", "files": [{"file": "a", "fstatus": 9, "q": 1}, "b"]}')
    assert name.documents == (Document("a", None, "9"),)
    assert name.documents[0].status is None
    assert name.extra == (("files.q", "1"), ("files", "b"))
    assert [Document("a", "1", code).status for code in "012"] == list(DocumentStatus)


def test_a_line_break_inside_a_text() -> None:
    assert only('{"sender": "P",\n"cmt": "two\nlines"}').comment == "two\nlines"


def test_fifteen_thousand_names() -> None:
    rows = [
        {"id": n, "sender": f"NAME{n}", "cmt": "Цветы", "operators": {"mts_step": 1, "tele2": 2}} for n in range(15_000)
    ]
    read_names = names(orjson.dumps(rows))
    assert len(read_names) == 15_000
    assert read_names[-1].operators == (
        OperatorStatus("MTS", "1", "mts_step"),
        OperatorStatus("Tele2", "2", "tele2"),
    )


# Changes


@pytest.mark.parametrize("command", CHANGES)
@pytest.mark.parametrize(
    "body",
    ["OK", " OK\r\n", "ok", "OK.", '"OK"', '{"result": "OK"}', '{\n"result": "ok"\n}', "\ufeffOK"],
)
def test_done(command: Command, body: str) -> None:
    assert of(command, body) == Answer()


@pytest.mark.parametrize(
    "body",
    [
        '{\n"sender": 24608\n}',
        '{"sender": "24608"}',
        '{"id": 24608}',
        '{"sender": "PARUS", "id": "24608"}',
        '[{"sender": 24608}]',
        '{"result": "OK", "id": 24608, "error_code": 0}',
        "24608",
        "OK, ID - 24608",
    ],
)
def test_the_id_of_a_new_name(body: str) -> None:
    assert of(Command.ADD, body) == Answer(id=24608)


def test_a_new_name_without_an_id() -> None:
    assert of(Command.ADD, '{"sender": "PARUS"}').id is None


@pytest.mark.parametrize("command", [Command.SEND_CODE, Command.CHECK_CODE])
def test_an_answer_to_a_code_without_an_error_is_success(command: Command) -> None:
    assert of(command, '{"id": 5, "cnt": 1}') == Answer(id=5, extra=(("cnt", "1"),))
    assert of(command, '{"sent": "1"}') == Answer(extra=(("sent", "1"),))


@pytest.mark.parametrize("command", [Command.ADD, Command.CHG, Command.DEL])
@pytest.mark.parametrize(
    "body",
    ["{}", "[]", "null", "true", '{"message": "later"}', '{"result": "FAIL"}', "OKAY", "OK <b>"],
)
def test_what_might_be_anything_is_no_success(command: Command, body: str) -> None:
    with pytest.raises(AnswerLost):
        of(command, body)


# Errors


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 6, 99])
@pytest.mark.parametrize(
    "form",
    [
        '{{\n"error": "{text}",\n"error_code": {number}\n}}',
        '{{"error": "{text}", "error_code": "{number}"}}',
        '{{"error_code": {number}, "error": "{text}", "id": 5}}',
        '[{{"error": "{text}", "error_code": {number}}}]',
        "ERROR = {number} ({text})",
        "ERROR = {number} ({text}), ID - 275",
        "ERROR={number}({text})\n",
        '{{"error": "ERROR = {number} ({text})"}}',
    ],
)
def test_errors_by_number(number: int, form: str) -> None:
    text = "ошибка"
    body = form.format(number=number, text=text)
    for command in Command:
        if command is Command.GET and number == 3:
            continue
        with pytest.raises(Refused) as caught:
            of(command, body)
        assert (caught.value.number, caught.value.text) == (number, text)
        assert caught.value.kind is ErrorKind.of(number)


def test_an_error_without_a_number_keeps_its_text() -> None:
    with pytest.raises(Refused) as caught:
        of(Command.ADD, '{"error": "come back tomorrow"}')
    assert (caught.value.number, caught.value.text) == (0, "come back tomorrow")
    assert caught.value.kind is ErrorKind.UNKNOWN
    with pytest.raises(Refused, match="error 5"):
        of(Command.ADD, '{"error": 5}')


def test_every_documented_error_has_its_kind() -> None:
    numbers = {each.number: each for each in ErrorKind}
    assert set(numbers) == {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11}
    assert len(numbers) == len({each.words.told for each in ErrorKind}) == len(ErrorKind)
    assert {number for number, kind in numbers.items() if kind.wait is not None} == {4, 9, 10}
    assert all(f"(error {kind.number})" in kind.words.told for kind in ErrorKind if kind is not ErrorKind.UNKNOWN)
    assert ErrorKind.of(99) is ErrorKind.UNKNOWN
    assert Refused.of(ErrorKind.AUTHORISATION).kind is ErrorKind.AUTHORISATION
    assert Refused(99, "as it came").text == "as it came"


# Balance


@pytest.mark.parametrize(
    ("body", "balance"),
    [
        ('{\n"balance": "1871.62"\n}', Balance(Decimal("1871.62"))),
        (
            '{"balance": "1871.62", "currency": "KZT", "credit": "100"}',
            Balance(Decimal("1871.62"), "KZT", Decimal(100)),
        ),
        ('{"balance": -3.5}', Balance(Decimal("-3.5"))),
        ("250.80", Balance(Decimal("250.80"))),
        ("250,80 руб.", Balance(Decimal("250.80"), "руб.")),
        ('{"balance": "1 871,62", "currency": ""}', Balance(Decimal("1871.62"))),
    ],
)
def test_a_balance(body: str, balance: Balance) -> None:
    assert of(Command.BALANCE, body).balance == balance


@pytest.mark.parametrize("body", ['{"balance": "NaN"}', '{"balance": "1e9999999"}', "{}", "OK", "[]"])
def test_no_balance(body: str) -> None:
    with pytest.raises(AnswerLost):
        of(Command.BALANCE, body)


# Charsets, and whatever else may come


def test_a_charset_that_was_not_asked_for_counts_where_it_is_named() -> None:
    body = '[{"sender": "P", "cmt": "Цветы"}]'
    for charset in ("windows-1251", "koi8-r", "Windows-1251"):
        (name,) = of(Command.GET, body.encode(charset), charset).names
        assert name.comment == "Цветы"
    for named in ("utf-8", None, "x-unknown"):  # the engine's own charset, where the text itself tells that it is
        (name,) = of(Command.GET, body.encode("windows-1251"), named).names
        assert (name.comment, name.whole) == ("Цветы", False)


@pytest.mark.parametrize("command", list(Command))
@pytest.mark.parametrize(
    "body",
    [
        "<html><body>502 Bad Gateway</body></html>",
        '{"sender": 246',
        "[",
        '[{"sen',
        "OK".encode("utf-16"),
        "[]".encode("utf-16-le"),
        b"\xff\xfe\x00\x01",
        "[" * 3000,
        '[{"sender": "P", "x": ' + "[" * 600 + "]" * 600 + "}]",
        '{"error": {"error": ' + "[" * 600 + "]" * 600 + "}}",
    ],
)
def test_what_cannot_be_read(command: Command, body: str | bytes) -> None:
    with pytest.raises(AnswerLost) as caught:
        of(command, body)
    assert caught.value.how is Loss.UNREADABLE
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("body", ["", " \r\n", "\ufeff", "\ufeff \n"])
def test_an_empty_body_is_no_answer(body: str) -> None:
    for command in Command:
        with pytest.raises(AnswerLost) as caught:
            of(command, body)
        assert caught.value.how is Loss.EMPTY


@given(
    st.binary(max_size=200),
    st.sampled_from(list(Command)),
    st.sampled_from(["utf-8", "koi8-r", None]),
)
def test_any_bytes_are_an_answer_or_an_error(body: bytes, command: Command, charset: str | None) -> None:
    try:
        of(command, body, charset)
    except SmscError as problem:
        assert str(problem).isprintable()  # noqa: PT017  # most bytes are an error, some are not


keys = st.sampled_from(
    [
        "sender",
        "id",
        "cmt",
        "operators",
        "files",
        "file",
        "fid",
        "fstatus",
        "fcomment",
        "mts_step",
        "error",
        "error_code",
        "result",
        "balance",
        "active",
        "last_date",
        "operator",
        "code",
        "0",
    ]
)
json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["OK", "0", "1", "3"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys | st.text(), inner, max_size=6),
    max_leaves=20,
)


@given(json, st.sampled_from(Command))
def test_any_json_is_an_answer_or_an_error(value: object, command: Command) -> None:
    try:
        answer = of(command, orjson.dumps(value))
    except SmscError:
        return
    for name in answer.names:
        assert name.name
        assert all(isinstance(text, str) for pair in name.extra for text in pair)
        assert all(isinstance(each.code, str) for each in name.operators)


@given(st.text(), st.text(min_size=8, alphabet="abc&/+%'\"<>é\\ "), st.text())
def test_no_secret_is_in_an_excerpt(before: str, secret: str, after: str) -> None:
    shown = excerpt(f"{before}{secret}{after}", [secret])
    assert secret not in shown
    assert len(shown) <= 120
    with pytest.raises(AnswerLost) as caught:
        read(
            Command.ADD,
            f"<p>{secret}</p>".encode(),
            catalogue=CATALOGUE,
            hide=[secret],
        )
    assert secret not in str(caught.value)
