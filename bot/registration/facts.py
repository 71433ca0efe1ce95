"""What the steps of a registration look at beside the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timezone
from gettext import NullTranslations
from typing import Final

from bot.companies import Company
from bot.conversation.step import Json
from bot.locales import SOURCE_LANGUAGE, Phrase, Texts
from bot.registration.papers import Paper
from bot.senders.listed import Taken
from bot.smsc import Catalogue
from bot.smsc.calendar import zone_of

TEXT_MOST: Final = 255


def in_english(phrase: Phrase) -> str:
    """A text as it stands in the code."""
    return Texts(SOURCE_LANGUAGE, NullTranslations()).label(phrase)


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """What the steps look at beside the answers.

    `profile` holds the company's answers of last time, `now` is the present moment (epoch seconds), `taken` the names
    of the account, as they are spelled, `papers` the documents as they will be sent, `companies` those that the person
    keeps, `told` writes a text in the person's language, `home` is the country of the account's service (ISO 3166;
    empty: nobody knows).
    """

    catalogue: Catalogue
    now: float
    profile: Mapping[str, Json] = field(default_factory=dict)
    taken: Taken = Taken()  # noqa: RUF009  # frozen
    papers: Mapping[str, Paper] = field(default_factory=dict)
    companies: Sequence[Company] = ()
    told: Callable[[Phrase], str] = in_english
    home: str = ""

    @property
    def zone(self) -> timezone:
        """The zone that the service counts its months in."""
        return zone_of(self.home)
