"""What the stand-in remembers: people, chats, messages, files, updates on their way to the bot."""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from math import ceil
from pathlib import PurePosixPath
from typing import Any

from aiogram.types import Update

from bot.sandbox.chat.errors import ApiError, ChatError, Json, bad_request
from bot.sandbox.chat.faults import FaultList
from bot.sandbox.chat.html import Formatted, trimmed, with_detected
from bot.sandbox.chat.members import RESTRICTED, RIGHTS
from bot.sandbox.chat.picture import as_jpeg, fitted, grey_jpeg, is_jpeg, picture_size
from bot.sandbox.chat.records import Bell, Call, Chat, Entry, Pending, Question, StoredFile

DAY = 24 * 3600.0
CALLBACK_SECONDS = 15.0
_UNASKED = ("chat_member", "message_reaction", "message_reaction_count")
_PHOTO_SIDES = (90, 320, 800, 1280)


class World:
    """Everything that has happened, and the means to make more happen."""

    def __init__(self, token: str, username: str) -> None:
        self.token = token
        self.bot_id = int(token.split(":", 1)[0])
        self.username = username
        self.bell = Bell()
        self.faults = FaultList()
        self.sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        """How long a fault lasts."""
        self.holds: dict[int, float] = {}
        self.upgraded: dict[int, int] = {}
        self.closing = False
        self.users: dict[int, Json] = {}
        self.blocked: set[int] = set()
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, str] = {}
        self.calls: deque[Call] = deque(maxlen=50_000)
        self.callbacks: dict[str, Question] = {}
        self.inline: dict[str, Question] = {}
        self.inline_results: dict[tuple[int, str], tuple[str, Json]] = {}
        self.inline_messages: dict[str, tuple[int, int]] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.names: dict[str, str] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.menu_button: Json = {"type": "commands"}
        self.webhook = ""
        self.webhook_secret = ""
        self.allowed: list[str] | None = None
        self._offset = 0.0
        self._common_version = 1
        self._pending: list[Pending] = []
        self._history: dict[int, Json] = {}
        self._next_update = 100_000_001
        self._next_message = 1
        self._next_user = 7_000_001
        self._next_file = 1
        self._next_call = 1
        self._poll: object | None = None

    def now(self) -> float:
        """The stand-in's time, seconds since the epoch."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Turns the clock forward."""
        if not seconds >= 0:
            raise ChatError("the clock can't be turned back")
        self._offset += seconds
        self.touch(None)

    def close(self) -> None:
        """Ends every wait."""
        self.closing = True
        for question in (*self.callbacks.values(), *self.inline.values()):
            if not question.answer.done():
                question.answer.cancel()
        self.bell.ring()

    def touch(self, chat: Chat | None) -> None:
        """Notes that something to be seen has changed, in one chat or in all."""
        if chat is None:
            self._common_version += 1
        else:
            chat.version += 1
        self.bell.ring()

    def drawn(self, chat: Chat, entry: Entry) -> None:
        """Notes that a message is new, or looks different from now on."""
        self.touch(chat)
        entry.changed = self.version(chat)

    def version(self, chat: Chat) -> int:
        """The number that grows with each change of what the chat shows."""
        return self._common_version + chat.version

    def bot(self) -> Json:
        """The bot as a User."""
        name = self.names.get("") or self.username
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.username}

    def add_user(self, given: Json) -> Json:
        """Adds a person or changes one."""
        number = given.get("id")
        if number is None:
            while self._next_user in self.users:
                self._next_user += 1
            number = self._next_user
        number = int(number)
        if number <= 0 or number == self.bot_id:
            raise ChatError("a person's id is a positive number, not the bot's")
        known = self.users.get(number, {"id": number, "is_bot": False, "first_name": f"User {number}"})
        fresh = dict(known)
        for key in ("first_name", "last_name", "username", "language_code"):
            if key in given:
                fresh[key] = given[key]
        fresh = {key: value for key, value in fresh.items() if value not in (None, "")}
        if not fresh.get("first_name"):
            raise ChatError("first_name is empty")
        self.users[number] = fresh
        self.chats.setdefault(number, Chat(number, members={number}))
        if fresh != known:
            self.touch(self.chats[number])
        return fresh

    def add_group(self, title: str, members: Iterable[int]) -> Chat:
        """Makes a group with the bot in it."""
        present = set(members)
        for each in present:
            self.user(each)
        number = -1_001_000_000_001
        while number in self.chats:
            number -= 1
        group = Chat(number, title=title, members=present, opened=True, bot_status="left")
        self.chats[number] = group
        if present:
            self.set_bot_status(group, "member", min(present))
        else:
            group.bot_status = "member"
        return group

    def upgrade(self, number: int) -> Chat:
        """A group becomes a supergroup with another id; the old one leads nowhere (Bot API, migrate_to_chat_id)."""
        old = self.chats[number]
        fresh = self.add_group(old.title or "Group", old.members)
        self.upgraded[number] = fresh.id
        return fresh

    def user(self, number: object) -> Json:
        """A person by id."""
        try:
            return self.users[int(str(number))]
        except (KeyError, ValueError):
            raise ChatError(f"no such user: {number}", 404) from None

    def chat_of(self, user: Json, number: object | None) -> Chat:
        """The person's chat with the bot, or a group he is in."""
        if number in (None, "", 0):
            return self.chats[user["id"]]
        try:
            chat = self.chats[int(str(number))]
        except (KeyError, ValueError):
            raise ChatError(f"no such chat: {number}", 404) from None
        if user["id"] not in chat.members:
            raise ChatError("the user is not in the chat", 403)
        return chat

    def chat_json(self, chat: Chat) -> Json:
        """The chat as Telegram's Chat."""
        if not chat.private:
            return {"id": chat.id, "type": "supergroup", "title": chat.title or "Group"}
        person = self.users[chat.id]
        named: Json = {key: person[key] for key in ("first_name", "last_name", "username") if key in person}
        return {"id": chat.id, "type": "private", **named}

    def chat_for_bot(self, number: object) -> Chat:
        """The chat that the bot wants to do something in.

        Raises:
            ApiError: there is none, or the bot is not let in.

        """
        if number in (None, ""):
            raise bad_request("chat_id is empty")
        try:
            chat = self.chats[int(str(number))]
        except (KeyError, ValueError):
            raise bad_request("chat not found") from None
        if chat.id in self.upgraded:
            moved = {"migrate_to_chat_id": self.upgraded[chat.id]}
            raise ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
        if chat.id in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat.private and not chat.opened:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if chat.bot_status == "kicked":
            raise ApiError(403, "Forbidden: bot was kicked from the supergroup chat")
        if chat.bot_status == "left":
            raise ApiError(403, "Forbidden: bot is not a member of the supergroup chat")
        return chat

    def hold(self, chat: int, seconds: float) -> None:
        """Nothing may be sent or edited in a chat for so long; 0 is every chat."""
        self.holds[chat] = self.now() + seconds

    def check_hold(self, method: str, chat: object) -> None:
        """Refuses what comes before a hold is over.

        Raises:
            ApiError: as Telegram says it, with the seconds that are left (Bot API, ResponseParameters).

        """
        if not method.startswith(("send", "edit", "forward", "copy")) or method == "sendChatAction":
            return
        until = max(self.holds.get(0, 0.0), self.holds.get(int(str(chat)), 0.0) if chat else 0.0)
        left = ceil(until - self.now())
        if left > 0:
            raise ApiError(429, f"Too Many Requests: retry after {left}", {"retry_after": left})

    def entry(self, chat: Chat, number: object) -> Entry | None:
        """A message of the chat that is still there."""
        try:
            return chat.entries.get(int(str(number)))
        except ValueError:
            return None

    def new_message(self, chat: Chat, sender: Json, content: Json) -> Json:
        """A message that is not in the chat yet."""
        number = self._next_message
        self._next_message += 1
        return {
            "message_id": number,
            "from": sender,
            "chat": self.chat_json(chat),
            "date": int(self.now()),
            **content,
        }

    def put(self, chat: Chat, message: Json, *, had_keyboard: bool = False) -> Entry:
        """Places a message into the chat."""
        entry = Entry(message, self.now(), had_keyboard)
        chat.entries[message["message_id"]] = entry
        if message["from"]["id"] == self.bot_id:
            chat.action = None
        self.drawn(chat, entry)
        return entry

    def remove(self, chat: Chat, number: int) -> None:
        """Takes a message away."""
        chat.entries.pop(number, None)
        if chat.force_reply and chat.force_reply["message_id"] == number:
            chat.force_reply = None
        if number in chat.pinned:
            chat.pinned.remove(number)
        self.touch(chat)

    def quoted(self, chat: Chat, number: object) -> Json | None:
        """A message as it stands inside a reply to it."""
        entry = self.entry(chat, number)
        if entry is None:
            return None
        return {key: value for key, value in entry.message.items() if key != "reply_to_message"}

    def says(self, user: Json, chat: Chat, content: Json, *, reply_to: object | None = None) -> tuple[Json, int | None]:
        """A person's message: into the chat and to the bot. Returns it with its update's id."""
        if chat.private and chat.id in self.blocked:
            raise ChatError("the bot is blocked by the user", 409)
        if reply_to not in (None, ""):
            quoted = self.quoted(chat, reply_to)
            if quoted is None:
                raise ChatError("no message to reply to", 404)
            content = {**content, "reply_to_message": quoted}
        message = self.new_message(chat, user, content)
        chat.opened = True
        chat.force_reply = None
        self.put(chat, message)
        update = self.emit("message", message) if self._reaches_the_bot(chat, message) else None
        return message, update

    def _reaches_the_bot(self, chat: Chat, message: Json) -> bool:
        if chat.private:
            return True
        if chat.bot_status not in ("member", "administrator"):
            return False
        text = str(message.get("text") or message.get("caption") or "")
        to_bot = message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot_id
        via = message.get("via_bot") is not None
        return (
            chat.bot_status == "administrator" or to_bot or via or text.startswith("/") or f"@{self.username}" in text
        )

    def person_text(self, text: str, kind: str = "text") -> Json:
        """A person's words as the message's fields."""
        formatted = with_detected(trimmed(Formatted(text)))
        made: Json = {kind: formatted.text}
        if formatted.entities:
            made["entities" if kind == "text" else "caption_entities"] = formatted.entities
        return made

    def emit(self, kind: str, body: Json) -> int | None:
        """Queues an update for the bot; None when the bot has not asked for its kind."""
        if kind in _UNASKED if not self.allowed else kind not in self.allowed:
            return None
        update = {"update_id": self._next_update, kind: body}
        Update.model_validate(update)
        return self.queue(update)

    def queue(self, update: Json) -> int:
        """Queues an update as it is."""
        number = update.get("update_id")
        if not isinstance(number, int):
            number = self._next_update
            update = {"update_id": number, **{k: v for k, v in update.items() if k != "update_id"}}
        self._next_update = max(self._next_update, number + 1)
        self._history[number] = update
        self._pending.append(Pending(number, update, self.now()))
        self.bell.ring()
        return number

    def queue_raw(self, content: bytes) -> int:
        """Queues bytes in the place of an update, whatever they are; `#` in them is the number that it has here."""
        number = self._next_update
        self._next_update += 1
        self._pending.append(Pending(number, content.replace(b"#", b"%d" % number), self.now()))
        self.bell.ring()
        return number

    def resend(self, number: int) -> None:
        """Delivers an update once more, confirmed or not."""
        if number not in self._history:
            raise ChatError(f"no such update: {number}", 404)
        self._pending.append(Pending(number, self._history[number], self.now(), again=True))
        self.bell.ring()

    def jump_updates(self, number: int) -> None:
        """The next update takes this number."""
        self._next_update = number

    @property
    def pending(self) -> int:
        """How many updates wait."""
        return len(self._pending)

    def next_delivery(self) -> Pending | None:
        """The oldest of what waits, where there is a webhook to bring it to."""
        return self._pending[0] if self.webhook and self._pending else None

    def delivered(self, pending: Pending) -> None:
        """It was taken."""
        self._pending = [each for each in self._pending if each is not pending]

    def drop_pending(self) -> None:
        """Forgets what waits."""
        self._pending.clear()

    def _take(self, offset: int, limit: int) -> list[Json | bytes]:
        fresh = self.now() - DAY
        waiting = [each for each in self._pending if each.at >= fresh]
        if offset > 0 and offset <= self._next_update + 10:
            waiting = [each for each in waiting if each.again or each.id >= offset]
        elif offset < 0:
            waiting = waiting[offset:]
        batch = waiting[:limit]
        sent_again = [each for each in batch if each.again]
        self._pending = [each for each in waiting if not any(each is one for one in sent_again)]
        return [each.body for each in batch]

    async def get_updates(self, offset: int, limit: int, seconds: float) -> list[Json | bytes]:
        """Long polling; a newer poll ends this one with a conflict."""
        mine = object()
        self._poll = mine
        self.bell.ring()
        until = time.monotonic() + seconds
        try:
            while True:
                if self._poll is not mine:
                    raise ApiError(
                        409,
                        "Conflict: terminated by other getUpdates request; "
                        "make sure that only one bot instance is running",
                    )
                batch = self._take(offset, limit)
                left = until - time.monotonic()
                if batch or left <= 0 or self.closing:
                    return batch
                await self.bell.wait(left)
        finally:
            if self._poll is mine:
                self._poll = None

    def log_call(self, method: str, params: Json) -> Call:
        """Writes a call down."""
        call = Call(self._next_call, self.now(), method, params)
        self._next_call += 1
        self.calls.append(call)
        return call

    def add_file(
        self, kind: str, content: bytes, name: str, mime: str | None = None, told: str | int | None = None
    ) -> StoredFile:
        """Stores a file; `told` "absent" hides its size, a number lies about it."""
        number = self._next_file
        self._next_file += 1
        guessed = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        suffix = PurePosixPath(name).suffix or mimetypes.guess_extension(guessed) or ""
        size = None if told == "absent" else int(told) if told not in (None, "") else len(content)
        width, height = picture_size(content) or (0, 0)
        stored = StoredFile(
            file_id=f"{kind[:2].upper()}{secrets.token_urlsafe(24)}",
            unique_id=secrets.token_urlsafe(8),
            kind=kind,
            content=content,
            name=name,
            mime=guessed,
            path=f"{kind}s/file_{number}{suffix}",
            told_size=size,
            width=width,
            height=height,
        )
        self.files[stored.file_id] = stored
        self.paths[stored.path] = stored.file_id
        return stored

    def file_json(self, stored: StoredFile) -> Json:
        """A file as the bot sees it inside a message."""
        made: Json = {"file_id": stored.file_id, "file_unique_id": stored.unique_id}
        if stored.told_size is not None:
            made["file_size"] = stored.told_size
        return made

    def document_json(self, stored: StoredFile) -> Json:
        """A file as a Document."""
        return {**self.file_json(stored), "file_name": stored.name, "mime_type": stored.mime}

    def add_photo(self, content: bytes, told: str | int | None = None) -> list[Json]:
        """Stores a photo and its smaller sizes; returns the list of PhotoSize, the whole picture last.

        Telegram makes every photo a JPEG. The small sizes are flat grey, so who takes a wrong one sees it.
        """
        size = picture_size(content)
        if size is None and not is_jpeg(content):
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = size or (1280, 960)
        if not is_jpeg(content):
            content = as_jpeg(content, (width, height))
        sizes: list[Json] = []
        for side in _PHOTO_SIDES:
            if side < max(width, height) or not sizes:
                small = fitted(width, height, min(side, max(width, height)))
                sizes.append(self._photo_size(grey_jpeg(*small), small, None))
        sizes.append(self._photo_size(content, (width, height), told))
        return sizes

    def _photo_size(self, content: bytes, size: tuple[int, int], told: str | int | None) -> Json:
        stored = replace(
            self.add_file("photo", content, "photo.jpg", "image/jpeg", told), width=size[0], height=size[1]
        )
        self.files[stored.file_id] = stored
        return {**self.file_json(stored), "width": size[0], "height": size[1]}

    def photo_sizes(self, file_id: str) -> list[Json]:
        """The sizes of a photo that is sent again by its id."""
        stored = self.files[file_id]
        return [{**self.file_json(stored), "width": stored.width or 1280, "height": stored.height or 960}]

    async def ask_callback(
        self, user: Json, chat: Chat, message: Json, data: str, wait: float = CALLBACK_SECONDS
    ) -> Json:
        """A tap on a button: asks the bot and waits for its answer."""
        question = self._question(user)
        self.callbacks[question.id] = question
        instance = str(abs(hash((chat.id, self.token))))
        body = {"id": question.id, "from": user, "message": message, "chat_instance": instance, "data": data}
        update = self.emit("callback_query", body)
        answer = await self._answer(question, wait)
        found: Json = {"answered": False} if answer is None else {"answered": True, **answer}
        return {
            "answered": found["answered"],
            "text": found.get("text"),
            "show_alert": bool(found.get("show_alert")),
            "url": found.get("url"),
            "update_id": update,
        }

    async def ask_inline(self, user: Json, query: str, offset: str, wait: float = 10.0) -> Json | None:
        """An inline query: asks the bot and waits for its results."""
        question = self._question(user)
        self.inline[question.id] = question
        body = {"id": question.id, "from": user, "query": query, "offset": offset, "chat_type": "sender"}
        self.emit("inline_query", body)
        return await self._answer(question, wait)

    def _question(self, user: Json) -> Question:
        number = str(secrets.randbelow(9 * 10**17) + 10**17)
        return Question(number, user["id"], self.now(), asyncio.get_running_loop().create_future())

    async def _answer(self, question: Question, wait: float) -> Json | None:
        until = self.now() + wait
        while not question.answer.done() and not self.closing and (left := until - self.now()) > 0:
            rung = self.bell.next_ring()
            first: set[asyncio.Future[Any]] = {rung, question.answer}
            await asyncio.wait(first, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            rung.cancel()
        done = question.answer.done() and not question.answer.cancelled()
        return question.answer.result() if done else None

    def answer(self, questions: dict[str, Question], number: str, answer: Json) -> Question:
        """The bot's answer to a query.

        Raises:
            ApiError: too late, twice, or to a query that never was.

        """
        question = questions.get(number)
        late = question is not None and self.now() - question.at > CALLBACK_SECONDS
        if question is None or late or question.answer.done():
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        question.answer.set_result(answer)
        return question

    def set_bot_status(self, chat: Chat, status: str, actor: int) -> int | None:
        """The bot is blocked, let in, thrown out or made an administrator."""
        before = chat.bot_status
        chat.bot_status = status
        self.touch(chat)
        if before == status:
            return None
        return self.emit(
            "my_chat_member",
            {
                "chat": self.chat_json(chat),
                "from": self.user(actor),
                "date": int(self.now()),
                "old_chat_member": self.member_json(self.bot(), before),
                "new_chat_member": self.member_json(self.bot(), status),
            },
        )

    def member_json(self, user: Json, status: str) -> Json:
        """A ChatMember."""
        made: Json = {"status": status, "user": user}
        if status == "kicked":
            made["until_date"] = 0
        if status == "creator":
            made["is_anonymous"] = False
        if status == "restricted":
            made |= {"is_member": True, "until_date": 0, **dict.fromkeys(RESTRICTED, False)}
        if status == "administrator":
            made |= {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(RIGHTS, True)}
        return made

    def commands_for(self, user: Json, chat: Chat) -> list[Json]:
        """The command list that this person sees in this chat."""
        scopes = [f"chat:{chat.id}", "all_private_chats", "default"]
        if not chat.private:
            scopes = [f"chat_member:{chat.id}:{user['id']}", f"chat:{chat.id}", "all_group_chats", "default"]
        language = str(user.get("language_code", "")).split("-")[0]
        for scope in scopes:
            for code in (language, ""):
                if found := self.commands.get((scope, code)):
                    return found
        return []

    async def until(self, seen: Callable[[], bool], seconds: float) -> None:
        """Waits until a condition comes true, at most so long."""
        until = time.monotonic() + seconds
        while not self.closing and not seen() and (left := until - time.monotonic()) > 0:
            await self.bell.wait(left)


def without_none(value: Any) -> Any:
    """The same JSON without nulls inside objects."""
    if isinstance(value, dict):
        return {key: without_none(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_none(each) for each in value]
    return value
