"""Telegram's messages as the engine's inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final
from zlib import crc32

from aiogram.enums import ChatType, MessageEntityType
from aiogram.types import Message
from pydantic import TypeAdapter

from bot.conversation.callback import Buttons, OldButtonError
from bot.conversation.inputs import AlbumInput, ContactInput, FileInput, Input, OtherInput, TextInput
from bot.reading.keys import holds_secret
from bot.screens.buttons import ChangeName, OpenCard, SendDocument


def input_of(message: Message) -> Input:
    """What a person sent, whatever kind of message it is."""
    number = message.message_id
    if message.text:
        return TextInput(_named_by_us(message) or message.text, number, forwarded=message.forward_origin is not None)
    if message.photo:
        largest = message.photo[-1]
        return _file(message, largest.file_id, largest.file_unique_id, largest.file_size, "photo.jpg", photo=True)
    if message.document:
        document = message.document
        name = document.file_name or "document"
        return _file(message, document.file_id, document.file_unique_id, document.file_size, name)
    sticker = message.sticker
    if sticker and not (sticker.set_name or sticker.is_animated or sticker.is_video):
        # Telegram's programs for computers make one of a .webp file that is dragged in: it is a picture
        return _file(message, sticker.file_id, sticker.file_unique_id, sticker.file_size, "sticker.webp")
    if message.contact:
        contact = message.contact
        own = message.from_user is not None and contact.user_id == message.from_user.id
        return ContactInput(contact.phone_number, own, number)
    return OtherInput(str(message.content_type), number)


INPUT: Final = TypeAdapter[Input](Input)
"""What was sent, to and from JSON: kept until an account is connected."""


def carries_secret(message: Message | Mapping[str, Any]) -> bool:
    """Whether a message holds an API key or a password for certain, in any place where a person can write one.

    Args:
        message: as aiogram has it, or as it came from Telegram: it can be asked on reception, unparsed.
    """
    return any(holds_secret(each) for each in _written(message))


def is_private(message: Mapping[str, Any]) -> bool:
    """Whether a message, as it came from Telegram, stands in a private chat and has a number."""
    chat = message.get("chat")
    private = isinstance(chat, Mapping) and chat.get("type") == ChatType.PRIVATE and isinstance(chat.get("id"), int)
    return private and isinstance(message.get("message_id"), int)


def _written(message: Message | Mapping[str, Any]) -> Iterator[str]:
    """Everything in a message that a person wrote; not what it answers, and no ids."""
    for path in _WRITTEN:
        place: Any = message
        for name in path:
            place = place.get(name) if isinstance(place, dict) else getattr(place, name, None)
            if place is None:
                break
        if isinstance(place, str) and place:
            yield place


_WRITTEN: Final = (
    ("text",),
    ("caption",),
    ("contact", "phone_number"),
    ("contact", "first_name"),
    ("contact", "last_name"),
    ("poll", "question"),
    ("venue", "title"),
    ("venue", "address"),
    ("checklist", "title"),
    ("quote", "text"),
)
"""Where a person's own words stand in a message (Bot API, Message); ids and file names look like keys and are none."""


def topic_of(message: object) -> int:
    """The topic that a message stands in (Bot API 9.3: also in private chats); 0: none. Threads of replies are none."""
    in_topic = isinstance(message, Message) and message.is_topic_message
    return (message.message_thread_id or 0) if isinstance(message, Message) and in_topic else 0


def is_service(message: Message) -> bool:
    """Whether Telegram tells of something that happened (a pin, a new background): nobody waits for an answer to it."""
    return message.content_type in SERVICE


def mark_of(received: Input) -> tuple[int, int]:
    """A message and what it says, in two numbers: whether an edit of it changed anything."""
    match received:
        case TextInput():
            said = received.text
        case FileInput():
            said = f"{received.sources} {received.caption}"
        case AlbumInput():
            said = " ".join(f"{each.sources} {each.caption}" for each in received.files)
        case ContactInput():
            said = received.phone
        case OtherInput():
            said = received.kind
    return received.message_id, crc32(said.encode("utf-8", "surrogatepass"))


def album_of(messages: Sequence[Message]) -> Input:
    """What was sent together: an album of its files, or the one thing that is left of it."""
    things = [input_of(each) for each in sorted(messages, key=lambda each: each.message_id)]
    files = tuple(each for each in things if isinstance(each, FileInput))
    return AlbumInput(files) if len(files) > 1 else files[0] if files else things[0]


def unusable(messages: Sequence[Message]) -> int:
    """How many of the things that were sent together with files are none."""
    files = [isinstance(input_of(each), FileInput) for each in messages]
    return files.count(False) if any(files) else 0


def apart(received: Input) -> tuple[Input, ...]:
    """An album of pictures stays together, for it becomes one document; of other files each is one by itself."""
    if not isinstance(received, AlbumInput) or all(_looks_like_a_picture(each) for each in received.files):
        return (received,)
    return received.files


def _looks_like_a_picture(file: FileInput) -> bool:
    return file.photo or PurePosixPath(file.name).suffix.lower() in _PICTURES


def _file(
    message: Message, file_id: str, unique: str, size: int | None, name: str, *, photo: bool = False
) -> FileInput:
    number, ref, caption = message.message_id, _ref(message), message.caption
    sent = int(message.date.timestamp())
    return FileInput(file_id, name, size, photo, caption, None, number, ref, None, ((number, unique),), sent)


def _named_by_us(message: Message) -> str | None:
    """The name on a status card that came here by inline mode: it stands there in bold."""
    if message.via_bot is None or message.bot is None or message.via_bot.id != message.bot.id:
        return None
    bold = (each for each in message.entities or () if each.type == MessageEntityType.BOLD)
    return next((each.extract_from(message.text or "") for each in bold), None)


def _ref(message: Message) -> int | None:
    """The name that the bot's message which was replied to is about: its buttons carry the number.

    A list is about many names, and so about none.
    """
    refs = set(_refs(message))
    return refs.pop() if len(refs) == 1 else None


def _refs(message: Message) -> Iterator[int]:
    markup = message.reply_to_message.reply_markup if message.reply_to_message else None
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            try:
                known = _OF_A_NAME.unpacked(button.callback_data or "")
            except OldButtonError:
                continue
            if isinstance(known, OpenCard | SendDocument | ChangeName) and known.ref is not None:
                yield known.ref


_PICTURES = frozenset(
    {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".heif", ".hif", ".webp", ".avif", ".bmp", ".gif"}
)
_OF_A_NAME: Final = Buttons((OpenCard, SendDocument, ChangeName))

SENT: Final = frozenset(
    """
    unknown any text rich_message animation audio document live_photo paid_media photo sticker story video video_note
    voice checklist contact dice game poll venue location invoice giveaway
    """.split()  # noqa: SIM905  # a list of words reads best as words
)
"""Kinds of messages that a person sends (aiogram's ContentType)."""
SERVICE: Final = frozenset(
    """
    new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo delete_chat_photo
    group_chat_created supergroup_chat_created channel_chat_created message_auto_delete_timer_changed migrate_to_chat_id
    migrate_from_chat_id pinned_message successful_payment refunded_payment users_shared chat_shared gift unique_gift
    gift_upgrade_sent connected_website write_access_allowed passport_data proximity_alert_triggered boost_added
    chat_background_set checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created
    forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden
    giveaway_created giveaway_winners giveaway_completed managed_bot_created paid_message_price_changed
    poll_option_added poll_option_deleted suggested_post_approved suggested_post_approval_failed suggested_post_declined
    suggested_post_paid suggested_post_refunded video_chat_scheduled video_chat_started video_chat_ended
    video_chat_participants_invited web_app_data community_chat_added community_chat_removed community_chat_joined
    user_shared
    """.split()  # noqa: SIM905  # a list of words reads best as words
)
"""Kinds of messages by which Telegram tells that something happened."""
