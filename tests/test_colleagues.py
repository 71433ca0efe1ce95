"""Several people work with one account: invited by a link, each in a role; the key stays with whoever brought it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.rights import Act, Role, waits
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.chat.faults import Fault
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import SmscSandbox
from tests.kept import rows
from tests.person import Person
from tests.reached import made
from tests.running import comes, running_fast
from tests.stories import begins, comes_in, fills_in, invites, registers
from tests.watching import named


async def test_a_link_that_could_not_be_shown_is_kept_nowhere(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str], clock: SandboxClock
) -> None:
    """A link lets somebody in: what waits to be shown lies in the file, and in each backup of it."""
    await connected.writes("/colleagues")
    await connected.sees("Who works with")
    await connected.taps("Invite a colleague")
    await connected.sees("What may they do?")
    for method in ("sendMessage", "editMessageText"):
        telegram.world.faults.add(Fault(method, "500"), 1000)
    async with running_fast(clock):
        await connected.taps("may look")
        await comes(lambda: rows(settings, "outbox"))
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
        kept = str(db.execute("SELECT body FROM outbox").fetchall())
    assert "start=" not in kept
    assert "t.me" not in kept
    telegram.world.faults.clear()
    async with running_fast(clock):
        await connected.sees_somewhere("could not be shown", "Make another one")


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
    await other.taps("Aruana")
    await other.shows("Timeline")
    assert not any(label in other.labels() for label in ("Change", "Delete…", "Send a document"))
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
    await person.skips_to("The fee of MTS")
    await person.taps("I agree to the fee")
    await person.sees("An owner of the account looks at it first", "check and send", name)
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
    await fills_in(other, "ROSE2026")
    assert "An owner" not in await other.sees("check and send", "ROSE2026")
    await other.taps("Register it")
    await other.sees_somewhere("The application for ROSE2026 is sent")
    await connected.looks()
    await other.writes("/delete Aruana")
    await other.sees("An owner of the account looks at it first", "Delete Aruana at SMSC?")
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


async def account_of(person: Person) -> str:
    """The number of the account in use, as buttons have it."""
    await person.writes("/account")
    await person.sees("Account")
    return (await person.button("Colleagues"))[1].partition(":")[2]


async def test_a_link_lets_one_person_in_and_nobody_who_is_there(
    connected: Person, other: Person, turning: SandboxClock
) -> None:
    third = await Person.arrive(connected.http, connected.url, "Madina")
    link = await invites(connected, "may look")
    await connected.writes(f"/start {link}")
    await connected.sees("You work with this account already")
    await other.writes(f"/start {link[:-1]}")
    await other.sees("This link invites nobody")
    await other.writes("/connect")
    await other.sees("API key")
    await other.writes(f"https://t.me/SenderNamesBot?start={link}")  # pasted where a key is asked for
    await other.sees("Aigerim invites you to work with their SMSC account")
    payload = await other.button("Come in")
    await third.writes(f"/start {link}")
    await third.sees("Aigerim invites you")
    await asyncio.gather(other.taps_data(*payload), third.taps_data(*await third.button("Come in")))
    ends = [await each.sees_one_of("You work with", "Somebody has come in") for each in (other, third)]
    assert sum("You work with" in each for each in ends) == 1
    if "You work with" not in ends[0]:
        other, third = third, other
    await third.writes(f"/start {link}")
    await third.sees("Somebody has come in by this link already")
    await other.writes("/account")
    await other.taps("Leave this account")
    await other.sees("It ends at once")
    await connected.looks()
    await other.taps("Leave")
    await other.sees("You do not work with")
    await connected.sees("does not work with", "they left")
    revoked, ended = await invites(connected, "may prepare"), await invites(connected, "may do all")
    await connected.writes("/colleagues")
    await connected.sees("A link is open: may prepare")
    await connected.taps("Revoke: may prepare")
    await connected.sees("A link is open: may do all")
    await third.writes(f"/start {revoked}")
    await third.sees("This link invites nobody")
    turning.advance(7 * 86_400 + 1)
    await third.writes(f"/start {ended}")
    await third.sees("This link has ended")


async def test_a_role_that_is_changed_in_the_middle_of_a_form_stops_it_and_whoever_is_removed_is_out_at_once(
    connected: Person, other: Person, smsc: SmscSandbox
) -> None:
    await comes_in(other, await invites(connected, "may prepare"))
    account = await account_of(connected)
    await registers(other, "ROSE2026")
    await other.sees("It waits for an owner of the account")
    await connected.sees_somewhere("Daniyar asks for your yes", "ROSE2026")
    yes = await connected.button("Approve")
    await begins(other, "LILY2026")
    await connected.taps_data(0, f"role:{account}:{other.id}:look")
    await connected.sees("Daniyar: may look")
    await other.sees_somewhere("Your role for", "may look")
    await connected.taps_data(*yes)  # what they had prepared is called off with the role
    await connected.sees("It was called off meanwhile")
    await other.writes("Flowers")
    await other.sees("Your role here: may look", "Answers of a form are kept")
    for forged in (
        f"remove:{account}:{connected.id}:yes",
        f"role:{account}:{other.id}:owner",
        f"invite:{account}:owner",
    ):
        await other.taps_data(0, forged)
        await other.sees("Only an owner of the account can do that")
    await connected.taps_data(0, f"remove:{account}:{connected.id}:yes")
    await connected.sees("stays its owner")
    await connected.taps_data(0, f"role:{account}:{other.id}:all")
    await other.sees_somewhere("Your role for", "may do all")
    await begins(other, "TULIP26")
    await connected.taps_data(0, f"remove:{account}:{other.id}")
    await connected.taps("Remove")
    await connected.sees("Who works with")
    await other.sees_somewhere("You do not work with")
    asked = len(smsc.requests)
    for command in ("/senders", "/add LILY2026", "/history"):
        await other.writes(command)
        await other.sees("For this an SMSC account is needed")
    assert len(smsc.requests) == asked
    assert made(smsc, "add") == 0


async def test_an_owners_yes_is_to_what_they_saw_and_the_first_owner_decides(
    connected: Person, other: Person, smsc: SmscSandbox, turning: SandboxClock
) -> None:
    second = await Person.arrive(connected.http, connected.url, "Madina")
    await comes_in(second, await invites(connected, "owner"))
    await comes_in(other, await invites(connected, "may do all"))
    await other.writes("/delete Aruana")
    await other.taps("Delete for good")
    await other.sees("It waits for an owner of the account")
    for owner in (connected, second):
        await owner.sees_somewhere("Daniyar asks for your yes", "Deleting Aruana")
    yes, also = await connected.button("Approve"), await second.button("Approve")
    smsc.world.decide_operator(named(smsc, "Aruana").id, "mega_step", "5", turning.now())
    turning.advance(120)
    await connected.writes("/senders")  # the list has another answer of an operator by now
    await connected.shows("Aruana")
    await connected.taps_data(*yes)
    await connected.sees("It has changed since you saw it", "Deleting Aruana")
    assert made(smsc, "del") == 0
    await connected.taps("Approve")
    await connected.sees("You said yes")
    await second.taps_data(*also)
    await second.sees("Aigerim said yes")
    await other.sees_somewhere("Aruana is deleted")
    assert made(smsc, "del") == 1
    # Many names wait as one; the account is forgotten before anybody decides.
    await other.writes("LILY2026\nROSE2026\nTULIP26")
    await other.sees("the plan")
    account = await account_of(connected)
    await connected.taps_data(0, f"role:{account}:{other.id}:prepare")
    await other.sees_somewhere("Your role for", "may prepare")
    await other.writes("LILY2026\nROSE2026\nTULIP26")
    await other.taps("Register 3 names")
    await other.sees("They wait for an owner of the account")
    await second.sees_somewhere("Daniyar asks for your yes", "LILY2026, ROSE2026, TULIP26")
    yes = await second.button("Approve")
    await connected.taps_data(0, f"forget:{account}:yes")
    await connected.sees("are deleted here")
    for each in (other, second):
        await each.sees_somewhere("You do not work with")
    await second.taps_data(*yes)
    await second.sees("It is not there any more")
    assert made(smsc, "add") == 0


def test_what_waits_follows_from_the_role_and_from_what_the_account_is_kept_like() -> None:
    acts = (Act.PLAIN, Act.PAID, Act.DELETION, Act.CODE)
    assert [waits(Role.OWNER, each, asks=True) for each in acts] == [False, False, False, False]
    assert [waits(Role.ALL, each, asks=True) for each in acts] == [False, True, True, False]
    assert [waits(Role.ALL, each, asks=False) for each in acts] == [False, False, False, False]
    assert [waits(Role.PREPARE, each, asks=False) for each in acts] == [True, True, True, False]


async def test_whoever_is_forgotten_is_nobody_in_what_they_did_for_others(
    connected: Person, other: Person, settings: dict[str, str]
) -> None:
    await comes_in(other, await invites(connected, "may do all"))
    await other.writes("Aruana")
    await other.shows("Timeline")
    await other.taps("Lock")
    await other.sees("Aruana")
    await connected.writes("Aruana")
    await connected.taps("Timeline")
    await connected.sees("locked against deletion: Daniyar")
    await other.writes("/privacy")
    await other.taps("Forget me")
    await other.taps("Forget everything")
    await other.sees("is deleted")
    await connected.writes("Aruana")
    await connected.taps("Timeline")
    await connected.sees("locked against deletion: somebody who left")
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
        assert not [row for row in db.execute("SELECT body FROM events") if str(other.id) in row[0]]
        for change in ("body = json_set(body, '$.who', 5)", "at = 0", "body = '{}'"):
            with pytest.raises(sqlite3.IntegrityError, match="what happened is not changed"):
                db.execute(f"UPDATE events SET {change}")  # noqa: S608  # one of the above


async def test_of_two_owners_at_the_same_moment_one_decides_and_who_is_no_owner_any_more_decides_nothing(
    connected: Person, other: Person, smsc: SmscSandbox
) -> None:
    second = await Person.arrive(connected.http, connected.url, "Madina")
    await comes_in(second, await invites(connected, "owner"))
    await comes_in(other, await invites(connected, "may prepare"))
    account = await account_of(connected)
    await registers(other, "ROSE2026")
    for owner in (connected, second):
        await owner.sees_somewhere("Daniyar asks for your yes", "ROSE2026")
    yes = [(owner, await owner.button("Approve")) for owner in (connected, second)]
    await asyncio.gather(*(owner.taps_data(*button) for owner, button in yes))
    ends = [await owner.sees("said yes", "ROSE2026") for owner, _ in yes]
    assert sum("You said yes" in each for each in ends) == 1
    await other.sees_somewhere("The application for ROSE2026 is sent")
    assert made(smsc, "add") == 1
    # An owner makes themselves a colleague at the moment in which they say yes.
    await registers(other, "LILY2026")
    for owner in (connected, second):
        await owner.sees_somewhere("Daniyar asks for your yes", "LILY2026")
    approve = await second.button("Approve")
    await second.taps_data(0, f"role:{account}:{second.id}:look")
    await second.taps_data(*approve)
    await second.sees("Only an owner of the account")
    assert made(smsc, "add") == 1
    await connected.taps("Approve")
    await connected.sees("You said yes")
    await other.sees_somewhere("The application for LILY2026 is sent")
    await connected.taps_data(0, f"role:{account}:{connected.id}:look")  # whoever brought the key is an owner for good
    await connected.sees("stays its owner")
    assert made(smsc, "add") == 2
