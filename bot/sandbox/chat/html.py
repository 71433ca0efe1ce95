"""Telegram's HTML: markup into text and entities, with Telegram's own complaints, and back into safe HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Entity = dict[str, Any]

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_QUOTES = ("blockquote", "expandable_blockquote")
_ALONE = ("code", "pre")
_LINKS = ("text_link", "text_mention", "date_time", "custom_emoji")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_MARK = re.compile("[<&]")
_CHARACTER = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,8})|#[xX]([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_DETECTED = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "url",
        re.compile(
            r"(?:https?://|(?<![\w.])www\.)[^\s<>\"«»]+|(?<![\w./@-])[\w-]+(?:\.[\w-]+)*"
            r"\.(?:com|net|org|kz|ru|io|me|dev)(?![\w-])(?:/[^\s<>\"«»]*)?"
        ),
    ),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z]\w{3,31}")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d_]\w*")),
)
_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
}


class MarkupError(ValueError):
    """The markup can't be read; the text is Telegram's, without "can't parse entities: "."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A plain text and its entities, counted in UTF-16 code units."""

    text: str
    entities: list[Entity] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    offset: int
    index: int
    attributes: dict[str, str]


def utf16_length(text: str) -> int:
    """How many UTF-16 code units the text takes."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers."""
    data = text.encode("utf-16-le", "surrogatepass")
    return data[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.parts: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[Entity] = []

    def bytes_before(self, index: int) -> int:
        return len(self.source[:index].encode("utf-8", "surrogatepass"))

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)

    def text_from(self, index: int) -> str:
        return "".join(self.parts[index:])

    def read(self) -> Formatted:
        source = self.source
        while self.at < len(source):
            here = source[self.at]
            if here == "&":
                self.character()
            elif here != "<":
                end = found.start() if (found := _MARK.search(source, self.at)) else len(source)
                self.put(source[self.at : end])
                self.at = end
            elif source.startswith("</", self.at):
                self.end_tag()
            else:
                self.start_tag()
        if self.stack:
            last = self.stack[-1]
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{last.tag}"')
        return Formatted("".join(self.parts), _settled(self.entities))

    def character(self) -> None:
        found = _CHARACTER.match(self.source, self.at)
        if found is None:
            self.put("&")
            self.at += 1
            return
        name, decimal, hexadecimal = found.groups()
        code = int(decimal) if decimal else int(hexadecimal or "0", 16)
        text = _NAMED[name] if name else chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        self.put(text or found.group())
        self.at = found.end()

    def start_tag(self) -> None:
        source, begin = self.source, self.at
        at = begin + 1
        while at < len(source) and not source[at].isspace() and source[at] != ">":
            at += 1
        if at >= len(source):
            raise MarkupError(f"Unclosed start tag at byte offset {self.bytes_before(begin)}")
        tag = source[begin + 1 : at].lower()
        where = f"at byte offset {self.bytes_before(begin)}"
        if tag not in _TYPES:
            raise MarkupError(f'Unsupported start tag "{tag}" {where}')
        attributes: dict[str, str] = {}
        while True:
            while at < len(source) and source[at].isspace():
                at += 1
            if at >= len(source):
                raise MarkupError(f'Unclosed start tag "{tag}" {where}')
            if source[at] == ">":
                break
            name_from = at
            while at < len(source) and not source[at].isspace() and source[at] not in "=>/\"'":
                at += 1
            name = source[name_from:at].lower()
            if not name:
                raise MarkupError(f'Empty attribute name in the tag "{tag}" {where}')
            while at < len(source) and source[at].isspace():
                at += 1
            if at >= len(source):
                raise MarkupError(f'Unclosed start tag "{tag}" {where}')
            if source[at] != "=":
                attributes[name] = ""
                continue
            at += 1
            while at < len(source) and source[at].isspace():
                at += 1
            if at >= len(source):
                raise MarkupError(f'Unclosed start tag "{tag}" {where}')
            quote = source[at]
            if quote in "\"'":
                end = source.find(quote, at + 1)
                if end < 0:
                    raise MarkupError(f'Unclosed start tag "{tag}" {where}')
                value = source[at + 1 : end]
                at = end + 1
            else:
                value_from = at
                while at < len(source) and (source[at].isalnum() or source[at] in ".-"):
                    at += 1
                value = source[value_from:at]
                if not value or (at < len(source) and not source[at].isspace() and source[at] != ">"):
                    raise MarkupError(f"Unexpected end of name token at byte offset {self.bytes_before(value_from)}")
            attributes[name] = html.unescape(value) if "&" in value else value
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" {where}')
        if tag == "tg-emoji" and not attributes.get("emoji-id", "").isdigit():
            raise MarkupError("Invalid custom emoji identifier specified")
        if tag == "tg-time":
            if not re.fullmatch(r"-?\d{1,12}", attributes.get("unix", "")):
                raise MarkupError(f'Tag "tg-time" must have a valid attribute "unix" {where}')
            if not _TIME_FORMAT.fullmatch(attributes.get("format", "")):
                raise MarkupError(f'Tag "tg-time" has an invalid attribute "format" {where}')
        self.stack.append(_Open(tag, self.length, len(self.parts), attributes))
        self.at = at + 1

    def end_tag(self) -> None:
        source, begin = self.source, self.at
        where = f"at byte offset {self.bytes_before(begin)}"
        if not self.stack:
            raise MarkupError(f"Unexpected end tag {where}")
        end = begin + 2
        while end < len(source) and not source[end].isspace() and source[end] != ">":
            end += 1
        found = source[begin + 2 : end].lower()
        while end < len(source) and source[end].isspace():
            end += 1
        if end >= len(source) or source[end] != ">":
            raise MarkupError(f"Unclosed end tag {where}")
        opened = self.stack.pop()
        if found and found != opened.tag:
            raise MarkupError(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{found}>"')
        self.at = end + 1
        if self.length > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        made: Entity = {"type": _TYPES[opened.tag], "offset": opened.offset, "length": self.length - opened.offset}
        given = opened.attributes
        match opened.tag:
            case "a":
                url = given.get("href") or self.text_from(opened.index)
                if person := re.fullmatch(r"tg://user\?id=(\d+)", url):
                    made["type"] = "text_mention"
                    made["user"] = {"id": int(person[1]), "is_bot": False, "first_name": self.text_from(opened.index)}
                elif re.match(r"(?:https?|tg|ton|mailto|tel):", url) or re.match(r"[\w-]+\.[\w.-]+", url):
                    made["url"] = url if ":" in url.split("/")[0] else f"http://{url}/"
                else:
                    return
            case "tg-emoji":
                made["custom_emoji_id"] = given["emoji-id"]
            case "tg-time":
                made["unix_time"] = int(given["unix"])
                if given.get("format"):
                    made["date_time_format"] = given["format"]
            case "blockquote" if "expandable" in given:
                made["type"] = "expandable_blockquote"
            case "code" if given.get("class", "").startswith("language-"):
                made["language"] = given["class"].removeprefix("language-")
        if made["type"] == "pre":
            for each in self.entities:
                inside = each["type"] == "code" and each["offset"] == made["offset"]
                if inside and each["length"] == made["length"] and "language" in each:
                    made["language"] = each["language"]
        self.entities.append(made)


def _settled(found: list[Entity]) -> list[Entity]:
    ordered = sorted(found, key=lambda each: (each["offset"], -each["length"], each["type"] == "code"))
    kept: list[Entity] = []
    for each in ordered:
        around = [k for k in kept if k["offset"] + k["length"] > each["offset"]]
        kinds = {k["type"] for k in around}
        if each["type"] in kinds or kinds & set(_ALONE):
            continue
        if each["type"] in _QUOTES and kinds & set(_QUOTES):
            continue
        if each["type"] in (*_LINKS, *_ALONE) and kinds & set(_LINKS):
            continue
        if each["type"] == "code":
            each.pop("language", None)
        kept.append(each)
    for one in [k for k in kept if k["type"] in _ALONE]:
        same = [k for k in kept if k is not one and (k["offset"], k["length"]) == (one["offset"], one["length"])]
        kept = [k for k in kept if k not in same or k["type"] in _QUOTES]
    return kept


def parse_html(source: str) -> Formatted:
    """Reads Telegram's HTML.

    Raises:
        MarkupError: the markup is wrong.

    """
    return _Reader(source).read()


def trimmed(formatted: Formatted) -> Formatted:
    """The text without the white space around it, the entities moved along."""
    text = formatted.text.replace("\r", "")
    if text != formatted.text:
        formatted = _without_returns(formatted)
    left = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    total = utf16_length(text)
    moved: list[Entity] = []
    for each in formatted.entities:
        start = max(0, each["offset"] - left)
        end = min(total, each["offset"] + each["length"] - left)
        if end > start:
            moved.append({**each, "offset": start, "length": end - start})
    return Formatted(text, moved)


def _without_returns(formatted: Formatted) -> Formatted:
    encoded = formatted.text.encode("utf-16-le", "surrogatepass")
    gone = [i for i in range(len(encoded) // 2) if encoded[i * 2 : i * 2 + 2] == b"\r\x00"]

    def moved(at: int) -> int:
        return at - sum(1 for each in gone if each < at)

    entities = []
    for each in formatted.entities:
        start, end = moved(each["offset"]), moved(each["offset"] + each["length"])
        entities.append({**each, "offset": start, "length": end - start})
    return replace(formatted, text=formatted.text.replace("\r", ""), entities=entities)


def with_detected(formatted: Formatted) -> Formatted:
    """Adds what Telegram finds by itself: commands, links, mentions, hashtags, addresses."""
    text = formatted.text
    taken = [
        (each["offset"], each["offset"] + each["length"])
        for each in formatted.entities
        if each["type"] in (*_ALONE, *_LINKS)
    ]
    added: list[Entity] = []
    for kind, pattern in _DETECTED:
        for found in pattern.finditer(text):
            matched = found.group().rstrip(".,;:!?)»\"'") if kind in ("url", "email") else found.group()
            start = utf16_length(text[: found.start()])
            end = start + utf16_length(matched)
            if any(start < b and a < end for a, b in taken):
                continue
            taken.append((start, end))
            added.append({"type": kind, "offset": start, "length": end - start})
    entities = sorted([*formatted.entities, *added], key=lambda each: (each["offset"], -each["length"]))
    return replace(formatted, entities=entities)


def _opening(entity: Entity, covered: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>", f"</{_TAGS[kind]}>"
    match kind:
        case "expandable_blockquote":
            return "<blockquote expandable>", "</blockquote>"
        case "pre" if entity.get("language"):
            return f'<pre><code class="language-{html.escape(str(entity["language"]))}">', "</code></pre>"
        case "pre":
            return "<pre>", "</pre>"
        case "text_link" | "url":
            url = str(entity.get("url") or (covered if "://" in covered else f"http://{covered}"))
            if re.match(r"(?:https?|tg|mailto|tel):", url):
                return f'<a href="{html.escape(url)}">', "</a>"
        case "text_mention":
            return f'<a href="tg://user?id={int(entity["user"]["id"])}">', "</a>"
        case "custom_emoji":
            return f'<tg-emoji emoji-id="{html.escape(str(entity["custom_emoji_id"]))}">', "</tg-emoji>"
        case "date_time":
            style = html.escape(str(entity.get("date_time_format", "")))
            return f'<tg-time unix="{int(entity["unix_time"])}" format="{style}">', "</tg-time>"
    return "", ""


def render_html(text: str, entities: Sequence[Entity]) -> str:
    """Safe HTML of a text with entities."""
    data = text.encode("utf-16-le", "surrogatepass")

    def part(start: int, end: int) -> str:
        return html.escape(data[start * 2 : end * 2].decode("utf-16-le", "replace"), quote=False)

    made: list[str] = []
    closing: list[tuple[int, str]] = []
    at = 0
    for each in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        start, end = each["offset"], each["offset"] + each["length"]
        while closing and closing[-1][0] <= start:
            stop, tag = closing.pop()
            made += [part(at, stop), tag]
            at = stop
        made.append(part(at, start))
        at = start
        opening, tag = _opening(each, utf16_slice(text, start, end - start))
        made.append(opening)
        closing.append((min([end, *(stop for stop, _ in closing)]), tag))
    while closing:
        stop, tag = closing.pop()
        made += [part(at, stop), tag]
        at = max(at, stop)
    made.append(part(at, len(data) // 2))
    return "".join(made)
