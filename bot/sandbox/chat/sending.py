"""The Bot API's methods that send something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.chat.errors import ApiError, Json, bad_request
from bot.sandbox.chat.html import Formatted, MarkupError, parse_html, trimmed, utf16_length, with_detected
from bot.sandbox.chat.markup import checked_inline
from bot.sandbox.chat.records import Chat, StoredFile
from bot.sandbox.chat.rich import rich_of
from bot.sandbox.chat.world import World

TEXT_MOST: Final = 4096
CAPTION_MOST: Final = 1024
UPLOAD_MOST: Final = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that came with a call."""

    name: str
    content: bytes
    mime: str | None


@dataclass(frozen=True, slots=True)
class Input:
    """The parameters of a call, and the files that came with it by the name of their part."""

    params: Json
    files: Mapping[str, Uploaded]

    def get(self, key: str) -> Any:
        """A parameter, None where it was left out."""
        return self.params.get(key)


Method = Callable[[World, Input], Any]


def formatted_text(given: Input, key: str, most: int, *, empty: str | None) -> Formatted:
    """A text with its entities; refused where it is too long, or `empty` where it must not be."""
    text = str(given.get(key) or "")
    mode = given.get("parse_mode")
    if mode not in (None, "", "HTML"):
        raise ApiError(501, f"Not Implemented: the stand-in reads HTML only, not {mode}")
    try:
        formatted = parse_html(text) if mode == "HTML" else Formatted(text, list(given.get("entities") or []))
    except MarkupError as wrong:
        raise bad_request(f"can't parse entities: {wrong}") from None
    formatted = with_detected(trimmed(formatted))
    if empty is not None and not formatted.text.strip():
        raise bad_request(empty)
    if utf16_length(formatted.text) > most:
        raise bad_request("message is too long" if key == "text" else "message caption is too long")
    return formatted


def text_of(given: Input) -> Json:
    """The text of a call with its entities.

    Raises:
        ApiError: it is empty, too long, or its markup cannot be read.
    """
    formatted = formatted_text(given, "text", TEXT_MOST, empty="message text is empty")
    return {"text": formatted.text, **({"entities": formatted.entities} if formatted.entities else {})}


def caption_of(given: Input) -> Json:
    """The caption of a file."""
    formatted = formatted_text(given, "caption", CAPTION_MOST, empty=None)
    if not formatted.text:
        return {}
    return {
        "caption": formatted.text,
        **({"caption_entities": formatted.entities} if formatted.entities else {}),
    }


def sent_message(world: World, given: Input, content: Json) -> Json:
    """A message of the bot in its chat."""
    chat = world.chat_for_bot(given.get("chat_id"))
    markup: Json = given.get("reply_markup") or {}
    content = {**content, **topic_of(chat, given)}
    reply = given.get("reply_parameters") or {}
    if reply.get("message_id") is not None:
        quoted = world.quoted(chat, reply["message_id"])
        if quoted is None and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        if quoted is not None:
            content = {**content, "reply_to_message": quoted}
    inline = checked_inline(markup) if "inline_keyboard" in markup else None
    if inline and inline["inline_keyboard"]:
        content = {**content, "reply_markup": {"inline_keyboard": inline["inline_keyboard"]}}
    if given.get("message_effect_id"):
        content = {**content, "effect_id": given.get("message_effect_id")}
    if given.get("protect_content"):
        content = {**content, "has_protected_content": True}
    message = world.new_message(chat, world.bot(), content)
    entry = world.put(chat, message, had_keyboard=inline is not None)
    entry.silent = bool(given.get("disable_notification"))
    keyboard_of(chat, message["message_id"], markup)
    world.touch(chat)
    return message


def topic_of(chat: Chat, given: Input) -> Json:
    """The topic of a private chat that something is for (Bot API 9.3).

    One that was deleted is refused as in groups (tdlib/telegram-bot-api, issues 847 and 854).
    """
    topic = given.get("message_thread_id")
    if not chat.private or not topic:
        return {}
    if int(topic) not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": int(topic), "is_topic_message": True}


def keyboard_of(chat: Chat, number: int, markup: Json) -> None:
    """Takes up what a message does with the keyboard of its chat's person."""
    if "keyboard" in markup:
        chat.keyboard = markup
    if markup.get("remove_keyboard"):
        chat.keyboard = None
    if markup.get("force_reply"):
        chat.force_reply = {"message_id": number, "placeholder": markup.get("input_field_placeholder")}


def send_message(world: World, given: Input) -> Json:
    """SendMessage."""
    world.chat_for_bot(given.get("chat_id"))
    return sent_message(world, given, text_of(given))


def send_rich_message(world: World, given: Input) -> Json:
    """SendRichMessage."""
    world.chat_for_bot(given.get("chat_id"))
    return sent_message(world, given, rich_of(given.get("rich_message") or {}))


def file_of(world: World, given: Input, key: str, value: Any) -> StoredFile | Uploaded:
    """The file that a parameter carries or names."""
    text = str(value or "")
    if text.startswith("attach://"):
        value = text.removeprefix("attach://")
    uploaded = given.files.get(str(value)) or given.files.get(key)
    if uploaded is not None:
        if len(uploaded.content) > UPLOAD_MOST:
            raise ApiError(413, "Request Entity Too Large")
        if not uploaded.content:
            raise bad_request("file must be non-empty")
        return uploaded
    stored = world.files.get(text)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored


def document_of(world: World, given: Input, value: Any) -> Json:
    """A document as it is kept."""
    found = file_of(world, given, "document", value)
    if isinstance(found, Uploaded):
        found = world.add_file("document", found.content, found.name, found.mime)
    return {"document": world.document_json(found)}


def photo_of(world: World, given: Input, value: Any) -> Json:
    """A photo as it is kept."""
    found = file_of(world, given, "photo", value)
    if isinstance(found, Uploaded):
        return {"photo": world.add_photo(found.content)}
    return {"photo": world.photo_sizes(found.file_id)}


def send_document(world: World, given: Input) -> Json:
    """SendDocument."""
    world.chat_for_bot(given.get("chat_id"))
    return sent_message(world, given, {**document_of(world, given, given.get("document")), **caption_of(given)})


def send_photo(world: World, given: Input) -> Json:
    """SendPhoto."""
    world.chat_for_bot(given.get("chat_id"))
    return sent_message(world, given, {**photo_of(world, given, given.get("photo")), **caption_of(given)})


def send_media_group(world: World, given: Input) -> list[Json]:
    """SendMediaGroup."""
    media = given.get("media") or []
    if not 2 <= len(media) <= 10:
        raise bad_request("MEDIA_GROUP_INVALID")
    group = str(world.bot_id * 1000 + len(world.calls))
    sent = []
    for each in media:
        one = Input({**given.params, **each, "reply_markup": None}, given.files)
        made = (
            photo_of(world, one, each.get("media"))
            if each.get("type") == "photo"
            else document_of(world, one, each.get("media"))
        )
        sent.append(sent_message(world, one, {**made, **caption_of(one), "media_group_id": group}))
    return sent
