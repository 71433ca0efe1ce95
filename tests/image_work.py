"""The process that works on files: the photos that cost it most, what it needs for them, and how it is found."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Collection
from typing import Any

import psutil
from PIL import Image
from pillow_heif import register_heif_opener

from bot.smsc import DOCUMENT_MAX_BYTES
from tests.images import exif, saved
from tests.running import ROOT

LARGE = (8064, 6048)
"""A photo of 48 megapixels, as phones take it."""


MEASURED = """
import os, sys
from bot.imaging.worker import __main__ as worker
with open("/proc/self/status") as status:
    worker.confined(os.getppid(), 60)
    worker.work(sys.stdin.buffer, sys.stdout.buffer)
    sys.stderr.write(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""
"""What `python -m bot.imaging.worker` does, and then the most memory it ever had, in kilobytes."""


def large(mode: str, kind: str, **more: Any) -> Callable[[], bytes]:
    register_heif_opener()
    return lambda: saved(Image.new(mode, LARGE, 180 if mode == "I;16" else "beige"), kind, **more)


PHOTOS = {
    "turned JPEG": large("RGB", "JPEG", exif=exif(6)),
    "turned progressive JPEG": large("RGB", "JPEG", exif=exif(6), progressive=True),
    "HEIC": large("RGB", "HEIF", quality=50, enc_params={"preset": "ultrafast"}),
    "PNG with alpha": large("RGBA", "PNG", compress_level=1),
    "CMYK TIFF": large("CMYK", "TIFF", compression="tiff_lzw"),
    "16-bit TIFF": large("I;16", "TIFF", compression="tiff_lzw"),
}


def peak(picture: bytes) -> int:
    """The bytes that the process needs at most in which a picture is made into a document."""
    order = {"work": "pictures", "most": DOCUMENT_MAX_BYTES, "sizes": [len(picture)]}
    sent = json.dumps(order).encode() + b"\n" + picture
    done = subprocess.run([sys.executable, "-c", MEASURED], cwd=ROOT, input=sent, capture_output=True, check=True)
    assert b'{"made": "jpg", "pages": 1' in done.stdout[:200]
    return int(done.stderr) * 1024


async def image_worker(bot: psutil.Process | None = None, beside: Collection[psutil.Process] = ()) -> psutil.Process:
    """The process that works on a file just now; `beside`: not one of these. `bot`: whose child it is."""
    for _ in range(6000):
        for child in (bot or psutil.Process()).children():
            try:
                if child not in beside and "bot.imaging.worker" in child.cmdline() and child.status() != "zombie":
                    return child
            except psutil.Error:
                continue
        await asyncio.sleep(0.01)
    raise AssertionError("nobody works on a file")


def lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and bool(process.cmdline())
    except psutil.Error:
        return False
