"""A reason to leave that is no fault of ours, so that it is told in one line and without a traceback."""

from __future__ import annotations


class Leaving(Exception):  # noqa: N818  # a reason, not a fault
    """The program cannot start, or go on; the text is one line for the administrator."""
