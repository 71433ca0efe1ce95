"""A look before sending: what a moderator is likely to stumble over, by fixed rules, each with its source. Pure.

    like another name    "some operators tell upper case from lower" (B); characters that look alike: `smsc.look_alikes`
    like nothing given   "the sender's name must accurately identify the customer: its brand, trademark, domain name, on
                         documents": smscentre.com/faq/88 (B). The name is compared with what was given of these: the
                         company, its web site, a brand or a domain in a document's description
    no document          "documents for operators: a trademark certificate, a certificate of the domain" (the seed);
                         SMSC may ask for one (smscentre.com/faq/88, B), and MTS does (smscentre.com/news/65, B)

A hint stops nothing: whoever knows better sends it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from bot.conversation.step import Answers, Hint
from bot.locales import Phrase, say, verbatim
from bot.registration.facts import RegistrationFacts
from bot.registration.programmes import chosen
from bot.registration.spelling import kind_of
from bot.smsc import latin, look_alikes

_HINTS_MOST: Final = 3
_LEAST: Final = 3
"""Letters that two words must have in common to be alike."""
_NAMED_MOST: Final = 3
"""Of several names, or things that were given, so many are named."""
_QUOTED: Final = re.compile(r"[«“„\"]([^«»“”„\"]{2,60})[»”“\"]")
_DOMAIN: Final = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}")
_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_EVERYBODYS: Final = frozenset(
    """
    ооо оао зао пао ао ип тоо тов фоп одо чп пп уп чуп жшс ақ жк llc llp ltd inc
    www https http com net org
    """.split()  # noqa: SIM905  # a list of words reads best as words
)
"""Words that say what kind of company it is, and the parts of an address that many have."""


def hints(name: str, answers: Answers, facts: RegistrationFacts, documents: int = 0) -> Sequence[Hint]:
    """What is to be looked at once more before a name is sent, the weightiest first; it has so many `documents`."""
    if kind_of(name) != "letters":
        return ()
    return tuple(islice(_hints(name, answers, facts, documents), _HINTS_MOST))


def _hints(name: str, answers: Answers, facts: RegistrationFacts, documents: int) -> Iterator[Hint]:
    alike = look_alikes(name, facts.taken.names)
    if alike:
        told = say("{name} looks like {others}, which you already have.", name=name, others=_listed(alike))
        yield Hint("name", told)
    given = _given(answers)
    if given and not any(resembles(name, each) for each in given):
        told = say(
            "{name} is not like {given}. SMSC wants a name that shows whose it is: the company, a trademark or the"
            " domain.",
            name=name,
            given=_listed(given),
        )
        yield Hint("name" if "name" in answers else "documents", told)
    programmes = [each for each in map(facts.catalogue.programmes.get, chosen(answers)) if each is not None]
    if programmes and not documents and not answers.get("documents"):
        told = say(
            "There is no document. For {operators} SMSC may ask for one: a trademark certificate or a certificate of"
            " the domain.",
            operators=", ".join(dict.fromkeys(each.operator for each in programmes)),
        )
        yield Hint("documents", told)


def resembles(name: str, other: str) -> bool:
    """Whether a name and a text have a word in common, or the name is made of the first letters of its words.

    Letters of other alphabets are compared as they would be in Latin; a part of a word is enough.
    """
    own = _letters(name)
    words = [_letters(each) for each in re.findall(r"\w+", other) if each.casefold() not in _EVERYBODYS]
    if len(own) > 1 and own == "".join(each[:1] for each in words):
        return True
    together = "".join(words)
    parts = [own, *map(_letters, _PART.findall(name))]
    return any(len(each) >= _LEAST and each in together for each in parts) or any(
        len(each) >= _LEAST and each in own for each in words
    )


def _letters(text: str) -> str:
    return "".join(each for each in latin(text).casefold() if each.isalnum())


def _given(answers: Answers) -> list[str]:
    """What was said of whose it is: the company, its site, what a description has in quotes or as a domain."""
    found = [str(answers[key]) for key in ("fio", "by_fio") if answers.get(key)]
    found += [str(answers[key]).rpartition("://")[2] for key in ("site", "by_site") if answers.get(key)]
    for each in answers.get("documents") or ():
        described = str(each.get("description") or "")
        found += [*_QUOTED.findall(described), *_DOMAIN.findall(described)]
    return list(dict.fromkeys(filter(None, found)))


def _listed(words: Sequence[str]) -> Phrase:
    named, more = ", ".join(words[:_NAMED_MOST]), len(words) - _NAMED_MOST
    return verbatim(named) if more <= 0 else say("{names} and {count} more", names=named, count=more)
