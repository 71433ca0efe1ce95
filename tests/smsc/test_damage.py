"""A list that was written by hand and came damaged: each row costs itself at most, and what is lost is counted."""

from __future__ import annotations

import json
import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.smsc import Answer, AnswerLost, Command, Refused, SmscError, seed_catalogue
from bot.smsc.answers import read

CATALOGUE = seed_catalogue()
LONG = int(os.environ.get("DAMAGED_LISTS", "300"))
"""How many damaged lists are tried; `DAMAGED_LISTS=20000` is the long form."""


def of(command: Command, body: str | bytes, charset: str | None = "utf-8") -> Answer:
    content = body.encode() if isinstance(body, str) else body
    return read(command, content, catalogue=CATALOGUE, charset=charset)


def listed(body: str | bytes) -> Answer:
    return of(Command.GET, body)


BEFORE, AFTER = b'{"sender":"PARAFIT","id":1,"cmt":"first"}', b'{"sender":"LAST","id":3,"files":[]}'


@pytest.mark.parametrize(
    ("row", "comment"),
    [
        (b'{"sender":"B","id":2,"cmt":"\xd0\xa2\xd0"}', "Т�"),
        (b'{"sender":"B","id":2,"cmt":"TOO "Romashka""}', 'TOO "Romashka"'),
        (b'{"cmt":"TOO "Romashka"","sender":"B","id":"2"}', 'TOO "Romashka"'),
        (b'{"sender":"B","id":2,"cmt":"a", b: {x}"}', 'a", b: {x}'),
        (b'{"sender":"B","id":2,"cmt":"[a]: {b}, "c"; "}', '[a]: {b}, "c"; '),
        (b'{"sender":"B","id":2,"cmt":""quoted""}', '"quoted"'),
        (rb'{"sender":"B","id":2,"cmt":"a\x b"}', r"a\x b"),
        (rb'{"sender":"B","id":2,"cmt":"l\'amour"}', "l'amour"),
        (rb'{"sender":"B","id":2,"cmt":"C:\"}', "C:\\"),
        (rb'{"sender":"B","id":2,"cmt":"a\u12"}', r"a\u12"),
        (rb'{"sender":"B","id":2,"cmt":"a\ud83d!"}', "a�!"),
        (rb'{"sender":"B","id":2,"cmt":"\ude00\ud83d"}', "��"),
        ('{"sender":"B","id":2,"cmt":"ТОО «Ромашка»"}'.encode("windows-1251"), "ТОО «Ромашка»"),
        (b'{"sender":"B","id":2,"cmt":"a\r\nb\tc\x01"}', "a\r\nb\tc\x01"),
        (b'{"sender":"B",,"id":2,"cmt":"a",}', "a"),
        (b'{"sender":"B" "id":2\n"cmt":"a"}', "a"),
        (b"{'sender':'B','id':2,'cmt':'a'}", "a"),
        (b'{"sender":"B","id":002,"cmt":"a"}', "a"),
        (b'{"sender":"B","id":2,"cmt":"a","kcell":NaN}', "a"),
        (b'{"sender":"B","id":2,"cmt":"a","kcell":1.}', "a"),
        (b'{"sender":"B","id":2,"cmt":"a","kcell":}', "a"),
        (b'{"sender":"B","id":2,"cmt":"a","cmt":"a"}', "a"),
        (b'{"sender":"B","id":2,"cmt":"a"}}', "a"),
        (b'{"sender":"B","id":2,"files":[{"file":"a "b" c.pdf","fid":7}],"cmt":"a"}', "a"),
    ],
)
def test_a_damaged_comment_costs_nothing_but_itself(row: bytes, comment: str) -> None:
    for rows in ([BEFORE, row, AFTER], [row, BEFORE, AFTER], [BEFORE, AFTER, row]):
        answer = listed(b"[" + b",".join(rows) + b"]")
        assert {each.name: each.id for each in answer.names} == {"PARAFIT": 1, "B": 2, "LAST": 3}
        assert next(each.comment for each in answer.names if each.name == "B") == comment
        assert answer.complete


@pytest.mark.parametrize(
    "row",
    [
        b'{"sender":"B\xd0","id":2}',
        b'{"sender":"B","id":2',
        b'{"sender":"B","id":24"608}',
        b'{"sender":"B","sender":"C","id":2}',
        b'{"sender":"B","id":2,"id":4}',
        b'{"sender":"B","id":7,"cmt":"x","id":2,"y":"z" "}',
        b'{"sender":"B","id":2,"cmt":"abc}',
        b'{"sender":,"id":2}',
        b'{"sender":"","id":2}',
        b'{"id":2,"cmt":"no name"}',
        b'"B"',
        b"2",
        b"null",
        b"[]",
        b'sender":"B","id":2}',
        b'{sender:"B",id:2}',
        b'"sender":"B","id":2}',
        b'{sen"der":"B","id":2}',
        rb'{"sender":"\ud800","id":2}',
        b"\x00\xff\xfe",
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_counted(row: bytes) -> None:
    for rows in ([BEFORE, row, AFTER], [row, BEFORE, AFTER], [BEFORE, AFTER, row]):
        answer = listed(b"[" + b",".join(rows) + b"]")
        assert {each.name: each.id for each in answer.names} == {"PARAFIT": 1, "LAST": 3}, rows
        assert answer.left_out >= 1
        assert not answer.complete


@pytest.mark.parametrize(
    "body",
    [
        b'[{"sender":"A","id":1,"sender":"LAST","id":3}]',
        b'[{"sender":"A","cmt":"abc},{"sender":"LAST","id":3}]',
        b'[{"sender":"A","cmt":"abc},{sender":"LAST","id":3}]',
        b'[{"sender":"A","cmt":"abc,{"sender":"LAST","id":3}]',
        b'[{"sender":"A","cmt":"abc},{sen"der":"C","id":3}]',
        b'[{"sender":"A","cmt":"abc},{"sen\xd0der":"C","id":3}]',
        b'[{"sender":"A","id,{sender":"B","id":3}]',
        b'[{"sender":"A","id,{sender":"B","id":3},{"sender":"B\xd0"}]',
        b'{"senders":[{"sender":"A","files":[{"sender":"LAST","id":3}]}',
    ],
)
def test_a_row_is_never_made_of_the_parts_of_two(body: bytes) -> None:
    try:
        answer = listed(body)
    except AnswerLost:
        return
    assert {(each.name, each.id) for each in answer.names} <= {("LAST", 3)}
    assert not answer.complete


ROWS = BEFORE + b"," + AFTER
NOTICE = b"<br />\n<b>Notice</b>:  Undefined index: flag in <b>/var/www/sys/senders.php</b> on line <b>501</b><br />\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf", b""),
        (b"\xef\xbb\xbf\xef\xbb\xbf\r\n", b"\n"),
        (NOTICE, b""),
        (NOTICE + NOTICE, b"\n" + NOTICE),
        (NOTICE + b"\xef\xbb\xbf", b""),
        (b"PHP Warning:  foo() [function.foo]: failed in /x/y.php on line 12\n", b""),
        (b"Deprecated: each() is deprecated in /x/y.php on line 12\n\n", b""),
        (b"connect ok\n", b"done"),
        (b"<!-- 3 rows -->", b"<!-- 0.01 s -->"),
        (b"callback(", b");"),
    ],
)
@pytest.mark.parametrize("wrap", [b"[%s]", b'{"senders":[%s]}', b'{"data":{"rows":[%s]},"count":2}', b"[[%s]]"])
def test_what_is_printed_around_a_list_costs_nothing(before: bytes, after: bytes, wrap: bytes) -> None:
    answer = listed(before + wrap % ROWS + after)
    assert [(each.name, each.id) for each in answer.names] == [("PARAFIT", 1), ("LAST", 3)]
    assert answer.complete


def test_a_list_that_is_an_object_keyed_by_number() -> None:
    rows = b'{"1":%s,"3":%s}' % (BEFORE, AFTER)
    damaged = b'{"1":%s,"2":{"sender":"B\xd0"},"3":%s}' % (BEFORE, AFTER)
    assert [(each.name, each.id) for each in listed(rows).names] == [("PARAFIT", 1), ("LAST", 3)]
    assert listed(rows).complete
    assert [(each.name, each.id) for each in listed(damaged).names] == [("PARAFIT", 1), ("LAST", 3)]
    assert listed(damaged).left_out == 1
    assert listed(NOTICE + rows).complete
    assert not listed(rows[:-1]).complete


@pytest.mark.parametrize("end", [b"", b",", b',{"sender":"B","i', b',{"sen', b',{"sender":"B","id":2}', b",\n"])
def test_a_list_that_breaks_off_is_known_as_incomplete(end: bytes) -> None:
    answer = listed(b"[" + ROWS + end)
    assert {("PARAFIT", 1), ("LAST", 3)} <= {(each.name, each.id) for each in answer.names}
    assert answer.cut
    assert not answer.complete


def test_rows_that_begin_with_another_key() -> None:
    answer = listed(b'[{"id":1,"sender":"A","cmt":"TOO "X""},{"id":2,"sender":"B\xd0"},{"id":3,"sender":"C"}]')
    assert [(each.name, each.id, each.comment) for each in answer.names] == [("A", 1, 'TOO "X"'), ("C", 3, None)]
    assert answer.left_out == 1


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("24608", 24608),
        ('"24608"', 24608),
        ("0", 0),
        ("-5", None),
        ("999999999999999999", 999999999999999999),
        ("18446744073709551615", None),
        ("99999999999999999999999", None),
        ('"99999999999999999999999"', None),
        ("1e5", None),
        ("9" * 5000, None),
    ],
)
def test_an_id_is_one_that_can_be_kept_and_sent_back(value: str, number: int | None) -> None:
    answer = listed(f'[{{"sender":"A","id":{value}}}]')
    assert [(each.name, each.id) for each in answer.names] == [("A", number)] or answer.left_out == 1


@pytest.mark.parametrize("command", list(Command))
@pytest.mark.parametrize(
    "body",
    [
        b'{"error": "bad "quote"", "error_code": 7}',
        b'{"error": "bad \xd0", "error_code": 7}',
        b"{'error': 'bad', 'error_code': 7}",
        b'{"error": "bad" "error_code": "7"}',
        b'{"error": "bad", "error_code": 007}',
        NOTICE + b'{"error": "bad", "error_code": 7}',
        NOTICE + b"ERROR = 7 (bad)",
        b'{"error": "bad", "error_code": 7}' + NOTICE,
        b'[{"error": "b"a"d", "error_code": 7}]',
    ],
)
def test_a_damaged_error_is_still_that_error(command: Command, body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        of(command, body)
    assert caught.value.number == 7


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": "bad", "error_code": 3',
        b'{"error": "bad", "error_code": ',
        b'{"error": "record not found',
        b'{"error_code": 3',
    ],
)
@pytest.mark.parametrize("command", list(Command))
def test_an_error_that_breaks_off_says_nothing(command: Command, body: bytes) -> None:
    with pytest.raises(AnswerLost):
        of(command, body)


@pytest.mark.parametrize("command", [each for each in Command if each.changes])
@pytest.mark.parametrize(
    "body",
    [
        b"<html><style>body {color:red}</style></html>",
        b"{'a': 'b'}",
        b'{"sent": "1" "x": 2}',
        b'<script>{"a": 1}</script>',
        b"{" * 500,
    ],
)
def test_a_page_is_never_taken_for_a_success(command: Command, body: bytes) -> None:
    with pytest.raises(AnswerLost):
        of(command, body)


@pytest.mark.parametrize("command", [each for each in Command if each.changes])
@pytest.mark.parametrize(
    "body", [NOTICE + b"OK", NOTICE + b'{"result": "OK"}', b'{"result": "OK",}', b"{'result':'OK'}"]
)
def test_a_success_is_known_in_spite_of_a_notice(command: Command, body: bytes) -> None:
    assert of(command, body) == Answer()


@pytest.mark.parametrize(
    ("body", "amount"),
    [
        (b'{"balance": 1871.}', "1871"),
        (b'{"balance": 01871.62}', "1871.62"),
        (NOTICE + b'{"balance": "1871.62"}', "1871.62"),
        (b'{"balance": "1871.62" "currency": "\xd0"}', "1871.62"),
        (NOTICE + b"1871.62", "1871.62"),
    ],
)
def test_a_damaged_balance(body: bytes, amount: str) -> None:
    balance = of(Command.BALANCE, body).balance
    assert balance is not None
    assert float(balance.amount) == float(amount)


@pytest.mark.parametrize("body", [b'{"balance": NaN}', b'{"balance": "18', b'{"balance": 1871.6', b'{"balance": }'])
def test_a_balance_that_cannot_be_read_is_none(body: bytes) -> None:
    with pytest.raises(AnswerLost):
        of(Command.BALANCE, body)


texts = st.text(max_size=12) | st.sampled_from(
    ['","id":9', "},{", '{"sender":"X"}', "\\", '"', "ТОО «Ромашка»", "[{'sender':1}]"]
)
rows_of = st.builds(
    lambda comment, files, codes, order: (comment, files, codes, order),
    st.none() | texts,
    st.lists(texts, max_size=2),
    st.dictionaries(st.sampled_from(["mts_step", "tele2", "bee_step"]), st.integers(0, 5), max_size=2),
    st.sampled_from(["sender first", "id first"]),
)
damages = st.sampled_from(["delete", "insert", "replace", "cut", "double", "swallow end", "another charset"])
pieces = st.sampled_from(
    [b'"', b"'", b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"\x00", b"\xd0", b"\xff", b"\\u12", b"null", b"7",
     b'","id":5,"x":"', b'"}', b'"},{"', b"<br />", b"\\ud800", b'"sender":', b" "]
)  # fmt: skip


def id_of(number: int) -> int:
    """Far enough from one another that no single damage makes one of them into another."""
    return 1000 + 1371 * number


def written(number: int, row: tuple[str | None, list[str], dict[str, int], str], *, id_first: bool) -> bytes:
    comment, files, codes, _ = row
    value: dict[str, object] = {"sender": f"NAME{number}", "id": id_of(number)}
    if id_first:
        value = {"id": id_of(number), "sender": f"NAME{number}"}
    if comment is not None:
        value["cmt"] = comment
    value |= codes
    value["files"] = [{"file": each, "fid": number, "fstatus": 1, "fcomment": each} for each in files]
    return json.dumps(value, ensure_ascii=number % 2 == 0).encode("utf-8", "replace")


def damaged(row: bytes, damage: str, place: float, piece: bytes) -> bytes:
    at = max(1, int(place * len(row)))  # a row of which nothing is left can't be missed
    match damage:
        case "delete":
            return row[:at] + row[at + 1 :]
        case "insert":
            return row[:at] + piece + row[at:]
        case "replace":
            return row[:at] + piece + row[at + len(piece) :]
        case "cut":
            return row[:at]
        case "double":
            return row[:at] + row[max(0, at - 5) :]
        case "swallow end":
            return row[:-1]
        case _:
            return row[:at] + "Цветы и подарки".encode("koi8-r") + row[at:]


@settings(max_examples=LONG, deadline=None)
@given(
    st.lists(rows_of, min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(0, 8), damages, st.floats(0, 1, exclude_max=True), pieces), max_size=4),
    st.booleans(),
    st.sampled_from([b",", b",\n", b" , "]),
)
def test_every_undamaged_row_is_read_with_its_right_values(
    rows: list[tuple[str | None, list[str], dict[str, int], str]],
    harm: list[tuple[int, str, float, bytes]],
    id_first: bool,
    joint: bytes,
) -> None:
    whole = [written(number, row, id_first=id_first) for number, row in enumerate(rows)]
    sound = listed(b"[" + joint.join(whole) + b"]")
    assert len(sound.names) == len(rows)
    assert sound.complete
    body = list(whole)
    for number, damage, place, piece in harm:
        if number < len(rows):
            body[number] = damaged(body[number], damage, place, piece)
    hurt = {number for number in range(len(rows)) if body[number] != whole[number]}
    try:
        answer = listed(b"[" + joint.join(body) + b"]")
    except SmscError:
        assert len(hurt) == len(rows), body
        return
    read_whole = {each.id: each for each in answer.names if each.whole}
    for number, name in enumerate(sound.names):
        if number not in hurt:
            assert read_whole.get(id_of(number)) == name, (number, body)
    ids = {id_of(number) for number in range(len(rows))}
    unhurt = {id_of(number) for number in range(len(rows)) if number not in hurt}
    assert sum(each.id in unhurt for each in answer.names) == len(unhurt), body
    for each in answer.names:  # never the name of one row with the id of another
        for number in range(len(rows)):
            assert each.name != f"NAME{number}" or each.id == id_of(number) or each.id not in ids, body
    assert answer.complete or hurt, body
    lost = ids - {each.id for each in answer.names}
    assert not lost or not answer.complete or len(answer.names) == len(rows), body


@settings(max_examples=LONG, deadline=None)
@given(st.lists(pieces | st.binary(max_size=6) | st.sampled_from([BEFORE, AFTER, b'{"sender":"']), max_size=30),
       st.sampled_from(list(Command)))  # fmt: skip
def test_no_damage_raises_anything_but_the_documented_errors(parts: list[bytes], command: Command) -> None:
    try:
        answer = of(command, b"[" + b"".join(parts))
    except SmscError as problem:
        assert str(problem).isprintable()  # noqa: PT017  # most are an error, some are not
        return
    for each in answer.names:
        each.name.encode()
        (each.comment or "").encode()


@pytest.mark.parametrize(
    "row",
    [
        b'{"sender":"A","cmt":"' + b'"' * 2_000_000,
        b'{"sender":"A","cmt":"' + b"\\" * 2_000_000 + b'"}',
        b'{"sender":"A","cmt":"' + b'" ' * 1_000_000,
        b'{"sender":"A","cmt":"x"' + b" " * 2_000_000,
        b'{"sender":"A","cmt":"x"' + b"}" * 1_000_000 + b'"',
        b'{"sender":"A" "b' * 120_000,
        b"{" * 2_000_000,
        b'{"' * 1_000_000,
        b'{"sender":' * 200_000,
        b'{"a":' * 400_000 + b'"sender":',
        b"<br />" * 300_000 + b'{"sender":"A" "',
        b"Notice: x" * 200_000,
    ],
)
@pytest.mark.timeout(60)
def test_the_time_is_in_proportion_to_the_length(row: bytes) -> None:
    with suppress(SmscError):
        listed(b"[" + BEFORE + b"," + row)  # what looks back from each byte would take hours
