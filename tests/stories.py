"""Ways that many tests go: from a person who has said nothing to a form that is filled in."""

from __future__ import annotations

from tests.person import Person


async def add_lily(person: Person) -> None:
    await person.writes("/add LILY2026")
    await person.sees("What is the name for?")
    await person.taps("Skip")
    await person.sees("To which countries")
    await person.taps("Only Kazakhstan")
    await person.skips_to("check and send")


async def answers(person: Person) -> None:
    """The bot is there, and everything that came before is handled."""
    await person.writes("/help")
    await person.sees("What you can do here")


def texts(person: Person, part: str) -> list[str]:
    """The bot's messages in the chat, as last seen, that have this in them."""
    said = (each["text"] for each in person.seen["messages"] if each["from"]["is_bot"])
    return [each for each in said if part in each]


async def only_one(person: Person, part: str) -> None:
    """Waits until just one message of the bot has this in it."""
    await person.until(lambda _state: len(texts(person, part)) == 1 or None, f"one “{part}”")


async def at_the_end(person: Person, name: str) -> None:
    """A new name's form, filled in up to what is sent."""
    await person.writes(f"/add {name}")
    await person.sees("What is the name for?")
    await person.taps("Skip")
    await person.taps("Only Kazakhstan")
    await person.skips_to("check and send")


async def code_is_sent(person: Person) -> None:
    await person.writes("/confirm 77000003344")
    await person.sees("check and send")
    await person.taps("Send the code")
    await person.sees("A code is on its way", "Which code came")


OTHER_KEY = "other-key-fedcba9876543210"
"""The key of the stand-in's second account."""
