"""The step that gathers documents: each with what it is, and whether a moderator may not be able to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, Final, Protocol

from bot.conversation.inputs import AlbumInput, FileInput, Input, TextInput, one_line
from bot.conversation.step import Answers, Json, Problem, Step, none_sent
from bot.imaging.jobs import Doubt
from bot.locales import Phrase, say
from bot.registration import papers
from bot.registration.facts import TEXT_MOST
from bot.registration.papers import Paper
from bot.registration.parameters import TOO_LONG
from bot.screens.files import megabytes

DOCUMENTS_MOST: Final = 10


def read_document(received: Input, _answers: Answers, _facts: object) -> Json | Problem:
    """A file that was looked into, as forms keep it."""
    if not isinstance(received, FileInput) or received.format is None:
        return Problem(say("A file or a photo is needed here."))
    description = one_line(TextInput(received.caption or ""))[:TEXT_MOST]
    return {
        "file_id": received.file_id,
        "name": received.name,
        "size": received.size or 0,
        "description": description or None,
        "shown": received.shown,
        "sources": received.sources,
        "photo": received.photo,
        "sent": received.sent,
        "pages": received.pages,
        "doubts": [[page, why.value] for page, why in received.doubts],
        "sha256": received.sha256,
    }


def doubt_told(document: Json) -> Phrase | None:
    """Why a moderator may not be able to read a document, where that is to be feared."""
    doubts = {page: Doubt(why) for page, why in document.get("doubts") or ()}
    if not doubts:
        return None
    if document.get("pages", 1) == 1:
        (why,) = doubts.values()
        return say("{seen} Send another photo, or this one all the same.", seen=_SEEN[why])
    pages = reduce(lambda first, rest: say("{first}, {rest}", first=first, rest=rest), map(_of_page, doubts.items()))
    return say(
        "{pages}. A moderator may not be able to read it. Send all pages anew, or take them all the same.", pages=pages
    )


def _of_page(doubt: tuple[int, Doubt]) -> Phrase:
    page, why = doubt
    match why:
        case Doubt.DARK:
            return say("page {number} looks black", number=page)
        case Doubt.EMPTY:
            return say("page {number} looks empty", number=page)
        case Doubt.BLURRED:
            return say("page {number} looks blurred", number=page)


_SEEN: Final[Mapping[Doubt, Phrase]] = {
    Doubt.DARK: say("This looks black: a moderator would see nothing on it."),
    Doubt.EMPTY: say("This looks empty: a moderator would see nothing on it."),
    Doubt.BLURRED: say("This looks blurred: a moderator may not be able to read it."),
}


def _describe(text: str, document: Json) -> Json | Problem:
    told = one_line(TextInput(text))
    if not told or len(told) > TEXT_MOST:
        return Problem(TOO_LONG)
    return {**document, "description": told}


class WithPapers(Protocol):
    """Facts of a form that gathers documents: how they will be called."""

    @property
    def papers(self) -> Mapping[str, Paper]:
        """Documents as they are sent, by `papers.key`."""


def document_shown(document: Json, facts: WithPapers) -> Phrase:
    """A document in a list or a summary, as SMSC will have it."""
    paper = facts.papers.get(papers.key(document)) or Paper(document["name"], document.get("description"))
    size, told = megabytes(document["size"]), paper.told()
    if told is None:
        shown = say("{name}, {size}", name=paper.name, size=size)
    else:
        shown = say("{name}, {size}: {description}", name=paper.name, size=size, description=told)
    ended = document.get("ended")
    return say("{document} · ⚠️ ended on {day}", document=shown, day=ended) if ended else shown


def _joined(there: Sequence[Json], more: Sequence[Json]) -> Sequence[Json]:
    """What was sent, with the documents of the company that was chosen now; those of another one go."""
    return [*(each for each in there if each.get("company") is None), *more][:DOCUMENTS_MOST]


def document_step(
    *,
    optional: bool,
    ask: Callable[[Answers], Phrase],
    more: Callable[[Answers], Phrase],
    skipped: Callable[[Answers, Any], Phrase] = none_sent,
) -> Step[Any]:
    """The step that gathers documents."""
    return Step(
        key="documents",
        label=say("Documents"),
        ask=lambda answers, _facts: ask(answers),
        more=lambda answers, _facts: more(answers),
        example=say("send the file, then type “Trademark certificate”"),
        takes=(FileInput, AlbumInput),
        read=read_document,
        amend=_describe,
        said=lambda document: document.get("description") or "",
        doubt=doubt_told,
        show=document_shown,
        optional=optional,
        skipped=skipped,
        many=True,
        joined=_joined,
        most=DOCUMENTS_MOST,
    )


def registration_documents(*, of_a_new_name: bool) -> Step[Any]:
    """The step for the documents that go along with a registration."""
    return document_step(
        optional=True,
        more=lambda _answers: say("Anything more? Send it, or tap “Done”. A text you type describes the last one."),
        ask=lambda _answers: say(
            "Documents for the operators, if you have any: a trademark certificate, a certificate of the domain. A file"
            " or a photo, at most 3 MB: JPG, TIF, PDF, PNG, ZIP, RAR. After a file, type what it is."
        ),
        skipped=lambda _answers, _facts: say("none") if of_a_new_name else say("no new ones"),
    )
