"""Many names where several people work with an account: what waits for an owner, and what a changed role stops."""

from __future__ import annotations

from collections import Counter

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import Fault, SmscSandbox
from tests.kept import wait_many
from tests.person import Person
from tests.running import comes, running_fast
from tests.stories import OTHER_KEY, comes_in, invites, registers

NAMES = [f"ROSE{number:02}" for number in range(8)]


def added(smsc: SmscSandbox) -> list[str]:
    """The names of the requests to add one, in the order in which they came."""
    return [each.fields["sender"] for each in smsc.requests if each.command == "add"]


async def account_of(person: Person) -> str:
    """The number of the account in use, as buttons have it."""
    await person.writes("/account")
    await person.sees("Account")
    return (await person.button("Colleagues"))[1].partition(":")[2]


async def test_what_a_lowered_role_stopped_goes_on_with_the_owners_yes(
    connected: Person, other: Person, smsc: SmscSandbox, turning: SandboxClock
) -> None:
    await comes_in(other, await invites(connected, "may do all"))
    account = await account_of(connected)
    await other.writes("\n".join(NAMES))
    await other.taps("Register 8 names")
    await other.sees("SMSC took: 5", "Left: 3")
    look = await other.button("Look again")
    await connected.taps_data(0, f"role:{account}:{other.id}:prepare")
    await other.sees_somewhere("Your role for", "may prepare")
    await other.taps_data(*look)
    await other.sees("Stopped", "Left: 3")
    await connected.looks()
    await other.taps("Go on")
    await other.sees("They wait for an owner of the account", "Left: 3")
    asked = await connected.sees("Daniyar asks for your yes", "3 names")
    assert "ROSE04" not in asked
    await connected.taps("Refuse")
    await other.looks()
    await connected.taps("Just refuse")
    await other.sees_somewhere("Aigerim said no", "3 names")
    await other.taps("Back to the plan")
    await other.sees("SMSC took: 5", "Left: 3", "Stopped")  # what was sent is not planned anew
    await connected.looks()
    await other.taps("Go on")
    await connected.sees("Daniyar asks for your yes", "3 names")
    await connected.taps("Approve")
    await connected.sees("You said yes")
    async with running_fast(turning):
        await other.sees_somewhere("SMSC took: 8", "Did not go through: 0")
    assert added(smsc) == NAMES
    # Whoever may only look does not go on, whatever was said yes to before.
    await connected.taps_data(0, f"role:{account}:{other.id}:all")
    await other.sees_somewhere("Your role for", "may do all")
    await other.writes("\n".join(f"LILY{number:02}" for number in range(8)))
    await other.taps("Register 8 names")
    await other.sees("Left: ", "It will be finished")
    stop = await other.button("Stop")
    await other.taps_data(*stop)
    await other.sees("Stopped")
    on = await other.button("Go on")
    await connected.taps_data(0, f"role:{account}:{other.id}:look")
    await other.sees_somewhere("Your role for", "may look")
    sent = len(added(smsc))
    await other.taps_data(*on)
    await other.sees("Your role here: may look")
    turning.advance(300)
    assert len(added(smsc)) == sent


async def plans_for_two_accounts(owner: Person, colleague: Person) -> None:
    """Two names, each for the colleague's own account and for the owner's, where they may only prepare: the plan."""
    await comes_in(colleague, await invites(owner, "may prepare"))
    await colleague.connects(OTHER_KEY)
    await registers(colleague, "ROSE01")
    await colleague.sees_somewhere("The application for ROSE01 is sent")
    await colleague.writes("ROSE02\nROSE03")
    await colleague.taps("For all of them")
    await colleague.sees("For which subclients or accounts?")
    await colleague.taps("Main account")
    await colleague.taps("127.0.0.1")
    await colleague.taps("Done")
    await colleague.skips_to("To which countries")
    await colleague.taps("Only Kazakhstan")
    await colleague.skips_to("check and send")
    await colleague.taps("Show the plan")
    await colleague.sees("the plan", "4 names")


async def test_what_was_counted_when_it_was_begun_goes_on_where_there_is_no_room_any_more(
    connected: Person, other: Person, smsc: SmscSandbox, settings: dict[str, str], clock: SandboxClock
) -> None:
    await plans_for_two_accounts(connected, other)
    smsc.fault(Fault("add", "after", "timeout", 1))
    await other.taps("Register 4 names")
    await comes(lambda: added(smsc)[1:])
    wait_many(settings, other.id, 1999)
    async with running_fast(clock):
        await other.sees_somewhere("SMSC took: 2", "Waiting for an owner of another account: 2")


async def test_a_row_for_another_account_waits_for_its_owner(
    connected: Person, other: Person, smsc: SmscSandbox, fast: None
) -> None:
    await plans_for_two_accounts(connected, other)
    await connected.looks()
    await other.taps("Register 4 names")
    await other.sees_somewhere("SMSC took: 2", "Waiting for an owner of another account: 2", "Did not go through: 0")
    await connected.sees_somewhere("Daniyar asks for your yes", "ROSE02")
    await connected.sees("Daniyar asks for your yes", "ROSE03")
    await connected.taps("Approve")
    await connected.sees("You said yes")
    await other.sees_somewhere("SMSC took: 3", "Waiting for an owner of another account: 1")
    account = await account_of(connected)
    await connected.taps_data(0, f"approvals:{account}")
    await connected.sees("Waiting for an owner", "ROSE02")
    await connected.taps("ROSE02")
    await connected.taps("Refuse")
    await other.looks()
    await connected.taps("Just refuse")
    await other.sees_somewhere("Aigerim said no")
    assert Counter(added(smsc)) == Counter(["ROSE01", "ROSE02", "ROSE03", "ROSE03"])
