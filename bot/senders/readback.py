"""After a lost answer: what the list of names says became of a changing request. Pure.

Nothing is ever repeated on a guess: where the list does not tell, the outcome is UNCLEAR and a person looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.senders.kept import Fetched
from bot.senders.operation_rows import Private
from bot.smsc import Command, SenderName
from bot.storage.operations import OperationState


def read_back(command: Command, name: str, private: Private, fetched: Fetched) -> tuple[OperationState, int | None]:
    """What became of a request, see `outcome`; and where it was done, SMSC's number of the name."""
    file = private.document.name if private.document is not None else None
    state = outcome(
        command,
        name,
        private.values,
        file,
        fetched.names,
        fetched.active,
        private.documents_before,
        complete=not fetched.lacks,
    )
    found = meant(name, private.values, fetched.names) if state is OperationState.DONE else None
    return state, found.id if found is not None else None


def outcome(
    command: Command,
    name: str,
    values: Mapping[str, Any],
    document: str | None,
    listed: Sequence[SenderName],
    active: Sequence[SenderName],
    documents_before: int | None,
    *,
    complete: bool,
) -> OperationState:
    """DONE, NOT_DONE, or UNCLEAR where the list does not show it.

    Args:
        command: the request whose answer was lost.
        name: the sender name it was about.
        values: the parameters that were sent.
        document: the name of the file that went with it, None where none did.
        listed: all names of the account and subclient, as listed after the loss.
        active: the activated ones among them.
        documents_before: how many documents the name had before the request; None: that was not known.
        complete: whether every row of the list could be read; otherwise a name that is not in it may be there.
    """
    found = meant(name, values, listed)
    match command:
        case Command.ADD | Command.DEL if found is None and not complete:
            return OperationState.UNCLEAR
        case Command.ADD:
            if found is None:
                return OperationState.NOT_DONE
            return _with_document(found, document, documents_before)
        case Command.DEL:
            return OperationState.NOT_DONE if found else OperationState.DONE
        case Command.CHG if found is None:
            return OperationState.UNCLEAR
        case Command.CHG if document is not None:
            return _with_document(found, document, documents_before, missing=OperationState.NOT_DONE)
        case Command.CHG:
            return _changed(found, values)
        case Command.CHECK_CODE if any(each.name == name for each in active):
            return OperationState.DONE
        case _:
            return OperationState.UNCLEAR


def meant(name: str, values: Mapping[str, Any], listed: Sequence[SenderName]) -> SenderName | None:
    """The listed name that a request was about: by SMSC's number, where it named it so and the list has numbers."""
    number = values.get("id")
    rows = [each for each in listed if each.name == name]
    if number is None or any(each.id is None for each in rows):
        return rows[0] if rows else None
    return next((each for each in listed if each.id == number), None)


def _with_document(
    found: SenderName | None,
    document: str | None,
    before: int | None,
    missing: OperationState = OperationState.UNCLEAR,
) -> OperationState:
    if document is None:
        return OperationState.DONE
    documents = found.documents if found else ()
    if before is None:
        known = any(each.name == document for each in documents) or (found and not found.whole)
        return OperationState.UNCLEAR if known else missing
    if len(documents) > before and any(each.name == document for each in documents):
        return OperationState.DONE
    if len(documents) > before or (found and not found.whole):
        return OperationState.UNCLEAR
    return missing


def _changed(found: SenderName | None, values: Mapping[str, Any]) -> OperationState:
    comment = values.get("cmt")
    if found is None or found.comment is None or comment is None:
        return OperationState.UNCLEAR
    flags = {flag for flag, value in values.items() if value is True}
    registered = {each.flag for each in found.operators}
    if found.comment == comment and flags <= registered:
        return OperationState.DONE
    if found.comment != comment and found.whole:
        return OperationState.NOT_DONE
    return OperationState.UNCLEAR
