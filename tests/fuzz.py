"""Nonsense for whatever reads what comes from outside: it reads it, or refuses it with an error that it has words for.

    python -m tests.fuzz [INPUTS]      make fuzz INPUTS=100000

Good inputs of each kind are cut, doubled, turned, with bytes and odd values put in, the same ones each time. Nothing
unforeseen may be raised, and nothing may take longer than a second of a processor, and 4 more for each megabyte.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import handlers
from bot.conversation import form_buttons
from bot.conversation.callback import Buttons, OldButtonError, declared_in
from bot.imaging.formats import brands, format_of, is_picture, is_suspicious_pdf
from bot.imaging.worker.archives import flaw_of_rar, flaw_of_zip
from bot.locales import Catalogues
from bot.reading import codes, fields, keys, names, numbers
from bot.reading.rows import lines_in, lines_of
from bot.reading.tables import Cells, cells_in
from bot.smsc import SmscError, seed_catalogue
from bot.telegram import batch
from handlers import screen_catalogue
from tests import hostile_answers
from tests.archives import rar4, rar5, zipped
from tests.papers import PDF
from tests.updates import AFTER, ASIDE, BEFORE, TAKEN
from tests.workbooks import workbook

_INPUTS = 100_000
_SEED = 16
_SLOW_SECONDS = 1.0
_SLOW_A_BYTE = 4e-6
"""Seconds of a processor that is busy with other things, too: batches are cut up at about 1 MB a second."""
_TEXT_MOST = 4096 * 2
"""Bytes: Telegram carries 4096 characters (Bot API, Message)."""
_TOLD_MOST = 5
"""Findings of a kind that are printed."""


@dataclass(frozen=True)
class Kind:
    """Something that is read.

    good      inputs as they should be
    read      reads one
    foreseen  what it may raise
    share     of the inputs, as a whole number: what is dear to read gets fewer
    """

    name: str
    good: Sequence[bytes]
    read: Callable[[bytes, random.Random], object]
    foreseen: tuple[type[Exception], ...] = ()
    share: int = 4


def updates(body: bytes, _chance: random.Random) -> None:
    answer = b'{"ok":true,"result":[' + body
    batch.cut_off(answer)
    for raw in batch.cut(answer + b"]}"):
        arrived = batch.read(raw)
        if arrived.why is None:
            batch.chat_of(arrived.numbered)
            batch.dumped(arrived.numbered)


def heads(body: bytes, _chance: random.Random) -> None:
    format_of(body)
    brands(body)
    is_picture(body)
    is_suspicious_pdf(body)


def archives(body: bytes, _chance: random.Random) -> None:
    flaw_of_zip(body)
    flaw_of_rar(body)


def tables(body: bytes, chance: random.Random) -> None:
    cells = cells_in(body, chance.choice(("a.csv", "a.xlsx", "a")))
    if isinstance(cells, Cells):
        lines_of(cells.rows)


def texts(body: bytes, chance: random.Random) -> None:
    text = body[:_TEXT_MOST].decode(chance.choice(("utf-8", "cp1251", "utf-16-le")), errors="replace")
    for read in (
        codes.code_in,
        codes.code_asked_for,
        fields.login_in,
        fields.email_in,
        fields.site_in,
        fields.register_number_in,
        fields.list_number_in,
        fields.day_in,
        keys.secret_in,
        keys.holds_secret,
        keys.key_asked_for,
        keys.password_asked_for,
        names.names_in,
        names.several_in,
        numbers.number_in,
        numbers.is_number,
        lines_in,
    ):
        read(text)


def kinds() -> Iterator[Kind]:
    """Everything that reads what comes from outside."""
    catalogue = seed_catalogue()
    known = Buttons((*handlers.routes(catalogue).buttons, *declared_in(form_buttons)))
    said = [
        each.says.encode()
        for _, screen in screen_catalogue.screens(Catalogues.load("en")["en"])
        for row in screen.rows
        for each in row
        if each.says
    ]
    words = (
        "ключ: demo-key-0123456789abcdef",
        "login:password",
        "+7 (701) 123-45-67, код 4821",
        "Kaspi.kz – info@kaspi.kz",
        "LILY;цветы\nROSE, TULIP",
        "31.12.2026",
    )
    yield Kind("answers of SMSC", hostile_answers.GOOD, hostile_answers.read_one, (SmscError,))
    yield Kind("updates", (BEFORE, AFTER, *TAKEN.values(), *ASIDE.values()), updates)
    yield Kind("buttons", said, lambda body, _: known.unpacked(body.decode(errors="replace")), (OldButtonError,))
    yield Kind("texts", [each.encode() for each in words], texts)
    yield Kind("heads of files", (PDF, b"\xff\xd8\xff\xe0", b"II*\x00", b"\x89PNG\r\n\x1a\n", b"....ftypheic"), heads)
    yield Kind("archives", (zipped({"a.pdf": PDF}), rar4(), rar5()), archives, share=1)
    rows: list[list[object]] = [["Имя", "Комментарий"], ["LILY", "=1+1"], ["ROSE", 5]]
    yield Kind("tables", ("Имя;Комментарий\nLILY;x\n".encode("cp1251"), workbook(rows)), tables, share=1)


def main(most: int) -> bool:
    """Whether everything was read or refused as foreseen, and soon."""
    chance = random.Random(_SEED)  # noqa: S311  # nothing secret depends on it
    every = list(kinds())
    total, right = sum(each.share for each in every), True
    for kind in every:
        ends, count = Counter[str](), most * kind.share // total
        for _ in range(count):
            body = chance.choice(kind.good)
            for _ in range(chance.randrange(1, 4)):
                body = chance.choice(hostile_answers.CHANGES)(body, chance)
            begun = time.process_time()
            try:
                kind.read(body, chance)
            except kind.foreseen:
                ends["refused"] += 1
            except Exception as failure:  # noqa: BLE001  # that is what is looked for
                ends["unforeseen exceptions"] += 1
                if ends["unforeseen exceptions"] <= _TOLD_MOST:
                    sys.stdout.write(f"{kind.name}: {type(failure).__name__}: {failure}: {body[:300]!r}\n")
            else:
                ends["read"] += 1
            if (took := time.process_time() - begun) > _SLOW_SECONDS + _SLOW_A_BYTE * len(body):
                ends["too slow"] += 1
                sys.stdout.write(f"{kind.name}: {took:.1f} s: {len(body)} bytes {body[:300]!r}\n")
        told = ", ".join(f"{ends[each]} {each}" for each in ("read", "refused", "unforeseen exceptions", "too slow"))
        sys.stdout.write(f"{kind.name:<16} {count:>7} inputs: {told}\n")
        right &= not ends["unforeseen exceptions"] and not ends["too slow"]
    return right


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else _INPUTS))
