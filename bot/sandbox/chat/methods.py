"""The methods of the Bot API that the stand-in knows. Each takes parameters as they came and answers as Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.chat.errors import ApiError, Json, bad_request
from bot.sandbox.chat.html import Formatted, MarkupError, parse_html, trimmed, utf16_length, with_detected
from bot.sandbox.chat.markup import checked_inline
from bot.sandbox.chat.world import DAY, Chat, Entry, StoredFile, World

TEXT_MOST: Final = 4096
CAPTION_MOST: Final = 1024
DOWNLOAD_MOST: Final = 20 * 1024 * 1024
UPLOAD_MOST: Final = 50 * 1024 * 1024
_DELETABLE: Final = 2 * DAY
_ACTION_SECONDS: Final = 5.0


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


async def perform(world: World, name: str, given: Input) -> Any:
    """Does what a method does.

    Raises:
        ApiError: Telegram's refusal; 501 for a method that the stand-in does not know.
    """
    method = METHODS.get(name)
    if method is None:
        raise ApiError(501, f"Not Implemented: the stand-in does not know {name}")
    result = method(world, given)
    return await result if isinstance(result, Awaitable) else result


def _formatted(given: Input, key: str, most: int, *, empty: str | None) -> Formatted:
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
    formatted = _formatted(given, "text", TEXT_MOST, empty="message text is empty")
    return {"text": formatted.text, **({"entities": formatted.entities} if formatted.entities else {})}


def _caption(given: Input) -> Json:
    formatted = _formatted(given, "caption", CAPTION_MOST, empty=None)
    if not formatted.text:
        return {}
    return {
        "caption": formatted.text,
        **({"caption_entities": formatted.entities} if formatted.entities else {}),
    }


def _sent(world: World, given: Input, content: Json) -> Json:
    chat = world.chat_for_bot(given.get("chat_id"))
    markup: Json = given.get("reply_markup") or {}
    content = {**content, **_topic(chat, given)}
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
    world.put(chat, message, had_keyboard=inline is not None)
    _keyboards(chat, message["message_id"], markup)
    world.touch(chat)
    return message


def _topic(chat: Chat, given: Input) -> Json:
    """The topic of a private chat that something is for (Bot API 9.3).

    One that was deleted is refused as in groups (tdlib/telegram-bot-api, issues 847 and 854).
    """
    topic = given.get("message_thread_id")
    if not chat.private or not topic:
        return {}
    if int(topic) not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": int(topic), "is_topic_message": True}


def _keyboards(chat: Chat, number: int, markup: Json) -> None:
    if "keyboard" in markup:
        chat.keyboard = markup
    if markup.get("remove_keyboard"):
        chat.keyboard = None
    if markup.get("force_reply"):
        chat.force_reply = {"message_id": number, "placeholder": markup.get("input_field_placeholder")}


def _send_message(world: World, given: Input) -> Json:
    world.chat_for_bot(given.get("chat_id"))
    return _sent(world, given, text_of(given))


def _file(world: World, given: Input, key: str, value: Any) -> StoredFile | Uploaded:
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


def _document(world: World, given: Input, value: Any) -> Json:
    found = _file(world, given, "document", value)
    if isinstance(found, Uploaded):
        found = world.add_file("document", found.content, found.name, found.mime)
    return {"document": world.document_json(found)}


def _photo(world: World, given: Input, value: Any) -> Json:
    found = _file(world, given, "photo", value)
    if isinstance(found, Uploaded):
        return {"photo": world.add_photo(found.content)}
    return {"photo": world.photo_sizes(found.file_id)}


def _send_document(world: World, given: Input) -> Json:
    world.chat_for_bot(given.get("chat_id"))
    return _sent(world, given, {**_document(world, given, given.get("document")), **_caption(given)})


def _send_photo(world: World, given: Input) -> Json:
    world.chat_for_bot(given.get("chat_id"))
    return _sent(world, given, {**_photo(world, given, given.get("photo")), **_caption(given)})


def _send_media_group(world: World, given: Input) -> list[Json]:
    media = given.get("media") or []
    if not 2 <= len(media) <= 10:
        raise bad_request("MEDIA_GROUP_INVALID")
    group = str(world.bot_id * 1000 + len(world.calls))
    sent = []
    for each in media:
        one = Input({**given.params, **each, "reply_markup": None}, given.files)
        made = (
            _photo(world, one, each.get("media"))
            if each.get("type") == "photo"
            else _document(world, one, each.get("media"))
        )
        sent.append(_sent(world, one, {**made, **_caption(one), "media_group_id": group}))
    return sent


def _own(world: World, given: Input) -> tuple[Chat, Entry]:
    chat = world.chat_for_bot(given.get("chat_id"))
    entry = world.entry(chat, given.get("message_id"))
    if entry is None:
        raise bad_request("message to edit not found")
    if entry.message["from"]["id"] != world.bot_id:
        raise bad_request("message can't be edited")
    return chat, entry


def _edited(world: World, chat: Chat, entry: Entry, content: Json, markup: Json, drop: tuple[str, ...]) -> Json:
    rows = checked_inline(markup)["inline_keyboard"] if "inline_keyboard" in markup else []
    before = entry.message
    kept = {key: value for key, value in before.items() if key not in (*drop, "reply_markup", "edit_date")}
    after = {**kept, **content, **({"reply_markup": {"inline_keyboard": rows}} if rows else {})}
    if after == {key: value for key, value in before.items() if key != "edit_date"}:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a current"
            " content and reply markup of the message"
        )
    entry.message = {**after, "edit_date": int(world.now())}
    if chat.force_reply and chat.force_reply["message_id"] == before["message_id"]:
        chat.force_reply = None
    _keyboards(chat, before["message_id"], markup)
    world.drawn(chat, entry)
    return entry.message


def _edit_text(world: World, given: Input) -> Json:
    chat, entry = _own(world, given)
    if "text" not in entry.message:
        raise bad_request("there is no text in the message to edit")
    return _edited(world, chat, entry, text_of(given), given.get("reply_markup") or {}, ("text", "entities"))


def _edit_caption(world: World, given: Input) -> Json:
    chat, entry = _own(world, given)
    if "text" in entry.message:
        raise bad_request("there is no caption in the message to edit")
    markup = given.get("reply_markup") or {}
    return _edited(world, chat, entry, _caption(given), markup, ("caption", "caption_entities"))


def _edit_markup(world: World, given: Input) -> Json:
    chat, entry = _own(world, given)
    return _edited(world, chat, entry, {}, given.get("reply_markup") or {}, ())


def _edit_media(world: World, given: Input) -> Json:
    chat, entry = _own(world, given)
    media = given.get("media") or {}
    one = Input({**given.params, **media}, given.files)
    photo = media.get("type") == "photo"
    made = _photo(world, one, media.get("media")) if photo else _document(world, one, media.get("media"))
    drop = ("photo", "document", "caption", "caption_entities", "text", "entities")
    return _edited(world, chat, entry, {**made, **_caption(one)}, given.get("reply_markup") or {}, drop)


def _delete(world: World, given: Input) -> bool:
    chat = world.chat_for_bot(given.get("chat_id"))
    entry = world.entry(chat, given.get("message_id"))
    if entry is None:
        raise bad_request("message to delete not found")
    own = entry.message["from"]["id"] == world.bot_id
    if world.now() - entry.at > _DELETABLE or not (own or chat.private or chat.bot_status == "administrator"):
        raise bad_request("message can't be deleted")
    world.remove(chat, entry.message["message_id"])
    return True


def _delete_many(world: World, given: Input) -> bool:
    for number in given.get("message_ids") or []:
        chat = world.chat_for_bot(given.get("chat_id"))
        if world.entry(chat, number) is not None:
            _delete(world, Input({**given.params, "message_id": number}, {}))
    return True


def _action(world: World, given: Input) -> bool:
    chat = world.chat_for_bot(given.get("chat_id"))
    _topic(chat, given)
    chat.action = (str(given.get("action")), world.now() + _ACTION_SECONDS)
    world.touch(chat)
    return True


def _answer_callback(world: World, given: Input) -> bool:
    world.answer(
        world.callbacks,
        str(given.get("callback_query_id")),
        {"text": given.get("text"), "show_alert": bool(given.get("show_alert")), "url": given.get("url")},
    )
    world.bell.ring()
    return True


def _answer_inline(world: World, given: Input) -> bool:
    world.answer(world.inline, str(given.get("inline_query_id")), dict(given.params))
    world.bell.ring()
    return True


def _react(world: World, given: Input) -> bool:
    chat = world.chat_for_bot(given.get("chat_id"))
    entry = world.entry(chat, given.get("message_id"))
    if entry is None:
        raise bad_request("message to react not found")
    entry.reactions = [str(each.get("emoji")) for each in given.get("reaction") or []]
    world.drawn(chat, entry)
    return True


def _get_file(world: World, given: Input) -> Json:
    stored = world.files.get(str(given.get("file_id")))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.content) > DOWNLOAD_MOST:
        raise bad_request("file is too big")
    return {**world.file_json(stored), "file_path": stored.path}


def _scope(given: Input) -> str:
    scope = given.get("scope") or {"type": "default"}
    return ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)


def _set_commands(world: World, given: Input) -> bool:
    commands = given.get("commands") or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not 1 <= len(str(each.get("description"))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[(_scope(given), str(given.get("language_code") or ""))] = commands
    world.touch(None)
    return True


def _get_commands(world: World, given: Input) -> list[Json]:
    return world.commands.get((_scope(given), str(given.get("language_code") or "")), [])


def _delete_commands(world: World, given: Input) -> bool:
    world.commands.pop((_scope(given), str(given.get("language_code") or "")), None)
    world.touch(None)
    return True


def _set_menu(world: World, given: Input) -> bool:
    button = given.get("menu_button") or {"type": "default"}
    if given.get("chat_id"):
        world.chat_for_bot(given.get("chat_id")).menu_button = button
    else:
        world.menu_button = button
    world.touch(None)
    return True


def _get_menu(world: World, given: Input) -> Json:
    own = world.chat_for_bot(given.get("chat_id")).menu_button if given.get("chat_id") else None
    return own or world.menu_button


def _kept(table: str, key: str) -> tuple[Method, Method]:
    def put(world: World, given: Input) -> bool:
        getattr(world, table)[str(given.get("language_code") or "")] = str(given.get(key) or "")
        return True

    def read(world: World, given: Input) -> Json:
        kept: dict[str, str] = getattr(world, table)
        return {key: kept.get(str(given.get("language_code") or ""), kept.get("", ""))}

    return put, read


async def _get_updates(world: World, given: Input) -> list[Json | bytes]:
    if world.webhook:
        raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
    if given.get("allowed_updates") is not None:
        world.allowed = [str(each) for each in given.get("allowed_updates")]
    limit = int(given.get("limit") or 100)
    offset, seconds = int(given.get("offset") or 0), float(given.get("timeout") or 0)
    return await world.get_updates(offset, min(max(limit, 1), 100), seconds)


def _get_me(world: World, _given: Input) -> Json:
    more = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business")
    return {**world.bot(), **dict.fromkeys(more, True), "has_main_web_app": False}


def _set_webhook(world: World, given: Input) -> bool:
    world.webhook, world.webhook_secret = str(given.get("url") or ""), str(given.get("secret_token") or "")
    if given.get("allowed_updates") is not None:
        world.allowed = [str(each) for each in given.get("allowed_updates")]
    world.bell.ring()
    return True


def _delete_webhook(world: World, given: Input) -> bool:
    world.webhook = ""
    if given.get("drop_pending_updates"):
        world.drop_pending()
    return True


def _webhook_info(world: World, _given: Input) -> Json:
    return {"url": world.webhook, "has_custom_certificate": False, "pending_update_count": world.pending}


def _get_chat(world: World, given: Input) -> Json:
    chat = world.chat_for_bot(given.get("chat_id"))
    more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}
    return {**world.chat_json(chat), **more}


_GIFTS: Final = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def _get_member(world: World, given: Input) -> Json:
    chat = world.chat_for_bot(given.get("chat_id"))
    number = int(given.get("user_id") or 0)
    if number == world.bot_id:
        return world.member_json(world.bot(), chat.bot_status)
    if number not in chat.members:
        raise bad_request("member not found")
    return world.member_json(world.users[number], "member")


def _copied(world: World, given: Input, *, forwarded: bool) -> Json:
    source = world.chat_for_bot(given.get("from_chat_id"))
    entry = world.entry(source, given.get("message_id"))
    if entry is None:
        raise bad_request("message to forward not found" if forwarded else "message to copy not found")
    drop = ("message_id", "from", "chat", "date", "edit_date", "reply_markup", "reply_to_message")
    content = {key: value for key, value in entry.message.items() if key not in drop}
    if forwarded:
        origin = {"type": "user", "date": entry.message["date"], "sender_user": entry.message["from"]}
        content["forward_origin"] = origin
    return _sent(world, given, content)


def _forward(world: World, given: Input) -> Json:
    return _copied(world, given, forwarded=True)


def _copy(world: World, given: Input) -> Json:
    return {"message_id": _copied(world, given, forwarded=False)["message_id"]}


def _pin(world: World, given: Input) -> bool:
    chat = world.chat_for_bot(given.get("chat_id"))
    if world.entry(chat, given.get("message_id")) is None:
        raise bad_request("message to pin not found")
    chat.pinned.append(int(given.get("message_id")))
    return True


async def _done(_world: World, _given: Input) -> bool:
    await asyncio.sleep(0)
    return True


_NAME, _READ_NAME = _kept("names", "name")
_ABOUT, _READ_ABOUT = _kept("descriptions", "description")
_SHORT, _READ_SHORT = _kept("short_descriptions", "short_description")

METHODS: Final[Mapping[str, Method]] = {
    "getMe": _get_me,
    "getUpdates": _get_updates,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendDocument": _send_document,
    "sendMediaGroup": _send_media_group,
    "sendChatAction": _action,
    "editMessageText": _edit_text,
    "editMessageCaption": _edit_caption,
    "editMessageReplyMarkup": _edit_markup,
    "editMessageMedia": _edit_media,
    "deleteMessage": _delete,
    "deleteMessages": _delete_many,
    "answerCallbackQuery": _answer_callback,
    "answerInlineQuery": _answer_inline,
    "setMessageReaction": _react,
    "getFile": _get_file,
    "getChat": _get_chat,
    "getChatMember": _get_member,
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "deleteMyCommands": _delete_commands,
    "setChatMenuButton": _set_menu,
    "getChatMenuButton": _get_menu,
    "setMyName": _NAME,
    "getMyName": _READ_NAME,
    "setMyDescription": _ABOUT,
    "getMyDescription": _READ_ABOUT,
    "setMyShortDescription": _SHORT,
    "getMyShortDescription": _READ_SHORT,
    "forwardMessage": _forward,
    "copyMessage": _copy,
    "pinChatMessage": _pin,
    "logOut": _done,
    "close": _done,
}
