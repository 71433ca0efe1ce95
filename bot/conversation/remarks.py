"""What is said of something that was sent: taken, one too many, no answer to this, what is needed instead."""

from __future__ import annotations

from typing import Any, Final

from bot.conversation.inputs import ContactInput, FileInput, Input, TextInput
from bot.conversation.step import Json, Problem, Step, nothing_read
from bot.locales import Phrase, say
from bot.reading import dress
from bot.reading.words import ends_as_question, is_chatter, is_greeting, is_latin_word, is_question

_SAID_MOST: Final = 64


def no_chatter(step: Step[Any], received: Input, value: Json) -> Json:
    """What was read; but of a greeting or a question, that it may be no answer."""
    text = received.text if isinstance(received, TextInput) else ""
    if isinstance(value, Problem):
        if not _is_lost(text) or (is_latin_word(text) and value.offers):
            return value
        meant = () if is_greeting(text) or ends_as_question(text) else value.offers
        return Problem(say("That is no answer to this. /help says what you can do here."), meant)
    if value == dress.one_line(text) and not step.secret and is_chatter(text) and not is_latin_word(text):
        return Problem(say("Is this the answer? If you have a question, /help says what you can do here."), (value,))
    return value


def got(step: Step[Any], item: Json, count: int, facts: object) -> Phrase:
    """An item was taken for a step that is not asked just now."""
    return say("👌 Got it: {item}. {label}: {count}", item=step.show(item, facts), label=step.label, count=count)


def too_many(step: Step[Any], value: Json, facts: object) -> Phrase:
    """An item more than a step takes."""
    return say("At most {most} of these. Left out: {item}", most=step.most, item=step.show(value, facts))


def not_taken(step: Step[Any], received: Input) -> Phrase:
    """What is needed instead; a greeting, a question or a call for help is told where help is, too."""
    if isinstance(received, TextInput) and _is_lost(received.text):
        return say("{needed} If you have a question, /help says what you can do here.", needed=_needed(step))
    return _needed(step)


def _is_lost(text: str) -> bool:
    """Whether somebody who typed what cannot be an answer asks for something; a long text is rather a wrong answer."""
    return is_chatter(text) or (len(text) <= _SAID_MOST and is_question(text))


def _needed(step: Step[Any]) -> Phrase:
    wanted = step.takes[0] if step.takes else None
    if wanted is FileInput:
        return say("A file or a photo is needed here.")
    if wanted is ContactInput:
        return say("A phone number or a contact is needed here.")
    if wanted is None or step.read is nothing_read:
        return say("Please tap one of the buttons.")
    return say("A text is needed here. Please type it.")
