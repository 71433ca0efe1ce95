// Beside the chat: the demo account's key, the SMS inbox, the moderator's desk of the SMSC stand-in.

import { call } from "/page/api.js";
import { icon } from "/page/icons.js";
import { dated, el } from "/page/render.js";

const COMMANDS = ["add", "chg", "del", "get", "send_code", "check_code", "balance"];
const LAST = 12;

export class Desk {
  constructor(url, w, act) {
    this.url = url; this.w = w; this.act = act; this.seen = ""; this.unread = 0; this.known = null;
    this.typed = new Map(); // what is typed into the fields outlives a redraw
  }

  async refresh() {
    if (!this.url) return this.alone();
    try {
      const text = JSON.stringify(await call(`${this.url}/desk/state`));
      const state = JSON.parse(text);
      const { now, ...rest } = state;
      if (this.known !== null && state.sms.length > this.known) this.unread += state.sms.length - this.known;
      if (!document.getElementById("sms").hidden) this.unread = 0; // they are being looked at
      this.known = state.sms.length;
      if (JSON.stringify(rest) !== this.seen && !document.activeElement?.closest("#desk input, #desk select")) {
        this.seen = JSON.stringify(rest);
        this.draw(state);
      }
    } catch { this.alone(); }
  }

  alone() { for (const id of ["sms", "desk"]) document.getElementById(id).replaceChildren(el("p", { class: "dim" }, this.w.alone)); }

  async ask(path, body, done) {
    try {
      const state = await call(`${this.url}/desk/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      this.typed.delete(done);
      this.draw(state);
    } catch (failure) { this.act.toast(failure.message); }
  }

  draw(state) {
    const [account] = state.accounts;
    const copied = (label, value) => [el("p", { class: "dim" }, label), el("div", { class: "line" }, el("code", {}, value), this.button(this.w.copy, () => this.act.copy(value)))];
    const access = el("div", { class: "card", id: "access" }, el("h2", {}, this.w.account),
      ...copied(this.w.key, account.apikey), ...copied(this.w.login, account.login), ...copied(this.w.password, account.password));
    const sms = state.sms.map((each) => el("div", { class: "card sms" }, el("h2", {}, each.from, el("small", {}, dated(each.at))), el("p", { class: "dim" }, `→ ${each.to}`), el("p", {}, each.text),
      el("div", { class: "acts" }, this.button(this.w.copy, () => this.act.copy(each.text)))));
    document.getElementById("sms").replaceChildren(access, ...(sms.length ? sms : [el("p", { class: "dim" }, this.w.noSms)]));
    const names = state.accounts.flatMap((each) => each.names.map((name) => this.name(name, each)));
    document.getElementById("desk").replaceChildren(this.clock(state), ...names, this.faults(state), this.requests(state));
  }

  button(label, run, style = "") { return el("button", { type: "button", class: style, onclick: run }, label); }

  kept(node, key) {
    if (this.typed.has(key)) node.value = this.typed.get(key);
    node.addEventListener("input", () => this.typed.set(key, node.value));
    return node;
  }

  clock(state) {
    const turn = (label, seconds) => this.button(label, () => this.ask("clock", { advance: seconds }));
    return el("div", { class: "card" }, el("h2", {}, this.w.clock, el("small", {}, dated(state.now))),
      el("div", { class: "acts even" }, turn(this.w.minute, 60), turn(this.w.hour, 3600), turn(this.w.hours, 28800), turn(this.w.day, 86400)));
  }

  // Two lines: what says yes, and the comment with the no that it is for.
  decisions(yes, comment, no) { return [el("div", { class: "acts even" }, ...yes), el("div", { class: "acts" }, comment, no)]; }

  name(name, account) {
    const key = `name ${name.id}`;
    const comment = this.kept(el("input", { placeholder: this.w.comment, "aria-label": this.w.comment }), key);
    const decide = (label, decision, style) => this.button(label, () => this.ask("name", { id: name.id, decision, comment: comment.value }, key), style);
    const owner = [account.login, name.owner].filter(Boolean).join(" / ");
    const card = el("div", { class: "card name", "data-name": name.name }, el("h2", {}, name.name, el("span", { class: `badge ${name.state}` }, this.w[name.state] || name.state), el("small", {}, owner)));
    if (name.comment) card.append(el("p", { class: "dim" }, name.comment));
    card.append(...this.decisions([decide(this.w.activate, "activate", "good"), decide(this.w.wait, "wait")], comment, decide(this.w.reject, "reject", "bad")));
    for (const each of name.operators) {
      const where = `operator ${name.id} ${each.flag}`;
      const code = this.kept(el("input", { value: each.code, size: 4, "aria-label": each.operator }), where);
      card.append(el("div", { class: "line" }, el("span", {}, each.operator, each.paid ? el("small", {}, ` · ${this.w.paid}`) : null), code,
        this.button(this.w.save, () => this.ask("operator", { id: name.id, flag: each.flag, code: code.value }, where))));
    }
    card.append(...name.documents.map((each) => this.document(each)));
    card.append(el("div", { class: "acts" }, this.button(this.w.remove, () => this.ask("name/delete", { id: name.id }, key), "bad")));
    return card;
  }

  document(each) {
    const key = `document ${each.fid}`;
    const why = this.kept(el("input", { placeholder: this.w.comment, "aria-label": this.w.comment, value: each.fcomment || "" }), key);
    const say = (label, status, style) => this.button(label, () => this.ask("document", { fid: each.fid, status, comment: why.value }, key), style);
    const open = el("a", { href: `${this.url}/desk/document/${each.fid}/content`, target: "_blank" }, this.w.open);
    return el("div", { class: "document" }, el("div", { class: "line" }, icon("document", 20), el("span", {}, each.file), el("small", {}, this.w.statuses[each.fstatus] || each.fstatus)),
      ...this.decisions([open, say(this.w.admit, 2, "good")], why, say(this.w.reject, 1, "bad")));
  }

  faults(state) {
    const pick = (key, values) => this.kept(el("select", {}, ...values.map((each) => el("option", { value: each[0] }, each[1]))), key);
    const command = pick("command", COMMANDS.map((each) => [each, each]));
    const kind = pick("kind", state.kinds.map((each) => [each, each]));
    const when = pick("when", [["upload", this.w.upload], ["before", this.w.before], ["after", this.w.after]]);
    const number = this.kept(el("input", { value: "1", size: 3, inputmode: "numeric", title: this.w.error, "aria-label": this.w.error }), "number");
    const make = () => this.ask("fault", { command: command.value, kind: kind.value, when: when.value, times: 1, error: Number(number.value) || 1 });
    return el("div", { class: "card" }, el("h2", {}, this.w.faults, el("small", {}, String(state.faults.length))),
      el("div", { class: "acts even" }, command, kind), el("div", { class: "acts even" }, when, number),
      el("div", { class: "acts even" }, this.button(this.w.make, make), this.button(this.w.clear, () => this.ask("faults/clear", {}))));
  }

  requests(state) { // the newest first
    const lines = state.requests.slice(-LAST).reverse().map((each) => el("div", { class: "line" }, el("span", {}, each.command || "?"), el("small", {}, `${dated(each.at)}${each.error ? ` · ${each.error}` : ""}`)));
    return el("div", { class: "card" }, el("h2", {}, this.w.requests), ...lines);
  }
}
