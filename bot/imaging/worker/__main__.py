"""The process that pictures and scans are made into documents in: one job, then it is gone.

What comes from a chat goes through codecs written in C. Here they have no token, no key, no network and no file of the
bot at hand (`confinement.py`), a bounded memory and a bounded time; a crash of one costs a picture, not the bot, and
memory goes back with the process. `python -m bot.imaging.worker PARENT SECONDS`: whose child it is, and how long it may
work.

    in    one line of JSON {"work": one of `jobs.Work`, "most": bytes, "sizes": [bytes, …]}, and the contents
    out   {"missing": [what of its confinement this system does not give, …]}
          {"page": 1, "of": 3} a line for each page; at last the document after
          {"made": kind, "pages": n, "done": [what was done, …], "source": format it came in,
           "doubts": [[page, why it may not be readable], …], "size": bytes},
          or {"failed": the error's name, "fits": n, "flaw": of an archive}
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any, Final

from bot.imaging.jobs import FAILURES, Made, Told, TooManyPixelsError
from bot.imaging.worker.confinement import Bounds, confine
from bot.imaging.worker.pictures import made_of, seen
from bot.imaging.worker.scans import checked, shrunk

MEMORY_MOST: Final = 768 * 1024 * 1024
"""Bytes a job may use; a 48-megapixel photo takes less than 300 MB."""


def _archive(content: bytes, most: int, told: Told) -> Made:
    from bot.imaging.worker.archives import opened  # takes a third of a start, and few files are archives

    return opened(content, most, told)


_OF_ONE_FILE: Final[Mapping[str, Callable[[bytes, int, Told], Made]]] = {
    "scan": shrunk,
    "check": checked,
    "archive": _archive,
}
_OF_PICTURES: Final = {"pictures": made_of, "look": seen}


def work(source: IO[bytes], out: IO[bytes]) -> None:
    """One job, from `source` to `out`."""
    order = json.loads(source.readline())
    contents = [source.read(size) for size in order["sizes"]]

    def told(page: int, count: int) -> None:
        _say(out, {"page": page, "of": count})

    try:
        if order["work"] in _OF_ONE_FILE:
            made = _OF_ONE_FILE[order["work"]](contents.pop(), order["most"], told)
        else:
            made = _OF_PICTURES[order["work"]](contents, order["most"], told)
    except FAILURES as failure:
        _say(
            out,
            {
                "failed": type(failure).__name__,
                "fits": getattr(failure, "fits", 0),
                "flaw": getattr(failure, "flaw", ""),
            },
        )
    except MemoryError:
        _say(out, {"failed": TooManyPixelsError.__name__, "fits": 0})
    else:
        facts = {"pages": made.pages, "done": made.done, "source": made.source, "doubts": made.doubts}
        _say(out, {"made": made.kind, **facts, "size": len(made.content)})
        out.write(made.content)
        out.flush()


def confined(parent: int, seconds: int) -> list[str]:
    """Gives up what a job does not need; gives what of that this system does not let go."""
    return confine(parent, Bounds(MEMORY_MOST, seconds))


def _say(out: IO[bytes], line: dict[str, Any]) -> None:
    out.write(json.dumps(line).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    _say(sys.stdout.buffer, {"missing": confined(int(sys.argv[1]), int(sys.argv[2]))})
    work(sys.stdin.buffer, sys.stdout.buffer)
