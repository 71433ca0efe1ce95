"""A file that somebody sent lies at Telegram until it is needed: how it is asked for, and what may go wrong."""

from __future__ import annotations

from typing import Protocol


class FetchError(Exception):
    """The file could not be had.

    `final`: it never can be. `wait`: how many seconds Telegram asked to wait.
    """

    def __init__(self, *, final: bool, wait: float = 0.0) -> None:
        super().__init__("gone for good" if final else "not now")
        self.final = final
        self.wait = wait


class FileTooLargeError(FetchError):
    """More bytes came than were allowed; the rest was not read. `read`: how many were."""

    def __init__(self, read: int = 0) -> None:
        super().__init__(final=True)
        self.read = read


class Fetch(Protocol):
    """Gets files from Telegram."""

    async def __call__(self, file_id: str, most: int) -> bytes:
        """The content of a file, of at most `most` bytes, in memory.

        Raises:
            FileTooLargeError: it is larger, whatever size was announced.
            FetchError: Telegram does not have it (final), or not now.
        """
