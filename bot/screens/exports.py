"""What is taken out, in words: names, documents and history as tables, and one name as a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final, Self

from markupsafe import Markup

from bot.accounts import Scope
from bot.conversation.callback import Callback
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Screen
from bot.exports.cells import Cell, Table
from bot.exports.page import Line, Page, Section
from bot.locales import Phrase, Texts, moment, say, verbatim
from bot.screens.accounts import ACCOUNT, SUBCLIENT, whose
from bot.screens.card import STAGES
from bot.screens.changes import code_told, event_told, status_told
from bot.screens.names import (
    ACTIVATIONS,
    APPLICATION_SENT,
    COMMENT,
    CONFIRMED,
    DOCUMENTS,
    FROM_SMSC,
    NAME,
    NEEDS_YOU_TOLD,
    SMSC_ID,
)
from bot.screens.programmes import operator_label
from bot.senders.known import KnownName
from bot.senders.state import SeenDocument
from bot.smsc import Catalogue
from bot.watch.codes import Meanings
from bot.watch.events import Event, Story
from bot.watch.records import Records

NOT_TAKEN: Final = say("Telegram does not take the file just now. Please try once more.")
SHA_256: Final = verbatim("SHA-256")
_STATE: Final = say("State")
_SINCE: Final = say("listed so since")
_AS_OF: Final = say("in SMSC's list as of")
_TIME: Final = say("Time")
_WHAT: Final = say("What happened")
_FILE: Final = say("File")
_DESCRIPTION: Final = say("Description")
_SERVICE: Final = say("Service")
_MARK: Final = re.compile(r"^[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f]+\s+")
"""The picture that a line of the chat begins with."""

_Named = tuple[Records, KnownName]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a file is for: their time zone, and what codes mean to them, by the service that gives them."""

    zone: tzinfo
    meanings: Mapping[str, Meanings]

    @classmethod
    def of(cls, zone: int, meanings: Mapping[str, Meanings]) -> Self:
        """Somebody whose clocks are `zone` minutes ahead of Greenwich."""
        return cls(timezone(timedelta(minutes=zone)), meanings)

    def moment(self, at: float | None) -> datetime | None:
        """A moment (epoch seconds) as their clocks show it."""
        return datetime.fromtimestamp(at, self.zone).replace(microsecond=0) if at is not None else None

    def code(self, t: Texts, code: str, service: str) -> str:
        """A status code as it came, and what it means to them."""
        return _worded(t, code_told(code, self.meanings.get(service, {})))

    def stamp(self, at: float) -> str:
        """A moment with its zone, for a file: whoever reads it later may be elsewhere."""
        return stamp(at, self.zone)


def tables(t: Texts, taken: Sequence[Records], catalogue: Catalogue, reader: Reader) -> tuple[Table, ...]:
    """Names, documents and history of all that is taken out. Of a long list it is work for a thread."""
    named = [(each, known) for each in taken for known in each.names()]
    return _names(t, named, catalogue, reader), _documents(t, named, reader), _history(t, taken, catalogue, reader)


def _names(t: Texts, named: Sequence[_Named], catalogue: Catalogue, reader: Reader) -> Table:
    """A row for each name, with a column for each operator that has answered about any."""
    operators = list(
        dict.fromkeys(label for records, known in named for label in _codes(t, records.scope, known, catalogue, reader))
    )
    columns = (
        *_whose_columns(t),
        _title(t, _STATE),
        _timed(t, _SINCE, reader),
        _title(t, NEEDS_YOU_TOLD),
        _title(t, COMMENT),
        _timed(t, APPLICATION_SENT, reader),
        _timed(t, CONFIRMED, reader),
        *operators,
        _title(t, FROM_SMSC),
        _timed(t, _AS_OF, reader),
    )

    def row(records: Records, known: KnownName) -> tuple[Cell, ...]:
        state, codes = known.state, _codes(t, records.scope, known, catalogue, reader)
        return (
            *_whose(records.scope, known.name, known.id),
            _worded(t, ACTIVATIONS[state.activation]),
            reader.moment(state.since),
            _worded(t, say("yes")) if state.needs_you else "",
            known.comment,
            reader.moment(state.applied),
            reader.moment(state.confirmed),
            *(codes.get(each, "") for each in operators),
            "\n".join(f"{key}: {value}" for key, value in known.extra),
            reader.moment(records.as_of),
        )

    return Table(_title(t, say("Names")), columns, [row(*each) for each in named])


def _documents(t: Texts, named: Sequence[_Named], reader: Reader) -> Table:
    """A row for each document: those of SMSC's list, and those that were sent from here and are not in it yet."""
    columns = (
        *_whose_columns(t),
        _title(t, _FILE),
        _title(t, _STATE),
        _timed(t, _SINCE, reader),
        _title(t, COMMENT),
        _title(t, _DESCRIPTION),
        t.label(SHA_256),
    )

    def rows() -> Iterator[tuple[Cell, ...]]:
        for records, known in named:
            whose = _whose(records.scope, known.name, known.id)
            for seen in known.state.documents:
                document = seen.document
                since = reader.moment(seen.since or None)
                status = _worded(t, status_told(document))
                yield (*whose, document.name, status, since, document.comment, seen.description, seen.sha256)
            for deed in known.state.recent:
                if deed.file is not None:
                    stage = _worded(t, STAGES[deed.stage])
                    yield (*whose, deed.file, stage, reader.moment(deed.at), "", deed.description, deed.sha256)

    return Table(_title(t, DOCUMENTS), columns, list(rows()))


def _history(t: Texts, taken: Sequence[Records], catalogue: Catalogue, reader: Reader) -> Table:
    """A row for each event, newest first."""
    columns = (_timed(t, _TIME, reader), *_whose_columns(t), _title(t, _WHAT))
    told = [(row, event, each.scope) for each in taken for row, event in each.events()]
    told.sort(key=lambda each: each[0].id, reverse=True)
    rows: list[tuple[Cell, ...]] = [
        (reader.moment(event.at), *_whose(scope, row.name, row.sms_id), _event(t, event, scope, catalogue, reader))
        for row, event, scope in told
    ]
    return Table(_title(t, say("History")), columns, rows)


def _event(t: Texts, event: Event, scope: Scope, catalogue: Catalogue, reader: Reader) -> str:
    return _worded(t, event_told(event, catalogue, reader.meanings.get(scope.account.service.name)))


def _whose_columns(t: Texts) -> tuple[str, ...]:
    return tuple(_title(t, each) for each in (ACCOUNT, SUBCLIENT, NAME, SMSC_ID))


def _whose(scope: Scope, name: str, number: int | None) -> tuple[Cell, ...]:
    return scope.account.title, scope.subclient, name, number


def _codes(t: Texts, scope: Scope, known: KnownName, catalogue: Catalogue, reader: Reader) -> dict[str, str]:
    """What each operator says, by its label; two answers under one label stand side by side."""
    found = dict[str, str]()
    for each in known.state.operators:
        label = t.label(operator_label(each.status, catalogue))
        code = reader.code(t, each.status.code, scope.account.service.name)
        found[label] = f"{found[label]}, {code}" if label in found else code
    return found


# One name


def name_page(
    t: Texts,
    scope: Scope,
    known: KnownName,
    story: Story,
    catalogue: Catalogue,
    reader: Reader,
    *,
    as_of: float | None,
    made: float,
) -> Page:
    """All that is known of a name, for somebody who does not know the bot."""
    state = known.state
    what = [
        Line(_title(t, NAME), known.name),
        Line(_title(t, SMSC_ID), str(known.id) if known.id is not None else "–"),
        Line(_title(t, _STATE), _worded(t, ACTIVATIONS[state.activation])),
    ]
    times = ((_SINCE, state.since), (APPLICATION_SENT, state.applied), (CONFIRMED, state.confirmed))
    what += [Line(_title(t, each), reader.stamp(at)) for each, at in times if at is not None]
    if known.comment:
        what.append(Line(_title(t, COMMENT), known.comment))
    what += [Line(key, value) for key, value in known.extra]
    operators = [
        Line(
            t.label(operator_label(each.status, catalogue)),
            _since(t, reader.code(t, each.status.code, scope.account.service.name), each.since, reader),
        )
        for each in state.operators
    ]
    if not operators:
        operators = [Line("", _worded(t, say("No operator has answered yet.")))]
    documents = [line for each in state.documents for line in _document(t, each, reader)]
    for deed in state.recent:
        if deed.file is not None:
            documents += _file(t, deed.file, f"{_worded(t, STAGES[deed.stage])}, {reader.stamp(deed.at)}", deed.sha256)
    who = [Line(_title(t, ACCOUNT), scope.account.title), Line(_title(t, _SERVICE), scope.account.service.name)]
    if scope.subclient:
        who.append(Line(_title(t, SUBCLIENT), scope.subclient))
    sections = [
        Section(_worded(t, say("Whose")), tuple(who)),
        Section(_worded(t, say("Name at SMSC")), tuple(what)),
        Section(_worded(t, say("Operators: their codes as SMSC gives them")), tuple(operators)),
    ]
    if documents:
        sections.append(Section(_title(t, DOCUMENTS), tuple(documents)))
    told = [
        Line(f"{reader.moment(each.at):%d.%m.%Y %H:%M}", _event(t, each, scope, catalogue, reader))
        for each in story.events
    ]
    return Page(
        title=known.title,
        under=_worded(
            t, say("Sender name of SMS at {service}: what is known of it", service=scope.account.service.name)
        ),
        sections=tuple(sections),
        story=Section(_worded(t, say("What happened, newest first ({zone})", zone=str(reader.zone))), tuple(told)),
        untold=max(0, story.total - len(story.events)),
        more=lambda count: t.n("… and {count} more", "… and {count} more", count).unescape(),
        foot=_foot(t, as_of, made, reader),
    )


def _document(t: Texts, seen: SeenDocument, reader: Reader) -> list[Line]:
    document = seen.document
    told = _since(t, _worded(t, status_told(document)), seen.since or None, reader)
    if document.comment:
        told += f": “{document.comment}”"
    name = f"{document.name} ({seen.description})" if seen.description else document.name
    return _file(t, name, told, seen.sha256)


def _file(t: Texts, name: str, told: str, sha256: str | None) -> list[Line]:
    """A document on a line, and on the next which bytes SMSC was given, where that is known."""
    hashed = [Line(t.label(SHA_256), sha256)] if sha256 is not None else []
    return [Line(_title(t, _FILE), f"{name}: {told}"), *hashed]


def _since(t: Texts, told: str, at: float | None, reader: Reader) -> str:
    return told if at is None else t.label("{what}, seen since {time}", what=told, time=reader.stamp(at))


def _foot(t: Texts, as_of: float | None, made: float, reader: Reader) -> str:
    made_at = _worded(t, say("Made at {time} from what the bot has seen and sent itself.", time=reader.stamp(made)))
    if as_of is None:
        return made_at
    return _worded(t, say("As SMSC listed it at {time}.", time=reader.stamp(as_of))) + " " + made_at


# In the chat


def name_caption(t: Texts, scope: Scope, title: str, as_of: float | None) -> Markup:
    """What stands under a name's page or picture: which name, whose, as of when."""
    told = t("<b>{name}</b> of {account}", name=title, account=whose(scope))
    return told if as_of is None else t.lines(told, t("As SMSC listed it at {time}.", time=moment(as_of)))


def again_screen(t: Texts, button: Callback, why: Phrase) -> Screen:
    """The file did not come: why, and the same once more."""
    return Screen(t(why), ((Button(t.label("Try again"), button),), (home_button(t),)))


# Words and times


def _worded(t: Texts, phrase: Phrase) -> str:
    """A phrase of the chat in a file: without its markup, and without the picture before it."""
    return _MARK.sub("", t(phrase).striptags())


def _title(t: Texts, phrase: Phrase) -> str:
    told = t.label(phrase)
    return told[:1].upper() + told[1:]


def _timed(t: Texts, phrase: Phrase, reader: Reader) -> str:
    """The title of a column of moments."""
    return f"{_title(t, phrase)} ({reader.zone})"


def stamp(at: float, zone: tzinfo) -> str:
    """A moment in a time zone, with its name, for a file."""
    return f"{datetime.fromtimestamp(at, zone):%d.%m.%Y %H:%M} {zone}"
