"""The requests that a registration becomes: the first with everything, one for each further document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation.step import Answers, Json
from bot.locales import Texts
from bot.registration import papers
from bot.registration.company_step import COMPANY
from bot.registration.consent import consent_in
from bot.registration.facts import TEXT_MOST, RegistrationFacts
from bot.registration.papers import Paper
from bot.registration.parameters import further
from bot.registration.programmes import chosen
from bot.registration.spelling import kind_of
from bot.senders.known import KnownName
from bot.senders.operation import DocumentRef, Request
from bot.smsc import Catalogue, Command


def requests_of(
    command: Command,
    name: str,
    own: Mapping[str, Any],
    answers: Answers,
    facts: RegistrationFacts,
    draft: Mapping[str, Any],
    *,
    known_by: Mapping[str, Any],
    t: Texts,
    documents_before: int | None = 0,
) -> list[Request]:
    """The requests that a registration becomes: the first with everything, then one for each further document.

    Args:
        command: ADD or CHG.
        name: the sender name.
        own: the parameters of the conversation's own.
        answers: of the steps above.
        facts: what the steps looked at.
        draft: the form, to go on with if SMSC refuses.
        known_by: `sender` or `id`: how the further requests name it.
        t: the language in which the parts of what was sent together are told.
        documents_before: how many documents the name has already; None: nobody knows.
    """
    values = {**own, **values_of(facts.catalogue, command, answers)}
    not_before = float(answers.get("when") or 0.0)
    documents = answers.get("documents") or ()
    sent = papers.papers(documents, name, documents_before or 0)
    files = [_reference(each, paper, t) for each, paper in zip(documents, sent, strict=True)]
    company, consent = answers.get(COMPANY), consent_in(answers, facts, t)
    document = files[0] if files else None
    first = Request(command, name, values, document, draft, not_before, documents_before, company, consent)
    return [
        first,
        *(
            Request(
                Command.CHG,
                name,
                dict(known_by),
                each,
                None,
                0.0,
                None if documents_before is None else documents_before + number,
            )
            for number, each in enumerate(files[1:], 1)
        ),
    ]


def requests_of_new_name(
    answers: Answers, facts: RegistrationFacts, draft: Mapping[str, Any], t: Texts
) -> list[Request]:
    """The requests that register a new name: `name` of the answers, and what else they say."""
    name: str = answers["name"]
    own: dict[str, Any] = {"sender": name, "cmt": answers.get("comment") or name}
    if kind_of(name) == "email":
        own |= {"mail": True, "name": answers.get("owner") or name}
    return requests_of(Command.ADD, name, own, answers, facts, draft, known_by={"sender": name}, t=t)


def values_of(catalogue: Catalogue, command: Command, answers: Answers) -> dict[str, Json]:
    """What the answers to the catalogue's own rows send: programmes, company fields, further parameters."""
    rows = {*catalogue.company_fields, *(row.name for row in further(catalogue, command))}
    return {**dict.fromkeys(chosen(answers), True), **{key: each for key, each in answers.items() if key in rows}}


def _reference(document: Json, paper: Paper, t: Texts) -> DocumentRef:
    told = paper.told()
    description = t.label(told)[:TEXT_MOST] if told is not None else None
    return DocumentRef(document["file_id"], paper.name, document["size"], description)


def known_by(known: KnownName) -> dict[str, Any]:
    """How a request names a known name: by SMSC's number, else by the name itself."""
    return {"id": known.id} if known.id is not None else {"sender": known.name}
