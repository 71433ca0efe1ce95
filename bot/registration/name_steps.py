"""The steps that ask for a new name, and whose it is where it is an e-mail address."""

from __future__ import annotations

from typing import Final

from bot.conversation.inputs import ContactInput, Input, TextInput, one_line
from bot.conversation.step import Answers, Json, Problem, Step
from bot.locales import Phrase, moment, say, verbatim
from bot.registration.facts import TEXT_MOST, RegistrationFacts
from bot.registration.spelling import read_name, read_number


def taken(name: str, facts: RegistrationFacts) -> Phrase:
    """A name is in the list that is known; it may be an old one."""
    if facts.taken.as_of is None:
        return say("“{name}” is in your list already.", name=name)
    return say("“{name}” is in your list already, as of {time}.", name=name, time=moment(facts.taken.as_of))


def _read_name(received: Input, answers: Answers, facts: RegistrationFacts) -> Json | Problem:
    text = (
        received.text
        if isinstance(received, TextInput)
        else received.phone
        if isinstance(received, ContactInput)
        else ""
    )
    name = read_number(text) if isinstance(received, ContactInput) else read_name(text)
    meant = one_line(received) if isinstance(name, Problem) else name
    if meant in facts.taken.names:
        return Problem(say("{problem} Send another one.", problem=taken(meant, facts)))
    alike = next((each for each in facts.taken.names if each.casefold() == meant.casefold()), None)
    if alike is not None and answers.get("name") != meant:
        return Problem(
            say("“{name}” is in your list already, with other capitals. Use this one all the same?", name=alike),
            (meant,),
        )
    return meant if isinstance(name, Problem) and answers.get("name") == meant else name


NAME: Final = Step[RegistrationFacts](
    key="name",
    label=say("Name"),
    ask=lambda _answers, _facts: say(
        "Which name? Up to 11 Latin letters and digits; or a phone number, or an e-mail address."
    ),
    example=verbatim("PARUS"),
    takes=(TextInput, ContactInput),
    read=_read_name,
    branches=True,
)


def _read_owner(received: Input, _answers: Answers, _facts: RegistrationFacts) -> Json | Problem:
    text = one_line(received)
    if not 1 <= len(text) <= TEXT_MOST:
        return Problem(say("This takes 1 to {most} characters.", most=TEXT_MOST))
    return text


OWNER: Final = Step[RegistrationFacts](
    key="owner",
    label=say("Owner"),
    ask=lambda _answers, _facts: say("Whose e-mail address is it?"),
    example=verbatim("Айгерим Садыкова"),
    read=_read_owner,
    applies=lambda answers, _facts: "@" in answers.get("name", ""),
    optional=True,
    skipped=lambda answers, _facts: verbatim(answers["name"]),
)
