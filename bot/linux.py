"""Calls of Linux's C library; and how the bot keeps its own memory to itself."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

LINUX: Final = sys.platform == "linux"
_PR_SET_DUMPABLE: Final = 4


def hide_memory() -> None:
    """No process but root's sees this one's memory and environment (`/proc/<pid>/environ`), and no core is written."""
    if LINUX:
        prctl(_PR_SET_DUMPABLE, 0)


def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int, pointer: bytes | None = None) -> bool:
    """Whether something about this process could be changed: the system call of this name."""
    return bool(libc().prctl(option, ctypes.c_ulong(value), pointer, ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0)
