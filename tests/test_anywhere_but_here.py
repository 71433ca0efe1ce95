"""Every command and button anywhere but in the private chat (S2): nothing of an account is shown or done there."""

from __future__ import annotations

from itertools import count
from typing import Any

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.screens.commands import COMMANDS, SAME_AS
from tests.person import Person

GROUP, CHANNEL = -1001234, -1009999
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Who writes as a group (Bot API, Message.sender_chat)."""
ROBOT = {"id": 777001, "is_bot": True, "first_name": "Robot", "username": "SomeOtherBot"}
AT_A_TIME = 15
"""So many updates, and then a word in private that is waited for: else it were a flood."""
SHOWN_IN_PRIVATE = ("/senders", "/name Aruana", "/account", "/history", "/delete Aruana", "/privacy")


def written(text: str, place: str, owner: int, number: int) -> dict[str, Any]:
    """What Telegram brings of a message: by the account's own person or others, in a group or a channel."""
    group = {"id": GROUP, "type": "supergroup", "title": "Shop"}
    channel = {"id": CHANNEL, "type": "channel", "title": "News"}
    message: dict[str, Any] = {"message_id": number, "date": 1, "text": text}
    message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    own = {"id": owner, "is_bot": False, "first_name": "Aigerim"}
    match place:
        case "a channel":
            return {"channel_post": message | {"chat": channel, "sender_chat": channel}}
        case "an anonymous administrator":
            return {"message": message | {"chat": group, "from": ANONYMOUS, "sender_chat": group}}
        case "a bot":
            return {"message": message | {"chat": group, "from": ROBOT}}
    return {"message": message | {"chat": group, "from": own}}


def tapped(data: str, chat: int, owner: int, number: int) -> dict[str, Any]:
    """A button of the bot, under a message that stands somewhere else."""
    kind = "channel" if chat == CHANNEL else "supergroup"
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": kind, "title": "Shop"}, "text": "x"}
    own = {"id": owner, "is_bot": False, "first_name": "Aigerim"}
    return {"callback_query": {"id": str(number), "from": own, "chat_instance": "1", "message": message, "data": data}}


async def test_commands_and_buttons_do_nothing_outside_the_private_chat(
    connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox
) -> None:
    numbers = count(5000)
    buttons: set[str] = set()
    for said in SHOWN_IN_PRIVATE:
        await connected.writes(said)
        await connected.until(lambda state: connected.fresh(state) or None, f"an answer to {said}")
        rows = (row for each in connected.seen["messages"] for row in each["inline"] or ())
        buttons |= {each["callback_data"] for row in rows for each in row if each.get("callback_data")}
    assert len(buttons) > len(SHOWN_IN_PRIVATE)
    texts = [f"/{each} Aruana" for each in (*dict(COMMANDS), *SAME_AS)]
    places = ("the person in a group", "an anonymous administrator", "a bot", "a channel")
    updates = [written(each, place, connected.id, next(numbers)) for place in places for each in texts]
    taps = [(each, chat) for chat in (GROUP, CHANNEL) for each in sorted(buttons)]
    updates += [tapped(*each, connected.id, next(numbers)) for each in taps]
    asked, called = len(smsc.requests), len(telegram.world.calls)
    for number, update in enumerate(updates):
        await connected.http.post(f"{telegram.url}/chat/update", json=update)
        if number % AT_A_TIME == 0 or update is updates[-1]:
            await connected.writes("/help")
            await connected.sees("What you can do")
    calls = [each.params for each in list(telegram.world.calls)[called:]]
    shown = str([each for each in calls if str(each.get("chat_id")) != str(connected.id)])
    assert str(GROUP) in shown, "where to go on is said there"
    for secret in ("Aruana", DEMO.login, DEMO.apikey, "127.0.0.1", "balance"):
        assert secret not in shown
    assert str(CHANNEL) not in shown, "nothing at all is said in a channel"
    assert not [each.command for each in smsc.requests[asked:] if each.command in {"add", "chg", "del", "send_code"}]
