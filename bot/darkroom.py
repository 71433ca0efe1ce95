"""The process that pictures and scans are made into documents in, `python -m bot.darkroom`: one job, then it is gone.

What comes from a chat goes through codecs written in C. Here they have no token, no key and no file of the bot at hand,
a bounded memory and a bounded time; a crash of one costs a picture, not the bot, and memory goes back with the process.

    in    one line of JSON {"work": "pictures" | "scan" | "check", "most": bytes, "sizes": [bytes, …]}, and the contents
    out   {"page": 1, "of": 3} a line for each page; at last the document after
          {"made": kind, "pages": n, "done": [what was done, …], "source": format it came in, "size": bytes},
          or {"failed": the error's name, "fits": n}
"""

from __future__ import annotations

import json
import sys
from typing import IO, Any, Final

from bot import pictures

MEMORY_MOST: Final = 768 * 1024 * 1024
"""Bytes a job may use; a 48-megapixel photo takes less than 300 MB."""
SECONDS_MOST: Final = 120
"""Seconds of a processor a job may take."""
FAILURES: Final = (
    pictures.PictureError,
    pictures.LockedError,
    pictures.TooManyPixelsError,
    pictures.NotSmallEnoughError,
)
_OF_A_PDF: Final = {"scan": pictures.shrunk, "check": pictures.checked}


def work(given: IO[bytes], out: IO[bytes]) -> None:
    """One job, from `given` to `out`."""
    order = json.loads(given.readline())
    contents = [given.read(size) for size in order["sizes"]]

    def told(page: int, count: int) -> None:
        _say(out, {"page": page, "of": count})

    try:
        if order["work"] in _OF_A_PDF:
            made = _OF_A_PDF[order["work"]](contents.pop(), order["most"], told)
        else:
            made = pictures.made_of(contents, order["most"], told)
    except FAILURES as failure:
        _say(out, {"failed": type(failure).__name__, "fits": getattr(failure, "fits", 0)})
    except MemoryError:
        _say(out, {"failed": pictures.TooManyPixelsError.__name__, "fits": 0})
    else:
        told_of = {"pages": made.pages, "done": made.done, "source": made.source, "size": len(made.content)}
        _say(out, {"made": made.kind, **told_of})
        out.write(made.content)
        out.flush()


def bound() -> None:
    """Bounds the memory and the time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_MOST, MEMORY_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MOST, SECONDS_MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(out: IO[bytes], line: dict[str, Any]) -> None:
    out.write(json.dumps(line).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    bound()
    work(sys.stdin.buffer, sys.stdout.buffer)
