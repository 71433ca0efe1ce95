"""The Bot API's methods that change or delete what was sent."""

from __future__ import annotations

from typing import Final

from bot.sandbox.chat.errors import Json, bad_request
from bot.sandbox.chat.markup import checked_inline
from bot.sandbox.chat.records import Chat, Entry
from bot.sandbox.chat.rich import rich_of
from bot.sandbox.chat.sending import Input, caption_of, document_of, keyboard_of, photo_of, text_of
from bot.sandbox.chat.world import DAY, World

_DELETABLE: Final = 2 * DAY


def own_message(world: World, given: Input) -> tuple[Chat, Entry]:
    """The message of the bot that a method is about; refused where there is none, or it is another's."""
    chat = world.chat_for_bot(given.get("chat_id"))
    entry = world.entry(chat, given.get("message_id"))
    if entry is None:
        raise bad_request("message to edit not found")
    if entry.message["from"]["id"] != world.bot_id:
        raise bad_request("message can't be edited")
    return chat, entry


def edited(world: World, chat: Chat, entry: Entry, content: Json, markup: Json, drop: tuple[str, ...]) -> Json:
    """The message with what changed, for the people's page and as the answer."""
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
    keyboard_of(chat, before["message_id"], markup)
    world.drawn(chat, entry)
    return entry.message


def edit_text(world: World, given: Input) -> Json:
    """EditMessageText."""
    chat, entry = own_message(world, given)
    if not {"text", "rich_message"} & entry.message.keys():
        raise bad_request("there is no text in the message to edit")
    rich = given.get("rich_message")
    content = rich_of(rich) if rich else text_of(given)
    return edited(world, chat, entry, content, given.get("reply_markup") or {}, ("text", "entities", "rich_message"))


def edit_caption(world: World, given: Input) -> Json:
    """EditMessageCaption."""
    chat, entry = own_message(world, given)
    if "text" in entry.message:
        raise bad_request("there is no caption in the message to edit")
    markup = given.get("reply_markup") or {}
    return edited(world, chat, entry, caption_of(given), markup, ("caption", "caption_entities"))


def edit_markup(world: World, given: Input) -> Json:
    """EditMessageReplyMarkup."""
    chat, entry = own_message(world, given)
    return edited(world, chat, entry, {}, given.get("reply_markup") or {}, ())


def edit_media(world: World, given: Input) -> Json:
    """EditMessageMedia."""
    chat, entry = own_message(world, given)
    media = given.get("media") or {}
    one = Input({**given.params, **media}, given.files)
    photo = media.get("type") == "photo"
    made = photo_of(world, one, media.get("media")) if photo else document_of(world, one, media.get("media"))
    drop = ("photo", "document", "caption", "caption_entities", "text", "entities")
    return edited(world, chat, entry, {**made, **caption_of(one)}, given.get("reply_markup") or {}, drop)


def delete_message(world: World, given: Input) -> bool:
    """DeleteMessage."""
    chat = world.chat_for_bot(given.get("chat_id"))
    entry = world.entry(chat, given.get("message_id"))
    if entry is None:
        raise bad_request("message to delete not found")
    own = entry.message["from"]["id"] == world.bot_id
    if world.now() - entry.at > _DELETABLE or not (own or chat.private or chat.bot_status == "administrator"):
        raise bad_request("message can't be deleted")
    world.remove(chat, entry.message["message_id"])
    return True


def delete_messages(world: World, given: Input) -> bool:
    """DeleteMessages."""
    for number in given.get("message_ids") or []:
        chat = world.chat_for_bot(given.get("chat_id"))
        if world.entry(chat, number) is not None:
            delete_message(world, Input({**given.params, "message_id": number}, {}))
    return True
