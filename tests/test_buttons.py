"""Buttons lead where the commands lead that the other tests type."""

from __future__ import annotations

from tests.person import Person


async def test_the_buttons_of_home_and_of_a_card_lead_where_their_labels_say(connected: Person) -> None:
    await connected.writes("/home")
    await connected.sees("Sender names", "Account:")
    await connected.taps("Account")
    await connected.sees("Balance")
    for label, told in (
        ("Send a document", "Send the document for Aruana"),
        ("Operators", "Aruana"),
        ("Change", "A new comment?"),
    ):
        await connected.writes("/cancel")  # no form takes what is typed next
        await connected.sees("Account:")
        await connected.writes("Aruana")
        await connected.sees("Aruana", "SMSC ID")
        await connected.taps(label)
        await connected.sees(told)
