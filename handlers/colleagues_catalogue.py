"""The part of the screen catalogue that shows the people of an account, drawn from made-up facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.accounts import NO_MORE, Account
from bot.colleagues import JOINED, LEFT, ROLE, Colleague, Invitation, Link, Trouble
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.rights import Role
from bot.screens.approvals import (
    asked_screen,
    decided_screen,
    outcome_screen,
    told_screen,
    waiting_screen,
)
from bot.screens.colleagues import (
    came_in_screen,
    invited_screen,
    joined_screen,
    left_screen,
    link_screen,
    no_more_screen,
    not_allowed_screen,
    one_screen,
    people_screen,
    remove_screen,
    role_screen,
    roles_screen,
    trouble_screen,
)
from bot.screens.operations import operation_screen
from bot.senders.approvals import DECIDED, Outcome, Subclients, Waiting
from bot.senders.operation import APPROVAL_KIND, Answered, DocumentRef, Operation
from bot.smsc import Command, seed_catalogue
from bot.storage.approvals import APPROVED, REFUSED, WAITING
from bot.storage.operations import OperationState

NOTICES: Final[Mapping[str, str]] = {
    JOINED: "colleagues, somebody came in",
    LEFT: "colleagues, somebody left",
    ROLE: "colleagues, another role",
    NO_MORE: "colleagues, no more",
    APPROVAL_KIND: "approval",
    DECIDED: "approval, yes told",
}
_CHOSEN: Final = Operation(
    9,
    2,
    1,
    "",
    Command.ADD,
    "PARUS",
    {"sender": "PARUS", "cmt": "Цветы в Алматы", "mts_step": True},
    DocumentRef("f", "certificate.pdf", 2_900_000),
    True,
    None,
    OperationState.AWAITS,
    0.0,
    0,
    Answered(),
    0.0,
    0.0,
)
_TOKEN: Final = "abcdefghijklmnopqrstuvwxyzabcdef"  # noqa: S105  # made up


def screens(t: Texts, account: Account, now: float) -> Iterator[tuple[str, Screen]]:
    """Every screen of it with its title."""
    owner = Colleague(1, "Aigerim", Role.OWNER, now, invited=False)
    daniyar = Colleague(2, "Daniyar", Role.PREPARE, now, invited=True)
    looks = Colleague(3, "Алия", Role.LOOK, now, invited=True)
    link = Invitation(5, account, Role.ALL, now, "Aigerim")
    yield "colleagues, nobody yet", people_screen(t, account, [owner], [], 1, asks=True)
    yield "colleagues", people_screen(t, account, [owner, daniyar, looks], [link], 1, asks=True, waiting=2)
    yield "colleagues, not asked", people_screen(t, account, [owner, daniyar, looks], [], 1, asks=False)
    yield "colleagues, to one of them", people_screen(t, account, [owner, daniyar, looks], [], 2, asks=True)
    yield "colleagues, which role", roles_screen(t, account)
    url = "https://t.me/SenderNamesBot?…"
    yield "colleagues, a link", link_screen(t, account, Link(_TOKEN, Role.PREPARE, now), url)
    yield "colleagues, one", one_screen(t, account, daniyar)
    yield "colleagues, remove", remove_screen(t, account, daniyar, leaves=False)
    yield "colleagues, leave", remove_screen(t, account, daniyar, leaves=True)
    yield "colleagues, invited", invited_screen(t, link, _TOKEN)
    yield "colleagues, came in", came_in_screen(t, link)
    for trouble in Trouble:
        yield f"colleagues, {trouble.name.lower()}", trouble_screen(t, trouble)
    yield "colleagues, not allowed", not_allowed_screen(t, Role.LOOK)
    yield "colleagues, not allowed any more", not_allowed_screen(t, None)
    yield "colleagues, somebody came in", joined_screen(t, account, "Daniyar", Role.PREPARE)
    yield "colleagues, somebody left", left_screen(t, account, "")
    yield "colleagues, another role", role_screen(t, account, Role.ALL)
    yield "colleagues, no more", no_more_screen(t, account.title)
    yield from _approvals(t, account, now)


def _approvals(t: Texts, account: Account, now: float) -> Iterator[tuple[str, Screen]]:
    catalogue, yes = seed_catalogue(), Waiting(4, 1, 2, WAITING, (_CHOSEN,), (), None, "abc", True, now, now)
    gone = replace(_CHOSEN, command=Command.DEL, values={"sender": "PARUS"}, document=None, not_before=now)
    names = (Subclients("", ("LILY", "ROSE")), Subclients("aigerim", ("TULIP",)))
    many = replace(yes, id=5, operations=(), batch=names, batch_id=7, paid=False)
    refused = replace(yes, state=REFUSED, decided_by=1, word="1 + 1")
    yield "approval", asked_screen(t, account, yes, "Daniyar", catalogue)
    deletion = replace(yes, operations=(gone,), paid=False)
    yield "approval, a deletion", asked_screen(t, account, deletion, "Daniyar", catalogue, changed=True)
    yield "approval, many names", asked_screen(t, account, many, "Daniyar", catalogue)
    approved = replace(yes, state=APPROVED, decided_by=1)
    yield "approval, yes", decided_screen(t, approved, "Daniyar", by="Aigerim", mine=True)
    yield "approval, no", decided_screen(t, refused, "Daniyar", by="Aigerim", mine=False)
    yield "approval, yes told", told_screen(t, approved, "Aigerim")
    yield "approval, yes told of many", told_screen(t, replace(many, state=APPROVED, decided_by=1), "Aigerim")
    yield "approval, no told", told_screen(t, refused, "Aigerim")
    yield "approval, no told of many", told_screen(t, replace(many, state=REFUSED, decided_by=1), "Aigerim")
    yield "approvals", waiting_screen(t, account, [yes, many], {2: "Daniyar"})
    yield "approvals, none", waiting_screen(t, account, [], {})
    for outcome in (Outcome.WITHDRAWN, Outcome.NOT_ALLOWED, Outcome.GONE):
        yield f"approval, {outcome.name.lower()}", outcome_screen(t, outcome)
    yield "waits for an owner", operation_screen(t, replace(_CHOSEN, count=3, done=0), None)
