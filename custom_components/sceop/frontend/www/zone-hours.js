// A week of a light zone: the hours that were let, the hours that were lit, and what of these was after hours.

import { Card, texts, unseen } from "./card.js";
import { el, mark, write } from "./dom.js";
import { clock, day, days, duration, energy, hourOf, shifted } from "./format.js";
import { say } from "./words.js";
import { LOOK } from "./zone-hours-look.js";

const BANDS = { contracted: "let", cleaning: "clean" };
const KEY = { let: "contracted_hours", clean: "cleaning", lit: "lit", "lit after_hours": "lit_after_hours" };
const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;

export class ZoneHours extends Card {
  static look = LOOK;

  static checked(config) {
    texts(config, "entity", "title");
    if (!config.entity) throw new Error(say(null, "setting_zone"));
    return config;
  }

  static getConfigForm() {
    return {
      schema: [
        { name: "entity", required: true, selector: { entity: { filter: { integration: "sceop", domain: "light" } } } },
        { name: "title", selector: { text: {} } },
      ],
      computeLabel: (field) => say(null, field.name === "entity" ? "zone" : `setting_label_${field.name}`),
    };
  }

  static getStubConfig(hass) {
    const ours = Object.values(hass.entities).find(
      (entity) => entity.platform === "sceop" && entity.entity_id.startsWith("light."),
    );
    return { entity: ours?.entity_id ?? "" };
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  connectedCallback() {
    this.wait();
    if (this.parts) this.renew();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  // The running session grows by the minute; otherwise only the line of this moment moves.
  wait() {
    clearTimeout(this.timer);
    if (this.isConnected) this.timer = setTimeout(() => this.renew(), this.isLit() && !this.week ? MINUTE : QUARTER);
  }

  isLit() {
    return this.hass?.states[this.config?.entity]?.state === "on";
  }

  follow(before) {
    // Colour and brightness change nothing here.
    const entity = this.config?.entity;
    if (before.states[entity]?.state !== this.hass.states[entity]?.state) this.renew();
  }

  async load(isNewest) {
    const question = { type: "sceop/zone_hours", entity_id: this.config.entity };
    const told = await this.hass.callWS(this.week ? { ...question, day: this.week } : question);
    if (!isNewest()) return;
    this.wait();
    if (!this.parts || !this.body.contains(this.parts.chart)) this.build();
    if (!this.week) this.newest = told.monday;
    this.draw(told);
  }

  build() {
    const step = (by, sign, word) =>
      el("button", { type: "button", onclick: () => this.go(by), "aria-label": this.say(word) }, sign);
    const key = Object.entries(KEY).map(([look, word]) => el("li", {}, el("i", { class: look }), this.say(word)));
    const parts = (this.parts = {
      title: el("h3"),
      back: step(-7, "‹", "week_before"),
      next: step(7, "›", "week_after"),
      week: el("span", { "aria-live": "polite" }),
      totals: el("p", { class: "totals" }),
      chart: el("div", { class: "chart", role: "group", onkeydown: (event) => this.walk(event) }),
      clocks: el("p", { class: "quiet" }),
      told: el("p", { class: "told quiet", "aria-live": "polite" }),
      rows: el("tbody"),
    });
    this.body.replaceChildren(
      el("div", { class: "top" }, parts.title, el("div", { class: "weeks" }, parts.back, parts.week, parts.next)),
      parts.totals,
      parts.chart,
      el("ul", { class: "key" }, ...key),
      parts.clocks,
      parts.told,
      unseen(
        this.say("zone_hours"),
        ["day", "lit_in_hours", "lit_in_cleaning", "lit_after_hours"].map((word) => this.say(word)),
        parts.rows,
      ),
    );
  }

  async go(by) {
    const wanted = shifted(this.shown.monday, by);
    this.week = wanted >= this.newest ? undefined : wanted;
    this.chosen = undefined;
    await this.renew();
  }

  draw(told) {
    const parts = this.parts;
    this.shown = told;
    const who = told.occupant && told.occupant !== told.title ? ` · ${told.occupant}` : "";
    write(parts.title, this.config.title || `${told.title}${who}`);
    write(parts.week, days(this.hass, told.monday, shifted(told.monday, 6)));
    parts.next.disabled = told.monday >= this.newest;
    write(parts.totals, this.totals(told));
    mark(parts.chart, "aria-label", this.say("chart_of", { name: told.title }));
    this.seconds = Math.max(...told.days.map(length));
    const odd = told.days.map((each) => length(each) / 3600).find((hours) => hours !== 24);
    write(parts.clocks, odd ? `* ${this.say("clocks_change", { hours: odd })}` : "");
    parts.clocks.hidden = !odd;
    const bars = [];
    parts.chart.replaceChildren(
      el("span"),
      this.axis(told.days[0]),
      ...told.days.flatMap((each) => [this.date(each, told), this.day(each, told, bars)]),
    );
    this.bars = bars;
    const chosen = bars.find((bar) => bar.dataset.start === this.chosen) ?? null;
    if (bars.length) (chosen ?? bars[0]).tabIndex = 0;
    if (chosen) this.tell(chosen);
    else write(parts.told, bars.length ? this.say("choose_bar") : "");
    parts.rows.replaceChildren(...told.days.map((each) => this.row(each)));
  }

  totals(told) {
    const { contracted, cleaning, after_hours: after } = told.seconds;
    const all = contracted + cleaning + after;
    if (!all) return this.say("not_lit");
    const lit = duration(this.hass, all);
    if (!after) return this.say("lit_never_after", { lit });
    const used = energy(this.hass, told.energy_wh.after_hours);
    return this.say(told.estimated ? "lit_after_estimated" : "lit_after_measured", {
      lit, after: duration(this.hass, after), energy: used,
    });
  }

  at(each, instant) {
    return `${(100 * (Date.parse(instant) - Date.parse(each.start))) / 1000 / this.seconds}%`;
  }

  stretch(each, start, end) {
    const width = (100 * (Date.parse(end) - Date.parse(start))) / 1000 / this.seconds;
    return `left:${this.at(each, start)};width:${width}%`;
  }

  axis(each) {
    const hour = (mark) => hourOf(this.hass, mark.at, this.shown.time_zone);
    const marks = each.marks.map((mark) => el("span", { style: `left:${this.at(each, mark.at)}` }, hour(mark)));
    return el("div", { class: "time", "aria-hidden": "true" }, ...marks);
  }

  date(each, told) {
    const hours = length(each) / 3600;
    const name = day(this.hass, each.date, { weekday: "short", day: "numeric" });
    const look = holds(each, told.now) ? "date today" : "date";
    return el("span", { class: look }, hours === 24 ? name : `${name} *`);
  }

  day(each, told, bars) {
    const band = (look, start, end) => el("i", { class: look, style: this.stretch(each, start, end) });
    const line = (look, at) => el("i", { class: look, style: `left:${this.at(each, at)}` });
    const track = el("div", { class: "day" }, band("track", each.start, each.end));
    for (const [share, look] of Object.entries(BANDS)) {
      track.append(...each[share].map(([start, end]) => band(look, start, end)));
    }
    track.append(...each.marks.slice(1).map((mark) => line("mark", mark.at)));
    for (const lit of each.lit) {
      const bar = el("button", {
        type: "button", class: `bar lit ${lit.share}`, style: this.stretch(each, lit.start, lit.end), tabindex: -1,
        "aria-label": this.sentence(each, lit, told), "data-start": lit.start,
        onclick: () => this.tell(bar), onfocus: () => this.tell(bar), onpointerenter: () => this.tell(bar),
      });
      bars.push(bar);
      track.append(bar);
    }
    if (holds(each, told.now)) {
      track.append(line("now", told.now));
    }
    return track;
  }

  // The arrow keys walk from bar to bar: a week may hold a hundred, and one stop of the tab key is enough.
  walk(event) {
    const steps = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
    const from = this.bars.indexOf(this.shadowRoot.activeElement);
    if (from < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const to = Math.min(this.bars.length - 1, Math.max(0, from + steps[event.key]));
    this.bars[from].tabIndex = -1;
    this.bars[to].tabIndex = 0;
    this.bars[to].focus();
  }

  tell(bar) {
    this.chosen = bar.dataset.start;
    for (const each of this.bars) each.classList.toggle("chosen", each === bar);
    write(this.parts.told, bar.getAttribute("aria-label"));
  }

  sentence(each, lit, told) {
    const session = told.sessions[lit.session];
    const runs = session.runs && lit.end === session.end;
    const when = this.say(runs ? "lit_since" : "lit_from_to", {
      day: day(this.hass, each.date, { weekday: "long", day: "numeric", month: "long" }),
      from: this.time(lit.start),
      to: this.time(lit.end),
      lit: duration(this.hass, (Date.parse(lit.end) - Date.parse(lit.start)) / 1000),
    });
    const name = session.cause_name;
    const who = name ? this.say("by_name", { name }) : this.say(`by_${session.cause}`);
    return `${when} ${this.say(`share_${lit.share}`)} ${who}`;
  }

  time(instant) {
    return clock(this.hass, instant, this.shown.time_zone);
  }

  row(each) {
    const sum = (share) =>
      each.lit
        .filter((lit) => lit.share === share)
        .reduce((total, lit) => total + (Date.parse(lit.end) - Date.parse(lit.start)) / 1000, 0);
    const name = day(this.hass, each.date, { weekday: "long", day: "numeric", month: "long" });
    const cells = ["contracted", "cleaning", "after_hours"].map((share) => duration(this.hass, sum(share)));
    return el("tr", {}, el("th", { scope: "row" }, name), ...cells.map((cell) => el("td", {}, cell)));
  }
}

function length(each) {
  return (Date.parse(each.end) - Date.parse(each.start)) / 1000;
}

function holds(each, instant) {
  return Date.parse(each.start) <= Date.parse(instant) && Date.parse(instant) < Date.parse(each.end);
}
