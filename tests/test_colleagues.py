"""Several people work with one account: invited by a link, each in a role; the key stays with whoever brought it."""

from __future__ import annotations

import re

from bot.sandbox.smsc import SmscSandbox
from tests.person import Person


async def invites(owner: Person, role: str) -> str:
    """An owner makes a link for a role; what `/start` is sent with by whoever opens it."""
    await owner.writes("/colleagues")
    await owner.sees("Who works with")
    await owner.taps("Invite a colleague")
    await owner.sees("What may they do?")
    await owner.taps(role)
    told = await owner.sees("Send this link to your colleague")
    link = re.search(r"https://t\.me/\w+\?start=(a_[A-Za-z0-9_-]+)", told)
    assert link is not None
    return link[1]


async def comes_in(person: Person, link: str) -> None:
    await person.writes(f"/start {link}")
    await person.sees("invites you to work with their SMSC account")
    await person.taps("Come in")
    await person.sees_somewhere("You work with")


async def test_whoever_is_invited_to_look_sees_the_names_and_changes_nothing(
    connected: Person, other: Person, smsc: SmscSandbox
) -> None:
    link = await invites(connected, "may look")
    await connected.looks()
    await comes_in(other, link)
    await connected.sees("Daniyar works with", "may look")
    asked = len(smsc.requests)
    await other.writes("/senders")
    await other.shows("Aruana")
    for command in ("/add LILY2026", "/delete Aruana", "/change Aruana", "/document Aruana", "/confirm", "/many"):
        await other.writes(command)
        await other.sees("Your role here: may look")
    await other.writes("/account")
    await other.sees("You were invited: may look")
    assert not any(label in other.labels() for label in ("Forget account", "Name this account"))
    assert not [each for each in smsc.requests[asked:] if each.command in {"add", "chg", "del", "send_code"}]
