"""What the watch tells in the chat: SMSC decides at its desk, the clock is turned, and the message comes."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.person import Person
from tests.reached import made
from tests.running import SHORT, InProcess, comes, goes_by
from tests.stories import comes_in, fills_in, invites
from tests.watching import PERIOD, by_day, looks_go_by, named, sees_in_time


@pytest.fixture
def clock() -> SandboxClock:
    return by_day()


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "WATCH_SECONDS": str(PERIOD)}


@pytest.fixture
async def connected(bot: InProcess, aigerim: Person, clock: SandboxClock) -> Person:
    """A person with the demo account, whose names were listed once."""
    await aigerim.connects(DEMO.apikey)
    await aigerim.writes("/senders")
    await aigerim.sees("My names: 8 names")
    return aigerim


async def test_an_operators_answer_and_a_rejected_document_come_as_one_message_with_the_remedy(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    name = named(smsc, "ARUANA.KZ")
    await connected.looks()
    smsc.world.decide_operator(name.id, "bee_step", "5", clock.now())
    smsc.world.decide_document(name.documents[0].fid, 1, "The stamp cannot be seen")
    text = await sees_in_time(clock, connected, "ARUANA.KZ")
    assert "3 → 5" in text
    assert "certificate.pdf: rejected, “The stamp cannot be seen”" in text
    await connected.taps("Replace the document")
    await connected.sees("Send the document for ARUANA.KZ")


async def test_what_comes_soon_after_is_told_in_the_same_message_until_somebody_reacts(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    name = named(smsc, "Aruana")
    await connected.looks()
    smsc.world.decide_operator(name.id, "mega_step", "5", clock.now())
    await sees_in_time(clock, connected, "Aruana", "1 → 5")
    before = len((await connected.looks())["messages"])
    smsc.world.decide_operator(name.id, "mega_step", "7", clock.now())
    smsc.world.decide_operator(name.id, "tele2", "3", clock.now())
    text = await sees_in_time(clock, connected, "1 → 7", "0 → 3")
    assert "5" not in text
    assert len((await connected.looks())["messages"]) == before
    await connected.taps_data(*await _button(connected, "Open the card"))
    await connected.sees("Aruana", "active, listed so since")
    smsc.world.decide_operator(name.id, "tele2", "4", clock.now())
    assert "1 → 7" not in await sees_in_time(clock, connected, "3 → 4")


@pytest.mark.parametrize("listed_before", [True, False])
@pytest.mark.parametrize("timeouts", [SHORT], ids=["impatient"])
async def test_who_is_told_late_that_a_name_was_sent_is_told_as_well_that_it_is_active_meanwhile(
    bot: InProcess, aigerim: Person, smsc: SmscSandbox, clock: SandboxClock, listed_before: bool
) -> None:
    """Found by kills: where the answer was lost, the first list that had the name had it as active already."""
    await aigerim.connects(DEMO.apikey)
    if listed_before:
        await aigerim.writes("/senders")
        await aigerim.sees("My names: 8 names")
    await fills_in(aigerim, "LILY2026")
    smsc.fault(Fault("add", when="after", kind="drop"))
    await aigerim.taps("Register it")
    await comes(lambda: made(smsc, "add"))
    smsc.world.decide(named(smsc, "LILY2026").id, "activate", clock.now())
    await sees_in_time(clock, aigerim, "The application for LILY2026 is sent")
    await sees_in_time(clock, aigerim, "LILY2026", "Active now")


async def test_what_a_person_was_looking_at_stays_when_a_message_comes(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.looks()
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await sees_in_time(clock, connected, "AruanaShop", "Active now")
    texts = [each["text"] for each in (await connected.state())["messages"]]
    assert any("My names: 8 names" in each for each in texts)


async def test_a_name_that_was_deleted_in_the_cabinet_is_told_when_a_second_list_lacks_it(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.looks()
    account = smsc.world.accounts[DEMO.login]
    smsc.world.delete(account, "", {"sender": "Sale"})
    await sees_in_time(clock, connected, "Sale", "Not in SMSC's list any more")


async def test_a_list_that_is_empty_once_alarms_nobody(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.looks()
    names = dict(smsc.world.accounts[DEMO.login].names)
    smsc.world.accounts[DEMO.login].names.clear()
    await looks_go_by(smsc, clock, 1)
    smsc.world.accounts[DEMO.login].names.update(names)
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await sees_in_time(clock, connected, "AruanaShop", "Active now")
    texts = [each["text"] for each in (await connected.state())["messages"]]
    assert not any("any more" in each or "at once" in each for each in texts)


async def test_many_names_that_change_at_once_are_one_message(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.looks()
    for name in list(smsc.world.accounts[DEMO.login].names.values()):
        if not name.owner:
            smsc.world.decide_operator(name.id, "winmob", "0", clock.now())
    await looks_go_by(smsc, clock, 1)
    for name in list(smsc.world.accounts[DEMO.login].names.values()):
        if not name.owner:
            smsc.world.decide_operator(name.id, "winmob", "3", clock.now())
    assert "Other values: 8" in await sees_in_time(clock, connected, "8 names changed at once")
    await connected.taps("Show the names")
    await connected.sees("My names: 8 names")


async def test_a_key_that_is_refused_pauses_the_watch_and_is_told_once(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.looks()
    smsc.world.accounts[DEMO.login].apikey = "another-key-0123456789abcdef"
    await sees_in_time(clock, connected, "I cannot watch its names any more")
    asked = len(smsc.requests)
    await connected.looks()
    for _ in range(20):
        await goes_by(clock, PERIOD)
    assert len(smsc.requests) == asked
    assert connected.fresh(await connected.state()) == []
    await connected.taps_data(*await _button(connected, "Connect again"))
    await connected.sees("Send the API key")
    await connected.writes("another-key-0123456789abcdef")
    await connected.sees("Connected")
    await connected.looks()
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await sees_in_time(clock, connected, "AruanaShop", "Active now")


async def test_one_account_that_two_people_connected_is_asked_once_for_both(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    other = await Person.arrive(connected.http, connected.url, "Dana")
    await other.connects(DEMO.apikey)
    clock.advance(25)  # identical lists are asked for 20 seconds apart
    await other.writes("/senders")
    await other.sees("My names: 8 names")
    await looks_go_by(smsc, clock, 3)  # each is looked at once by itself: then it is known that they are one
    await connected.looks()
    await other.looks()
    begun = len(smsc.requests)
    began = clock.now()
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await sees_in_time(clock, connected, "AruanaShop", "Active now")
    await sees_in_time(clock, other, "AruanaShop", "Active now")
    looks = (clock.now() - began) / PERIOD + 1
    assert len([each for each in smsc.requests[begun:] if each.command == "get"]) <= 2 * looks / 0.9 + 2


@pytest.fixture
async def colleague(connected: Person, smsc: SmscSandbox, clock: SandboxClock) -> Person:
    """Somebody who may look; before they came, an operator answered about ARUANA.KZ, and the first person muted it."""
    await connected.looks()
    smsc.world.decide_operator(named(smsc, "ARUANA.KZ").id, "bee_step", "4", clock.now())
    await sees_in_time(clock, connected, "ARUANA.KZ", "3 → 4")
    await connected.taps("Mute")
    await connected.sees("I tell only what needs you")
    other = await Person.arrive(connected.http, connected.url, "Daniyar")
    await comes_in(other, await invites(connected, "may look"))
    await connected.sees("Daniyar works with")
    for each in (connected, other):
        await each.writes("/board")
        await each.sees("What needs you")
        await each.looks()
    return other


async def test_colleagues_are_told_as_each_wants_it_with_the_buttons_of_their_role_by_one_look(
    connected: Person, colleague: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    name, begun, began = named(smsc, "ARUANA.KZ"), len(smsc.requests), clock.now()
    smsc.world.decide_operator(name.id, "bee_step", "5", clock.now())
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    assert "3" not in await sees_in_time(clock, colleague, "ARUANA.KZ", "4 → 5")
    await sees_in_time(clock, connected, "AruanaShop", "Active now")
    assert not any("ARUANA.KZ" in each["text"] for each in connected.fresh(await connected.state()))  # it is muted
    looks = (clock.now() - began) / PERIOD + 1
    assert len([each for each in smsc.requests[begun:] if each.command == "get"]) <= 2 * looks / 0.9
    for each in (connected, colleague):
        await each.looks()
    smsc.world.decide_document(name.documents[0].fid, 1, "Blurred")
    await sees_in_time(clock, connected, "ARUANA.KZ", "rejected")
    await sees_in_time(clock, colleague, "ARUANA.KZ", "rejected")
    assert "Replace the document" in connected.labels()
    assert {"Timeline", "Open the card"} <= set(colleague.labels())
    assert not {"Replace the document", "Change", "Operators", "Confirm by a code"} & set(colleague.labels())
    # What one saw last is theirs as well: the other's board tells it still.
    clock.advance(601)
    for each in (connected, colleague):
        await each.writes("/board")
        await each.sees("🔔 1 name changed", "You last looked at")
        clock.advance(601)
        await connected.writes("/board")
        await connected.sees("What needs you")


async def test_who_leaves_or_is_removed_is_told_nothing_more_not_even_what_waited_for_the_morning(
    connected: Person, colleague: Person, smsc: SmscSandbox, clock: SandboxClock, settings: dict[str, str]
) -> None:
    await colleague.writes("/notifications")
    await colleague.sees("Quiet hours")
    await colleague.taps("In the morning")
    await colleague.sees("comes together in the morning")
    await colleague.writes("ARUANA.KZ")
    await colleague.sees("ARUANA.KZ")
    await colleague.taps("Mute")
    await colleague.sees("I tell only what needs you")
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await sees_in_time(clock, connected, "AruanaShop", "Active now")
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
        of_theirs = {
            each: f"SELECT count(*) FROM {each} WHERE user_id = {colleague.id}"  # noqa: S608  # fixed words
            for each in ("mutes", "boards")
        }
        assert all(db.execute(each).fetchone()[0] for each in of_theirs.values())
        await colleague.writes("/account")
        await colleague.taps("Leave this account")
        await colleague.taps("Leave")
        await colleague.sees("You do not work with")
        await colleague.looks()
        assert not any(db.execute(each).fetchone()[0] for each in of_theirs.values())
    smsc.world.decide_document(named(smsc, "ARUANA.KZ").documents[0].fid, 1, "Blurred")
    await sees_in_time(clock, connected, "ARUANA.KZ", "rejected")
    clock.advance(86_400)
    await looks_go_by(smsc, clock, 2)
    assert colleague.fresh(await colleague.state()) == []


async def test_a_key_that_is_refused_is_told_to_everybody_who_did_not_see_it_and_who_brought_it_can_mend_it(
    connected: Person, colleague: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    third = await Person.arrive(connected.http, connected.url, "Madina")
    await comes_in(third, await invites(connected, "may look"))
    await connected.sees_somewhere("Madina works with")
    for each in (connected, third):
        await each.looks()
    smsc.world.accounts[DEMO.login].apikey = "another-key-0123456789abcdef"
    await colleague.writes("/account")
    await colleague.sees("SMSC does not accept this key")
    await colleague.looks()
    await sees_in_time(clock, connected, "I cannot watch its names any more", "Connect the account again")
    await sees_in_time(clock, third, "I cannot watch its names any more", "Whoever brought the key can connect")
    assert "Connect again" in connected.labels()
    assert "Connect again" not in third.labels()
    assert colleague.fresh(await colleague.state()) == []


async def test_a_change_is_told_once_over_a_restart(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, bot: InProcess
) -> None:
    await connected.looks()
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await bot.stop()
    await bot.start()
    await sees_in_time(clock, connected, "AruanaShop", "Active now")
    await bot.stop()
    await bot.start()
    await connected.looks()
    await looks_go_by(smsc, clock)
    assert connected.fresh(await connected.state()) == []


async def test_a_service_that_is_down_is_left_alone_and_what_changed_meanwhile_is_told(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.looks()
    smsc.fault(Fault("get", when="before", kind="500", times=0))
    for _ in range(240):
        await goes_by(clock, PERIOD / 4)
    asked = sum(each.command == "get" for each in smsc.requests)
    assert asked < 30  # in an hour: the pauses grow
    smsc.clear_faults()
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await sees_in_time(clock, connected, "AruanaShop", "Active now")


async def test_what_a_persons_own_look_at_the_list_brings_is_told_as_well_and_once(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    clock.advance(25)
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await connected.writes("/senders")
    await connected.sees("My names: 8 names", "")
    await sees_in_time(clock, connected, "AruanaShop", "Active now")
    await connected.looks()
    await looks_go_by(smsc, clock)
    assert connected.fresh(await connected.state()) == []


async def test_a_name_of_another_account_is_one_tap_away(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.writes("/user aigerim")
    await connected.sees("From now on")
    await connected.looks()
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await sees_in_time(clock, connected, "AruanaShop", "Account:")
    await connected.taps("Open the card")
    await connected.sees("In use now", "AruanaShop", "active")


async def test_the_timeline_tells_what_was_asked_and_what_came_of_it(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    name = named(smsc, "ARUANA.KZ")
    await connected.looks()
    smsc.world.decide_operator(name.id, "bee_step", "5", clock.now())
    await sees_in_time(clock, connected, "3 → 5")
    await connected.taps("Timeline")
    await connected.sees("ARUANA.KZ: what happened, newest first", "3 → 5")


async def _button(person: Person, label: str) -> tuple[int, str]:
    for message in reversed((await person.state())["messages"]):
        for row in message["inline"]:
            for each in row:
                if label in each["text"]:
                    return message["id"], each["callback_data"]
    raise AssertionError(label)


async def test_a_code_that_a_person_named_once_is_told_by_that_name(
    connected: Person, smsc: SmscSandbox, turning: SandboxClock
) -> None:
    number = named(smsc, "Aruana").id
    await connected.looks()
    smsc.world.decide_operator(number, "mega_step", "5", turning.now())
    await sees_in_time(turning, connected, "Aruana", "1 → 5")
    await connected.taps("What is 5?")
    await connected.sees("What does the status code 5 mean")
    await connected.taps("approval")
    await connected.sees("is “approval”")
    await connected.looks()
    smsc.world.decide_operator(number, "mega_step", "7", turning.now())
    await sees_in_time(turning, connected, "Aruana", "approval (5) → 7")
    await connected.taps("Timeline")
    await connected.sees("1 → approval (5)")
    await connected.taps("‹ Aruana")
    await connected.sees("paid: 7 ·")
    smsc.world.decide_operator(number, "mega_step", "5", turning.now())
    await connected.looks()
    await sees_in_time(turning, connected, "Aruana", "→ approval (5)")
    await connected.taps("Open the card")
    await connected.sees("approval (5) ·")
    await connected.taps("How long")
    await connected.sees("approval (5)")
    # An approval that is lost again is told even of a name that is muted.
    await connected.taps("‹ Aruana")
    await connected.taps("Mute")
    await connected.sees("I tell only what needs you")
    await connected.looks()
    smsc.world.decide_operator(number, "mega_step", "7", turning.now())
    await sees_in_time(turning, connected, "❗ Aruana", "approval (5) → 7")
