"""Links for clients, as whoever makes them sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from bot.client_links import ClientForm, Link, Trouble
from bot.conversation.form import WIDE_MOST, clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.locales import Phrase, Texts, say, say_n
from bot.screens.buttons import ActForSubclient, MakeClientLink, OpenClientForm, OpenClientLink, ShowClientLinks
from bot.smsc.calendar import in_almaty
from bot.storage.client_links import FormState

PAGE_MOST: Final = 8


def last_day(ends: float) -> str:
    """The last day of a link, which ends at midnight in Almaty."""
    return _day(ends - 1)


def _day(at: float) -> str:
    return in_almaty(at).strftime("%d.%m.%Y")


def title_of(link: Link) -> Phrase:
    """What a link is called: its heading, else the day on which it was made."""
    return say("“{title}”", title=link.title or _day(link.created))


def links_screen(
    t: Texts, whose: str, links: Sequence[tuple[Link, Sequence[ClientForm]]], now: float, page: int = 0
) -> Screen:
    """The links that a person made, newest first, and the way to a new one, which is for whom they act for."""
    pages = max(1, -(-len(links) // PAGE_MOST))
    page = min(max(page, 0), pages - 1)
    text = t.lines(
        "<b>Links for clients</b>",
        "",
        "Your client opens the link, fills in the form for a name and adds documents. They need no account here and see"
        " nothing of yours. You get the form, check it, and register.",
        "",
        t("A new link is for: <b>{account}</b>", account=whose),
        None if links else t("You have made none yet."),
    )
    rows: list[Row] = [(Button(t.label("Make a link"), MakeClientLink(), Style.PRIMARY),)]
    for number, (link, forms) in enumerate(links[page * PAGE_MOST :][:PAGE_MOST], page * PAGE_MOST + 1):
        title = say("“{title}”", title=link.title) if link.title else _day(link.created)
        label = t.label("{mark} {number}. {title}", mark=_mark(link, forms, now), number=number, title=title)
        rows.append((Button(clipped(label, WIDE_MOST), OpenClientLink(link.id)),))
    if pages > 1:
        rows.append(
            tuple(
                Button(label, ShowClientLinks(to))
                for label, to in (("‹", page - 1), ("›", page + 1))
                if 0 <= to < pages
            )
        )
    rows.append((Button(t.label("Other subclient"), ActForSubclient()), home_button(t)))
    return Screen(text, tuple(rows))


def _mark(link: Link, forms: Sequence[ClientForm], now: float) -> str:
    if any(each.state is FormState.SENT for each in forms):
        return "📨"
    if link.trouble(now) is not None:
        return "▫️"
    return "✏️" if any(each.state in {FormState.OPEN, FormState.RETURNED} for each in forms) else "🔗"


def made_screen(t: Texts, link: Link, url: str, whose: str) -> Screen:
    """A link, ready to be sent; it stays in the chat, for it is shown this once."""
    people = (
        t("One person can fill it in.")
        if link.most == 1
        else t(say_n("{count} person can fill it in.", "{count} people can fill it in.", link.most))
    )
    text = t.lines(
        t("🔗 The link {title}", title=title_of(link)),
        t("For: <b>{account}</b>", account=whose),
        "",
        t("Its address: <code>{url}</code>", url=url),
        "",
        t("Send it to your client. It ends with {day}.", day=last_day(link.ends)),
        people,
        "I keep no copy of the link: if it gets lost, I make a new one.",
    )
    shared = f"https://t.me/share/url?url={quote(url, safe='')}"
    return Screen(
        text,
        (
            (Button(t.label("Send it to…"), url=shared), Button(t.label("Copy"), copy=url)),
            (Button(t.label("My links"), ShowClientLinks()), home_button(t)),
        ),
        lasting=True,
        unkept=Screen(
            t("The link could not be shown, and I keep none. Open it under “My links” and make it anew."),
            ((Button(t.label("My links"), ShowClientLinks()), home_button(t)),),
            lasting=True,
        ),
    )


def link_screen(t: Texts, link: Link, forms: Sequence[ClientForm], whose: str, now: float) -> Screen:
    """A link, with what is filled in by it."""
    trouble = link.trouble(now)
    lines: list[Markup | str | None] = [
        t("🔗 The link {title}", title=title_of(link)),
        t("For: <b>{account}</b>", account=whose),
        "",
        _standing(t, link, trouble),
        *([t("Nobody has begun to fill it in.")] if not forms and trouble is None else []),
        *(t(_told(each)) for each in forms),
    ]
    rows: list[Row] = [
        (Button(clipped(t.label("📨 Look at: {name}", name=_name(each)), WIDE_MOST), OpenClientForm(each.id)),)
        for each in forms
        if each.state is FormState.SENT
    ]
    if trouble is not Trouble.CALLED_OFF:
        rows.append(
            (
                Button(t.label("7 days more"), OpenClientLink(link.id, "on")),
                Button(t.label("Make it anew"), OpenClientLink(link.id, "anew")),
            )
        )
        rows.append((Button(t.label("✕ Call it off"), OpenClientLink(link.id, "sure")),))
    rows.append((Button(t.label("My links"), ShowClientLinks()), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows))


def _standing(t: Texts, link: Link, trouble: Trouble | None) -> Markup:
    if trouble is Trouble.CALLED_OFF:
        return t("It is called off: nobody can fill it in.")
    if trouble is Trouble.ENDED:
        return t("It ended with {day}: nobody can begin to fill it in.", day=last_day(link.ends))
    return t("It ends with {day}.", day=last_day(link.ends))


def _told(form: ClientForm) -> Phrase:
    match form.state:
        case FormState.OPEN:
            return say("✏️ Your client is filling it in.")
        case FormState.SENT:
            return say("📨 {name}: filled in, and waits for you.", name=_name(form))
        case FormState.RETURNED if form.unheard:
            return say(
                "↩ {name}: sent back, but your client has blocked me. I tell them when they are back.", name=_name(form)
            )
        case FormState.RETURNED:
            return say("↩ {name}: sent back; waits for your client.", name=_name(form))
        case FormState.USED:
            return say("✅ Used.")
        case FormState.WITHDRAWN:
            return say("▫️ Withdrawn by your client.")


def _name(form: ClientForm) -> str | Phrase:
    return form.answers.get("name") or say("a name")


def call_off_screen(t: Texts, link: Link) -> Screen:
    """What calling a link off means."""
    text = t.lines(
        t("Call off the link {title}?", title=title_of(link)),
        "",
        "Nobody can fill it in any more. What is not handed over yet is deleted, and its writer is told. What you were"
        " sent already stays with you.",
    )
    return Screen(
        text,
        (
            (Button(t.label("Keep it"), OpenClientLink(link.id)),),
            (Button(t.label("Call it off"), OpenClientLink(link.id, "off"), Style.DANGER),),
        ),
    )


def gone_screen(t: Texts) -> Screen:
    """A link, or a form, that is not there for this person."""
    text = t(
        "This is not open to you any more: its account was forgotten, your role there is another one, or it ended long"
        " ago."
    )
    return Screen(text, ((Button(t.label("My links"), ShowClientLinks()), home_button(t)),))


def handed_over_screen(t: Texts, link: Link, form: ClientForm, whose: str) -> Screen:
    """A client handed their form over; told unasked, and stays in the chat."""
    text = t.lines(
        t("📨 Your client filled in {title}: <b>{name}</b>", title=title_of(link), name=_name(form)),
        t("For: <b>{account}</b>", account=whose),
        "",
        "Look at it: correct it, send it back with a remark, or register.",
    )
    rows = (
        (Button(t.label("Look at it"), OpenClientForm(form.id), Style.PRIMARY),),
        (Button(t.label("The link"), OpenClientLink(link.id)), home_button(t)),
    )
    return Screen(text, rows, lasting=True)


def withdrew_screen(t: Texts, link: Link) -> Screen:
    """A client took back what they had handed over; told unasked."""
    text = t.lines(
        t("▫️ Your client took back what they filled in: {title}.", title=title_of(link)),
        "It is deleted here, and nothing was sent to SMSC.",
    )
    return Screen(text, ((Button(t.label("The link"), OpenClientLink(link.id)), home_button(t)),), lasting=True)


def not_to_be_used_screen(t: Texts) -> Screen:
    """What was to be sent is not the client's word any more."""
    text = t.lines(
        "Nothing was sent to SMSC: your client has taken back or changed meanwhile what they filled in.",
        "What stands now is under your links.",
    )
    return Screen(text, ((Button(t.label("My links"), ShowClientLinks()), home_button(t)),))


def sent_back_screen(t: Texts, link: Link) -> Screen:
    """A form went back to the client."""
    text = t.lines(
        t("↩ Sent back: {title}. Your client is told your remark.", title=title_of(link)),
        "I tell you when they have corrected it.",
    )
    return Screen(text, ((Button(t.label("The link"), OpenClientLink(link.id)), home_button(t)),), lasting=True)
