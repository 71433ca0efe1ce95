"""The people's side over HTTP: what the chat page and the tests do and see.

Whatever a person does is answered with the version of the chat before it (`before`), and each message says at which
version it was last changed (`changed`): what the bot has done since is the messages with `changed` above `before`.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from bot.sandbox.chat.errors import ApiError, ChatError, Json
from bot.sandbox.chat.faults import fault_from
from bot.sandbox.chat.html import render_html
from bot.sandbox.chat.markup import callbacks_of
from bot.sandbox.chat.records import Chat, Entry
from bot.sandbox.chat.rich import text_of_rich
from bot.sandbox.chat.sending import Input, text_of
from bot.sandbox.chat.world import World

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Files = Sequence[tuple[str, bytes]]
_OTHERS: dict[str, Json] = {
    "voice": {"duration": 3},
    "video": {"duration": 3, "width": 640, "height": 480},
    "audio": {"duration": 3},
    "animation": {"duration": 3, "width": 320, "height": 240},
    "video_note": {"duration": 3, "length": 240},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
        "set_name": "Thumbs",
    },
}
_KINDS = ("document", "photo", "contact", "location", "poll", *_OTHERS)
_NOT_FORWARDED = frozenset(
    {
        *("message_id", "from", "chat", "date", "edit_date", "reply_markup", "reply_to_message"),
        *("media_group_id", "effect_id", "has_protected_content"),
    }
)


class ChatApi:
    """Everything below `/chat`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._acts: dict[str, Callable[[Json], Any]] = {
            "users": world.add_user,
            "groups": self._group,
            "send": self._send,
            "forward": self._forward,
            "contact": self._contact,
            "other": self._other,
            "edit": self._edit,
            "delete_own": self._delete_own,
            "tap": self._tap,
            "inline": self._inline,
            "inline/choose": self._choose,
            "block": self._block,
            "unblock": self._unblock,
            "member": self._member,
            "update": lambda given: {"update_id": world.queue(given)},
            "resend": self._resend,
            "ids": self._ids,
            "faults": self._fault,
            "faults/clear": self._clear,
            "clock": self._clock,
            "hold": self._hold,
            "topic": self._topic,
            "rename": self._rename,
            "upgrade": lambda given: {"id": world.upgrade(int(given["chat"])).id},
        }

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        return [
            *(web.post(f"/chat/{what}", self._posted(what)) for what in self._acts),
            *(web.post(f"/chat/{what}", self._form(what)) for what in ("file", "album")),
            web.get("/chat/users", _told(self._users)),
            web.get("/chat/state", _told(self._state)),
            web.get("/chat/wait", _told(self._wait)),
            web.get("/chat/calls", _told(self._calls)),
            web.get("/chat/file/{file_id}", _told(self._content)),
        ]

    async def does(self, what: str, given: Json) -> Any:
        """What a person does, as it comes by `POST /chat/<what>`; gives what is answered.

        Raises:
            ChatError: it can't be carried out.

        """
        found = self._acts[what](given)
        return await found if isinstance(found, Awaitable) else found

    async def waits(self, user: object, number: object | None, known: int, seconds: float) -> Json:
        """What a person sees of a chat, as soon as it is newer than the version `known`, or after so many seconds."""
        person = self._world.user(user)
        chat = self._world.chat_of(person, number)
        await self._world.until(lambda: self._world.version(chat) > known, seconds)
        return self.state(person, chat)

    def _posted(self, what: str) -> Answer:
        async def answer(request: web.Request) -> web.StreamResponse:
            return web.json_response(await self.does(what, await request.json()))

        return _told(answer)

    # Reading

    async def _users(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(list(self._world.users.values()))

    async def _state(self, request: web.Request) -> web.StreamResponse:
        user = self._world.user(request.query.get("user"))
        return web.json_response(self.state(user, self._world.chat_of(user, request.query.get("chat"))))

    async def _wait(self, request: web.Request) -> web.StreamResponse:
        asked = request.query
        known, seconds = int(asked.get("version", "0")), float(asked.get("seconds", "25"))
        return web.json_response(await self.waits(asked.get("user"), asked.get("chat"), known, seconds))

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        since = int(request.query.get("since", "0"))
        return web.json_response([each.json() for each in self._world.calls if each.n > since])

    async def _content(self, request: web.Request) -> web.StreamResponse:
        stored = self._world.files.get(request.match_info["file_id"])
        if stored is None:
            raise ChatError("no such file", 404)
        return web.Response(body=stored.content, content_type=stored.mime.split(";")[0])

    def state(self, user: Json, chat: Chat) -> Json:
        """All that a person sees of a chat."""
        action = chat.action[0] if chat.action and chat.action[1] > self._world.now() else None
        # Also of what was deleted since: the reply to it still shows it.
        replied = [each.message.get("reply_to_message") for each in chat.entries.values()]
        return {
            "version": self._world.version(chat),
            "chat": self._world.chat_json(chat),
            "bot": self._world.bot(),
            "messages": [self._shown(each) for each in chat.entries.values()],
            "quotes": {each["message_id"]: _quote(each) for each in replied if each},
            "reply_keyboard": chat.keyboard,
            "commands": self._world.commands_for(user, chat),
            "menu_button": chat.menu_button or self._world.menu_button,
            "action": action,
            "force_reply": chat.force_reply,
            "now": self._world.now(),
        }

    def _shown(self, entry: Entry) -> Json:
        message = entry.message
        rich = message.get("rich_message")
        text = text_of_rich(rich) if rich else message.get("text") or message.get("caption") or ""
        entities = message.get("entities") or message.get("caption_entities") or []
        shown = {key: message[key] for key in (*_KINDS, "media_group_id", "effect_id") if key in message}
        return {
            "id": message["message_id"],
            "from": message["from"],
            "date": message["date"],
            "edited": message.get("edit_date"),
            "changed": entry.changed,
            "text": text,
            "html": render_html(text, entities),
            "entities": entities,
            "inline": (message.get("reply_markup") or {}).get("inline_keyboard") or [],
            "reply_to": (message.get("reply_to_message") or {}).get("message_id"),
            "forwarded": "forward_origin" in message,
            "forwarded_from": _origin_name(message.get("forward_origin") or {}),
            "via": (message.get("via_bot") or {}).get("username"),
            "reactions": entry.reactions,
            "topic": message.get("message_thread_id"),
            "silent": entry.silent,
            "rich": rich,
            **shown,
        }

    # Doing

    def _where(self, given: Json) -> tuple[Json, Chat]:
        user = self._world.user(given.get("user"))
        return user, self._world.chat_of(user, given.get("chat"))

    def _says(self, given: Json, content: Json) -> Json:
        user, chat = self._where(given)
        if given.get("topic"):
            content = {**content, "message_thread_id": int(given["topic"]), "is_topic_message": True}
        before = self._world.version(chat)
        message, update = self._world.says(user, chat, content, reply_to=given.get("reply_to"))
        return {"message_id": message["message_id"], "update_id": update, "before": before}

    def _group(self, given: Json) -> Json:
        return {"id": self._world.add_group(str(given.get("title", "Group")), given.get("members") or []).id}

    def _send(self, given: Json) -> Json:
        content = self._world.person_text(str(given.get("text", "")))
        if not content["text"]:
            raise ChatError("an empty text cannot be sent")
        if given.get("forward_from"):
            content["forward_origin"] = _hidden(str(given["forward_from"]), int(self._world.now()))
        return self._says(given, content)

    def _forward(self, given: Json) -> Json:
        """Says a message again, of whatever kind: in the same chat, or in the chat `to` (null: the private one).

        `from` hides the sender behind a name.
        """
        _, chat = self._where(given)
        entry = self._world.entry(chat, given.get("message_id"))
        if entry is None:
            raise ChatError("no such message", 404)
        message = entry.message
        content = {key: value for key, value in message.items() if key not in _NOT_FORWARDED}
        if given.get("from"):
            content["forward_origin"] = _hidden(str(given["from"]), message["date"])
        elif "forward_origin" not in content:  # forwarded on, it keeps where it came from first
            content["forward_origin"] = {"type": "user", "date": message["date"], "sender_user": message["from"]}
        target = {"user": given.get("user"), "chat": given.get("to", given.get("chat"))}
        return self._says(target, content)

    def _contact(self, given: Json) -> Json:
        user, _ = self._where(given)
        contact = {"phone_number": str(given.get("phone", "")), "first_name": user["first_name"]}
        return self._says(given, {"contact": {**contact, **({"user_id": user["id"]} if given.get("own") else {})}})

    def _other(self, given: Json) -> Json:
        kind = str(given.get("kind"))
        if kind in _OTHERS:
            stored = self._world.add_file(kind, b"\x00" * 64, kind)
            return self._says(given, {kind: {**self._world.file_json(stored), **_OTHERS[kind]}})
        if kind in ("location", "venue"):
            place = {"latitude": 43.24, "longitude": 76.89}
            venue = {"location": place, "title": "Almaty", "address": "Abay"}
            return self._says(given, {"location": place, **({"venue": venue} if kind == "venue" else {})})
        if kind == "dice":
            return self._says(given, {"dice": {"emoji": "🎲", "value": 4}})
        if kind == "poll":
            option = {"persistent_id": "1", "text": "yes", "voter_count": 0}
            poll = {"id": "1", "question": "?", "options": [option], "total_voter_count": 0, "is_closed": False}
            flags = {"is_anonymous": True, "type": "regular", "allows_multiple_answers": False}
            more = {"allows_revoting": False, "members_only": False}
            return self._says(given, {"poll": {**poll, **flags, **more}})
        raise ChatError(f"no such kind of message: {kind}")

    def _edit(self, given: Json) -> Json:
        _, chat = self._where(given)
        entry = self._world.entry(chat, given.get("message_id"))
        if entry is None:
            raise ChatError("no such message", 404)
        kind = "text" if "text" in entry.message else "caption"
        kept = {key: value for key, value in entry.message.items() if key not in (kind, "entities", "caption_entities")}
        told = self._world.person_text(str(given.get("text", "")), kind)
        before = self._world.version(chat)
        entry.message = {**kept, **told, "edit_date": int(self._world.now())}
        self._world.drawn(chat, entry)
        return {"update_id": self._world.emit("edited_message", entry.message), "before": before}

    def _delete_own(self, given: Json) -> Json:
        _, chat = self._where(given)
        self._world.remove(chat, int(given["message_id"]))
        return {}

    async def _tap(self, given: Json) -> Json:
        user, chat = self._where(given)
        data = str(given.get("data", ""))
        entry = self._world.entry(chat, given.get("message_id"))
        if entry is None and not given.get("force"):
            raise ChatError("no such message", 404)
        if entry is not None and data not in callbacks_of(entry.message) and not given.get("force"):
            raise ChatError("no such button", 404)
        gone = {"chat": self._world.chat_json(chat), "message_id": int(given.get("message_id") or 0), "date": 0}
        before = self._world.version(chat)
        answer = await self._world.ask_callback(user, chat, entry.message if entry else gone, data)
        return {**answer, "before": before}

    async def _inline(self, given: Json) -> Json:
        user, _ = self._where(given)
        answer = await self._world.ask_inline(user, str(given.get("query", "")), str(given.get("offset", "")))
        if answer is None:
            return {"answered": False, "results": []}
        for each in answer.get("results") or []:
            self._world.inline_results[(user["id"], str(each["id"]))] = (str(given.get("query", "")), each)
        return {"answered": True, **answer}

    def _choose(self, given: Json) -> Json:
        """A person puts a result into the chat: it is their own message, by way of the bot (Bot API, `via_bot`)."""
        user, _ = self._where(given)
        _, result = self._world.inline_results[(user["id"], str(given["result_id"]))]
        said: Json = result.get("input_message_content") or {}
        content = text_of(Input({**said, "text": said.get("message_text")}, {}))
        if result.get("reply_markup"):
            content["reply_markup"] = result["reply_markup"]
        return self._says(given, {**content, "via_bot": self._world.bot()})

    def _block(self, given: Json) -> Json:
        user, chat = self._where(given)
        self._world.blocked.add(user["id"])
        self._world.set_bot_status(chat, "kicked", user["id"])
        return {}

    def _unblock(self, given: Json) -> Json:
        """`silent`: the update that tells of it is lost."""
        user, chat = self._where(given)
        self._world.blocked.discard(user["id"])
        if given.get("silent"):
            chat.bot_status = "member"
        else:
            self._world.set_bot_status(chat, "member", user["id"])
        return {}

    def _member(self, given: Json) -> Json:
        user, chat = self._where(given)
        return {"update_id": self._world.set_bot_status(chat, str(given.get("status")), user["id"])}

    def _resend(self, given: Json) -> Json:
        self._world.resend(int(given["update_id"]))
        return {}

    def _ids(self, given: Json) -> Json:
        self._world.jump_updates(int(given["next"]))
        return {}

    def _fault(self, given: Json) -> Json:
        self._world.faults.add(fault_from(given), int(given.get("times") or 1))
        return {}

    def _clear(self, _given: Json) -> Json:
        self._world.faults.clear()
        return {}

    def _topic(self, given: Json) -> Json:
        """A topic of the private chat, made, or deleted with all that stands in it (`delete`)."""
        _, chat = self._where(given)
        if given.get("delete"):
            gone = int(given["delete"])
            chat.topics.discard(gone)
            for number in [n for n, each in chat.entries.items() if each.message.get("message_thread_id") == gone]:
                self._world.remove(chat, number)
            return {}
        made = max(chat.topics, default=1000) + 1
        chat.topics.add(made)
        return {"topic": made}

    def _rename(self, given: Json) -> Json:
        """The bot's owner gives it another user name."""
        self._world.username = str(given["username"])
        return {}

    def _hold(self, given: Json) -> Json:
        self._world.hold(int(given.get("chat") or 0), float(given["seconds"]))
        return {}

    def _clock(self, given: Json) -> Json:
        self._world.advance(float(given.get("advance") or 0))
        return {"now": self._world.now()}

    def sends(self, what: str, fields: Json, files: Files) -> Any:
        """What a person sends as a `file`, or several of an `album`; gives what is answered.

        Raises:
            ChatError: it can't be sent.

        """
        if what == "file":
            if len(files) != 1:
                raise ChatError("one file is needed")
            return self._says(fields, self._attached(fields, *files[0]))
        if not 2 <= len(files) <= 10:
            raise ChatError("an album has two to ten files")
        fields["media_group_id"] = str(secrets.randbelow(10**17))
        sent = []
        for name, content in files:
            sent.append(self._says(fields, self._attached(fields, name, content)))
            fields.pop("caption", None)
        return sent

    def _form(self, what: str) -> Answer:
        async def answer(request: web.Request) -> web.StreamResponse:
            fields: Json = {}
            files: list[tuple[str, bytes]] = []
            for key, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    files.append((value.filename, value.file.read()))
                    value.file.close()
                else:
                    fields[key] = value
            return web.json_response(self.sends(what, fields, files))

        return _told(answer)

    def _attached(self, fields: Json, name: str, content: bytes) -> Json:
        told = fields.get("file_size")
        made: Json
        if fields.get("as") == "photo":
            try:
                made = {"photo": self._world.add_photo(content, told)}
            except ApiError:
                raise ChatError("that is no picture") from None
        elif fields.get("as") == "sticker":  # what a computer makes of a .webp file: in no set
            stored = self._world.add_file("sticker", content, name, None, told)
            made = {"sticker": {**self._world.file_json(stored), **_OTHERS["sticker"], "set_name": None}}
        else:
            made = {"document": self._world.document_json(self._world.add_file("document", content, name, None, told))}
        if fields.get("caption"):
            made |= self._world.person_text(str(fields["caption"]), "caption")
        if fields.get("media_group_id"):
            made["media_group_id"] = str(fields["media_group_id"])
        return made


def _hidden(name: str, date: int) -> Json:
    return {"type": "hidden_user", "date": date, "sender_user_name": name}


def _origin_name(origin: Json) -> str | None:
    return origin.get("sender_user_name") or (origin.get("sender_user") or {}).get("first_name")


def _quote(message: Json) -> Json:
    """As much of a message as is seen above the reply to it."""
    kind = next((each for each in _KINDS if each in message), None)
    text = message.get("text") or message.get("caption") or (message.get("document") or {}).get("file_name")
    return {"from": message["from"]["first_name"], "text": text or "", "kind": kind}


def _told(act: Answer) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await act(request)
        except ChatError as wrong:
            return web.json_response({"error": str(wrong)}, status=wrong.status)
        except (KeyError, ValueError, TypeError) as wrong:
            return web.json_response({"error": f"{type(wrong).__name__}: {wrong}"}, status=400)

    return answer
