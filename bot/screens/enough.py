"""That a person has as much of a kind as one may have, and what to do about it."""

from __future__ import annotations

from markupsafe import Markup

from bot.ceilings import Ceiling, EnoughError
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Screen
from bot.locales import Texts
from bot.screens.buttons import ShowClientLinks, ShowHistory


def enough_screen(t: Texts, enough: EnoughError) -> Screen:
    """Nothing more of this kind is taken from the person for now."""
    way = {
        Ceiling.REQUESTS: Button(t.label("History"), ShowHistory()),
        Ceiling.LINKS: Button(t.label("My links"), ShowClientLinks()),
    }.get(enough.kept)
    row = (way, home_button(t)) if way is not None else (home_button(t),)
    return Screen(t("⚠️ {problem}", problem=_told(t, enough)), (row,))


def _told(t: Texts, enough: EnoughError) -> Markup:
    most = enough.most
    match enough.kept:
        case Ceiling.ACCOUNTS:
            return t(
                "One person may connect so many accounts: {most}. Forget one that you do not need (/account), then"
                " connect this one.",
                most=most,
            )
        case Ceiling.DRAFTS:
            return t(
                "One person may have so many unfinished forms: {most}. Finish or cancel one, then begin this one.",
                most=most,
            )
        case Ceiling.REQUESTS:
            return t(
                "Of one person’s requests so many may wait: {most}. Nothing of this was sent, and what you filled in is"
                " kept: send it when others are done.",
                most=most,
            )
        case _:
            return t(
                "You have {most} open links, and that is the most. Call off one that nobody needs any more, or wait"
                " until one ends.",
                most=most,
            )
