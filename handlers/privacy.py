"""What is kept about a person, where and how long; all of it as a file; and the way to have it deleted.

/privacy ─▶ what is kept ─▶ [Take it with me] ─▶ a ZIP
                         ─▶ [Forget me] ─▶ what will be lost (account.py)
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from bot.conversation.form import home_button
from bot.conversation.screen import Button, Row, Screen
from bot.locales import Texts
from bot.screens.buttons import ForgetMe, ShowPrivacy, TakeMyData
from bot.screens.exports import NOT_TAKEN
from bot.storage.errors import StorageError
from bot.takeout.process import Takeout
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.panel import NotShownError, Panel
from bot.telegram.routes import Routes

routes: Final = Routes()


@routes.command("privacy", guests=True)
@routes.deep_link("privacy")
@routes.button(ShowPrivacy, guests=True)
async def privacy(chat: ChatContext, t: Texts, forms: Forms) -> Screen:
    """What is kept, and what one may do about it. A form stays open."""
    return forms.beside(chat, privacy_screen(t))


@routes.button(TakeMyData, guests=True)
async def take(chat: ChatContext, t: Texts, takeout: Takeout, panel: Panel) -> Screen:
    """Sends all that is stored about the person."""
    user_id = chat.person.user_id
    try:
        content = await takeout.about(user_id)
        await panel.send_file(user_id, "my-data.zip", content, taken_caption(t), topic=chat.person.topic)
    except (NotShownError, StorageError):
        return privacy_screen(t).with_note(t(NOT_TAKEN))
    chat.changes.edited = None  # the file stands below what was tapped
    return privacy_screen(t)


def privacy_screen(t: Texts) -> Screen:
    """What is kept, where, how long."""
    return Screen(
        t.lines(
            "<b>What is kept about you</b>",
            "",
            "• Your Telegram number, name and language, and what you chose here. Whoever works with you on an account"
            " sees the name.",
            "• Your SMSC accounts. Keys and passwords are encrypted, and nobody is shown them again, you neither.",
            "• Your names as SMSC lists them, and what happened to them in the last three years.",
            "• What you asked of SMSC from here and what it answered; unfinished forms. What you wrote in them is"
            " encrypted.",
            "• What you filled in by a link that somebody sent you: encrypted, until it was used or you take it back."
            " Whoever sent the link gets it.",
            "• Files are not kept: they stay at Telegram. Of a file its number there, its name and its size are noted.",
            "• Companies that you keep here. Their data is encrypted.",
            "",
            "It is kept in one file on the server of whoever runs this bot, until you delete it: an account or"
            " everything. Backups of that file may live longer. It goes to nobody else but SMSC and Telegram.",
        ),
        _ways_out(t),
    )


def _ways_out(t: Texts) -> tuple[Row, ...]:
    return (
        (Button(t.label("Take it with me"), TakeMyData()),),
        (Button(t.label("Forget me"), ForgetMe()), home_button(t)),
    )


def taken_caption(t: Texts) -> Markup:
    """What stands under the file for good."""
    return t("All that is stored about you here. Keys, passwords and messages that were not read yet are left out.")
