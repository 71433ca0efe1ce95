// From a message as the stand-in tells it to what is seen. Texts are built from entities, never from markup of others.

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
    const told = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(entity.unix_time * 1000));
    return el("tg-time", { title: covered }, told);
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

function content(message, w, quoted, language, act) {
  const parts = [];
  if (message.forwarded) parts.push(el("div", { class: "quote" }, w.forwarded));
  if (message.via) parts.push(el("div", { class: "quote" }, `via @${message.via}`));
  if (quoted) parts.push(el("div", { class: "quote" }, quoted.text || "…"));
  if (message.photo) parts.push(el("img", { class: "photo", src: `/chat/file/${message.photo.at(-1).file_id}`, alt: w.photo }));
  if (message.document) {
    const file = message.document;
    parts.push(el("a", { class: "file", href: `/chat/file/${file.file_id}`, target: "_blank" },
      el("b", {}, "📄"), el("span", {}, file.file_name || w.file, el("small", {}, size(file.file_size, w, language)))));
  }
  if (message.contact) parts.push(el("div", {}, `👤 ${message.contact.first_name} ${message.contact.phone_number}`));
  for (const [kind, sign] of [["sticker", "👍"], ["voice", "🎤"], ["video", "🎬"], ["audio", "🎵"], ["location", "📍"], ["animation", "GIF"], ["video_note", "⭕"], ["poll", "📊"]]) {
    if (message[kind]) parts.push(el("div", { style: kind === "sticker" ? "font-size:56px" : "" }, sign));
  }
  if (message.text) parts.push(el("div", { class: "text" }, ...formatted(message.text, message.entities, language, act)));
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

export function draw(message, mine, w, quoted, language, act) {
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date(message.date * 1000));
  const bubble = el("div", { class: "bubble" }, ...content(message, w, quoted, language, act));
  if (message.reactions.length) bubble.append(el("span", { class: "reactions" }, message.reactions.join(" ")));
  bubble.append(el("div", { class: "meta" },
    el("button", { type: "button", title: "↩", onclick: () => act.reply(message) }, "↩"),
    mine ? el("button", { type: "button", title: "⤳", onclick: () => act.forward(message) }, "⤳") : null,
    message.edited ? el("span", {}, w.edited) : null, el("span", {}, time)));
  const node = el("div", { class: `message${mine ? " mine" : ""}${message.inline.length ? " wide" : ""}`, "data-id": message.id }, bubble);
  if (message.inline.length) {
    node.append(el("div", { class: "inline" }, ...message.inline.map((row) => el("div", { class: "row" }, ...row.map((each) => button(message, each, act))))));
  }
  return node;
}
