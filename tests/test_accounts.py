"""Several accounts of one person: a label each, switched in two taps, names kept apart; forgetting one."""

from __future__ import annotations

from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.person import Person


async def test_two_accounts_are_switched_in_two_taps(connected: Person, smsc: SmscSandbox) -> None:
    other = next(each for each in smsc.world.accounts.values() if each.login != DEMO.login)
    smsc.world.add_names(other.login, ["OTHERNAME"])
    await connected.writes("/account")
    await connected.sees("Access: API key")
    await connected.taps("Give it a label")
    await connected.sees("What shall the account be called here?")
    await connected.writes("Flowers")
    await connected.sees("The account is called Flowers now")
    await connected.connects(other.apikey)
    await connected.writes("/senders")
    await connected.shows("OTHERNAME")
    await connected.writes("/account")
    await connected.sees("Account", "Access: API key")
    await connected.taps("○ Flowers")
    await connected.sees("Label: Flowers")
    await connected.writes("/senders")
    await connected.shows("Aruana")
    assert not any("OTHERNAME" in label for label in connected.labels())


async def test_a_forgotten_account_is_gone_and_its_buttons_do_nothing(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/account")
    await connected.sees("Access: API key")
    await connected.taps("Forget account")
    await connected.sees("Its key and the cached list of names are deleted here")
    assert connected.labels()[0] == "Keep it"
    await connected.taps("Forget account")
    await connected.sees("and its key are deleted here")
    asked = len(smsc.requests)
    await connected.writes("/senders")
    await connected.sees("For this an SMSC account is needed")
    assert len(smsc.requests) == asked
