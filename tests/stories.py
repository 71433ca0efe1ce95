"""Ways that many tests go: from a person who has said nothing to a form that is filled in."""

from __future__ import annotations

import asyncio
import re

from tests.person import PATIENCE, Person
from tests.running import InProcess

PURPOSE = "What is the name for?"
"""The second question of `/add`, right after the name."""


async def begins(person: Person, name: str) -> None:
    """The form for a new name, at its second question."""
    await person.writes(f"/add {name}")
    await person.sees(PURPOSE)


async def asks_for_a_name(person: Person) -> None:
    """The form for a new name at its first question, after what will be needed."""
    await person.writes("/add")
    await person.sees("What you will need")
    await person.taps("Begin")
    await person.sees("Which name?")


async def fills_in(person: Person, name: str) -> None:
    """The form for a new name, the shortest way to what is checked before it is sent."""
    await begins(person, name)
    await person.taps("Skip")
    await person.sees("To which countries")
    await person.taps("Only Kazakhstan")
    await person.skips_to("check and send", name)


async def registers(person: Person, name: str) -> None:
    """As `fills_in`, and sends it."""
    await fills_in(person, name)
    await person.taps("Register it")


async def is_served(person: Person) -> None:
    """The bot answers, whether they have an account or not."""
    await person.writes("/help")
    await person.sees("/senders – ")


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


async def code_is_sent(person: Person) -> None:
    await person.writes("/confirm 77000003344")
    await person.sees("check and send")
    await person.taps("Send the code")
    await person.sees("A code is on its way", "Which code came")


OTHER_KEY = "other-key-fedcba9876543210"
"""The key of the stand-in's second account."""


async def told(person: Person, bot: InProcess, *ends: str) -> str:
    """In the end one of these is told, however often it is tried before; which."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                texts = [each["text"] for each in person.fresh(await person.state())]
                for end in ends:
                    if any(end in text for text in texts):
                        return end
                bot.clock.advance(10)
                await asyncio.sleep(0.01)
    except TimeoutError:
        said = [each["text"] for each in person.seen["messages"] if each["from"]["is_bot"]]
        raise AssertionError(f"never told {ends}: {said[-2:]}") from None


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
