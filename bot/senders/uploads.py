"""A document on its way from Telegram to SMSC."""

from __future__ import annotations

from bot.fetch import Fetch, FetchError
from bot.senders.operation import DocumentRef
from bot.smsc import Upload


async def uploaded(document: DocumentRef | None, fetch: Fetch) -> Upload | None:
    """The document as SMSC gets it; None where none goes along.

    Raises:
        FetchError: it could not be had, or not as a whole.
    """
    if document is None:
        return None
    content = await fetch(document.file_id, document.size)
    if len(content) != document.size:  # it broke off on its way
        raise FetchError(final=False)
    return Upload(document.name, content, document.description)
