// The chat page: one person with a phone, and the bot.

import { call, post, upload } from "/page/api.js";
import { Desk } from "/page/desk.js";
import { icon } from "/page/icons.js";
import { developed } from "/page/photos.js";
import { draw, el, gist, kindOf } from "/page/render.js";
import { words } from "/page/words.js";

const $ = (id) => document.getElementById(id);
const PHONE = "+77011234567";
const TOGETHER = 10; // an album has no more
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
for (const node of document.querySelectorAll("[data-icon]")) node.append(icon(node.dataset.icon));

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
  reply(message) {
    replyTo = message.id;
    $("reply").querySelector("span").replaceChildren(el("b", {}, message.from.first_name), gist(message.text, kindOf(message), w));
    $("reply").hidden = false;
    if (message.id === state.messages.at(-1).id) toEnd(); // with all its buttons, however far up it was tapped
    $("text").focus();
  },
  async forward(message) { // to the bot; a message from a group leads into the chat with it, as in Telegram
    if (await say("/chat/forward", { message_id: message.id, to: null }) && group) enter(null);
  },
};

function toEnd() { $("messages").scrollTop = 0; } // the box is reversed: see style.css

function hideReply() { replyTo = null; $("reply").hidden = true; }

function fit() { // the box is as high as its text
  $("text").style.height = "auto";
  $("text").style.height = `${$("text").scrollHeight}px`;
}

function written(text) { $("text").value = text; fit(); }

// What a person puts into the chat that is looked at.
async function say(path, body) {
  try { await post(path, { ...here(), ...body }); } catch (failure) { act.toast(failure.message); return false; }
  return true;
}

// The same, as the answer to a message if one was chosen.
function answering() {
  const chosen = replyTo ? { reply_to: replyTo } : {};
  hideReply();
  return chosen;
}

async function send(text) {
  const said = await say("/chat/send", { text, ...answering() });
  if (!said && !$("text").value) written(text);
}

async function sendFiles(files, kind) {
  const fields = { ...here(), ...answering() };
  const caption = $("text").value.trim();
  if (caption) { fields.caption = caption; written(""); }
  const { photos, others } = kind === "photo" ? await developed(files) : { photos: [], others: files };
  for (const [as, all] of [["photo", photos], ["document", others]]) {
    for (let at = 0; at < all.length; at += TOGETHER) {
      const some = all.slice(at, at + TOGETHER);
      try { await upload(some.length > 1 ? "/chat/album" : "/chat/file", { ...fields, as }, some); } catch (failure) { act.toast(failure.message); }
      delete fields.caption;
    }
  }
}

function show(next) {
  const box = $("list");
  const last = state.messages.at(-1)?.id;
  const lastInline = JSON.stringify(state.messages.at(-1));
  state = next;
  const fresh = new Map();
  const nodes = state.messages.map((message) => {
    const quote = state.quotes[message.reply_to];
    const mine = message.from.id === user;
    const key = JSON.stringify([message, quote]);
    const old = drawn.get(message.id);
    const entry = old && old.key === key ? old : { key, node: draw(message, mine, group && !mine, quote, w, language, act) };
    fresh.set(message.id, entry);
    return entry.node;
  });
  for (const [id, entry] of drawn) if (!fresh.has(id) || fresh.get(id).node !== entry.node) entry.node.remove();
  nodes.forEach((node, at) => { if (box.children[at] !== node) box.insertBefore(node, box.children[at] || null); });
  drawn = fresh;
  const changed = state.messages.at(-1)?.id !== last || JSON.stringify(state.messages.at(-1)) !== lastInline;
  if (changed) toEnd();
  if (replyTo && !fresh.has(replyTo)) hideReply(); // it was deleted
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

// A keyboard that is used once folds away then, and an icon unfolds it (Bot API, ReplyKeyboardMarkup).
let folded = false;
let unfolded = ""; // the keyboard as it was last brought
function keyboard(markup) {
  const brought = JSON.stringify(markup);
  if (brought !== unfolded) [unfolded, folded] = [brought, false];
  $("fold").hidden = !markup || markup.is_persistent;
  $("keyboard").hidden = !markup || folded;
  $("keyboard").replaceChildren(...(markup?.keyboard || []).map((row) => el("div", { class: "row" }, ...row.map((each) => {
    const key = typeof each === "string" ? { text: each } : each;
    const press = () => {
      if (markup.one_time_keyboard) $("keyboard").hidden = folded = true;
      return key.request_contact ? shareNumber() : send(key.text);
    };
    return el("button", { type: "button", onclick: press }, key.text);
  }))));
}

$("fold").addEventListener("click", () => { $("keyboard").hidden = folded = !folded; });

const shareNumber = () => say("/chat/contact", { phone: PHONE, own: true, ...answering() });
const put = (kind) => say("/chat/other", { kind, ...answering() });

function enter(chat) {
  group = chat;
  hideReply();
  state = { version: 0, messages: [], bot: state.bot };
  drawn = new Map();
  $("list").replaceChildren();
  look?.abort();
}

async function inline(text) { // "@bot par" in any chat: the bot's answers, to be put there
  const asked = new RegExp(`^@${state.bot?.username}\\s(.*)$`, "s").exec(text);
  if (!asked) { if ($("sheet").dataset.by === "inline") closeSheet(); return; }
  let answer;
  try { answer = await post("/chat/inline", { ...here(), query: asked[1] }); } catch (failure) { act.toast(failure.message); return; }
  if ($("text").value !== text) return;
  const choose = (each) => () => { written(""); say("/chat/inline/choose", { result_id: each.id, ...answering() }); };
  sheet("inline", answer.results.map((each) => [icon("inline"), each.title, choose(each)]), w.nothing);
}

function sheet(by, items, empty) {
  if (!items.length && !empty) return closeSheet();
  $("sheet").dataset.by = by;
  $("sheet").hidden = false;
  $("sheet").replaceChildren(...items.map(([sign, label, run]) => el("button", { type: "button", onclick: () => { closeSheet(); run(); } }, sign, el("span", {}, label))));
  if (!items.length) $("sheet").append(el("p", { class: "dim" }, empty));
}

function closeSheet() { $("sheet").hidden = true; $("sheet").dataset.by = ""; }

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
  const person = { ...(known ? {} : { first_name: "Айгерим" }), language_code: language, ...(user ? { id: user } : {}) };
  if (!known || query.get("lang")) user = (await post("/chat/users", person)).id;
  if (!query.get("user")) localStorage.setItem("user", user);
  desk = new Desk(config.desk_url, w, act);
  $("language").value = language;
  $("start").textContent = w.start;
  tabs();
  const payload = query.get("start");
  if (payload) {
    await send(`/start ${payload}`);
    query.delete("start"); // a reload does not say it again
    history.replaceState(null, "", `${location.pathname}?${query}`);
  }
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
  closeSheet();
  if (text) { written(""); send(text); }
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); $("compose").requestSubmit(); }
});
$("text").addEventListener("input", () => { fit(); inline($("text").value); });
// Opens a sheet, or closes the one that the same button opened.
function toggles(id, items) {
  $(id).addEventListener("click", (event) => {
    event.stopPropagation();
    if ($("sheet").dataset.by === id) closeSheet();
    else sheet(id, items());
  });
}
toggles("menu", () => (state.commands || []).map((each) => [`/${each.command}`, each.description, () => send(`/${each.command}`)]));
toggles("attach", () => [
  [icon("document"), w.document, () => $("file").click()],
  [icon("photo"), w.album, () => $("photo").click()],
  [icon("contact"), w.own, shareNumber],
  [icon("inline"), w.inline, () => { written(`@${state.bot.username} `); $("text").focus(); inline($("text").value); }],
  group ? [icon("back"), w.privately, () => enter(null)]
    : [icon("group"), w.group, async () => enter((await post("/chat/groups", { title: w.group, members: [user] })).id)],
  [icon("location"), w.location, () => put("location")],
  [icon("sticker"), w.sticker, () => put("sticker")],
  [icon("voice"), w.voice, () => put("voice")],
]);
document.addEventListener("click", (event) => { if (!event.target.closest("#sheet")) closeSheet(); });
$("reply").querySelector("button").addEventListener("click", hideReply);
for (const [id, kind] of [["file", "document"], ["photo", "photo"]]) {
  $(id).addEventListener("change", async () => { const files = [...$(id).files]; $(id).value = ""; if (files.length) await sendFiles(files, kind); });
}
for (const each of ["chat", "sms", "desk"]) $(`tab-${each}`).addEventListener("click", () => tab(each));
$("language").addEventListener("change", async () => {
  localStorage.setItem("lang", $("language").value);
  if (user) await post("/chat/users", { id: user, language_code: $("language").value }); // the phone's language: the bot hears it, too
  const next = new URLSearchParams(location.search);
  next.set("lang", $("language").value);
  location.search = next.toString();
});
begin();
