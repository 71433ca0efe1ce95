"""How long a small file waits while others send what costs much: `python -m tests.crowd`, a line for each crowd."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.imaging.image_converter import ImageConverter
from bot.imaging.jobs import TooComplexError, TooManyPagesError, TooManyPixelsError, Work
from bot.smsc import DOCUMENT_MAX_BYTES
from tests import hostile
from tests.images import page, saved

SMALL_ONES = 8
CROWDS: Mapping[str, tuple[Work, int, Callable[[], bytes]]] = {
    "nobody else": ("check", 0, hostile.endless),
    "1 person, 2 million paths": ("check", 1, lambda: hostile.pdf_of_paths(2_000_000)),
    "1 person, 60 heavy pages": ("scan", 1, lambda: hostile.pdf_of_paths(60_000, pages=60)),
    "1 person, TIFF of 100 000 frames": ("pictures", 1, lambda: hostile.tiff_of_frames(100_000)),
    "1 person, a PDF without an end": ("scan", 1, hostile.endless),
    "6 people, PDFs without an end": ("scan", 6, hostile.endless),
}


async def waits(work: Work, people: int, content: bytes) -> list[float]:
    """Seconds that each of some small pictures of other people took, one after the other."""
    converter, small = ImageConverter(), saved(page(size=(900, 1200)), "WEBP")

    async def sends(person: int) -> None:
        while True:
            with suppress(TooComplexError, TooManyPagesError, TooManyPixelsError):
                await converter.make(person, work, [content], DOCUMENT_MAX_BYTES, lambda *_: None)

    crowd = [asyncio.create_task(sends(person)) for person in range(people)]
    took: list[float] = []
    for number in range(SMALL_ONES):
        await asyncio.sleep(1)
        began = time.monotonic()
        await converter.make(1000 + number, "pictures", [small], DOCUMENT_MAX_BYTES, lambda *_: None)
        took.append(time.monotonic() - began)
    for each in crowd:
        each.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    return took


def main() -> None:
    for name, (work, people, make) in CROWDS.items():
        took = sorted(asyncio.run(waits(work, people, make())))
        sys.stdout.write(f"{name:34}{took[len(took) // 2]:6.1f} s as a rule{max(took):6.1f} s at most\n")


if __name__ == "__main__":
    main()
