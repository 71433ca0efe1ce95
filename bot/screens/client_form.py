"""A form that is filled in by a link, as the client sees it: nothing in it is of the account that it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from bot.client_links import ClientForm, Link, Trouble
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Screen, Style
from bot.locales import Phrase, Texts, say
from bot.screens.buttons import BeginClientForm, ShowClientForm, WithdrawClientForm
from bot.screens.client_links import last_day
from bot.storage.client_links import FormState

GROUPS: Final[Mapping[str, Phrase]] = {
    "name": say("The name"),
    "comment": say("What it is for"),
    "operators": say("Operators"),
    "company": say("The company's data"),
    "documents": say("Documents"),
}
"""What a client can be asked for, in the order in which it is."""

TROUBLES: Final[Mapping[Trouble, Phrase]] = {
    Trouble.UNKNOWN: say(
        "I do not know this link. Perhaps it was cut off, it is of another bot, or there is a newer one. Ask whoever"
        " sent it for the link once more."
    ),
    Trouble.ENDED: say("The day of this link has passed. Ask whoever sent it for more time, or for a new link."),
    Trouble.CALLED_OFF: say("This form is not needed any more: whoever sent you the link called it off."),
    Trouble.TAKEN: say(
        "Somebody else is filling in this form already. Ask whoever sent you the link for one of yours."
    ),
    Trouble.USED: say("This form was filled in and used already. There is nothing more to do."),
}


def trouble_screen(t: Texts, trouble: Trouble) -> Screen:
    """Why a link leads nowhere, and what to do."""
    return Screen(t(TROUBLES[trouble]), ((home_button(t),),))


def intro_screen(t: Texts, link: Link) -> Screen:
    """What a client is asked for, before they begin."""
    asked = [t("• {what}", what=GROUPS[each]) for each in link.asked if each in GROUPS]
    text = t.lines(
        _heading(t, link),
        "",
        "You were asked to fill in a form for a sender name: the name that text messages come from.",
        "",
        *asked,
        "",
        t("You can do it until the end of {day}.", day=last_day(link.ends)),
        "Whoever sent you the link gets what you fill in here, and nothing else of you.",
    )
    return Screen(text, ((Button(t.label("Begin"), BeginClientForm(link.id, link.tag), Style.PRIMARY),),))


def _heading(t: Texts, link: Link | None) -> Markup:
    return (
        t("<b>{title}</b>", title=link.title) if link is not None and link.title else t("<b>Form for a sender name</b>")
    )


def form_screen(t: Texts, link: Link, form: ClientForm) -> Screen:
    """How a form stands that was handed over; as a receipt, too."""
    if form.state is FormState.USED:
        return trouble_screen(t, Trouble.USED)
    text = t.lines(
        _heading(t, link),
        "",
        "✅ Handed over. Thank you!",
        "If something is to be corrected, I tell you here. Until it is used you can take it back.",
    )
    return Screen(text, ((Button(t.label("Take it back"), WithdrawClientForm(form.id)),), (home_button(t),)))


def withdraw_screen(t: Texts, link: Link, form: ClientForm) -> Screen:
    """What taking a form back means."""
    text = t.lines(
        _heading(t, link),
        "",
        "Take back what you filled in? It is deleted, and whoever sent you the link is told.",
    )
    return Screen(
        text,
        (
            (Button(t.label("Leave it as it is"), ShowClientForm(form.id)),),
            (Button(t.label("Take it back"), WithdrawClientForm(form.id, "yes"), Style.DANGER),),
        ),
    )


def withdrawn_screen(t: Texts) -> Screen:
    """A form was taken back."""
    text = t("What you filled in is taken back and deleted. By the same link you can begin anew while it lasts.")
    return Screen(text, ((home_button(t),),))


def used_already_screen(t: Texts) -> Screen:
    """A form cannot be taken back any more."""
    text = t("This cannot be taken back any more: it was used already. Ask whoever sent you the link.")
    return Screen(text, ((home_button(t),),))


def returned_screen(t: Texts, link: Link, form: ClientForm) -> Screen:
    """Something is to be corrected; told unasked, and stays in the chat."""
    text = t.lines(
        _heading(t, link),
        "",
        "↩ Whoever sent you the link asks you to correct something:",
        t("<i>{remark}</i>", remark=form.remark),
    )
    rows = (
        (Button(t.label("Correct it"), ShowClientForm(form.id), Style.PRIMARY),),
        (Button(t.label("Take it back"), WithdrawClientForm(form.id)), home_button(t)),
    )
    return Screen(text, rows, lasting=True)


def used_screen(t: Texts, link: Link) -> Screen:
    """What a client filled in was used; told unasked."""
    text = t.lines(
        _heading(t, link),
        "",
        "✅ What you filled in was used to register the name. It is not kept here any more.",
    )
    return Screen(text, ((home_button(t),),), lasting=True)


def called_off_screen(t: Texts, link: Link | None) -> Screen:
    """A form is not wanted any more; told unasked. `link` None: its account is gone, too."""
    text = t.lines(
        _heading(t, link),
        "",
        "Whoever sent you the link called it off. What you filled in is deleted; there is nothing more to do.",
    )
    return Screen(text, ((home_button(t),),), lasting=True)
