"""The methods of the Bot API that the stand-in knows. Each takes parameters as they came and answers as Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, Final

from bot.sandbox.chat.editing import delete_message, delete_messages, edit_caption, edit_markup, edit_media, edit_text
from bot.sandbox.chat.errors import ApiError, Json, bad_request
from bot.sandbox.chat.sending import (
    Input,
    Method,
    send_document,
    send_media_group,
    send_message,
    send_photo,
    send_rich_message,
    sent_message,
    topic_of,
)
from bot.sandbox.chat.world import World

DOWNLOAD_MOST: Final = 20 * 1024 * 1024
_ACTION_SECONDS: Final = 5.0


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


def _action(world: World, given: Input) -> bool:
    chat = world.chat_for_bot(given.get("chat_id"))
    topic_of(chat, given)
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
    return sent_message(world, given, content)


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
    "sendMessage": send_message,
    "sendRichMessage": send_rich_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": _action,
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "editMessageMedia": edit_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
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
