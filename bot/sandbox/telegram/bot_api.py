"""The Bot API on the wire: reads calls of every form, checks them against aiogram's models, writes the answers."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import types
import typing
from typing import Any

import aiogram.methods
from aiogram.methods import Response, TelegramMethod
from aiogram.types import InputFile
from aiohttp import BodyPartReader, web
from pydantic import ValidationError

from bot.sandbox.telegram.errors import ApiError, Json, bad_request
from bot.sandbox.telegram.faults import Fault
from bot.sandbox.telegram.methods import UPLOAD_LIMIT, Methods, Request, Upload
from bot.sandbox.telegram.world import World, without_none

_log = logging.getLogger(__name__)
_FIELDS_LIMIT = 1024 * 1024


class BotApi:
    """The routes `/bot<TOKEN>/<method>` and `/file/bot<TOKEN>/<path>`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.methods = Methods(world)
        self._models = _models()

    def routes(self) -> list[web.RouteDef]:
        """For the application."""
        return [
            web.route("*", r"/bot{token:[^/]+}/{method}", self.call),
            web.get(r"/file/bot{token:[^/]+}/{path:.+}", self.download),
        ]

    def _known(self, request: web.Request) -> bool:
        return hmac.compare_digest(request.match_info["token"].encode(), self.world.token.encode())

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call, whatever becomes of it."""
        if not self._known(request):
            return _answer(ApiError(401, "Unauthorized"))
        if request.method not in ("GET", "POST"):
            return _answer(ApiError(405, "Method Not Allowed"))
        name = request.match_info["method"]
        try:
            given, files = await _read(request)
        except ApiError as error:
            self.world.log_call(name, {}).error = error.description
            return _answer(error)
        model = self._models.get(name.lower())
        proper = model.__api_method__ if model else name
        call = self.world.log_call(proper, _logged(given, files))
        try:
            result, fault = await self._carry_out(proper, model, given, files)
        except _DroppedError:
            call.ok, call.error = False, "connection dropped"
            return _dropped(request)
        except ApiError as error:
            call.ok, call.error = False, error.description
            if error.code == 501:
                _log.error("The stand-in for Telegram: %s: %s", proper, error.description)
            return _answer(error)
        call.ok = True
        if fault is not None:
            call.error = "connection dropped after the work"
            return _dropped(request)
        return web.json_response({"ok": True, "result": result})

    async def _carry_out(
        self, name: str, model: type[TelegramMethod[Any]] | None, given: Json, files: dict[str, Upload]
    ) -> tuple[object, Fault | None]:
        fault = self.world.faults.take(name, given.get("chat_id"))
        if fault is not None:
            if (error := fault.error()) is not None:
                raise error
            if fault.kind == "drop":
                raise _DroppedError
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
        handler = self.methods.find(name)
        if model is None or handler is None:
            raise ApiError(501, f"Not Implemented: the stand-in has no method {name}")
        result = await handler(Request(_checked(model, given, files), files))
        if name != "getUpdates":
            self._check_result(name, model, result)
        return result, fault if fault is not None and fault.kind == "drop_after" else None

    def _check_result(self, name: str, model: type[TelegramMethod[Any]], result: object) -> None:
        try:
            Response[model.__returning__].model_validate({"ok": True, "result": result})  # type: ignore[name-defined]
        except ValidationError as error:
            _log.exception("The stand-in's own answer to %s is wrong", name)
            raise ApiError(500, f"Internal Server Error: the stand-in's answer is wrong: {error}") from None

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file's content, in pieces."""
        if not self._known(request):
            return _answer(ApiError(401, "Unauthorized"))
        path = request.match_info["path"]
        call = self.world.log_call("download", {"path": path})
        fault = self.world.faults.take("download", None)
        if fault is not None:
            call.ok, call.error = False, fault.kind
            if (error := fault.error()) is not None:
                return _answer(error)
            if fault.kind == "drop":
                return _dropped(request)
            await asyncio.sleep(fault.seconds if fault.kind == "delay" else 0)
        stored = self.world.files.get(self.world.paths.get(path, ""))
        if stored is None:
            call.ok, call.error = False, "Not Found"
            return _answer(ApiError(404, "Not Found"))
        call.ok = True
        response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        response.content_length = len(stored.content)
        await response.prepare(request)
        half = len(stored.content) // 2
        for at in range(0, len(stored.content), 65536):
            if fault is not None and fault.kind == "drop_after" and at + 65536 > half:
                await response.write(stored.content[at : max(at, half)])
                return _dropped(request)
            await response.write(stored.content[at : at + 65536])
        await response.write_eof()
        return response


class _DroppedError(Exception):
    """The connection is to be broken."""


def _dropped(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _answer(error: ApiError) -> web.Response:
    headers = {"Retry-After": str(error.parameters["retry_after"])} if error.code == 429 and error.parameters else None
    return web.json_response(error.body(), status=error.code, headers=headers)


def _models() -> dict[str, type[TelegramMethod[Any]]]:
    found: dict[str, type[TelegramMethod[Any]]] = {}
    for name in aiogram.methods.__all__:
        each = getattr(aiogram.methods, name)
        if isinstance(each, type) and issubclass(each, TelegramMethod) and hasattr(each, "__api_method__"):
            found[each.__api_method__.lower()] = each
    return found


async def _read(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    params: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if request.method != "POST" or not request.can_read_body:
        return params, files
    kind = request.content_type
    if kind == "application/json":
        try:
            body = json.loads(await request.read())
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("object expected")
        params |= body
    elif kind == "multipart/form-data":
        await _read_parts(request, params, files)
    elif kind == "application/x-www-form-urlencoded":
        params |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return params, files


async def _read_parts(request: web.Request, params: Json, files: dict[str, Upload]) -> None:
    too_large = False
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise bad_request("nested multipart is not expected")
        limit = UPLOAD_LIMIT if part.filename is not None else _FIELDS_LIMIT
        content = bytearray()
        while chunk := await part.read_chunk(65536):
            if len(content) <= limit:
                content += chunk
        if len(content) > limit:
            too_large = True
        elif part.filename is not None:
            mime = part.headers.get("Content-Type")
            files[part.name or ""] = Upload(part.filename, mime, bytes(part.decode(bytes(content))))
        else:
            params[part.name or ""] = bytes(content).decode("utf-8", "replace")
    if too_large:
        raise ApiError(413, "Request Entity Too Large")


def _logged(params: Json, files: dict[str, Upload]) -> Json:
    shown: Json = {}
    for key, value in params.items():
        shown[key] = _decoded(value) if isinstance(value, str) and value[:1] in ("{", "[") else value
    for key, upload in files.items():
        shown[f"file:{key}"] = {"name": upload.name, "size": len(upload.content)}
    return shown


def _decoded(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _takes(annotation: Any, wanted: type) -> bool:
    if annotation is wanted:
        return True
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated):
        return any(_takes(each, wanted) for each in typing.get_args(annotation))
    return False


def _checked(model: type[TelegramMethod[Any]], given: Json, files: dict[str, Upload]) -> Json:
    params: Json = {}
    for key, value in given.items():
        known = model.model_fields.get(key)
        if known is None or value is None:
            continue
        if _takes(known.annotation, InputFile) and not _takes(known.annotation, str):
            continue
        if isinstance(value, str) and not _takes(known.annotation, str) and value[:1] in ("{", "["):
            try:
                params[key] = json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {key} JSON object") from None
        else:
            params[key] = value
    for key in files:
        if key in model.model_fields and key not in params and key not in ("thumbnail", "certificate"):
            params[key] = f"attach://{key}"
    params = without_none(params)
    for each in params["media"] if isinstance(params.get("media"), list) else [params.get("media")]:
        if isinstance(each, dict):
            each.pop("thumbnail", None)
    for key, text in (("text", "message text is empty"), ("chat_id", "chat_id is empty")):
        known = model.model_fields.get(key)
        if known is not None and known.is_required() and params.get(key) in (None, ""):
            raise bad_request(text)
    if "document" in model.model_fields and "document" not in params:
        raise bad_request("there is no document in the request")
    if "photo" in model.model_fields and "photo" not in params:
        raise bad_request("there is no photo in the request")
    markup = params.get("reply_markup")
    if isinstance(markup, dict):
        for row in markup.get("keyboard") or []:
            for at, button in enumerate(row):
                if isinstance(button, str):
                    row[at] = {"text": button}
    if "url" in model.model_fields and model.__api_method__ == "setWebhook":
        params.setdefault("url", "")
    if model.__api_method__ in ("answerInlineQuery", "setMyCommands"):
        params.setdefault({"answerInlineQuery": "results", "setMyCommands": "commands"}[model.__api_method__], [])
    try:
        checked = model.model_validate(params)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(each) for each in first["loc"])
        raise bad_request(f"invalid parameter {where}: {first['msg']}") from None
    plain = (str, int, float, bool)
    return {
        key: found
        if isinstance(found := getattr(checked, key), plain) and not isinstance(value, (dict, list))
        else value
        for key, value in params.items()
    }
