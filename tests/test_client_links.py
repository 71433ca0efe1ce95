"""A client's link: somebody without an account fills in the form for a name, and whoever made the link registers it."""

from __future__ import annotations

import re

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.papers import pdf
from tests.person import Person
from tests.running import PATIENT, InProcess
from tests.stories import comes_in, invites
from tests.troubles import post
from tests.watching import message, until
from tests.workbooks import workbook


async def makes_link(person: Person, *asked: str, heading: str = "Form for Lily Shop", most: str = "One client") -> str:
    """The start parameter of a new link that asks for these."""
    await person.writes("/links")
    await person.sees("Links for clients")
    await person.taps("Make a link")
    await person.sees("read above the form")
    await person.writes(heading)
    await person.sees("What shall the client fill in?")
    for each in asked:
        await person.taps(each)
    await person.taps("Done")
    await person.sees("To which countries")
    await person.taps("Only Kazakhstan")
    await person.sees("Until when")
    await person.taps("7 days")
    await person.sees("for one client, or for several")
    await person.taps(most)
    await person.sees("check and send", heading)
    await person.taps("Make the link")
    shown = await person.sees("https://t.me/")
    found = re.search(r"https://t\.me/\w+\?start=(\S+)", shown)
    assert found is not None
    return found[1]


async def test_a_client_without_an_account_fills_in_what_the_reseller_registers(
    connected: Person, other: Person, smsc: SmscSandbox
) -> None:
    link = await makes_link(connected, "The name", "What it is for", "Documents")
    await other.writes(f"/start {link}")
    intro = await other.sees("Form for Lily Shop", "You were asked", "What it is for", "until the end of")
    assert "demo" not in intro
    await other.taps("Begin")
    await other.sees("Form for Lily Shop", "Which name?")
    await other.writes("LILYSHOP")
    await other.sees("What is the name for?")
    await other.writes("Flowers in Almaty")
    await other.sees("Documents for the operators")
    content = pdf(20_000)
    await other.sends_file("certificate.pdf", content, caption="Trademark certificate")
    await other.sees("certificate.pdf", "Trademark certificate")
    await other.taps("Done")
    await other.sees("check and send", "LILYSHOP", "Flowers in Almaty", "certificate.pdf", "nothing else of you")
    await connected.looks()
    await other.taps("Hand it over")
    await other.sees("Handed over")
    told = await connected.sees("Your client filled in", "LILYSHOP")
    assert "Daniyar" not in told
    await connected.taps("Look at it")
    await connected.sees("check and send", "LILYSHOP", "Flowers in Almaty", "certificate.pdf")
    await connected.taps("Show the documents")
    state = await connected.until(
        lambda state: state if any(each.get("document") for each in connected.fresh(state)) else None, "the document"
    )
    assert [each["document"]["file_name"] for each in connected.fresh(state) if each.get("document")]
    await connected.sees("check and send", "LILYSHOP")
    await other.looks()
    await connected.taps("Register it")
    await connected.sees("The application for LILYSHOP is sent")
    [request] = [each for each in smsc.requests if each.command == "add"]
    assert (request.fields["sender"], request.fields["cmt"]) == ("LILYSHOP", "Flowers in Almaty")
    assert [(name, sent) for _, name, sent in request.files] == [("certificate.pdf", content)]
    await other.sees("was used to register the name")


async def begins(person: Person, link: str) -> None:
    """Opens a link and begins to fill in its form."""
    await person.writes(f"/start {link}")
    await person.taps("Begin")
    await person.sees("Which name?")


async def hands_over(person: Person, name: str) -> None:
    """Answers the one question of a form, and hands it over."""
    await person.writes(name)
    await person.sees("check and send", name)
    await person.taps("Hand it over")
    await person.sees("Handed over")


async def test_what_was_handed_over_comes_back_with_a_remark_and_is_taken_back_until_it_is_used(
    connected: Person, other: Person, smsc: SmscSandbox, turning: SandboxClock
) -> None:
    """In their quiet hours nobody hears a sound of it."""
    until(turning, 12)
    await begins(other, await makes_link(connected, "The name"))
    await connected.looks()
    await hands_over(other, "LILYSHOP")
    await connected.sees("Your client filled in")
    assert (await message(connected, "Your client filled in"))["silent"] is False
    until(turning, 23)
    await connected.taps("Look at it")
    await connected.skips_to("check and send", "LILYSHOP")
    await other.looks()
    await connected.taps("Back to the client")
    await connected.sees("What is to be corrected?")
    await connected.writes("Without SHOP, please")
    await connected.sees("Sent back")
    await other.sees("asks you to correct something", "Without SHOP, please")
    assert (await message(other, "asks you to correct something"))["silent"] is True
    await other.taps("Correct it")
    await other.sees("check and send", "LILYSHOP", "Please correct: Without SHOP, please")
    await other.taps("✎ Name")
    await other.sees("Which name?")
    await connected.looks()
    await hands_over(other, "LILY2026")
    await connected.sees("Your client filled in", "LILY2026")
    assert (await message(connected, "Your client filled in"))["silent"] is True
    await connected.taps("Look at it")
    await connected.skips_to("check and send", "LILY2026")
    await other.taps("Take it back")
    await other.sees("It is deleted, and whoever sent you the link is told")
    send = await connected.button("Register it")
    await connected.looks()
    await other.taps("Take it back")
    await other.sees("taken back and deleted")
    await connected.sees("Your client took back what they filled in")
    assert (await message(connected, "Your client took back"))["silent"] is True
    await connected.taps_data(*send)  # it is still on the screen
    await connected.sees("earlier screen")
    assert not [each for each in smsc.requests if each.command == "add"]


async def test_a_link_that_leads_nowhere_says_why(connected: Person, other: Person, turning: SandboxClock) -> None:
    link = await makes_link(connected, "The name")
    await connected.writes(f"/start {link}")
    await connected.sees("This is your own link", "127.0.0.1")
    for odd in (
        "c_",
        "c_" + "a" * 32,
        "c_Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z",
        f"{link}x",
        "c_'; DROP TABLE client_links",
    ):
        await other.writes(f"/start {odd}")
        await other.sees("I do not know this link")
    third = await Person.arrive(other.http, other.url, "Madina", language="ru")
    for each in (other, third):
        await each.writes(f"/start {link}")
    await third.sees("Form for Lily Shop", "Вас просят заполнить")
    await other.taps("Begin")
    await other.sees("Which name?")
    await third.taps("Начать")
    await third.sees("уже заполняет кто-то другой")
    turning.advance(9 * 86_400)
    await other.writes("LILYSHOP")
    await other.sees("check and send")
    await other.taps("Hand it over")
    await other.sees("The day of this link has passed", "Which name?")
    await connected.writes("/links")
    await connected.taps("Form for Lily Shop")
    await connected.sees("It ended with", "is filling it in")
    await connected.taps("7 days more")
    await connected.sees("It ends with")
    await other.taps("Use “LILYSHOP”")
    await other.sees("check and send", "LILYSHOP")
    await connected.taps("Call it off")
    await connected.sees("Nobody can fill it in any more")
    await other.looks()
    await connected.taps("Call it off")
    await connected.sees("It is called off")
    await other.sees("called it off", "deleted")
    await other.writes(f"https://t.me/SenderNamesBot?start={link}")  # pasted, not tapped
    await other.sees("not needed any more")
    await other.writes(f"https://t.me/another_bot?start={link}")
    await other.sees("I am another bot")


@pytest.fixture
def settings(settings: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    """With those that a test names."""
    return settings | getattr(request, "param", {})


@pytest.mark.parametrize("settings", [{"LINKS_PERSON": "1"}], indirect=True)
async def test_an_account_that_is_forgotten_takes_its_links_along(connected: Person, other: Person) -> None:
    link = await makes_link(connected, "The name")
    await connected.taps("My links")
    await connected.taps("Make a link")
    await connected.sees("that is the most. Call off one")
    await begins(other, link)
    await hands_over(other, "LILYSHOP")
    await other.writes("/senders")
    await other.sees("an SMSC account is needed")
    await connected.writes("/account")
    await connected.taps("Forget account")
    await connected.sees("Forget 127.0.0.1")
    await other.looks()
    await connected.taps("Forget account")
    await other.sees("called it off", "deleted")
    await other.writes(f"/start {link}")
    await other.sees("I do not know this link")


async def test_in_a_closed_circle_a_client_is_let_in_to_the_form_alone(
    settings: dict[str, str], aigerim: Person, clock: SandboxClock
) -> None:
    settings["ALLOWED_USERS"] = str(aigerim.id)
    running = InProcess(settings, clock, timeouts=PATIENT)
    await running.start()
    await aigerim.connects(DEMO.apikey)
    link = await makes_link(aigerim, "The name")
    client, stranger = [await Person.arrive(aigerim.http, aigerim.url, each) for each in ("Daniyar", "Madina")]
    for odd in ("/start", "/start c_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "PARUS"):
        await stranger.writes(odd)
        await stranger.sees("serves a closed circle. Please ask")
    await begins(client, link)
    for elsewhere in ("/senders", "/connect", "/links", "/add LILY2026"):
        await client.writes(elsewhere)
        await client.sees("you can only fill in the form that you were sent")
    await client.sends_file("a.pdf", pdf(9_000))
    await client.sees("Which name?")
    await client.writes("/cancel")
    await client.sees("Nothing was handed over")
    await begins(client, link)
    await aigerim.looks()
    await hands_over(client, "LILYSHOP")
    await aigerim.sees("Your client filled in")
    await stranger.writes(f"/start {link}")
    await stranger.sees("Form for Lily Shop", "You were asked")
    await stranger.taps("Begin")
    await stranger.sees("Somebody else")
    await stranger.writes("/senders")
    await stranger.sees("serves a closed circle. Please ask")
    await running.stop()


async def test_a_used_form_says_so_to_whoever_opens_it_and_one_who_had_blocked_the_bot_gets_the_remark(
    connected: Person, other: Person
) -> None:
    link = await makes_link(connected, "The name")
    await begins(other, link)
    await connected.looks()
    await hands_over(other, "LILYSHOP")
    await connected.sees("Your client filled in")
    await connected.taps("Look at it")
    await connected.skips_to("check and send", "LILYSHOP")
    await post(other, "block", user=other.id)
    await connected.taps("Back to the client")
    await connected.sees("What is to be corrected?")
    await connected.writes("Without SHOP")
    await connected.sees("Sent back")
    await other.looks()
    await post(other, "unblock", user=other.id)
    await other.sees("asks you to correct something", "Without SHOP")
    await other.taps("Correct it")
    await other.sees("check and send", "LILYSHOP", "Please correct: Without SHOP")
    await other.taps("✎ Name")
    await other.sees("Which name?")
    await connected.looks()
    await hands_over(other, "LILY2026")
    await connected.sees("Your client filled in", "LILY2026")
    look = await connected.button("Look at it")
    await connected.taps("Look at it")
    await connected.skips_to("check and send", "LILY2026")
    await other.looks()
    await connected.taps("Register it")
    await other.sees("was used to register the name")
    await other.writes(f"/start {link}")
    await other.sees("This form was filled in and used already")
    await connected.taps_data(*look)
    await connected.sees("Form for Lily Shop", "Used")
    third = await Person.arrive(other.http, other.url, "Madina")
    await third.writes(f"/start {link}")
    await third.taps("Begin")
    await third.sees("Somebody else is filling in this form already")


async def test_a_maker_who_loses_their_role_has_their_links_called_off_and_the_clients_are_told(
    connected: Person, other: Person
) -> None:
    begun, done = [await Person.arrive(other.http, other.url, each) for each in ("Madina", "Yerlan")]
    await comes_in(other, await invites(connected, "may do all"))
    await connected.writes("/account")
    await connected.sees("Account")
    account = (await connected.button("Colleagues"))[1].partition(":")[2]
    link = await makes_link(other, "The name", most="Several clients")
    for each in (begun, done):
        await begins(each, link)
    await other.looks()
    await hands_over(done, "ROSE2026")
    await other.sees("Your client filled in")
    look = await other.button("Look at it")
    await begun.looks()
    await connected.taps_data(0, f"role:{account}:{other.id}:look")
    await other.sees_somewhere("Your role for", "may look")
    await begun.sees("called it off", "deleted")
    await begun.writes(f"/start {link}")
    await begun.sees("not needed any more")
    await other.taps_data(*look)
    await other.sees("not open to you any more", "your role there")
    await done.writes(f"/start {link}")
    await done.sees("Handed over")  # another owner may give the role back
    await connected.taps_data(0, f"remove:{account}:{other.id}:yes")
    await done.sees("called it off", "deleted")


async def test_what_smsc_does_not_take_is_refused_to_the_client_too(connected: Person, other: Person) -> None:
    await begins(other, await makes_link(connected, "The name", "Documents"))
    await other.writes("LILYSHOP")
    await other.sees("Documents for the operators")
    for name, content, why in (
        ("names.csv", b"Name\r\nROSE01\r\n", "by its content it is none of"),
        ("names.xlsx", workbook([("Name",), ("ROSE01",)]), "Operators cannot open"),
        ("bill.exe", b"MZ" + bytes(100), "by its content it is none of"),
        ("page.pdf", b"<html>", "by its content it is none of"),
        ("empty.pdf", b"", "empty"),
    ):
        await other.sends_file(name, content)
        told = await other.sees("Documents for the operators", why)
        assert f"1. {name}" not in told
