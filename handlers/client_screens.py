"""The screens of clients' links, drawn from made-up facts: a part of the screen catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.client_links import HANDED_OVER, SENT_BACK, USED, WITHDRAWN, ClientForm, Link, Trouble
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.screens import client_form, client_links
from bot.storage.client_links import CALLED_OFF, FormState

NOW: Final = 1_795_600_000.0
_WHOSE: Final = "Flowers · aigerim"
_LINK: Final = Link(
    1,
    1,
    1,
    "aigerim",
    "Lily Shop",
    tuple(client_form.GROUPS),
    {},
    NOW + 7 * 86_400,
    created=NOW,
    tag="a1b2c3d4",
)
_FORM: Final = ClientForm(2, 1, 2, FormState.SENT, 1, {"name": "LILY"}, "Куәлік")

NOTICES: Final = {
    HANDED_OVER: "links, a form was handed over",
    WITHDRAWN: "links, a form was withdrawn",
    SENT_BACK: "client, something is to be corrected",
    USED: "client, used",
    CALLED_OFF: "client, called off",
}
"""Where each kind of notice stands in the catalogue."""


def screens(t: Texts) -> Iterator[tuple[str, Screen]]:
    """Every screen of whoever makes links, and of their clients."""
    forms = [replace(_FORM, id=number, state=state) for number, state in enumerate(FormState)]
    forms.append(replace(_FORM, id=9, state=FormState.RETURNED, unheard=True))
    ended, off = replace(_LINK, title="", ends=NOW), replace(_LINK, revoked=True)
    made = [(_LINK, forms[:1]), (_LINK, forms[1:2]), (ended, ()), *((replace(_LINK, id=n), ()) for n in range(9))]
    yield "links", client_links.links_screen(t, _WHOSE, made, NOW)
    yield "links, none", client_links.links_screen(t, _WHOSE, [], NOW)
    url = "https://t.me/sender_names_bot?start=c_abcdefghijklmnopqrstuvwxyzabcdef"
    yield "links, a new one", client_links.made_screen(t, _LINK, url, _WHOSE)
    yield "links, a new one for several", client_links.made_screen(t, replace(_LINK, most=20), url, _WHOSE)
    yield "links, one", client_links.link_screen(t, _LINK, forms, _WHOSE, NOW)
    yield "links, nobody has begun", client_links.link_screen(t, _LINK, [], _WHOSE, NOW)
    yield "links, ended", client_links.link_screen(t, ended, [], _WHOSE, NOW)
    yield "links, called off", client_links.link_screen(t, off, [], _WHOSE, NOW)
    yield "links, call it off", client_links.call_off_screen(t, _LINK)
    yield "links, gone", client_links.gone_screen(t)
    yield "links, a form was handed over", client_links.handed_over_screen(t, _LINK, _FORM, _WHOSE)
    yield "links, a form was withdrawn", client_links.withdrew_screen(t, ended)
    yield "links, not the client's word any more", client_links.not_to_be_used_screen(t)
    yield "links, sent back", client_links.sent_back_screen(t, _LINK)
    yield "client, a link", client_form.intro_screen(t, _LINK)
    yield "client, a link without a heading", client_form.intro_screen(t, replace(_LINK, title=""))
    for trouble in Trouble:
        yield f"client, {trouble.name.lower()}", client_form.trouble_screen(t, trouble)
    yield "client, handed over", client_form.form_screen(t, _LINK, _FORM)
    yield "client, take it back", client_form.withdraw_screen(t, _LINK, _FORM)
    yield "client, taken back", client_form.withdrawn_screen(t)
    yield "client, not taken back", client_form.used_already_screen(t)
    yield "client, something is to be corrected", client_form.returned_screen(t, _LINK, _FORM)
    yield "client, used", client_form.used_screen(t, _LINK)
    yield "client, called off", client_form.called_off_screen(t, _LINK)
