// Beside the chat: the demo account's key, the SMS inbox, the moderator's desk of the SMSC stand-in.

import { call } from "/page/api.js";
import { el } from "/page/render.js";

const KINDS = ["drop", "timeout", "500", "cut", "html", "charset", "empty", "error"];
const COMMANDS = ["add", "chg", "del", "get", "send_code", "check_code", "balance"];

export class Desk {
  constructor(url, w, language, act) {
    this.url = url; this.w = w; this.language = language; this.act = act; this.seen = ""; this.unread = 0; this.known = null;
  }

  async refresh() {
    if (!this.url) return this.alone();
    try {
      const text = JSON.stringify(await call(`${this.url}/desk/state`));
      const state = JSON.parse(text);
      const { now, ...rest } = state;
      if (this.known !== null && state.sms.length > this.known) this.unread += state.sms.length - this.known;
      this.known = state.sms.length;
      if (JSON.stringify(rest) !== this.seen && !document.activeElement?.closest("#desk input, #desk select")) {
        this.seen = JSON.stringify(rest);
        this.draw(state);
      }
    } catch { this.alone(); }
  }

  alone() { for (const id of ["sms", "desk"]) document.getElementById(id).replaceChildren(el("p", { class: "dim" }, this.w.alone)); }

  async ask(path, body) {
    try {
      this.draw(await call(`${this.url}/desk/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
    } catch (failure) { this.act.toast(failure.message); }
  }

  draw(state) {
    const account = state.accounts[0];
    const copied = (value) => el("div", { class: "line" }, el("code", {}, value), el("span", { class: "acts" }, el("button", { type: "button", onclick: () => this.act.copy(value) }, this.w.copy)));
    const access = el("div", { class: "card", id: "access" }, el("h2", {}, this.w.account), el("p", { class: "dim" }, this.w.key), copied(account.apikey),
      el("p", { class: "dim" }, this.w.login), copied(account.login), el("p", { class: "dim" }, this.w.password), copied(account.password));
    const form = { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" };
    const time = (at) => new Intl.DateTimeFormat("ru", form).format(new Date(at * 1000)); // the day first, in every language here
    const sms = state.sms.map((each) => el("div", { class: "card sms" }, el("h2", {}, each.from, el("small", {}, time(each.at))), el("p", { class: "dim" }, `→ ${each.to}`), el("p", {}, each.text),
      el("div", { class: "acts" }, el("button", { type: "button", onclick: () => this.act.copy(each.text) }, this.w.copy))));
    document.getElementById("sms").replaceChildren(access, ...(sms.length ? sms : [el("p", { class: "dim" }, this.w.noSms)]));
    document.getElementById("desk").replaceChildren(this.clock(state, time), ...state.accounts.flatMap((each) => each.names.map((name) => this.name(name, each))), this.faults(state), this.requests(state, time));
  }

  clock(state, time) {
    const turn = (label, seconds) => el("button", { type: "button", onclick: () => this.ask("clock", { advance: seconds }) }, label);
    return el("div", { class: "card" }, el("h2", {}, this.w.clock, el("small", {}, time(state.now))),
      el("div", { class: "acts" }, turn(this.w.minute, 60), turn(this.w.hour, 3600), turn(this.w.hours, 28800), turn(this.w.day, 86400)));
  }

  name(name, account) {
    const comment = el("input", { placeholder: this.w.comment, size: 14 });
    const decide = (label, decision, style) => el("button", { type: "button", class: style, onclick: () => this.ask("name", { id: name.id, decision, comment: comment.value }) }, label);
    const owner = [account.login, name.owner].filter(Boolean).join(" / ");
    const card = el("div", { class: "card name", "data-name": name.name }, el("h2", {}, name.name, el("span", { class: `badge ${name.state}` }, this.w[name.state] || name.state), el("small", {}, owner)));
    if (name.comment) card.append(el("p", { class: "dim" }, name.comment));
    for (const each of name.operators) {
      const code = el("input", { value: each.code, size: 3 });
      card.append(el("div", { class: "line" }, el("span", {}, `${each.operator}${each.paid ? " 💰" : ""}`), code,
        el("button", { type: "button", onclick: () => this.ask("operator", { id: name.id, flag: each.flag, code: code.value }) }, this.w.save)));
    }
    for (const each of name.documents) {
      const why = el("input", { placeholder: this.w.comment, size: 10, value: each.fcomment || "" });
      const say = (label, status, style) => el("button", { type: "button", class: style, onclick: () => this.ask("document", { fid: each.fid, status, comment: why.value }) }, label);
      card.append(el("div", { class: "line" }, el("span", {}, `📄 ${each.file}`), el("span", { class: "dim" }, this.w.statuses[each.fstatus] || each.fstatus)),
        el("div", { class: "acts" }, el("a", { href: `${this.url}/desk/document/${each.fid}/content`, target: "_blank" }, this.w.open), say(this.w.admit, 2, "good"), why, say(this.w.reject, 1, "bad")));
    }
    card.append(el("div", { class: "acts" }, decide(this.w.activate, "activate", "good"), decide(this.w.wait, "wait", ""), comment, decide(this.w.reject, "reject", "bad")));
    return card;
  }

  faults(state) {
    const pick = (values) => el("select", {}, ...values.map((each) => el("option", { value: each[0] }, each[1])));
    const command = pick(COMMANDS.map((each) => [each, each]));
    const kind = pick(KINDS.map((each) => [each, each]));
    const when = pick([["before", this.w.before], ["after", this.w.after]]);
    const number = el("input", { value: "1", size: 2 });
    const make = () => this.ask("fault", { command: command.value, kind: kind.value, when: when.value, times: 1, error: Number(number.value) || 1 });
    return el("div", { class: "card" }, el("h2", {}, this.w.faults, el("small", {}, String(state.faults.length))), el("div", { class: "acts" }, command, kind, when, number,
      el("button", { type: "button", onclick: make }, this.w.make), el("button", { type: "button", onclick: () => this.ask("faults/clear", {}) }, this.w.clear)));
  }

  requests(state, time) {
    const lines = state.requests.slice(0, 12).map((each) => el("div", { class: "line" }, el("span", {}, each.command || "?"), el("span", { class: "dim" }, `${time(each.at)}${each.error ? ` · ${each.error}` : ""}`)));
    return el("div", { class: "card" }, el("h2", {}, this.w.requests), ...lines);
  }
}
