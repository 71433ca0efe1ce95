"""Who is let in though the bot serves a closed circle: whoever has a client's link, to its form and to nothing else.

What they may do there is marked where it is registered (`guests` in `bot/telegram/routes.py`).
"""

from __future__ import annotations

from typing import Final

from bot.client_links import ClientLinks
from bot.conversation.callback import Buttons, OldButtonError
from bot.conversation.inputs import Input, TextInput
from bot.screens.buttons import BeginClientForm
from bot.telegram.routes import CLIENT_LINK, COMMAND, LINK

_BEGIN: Final = Buttons((BeginClientForm,))


class Guests:
    """Lets clients in."""

    def __init__(self, client_links: ClientLinks) -> None:
        self._client_links = client_links

    async def lets_in(self, user_id: int, wanted: Input | str | None) -> bool:
        """Whether somebody has a form, or what they sent or tapped (what the button says) is a link that is there."""
        if await self._client_links.is_client(user_id):
            return True
        if isinstance(wanted, TextInput):
            text = wanted.text.strip()
            command, link = COMMAND.fullmatch(text), LINK.fullmatch(text)
            started = link[2] if link is not None else ""
            if command is not None and command[1].lower() == "start":
                started = (command[3] or "").strip()
            payload, _, token = started.partition("_")
            return payload == CLIENT_LINK and await self._client_links.found(token) is not None
        if isinstance(wanted, str):
            try:
                button = _BEGIN.unpacked(wanted)
            except OldButtonError:
                return False
            return isinstance(button, BeginClientForm) and (
                await self._client_links.tagged(button.link, button.tag) is not None
            )
        return False
