"""What Telegram brings is cut into its updates before it is read: one that is odd costs nobody but itself."""

from __future__ import annotations

import pytest

from bot.telegram.batch import Arrived, cut, read

BEFORE = b'{"update_id":1,"message":{"chat":{"id":5},"text":"a\\"],{\\"update_id\\":3,\\\\"}}'
AFTER = b'{"update_id":9,"message":{"chat":{"id":6},"text":"b"}}'

TAKEN = {
    "a thousand levels": b'{"update_id":7,"m":' + b"[" * 1000 + b"]" * 1000 + b"}",
    "2^63": b'{"update_id":9223372036854775808,"m":1}',
    "2^64": b'{"update_id":18446744073709551616,"m":1}',
    "an id of thirty digits": b'{"update_id":123456789012345678901234567890,"m":1}',
    "an id twice": b'{"update_id":7,"update_id":8}',
    "an update inside an update": b'{"update_id":7,"m":{"update_id":8}}',
    "spaces": b'  { "update_id" : 7 , "m" : "]" } ',
}
ASIDE = {
    "null": b"null",
    "a number": b"5",
    "a string": b'"{]"',
    "a list": b'[1,{"a":2}]',
    "a word": b"undefined",
    "an empty object": b"{}",
    "half a character": b'{"update_id":7,"m":"\\ud800"}',
    "1e400": b'{"update_id":7,"m":1e400}',
    "NaN": b'{"update_id":7,"m":NaN}',
    "Infinity": b'{"update_id":7,"m":[Infinity,-Infinity]}',
    "five thousand levels": b'{"update_id":7,"m":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    "an id below zero": b'{"update_id":-5}',
    "a fraction as id": b'{"update_id":5.5}',
    "a string as id": b'{"update_id":"5"}',
    "true as id": b'{"update_id":true}',
    "null as id": b'{"update_id":null}',
    "an id of five thousand digits": b'{"update_id":' + b"9" * 5000 + b"}",
    "no id": b'{"message":{"chat":{"id":5},"text":"x"}}',
    "no UTF-8": b'{"update_id":7,"m":"\xff\xfe"}',
    "a line break in a string": b'{"update_id":7,"m":"a\nb"}',
    "brackets crossed": b'{"update_id":7,"m":{]}',
    "a bracket left open": b'{"update_id":7,"m":["a"}',
    "a string left open": b'{"update_id":7,"m":"abc}',
    "a string that ends with a backslash": b'{"update_id":7,"m":"abc\\"}',
    "a bracket too many": b'{"update_id":7}}',
    "no value": b'{"update_id":7,"m":}',
    "cut off": b'{"update_id":7,"m":{"text":"ab',
}


def taken(body: bytes) -> list[Arrived]:
    return [read(each) for each in cut(body)]


@pytest.mark.parametrize("odd", [*TAKEN.values(), *ASIDE.values()], ids=[*TAKEN, *ASIDE])
def test_those_before_and_after_an_odd_update_are_read(odd: bytes) -> None:
    batch = taken(b'{"ok":true,"result":[' + BEFORE + b",\n" + odd + b"," + AFTER + b"]}")
    whole = [each for each in batch if each.why is None]
    assert [whole[0].raw, whole[-1].raw] == [BEFORE, AFTER]
    assert (len(whole), len(batch)) == (3 if odd in TAKEN.values() else 2, 3)


@pytest.mark.parametrize("odd", [b"]", b"}", b'"', b"{", b"[", b"]]", b'\\"', b"\x00", b",,", b""])
def test_what_is_not_even_a_value_loses_no_update(odd: bytes) -> None:
    batch = taken(b'{"ok":true,"result":[' + BEFORE + b"," + odd + b"," + AFTER + b"]}")
    whole = [each.number for each in batch if each.why is None]
    assert whole == [1, 9]


def test_an_answer_without_updates_has_none() -> None:
    assert cut(b'{"ok":true,"result":[]}') == cut(b'{"ok": true, "result": [\n]}') == []
    with pytest.raises(ValueError, match="no list"):
        cut(b'{"ok":false,"error_code":409,"description":"Conflict"}')


def test_an_id_that_telegram_would_not_give_is_one_of_ours_and_below_zero() -> None:
    huge = read(b'{"update_id":9223372036854775808,"m":1}')
    assert not huge.likely
    assert -(2**63) < huge.key < 0
    assert huge.key == read(huge.raw).key != read(b'{"update_id":9223372036854775808,"m":2}').key
    assert read(BEFORE).key == 1
