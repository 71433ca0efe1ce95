"""Files in words: their sizes and numbers, what was made of one, and why one is not taken."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Final

from bot.conversation.inputs import FileInput
from bot.imaging.file_names import formats_told
from bot.imaging.jobs import (
    PAGES_MOST,
    ArchiveFlaw,
    ArchiveFlawError,
    Done,
    FormOfAdobeError,
    LockedError,
    Made,
    NotSmallEnoughError,
    PictureError,
    PortfolioError,
    RawError,
    TooComplexError,
    TooManyPagesError,
    TooManyPixelsError,
)
from bot.locales import Phrase, moment, say, say_n
from bot.quotas import Allowance, Quota, UsedUp

DOWNLOAD_MOST: Final = 20 * 1024 * 1024
"""What a bot can fetch from Telegram (Bot API, getFile)."""


def later(used_up: UsedUp, allowance: Allowance) -> Phrase:
    """That a person's files are too many just now, and when the next one is taken."""
    again = moment(used_up.again)
    match used_up.quota:
        case Quota.FILES:
            files = say_n("{count} file", "{count} files", allowance.files_an_hour)
            return say("I take {files} an hour from one person. Send this again after {time}.", files=files, time=again)
        case Quota.BYTES:
            size = megabytes(allowance.bytes_a_day)
            return say(
                "I take {size} of files a day from one person. Send this again after {time}.", size=size, time=again
            )
        case Quota.WORK:
            return say(
                "Your last files kept the server busy, and others wait too. Send this again after {time}, or send a"
                " photo of it: a photo needs no work.",
                time=again,
            )


TOO_LONG: Final = say(
    "This takes too long to open: there is too much drawn in it. Send photos of its pages, or send it in parts."
)
"""What a mere look could not see in its short time."""
BROKEN: Final = say("This picture cannot be opened: it is broken, or of a rare kind. Send a photo of it, or a PDF.")
_NOT_MADE: Final[Mapping[type[Exception], Phrase]] = {
    LockedError: say("This PDF opens only with a password. Save it without one, or send photos of its pages."),
    PortfolioError: say(
        "This PDF is a cover with files inside it, which a moderator would not see. Take them out, and send"
        " them one by one."
    ),
    FormOfAdobeError: say(
        "This PDF is a form that only Adobe's own reader shows. Print it into a PDF there, and send that, or"
        " photos of its pages."
    ),
    RawError: say(
        "This is a camera's raw file, and the picture in it is too small to be read. Send the photo as your"
        " gallery shows it: as a JPG."
    ),
    TooManyPixelsError: say("This is too large to be opened here. Send a smaller one, or a photo of the page."),
    TooManyPagesError: say(
        "This has more than {count} pages: too many for one document. Send only those that matter, or send it in"
        " parts.",
        count=PAGES_MOST,
    ),
    TooComplexError: TOO_LONG,
}


def not_made(failure: Exception, *, pictures: bool) -> Phrase:
    """Why the image worker made no document of `pictures`, or of a PDF."""
    match failure:
        case PictureError():
            if pictures:
                return BROKEN
            return say("This PDF is broken: it cannot be opened. Make it once more, or send photos of its pages.")
        case NotSmallEnoughError():
            return say(
                "Made small enough for the 3 MB that SMSC takes, this could not be read. {fits}",
                fits=say_n(
                    "About {count} such page would fit: send it in parts.",
                    "About {count} such pages would fit: send it in parts.",
                    max(1, failure.fits),
                ),
            )
        case ArchiveFlawError():
            return ARCHIVES[failure.flaw]
        case _:
            return _NOT_MADE[type(failure)]


def what_was_made(made: Made, before: int, *, scan: bool) -> Phrase:
    """What was done, under the document that is shown before it goes."""
    size, pages = megabytes(len(made.content)), say_n("{count} page", "{count} pages", made.pages)
    if scan:
        smaller = say(
            "Made smaller: {pages}, {before} became {size}. Check that it can be read: this is what SMSC gets.",
            pages=pages,
            before=megabytes(before),
            size=size,
        )
        lost = [_LOST[each] for each in made.done if each in _LOST]
        return reduce(lambda told, more: say("{told}\n⚠️ {more}", told=told, more=more), lost, smaller)
    if made.pages > 1:
        return say("Put together into one PDF: {pages}, {size}. This is what SMSC gets.", pages=pages, size=size)
    if not made.done:
        return say("Made into a JPG that SMSC takes, {size}. This is what SMSC gets.", size=size)
    what = [
        say("converted from {source}", source=made.source) if each is Done.CONVERTED else _DONE[each]
        for each in made.done
    ]
    done = reduce(lambda first, rest: say("{first}, {rest}", first=first, rest=rest), what)
    return say("Made into a JPG: {done}. {size}; this is what SMSC gets.", done=done, size=size)


_LOST: Final[Mapping[Done, Phrase]] = {
    Done.UNSIGNED: say("Its electronic signature is only a picture now. Where that matters, send a smaller file."),
    Done.WITHOUT_FILES: say("The files inside it are left out. Take them out, and send them one by one."),
}
_DONE: Final[Mapping[Done, Phrase]] = {
    Done.TURNED: say("turned upright"),
    Done.FLATTENED: say("a background put behind it"),
    Done.COLOURS: say("in plain 8-bit colours"),
    Done.SMALLER: say("made smaller"),
}


ARCHIVES: Final[Mapping[ArchiveFlaw, Phrase]] = {
    ArchiveFlaw.LOCKED: say(
        "This archive opens only with a password, which no moderator has. Pack it without one, or send the files apart."
    ),
    ArchiveFlaw.EMPTY: say("This archive is empty. Put the documents into it, or send them as they are."),
    ArchiveFlaw.BROKEN: say("This archive is broken: it cannot be opened. Pack it once more, or send the files apart."),
    ArchiveFlaw.PART: say(
        "This is one part of an archive in several, which opens only with all of them. Pack it as one, or send the"
        " files apart."
    ),
}
EMPTY: Final = say("This file is empty. Open it on your phone, and send it again if there is something in it.")


def too_large(size: int | None) -> Phrase:
    """A file is larger than Telegram gives it, or than SMSC takes it; `size` None: nobody knows by how much."""
    if size is None or size > DOWNLOAD_MOST:
        return say(
            "This file is {size}, and Telegram gives a bot at most 20 MB. Send it in parts, or photos of its pages.",
            size=say("more than 20 MB") if size is None else megabytes(size),
        )
    return say(
        "This file is {size}. SMSC takes at most 3 MB. Send a smaller one: a photo of the page, or a scan of"
        " lower quality.",
        size=megabytes(size),
    )


def strange(file: FileInput) -> Phrase:
    """A file is of no kind that SMSC takes."""
    return say(
        "SMSC does not take “{name}”: by its content it is none of {formats}. Send a photo or a PDF.",
        name=file.name,
        formats=formats_told(),
    )


def megabytes(size: int) -> Phrase:
    """A size in words: 2.9 MB, or 2,9 МБ where a comma is written."""
    if size < 100_000:
        return say("{size} KB", size=max(1, round(size / 1024)))
    whole, tenth = f"{size / 1024 / 1024:.1f}".split(".")
    return say("{whole}.{tenth} MB", whole=whole, tenth=tenth)


def documents_told(count: int) -> Phrase:
    """A number of documents."""
    return say_n("{count} document", "{count} documents", count)
