"""Telegram's messages as the engine's inputs."""

from __future__ import annotations

from aiogram.types import Message

from bot.conversation.given import Given, GivenContact, GivenFile, GivenOther, GivenText


def given_of(message: Message) -> Given:
    """What a person sent, whatever kind of message it is."""
    number = message.message_id
    if message.text:
        return GivenText(message.text, number)
    if message.photo:
        largest = message.photo[-1]
        return GivenFile(largest.file_id, "photo.jpg", largest.file_size, True, message.caption, message_id=number)
    if message.document:
        document = message.document
        name = document.file_name or "document"
        return GivenFile(document.file_id, name, document.file_size, False, message.caption, message_id=number)
    if message.contact:
        contact = message.contact
        own = message.from_user is not None and contact.user_id == message.from_user.id
        return GivenContact(contact.phone_number, own, number)
    return GivenOther(str(message.content_type), number)
