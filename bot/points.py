"""The points at which it matters what was done before, told to an observer: tests end the process at one of them.

What is done has a name, and a point before it and after it: `before-insert-inbox` stands where an update is written and
not committed, `after-insert-inbox` where it is committed and not acknowledged. The names come from what is done:

    insert-inbox             what a transaction writes, and the table (`bot.storage.transaction.Change`)
    smsc-add                 a request to SMSC: `before-`, `sent-` when its answer begins, `after-` when that is read
    telegram-sendMessage     a call of Telegram
    backup, reseal-people    a copy of the file; values of a table sealed anew
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count

Reached = Callable[[str], None]
"""Is told of each point when the program has come to it, in whichever thread that is."""


def nobody(_point: str) -> None:
    """Nobody wants to know."""


def killed_at(wanted: str) -> Reached:
    """Ends the process with SIGKILL at a point, as `KILL_AT` names it: `point`, or `point:n` for the n-th time.

    Nobody wants to know where nothing is named.
    """
    if not wanted:
        return nobody
    point, _, which = wanted.partition(":")
    times = count(1)

    def reached(at: str) -> None:
        if at == point and next(times) == int(which or 1):
            os.kill(os.getpid(), signal.SIGKILL)

    return reached
