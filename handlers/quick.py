"""What is sent out of the blue finds its purpose.

a text: the awaited code ─▶ checked      a number ─▶ confirm it     a known name ─▶ its card
        what looks like an API key ─▶ is it one?
        a new name or e-mail ─▶ [Add NAME]   anything else ─▶ the names that have it in them
a file or photo ─▶ for which name? (a reply to a card, and a name under it, say so themselves)
a contact ─▶ confirm its number
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.accounts import Scope
from bot.clock import Clock
from bot.conversation.form import WIDE_MOST, clipped, home_button
from bot.conversation.given import GivenAlbum, GivenContact, GivenFile, GivenText, one_line
from bot.conversation.screen import Button, Screen, Style
from bot.conversation.tap import tap
from bot.locales import Phrase, Texts, say
from bot.quotas import Quotas
from bot.reading.keys import secret_in
from bot.senders.known import KnownName
from bot.senders.listing import Found, Listings, Several
from bot.senders.operations import Operations
from bot.smsc import Catalogue, check_digits
from bot.telegram.forms import Forms, refusal
from bot.telegram.panel import Panel
from bot.telegram.routes import Routes
from bot.telegram.talk import Talk
from bot.telegram.workshop import Workshop
from handlers import card, confirm, connect, document
from handlers.add import check, kind_of, problem_words
from handlers.inspection import Fetch, inspect
from handlers.names import found

routes: Final = Routes()

_PHONE_LEAST: Final = 10
_WORDS_MOST: Final = 20


@routes.out_of_the_blue(GivenText)
async def typed(
    talk: Talk,
    t: Texts,
    given: GivenText,
    scope: Scope,
    listings: Listings,
    operations: Operations,
    catalogue: Catalogue,
    clock: Clock,
    forms: Forms,
    new_tag: str,
) -> Screen:
    """A text while no form is open."""
    if secret_in(given.text) is not None:
        return await connect.perhaps_a_key(talk, t, given, new_tag)
    code = confirm.code_in(given.text)
    awaited = await confirm.awaited(talk, scope, operations, clock) if code else None
    if awaited is not None and not _is_phone(given.text):
        return await forms.begin(talk, confirm.CODE, {"number": awaited.name}, given=given)
    word = one_line(given)[:64]
    looked = await listings.by_word(scope, word)
    if isinstance(looked, Found | Several):
        return await card.shown(t, looked, scope, listings, catalogue, word)
    if _is_phone(given.text):
        return number_screen(t, _number(given.text))
    screen = _offered(t, word, await found(talk, t, scope, listings, word))
    return screen.with_note(t("No code is awaited just now.")) if code is not None and awaited is None else screen


@routes.out_of_the_blue(GivenContact)
async def contact(t: Texts, given: GivenContact, scope: Scope, listings: Listings, catalogue: Catalogue) -> Screen:
    """A shared contact: its number may become a sender name, or is one."""
    number = _number(given.phone)
    looked = await listings.by_word(scope, number)
    if isinstance(looked, Found) and not card.may_be_confirmed(looked.known):  # there is nothing left to confirm
        return await card.shown(t, looked, scope, listings, catalogue)
    return number_screen(t, number)


@routes.out_of_the_blue(GivenFile, GivenAlbum)
async def file(
    talk: Talk,
    t: Texts,
    given: GivenFile | GivenAlbum,
    scope: Scope,
    listings: Listings,
    fetch: Fetch,
    panel: Panel,
    workshop: Workshop,
    quotas: Quotas,
    forms: Forms,
) -> Screen:
    """A file, a photo or an album: asks for which name; a reply to a card or a receipt says so itself."""
    looked = await inspect(given, fetch, talk, t, panel, workshop, quotas)
    if not isinstance(looked, GivenFile):
        talk.refused = refusal(given, looked) if isinstance(looked, Phrase) else None
        return Screen(t("⚠️ {problem}", problem=looked), ((home_button(t),),))
    of_ref = await listings.by_ref(scope, looked.ref) if looked.ref is not None else None
    known = of_ref.known if isinstance(of_ref, Found) else None
    if known is None and looked.caption:
        known = await _named_in(looked.caption, scope, listings)
        if known is not None and known.name.casefold() == looked.caption.strip().casefold():
            looked = replace(looked, caption=None)  # it says for which name, and nothing else
    answers = {"name": known.title} if known is not None else None
    return await forms.begin(talk, document.NAME, answers, given=looked)


def number_screen(t: Texts, number: str) -> Screen:
    """A number: what can be done with it."""
    return Screen(
        t("Confirm <b>{number}</b> as a sender name? SMSC sends a code to it.", number=number),
        (
            (Button(t.label("Confirm it"), tap("confirm", number), Style.PRIMARY),),
            (home_button(t),),
        ),
    )


def _offered(t: Texts, word: str, screen: Screen) -> Screen:
    """The names that were found, with the word itself to be added; why not, where it cannot be a name."""
    checked = check(word)
    name = checked.value if checked.ok else checked.suggestion
    if not checked.ok and len(word.split()) == 1 and not _lists_names(screen):
        why = say("“{word}” cannot be a name. {problem}", word=word, problem=problem_words(checked.problems[0]))
        screen = screen.with_note(t(why))
    if name is None or kind_of(name) == "digits" or not tap("addname", name).fits:
        return screen
    label = clipped(t.label("Add {name}", name=name), WIDE_MOST)
    if _lists_names(screen):
        return replace(screen, rows=(*screen.rows[:-1], (Button(label, tap("addname", name)),), screen.rows[-1]))
    others = (tuple(each for each in row if each.tap != tap("add")) for row in screen.rows)
    return replace(screen, rows=((Button(label, tap("addname", name), Style.PRIMARY),), *others))


def _lists_names(screen: Screen) -> bool:
    return any(each.tap is not None and each.tap.verb == "card" for row in screen.rows for each in row)


async def _named_in(caption: str, scope: Scope, listings: Listings) -> KnownName | None:
    """The one name of the list that stands in a caption."""
    await listings.refresh(scope)
    words = {each.strip(".,:;!?()«»“”\"'") for each in caption.split()[:_WORDS_MOST]}
    found = [known for word in words if word and (known := await listings.at_hand(scope, word)) is not None]
    return found[0] if len(found) == 1 else None


def _number(text: str) -> str:
    """A phone number as SMSC takes it: with 7, not 8, in front."""
    checked = check_digits(text)
    return checked.suggestion or checked.value


def _is_phone(text: str) -> bool:
    checked = check_digits(text)
    return checked.ok and len(checked.value) >= _PHONE_LEAST
