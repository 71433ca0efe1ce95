"""What an operator's status code means: SMSC documents none, so whoever knows it says it once.

a message about a name ─▶ [What is 5?] ─▶ [approval] [refusal] [review] [application] [I do not know]
from then on ─▶ "MTS: 3 → approval (5)"
"""

from __future__ import annotations

from typing import Final

from bot.accounts import Scope
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Screen, pairs
from bot.locales import Texts
from bot.screens.buttons import NameCode, ShowNames
from bot.screens.changes import MEANINGS
from bot.telegram.chat_context import ChatContext
from bot.telegram.routes import Routes
from bot.watch.codes import Codes, Meaning

routes: Final = Routes()


@routes.button(NameCode)
async def name(chat: ChatContext, t: Texts, button: NameCode, scope: Scope, codes: Codes) -> Screen:
    """Asks what a code means, or remembers it."""
    service = scope.account.service.name
    if button.meaning is None:
        return asked_screen(t, button.code, service)
    meaning = button.meaning if isinstance(button.meaning, Meaning) else None
    chat.unit_of_work.add(codes.naming(chat.person.user_id, service, button.code, meaning))
    return named_screen(t, button.code, service, meaning)


def asked_screen(t: Texts, code: str, service: str) -> Screen:
    """The question, with what a code can mean."""
    text = t.lines(
        t("What does the status code <b>{code}</b> mean at {service}?", code=code, service=service),
        "",
        "SMSC documents none of its codes, so I show them as they come. If you know this one, I call it by name from"
        " now on.",
    )
    choices = pairs([Button(t.label(told), NameCode(code, each)) for each, told in MEANINGS.items()])
    unknown = Button(t.label("I do not know"), NameCode(code, "unknown"))
    return Screen(text, (*choices, (unknown, home_button(t))))


def named_screen(t: Texts, code: str, service: str, meaning: Meaning | None) -> Screen:
    """What was remembered."""
    text = (
        t("The code <b>{code}</b> of {service} is shown as it comes.", code=code, service=service)
        if meaning is None
        else t(
            "From now on: code <b>{code}</b> of {service} is “{meaning}”.",
            code=code,
            service=service,
            meaning=MEANINGS[meaning],
        )
    )
    return Screen(text, ((Button(t.label("My names"), ShowNames()), home_button(t)),))
