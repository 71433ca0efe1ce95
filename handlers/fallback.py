"""What is sent unprompted and has no better place: one friendly line with what can be sent."""

from __future__ import annotations

from typing import Final

from bot.conversation.form import home_button
from bot.conversation.inputs import OtherInput
from bot.conversation.screen import Button, Screen, Style
from bot.locales import Texts
from bot.screens.buttons import AddName, ShowNames
from bot.telegram.routes import Routes

routes: Final = Routes()


@routes.unprompted_input(OtherInput)
async def other(t: Texts) -> Screen:
    """A sticker, a voice message, a location."""
    return unusable_screen(t)


def unusable_screen(t: Texts) -> Screen:
    """What was sent is of no use here; what can be sent instead."""
    return Screen(
        t(
            "I cannot do anything with that. You can send me a name, a phone number, the code from an"
            " SMS, a document or a photo of one."
        ),
        (
            (Button(t.label("Add a name"), AddName(), Style.PRIMARY), Button(t.label("My names"), ShowNames())),
            (home_button(t),),
        ),
    )
