"""Telegram's messages as the engine's inputs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from aiogram.types import Message

from bot.conversation.given import Given, GivenAlbum, GivenContact, GivenFile, GivenOther, GivenText
from bot.conversation.tap import Tap


def given_of(message: Message) -> Given:
    """What a person sent, whatever kind of message it is."""
    number, ref = message.message_id, _ref(message)
    if message.text:
        return GivenText(message.text, number, forwarded=message.forward_origin is not None)
    if message.photo:
        largest = message.photo[-1]
        return GivenFile(largest.file_id, "photo.jpg", largest.file_size, True, message.caption, None, number, ref)
    if message.document:
        document = message.document
        name = document.file_name or "document"
        return GivenFile(document.file_id, name, document.file_size, False, message.caption, None, number, ref)
    if message.contact:
        contact = message.contact
        own = message.from_user is not None and contact.user_id == message.from_user.id
        return GivenContact(contact.phone_number, own, number)
    return GivenOther(str(message.content_type), number)


def album_of(messages: Sequence[Message]) -> Given:
    """What was sent together: an album of its files, or the one thing that is left of it."""
    things = [given_of(each) for each in sorted(messages, key=lambda each: each.message_id)]
    files = tuple(each for each in things if isinstance(each, GivenFile))
    return GivenAlbum(files) if len(files) > 1 else files[0] if files else things[0]


def apart(given: Given) -> tuple[Given, ...]:
    """An album of pictures stays together, for it becomes one document; of other files each is one by itself."""
    if not isinstance(given, GivenAlbum) or all(_looks_like_a_picture(each) for each in given.files):
        return (given,)
    return given.files


def _looks_like_a_picture(file: GivenFile) -> bool:
    return file.photo or PurePosixPath(file.name).suffix.lower() in _PICTURES


def _ref(message: Message) -> int | None:
    """The name that the bot's message which was replied to is about: its buttons carry the number."""
    markup = message.reply_to_message.reply_markup if message.reply_to_message else None
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            tap = Tap.unpack(button.callback_data)
            if tap.verb in _OF_A_NAME and tap.number(0) is not None:
                return tap.number(0)
    return None


_PICTURES = frozenset(
    {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".heif", ".hif", ".webp", ".avif", ".bmp", ".gif"}
)
_OF_A_NAME = frozenset({"card", "document", "change"})
