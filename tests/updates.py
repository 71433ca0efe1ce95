"""Updates as Telegram may send them: such as are taken, and such as are set aside."""

from __future__ import annotations

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
