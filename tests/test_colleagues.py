"""Several people work with one account: invited by a link, each in a role; the key stays with whoever brought it."""

from __future__ import annotations

import re

from bot.sandbox.smsc import SmscSandbox
from tests.person import Person
from tests.reached import made
from tests.stories import begins, registers


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


async def asks_paid(person: Person, name: str) -> None:
    """A name for a paid operator, sent off, on whatever day of a month."""
    await begins(person, name)
    await person.taps("Skip")
    await person.sees("To which countries")
    await person.taps("Russia")
    await person.taps("Done")
    await person.sees("which operators")
    await person.taps("MTS paid")
    await person.taps("Done")
    asked = await person.sees_one_of("nearly over", "Documents for")
    if "nearly over" in asked:
        await person.taps("At once")
    await person.skips_to("check and send", name)
    await person.taps("Register it")
    await person.sees("It waits for an owner of the account")


async def test_a_colleagues_paid_request_waits_for_the_owners_tap(
    connected: Person, other: Person, smsc: SmscSandbox
) -> None:
    await comes_in(other, await invites(connected, "may do all"))
    await connected.looks()
    await asks_paid(other, "LILY2026")
    asked = await connected.sees("Daniyar asks for your yes", "LILY2026", "MTS", "It costs something")
    assert made(smsc, "add") == 0
    assert "key" not in asked.lower()
    await other.looks()
    await connected.taps("Approve")
    await connected.sees("You said yes", "Daniyar is told")
    await other.sees_somewhere("Aigerim said yes", "LILY2026")
    await other.sees_somewhere("The application for LILY2026 is sent")
    assert made(smsc, "add") == 1
    await connected.writes("/history")
    await connected.sees("History of what was done", "LILY2026", "Daniyar")
    # What is not paid goes by itself, and a no comes with its word.
    await registers(other, "ROSE2026")
    await other.sees_somewhere("The application for ROSE2026 is sent")
    await connected.looks()
    await other.writes("/delete Aruana")
    await other.taps("Delete for good")
    await other.sees("It waits for an owner of the account")
    await connected.sees("Daniyar asks for your yes", "Deleting Aruana")
    await connected.taps("Refuse")
    await connected.sees("Why not?")
    await other.looks()
    await connected.writes("We need <it>")
    await connected.sees("You said no", "Daniyar is told")
    await other.sees_somewhere("Aigerim said no", "We need <it>")
    assert made(smsc, "del") == 0
