"""A client's link: somebody without an account fills in the form for a name, and whoever made the link registers it."""

from __future__ import annotations

import re

from bot.sandbox.smsc import SmscSandbox
from tests.papers import pdf
from tests.person import Person


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
    await other.looks()
    await connected.taps("Register it")
    await connected.sees("The application for LILYSHOP is sent")
    [request] = [each for each in smsc.requests if each.command == "add"]
    assert (request.fields["sender"], request.fields["cmt"]) == ("LILYSHOP", "Flowers in Almaty")
    assert [(name, sent) for _, name, sent in request.files] == [("certificate.pdf", content)]
    await other.sees("was used to register the name")
