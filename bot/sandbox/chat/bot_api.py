"""The bot's side over HTTP: any way of sending parameters, each call checked against aiogram's own models."""

from __future__ import annotations

import functools
import json
import sys
from typing import Any, Final

import aiogram.methods
from aiogram.methods.base import TelegramMethod
from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from bot.sandbox.chat.errors import ApiError, Json, bad_request
from bot.sandbox.chat.faults import Fault
from bot.sandbox.chat.methods import perform
from bot.sandbox.chat.sending import Input, Uploaded
from bot.sandbox.chat.world import World, without_none
from bot.sandbox.faults import halfway, spoilt

_UNDONE: Final = ApiError(500, "Internal Server Error: nothing was done")
"""What a spoilt answer is made of when the work was not done."""


class BotApi:
    """`/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._models = _models()

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of a method."""
        if request.match_info["token"] != self._world.token:
            return _refused(ApiError(401, "Unauthorized"))
        wanted = request.match_info["method"]
        model = self._models.get(wanted.lower())
        name = model.__api_method__ if model is not None else wanted
        fault = self._world.faults.take(name, when="upload")
        if fault is not None:
            self._world.log_call(name, {})
            await halfway(request)
            return await self._spoilt(request, _refused(_UNDONE), fault)
        given = await _given(request)
        chat = given.get("chat_id")
        logged = self._world.log_call(name, _told(given))
        fault = self._world.faults.take(name, chat)
        try:
            if fault is not None:
                if (refusal := fault.error()) is not None:
                    raise refusal
                if not fault.way.only_late:
                    return await self._spoilt(request, _refused(_UNDONE), fault)
                await self._world.sleep(fault.seconds)
            self._world.check_hold(name, given.get("chat_id"))
            if model is not None:
                _check(model, given)
            result = without_none(await perform(self._world, name, given))
            if model is not None:
                _check_answer(model, result)
        except ApiError as refusal:
            logged.ok, logged.error = False, refusal.description
            if refusal.code == 501:
                sys.stderr.write(f"telegram stand-in: {refusal.description}\n")
            return _refused(refusal)
        logged.ok = True
        raw = b"[" + b",".join(map(_written, result)) + b"]" if name == "getUpdates" else _written(result)
        answer = web.Response(body=b'{"ok":true,"result":' + raw + b"}", content_type="application/json")
        fault = self._world.faults.take(name, chat, "after")
        return answer if fault is None else await self._spoilt(request, answer, fault)

    async def _spoilt(self, request: web.Request, answer: web.Response, fault: Fault) -> web.StreamResponse:
        return await spoilt(request, answer, fault.way, fault.seconds, self._world.sleep)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The content of a file."""
        if request.match_info["token"] != self._world.token:
            return _refused(ApiError(401, "Unauthorized"))
        file_id = self._world.paths.get(request.match_info["path"])
        if file_id is None:
            return _refused(ApiError(404, "Not Found"))
        answer = web.Response(body=self._world.files[file_id].content)
        fault = self._world.faults.take("download")
        if fault is None:
            return answer
        refusal = fault.error()
        return _refused(refusal) if refusal is not None else await self._spoilt(request, answer, fault)


def _written(result: Any) -> bytes:
    """A result as JSON; what a test put in as bytes stays as it is."""
    return result if isinstance(result, bytes) else json.dumps(result).encode()


def _check_answer(model: type[TelegramMethod[Any]], result: Any) -> None:
    if model.__api_method__ != "getUpdates":  # a test may inject what aiogram cannot read
        _answer(model).validate_python(result)


@functools.cache
def _answer(model: type[TelegramMethod[Any]]) -> TypeAdapter[Any]:
    """What a method answers, as aiogram reads it."""
    return TypeAdapter(model.__returning__)


@functools.cache
def _models() -> dict[str, type[TelegramMethod[Any]]]:
    """Aiogram's model of each method, by the method's name in small letters."""
    return {
        model.__api_method__.lower(): model
        for model in vars(aiogram.methods).values()
        if isinstance(model, type) and issubclass(model, TelegramMethod) and model is not TelegramMethod
    }


async def _given(request: web.Request) -> Input:
    params: Json = dict(request.query)
    files: dict[str, Uploaded] = {}
    if request.content_type == "application/json":
        params |= await request.json()
    elif request.can_read_body:
        for key, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[key] = Uploaded(value.filename, value.file.read(), value.content_type)
                params.setdefault(key, f"attach://{key}")
                value.file.close()
            else:
                params[key] = value
    return Input({key: _decoded(value) for key, value in params.items()}, files)


def _decoded(value: Any) -> Any:
    """A form's field: objects, lists and booleans are JSON inside it."""
    if isinstance(value, str) and (value[:1] in ("{", "[") or value in ("true", "false")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _check(model: type[TelegramMethod[Any]], given: Input) -> None:
    unknown = set(given.params) - set(model.model_fields) - set(given.files)
    if unknown:
        raise bad_request(f"the stand-in knows no parameter {', '.join(sorted(unknown))} of {model.__api_method__}")
    try:
        model.model_validate(given.params)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        if first["type"] == "missing" and first["loc"] == ("text",):
            raise bad_request("message text is empty") from None
        raise bad_request(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _told(given: Input) -> Json:
    files = {key: f"<{len(each.content)} bytes>" for key, each in given.files.items()}
    return {**given.params, **files}


def _refused(refusal: ApiError) -> web.Response:
    return web.json_response(refusal.body(), status=refusal.code)
