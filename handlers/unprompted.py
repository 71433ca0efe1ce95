"""What is sent unprompted finds its purpose.

a text: the awaited code ─▶ checked      a number ─▶ confirm it     a known name ─▶ its card
        what looks like an API key ─▶ is it one?
        a greeting, a question, what one says to a form ─▶ help; with a known name in it ─▶ its card
        several names ─▶ the plan of registering them
        a new name or e-mail ─▶ [Add NAME]   anything else ─▶ the names that have it in them
a table ─▶ the plan of registering the names in it
a file or photo ─▶ for which name? (a reply to a card, and a name under it, say so themselves)
a contact ─▶ confirm its number
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.accounts import Scope
from bot.actions.codes import awaited
from bot.actions.conversations import CODE, DOCUMENT
from bot.actions.finding import found, shown
from bot.actions.inspection import inspect_file
from bot.actions.keys import perhaps_a_key
from bot.actions.planning import is_table, names_in_text, offered, offered_table
from bot.clock import Clock
from bot.conversation.callback import if_it_fits
from bot.conversation.form import WIDE_MOST, clipped, home_button
from bot.conversation.inputs import AlbumInput, ContactInput, FileInput, TextInput, one_line
from bot.conversation.screen import Button, Screen, Style
from bot.conversation.step import Problem
from bot.locales import Phrase, Texts, say
from bot.reading.codes import code_in
from bot.reading.dress import QUOTES, bare
from bot.reading.keys import secret_in
from bot.reading.names import names_in
from bot.reading.numbers import Trouble, is_number, number_in
from bot.reading.words import is_greeting, is_question, is_said_to_a_form
from bot.registration.spelling import kind_of, read_name, read_number
from bot.screens.buttons import AddName, AddThisName, ConfirmNumber, OpenCard
from bot.screens.card import may_be_confirmed
from bot.screens.home import help_screen
from bot.senders.known import KnownName
from bot.senders.listed import Found, Lookup, NotListed, Several
from bot.senders.listing import Listings
from bot.senders.operations import Operations
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms, refusal
from bot.telegram.routes import Routes
from bot.telegram.services import Services
from bot.watch.codes import Codes

routes: Final = Routes()

_WORDS_MOST: Final = 20


@routes.unprompted_input(TextInput)
async def typed(
    chat: ChatContext,
    t: Texts,
    received: TextInput,
    scope: Scope,
    listings: Listings,
    operations: Operations,
    catalogue: Catalogue,
    clock: Clock,
    forms: Forms,
    services: Services,
) -> Screen:
    """A text while no form is open."""
    if secret_in(received.text) is not None:
        return await perhaps_a_key(chat, t, received, forms)
    code, phone = code_in(received.text), is_number(received.text)
    sent = await awaited(chat, scope, operations, clock) if code else None
    if sent is not None and not phone:
        return await forms.begin(chat, CODE, {"number": sent.name}, received=received)
    if not phone and (lines := names_in_text(received.text)):
        return await offered(chat, t, scope, lines, services)
    word = one_line(received)[:64]
    looked = await _looked_up(received.text, word, scope, listings)
    if isinstance(looked, Found | Several):
        return await shown(t, looked, scope, listings, catalogue, services.codes, word)
    if phone or number_in(received.text).trouble in {Trouble.SEVERAL, Trouble.EXTENSION}:
        return await _numbered(t, received.text, scope, listings, catalogue, services.codes)
    if is_greeting(received.text) or is_question(received.text) or is_said_to_a_form(received.text):
        about = await _named_in(received.text, scope, listings)
        if about is None and is_said_to_a_form(received.text):
            told = t("I did nothing with “{word}”: a question of mine is answered by its button.", word=word)
            return help_screen(t, connected=True).with_note(told)
        if about is None:
            return help_screen(t, connected=True)
        return await shown(t, await listings.by_word(scope, about.title), scope, listings, catalogue, services.codes)
    listed = await found(chat, t, scope, listings, word)
    if not _lists_names(listed) and _has_a_number(received.text):
        return await _numbered(t, received.text, scope, listings, catalogue, services.codes)
    screen = offered_screen(t, received.text, word, listed)
    return screen.with_note(t("No code is awaited just now.")) if code and sent is None else screen


@routes.unprompted_input(ContactInput)
async def contact(
    t: Texts, received: ContactInput, scope: Scope, listings: Listings, catalogue: Catalogue, codes: Codes
) -> Screen:
    """A shared contact: its number may become a sender name, or is one."""
    return await _numbered(t, received.phone, scope, listings, catalogue, codes)


@routes.unprompted_input(FileInput, AlbumInput)
async def file(
    chat: ChatContext,
    t: Texts,
    received: FileInput | AlbumInput,
    scope: Scope,
    listings: Listings,
    services: Services,
    forms: Forms,
) -> Screen:
    """A file, a photo or an album: asks for which name; a reply to a card or a receipt says so itself."""
    if isinstance(received, FileInput) and is_table(received):
        planned = await offered_table(chat, t, scope, received, services)
        if isinstance(planned, Phrase):
            return not_taken_screen(t, planned)
        return planned
    looked = await inspect_file(chat, received, services)
    if isinstance(looked, Phrase):
        chat.changes.refused = refusal(received, looked)
        return not_taken_screen(t, looked)
    of_ref = await listings.by_ref(scope, looked.ref) if looked.ref is not None else None
    known = of_ref.known if isinstance(of_ref, Found) else None
    if known is None and looked.caption:
        known = await _named_in(looked.caption, scope, listings)
        if known is not None and known.name.casefold() == looked.caption.strip().casefold():
            looked = replace(looked, caption=None)  # it says for which name, and nothing else
    answers = {"name": known.title} if known is not None else None
    return await forms.begin(chat, DOCUMENT, answers, received=looked)


async def _numbered(
    t: Texts, text: str, scope: Scope, listings: Listings, catalogue: Catalogue, codes: Codes
) -> Screen:
    """What a number is for: the card of one that is confirmed, else its confirmation, if it can be read."""
    number = read_number(text)
    if isinstance(number, Problem):
        return doubtful_screen(t, number)
    looked = await listings.by_word(scope, number)
    if isinstance(looked, Found) and not may_be_confirmed(looked.known):  # there is nothing left to confirm
        return await shown(t, looked, scope, listings, catalogue, codes)
    return number_screen(t, number)


def not_taken_screen(t: Texts, why: Phrase) -> Screen:
    """A file was not taken, and why."""
    return Screen(t("⚠️ {problem}", problem=why), ((home_button(t),),))


def number_screen(t: Texts, number: str) -> Screen:
    """A number: what can be done with it."""
    return Screen(
        t("Confirm <b>{number}</b> as a sender name? SMSC sends a code to it.", number=number),
        (
            (Button(t.label("Confirm it"), ConfirmNumber(number), Style.PRIMARY),),
            (home_button(t),),
        ),
    )


def doubtful_screen(t: Texts, problem: Problem) -> Screen:
    """A number that was not simply taken: why, and what may be meant."""
    offers = ((Button(t.label("Confirm {number}", number=each), ConfirmNumber(each)),) for each in problem.offers)
    return Screen(t("⚠️ {problem}", problem=problem.why), (*offers, (home_button(t),)))


def _has_a_number(text: str) -> bool:
    """Whether a phone number stands among the words of a text."""
    return "@" not in text and len(text.split()) > 1 and number_in(text).taken


def offered_screen(t: Texts, text: str, word: str, screen: Screen) -> Screen:
    """The names that were found, with the word itself to be added; why not, where it cannot be a name."""
    read = read_name(text)
    names = read.offers if isinstance(read, Problem) else (read,)
    digits = any(kind_of(each) == "digits" for each in names)
    alone = not digits and (len(word.split()) == 1 or names_in(text).more > 0)
    if isinstance(read, Problem) and alone and not _lists_names(screen):
        screen = screen.with_note(
            t(say("“{word}” cannot be a name. {problem}", word=word.strip(QUOTES), problem=read.why))
        )
    adds = [
        Button(clipped(t.label("Add {name}", name=each), WIDE_MOST), add)
        for each in names
        if kind_of(each) != "digits" and (add := if_it_fits(AddThisName, each)) is not None
    ]
    if not adds:
        return screen
    if _lists_names(screen):
        return replace(screen, rows=(*screen.rows[:-1], *((each,) for each in adds), screen.rows[-1]))
    others = (tuple(each for each in row if not isinstance(each.tap, AddName)) for row in screen.rows)
    return replace(screen, rows=((replace(adds[0], style=Style.PRIMARY),), *((each,) for each in adds[1:]), *others))


def _lists_names(screen: Screen) -> bool:
    return any(isinstance(each.tap, OpenCard) for row in screen.rows for each in row)


async def _looked_up(text: str, word: str, scope: Scope, listings: Listings) -> Lookup:
    """What a text is in the list: as it was typed, without its dress, or as it would be spelled in Latin letters."""
    read = read_name(text)
    spelled = [each for each in (read.offers if isinstance(read, Problem) else (read,)) if kind_of(each) != "digits"]
    looked = await listings.by_word(scope, word)
    for each in dict.fromkeys([names_in(text).first[:64], *spelled]):
        if isinstance(looked, NotListed) and each != word:
            looked = await listings.by_word(scope, each)
    return looked


async def _named_in(text: str, scope: Scope, listings: Listings) -> KnownName | None:
    """The one name of the list that stands among the words of a text."""
    await listings.refresh(scope)
    words = {bare(each) for each in one_line(TextInput(text)).split()[:_WORDS_MOST]}
    found = [known for word in words if word and (known := await listings.at_hand(scope, word)) is not None]
    return found[0] if len(found) == 1 else None
