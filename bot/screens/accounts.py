"""An account in words: what it is called, its balance, and the question whether a text is its key."""

from __future__ import annotations

import hashlib
from typing import Final

from bot.accounts import Scope
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Screen, Style
from bot.locales import Phrase, Texts, say, verbatim
from bot.screens.buttons import DecideAboutKey
from bot.smsc import Balance

ACCOUNT: Final = say("Account")
SUBCLIENT: Final = say("Subclient")


def whose(scope: Scope) -> str:
    """What a person calls an account and subclient."""
    return scope.account.title + (f" · {scope.subclient}" if scope.subclient else "")


def perhaps_screen(t: Texts, tag: str, *, deleted: bool) -> Screen:
    """The question whether it is a key; `deleted`: it can hardly be anything else, and its message is gone."""
    if deleted:
        asked = t("Is this an API key? I deleted your message, so that nobody reads it. Shall I connect the account?")
    else:
        asked = t.lines(
            "Is this an API key? Then I delete your message and connect the account.",
            "",
            "As a sender name it would be too long: up to 11 letters and digits.",
        )
    return Screen(
        asked,
        (
            (Button(t.label("It is a key"), DecideAboutKey(tag), Style.PRIMARY),),
            (Button(t.label("It is not"), DecideAboutKey(tag, "no")), home_button(t)),
        ),
    )


def balance_shown(balance: Balance) -> Phrase:
    """An amount with its currency, as SMSC gave it: no digit more or less."""
    whole, _, part = f"{balance.amount:,}".replace(",", "\u00a0").partition(".")
    currency = f"\u00a0{balance.currency}" if balance.currency else ""
    if not part:
        return verbatim(f"{whole}{currency}")
    return say("{whole}.{part}{currency}", whole=whole, part=part, currency=currency)


def subclient_key(login: str) -> str:
    """What stands for a subclient in the button of a choice: it means the same however the list of them changes."""
    return hashlib.blake2b(login.encode(), digest_size=8).hexdigest()
