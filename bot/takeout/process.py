"""Has files made beside the bot, one order at a time: a short list in a thread, a long one in a process of its own.

A thread that works for seconds is felt by everybody: it takes turns with the loop, and memory that is tidied up stops
both for a quarter of a second. A process costs the loading of the program, which nobody feels but who waits for it.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import orjson

from bot.accounts import Scope
from bot.exports.cells import Format
from bot.imaging.image_converter import hand_over, poor_environment, process_ended
from bot.takeout.making import Order, Whose, made
from bot.takeout.person import person_file
from bot.watch.codes import Meanings

LONG: Final = 500
"""Names and events from which on a list is long."""
_LONGEST: Final = 300.0
"""Seconds after which it is given up."""

Files = list[tuple[str, bytes]]


class NotMadeError(Exception):
    """The process ended without the files."""


class Takeout:
    """Takes orders. `path`: the file that they are made of; `opened` opens what was sealed in it."""

    def __init__(self, path: Path, opened: Callable[[bytes, str], bytes]) -> None:
        self._path = str(path)
        self._opened = opened
        self._one_at_a_time = asyncio.Lock()

    async def files(
        self,
        scopes: Iterable[Scope],
        format_: Format,
        language: str,
        at: float,
        rows: int,
        *,
        zone: int,
        meanings: Mapping[str, Meanings],
    ) -> Files:
        """The files by their names; `at` is the present (epoch seconds), `rows`: how many names and events go in.

        `zone` and `meanings` are those of the person, as `Order` has them.

        Raises:
            NotMadeError: they could not be made.
            StorageError: the file could not be read.
        """
        order = Order(self._path, tuple(map(Whose.of, scopes)), format_, language, at, zone, meanings)
        async with self._one_at_a_time:
            if rows < LONG:
                return await asyncio.to_thread(lambda: list(made(order)))
            return await _in_a_process(order)

    async def about(self, user_id: int) -> bytes:
        """All that is stored about a person, as an archive. It is made here: what is sealed opens nowhere else.

        Raises:
            StorageError: the file could not be read.
        """
        async with self._one_at_a_time:
            return await asyncio.to_thread(person_file, Path(self._path), user_id, self._opened)


async def _in_a_process(order: Order) -> Files:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot.takeout"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=poor_environment(),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_LONGEST):
            await hand_over(process, orjson.dumps(order))
            out = await process.stdout.read() if process.stdout is not None else b""
            await process.wait()
    except TimeoutError:
        raise NotMadeError("it took too long") from None
    finally:
        await process_ended(process)
    if process.returncode:
        raise NotMadeError(f"status {process.returncode}")
    return list(_files(memoryview(out)))


def _files(out: memoryview) -> Files:
    found, start = Files(), 0
    while start < len(out):
        end = start + bytes(out[start : start + 1000]).index(b"\n")
        head = orjson.loads(out[start:end])
        start = end + 1 + head["size"]
        found.append((head["name"], bytes(out[end + 1 : start])))
    return found
