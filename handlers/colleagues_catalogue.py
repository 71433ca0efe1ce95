"""The part of the screen catalogue that shows the people of an account, drawn from made-up facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.accounts import NO_MORE, Account
from bot.colleagues import JOINED, LEFT, ROLE, Colleague, Invitation, Link, Trouble
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.rights import Role
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

NOTICES: Final[Mapping[str, str]] = {
    JOINED: "colleagues, somebody came in",
    LEFT: "colleagues, somebody left",
    ROLE: "colleagues, another role",
    NO_MORE: "colleagues, no more",
}
_TOKEN: Final = "abcdefghijklmnopqrstuvwxyzabcdef"  # noqa: S105  # made up


def screens(t: Texts, account: Account, now: float) -> Iterator[tuple[str, Screen]]:
    """Every screen of it with its title."""
    owner = Colleague(1, "Aigerim", Role.OWNER, now, invited=False)
    daniyar = Colleague(2, "Daniyar", Role.PREPARE, now, invited=True)
    looks = Colleague(3, "Алия", Role.LOOK, now, invited=True)
    link = Invitation(5, account, Role.ALL, now, "Aigerim")
    yield "colleagues, nobody yet", people_screen(t, account, [owner], [], 1, asks=True)
    yield "colleagues", people_screen(t, account, [owner, daniyar, looks], [link], 1, asks=True)
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
