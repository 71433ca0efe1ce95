// The chat page: one person with a phone, and the bot.

import { call, post, upload } from "/page/api.js";
import { Desk } from "/page/desk.js";
import { draw, el } from "/page/render.js";
import { words } from "/page/words.js";

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const language = query.get("lang") || localStorage.getItem("lang") || (navigator.language || "ru").slice(0, 2);
const w = words(language);
let user = Number(query.get("user") || localStorage.getItem("user") || 0);
let state = { version: 0, messages: [] };
let group = null; // the group that is looked at; null: the private chat with the bot
let replyTo = null;
let drawn = new Map();

document.documentElement.lang = language;
const dark = query.get("theme") ? query.get("theme") === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.theme = dark ? "dark" : "light";

const here = () => (group ? { user, chat: group } : { user });

const act = {
  say: (text) => send(text),
  copy(text) {
    navigator.clipboard?.writeText(text).catch(() => {});
    act.toast(w.copied);
  },
  toast(text) {
    const node = el("div", { class: "toast" }, text);
    $("toasts").append(node);
    setTimeout(() => node.remove(), 3000);
  },
  async tap(message, data, node) {
    node.classList.add("busy");
    try {
      const answer = await post("/chat/tap", { ...here(), message_id: message.id, data });
      if (answer.text && answer.show_alert) { $("alert").querySelector("p").textContent = answer.text; $("alert").showModal(); }
      else if (answer.text) act.toast(answer.text);
      if (answer.url) window.open(answer.url, "_blank", "noreferrer");
    } catch (failure) { act.toast(failure.message); }
    node.classList.remove("busy");
  },
  link(url) { // the bot's own links lead into the private chat, as in Telegram
    const own = new RegExp(`^https://t\\.me/${state.bot.username}(?:\\?start=(\\w+))?$`).exec(url);
    if (!own) return false;
    enter(null);
    if (own[1]) send(`/start ${own[1]}`);
    return true;
  },
  reply(message) { replyTo = message.id; showReply(message.text || "…"); $("text").focus(); },
  forward(message) { post("/chat/send", { user, text: message.text || "…", forward_from: "SMS" }); },
};

function showReply(text) { $("reply").hidden = false; $("reply").querySelector("span").textContent = `↩ ${text}`; }
function hideReply() { replyTo = null; $("reply").hidden = true; }

async function send(text) {
  const body = { ...here(), text };
  if (replyTo) body.reply_to = replyTo;
  hideReply();
  try { await post("/chat/send", body); } catch (failure) { act.toast(failure.message); }
}

async function sendFiles(files, kind) {
  const fields = { ...here(), as: kind };
  if (replyTo) fields.reply_to = replyTo;
  const caption = $("text").value.trim();
  if (caption) { fields.caption = caption; $("text").value = ""; }
  hideReply();
  try { await upload(files.length > 1 ? "/chat/album" : "/chat/file", fields, [...files]); } catch (failure) { act.toast(failure.message); }
}

function show(next) {
  const box = $("messages");
  const down = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const last = state.messages.at(-1)?.id;
  const lastInline = JSON.stringify(state.messages.at(-1));
  state = next;
  const fresh = new Map();
  const byId = new Map(state.messages.map((each) => [each.id, each]));
  const nodes = state.messages.map((message) => {
    const key = JSON.stringify(message);
    const old = drawn.get(message.id);
    const entry = old && old.key === key ? old : { key, node: draw(message, message.from.id === user, w, byId.get(message.reply_to), language, act) };
    fresh.set(message.id, entry);
    return entry.node;
  });
  for (const [id, entry] of drawn) if (!fresh.has(id) || fresh.get(id).node !== entry.node) entry.node.remove();
  nodes.forEach((node, at) => { if (box.children[at] !== node) box.insertBefore(node, box.children[at] || null); });
  drawn = fresh;
  const changed = state.messages.at(-1)?.id !== last || JSON.stringify(state.messages.at(-1)) !== lastInline;
  if (down || changed) box.scrollTop = box.scrollHeight;
  const busy = { typing: w.typing, upload_document: w.upload, upload_photo: w.upload }[state.action];
  $("title").textContent = group ? state.chat.title : state.bot.first_name;
  $("status").textContent = busy || (group ? w.group : w.bot);
  $("status").className = busy ? "busy" : "";
  const empty = !group && state.messages.length === 0;
  $("start").hidden = !empty;
  $("compose").hidden = empty;
  if (state.force_reply && !replyTo) { $("text").placeholder = state.force_reply.placeholder || w.write; if (innerWidth > 700) $("text").focus(); }
  else $("text").placeholder = w.write;
  keyboard(state.reply_keyboard);
}

function keyboard(markup) {
  $("keyboard").hidden = !markup;
  $("keyboard").replaceChildren(...(markup?.keyboard || []).map((row) => el("div", { class: "row" }, ...row.map((each) => {
    const key = typeof each === "string" ? { text: each } : each;
    const press = () => (key.request_contact ? post("/chat/contact", { user, phone: "+77011234567", own: true }) : send(key.text));
    return el("button", { type: "button", onclick: press }, key.text);
  }))));
}

function enter(chat) {
  group = chat;
  state = { version: 0, messages: [], bot: state.bot };
  drawn = new Map();
  $("messages").replaceChildren();
  look?.abort();
}

async function inline(text) { // "@bot par" in any chat: the bot's answers, to be put there
  const asked = new RegExp(`^@${state.bot?.username}\\s(.*)$`, "s").exec(text);
  if (!asked) return;
  const answer = await post("/chat/inline", { ...here(), query: asked[1] });
  if ($("text").value !== text) return;
  const choose = (each) => () => { $("text").value = ""; post("/chat/inline/choose", { ...here(), result_id: each.id }); };
  sheet(answer.results.map((each) => ["@", each.title, choose(each)]));
}

function sheet(items) {
  $("sheet").hidden = false;
  $("sheet").replaceChildren(...items.map(([sign, label, run]) => el("button", { type: "button", onclick: () => { $("sheet").hidden = true; run(); } }, sign, el("span", {}, label))));
}

function tab(name) {
  for (const each of ["chat", "sms", "desk"]) { $(each).hidden = each !== name; $(`tab-${each}`).classList.toggle("on", each === name); }
  if (name === "sms") desk.unread = 0;
  tabs();
}

function tabs() {
  for (const each of ["chat", "sms", "desk"]) $(`tab-${each}`).replaceChildren(w[each], ...(each === "sms" && desk.unread ? [el("span", { class: "count" }, String(desk.unread))] : []));
}

let desk;
let look; // the question to the stand-in that is waited on; given up when another chat is entered

async function begin() {
  const config = await call("/config.json");
  const known = user ? (await call("/chat/users")).some((each) => each.id === user) : false;
  const person = { first_name: "Айгерим", language_code: language, ...(user ? { id: user } : {}) };
  if (!known || query.get("lang")) user = (await post("/chat/users", person)).id;
  if (!query.get("user")) localStorage.setItem("user", user);
  desk = new Desk(config.desk_url, w, language, act);
  $("language").value = language;
  $("start").textContent = w.start;
  tabs();
  const payload = query.get("start");
  if (payload) { await send(`/start ${payload}`); history.replaceState(null, "", location.pathname); }
  desk.refresh();
  setInterval(async () => { if (!document.hidden) { await desk.refresh(); tabs(); } }, 2000);
  for (;;) {
    try {
      look = new AbortController();
      const whose = new URLSearchParams(here());
      const asked = state.version ? `/chat/wait?${whose}&version=${state.version}&seconds=${state.action ? 4 : 25}` : `/chat/state?${whose}`;
      show(await call(asked, { signal: look.signal }));
      document.body.dataset.ready = "yes";
    } catch (failure) {
      if (failure.name === "AbortError") continue;
      $("status").textContent = "…"; await new Promise((done) => setTimeout(done, 1000)); }
  }
}

$("start").addEventListener("click", () => send("/start"));
$("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (text) { $("text").value = ""; $("text").style.height = "auto"; send(text); }
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); $("compose").requestSubmit(); }
});
$("text").addEventListener("input", () => {
  $("text").style.height = "auto";
  $("text").style.height = `${$("text").scrollHeight}px`;
  inline($("text").value);
});
$("menu").addEventListener("click", (event) => {
  event.stopPropagation();
  if (!$("sheet").hidden) { $("sheet").hidden = true; return; }
  sheet((state.commands || []).map((each) => [`/${each.command}`, each.description, () => send(`/${each.command}`)]));
});
$("attach").addEventListener("click", (event) => {
  event.stopPropagation();
  sheet([["📄", w.file, () => $("file").click()], ["🖼", w.photo, () => $("photo").click()],
    ["👤", w.contact, () => post("/chat/contact", { user, phone: "+77011234567", own: true })],
    ["@", w.inline, () => { $("text").value = `@${state.bot.username} `; $("text").focus(); inline($("text").value); }],
    group ? ["↩", w.privately, () => enter(null)]
      : ["👥", w.group, async () => enter((await post("/chat/groups", { title: w.group, members: [user] })).id)],
    ["👍", w.sticker, () => post("/chat/other", { user, kind: "sticker" })], ["🎤", w.voice, () => post("/chat/other", { user, kind: "voice" })]]);
});
document.addEventListener("click", (event) => { if (!event.target.closest("#sheet")) $("sheet").hidden = true; });
$("reply").querySelector("button").addEventListener("click", hideReply);
for (const [id, kind] of [["file", "document"], ["photo", "photo"]]) {
  $(id).addEventListener("change", async () => { const files = [...$(id).files]; $(id).value = ""; if (files.length) await sendFiles(files, kind); });
}
for (const each of ["chat", "sms", "desk"]) $(`tab-${each}`).addEventListener("click", () => tab(each));
$("language").addEventListener("change", async () => {
  localStorage.setItem("lang", $("language").value);
  const next = new URLSearchParams(location.search);
  next.set("lang", $("language").value);
  location.search = next.toString();
});
begin();
