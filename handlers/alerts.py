"""What needs the administrator's hand is told in their chat, with what to do; and when it is over."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from bot.conversation.screen import Screen
from bot.locales import Phrase, Texts, say, say_n
from bot.monitoring.alerts import ALERT, ALERT_OVER
from bot.monitoring.troubles import TroubleKind
from bot.screens.spans import span
from bot.telegram.handler import NoticeBody
from bot.telegram.routes import Routes

routes: Final = Routes()


@routes.notice(ALERT)
async def begun(t: Texts, body: NoticeBody) -> Screen:
    """Something needs a hand."""
    return alert_screen(t, body)


@routes.notice(ALERT_OVER)
async def over(t: Texts, body: NoticeBody) -> Screen:
    """It needs none any more."""
    return over_screen(t, body)


def alert_screen(t: Texts, body: NoticeBody) -> Screen:
    """What is wrong, what follows from it, and what to do."""
    return Screen(t.lines(*_wrong(t, body)), (), lasting=True)


def over_screen(t: Texts, body: NoticeBody) -> Screen:
    """What is well again, and how long it was not."""
    return Screen(t.lines(*_well(t, body)), (), lasting=True)


def _wrong(t: Texts, body: NoticeBody) -> tuple[Markup | Phrase, ...]:
    match body["what"]:
        case TroubleKind.DISK:
            return (
                t("⚠️ The server's disk is nearly full: {count} MB are left.", count=body["free"]),
                say("When it is full, I can take nothing in. Please make room: old backups and logs are a good start."),
            )
        case TroubleKind.FILE:
            return (
                t("⚠️ The database cannot be written: {why}", why=body["why"]),
                say(
                    "Until it can, nobody gets an answer. Please look at the disk and at the rights of the file."
                    " “python -m bot doctor” on the server says more."
                ),
            )
        case TroubleKind.BLOCKED:
            return (
                t("⚠️ {service} blocks this server's address.", service=body["about"]),
                say(
                    "Until that ends, no request of anybody goes through. I try again by myself. If it lasts for hours,"
                    " please write to SMSC's support and give them the server's address."
                ),
            )
        case TroubleKind.WATCH:
            count = int(body["watched"])
            return (
                t(
                    say_n(
                        "⚠️ I am late with looking at the names: {overdue} of {count} list is overdue.",
                        "⚠️ I am late with looking at the names: {overdue} of {count} lists are overdue.",
                        count,
                        overdue=body["overdue"],
                    )
                ),
                t("The oldest one waits longer than it should: {span}.", span=span(float(body["seconds"]))),
                say(
                    "People learn of changes too late. Most often SMSC does not answer: the log says why (“not looked"
                    " at”). Where there are very many accounts, WATCH_SECONDS may be too short."
                ),
            )
    return (t("⚠️ Something on the server needs a hand: {what}", what=body["what"]),)


def _well(t: Texts, body: NoticeBody) -> tuple[Markup | Phrase, ...]:
    lasted = span(float(body["lasted"]))
    match body["what"]:
        case TroubleKind.TOKEN:
            return (
                t("⚠️ I was stopped, because Telegram did not take my token any more. It lasted: {span}.", span=lasted),
                say(
                    "I work again. If it was not you who revoked the token, somebody else may have had it: revoke it"
                    " once more at @BotFather, and look at who can read the settings."
                ),
            )
        case TroubleKind.DISK:
            told = t("✅ The server's disk has room again. It lasted: {span}.", span=lasted)
        case TroubleKind.FILE:
            told = t("✅ The database can be written again. It lasted: {span}.", span=lasted)
        case TroubleKind.BLOCKED:
            told = t(
                "✅ {service} takes requests from this server again. It lasted: {span}.",
                service=body["about"],
                span=lasted,
            )
        case TroubleKind.WATCH:
            told = t("✅ I am no longer late with looking at the names. It lasted: {span}.", span=lasted)
        case _:
            told = t("✅ That is over: {what}", what=body["what"])
    return (told,)
