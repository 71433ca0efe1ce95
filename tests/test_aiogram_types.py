"""aiogram's types are built when they are first used: most of them never are."""

from __future__ import annotations

from aiogram.methods import SendPoll
from aiogram.types import BusinessConnection, Message, Update
from pydantic import TypeAdapter

NOBODY = {"id": 1, "is_bot": False, "first_name": "Aigerim"}


def test_a_type_that_nobody_used_is_not_built_and_is_as_good_as_any() -> None:
    assert not BusinessConnection.__pydantic_complete__, "used before: this test needs one that no other test uses"
    told = {"id": "a", "user": NOBODY, "user_chat_id": 1, "date": 1, "is_enabled": True}
    read = BusinessConnection.model_validate(told)
    assert read.user.first_name == "Aigerim"
    assert BusinessConnection.__pydantic_complete__


def test_types_within_types_are_found_wherever_they_are_asked_for() -> None:
    chat = {"id": 1, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "reply_to_message": {"message_id": 2, "date": 1, "chat": chat}}
    update = Update.model_validate({"update_id": 1, "message": message})
    assert isinstance(update.message, Message)
    assert isinstance(update.message.reply_to_message, Message)
    assert TypeAdapter(list[Message]).validate_python([message]) == [update.message]
    assert SendPoll(chat_id=1, question="?", options=["yes", "no"]).model_dump()["options"] == ["yes", "no"]
