"""The people's side as JSON over HTTP: the page and the tests write, tap, send files and turn the clock through it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web
from aiogram.types import Message
from pydantic import ValidationError

from bot.sandbox.telegram.errors import ApiError, ChatError, Json
from bot.sandbox.telegram.faults import fault_from
from bot.sandbox.telegram.html import render_html
from bot.sandbox.telegram.methods import Methods
from bot.sandbox.telegram.world import CALLBACK_SECONDS, Chat, Entry, World

_FILE_LIMIT = 64 * 1024 * 1024
_SHOWN = 500
_KINDS = (
    "contact",
    "sticker",
    "voice",
    "location",
    "video",
    "audio",
    "animation",
    "video_note",
    "poll",
    "dice",
    "venue",
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class _Sent:
    name: str
    mime: str | None
    content: bytes


class ChatApi:
    """The routes `/chat/...` and `/config.json`."""

    def __init__(self, world: World, methods: Methods, desk: Mapping[str, str] | None) -> None:
        self.world = world
        self.methods = methods
        self.desk = dict(desk or {})

    def routes(self) -> list[web.RouteDef]:
        """For the application."""
        post: dict[str, Callable[[Json], Awaitable[object]]] = {
            "users": self.add_user,
            "groups": self.add_group,
            "send": self.send,
            "contact": self.contact,
            "other": self.other,
            "edit": self.edit,
            "delete_own": self.delete_own,
            "tap": self.tap,
            "inline": self.inline,
            "inline/choose": self.choose,
            "block": self.block,
            "unblock": self.unblock,
            "member": self.member,
            "update": self.update,
            "resend": self.resend,
            "ids": self.ids,
            "faults": self.add_fault,
            "faults/clear": self.clear_faults,
            "clock": self.clock,
        }
        return [
            web.get("/config.json", _careful(self.config)),
            web.get("/chat/users", _careful(self.users)),
            web.get("/chat/state", _careful(self.state)),
            web.get("/chat/wait", _careful(self.wait)),
            web.get("/chat/calls", _careful(self.calls)),
            web.get("/chat/file/{file_id}", _careful(self.file)),
            web.post("/chat/file", _careful(self.send_file)),
            web.post("/chat/album", _careful(self.send_album)),
            *(web.post(f"/chat/{name}", _careful(_with_json(work))) for name, work in post.items()),
        ]

    # ------------------------------------------------------------------ looking

    async def config(self, request: web.Request) -> web.Response:
        """Where the desk is and whose account is being shown."""
        return web.json_response(self.desk)

    async def users(self, request: web.Request) -> web.Response:
        """Everyone."""
        return web.json_response(list(self.world.users.values()))

    async def state(self, request: web.Request) -> web.Response:
        """What a person sees in a chat."""
        user = self.world.user(request.query.get("user"))
        return web.json_response(self.view(user, self.world.chat_of(user, request.query.get("chat"))))

    async def wait(self, request: web.Request) -> web.Response:
        """The same as soon as it has changed."""
        user = self.world.user(request.query.get("user"))
        chat = self.world.chat_of(user, request.query.get("chat"))
        version = int(request.query.get("version") or 0)
        seconds = min(60.0, float(request.query.get("seconds") or 25))
        await self.world.until(lambda: self.world.version(chat) > version, seconds)
        return web.json_response(self.view(self.world.user(user["id"]), chat))

    async def calls(self, request: web.Request) -> web.Response:
        """The bot's calls."""
        since = int(request.query.get("since") or 0)
        return web.json_response([call.json() for call in self.world.calls if call.n > since])

    async def file(self, request: web.Request) -> web.Response:
        """A file's content."""
        stored = self.world.files.get(request.match_info["file_id"])
        if stored is None:
            raise ChatError("no such file", 404)
        safe = stored.mime if stored.mime in ("image/jpeg", "image/png", "image/webp") else "application/octet-stream"
        headers = {"Content-Type": safe, "X-Content-Type-Options": "nosniff"}
        return web.Response(body=stored.content, headers=headers)

    def view(self, user: Json, chat: Chat) -> Json:
        """The whole state of a chat for a person."""
        world = self.world
        action = chat.action[0] if chat.action and chat.action[1] > world.now() else None
        language = str(user.get("language_code", "")).split("-")[0]
        name = world.names.get(language) or world.names.get("") or world.username
        description = world.descriptions.get(language) or world.descriptions.get("", "")
        keyboard = None
        if chat.keyboard:
            keyboard = {
                "rows": chat.keyboard["keyboard"],
                "is_persistent": bool(chat.keyboard.get("is_persistent")),
                "one_time": bool(chat.keyboard.get("one_time_keyboard")),
                "placeholder": chat.keyboard.get("input_field_placeholder"),
            }
        return {
            "version": world.version(chat),
            "now": world.now(),
            "chat": world.chat_json(chat),
            "user": user,
            "bot": {"id": world.bot_id, "username": world.username, "first_name": name, "description": description},
            "blocked": chat.id in world.blocked,
            "messages": [self.message(chat, each) for each in list(chat.entries.values())[-_SHOWN:]],
            "reply_keyboard": keyboard,
            "commands": world.commands_for(user, chat),
            "menu_button": chat.menu_button or world.menu_button,
            "action": action,
            "force_reply": chat.force_reply,
            "pinned": chat.pinned,
        }

    def message(self, chat: Chat, entry: Entry) -> Json:
        """A message as the page shows it."""
        message = entry.message
        text = str(message.get("text", message.get("caption", "")))
        entities = message.get("entities") or message.get("caption_entities") or []
        sender = message["from"]
        made: Json = {
            "id": message["message_id"],
            "from": {key: sender[key] for key in ("id", "first_name", "is_bot")},
            "date": message["date"],
            "html": render_html(text, entities),
            "text": text,
            "entities": entities,
            "inline": [[_cell(each) for each in row] for row in _rows(message)],
            "reactions": entry.reactions,
            "force_reply": bool(chat.force_reply and chat.force_reply["message_id"] == message["message_id"]),
        }
        if "edit_date" in message:
            made["edited"] = message["edit_date"]
        if "document" in message:
            made["document"] = message["document"]
        if "photo" in message:
            made["photo"] = message["photo"][-1]
        if "effect_id" in message:
            made["message_effect_id"] = message["effect_id"]
        if "reply_to_message" in message:
            quoted = message["reply_to_message"]
            made["reply_to"] = {
                "id": quoted["message_id"],
                "name": quoted["from"]["first_name"],
                "text": str(quoted.get("text") or quoted.get("caption") or ""),
            }
        if "forward_origin" in message:
            origin = message["forward_origin"]
            made["forwarded"] = origin.get("sender_user_name") or origin.get("sender_user", {}).get("first_name", "")
        if "via_bot" in message:
            made["via_bot"] = message["via_bot"]["username"]
        if message["message_id"] in chat.pinned:
            made["pinned"] = True
        for key in ("media_group_id", "has_protected_content", *_KINDS):
            if key in message:
                made[key] = message[key]
        return made

    # ------------------------------------------------------------------ people

    async def add_user(self, given: Json) -> object:
        """A new person, or changes of a known one."""
        return self.world.add_user(given)

    async def add_group(self, given: Json) -> object:
        """A group with the bot in it."""
        group = self.world.add_group(str(given.get("title") or "Group"), [int(each) for each in given["members"]])
        return {"id": group.id}

    def _who(self, given: Mapping[str, Any]) -> tuple[Json, Chat]:
        user = self.world.user(given.get("user"))
        return user, self.world.chat_of(user, given.get("chat"))

    def _said(self, given: Mapping[str, Any], content: Json) -> Json:
        user, chat = self._who(given)
        try:
            Message.model_validate({**self.world.new_message(chat, user, content)})
        except ValidationError as error:
            raise ChatError(f"this would not be a message: {error}") from None
        message, update = self.world.says(user, chat, content, reply_to=given.get("reply_to"))
        view = self.message(chat, chat.entries[message["message_id"]])
        return {**view, "message_id": message["message_id"], "update_id": update}

    async def send(self, given: Json) -> object:
        """A text."""
        content = self.world.person_text(str(given.get("text") or ""))
        if not content["text"]:
            raise ChatError("the text is empty")
        if len(content["text"].encode("utf-16-le")) // 2 > 4096:
            raise ChatError("the text is longer than 4096")
        if (source := given.get("forward_from")) not in (None, ""):
            content["forward_origin"] = self._origin(source)
        return self._said(given, content)

    def _origin(self, source: object) -> Json:
        date = int(self.world.now())
        if isinstance(source, int) or str(source).isdigit():
            return {"type": "user", "date": date, "sender_user": self.world.user(source)}
        return {"type": "hidden_user", "date": date, "sender_user_name": str(source)}

    async def send_file(self, request: web.Request) -> web.Response:
        """A document or a photo."""
        fields, files = await _form(request)
        if len(files) != 1:
            raise ChatError("exactly one file is expected")
        return web.json_response(self._said(fields, self._file_content(fields, files[0], first=True)))

    async def send_album(self, request: web.Request) -> web.Response:
        """Several files in one group, an update each."""
        fields, files = await _form(request)
        if not 2 <= len(files) <= 10:
            raise ChatError("an album has 2-10 files")
        fields.setdefault("media_group_id", str(secrets.randbelow(10**17)))
        sent = [self._said(fields, self._file_content(fields, each, first=n == 0)) for n, each in enumerate(files)]
        return web.json_response(sent)

    def _file_content(self, fields: dict[str, str], sent: _Sent, *, first: bool) -> Json:
        told = fields.get("file_size") or None
        content: Json
        if fields.get("as", "document") == "photo":
            try:
                content = {"photo": self.world.add_photo(sent.content, told)}
            except ApiError as error:
                raise ChatError(error.description) from None
        else:
            stored = self.world.add_file("document", sent.content, sent.name, sent.mime, told)
            content = {"document": self.world.document_json(stored)}
            if fields.get("file_name") == "absent":
                del content["document"]["file_name"]
        if fields.get("caption") and first:
            content |= self.world.person_text(fields["caption"], "caption")
        if fields.get("media_group_id"):
            content["media_group_id"] = fields["media_group_id"]
        if fields.get("forward_from"):
            content["forward_origin"] = self._origin(fields["forward_from"])
        return content

    async def contact(self, given: Json) -> object:
        """A phone number, one's own or another's."""
        user = self.world.user(given.get("user"))
        contact: Json = {
            "phone_number": str(given.get("phone") or "+77010000000"),
            "first_name": str(given.get("first_name") or user["first_name"]),
        }
        if given.get("own", True):
            contact["user_id"] = user["id"]
        return self._said(given, {"contact": contact})

    async def other(self, given: Json) -> object:
        """A message of any other kind."""
        kind = str(given.get("kind"))
        made = self._other(kind)
        if isinstance(made.get(kind), dict):
            own = {k: v for k, v in given.items() if k not in ("user", "chat", "kind", "reply_to", "caption")}
            made[kind] |= own
        if given.get("caption"):
            made |= self.world.person_text(str(given["caption"]), "caption")
        return self._said(given, made)

    def _other(self, kind: str) -> Json:
        place: Json = {"latitude": 43.238949, "longitude": 76.889709}
        lasting = {"duration": 3}
        frame = {"width": 640, "height": 360, **lasting}
        match kind:
            case "sticker":
                looks = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
                return {kind: {**self._media("sticker.webp", "image/webp"), **looks, "emoji": "👍"}}
            case "voice":
                return {kind: {**self._media("voice.oga", "audio/ogg"), **lasting, "mime_type": "audio/ogg"}}
            case "audio":
                named = {"file_name": "audio.mp3", "mime_type": "audio/mpeg"}
                return {kind: {**self._media("audio.mp3", "audio/mpeg"), **lasting, **named}}
            case "video":
                return {kind: {**self._media("video.mp4", "video/mp4"), **frame, "mime_type": "video/mp4"}}
            case "animation":
                made = {**self._media("animation.mp4", "video/mp4"), "file_name": "animation.mp4"}
                return {kind: {**made, **frame}, "document": {**made, "mime_type": "video/mp4"}}
            case "video_note":
                return {kind: {**self._media("note.mp4", "video/mp4"), "length": 240, **lasting}}
            case "location":
                return {kind: place}
            case "venue":
                return {kind: {"location": place, "title": "Cafe", "address": "Abay Avenue 1"}, "location": place}
            case "dice":
                return {kind: {"emoji": "🎲", "value": secrets.randbelow(6) + 1}}
            case "poll":
                options = [{"persistent_id": str(n), "text": text, "voter_count": 0} for n, text in enumerate("AB")]
                flags = ("is_closed", "allows_multiple_answers", "allows_revoting", "members_only")
                poll = {"id": str(secrets.randbelow(10**15)), "question": "A or B?", "options": options}
                rest = {"total_voter_count": 0, "is_anonymous": True, "type": "regular"}
                return {kind: {**poll, **rest, **dict.fromkeys(flags, False)}}
        raise ChatError(f"no such kind of message: {kind}")

    def _media(self, name: str, mime: str) -> Json:
        stored = self.world.add_file("media", secrets.token_bytes(512), name, mime)
        return self.world.file_json(stored)

    def _own(self, given: Json) -> tuple[Chat, Entry]:
        user, chat = self._who(given)
        entry = self.world.entry(chat, given.get("message_id"))
        if entry is None or entry.message["from"]["id"] != user["id"]:
            raise ChatError("no such message of this user", 404)
        return chat, entry

    async def edit(self, given: Json) -> object:
        """A person corrects his text."""
        chat, entry = self._own(given)
        kind = "text" if "text" in entry.message else "caption"
        dropped = ("text", "entities") if kind == "text" else ("caption", "caption_entities")
        kept = {key: value for key, value in entry.message.items() if key not in dropped}
        entry.message = {
            **kept,
            **self.world.person_text(str(given.get("text") or ""), kind),
            "edit_date": int(self.world.now()),
        }
        self.world.touch(chat)
        update = self.world.emit("edited_message", entry.message)
        return {**self.message(chat, entry), "message_id": entry.message["message_id"], "update_id": update}

    async def delete_own(self, given: Json) -> object:
        """A person deletes his message; the bot is not told."""
        chat, entry = self._own(given)
        self.world.remove(chat, entry.message["message_id"])
        return {"deleted": True}

    # ------------------------------------------------------------------ queries

    async def tap(self, given: Json) -> object:
        """A tap on an inline button."""
        user, chat = self._who(given)
        entry = self.world.entry(chat, given.get("message_id"))
        data = given.get("data")
        force = bool(given.get("force"))
        if entry is None:
            if not force or data is None:
                raise ChatError("no such message", 404)
            gone = {"chat": self.world.chat_json(chat), "message_id": int(given.get("message_id") or 1), "date": 0}
            return await self.world.ask_callback(user, chat, gone, str(data), self._patience(given))
        buttons = [button for row in _rows(entry.message) for button in row]
        if data is None:
            button = _at(_rows(entry.message), given)
            if "callback_data" not in button:
                copied = button.get("copy_text", {}).get("text")
                plain: Json = {"answered": False, "text": None, "show_alert": False, "url": button.get("url")}
                return {**plain, "copied": copied} if copied is not None else plain
            data = button["callback_data"]
        elif not force and not any(each.get("callback_data") == data for each in buttons):
            raise ChatError("the message has no such button", 404)
        return await self.world.ask_callback(user, chat, entry.message, str(data), self._patience(given))

    def _patience(self, given: Json) -> float:
        return min(CALLBACK_SECONDS, float(given.get("seconds") or CALLBACK_SECONDS))

    async def inline(self, given: Json) -> object:
        """The bot's name and a query, typed in any chat."""
        user = self.world.user(given.get("user"))
        answer = await self.world.ask_inline(user, str(given.get("query") or ""), str(given.get("offset") or ""))
        if answer is None:
            return {"answered": False, "results": [], "next_offset": "", "button": None}
        return {
            "answered": True,
            "results": answer.get("results", []),
            "next_offset": answer.get("next_offset", ""),
            "button": answer.get("button"),
        }

    async def choose(self, given: Json) -> object:
        """One of the inline results goes into the chat."""
        user, chat = self._who(given)
        found = self.world.inline_results.get((user["id"], str(given.get("result_id"))))
        if found is None:
            raise ChatError("no such result", 404)
        _, result = found
        content = {**self.methods.inline_content(result), "via_bot": self.world.bot()}
        sent = self._said(given, content)
        chosen: Json = {"result_id": str(result["id"]), "from": user, "query": str(given.get("query") or "")}
        if "reply_markup" in content:
            chosen["inline_message_id"] = secrets.token_urlsafe(18)
            self.world.inline_messages[chosen["inline_message_id"]] = (chat.id, sent["id"])
        self.world.emit("chosen_inline_result", chosen)
        return sent

    async def block(self, given: Json) -> object:
        """A person blocks the bot."""
        user = self.world.user(given.get("user"))
        chat = self.world.chats[user["id"]]
        self.world.blocked.add(user["id"])
        return {"update_id": self.world.set_bot_status(chat, "kicked", user["id"])}

    async def unblock(self, given: Json) -> object:
        """A person lets the bot in again."""
        user = self.world.user(given.get("user"))
        chat = self.world.chats[user["id"]]
        self.world.blocked.discard(user["id"])
        return {"update_id": self.world.set_bot_status(chat, "member", user["id"])}

    async def member(self, given: Json) -> object:
        """The bot's standing in a group changes."""
        user, chat = self._who(given)
        status = str(given.get("status") or "member")
        if status not in ("member", "administrator", "left", "kicked", "restricted"):
            raise ChatError(f"no such status: {status}")
        if chat.private:
            raise ChatError("only groups have members; a person blocks and unblocks")
        return {"update_id": self.world.set_bot_status(chat, status, user["id"])}

    # ------------------------------------------------------------------ the stage

    async def update(self, given: Json) -> object:
        """An update as it is, be it ever so strange."""
        return {"update_id": self.world.queue(given)}

    async def resend(self, given: Json) -> object:
        """An update once more."""
        self.world.resend(int(given["update_id"]))
        return {"resent": True}

    async def ids(self, given: Json) -> object:
        """Update numbers go on from here."""
        self.world.jump_updates(int(given["next"]))
        return {"next": int(given["next"])}

    async def add_fault(self, given: Json) -> object:
        """Asks for a trouble."""
        fault = fault_from(given)
        self.world.faults.add(fault, int(given.get("times") or 1))
        return {"added": True}

    async def clear_faults(self, given: Json) -> object:
        """No more troubles."""
        self.world.faults.clear()
        return {"cleared": True}

    async def clock(self, given: Json) -> object:
        """Turns the clock forward."""
        self.world.advance(float(given.get("advance") or 0))
        return {"now": self.world.now()}


def _rows(message: Json) -> list[list[Json]]:
    rows: list[list[Json]] = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    return rows


def _cell(button: Json) -> Json:
    cell = dict(button)
    if "copy_text" in cell:
        cell["copy_text"] = cell["copy_text"]["text"]
    if "disabled" in cell:
        cell["disabled"] = True
    return cell


def _at(rows: list[list[Json]], given: Json) -> Json:
    try:
        row, column = int(given["row"]), int(given["column"])
        if row < 0 or column < 0:
            raise IndexError
        return rows[row][column]
    except (KeyError, IndexError):
        raise ChatError("no such button", 404) from None


def _careful(work: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await work(request)
        except ChatError as error:
            return web.json_response({"error": str(error)}, status=error.status)
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return answer


def _with_json(work: Callable[[Json], Awaitable[object]]) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        given = json.loads(body) if body else {}
        if not isinstance(given, dict):
            raise ChatError("an object is expected")
        return web.json_response(await work(given))

    return answer


async def _form(request: web.Request) -> tuple[dict[str, str], list[_Sent]]:
    fields: dict[str, str] = {}
    files: list[_Sent] = []
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise ChatError("nested multipart is not expected")
        content = bytes(await part.read(decode=True))
        if len(content) > _FILE_LIMIT:
            raise ChatError("the file is too big for the stand-in", 413)
        if part.filename is not None:
            files.append(_Sent(part.filename, part.headers.get("Content-Type"), content))
        else:
            fields[part.name or ""] = content.decode("utf-8", "replace")
    return fields, files
