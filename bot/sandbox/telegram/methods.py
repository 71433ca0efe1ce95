"""The methods of the Bot API that the stand-in carries out, with Telegram's limits and complaints."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.sandbox.telegram.errors import ApiError, Json, bad_request
from bot.sandbox.telegram.html import Formatted, MarkupError, parse_html, trimmed, utf16_length, with_detected
from bot.sandbox.telegram.world import ACTION_SECONDS, Chat, Entry, StoredFile, World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
BUTTONS_LIMIT = 100
DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
DELETE_SECONDS = 48 * 3600
_STYLES = ("primary", "success", "danger")
_BUTTON_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
_ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note"
).split()
_REACTIONS = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 "
    "👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
).split()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A call's checked parameters and its files."""

    params: Json
    files: dict[str, Upload]


Handler = Callable[[Request], Awaitable[object]]


class Methods:
    """Carries the calls out."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._handlers: dict[str, Handler] = {
            "getme": self.get_me,
            "getupdates": self.get_updates,
            "deletewebhook": self.delete_webhook,
            "setwebhook": self.set_webhook,
            "getwebhookinfo": self.get_webhook_info,
            "sendmessage": self.send_message,
            "sendphoto": self.send_photo,
            "senddocument": self.send_document,
            "sendmediagroup": self.send_media_group,
            "sendchataction": self.send_chat_action,
            "editmessagetext": self.edit_message_text,
            "editmessagereplymarkup": self.edit_message_reply_markup,
            "editmessagecaption": self.edit_message_caption,
            "editmessagemedia": self.edit_message_media,
            "deletemessage": self.delete_message,
            "deletemessages": self.delete_messages,
            "answercallbackquery": self.answer_callback_query,
            "answerinlinequery": self.answer_inline_query,
            "setmycommands": self.set_my_commands,
            "getmycommands": self.get_my_commands,
            "deletemycommands": self.delete_my_commands,
            "setchatmenubutton": self.set_chat_menu_button,
            "getchatmenubutton": self.get_chat_menu_button,
            "setmyname": self.set_my_name,
            "getmyname": self.get_my_name,
            "setmydescription": self.set_my_description,
            "getmydescription": self.get_my_description,
            "setmyshortdescription": self.set_my_short_description,
            "getmyshortdescription": self.get_my_short_description,
            "setmessagereaction": self.set_message_reaction,
            "getfile": self.get_file,
            "getchat": self.get_chat,
            "getchatmember": self.get_chat_member,
            "logout": self.yes,
            "close": self.yes,
            "forwardmessage": self.forward_message,
            "copymessage": self.copy_message,
            "pinchatmessage": self.pin_chat_message,
            "unpinchatmessage": self.unpin_chat_message,
        }

    def find(self, name: str) -> Handler | None:
        """What carries the method out; None when the stand-in can't."""
        return self._handlers.get(name.lower())

    # ------------------------------------------------------------------ updates

    async def yes(self, request: Request) -> object:
        """Agrees."""
        return True

    async def get_me(self, request: Request) -> object:
        """The bot."""
        return {
            **self.world.bot(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    async def get_updates(self, request: Request) -> object:
        """Long polling."""
        if self.world.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        params = request.params
        if "allowed_updates" in params:
            self.world.allowed = params["allowed_updates"] or None
        limit = min(100, max(1, int(params.get("limit") or 100)))
        seconds = min(50, max(0, int(params.get("timeout") or 0)))
        return await self.world.get_updates(int(params.get("offset") or 0), limit, seconds)

    async def delete_webhook(self, request: Request) -> object:
        """Back to polling."""
        self.world.webhook = ""
        if request.params.get("drop_pending_updates"):
            self.world.drop_pending()
        return True

    async def set_webhook(self, request: Request) -> object:
        """Remembers the address; nothing is ever sent to it."""
        url = str(request.params["url"])
        if url and not url.startswith("https://"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        self.world.webhook = url
        if "allowed_updates" in request.params:
            self.world.allowed = request.params["allowed_updates"] or None
        if request.params.get("drop_pending_updates"):
            self.world.drop_pending()
        return True

    async def get_webhook_info(self, request: Request) -> object:
        """The webhook and what waits."""
        info: Json = {
            "url": self.world.webhook,
            "has_custom_certificate": False,
            "pending_update_count": self.world.pending,
        }
        if self.world.allowed:
            info["allowed_updates"] = self.world.allowed
        return info

    # ------------------------------------------------------------------ sending

    def formatted(
        self, params: Json, key: str = "text", entities_key: str = "entities", limit: int = TEXT_LIMIT
    ) -> Formatted:
        """A text with its markup read."""
        text = str(params.get(key) or "")
        mode = str(params.get("parse_mode") or "").lower()
        if mode == "html":
            try:
                made = parse_html(text)
            except MarkupError as error:
                raise bad_request(f"can't parse entities: {error}") from None
        elif mode:
            raise ApiError(501, f"Not Implemented: the stand-in reads HTML only, not {params['parse_mode']}")
        else:
            made = Formatted(text, list(params.get(entities_key) or []))
        made = trimmed(made)
        if utf16_length(made.text) > limit:
            raise bad_request("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
        return with_detected(made)

    def text_content(self, params: Json, entities_key: str = "entities") -> Json:
        """A text message's fields."""
        made = self.formatted(params, entities_key=entities_key)
        if not made.text:
            raise bad_request("message text is empty")
        content: Json = {"text": made.text}
        if made.entities:
            content["entities"] = made.entities
        if params.get("link_preview_options"):
            content["link_preview_options"] = params["link_preview_options"]
        return content

    def caption_content(self, params: Json) -> Json:
        """A caption's fields."""
        made = self.formatted(params, "caption", "caption_entities", CAPTION_LIMIT)
        content: Json = {"caption": made.text} if made.text else {}
        if made.text and made.entities:
            content["caption_entities"] = made.entities
        return content

    def extras(self, chat: Chat, params: Json) -> Json:
        """What any sent message may carry: the reply, the effect, the protection, the inline keyboard."""
        content: Json = {}
        reply = params.get("reply_parameters") or {}
        number = reply.get("message_id", params.get("reply_to_message_id"))
        if number is not None:
            quoted = self.world.quoted(chat, number)
            lenient = reply.get("allow_sending_without_reply") or params.get("allow_sending_without_reply")
            if quoted is not None:
                content["reply_to_message"] = quoted
            elif not lenient:
                raise bad_request("message to be replied not found")
        if params.get("message_effect_id"):
            if not chat.private:
                raise bad_request("message effects can be used only in private chats")
            content["effect_id"] = str(params["message_effect_id"])
        if params.get("protect_content"):
            content["has_protected_content"] = True
        markup = params.get("reply_markup")
        if markup:
            check_markup(markup)
            if "inline_keyboard" in markup and markup["inline_keyboard"]:
                content["reply_markup"] = markup
        return content

    def sent(self, chat: Chat, content: Json, params: Json) -> Json:
        """Puts the bot's message into the chat."""
        message = self.world.new_message(chat, self.world.bot(), content)
        markup = params.get("reply_markup") or {}
        if "keyboard" in markup:
            chat.keyboard = markup
        elif "remove_keyboard" in markup:
            chat.keyboard = None
        self.note_force_reply(chat, message["message_id"], markup)
        self.world.put(chat, message, had_keyboard=bool(markup) and "inline_keyboard" not in markup)
        return message

    def note_force_reply(self, chat: Chat, number: int, markup: Json) -> None:
        """Remembers or forgets that a message asks for a reply."""
        if markup.get("force_reply"):
            chat.force_reply = {"message_id": number, "placeholder": markup.get("input_field_placeholder")}
        elif chat.force_reply and chat.force_reply["message_id"] == number:
            chat.force_reply = None

    async def send_message(self, request: Request) -> object:
        """A text."""
        chat = self.world.chat_for_bot(request.params["chat_id"])
        content = {**self.text_content(request.params), **self.extras(chat, request.params)}
        return self.sent(chat, content, request.params)

    def media(self, value: object, kind: str, files: dict[str, Upload]) -> Json:
        """An uploaded file or one sent again, as the message's fields."""
        text = str(value)
        if text.startswith("attach://"):
            upload = files.get(text.removeprefix("attach://"))
            if upload is None:
                raise bad_request(f"can't find the file {text} in the request")
            if not upload.content:
                raise bad_request("file must be non-empty")
            if kind == "photo":
                if len(upload.content) > PHOTO_LIMIT:
                    raise bad_request("file is too big for a photo")
                return {"photo": self.world.add_photo(upload.content)}
            stored = self.world.add_file("document", upload.content, upload.name or "file", upload.mime)
            return {"document": self.world.document_json(stored)}
        if re.match(r"https?://", text):
            raise ApiError(501, "Not Implemented: the stand-in fetches no files by URL")
        known = self.world.files.get(text)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if known.kind != kind:
            shown = known.kind.capitalize()
            raise bad_request(f"can't use file of type {shown} as {kind.capitalize()}")
        return {kind: self.world.photo_sizes(text) if kind == "photo" else self.world.document_json(known)}

    async def _send_media(self, request: Request, kind: str) -> object:
        params = request.params
        chat = self.world.chat_for_bot(params["chat_id"])
        content = {
            **self.media(params[kind], kind, request.files),
            **self.caption_content(params),
            **self.extras(chat, params),
        }
        return self.sent(chat, content, params)

    async def send_photo(self, request: Request) -> object:
        """A photo."""
        return await self._send_media(request, "photo")

    async def send_document(self, request: Request) -> object:
        """A document."""
        return await self._send_media(request, "document")

    async def send_media_group(self, request: Request) -> object:
        """An album."""
        params = request.params
        chat = self.world.chat_for_bot(params["chat_id"])
        items: Sequence[Json] = params["media"]
        if not 2 <= len(items) <= 10:
            raise bad_request("an album has 2-10 items")
        kinds = {str(each["type"]) for each in items}
        if "document" in kinds and len(kinds) > 1:
            raise bad_request("document can't be mixed with other media types")
        if not kinds <= {"photo", "document"}:
            raise ApiError(501, f"Not Implemented: albums of {', '.join(sorted(kinds))}")
        group = str(self.world.bot_id * 1000 + len(self.world.files)) + str(len(chat.entries))
        extras = self.extras(chat, {key: value for key, value in params.items() if key != "reply_markup"})
        contents = [
            {
                **self.media(each["media"], str(each["type"]), request.files),
                **self.caption_content(each),
                **extras,
                "media_group_id": group,
            }
            for each in items
        ]
        return [self.sent(chat, content, {}) for content in contents]

    async def send_chat_action(self, request: Request) -> object:
        """The line under the chat's name."""
        chat = self.world.chat_for_bot(request.params["chat_id"])
        action = str(request.params["action"])
        if action not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat.action = (action, self.world.now() + ACTION_SECONDS)
        self.world.touch(chat)
        return True

    # ------------------------------------------------------------------ editing

    def target(self, params: Json, purpose: str) -> tuple[Chat, Entry]:
        """The message to work on."""
        inline = params.get("inline_message_id")
        if inline is not None:
            where = self.world.inline_messages.get(str(inline))
            if where is None:
                raise bad_request("MESSAGE_ID_INVALID")
            chat = self.world.chats[where[0]]
            entry = chat.entries.get(where[1])
        else:
            chat = self.world.chat_for_bot(params.get("chat_id"))
            if params.get("message_id") is None:
                raise bad_request("message identifier is not specified")
            entry = self.world.entry(chat, params["message_id"])
        if entry is None:
            raise bad_request(f"message to {purpose} not found")
        return chat, entry

    def own(self, params: Json) -> tuple[Chat, Entry]:
        """A message of the bot's that can be edited."""
        chat, entry = self.target(params, "edit")
        via = entry.message.get("via_bot", {}).get("id")
        if self.world.bot_id not in (entry.message["from"]["id"], via) or entry.had_keyboard:
            raise bad_request("message can't be edited")
        return chat, entry

    def edited(self, chat: Chat, entry: Entry, gone: Sequence[str], content: Json, params: Json) -> object:
        """Replaces the message's parts, if anything changes."""
        old = entry.message
        markup = params.get("reply_markup")
        if markup:
            check_markup(markup)
            if "inline_keyboard" not in markup:
                raise bad_request("inline keyboard expected")
        fresh = {key: value for key, value in old.items() if key not in (*gone, "reply_markup")}
        fresh |= content
        if markup and markup["inline_keyboard"]:
            fresh["reply_markup"] = markup
        if fresh == old:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same "
                "as a current content and reply markup of the message"
            )
        if gone:
            fresh["edit_date"] = int(self.world.now())
        entry.message = fresh
        self.note_force_reply(chat, fresh["message_id"], markup or {})
        self.world.touch(chat)
        return True if params.get("inline_message_id") is not None else fresh

    async def edit_message_text(self, request: Request) -> object:
        """Another text in place of the old one."""
        chat, entry = self.own(request.params)
        if "text" not in entry.message:
            raise bad_request("there is no text in the message to edit")
        gone = ("text", "entities", "link_preview_options")
        return self.edited(chat, entry, gone, self.text_content(request.params), request.params)

    async def edit_message_caption(self, request: Request) -> object:
        """Another caption."""
        chat, entry = self.own(request.params)
        if "text" in entry.message:
            raise bad_request("there is no caption in the message to edit")
        content = self.caption_content(request.params)
        return self.edited(chat, entry, ("caption", "caption_entities"), content, request.params)

    async def edit_message_reply_markup(self, request: Request) -> object:
        """Another keyboard."""
        chat, entry = self.own(request.params)
        return self.edited(chat, entry, (), {}, request.params)

    async def edit_message_media(self, request: Request) -> object:
        """Another file."""
        chat, entry = self.own(request.params)
        given: Json = request.params["media"]
        kind = str(given["type"])
        if kind not in ("photo", "document"):
            raise ApiError(501, f"Not Implemented: editMessageMedia with {kind}")
        content = {**self.media(given["media"], kind, request.files), **self.caption_content(given)}
        gone = ("text", "entities", "link_preview_options", "caption", "caption_entities", "photo", "document")
        return self.edited(chat, entry, gone, content, request.params)

    def _why_kept(self, chat: Chat, entry: Entry) -> str | None:
        own = entry.message["from"]["id"] == self.world.bot_id
        if self.world.now() - entry.at > DELETE_SECONDS or (not own and not chat.private and not self._admin(chat)):
            return "message can't be deleted"
        return None

    def _admin(self, chat: Chat) -> bool:
        return chat.bot_status == "administrator"

    async def delete_message(self, request: Request) -> object:
        """Takes a message away."""
        chat, entry = self.target(request.params, "delete")
        if why := self._why_kept(chat, entry):
            raise bad_request(why)
        self.world.remove(chat, entry.message["message_id"])
        return True

    async def delete_messages(self, request: Request) -> object:
        """Takes those away that can be."""
        chat = self.world.chat_for_bot(request.params["chat_id"])
        numbers = request.params["message_ids"]
        if not 1 <= len(numbers) <= 100:
            raise bad_request("there must be 1-100 message identifiers")
        for number in numbers:
            entry = self.world.entry(chat, number)
            if entry is not None and self._why_kept(chat, entry) is None:
                self.world.remove(chat, entry.message["message_id"])
        return True

    async def pin_chat_message(self, request: Request) -> object:
        """Pins a message."""
        chat, entry = self.target(request.params, "pin")
        number = entry.message["message_id"]
        if number not in chat.pinned:
            chat.pinned.append(number)
            self.world.touch(chat)
        return True

    async def unpin_chat_message(self, request: Request) -> object:
        """Unpins a message, or the last one pinned."""
        chat = self.world.chat_for_bot(request.params["chat_id"])
        number = request.params.get("message_id") or (chat.pinned[-1] if chat.pinned else None)
        if number not in chat.pinned:
            raise bad_request("message to unpin not found")
        chat.pinned.remove(number)
        self.world.touch(chat)
        return True

    async def set_message_reaction(self, request: Request) -> object:
        """The bot's reaction to a message."""
        _, entry = chat, _entry = self.target(request.params, "react")
        given: Sequence[Json] = request.params.get("reaction") or []
        if len(given) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        for each in given:
            if each.get("type") != "emoji" or str(each.get("emoji")).replace("\ufe0f", "") not in _REACTIONS:
                raise bad_request("REACTION_INVALID")
        entry.reactions = [str(each["emoji"]) for each in given]
        self.world.touch(chat)
        return True

    def _source(self, params: Json, purpose: str) -> Entry:
        _, entry = self.target({**params, "chat_id": params["from_chat_id"]}, purpose)
        if entry.message.get("has_protected_content"):
            raise bad_request(f"message can't be {purpose}ed" if purpose == "forward" else "message can't be copied")
        return entry

    async def forward_message(self, request: Request) -> object:
        """A message of one chat into another, with its author's name."""
        chat = self.world.chat_for_bot(request.params["chat_id"])
        source = self._source(request.params, "forward").message
        origin = source.get("forward_origin") or {
            "type": "user",
            "date": source["date"],
            "sender_user": source["from"],
        }
        content = {**_content_of(source), "forward_origin": origin}
        return self.sent(chat, {**content, **self.extras(chat, request.params)}, {})

    async def copy_message(self, request: Request) -> object:
        """A message of one chat into another, as the bot's own."""
        params = request.params
        chat = self.world.chat_for_bot(params["chat_id"])
        content = _content_of(self._source(params, "copy").message)
        if params.get("caption") is not None and "text" not in content:
            content = {key: value for key, value in content.items() if not key.startswith("caption")}
            content |= self.caption_content(params)
        return {"message_id": self.sent(chat, {**content, **self.extras(chat, params)}, params)["message_id"]}

    # ------------------------------------------------------------------ queries

    async def answer_callback_query(self, request: Request) -> object:
        """The answer to a tap."""
        params = request.params
        text = params.get("text")
        if text is not None and len(text) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        answer = {key: params[key] for key in ("text", "show_alert", "url") if params.get(key)}
        self.world.answer(self.world.callbacks, params["callback_query_id"], answer)
        return True

    async def answer_inline_query(self, request: Request) -> object:
        """The results of an inline query."""
        params = request.params
        results: list[Json] = params["results"]
        if len(results) > 50:
            raise bad_request("too many inline query results specified")
        numbers = [str(each.get("id", "")) for each in results]
        if len(set(numbers)) != len(numbers):
            raise bad_request("RESULT_ID_DUPLICATE")
        for each in results:
            if not 1 <= len(str(each.get("id", "")).encode()) <= 64:
                raise bad_request("RESULT_ID_INVALID")
            if each.get("reply_markup"):
                check_markup(each["reply_markup"])
            self.inline_content(each)
        answer = {key: params[key] for key in ("results", "next_offset", "button", "is_personal") if key in params}
        question = self.world.answer(self.world.inline, params["inline_query_id"], answer)
        for each in results:
            self.world.inline_results[question.user, str(each["id"])] = (question.id, each)
        return True

    def inline_content(self, result: Json) -> Json:
        """What an inline result puts into a chat."""
        given = result.get("input_message_content")
        content: Json
        if given and "message_text" in given:
            content = self.text_content({**given, "text": given["message_text"]})
        elif result.get("document_file_id"):
            content = {**self.media(result["document_file_id"], "document", {}), **self.caption_content(result)}
        elif result.get("photo_file_id"):
            content = {**self.media(result["photo_file_id"], "photo", {}), **self.caption_content(result)}
        else:
            raise ApiError(501, f"Not Implemented: inline results like {result.get('type')}")
        if result.get("reply_markup"):
            content["reply_markup"] = result["reply_markup"]
        return content

    # ------------------------------------------------------------------ the bot's face

    def _command_key(self, params: Json) -> tuple[str, str]:
        scope: Json = params.get("scope") or {"type": "default"}
        kind = str(scope["type"])
        parts = [kind]
        if "chat_id" in scope:
            chat = self.world.chats.get(int(scope["chat_id"])) if _whole(scope["chat_id"]) else None
            if chat is None:
                raise bad_request("chat not found")
            parts.append(str(chat.id))
        if "user_id" in scope:
            parts.append(str(scope["user_id"]))
        return ":".join(parts), str(params.get("language_code") or "")

    async def set_my_commands(self, request: Request) -> object:
        """The command list of a scope and language."""
        commands: list[Json] = request.params["commands"]
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for each in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", str(each["command"]).removeprefix("/")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(each["description"]) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        key = self._command_key(request.params)
        tidy = [{**each, "command": str(each["command"]).removeprefix("/")} for each in commands]
        self.world.commands[key] = tidy
        self.world.touch(None)
        return True

    async def get_my_commands(self, request: Request) -> object:
        """The command list of exactly this scope and language."""
        return self.world.commands.get(self._command_key(request.params), [])

    async def delete_my_commands(self, request: Request) -> object:
        """Forgets a command list."""
        self.world.commands.pop(self._command_key(request.params), None)
        self.world.touch(None)
        return True

    async def set_chat_menu_button(self, request: Request) -> object:
        """The button left of the input."""
        button = request.params.get("menu_button") or {"type": "default"}
        if request.params.get("chat_id") is None:
            self.world.menu_button = button
            self.world.touch(None)
            return True
        chat = self.world.chat_for_bot(request.params["chat_id"])
        chat.menu_button = button
        self.world.touch(chat)
        return True

    async def get_chat_menu_button(self, request: Request) -> object:
        """The button left of the input."""
        if request.params.get("chat_id") is None:
            return self.world.menu_button
        return self.world.chat_for_bot(request.params["chat_id"]).menu_button or self.world.menu_button

    def _set_words(self, kept: dict[str, str], params: Json, key: str, limit: int) -> object:
        text, language = str(params.get(key) or ""), str(params.get("language_code") or "")
        if len(text) > limit:
            raise bad_request(f"{key} is too long")
        if text:
            kept[language] = text
        else:
            kept.pop(language, None)
        self.world.touch(None)
        return True

    async def set_my_name(self, request: Request) -> object:
        """The bot's name."""
        return self._set_words(self.world.names, request.params, "name", 64)

    async def get_my_name(self, request: Request) -> object:
        """The bot's name."""
        names = self.world.names
        language = str(request.params.get("language_code") or "")
        return {"name": names.get(language) or names.get("") or self.world.username}

    async def set_my_description(self, request: Request) -> object:
        """What an empty chat shows."""
        return self._set_words(self.world.descriptions, request.params, "description", 512)

    async def get_my_description(self, request: Request) -> object:
        """What an empty chat shows."""
        kept = self.world.descriptions
        return {"description": kept.get(str(request.params.get("language_code") or "")) or kept.get("", "")}

    async def set_my_short_description(self, request: Request) -> object:
        """What the profile shows."""
        return self._set_words(self.world.short_descriptions, request.params, "short_description", 120)

    async def get_my_short_description(self, request: Request) -> object:
        """What the profile shows."""
        kept = self.world.short_descriptions
        return {"short_description": kept.get(str(request.params.get("language_code") or "")) or kept.get("", "")}

    # ------------------------------------------------------------------ looking things up

    def file(self, file_id: object) -> StoredFile:
        """A file that the bot can download."""
        stored = self.world.files.get(str(file_id))
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        size = len(stored.content) if stored.told_size is None else stored.told_size
        if size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return stored

    async def get_file(self, request: Request) -> object:
        """Where a file can be downloaded."""
        stored = self.file(request.params["file_id"])
        return {**self.world.file_json(stored), "file_path": stored.path}

    async def get_chat(self, request: Request) -> object:
        """A chat in full."""
        chat = self.world.chat_for_bot(request.params["chat_id"])
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        return {
            **self.world.chat_json(chat),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }

    async def get_chat_member(self, request: Request) -> object:
        """A member of a chat."""
        chat = self.world.chat_for_bot(request.params["chat_id"])
        number = int(request.params["user_id"])
        if number == self.world.bot_id:
            return self.world.member_json(self.world.bot(), chat.bot_status)
        if number not in self.world.users:
            raise bad_request("PARTICIPANT_ID_INVALID")
        status = "member" if number in chat.members else "left"
        return self.world.member_json(self.world.users[number], status)


def _whole(value: object) -> bool:
    return re.fullmatch(r"-?\d+", str(value)) is not None


def _content_of(message: Json) -> Json:
    left_out = (
        "message_id",
        "from",
        "chat",
        "date",
        "edit_date",
        "reply_to_message",
        "reply_markup",
        "media_group_id",
        "forward_origin",
        "effect_id",
        "via_bot",
    )
    return {key: value for key, value in message.items() if key not in left_out}


def check_markup(markup: Json) -> None:
    """Refuses keyboards that Telegram refuses."""
    if "inline_keyboard" in markup:
        buttons = [button for row in markup["inline_keyboard"] for button in row]
        if len(buttons) > BUTTONS_LIMIT:
            raise bad_request("REPLY_MARKUP_TOO_LONG")
        for button in buttons:
            _check_inline_button(button)
    elif "keyboard" in markup:
        if not markup["keyboard"]:
            raise bad_request("object expected as reply markup: the keyboard is empty")
        buttons = [button for row in markup["keyboard"] for button in row]
        if len(buttons) > 3 * BUTTONS_LIMIT:
            raise bad_request("REPLY_MARKUP_TOO_LONG")
        for button in buttons:
            if not str(button.get("text") or "").strip():
                raise bad_request("can't parse keyboard button: text must be non-empty")
            _check_style(button)


def _check_style(button: Json) -> None:
    if button.get("style") is not None and button["style"] not in _STYLES:
        raise bad_request("can't parse keyboard button: invalid button style specified")


def _check_inline_button(button: Json) -> None:
    if not str(button.get("text") or "").strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    _check_style(button)
    actions = [each for each in _BUTTON_ACTIONS if button.get(each) is not None]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action must be specified")
    value = button[actions[0]]
    match actions[0]:
        case "callback_data" if not 1 <= len(str(value).encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
        case "copy_text" if not 1 <= utf16_length(str(value.get("text", ""))) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case "url" if not re.match(r"(?:https?://|tg://|(?:\w+\.)+\w+(?:/|$))\S*", str(value)):
            raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
        case "switch_inline_query" | "switch_inline_query_current_chat" if len(str(value)) > 256:
            raise bad_request("BUTTON_INLINE_QUERY_INVALID")
