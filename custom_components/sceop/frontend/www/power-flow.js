// Power at this moment: what comes from where, and what the home and its largest loads take.

import { Card, texts, unseen } from "./card.js";
import { el, mark, showMore, svg, write } from "./dom.js";
import { drawLine, makeLine } from "./flow-line.js";
import { number, power, wattsOf } from "./format.js";
import { COLOURS, HIGH, HOME, ICONS, LOOK, PLACES, TOP, WIDE } from "./power-flow-look.js";
import { sitesOf, thingsOf } from "./sites.js";
import { say } from "./words.js";

const SHOWN_LOADS = 4;

// What each corner is made of: positive is what it gives to the home.
const SOURCES = {
  solar: { gives: ["production"] },
  grid: { gives: ["grid_import"], takes: ["grid_export"] },
  battery: { gives: ["battery_discharge"], takes: ["battery_charge"] },
};

export class PowerFlow extends Card {
  static look = LOOK;

  static checked(config) {
    texts(config, "site", "title");
    if (config.loads !== undefined && !(Number.isInteger(config.loads) && config.loads >= 0 && config.loads <= 20)) {
      throw new Error(say(null, "setting_loads"));
    }
    return config;
  }

  static getConfigForm() {
    return {
      schema: [
        { name: "site", selector: { config_entry: { integration: "sceop" } } },
        { name: "title", selector: { text: {} } },
        { name: "loads", selector: { number: { min: 0, max: 20, mode: "box" } } },
      ],
      computeLabel: (field, localize) => say(null, `setting_label_${field.name}`) ?? localize?.(field.name),
    };
  }

  static getStubConfig() {
    return {};
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  async load(isNewest) {
    const sites = await sitesOf(this.hass);
    if (!isNewest()) return;
    const site = this.config.site ? sites.find((each) => each.site === this.config.site) : sites[0];
    if (!site) return this.fail(this.say(this.config.site ? "site_unknown" : "add_site_title"));
    this.site = site;
    this.asked = this.hass.entities;
    this.corners = Object.keys(SOURCES).filter((name) =>
      [...SOURCES[name].gives, ...(SOURCES[name].takes ?? [])].some((flow) => site.entities[`${flow}_power`]),
    );
    this.loads = site.things
      .map((thing) => ({ ...thing, entity: thing.entities.load_power ?? thing.entities.light_power }))
      .filter((thing) => thing.entity);
    this.used = [...Object.values(site.entities), ...site.things.flatMap((thing) => Object.values(thing.entities))];
    if (!this.corners.length && !this.loads.length) {
      return this.fail(this.say(site.works ? "no_power" : "not_started_title", { name: site.title }));
    }
    this.build();
    this.draw();
  }

  follow(before) {
    if (this.asked && this.asked !== this.hass.entities) this.renew();
    else if (this.parts && this.changed(before, this.used)) this.draw();
  }

  build() {
    const places = PLACES[this.corners.length] ?? [];
    const order = ["solar", "grid", "battery"].filter((name) => this.corners.includes(name));
    const shown = this.corners.length > 0;
    const showsLoads = this.loads.length > 0 && this.config.loads !== 0;
    const picture = svg("svg", { class: "lines", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
    this.parts = { nodes: {}, lines: {}, picture };
    const stage = el("div", { class: "stage" }, picture);
    order.forEach((name, number) => {
      const at = { x: places[number], ...TOP };
      const line = (this.parts.lines[name] = makeLine(at));
      this.parts.picture.append(line.line, line.moving, line.arrow);
      stage.append(...this.node(name, at, at.y - at.r - 15));
    });
    stage.append(...this.node("home", HOME, HOME.y + HOME.r + 15));
    this.parts.loads = el("ul", { class: "loads" });
    this.parts.told = el("ul", { class: "told", role: "status" });
    this.parts.rows = el("tbody");
    this.body.replaceChildren(
      el("h3", {}, this.config.title || this.say("power_now")),
      ...(shown ? [stage] : []),
      ...(showsLoads ? [el("h4", {}, this.say("largest_loads")), this.parts.loads] : []),
      this.parts.told,
      unseen(this.say("power_now"), [this.say("part"), this.say("power")], this.parts.rows),
    );
  }

  node(name, at, labelAt) {
    const parts = { watts: el("span", { class: "watts" }), way: el("span", { class: "way" }) };
    parts.button = el(
      "button",
      {
        type: "button", class: "node", onclick: () => parts.entity && showMore(this, parts.entity),
        style: `left:${(at.x / WIDE) * 100}%;top:${(at.y / HIGH) * 100}%;width:${((2 * at.r) / WIDE) * 100}%`,
      },
      svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: ICONS[name] })),
      parts.watts,
      parts.way,
    );
    this.parts.nodes[name] = parts;
    const style = `left:${(at.x / WIDE) * 100}%;top:${(labelAt / HIGH) * 100}%`;
    parts.label = el("span", { class: "name", style, "aria-hidden": "true" });
    return [parts.button, parts.label];
  }

  // What a corner gives: null if any part of it is not known.
  flow(name) {
    const entities = this.site.entities;
    const sum = (flows = []) =>
      flows
        .map((flow) => entities[`${flow}_power`])
        .filter(Boolean)
        .map((entity) => wattsOf(this.hass, entity))
        .reduce((total, watts) => (total === null || watts === null ? null : total + watts), 0);
    const gives = sum(SOURCES[name].gives);
    const takes = sum(SOURCES[name].takes);
    return gives === null || takes === null ? null : gives - takes;
  }

  entity(name, watts) {
    const flows = watts < 0 ? SOURCES[name].takes : SOURCES[name].gives;
    const all = [...(flows ?? []), ...SOURCES[name].gives, ...(SOURCES[name].takes ?? [])];
    return all.map((flow) => this.site.entities[`${flow}_power`]).find(Boolean);
  }

  draw() {
    const rows = [];
    const sentences = [];
    const flows = Object.fromEntries(this.corners.map((name) => [name, this.flow(name)]));
    const home = wattsOf(this.hass, this.site.entities.consumption_power);
    const most = Math.max(1, ...Object.values(flows).map(Math.abs), home ?? 0);
    if (this.corners.length) {
      rows.push(this.drawNode("home", home, this.site.entities.consumption_power));
      sentences.push(home === null ? this.say("home_unknown") : this.say("home_uses", { power: this.power(home) }));
    }
    for (const [name, watts] of Object.entries(flows)) {
      rows.push(this.drawNode(name, watts, this.entity(name, watts)));
      sentences.push(this.sentence(name, watts));
      drawLine(this.parts.lines[name], name, watts, most);
    }
    mark(this.parts.picture, "aria-label", sentences.join(" "));
    rows.push(...this.drawLoads(home));
    this.parts.rows.replaceChildren(
      ...rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value))),
    );
    this.tell();
  }

  power(watts) {
    return watts === null ? this.say("not_known") : power(this.hass, watts);
  }

  way(name, watts) {
    return !watts ? "" : this.say(`${name}_${watts < 0 ? "takes" : "gives"}`);
  }

  sentence(name, watts) {
    const key = watts === null ? "unknown" : watts === 0 ? "rests" : watts < 0 ? "takes" : "gives";
    return this.say(`sentence_${name}_${key}`, { power: watts === null ? "" : power(this.hass, watts) });
  }

  drawNode(name, watts, entity) {
    const parts = this.parts.nodes[name];
    const value = this.power(watts);
    const way = name === "home" || name === "solar" || watts === null ? "" : this.way(name, watts);
    parts.entity = entity;
    parts.button.disabled = !entity;
    parts.button.classList.toggle("missing", watts === null);
    parts.button.style.borderColor = COLOURS[watts < 0 ? `${name}_back` : name];
    write(parts.watts, watts === null ? "–" : value);
    write(parts.way, watts === null ? this.say("missing_short") : way);
    parts.way.hidden = !parts.way.textContent;
    const full = name === "battery" ? this.full() : null;
    const told = [value, way, full].filter(Boolean).join(", ");
    write(parts.label, full ? `${this.say(name)} · ${full}` : this.say(name));
    mark(parts.button, "aria-label", `${this.say(name)}: ${told}`);
    return [this.say(name), told];
  }

  // How full the battery is; of several, each tells for itself.
  full() {
    const known = thingsOf(this.site, "battery").map((thing) => thing.entities.state_of_charge).filter(Boolean);
    const state = known.length === 1 ? this.hass.states[known[0]]?.state : undefined;
    return state && Number.isFinite(Number(state)) ? `${number(this.hass, Number(state))}\u00a0%` : null;
  }

  drawLoads(home) {
    const known = this.loads
      .map((thing) => ({ ...thing, watts: wattsOf(this.hass, thing.entity) }))
      .sort((a, b) => (b.watts ?? -1) - (a.watts ?? -1));
    const shown = known.slice(0, this.config.loads ?? SHOWN_LOADS);
    const most = Math.max(home ?? 0, 1, ...known.map((thing) => thing.watts ?? 0));
    const order = shown.map((thing) => thing.thing).join();
    if (order !== this.parts.order) {
      this.parts.order = order;
      this.parts.loads.replaceChildren(...shown.map((thing) => el("li", {}, this.loadButton(thing))));
    }
    shown.forEach((thing, number) => {
      const [, value, bar] = this.parts.loads.children[number].firstChild.children;
      write(value, this.power(thing.watts));
      bar.firstChild.style.width = `${(100 * (thing.watts ?? 0)) / most}%`;
    });
    return shown.map((thing) => [thing.title, this.power(thing.watts)]);
  }

  loadButton(thing) {
    return el(
      "button",
      { type: "button", class: "load", onclick: () => showMore(this, thing.entity) },
      el("span", { class: "name-of" }, thing.title),
      el("span", { class: "value" }),
      el("span", { class: "bar", "aria-hidden": "true" }, el("i")),
    );
  }

  // Who does not answer, and why; a sum may go on without it.
  tell() {
    const told = this.site.things
      .filter((thing) => this.isSilent(thing))
      .map((thing) => {
        const reason = this.hass.states[thing.entities.source_connected]?.attributes.reason ?? "";
        return `${this.say("does_not_answer", { name: thing.title })} ${reason}`;
      });
    if (told.join() === this.parts.silent) return;
    this.parts.silent = told.join();
    this.parts.told.replaceChildren(...told.map((sentence) => el("li", { class: "warning" }, sentence)));
  }

  isSilent(thing) {
    const states = Object.values(thing.entities).map((entity) => this.hass.states[entity]).filter(Boolean);
    const source = this.hass.states[thing.entities.source_connected]?.state;
    return source === "off" || (states.length > 0 && states.every((state) => state.state === "unavailable"));
  }
}
