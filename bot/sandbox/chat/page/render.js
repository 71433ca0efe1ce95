// From a message as the stand-in tells it to what is seen. Texts are built from entities, never from markup of others.

import { icon } from "/page/icons.js";

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  }
  node.append(...children.filter((each) => each !== null && each !== undefined));
  return node;
}

const two = (number) => String(number).padStart(2, "0");

// One way of writing times in all languages: browsers have no Kazakh dates.
export function clock(seconds) {
  const at = new Date(seconds * 1000);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function dated(seconds) {
  const at = new Date(seconds * 1000);
  return `${two(at.getDate())}.${two(at.getMonth() + 1)}.${at.getFullYear()} ${clock(seconds)}`;
}

const KINDS = ["photo", "document", "contact", "location", "sticker", "voice", "video", "audio", "animation", "video_note", "poll"];

// A message in a few words, for a reply to it.
export const gist = (text, kind, w) => text || w[kind] || "…";
export const kindOf = (message) => KINDS.find((each) => message[each]);

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote",
  expandable_blockquote: "blockquote", spoiler: "tg-spoiler", custom_emoji: "span", date_time: "tg-time" };

export function formatted(text, entities, language, act) {
  const list = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const build = (start, end, own) => {
    const parts = [];
    let at = start;
    for (let i = 0; i < own.length; i += 1) {
      const entity = own[i];
      if (entity.offset < at) continue;
      const stop = Math.min(entity.offset + entity.length, end);
      const inner = own.slice(i + 1).filter((each) => each.offset >= entity.offset && each.offset + each.length <= stop);
      if (entity.offset > at) parts.push(text.slice(at, entity.offset));
      parts.push(wrap(entity, build(entity.offset, stop, inner), text.slice(entity.offset, stop), language, act));
      at = stop;
    }
    if (at < end) parts.push(text.slice(at, end));
    return parts;
  };
  return build(0, text.length, list);
}

function wrap(entity, children, covered, language, act) {
  if (entity.type === "text_link" || entity.type === "url") {
    const url = entity.url || (covered.includes("://") ? covered : `http://${covered}`);
    return el("a", { href: /^(https?|mailto|tel|tg):/.test(url) ? url : "#", target: "_blank", rel: "noreferrer" }, ...children);
  }
  if (entity.type === "bot_command") return el("a", { href: "#", onclick: (event) => { event.preventDefault(); act.say(covered); } }, ...children);
  if (entity.type === "date_time") {
    return el("tg-time", { title: covered }, dated(entity.unix_time));
  }
  const tag = TAGS[entity.type];
  if (!tag) return el("span", {}, ...children);
  const node = el(tag, {}, ...children);
  if (tag === "code") node.addEventListener("click", () => act.copy(covered));
  if (tag === "tg-spoiler") node.addEventListener("click", () => node.classList.add("open"));
  return node;
}

const size = (bytes, w, language) => {
  if (bytes === undefined) return "";
  const number = (value, places) => new Intl.NumberFormat(language, { minimumFractionDigits: places, maximumFractionDigits: places }).format(value);
  return bytes < 1e5 ? `${number(Math.max(1, bytes / 1024), 0)} ${w.kb}` : `${number(bytes / 1048576, 1)} ${w.mb}`;
};

const seconds = (number) => `${Math.floor(number / 60)}:${two(number % 60)}`;

// A sign in a disc, two lines beside it: how a message shows what is no text.
const plate = (sign, first, second, href) =>
  el(href ? "a" : "div", { class: "file", href, target: href && "_blank" }, el("b", {}, icon(sign)), el("span", {}, first, el("small", {}, second)));

function photograph(sizes, w) {
  const { file_id: id, width, height } = sizes.at(-1);
  const scale = Math.min(1, 260 / width, 300 / height); // the room is kept before the picture is there
  const style = `width:${Math.round(width * scale)}px;aspect-ratio:${width}/${height}`;
  return el("a", { href: `/chat/file/${id}`, target: "_blank" }, el("img", { class: "photo", src: `/chat/file/${id}`, alt: w.photo, style }));
}

// A RichText: a string, something with a type, or a list of these.
function rich(text) {
  if (Array.isArray(text)) return text.flatMap(rich);
  if (typeof text === "string") return [text];
  if (text.type === "date_time") return [el("tg-time", {}, dated(text.unix_time))];
  return [el(TAGS[text.type] || "span", {}, ...rich(text.text))];
}

function block(each) {
  if (each.type !== "table") return el("p", {}, ...rich(each.text));
  const row = (cells) => el("tr", {}, ...cells.map((cell) => el(cell.is_header ? "th" : "td", {}, ...rich(cell.text || ""))));
  return el("div", { class: "table" }, el("table", {}, ...each.cells.map(row)));
}

function content(message, named, quote, w, language, act) {
  const parts = [];
  if (named) parts.push(el("div", { class: "sender" }, message.from.first_name));
  if (message.forwarded) parts.push(el("div", { class: "origin" }, `${w.forwarded}: `, el("b", {}, message.forwarded_from)));
  if (message.via) parts.push(el("div", { class: "origin" }, `via @${message.via}`));
  if (quote) parts.push(el("div", { class: "quote" }, el("b", {}, quote.from), el("span", {}, gist(quote.text, quote.kind, w))));
  if (message.photo) parts.push(photograph(message.photo, w));
  if (message.document) {
    const file = message.document;
    parts.push(plate("document", file.file_name || w.document, size(file.file_size, w, language), `/chat/file/${file.file_id}`));
  }
  if (message.contact) parts.push(plate("contact", message.contact.first_name, message.contact.phone_number));
  if (message.location) parts.push(plate("location", w.location, `${message.location.latitude}, ${message.location.longitude}`));
  if (message.poll) parts.push(plate("poll", message.poll.question, ""));
  for (const [kind, sign] of [["voice", "voice"], ["audio", "audio"], ["video", "video"], ["animation", "video"], ["video_note", "video"]]) {
    if (message[kind]) parts.push(plate(sign, w[kind], seconds(message[kind].duration)));
  }
  if (message.sticker) parts.push(el("div", { class: "sticker", role: "img", "aria-label": w.sticker }, icon("thumb", 88)));
  if (message.rich) parts.push(el("div", { class: "rich" }, ...message.rich.blocks.map(block)));
  else if (message.text) parts.push(el("div", { class: "text" }, ...formatted(message.text, message.entities, language, act)));
  return parts;
}

function button(message, each, act) {
  const style = each.style || "";
  const follow = (event) => { if (act.link(each.url)) event.preventDefault(); };
  if (each.url) return el("a", { href: each.url, target: "_blank", rel: "noreferrer", class: style, onclick: follow }, `${each.text} ↗`);
  const node = el("button", { type: "button", class: `${style}${each.copy_text ? " copy" : ""}`, disabled: each.disabled, "data-data": each.callback_data }, each.text);
  node.addEventListener("click", () => {
    if (each.copy_text) act.copy(each.copy_text.text);
    else if (each.callback_data) act.tap(message, each.callback_data, node);
  });
  return node;
}

export function draw(message, mine, named, quote, w, language, act) {
  const bubble = el("div", { class: "bubble" }, ...content(message, named, quote, w, language, act));
  if (message.reactions.length) bubble.append(el("span", { class: "reactions" }, message.reactions.join(" ")));
  const sign = (name, run) => el("button", { type: "button", class: name, title: w[name], "aria-label": w[name], onclick: () => run(message) }, icon(name, 17));
  bubble.append(el("div", { class: "meta" }, sign("reply", act.reply), sign("forward", act.forward),
    message.edited ? el("span", {}, w.edited) : null, el("span", {}, clock(message.date))));
  const node = el("div", { class: `message${mine ? " mine" : ""}${message.inline.length ? " wide" : ""}`, "data-id": message.id }, bubble);
  if (message.inline.length) {
    node.append(el("div", { class: "inline" }, ...message.inline.map((row) => el("div", { class: "row" }, ...row.map((each) => button(message, each, act))))));
  }
  return node;
}
