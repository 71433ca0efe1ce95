"""What happens to a file before a form takes it: it is looked into, made into what SMSC takes and shown, or refused.

announced size ─▶ fetched ─▶ content ─▶ fine: as it came
                                    ├─▶ a picture, an album ─▶ one JPEG, one PDF ─▶ shown in the chat
                                    ├─▶ a PDF over 3 MB     ─▶ a smaller one     ─▶ shown in the chat
                                    └─▶ anything else       ─▶ why not, and what to send instead
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from markupsafe import Markup

from bot.accounts import Accounts
from bot.actions.resuming import whose_line
from bot.conversation.inputs import AlbumInput, FileInput, Input
from bot.fetch import Fetch, FetchError, FileTooLargeError
from bot.imaging.file_names import is_disguised, named
from bot.imaging.formats import format_of, is_picture, is_suspicious_pdf
from bot.imaging.jobs import FAILURES, MERE_LOOKS, ArchiveFlaw, ArchiveFlawError, Made, Work, unheard
from bot.locales import Phrase, say
from bot.quotas import Quotas
from bot.screens.files import (
    ARCHIVES,
    BROKEN,
    DOWNLOAD_MOST,
    EMPTY,
    TOO_LONG,
    later,
    megabytes,
    not_made,
    strange,
    too_large,
    what_was_made,
)
from bot.smsc import DOCUMENT_MAX_BYTES
from bot.telegram.chat_context import ChatContext
from bot.telegram.panel import DOUBT, NotShownError, Panel
from bot.telegram.progress import Progress
from bot.telegram.services import Services

_ARCHIVES: Final = frozenset({"zip", "rar"})
_MARGIN: Final = 64 * 1024
"""Bytes that a file may have beyond what Telegram told; where more come, the rest is not read."""
TOGETHER_MOST: Final = 60 * 1024 * 1024
"""Bytes of one album that are worked on: they are held in memory together."""


async def inspect(chat: ChatContext, received: Input, services: Services) -> Input | Phrase:
    """Looks into a file, or an album, before a form takes it (`inspect_file`); anything else goes on as it came."""
    if not isinstance(received, FileInput | AlbumInput):
        return received
    return await inspect_file(chat, received, services)


async def inspect_file(chat: ChatContext, received: FileInput | AlbumInput, services: Services) -> FileInput | Phrase:
    """Looks into a file, or an album, before it is taken: gives it with its format, or why it is not taken.

    Pictures that SMSC would not take, or a moderator could not read (transparent, turned, CMYK), are made into one that
    both do, an album into one PDF, and a PDF that is too large into a smaller one; the result is sent to the chat to be
    looked at, with a word for whom it is, and it is that which goes on.
    """
    files = received.files if isinstance(received, AlbumInput) else (received,)
    quotas = services.quotas
    person, counted = chat.person.user_id, [(_key(each), _announced(each)) for each in files]
    together = sum(size for _, size in counted)
    looked: FileInput | Phrase | None = _untaken(files, together, quotas)
    if looked is None and (used_up := await quotas.take(person, counted)) is not None:
        looked = later(used_up, quotas.allowance)
    if looked is None:
        async with services.converter.holding(min(together, TOGETHER_MOST)) as in_truth:
            contents = await _contents(files, services.fetch, person, quotas)
            if isinstance(contents, Phrase):
                looked = contents
            else:
                await in_truth(sum(map(len, contents)))
                looked = await _looked_into(chat, files, contents, services)
                if isinstance(looked, FileInput) and looked.sha256 is None:  # it goes as it came
                    looked = replace(looked, sha256=_number(contents[0]))
    if isinstance(looked, Phrase):
        services.panel.react(person, files[0].message_id, DOUBT)
    return looked


async def content_of(chat: ChatContext, file: FileInput, services: Services) -> bytes | Phrase:
    """A file as it is, within the person's quota; or why it is not taken."""
    used_up = await services.quotas.take(chat.person.user_id, [(_key(file), _announced(file))])
    if used_up is not None:
        return later(used_up, services.quotas.allowance)
    contents = await _contents((file,), services.fetch, chat.person.user_id, services.quotas)
    return contents if isinstance(contents, Phrase) else contents[0]


def _key(file: FileInput) -> str:
    """What a file is counted by: an edit that puts another one into the same message brings one more."""
    return " ".join(f"{message_id}:{unique}" for message_id, unique in file.sources) or str(file.message_id)


def _announced(file: FileInput) -> int:
    return DOWNLOAD_MOST if file.size is None else max(0, file.size)


def _untaken(files: Sequence[FileInput], together: int, quotas: Quotas) -> Phrase | None:
    """Why files are not even fetched, by what Telegram says of them."""
    if len(files) > 1 and together > min(TOGETHER_MOST, quotas.allowance.bytes_a_day):
        return say("Together these are {size}: too much at a time. Send them in parts.", size=megabytes(together))
    largest = max(each.size or 0 for each in files)
    return too_large(largest) if largest > DOWNLOAD_MOST else None


async def _looked_into(
    chat: ChatContext, files: Sequence[FileInput], contents: Sequence[bytes], services: Services
) -> FileInput | Phrase:
    first, kind, before = files[0], format_of(contents[0]), sum(map(len, contents))
    fits = len(files) == 1 and kind is not None and before <= DOCUMENT_MAX_BYTES
    pictures, scan = all(map(is_picture, contents)), len(files) == 1 and kind == "pdf"
    if len(files) == 1 and is_disguised(first.name, kind):
        return say("Operators cannot open “{name}”. Save it as a PDF and send that.", name=first.name)
    archive = len(files) == 1 and kind in _ARCHIVES
    if archive and (flaw := await _flaw_of(contents, chat.person.user_id, services)) is not None:
        return strange(first) if flaw is ArchiveFlaw.OFFICE else ARCHIVES[flaw]
    if fits and first.photo and kind == "jpg":  # Telegram's own photos are upright and plain
        look = await _made("look", contents, chat, services)
        return _as_it_came(first, kind, before, look if isinstance(look, Made) else None)
    if fits and (first.photo or not pictures):
        checked = is_suspicious_pdf(contents[0])
        seen = await _made("check", contents, chat, services) if checked else None
        # a mere look is short: what it could not see is left to the moderator
        return seen if isinstance(seen, Phrase) and seen is not TOO_LONG else _as_it_came(first, kind, before)
    if not scan and not pictures:
        if len(files) > 1:
            return say("These are not all pictures. Pictures become one PDF; send other files one by one.")
        return too_large(before) if kind is not None else strange(first)
    made = await _made("scan" if scan else "pictures", contents, chat, services)
    same = isinstance(made, Made) and made.content == contents[0]
    if same or (fits and kind == "tif" and made is BROKEN):  # there are more kinds of TIFF than can be opened here
        return _as_it_came(first, kind, before, made if isinstance(made, Made) else None)
    if isinstance(made, Phrase):
        return made
    caption = await _caption(chat, what_was_made(made, before, scan=scan), services.accounts)
    return await _shown(chat, files, made, caption, services.panel)


async def _caption(chat: ChatContext, what: Phrase, accounts: Accounts) -> Markup:
    """What stands under the document for good: what was done, and for which account and subclient."""
    t, scope = chat.t, chat.scope
    line = await whose_line(t, scope, scope, accounts) if scope is not None else None
    return t(what) if line is None else t.lines(t(what), line)


async def _shown(
    chat: ChatContext, files: Sequence[FileInput], made: Made, caption: Markup, panel: Panel
) -> FileInput | Phrase:
    """The document in the chat, under what it was made of: the person looks at it before it goes."""
    first = files[0]
    name = named(PurePosixPath(first.name).stem, made.kind)
    try:
        file_id, shown = await panel.send_file(
            chat.person.user_id,
            name,
            made.content,
            caption,
            reply_to=first.message_id or None,
            topic=chat.person.topic,
        )
    except NotShownError:
        return say("Telegram does not take the result just now. Please send it once more.")
    said = next((each.caption for each in files if each.caption), None)
    sources = tuple(source for each in files for source in each.sources)
    return replace(
        first,
        file_id=file_id,
        name=name,
        size=len(made.content),
        photo=all(each.photo for each in files),
        caption=said,
        format=made.kind,
        shown=shown,
        sources=sources,
        pages=made.pages,
        doubts=made.doubts,
        sha256=_number(made.content),
    )


def _number(content: bytes) -> str:
    """What tells the bytes of a document from all others, as the journal keeps it."""
    return hashlib.sha256(content).hexdigest()


def _as_it_came(file: FileInput, kind: str | None, size: int, seen: Made | None = None) -> FileInput:
    came = replace(file, name=named(file.name, kind or ""), size=size, format=kind)
    return came if seen is None else replace(came, pages=seen.pages, doubts=seen.doubts)


async def _made(work: Work, contents: Sequence[bytes], chat: ChatContext, services: Services) -> Made | Phrase:
    """The document, with its progress told; or why there is none. `work`: see `ImageConverter.make`."""
    person, quotas = chat.person.user_id, services.quotas
    if (used_up := await quotas.worked_out(person)) is not None:
        return TOO_LONG if work in MERE_LOOKS else later(used_up, quotas.allowance)
    async with Progress(services.panel, chat, say("⏳ Making the document…")) as progress:

        def told(page: int, count: int) -> None:
            progress.say(say("⏳ Making the document: page {page} of {count}…", page=page, count=count))

        try:
            return await services.converter.make(person, work, contents, DOCUMENT_MAX_BYTES, told)
        except FAILURES as failure:
            return not_made(failure, pictures=work == "pictures")


async def _flaw_of(contents: Sequence[bytes], person: int, services: Services) -> ArchiveFlaw | None:
    """What is wrong with an archive; who had much work done for them lately sends it as it came."""
    if await services.quotas.worked_out(person) is not None:
        return None
    try:
        await services.converter.make(person, "archive", contents, DOCUMENT_MAX_BYTES, unheard)
    except ArchiveFlawError as found:
        return found.flaw
    except FAILURES:  # it took more time or memory than looking into a sound one takes
        return ArchiveFlaw.BROKEN
    return None


async def _contents(files: Sequence[FileInput], fetch: Fetch, person: int, quotas: Quotas) -> list[bytes] | Phrase:
    """The files as they are fetched, or why not; the person's quota counts what really came, not what was announced."""
    contents: list[bytes] = []
    came = dict.fromkeys(map(_key, files), 0)
    try:
        for each in files:
            content = await fetch(each.file_id, min(_announced(each) + _MARGIN, DOWNLOAD_MOST))
            came[_key(each)] = len(content)
            if not content:
                return EMPTY
            contents.append(content)
    except FileTooLargeError as cut:
        came[_key(each)] = cut.read
        return too_large(None) if _announced(each) + _MARGIN > DOWNLOAD_MOST else _larger_than_told(each)
    except FetchError:
        return say("Telegram does not give me this file just now. Please send it once more.")
    finally:
        for key, size in came.items():
            await quotas.measured(person, key, size)
    return contents


def _larger_than_told(file: FileInput) -> Phrase:
    return say(
        "Telegram told {told} for this file, and it is larger: it was not read to its end. Please send it once more.",
        told=megabytes(_announced(file)),
    )
