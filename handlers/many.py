"""Many names at once: a plan first, then one after another.

names pasted ─▶ the plan: to be sent, not to be sent and why, what it costs ─▶ [Register 12 names]
                   └▶ in one message: taken, refused, left, when it is through ─▶ [Stop] ─▶ [Go on]
                         └▶ through: the receipt ─▶ [Those as a file] ─▶ mended, sent again
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.actions.planning import begun, failed_rows, followed, shown
from bot.conversation.screen import Screen
from bot.locales import Texts, say
from bot.screens.batches import gone_screen
from bot.screens.buttons import FollowNames, PlanNames
from bot.senders.batch import NOTICE_KIND
from bot.telegram.chat_context import ChatContext
from bot.telegram.panel import NotShownError
from bot.telegram.routes import Routes
from bot.telegram.services import Services

routes: Final = Routes()


@routes.button(PlanNames)
async def plan(chat: ChatContext, t: Texts, button: PlanNames, services: Services) -> Screen:
    """The plan; or has it carried out."""
    if button.then is None:
        return await shown(chat, t, button.batch, services)
    screen = await begun(chat, t, button.batch, services)
    chat.changes.person = replace(chat.person, about=chat.changes.about)
    return screen


@routes.button(FollowNames)
async def follow(chat: ChatContext, t: Texts, button: FollowNames, services: Services) -> Screen:
    """How it goes; stops it, goes on with it, or sends what did not go through as a file."""
    batches, person = services.batches, chat.person.user_id
    if button.then == "stop":
        await batches.stop(button.batch, person)
    elif button.then == "on":
        await batches.go_on(button.batch, person)
    batch = await batches.load(button.batch, person)
    if batch is None:
        return gone_screen(t)
    if button.then == "file":
        try:
            told = t("What did not go through. Mend it, and send it to me again.")
            await services.panel.send_file(person, "names.csv", failed_rows(t, batch), told, topic=chat.person.topic)
        except NotShownError:
            chat.changes.note = say("Telegram does not take the file just now. Please try once more.")
    screen = await followed(chat, t, batch, services)
    chat.changes.person = replace(chat.person, about=chat.changes.about)
    return replace(screen, lasting=False)


@routes.notice(NOTICE_KIND)
async def notice(chat: ChatContext, t: Texts, body: Mapping[str, Any], services: Services) -> Screen | None:
    """How it goes, where the person looks at it; that it is through is told wherever they are."""
    batch = await services.batches.load(int(body["batch"]), chat.person.user_id)
    if batch is None or (not batch.over and chat.person.about != batch.about):
        return None
    return await followed(chat, t, batch, services)
