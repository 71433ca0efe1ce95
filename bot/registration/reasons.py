"""The usual reasons for a name, each as a comment for the moderator that a person takes or changes.

A name should match the brand, trademark or domain (SMSC's rules for names): the reasons are the ways in which it does.
They are facts that the person knows; what is known of the company is filled in, nothing is made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.conversation.step import Answers, Choice
from bot.locales import Phrase, say
from bot.registration.facts import RegistrationFacts
from bot.registration.spelling import kind_of

_LABELS: Final[Mapping[str, Phrase]] = {
    "company": say("Company name"),
    "trademark": say("Trademark"),
    "domain": say("Web site"),
    "product": say("Product"),
    "abbreviation": say("Abbreviation"),
    "brand": say("Sub-brand"),
}
_PLAIN: Final[Mapping[str, Phrase]] = {
    "company": say("It is the name of our company. We write to our customers."),
    "trademark": say("It is our registered trademark. We write to our customers."),
    "domain": say("It is the name of our web site. We write to our customers."),
    "product": say("It is the name of our product. We write to those who use it."),
    "abbreviation": say("It is short for the name of our company. We write to our customers."),
    "brand": say("It is a brand of our company. We write to its customers."),
}
_WITH_COMPANY: Final[Mapping[str, Phrase]] = {
    "company": say("It is the name of our company, {company}. We write to our customers."),
    "trademark": say("It is the registered trademark of our company, {company}. We write to our customers."),
    "product": say("It is the name of a product of our company, {company}. We write to those who use it."),
    "abbreviation": say("It is short for the name of our company, {company}. We write to our customers."),
    "brand": say("It is a brand of our company, {company}. We write to its customers."),
}
_COMPANY_MOST: Final = 120
"""Letters of a company's name that go into a comment; a longer one is left out."""


def reasons(answers: Answers, facts: RegistrationFacts) -> Sequence[Choice]:
    """The reasons as buttons; a number and an e-mail address have none of these."""
    if kind_of(str(answers.get("name", ""))) != "letters":
        return ()
    known = {**facts.profile, **answers}
    company = str(known.get("fio") or known.get("by_fio") or "")
    site = str(known.get("site") or known.get("by_site") or "")
    company = company if len(company) <= _COMPANY_MOST else ""

    def text(key: str) -> str:
        if key == "domain" and site:
            return facts.told(say("It is the name of our web site, {site}. We write to our customers.", site=site))
        if company and key in _WITH_COMPANY:
            return facts.told(say(_WITH_COMPANY[key].text, company=company))
        return facts.told(_PLAIN[key])

    return [Choice(key, label, text(key)) for key, label in _LABELS.items()]
