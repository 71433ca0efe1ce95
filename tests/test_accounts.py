"""Several accounts of one person: a label each, switched in two taps, names kept apart; forgetting one."""

from __future__ import annotations

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.person import Person
from tests.stories import PURPOSE, begins, fills_in


async def test_two_accounts_are_switched_in_two_taps(connected: Person, smsc: SmscSandbox) -> None:
    other = next(each for each in smsc.world.accounts.values() if each.login != DEMO.login)
    smsc.world.add_names(other.login, ["OTHERNAME"])
    await connected.writes("/account")
    await connected.sees("Access: API key")
    await connected.taps("Name this account")
    await connected.sees("What shall the account be called here?")
    await connected.writes("Flowers")
    await connected.sees("The account is called Flowers now")
    await connected.connects(other.apikey)
    await connected.writes("/senders")
    await connected.shows("OTHERNAME")
    await connected.writes("/account")
    await connected.sees("Account", "Access: API key")
    await connected.taps("○ Flowers")
    await connected.sees("Name: Flowers")
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


NEW_KEY = "new-key-0123456789abcdef"


def changes_key(smsc: SmscSandbox, key: str = NEW_KEY) -> None:
    """The account's owner withdraws the key at SMSC and makes another one."""
    smsc.world.accounts[DEMO.login].apikey = key


def refused(smsc: SmscSandbox) -> int:
    return sum(each.error == 2 for each in smsc.requests)


async def finds_it_refused(person: Person, smsc: SmscSandbox) -> None:
    changes_key(smsc)
    await person.writes("/account")
    await person.sees("Access: API key", "error 2")


async def test_a_refused_key_is_asked_about_once_and_then_only_at_a_wish(connected: Person, smsc: SmscSandbox) -> None:
    await finds_it_refused(connected, smsc)
    for command in ("/account", "/senders", "/account", "/start", "/changed", "/account"):
        await connected.writes(command)
        await connected.sees_one_of("error 2", "Paused", "paused", "There is no command")
    assert refused(smsc) == 1
    for number in range(1, 4):
        await connected.writes("/account")
        await connected.sees("Access: API key", "error 2")
        await connected.taps("Try it again")
        await connected.until(lambda _state, n=number: True if refused(smsc) == n + 1 else None, "a try")
    await connected.writes("/account")
    await connected.sees("Access: API key", "error 2")
    await connected.taps("Try it again")
    await connected.sees("Too many keys were refused")
    assert refused(smsc) == 4


async def test_a_key_that_works_again_is_used_again(connected: Person, smsc: SmscSandbox) -> None:
    await finds_it_refused(connected, smsc)
    changes_key(smsc, DEMO.apikey)
    await connected.taps("Try it again")
    await connected.sees("Access: API key", "Balance")
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")


@pytest.mark.parametrize("way", ["again", "command"])
async def test_a_new_key_of_the_same_account_goes_on_with_everything(
    connected: Person, smsc: SmscSandbox, way: str
) -> None:
    await connected.writes("/account")
    await connected.sees("Access: API key")
    await connected.taps("Name this account")
    await connected.sees("What shall the account be called here?")
    await connected.writes("Flowers")
    await connected.sees("The account is called Flowers now")
    await connected.writes("/user daniyar")
    await connected.sees("From now on for the subclient daniyar")
    await connected.writes("/senders")
    await connected.sees("My names")
    smsc.fault(Fault("add", kind="error", error=9))
    await registers(connected, "ROSE")
    await connected.sees("Application for ROSE", "It goes on at")
    await begins(connected, "LILY")
    await finds_it_refused(connected, smsc)
    if way == "again":
        await connected.taps("Connect again")
    else:
        await connected.writes("/connect")
    await connected.sees("Send the API key")
    await connected.writes(NEW_KEY)
    await connected.sees("Connected: Flowers")
    await connected.writes("/start")
    await connected.sees("Flowers", "daniyar")
    await connected.taps("LILY")
    await connected.sees(PURPOSE)
    await connected.writes("/history")
    await connected.sees("add ROSE")
    await connected.writes("/account")
    await connected.sees("Name: Flowers", "Balance")
    assert not [each for each in connected.labels() if "○" in each]


async def test_a_request_that_waits_goes_out_when_the_account_has_its_new_key(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    smsc.fault(Fault("add", kind="error", error=9))
    await registers(connected, "ROSE")
    await connected.sees("Application for ROSE", "It goes on at")
    await finds_it_refused(connected, smsc)
    clock.advance(62)
    await connected.sees_somewhere("Application for ROSE", "as soon as the account is connected again")
    await connected.connects(NEW_KEY)
    await connected.sees_somewhere("The application for ROSE is sent")
    assert refused(smsc) == 1


async def test_where_it_is_not_certain_whose_key_it_is_the_person_is_asked(
    connected: Person, smsc: SmscSandbox
) -> None:
    other = smsc.world.accounts["other"]
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    await finds_it_refused(connected, smsc)
    await connected.taps("Connect again")
    await connected.sees("Send the API key")
    await connected.writes(other.apikey)
    await connected.sees("Is this a new key of an account that you have connected?")
    await connected.taps("Another account")
    await connected.sees("Connected")
    await connected.writes("/account")
    await connected.sees("Balance: 12.50")
    assert [each for each in connected.labels() if "○" in each]


async def test_connect_again_asks_for_the_key_at_once_where_another_form_to_connect_was_left(
    connected: Person, smsc: SmscSandbox
) -> None:
    await finds_it_refused(connected, smsc)
    await connected.taps("Connect again")
    await connected.sees("Send the API key")
    await connected.taps("Login and password")
    await connected.sees("What is the login")
    await connected.writes("somebody")
    await connected.sees("Send the password")
    await connected.writes("/account")
    await connected.sees("Access: API key", "error 2")
    await connected.taps("Connect again")
    await connected.sees("Send the API key")
    await connected.writes(NEW_KEY)
    await connected.sees("Connected")
    await connected.writes("/account")
    await connected.sees("Access: API key", "Balance")
    assert not [each for each in connected.labels() if "○" in each]


async def test_a_refused_key_is_asked_about_once_however_often_the_account_is_opened(
    connected: Person, smsc: SmscSandbox
) -> None:
    changes_key(smsc)
    for _ in range(10):
        await connected.writes("/account")
        await connected.sees("Access: API key", "error 2")
    assert refused(smsc) == 1


async def test_a_login_spelled_otherwise_is_the_same_account(connected: Person, smsc: SmscSandbox) -> None:
    smsc.world.accounts["DEMO"] = smsc.world.accounts[DEMO.login]
    for login in (DEMO.login, "DEMO"):
        await connected.writes("/connect")
        await connected.sees("Send the API key")
        await connected.taps("Login and password")
        await connected.sees("What is the login")
        await connected.writes(login)
        await connected.sees("Send the password")
        await connected.writes(DEMO.password)
        await connected.sees("Connected")
    await connected.writes("/account")
    await connected.sees("Balance")
    assert not [each for each in connected.labels() if "○" in each]


async def registers(person: Person, name: str) -> None:
    await fills_in(person, name)
    await person.taps("Register it")
