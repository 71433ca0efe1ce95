"""Answers of SMSC that nobody would send in good faith, read by the reader of answers: nothing unforeseen is raised.

    python -m tests.hostile_answers [ANSWERS]

Good answers of every command are cut, doubled, reversed, with bytes and values of other kinds in them, in other
encodings, thousands of levels deep, with numbers without end. Whatever is read is an answer or one of the errors that
the client has words for.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

from bot.smsc import Command, SmscError, seed_catalogue
from bot.smsc.answers import read

_ANSWERS = 34_000
_SEED = 10
_SLOW_SECONDS = 1.0
_CATALOGUE = seed_catalogue()

GOOD: Sequence[bytes] = (
    b'{"id":24608,"sender":"PARAFIT","cmt":"first","files":[{"fid":"7","name":"a.pdf","status":"1"}],"operators":{"kz":"1"}}',
    b'[{"sender":"A","id":1,"cmt":"x"},{"sender":"77011234567","id":"2","files":[]},{"sender":"C","id":3}]',
    b'{"balance":"1871.62","currency":"KZT"}',
    b'{"error":"authorise error","error_code":2}',
    b'{"result":"OK","id":5}',
    b"[]",
    b"OK",
    '[{"sender":"Ромашка","id":9}]'.encode("cp1251"),
)
ODD: Sequence[bytes] = (
    b"null",
    b"NaN",
    b"1e400",
    b"-0",
    b'"\\ud800"',
    b'"' + b"a" * 5000 + b'"',
    b"9" * 400,
    b"[" * 3000,
    b'{"a":' * 3000,
    b"\x00",
    b"\xff\xfe",
    b"<html>",
    b"true",
    b"{}",
    b"[]",
    b'{"error":null,"error_code":"9"}',
    b'{"error_code":99999999999999999999}',
    b'"\xe2\x80\xae"',
)
CHARSETS = ("utf-8", "windows-1251", None, "utf-16", "nonsense", "utf-7", "")

Change = Callable[[bytes, random.Random], bytes]


def cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def with_odd(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + chance.choice(ODD) + body[at + chance.randrange(4) :]


def with_value(body: bytes, chance: random.Random) -> bytes:
    """Another value behind one of its colons."""
    parts = body.split(b":")
    at = chance.randrange(len(parts))
    parts[at] = chance.choice(ODD) + parts[at][-1:]
    return b":".join(parts)


def with_bytes(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randrange(1, 6)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def twice(body: bytes, chance: random.Random) -> bytes:
    return body * chance.randrange(2, 40)


def turned(body: bytes, _chance: random.Random) -> bytes:
    return body[::-1]


def noise(_body: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(400))


CHANGES: Sequence[Change] = (cut, with_odd, with_value, with_bytes, twice, turned, noise)


def read_one(body: bytes, chance: random.Random) -> object:
    """Reads a body as the answer to some command, in some charset."""
    return read(chance.choice(list(Command)), body, catalogue=_CATALOGUE, charset=chance.choice(CHARSETS))


def main(most: int) -> bool:
    """Whether every answer was read as one, or as an error that the client knows."""
    chance = random.Random(_SEED)  # noqa: S311  # nothing secret depends on it
    ends = Counter[str]()
    for _ in range(most):
        body = chance.choice(GOOD)
        for _ in range(chance.randrange(1, 4)):
            body = chance.choice(CHANGES)(body, chance)
        begun = time.process_time()
        try:
            read_one(body, chance)
        except SmscError:
            ends["known errors"] += 1
        except BaseException as failure:  # noqa: BLE001  # that is what is looked for
            ends["unforeseen exceptions"] += 1
            sys.stdout.write(f"{type(failure).__name__}: {failure}: {body[:200]!r}\n")
        else:
            ends["answers"] += 1
        if (took := time.process_time() - begun) > _SLOW_SECONDS:
            ends["slower than a second"] += 1
            sys.stdout.write(f"{took:.1f} s: {len(body)} bytes {body[:200]!r}\n")
    told = ", ".join(
        f"{ends[each]} {each}" for each in ("answers", "known errors", "unforeseen exceptions", "slower than a second")
    )
    sys.stdout.write(f"{most} hostile answers: {told}\n")
    return not ends["unforeseen exceptions"] and not ends["slower than a second"]


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else _ANSWERS))
