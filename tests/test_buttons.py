"""Buttons: each is declared once, says what its declaration says, and leads where its label says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest

import handlers
from bot.conversation import form_buttons
from bot.conversation.callback import (
    LIMIT_BYTES,
    AtMost,
    Buttons,
    Callback,
    MisdeclaredError,
    OldButtonError,
    Tag,
    UnfitError,
    declared_in,
    if_it_fits,
)
from bot.conversation.form_buttons import FormButton
from bot.exports.cells import Format
from bot.locales import Catalogues
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import Fault, SmscSandbox
from bot.screens import buttons
from bot.screens.buttons import (
    AddThisName,
    ChangeThisName,
    ConfirmNumber,
    DecideWhoseKey,
    DeleteName,
    EnterCode,
    Extent,
    GoOnThere,
    OpenCard,
    ShowHistory,
    ShowNames,
    ShowOperation,
    Way,
)
from bot.senders.state import Filter
from bot.smsc import seed_catalogue
from handlers import screen_catalogue
from tests.person import Person
from tests.stories import PURPOSE, asks_for_a_name

KNOWN = Buttons((*handlers.routes(seed_catalogue()).buttons, *declared_in(form_buttons)))


def test_each_button_of_each_screen_is_routed_and_says_what_its_declaration_says() -> None:
    """In one language: what a button says does not depend on it."""
    routed = handlers.routes(seed_catalogue()).buttons
    seen: set[type[Callback]] = set()
    for title, screen in screen_catalogue.screens(Catalogues.load("en")["en"]):
        for button in (each for row in screen.rows for each in row if each.tap is not None):
            tap, says = button.tap, button.says or ""
            assert isinstance(tap, Callback), title
            assert isinstance(tap, FormButton) or type(tap) in routed, f"{title}: {button.label} leads nowhere"
            assert KNOWN.unpacked(says) == tap, f"{title}: {button.label}"
            assert len(says.encode()) <= LIMIT_BYTES, f"{title}: {button.label}"
            seen.add(type(tap))
    declared = {*declared_in(buttons), *declared_in(form_buttons)}
    assert {each.__name__ for each in declared - seen} <= ON_NO_SCREEN_OF_THE_CATALOGUE


ON_NO_SCREEN_OF_THE_CATALOGUE = {
    "DeleteThisName",  # looked for once more, where there was no list to be had
    "OpenCardById",
    "Remove",  # under several things that were gathered
}


OF_A_FORM = ("cancel", "resume", "restart", "send", "correct", "remove", "fill")
OF_A_QUESTION = ("done", "skip", "keep", "edit", "accept", "reject", "back")


FORMER: list[tuple[str, Callback]] = [
    ("home", form_buttons.GoHome()),
    ("help", buttons.ShowHelp()),
    ("bar", buttons.ShowQuickActions()),
    ("language", buttons.ChooseLanguage()),
    ("language:kk", buttons.ChooseLanguage("kk")),
    ("account", buttons.OpenAccount()),
    ("connect", buttons.ConnectAccount()),
    ("connect:12", buttons.ConnectAccount(12)),
    ("iskey:0a1b2c3d", buttons.DecideAboutKey("0a1b2c3d")),
    ("iskey:0a1b2c3d:no", buttons.DecideAboutKey("0a1b2c3d", "no")),
    ("use:12", buttons.UseAccount(12)),
    ("tryagain:12", buttons.TryAccountAgain(12)),
    ("label:12", buttons.NameAccount(12)),
    ("lock:12", buttons.LockName(12)),
    ("lock:12:off", buttons.LockName(12, "off")),
    ("forget:12", buttons.ForgetAccount(12)),
    ("forget:9007199254740991:yes", buttons.ForgetAccount(9007199254740991, "yes")),
    ("forgetme", buttons.ForgetMe()),
    ("forgetme:yes", buttons.ForgetMe("yes")),
    ("user", buttons.ActForSubclient()),
    ("pages:all:3", buttons.ChoosePage("all", 3)),
    ("letter:Ж", buttons.ShowLetter("Ж")),
    ("since", buttons.ShowChanges()),
    ("cardid:24608", buttons.OpenCardById(24608)),
    ("add", buttons.AddName()),
    ("addname:PARUS", AddThisName("PARUS")),
    ("change:7", buttons.ChangeName(7)),
    ("operators:7", buttons.ChooseOperators(7)),
    ("document", buttons.SendDocument()),
    ("document:7", buttons.SendDocument(7)),
    ("export", buttons.ShowExport()),
    ("takeout:inuse:xlsx", buttons.SendExport(Extent.IN_USE, Format.XLSX)),
    ("takeout:all:csv", buttons.SendExport(Extent.EVERYTHING, Format.CSV)),
    ("pdf:7", buttons.SendPage(7)),
    ("deletename:12345", buttons.DeleteThisName("12345")),
    ("delete:7", DeleteName(7)),
    ("confirm", ConfirmNumber()),
    ("confirm:77011234567", ConfirmNumber("77011234567")),
    ("code:77011234567:12", EnterCode("77011234567", 12)),
    ("remind:77011234567:12", buttons.RemindOfCode("77011234567", 12)),
    ("resend:77011234567:12", buttons.SendCodeAgain("77011234567", 12)),
    ("history:3", ShowHistory(3)),
    ("op:12", ShowOperation(12)),
    ("again:12", buttons.BackToForm(12)),
    ("card:7", OpenCard(7)),
    ("names", ShowNames()),
    ("names:all:0", ShowNames("all")),
    ("names:not_active:2", ShowNames(Filter.NOT_ACTIVE, 2)),
    ("names:moderation:1", ShowNames("moderation", 1)),  # a filter of 0.2.0
    ("history", ShowHistory()),
    ("history:0:7", ShowHistory(0, 7)),
    ("op:12:cancel", ShowOperation(12, "cancel")),
    ("there:12:enter", GoOnThere(12, Way.ENTER)),
    ("code:77011234567", EnterCode("77011234567")),  # without the request: 0.1.0
    ("confirm:77011234567:7", ConfirmNumber("77011234567", 7)),
    ("confirm:77011234567:here", ConfirmNumber("77011234567", "here")),
    ("delete:7:yes:0a1b2c3d", DeleteName(7, "yes", "0a1b2c3d")),
    ("newkey:0a1b2c3d:0", DecideWhoseKey("0a1b2c3d", 0)),
    ("changename:PARUS", ChangeThisName("PARUS")),
    *((f"f:{each}:0a1b2c3d", getattr(form_buttons, each.title())("0a1b2c3d")) for each in OF_A_FORM),
    *((f"f:{each}:0a1b2c3d:name", getattr(form_buttons, each.title())("0a1b2c3d", "name")) for each in OF_A_QUESTION),
    ("f:choose:0a1b2c3d:countries:KZ", form_buttons.Choose("0a1b2c3d", "countries", "KZ")),
    ("f:drop:0a1b2c3d:documents:0", form_buttons.Drop("0a1b2c3d", "documents", 0)),
    ("f:keep:0a1b2c3d:name", form_buttons.Keep("0a1b2c3d", "name")),
    ("f:keep:0a1b2c3d:name:1", form_buttons.Keep("0a1b2c3d", "name", 1)),
    ("f:back:0a1b2c3d:", form_buttons.Back("0a1b2c3d")),
]


@pytest.mark.parametrize(("says", "button"), FORMER)
def test_what_former_versions_put_on_peoples_screens_is_understood(says: str, button: Callback) -> None:
    assert KNOWN.unpacked(says) == button
    assert KNOWN.unpacked(button.pack()) == button


@pytest.mark.parametrize(
    "says",
    [
        "",
        ":",
        "nobody",
        "card",
        "card:",
        "card:x",
        "card:-1",
        "card:1:2",
        "op:1:destroy",
        "f",
        "f:nobody:tag",
        "x" * 64,
    ],
)
def test_what_nobody_says_is_an_old_button(says: str) -> None:
    with pytest.raises(OldButtonError):
        KNOWN.unpacked(says)


def test_a_word_that_is_too_long_makes_no_button() -> None:
    assert if_it_fits(AddThisName, "a" * 56) == AddThisName("a" * 56)
    for word in ("a" * 57, "я" * 29, "a:b"):
        assert if_it_fits(AddThisName, word) is None
        with pytest.raises(UnfitError):
            AddThisName(word)
    with pytest.raises(UnfitError):
        OpenCard(10**18)


def too_long() -> type[Callback]:
    class TooLong(Callback, verb="long"):
        word: Annotated[str, AtMost(60)]

    return TooLong


def without_a_bound() -> type[Callback]:
    class WithoutABound(Callback, verb="long"):
        word: str

    return WithoutABound


def of_a_strange_verb() -> type[Callback]:
    class OfAStrangeVerb(Callback, verb="a b"):
        tag: Tag

    return OfAStrangeVerb


@pytest.mark.parametrize(
    ("declare", "line"),
    [
        (too_long, "tests/test_buttons.py: TooLong may say 65 bytes, and Telegram carries 64"),
        (without_a_bound, "tests/test_buttons.py: WithoutABound has the word 'word' of a type that has no bound"),
        (of_a_strange_verb, "tests/test_buttons.py: OfAStrangeVerb has the verb 'a b', which is not"),
    ],
)
def test_a_button_that_could_not_travel_is_refused_where_it_is_declared(declare: Callable[[], Any], line: str) -> None:
    with pytest.raises(MisdeclaredError) as refused:
        declare()
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_a_button_of_another_time_is_told_to_be_old_at_home_and_above_the_open_form(connected: Person) -> None:
    await connected.writes("/home")
    await connected.sees("Sender names", "Account:")
    message, _ = await connected.button("My names")
    for says in ("nobody", "card:x", "f:skip:0a1b2c3d:name", "iskey:0a1b2c3d"):
        await connected.taps_data(message, says)
        await connected.sees("That button was of an earlier screen", "Sender names", "Account:")
        await connected.writes("/help")
        await connected.sees("What you can do here")
        message, _ = await connected.button("Home")
    await asks_for_a_name(connected)
    await connected.taps_data(message, "nobody")
    await connected.sees("That button was of an earlier screen", "Which name?")
    await connected.writes("LILY2026")
    await connected.sees(PURPOSE)


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


async def test_home_the_account_and_links_lead_where_they_say(connected: Person) -> None:
    for link, told in (("export", "names with their states"), ("privacy", "What is kept")):
        await connected.writes(f"/start {link}")
        await connected.sees(told)
    await connected.writes("/home")
    await connected.sees("Sender names", "Account:")
    await connected.taps("What needs you")
    await connected.sees("What needs you", "AruanaMed")  # nobody has opened the list of names yet
    await connected.writes("/start board")
    await connected.sees("What needs you", "AruanaMed")
    await connected.writes("/account")
    await connected.sees("Balance")
    await connected.taps("Subclient")
    await connected.sees("For which subclient?")


async def test_a_card_by_its_number_at_smsc_is_had_again_where_there_was_no_list(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.writes("/start")
    await connected.sees("Account:")
    smsc.fault(Fault("get", "before", "500", 50))
    await connected.writes("/start n_24601")
    await connected.sees("could not be had")
    smsc.clear_faults()
    clock.advance(60)
    await connected.taps("Try again")
    await connected.sees("Aruana", "24601")
