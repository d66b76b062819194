// Power at this moment: what comes from where, and what the home and its largest loads take.

import { Card, texts, unseen } from "./card.js";
import { el, mark, showMore, svg, write } from "./dom.js";
import { number, power, wattsOf } from "./format.js";
import { sitesOf, thingsOf } from "./sites.js";
import { say } from "./words.js";

const WIDE = 400;
const HIGH = 336;
const TOP = { y: 88, r: 54 };
const HOME = { x: WIDE / 2, y: 252, r: 54 };
const PLACES = { 1: [200], 2: [104, 296], 3: [62, 200, 338] };
const THICKEST = 10;
const SHOWN_LOADS = 4;

const ICONS = {
  grid: "M12 2 6 22M12 2l6 20M8.5 9h7M6 7h12M7.3 16h9.4M8.5 9l8.2 7M15.5 9l-8.2 7",
  solar: "M12 7.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9M12 1.5v3M12 19.5v3M1.5 12h3M19.5 12h3M4.6 4.6l2.1 2.1M17.3 17.3l2.1 2.1M4.6 19.4l2.1-2.1M17.3 6.7l2.1-2.1",
  battery: "M8 5V3h8v2M6.5 5h11v17h-11zM9.5 18h5M9.5 14.5h5",
  home: "M3 11.5 12 3.5l9 8M5.5 9.5V21h13V9.5M10 21v-6h4v6",
};

// What each corner is made of: positive is what it gives to the home.
const SOURCES = {
  solar: { gives: ["production"] },
  grid: { gives: ["grid_import"], takes: ["grid_export"] },
  battery: { gives: ["battery_discharge"], takes: ["battery_charge"] },
};

const COLOURS = {
  solar: "var(--energy-solar-color, #ff9800)",
  grid: "var(--energy-grid-consumption-color, #488fc2)",
  grid_back: "var(--energy-grid-return-color, #8353d1)",
  battery: "var(--energy-battery-out-color, #4db6ac)",
  battery_back: "var(--energy-battery-in-color, #f06292)",
  home: "var(--primary-color, #009ac7)",
};

const LOOK = `
.stage { position: relative; width: 100%; max-width: 460px; margin: 0 auto; aspect-ratio: ${WIDE} / ${HIGH}; }
svg.lines { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.line { fill: none; stroke-linecap: round; transition: stroke-width .6s; }
.line.missing { stroke-dasharray: 2 8; }
svg.lines .arrow { stroke: var(--card-background-color, #fff); stroke-width: 1.5; stroke-linejoin: round; }
.moving { fill: none; stroke: var(--card-background-color, #fff); stroke-width: 2; stroke-linecap: round;
  stroke-dasharray: 1 15; animation: run linear infinite; }
@keyframes run { to { stroke-dashoffset: -16; } }
@media (prefers-reduced-motion: reduce) { .moving { animation: none; opacity: 0; } .line { transition: none; } }
.node {
  position: absolute; transform: translate(-50%, -50%); box-sizing: border-box; aspect-ratio: 1; padding: 0;
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1px;
  border-radius: 50%; border: 3px solid; background: var(--card-background-color, #fff);
  font-variant-numeric: tabular-nums;
}
.node.missing { border-style: dashed; border-color: var(--secondary-text-color, #5e5e5e) !important; }
.node:hover { background: var(--secondary-background-color, #f2f2f2); }
.node svg, .load svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 1.7;
  stroke-linecap: round; stroke-linejoin: round; }
.watts { font-weight: 600; font-size: clamp(12px, 3.7cqi, 16px); white-space: nowrap; }
.way { font-size: clamp(10px, 2.8cqi, 12px); color: var(--secondary-text-color, #5e5e5e); white-space: nowrap; }
.name { position: absolute; transform: translate(-50%, -50%); font-size: clamp(12px, 3.4cqi, 14px); white-space: nowrap; }
.loads { list-style: none; margin: 12px 0 0; padding: 0; display: grid; gap: 4px 16px; }
@container (min-width: 480px) { .loads { grid-template-columns: 1fr 1fr; } }
.load {
  width: 100%; display: grid; grid-template-columns: 1fr auto; gap: 4px 12px; padding: 8px 4px; text-align: start;
  border: 0; border-radius: 8px; background: none;
}
.load:hover { background: var(--secondary-background-color, #f2f2f2); }
.load .name-of { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.load .bar { grid-column: 1 / -1; height: 4px; border-radius: 2px; background: var(--divider-color, #e0e0e0); overflow: hidden; }
.load .bar i { display: block; height: 100%; background: ${COLOURS.home}; border-radius: 2px; }
ul.told { list-style: none; margin: 8px 0 0; padding: 0; }
h4 { margin: 16px 0 0; font-size: 14px; font-weight: 500; }
`;

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
    this.parts = { nodes: {}, lines: {}, lines_svg: svg("svg", { class: "lines", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" }) };
    const stage = el("div", { class: "stage" }, this.parts.lines_svg);
    order.forEach((name, number) => {
      const at = { x: places[number], ...TOP };
      this.parts.lines[name] = this.line(at);
      stage.append(...this.node(name, at, at.y - at.r - 15));
    });
    stage.append(...this.node("home", HOME, HOME.y + HOME.r + 15));
    this.parts.loads = el("ul", { class: "loads" });
    this.parts.told = el("ul", { class: "told", role: "status" });
    this.parts.rows = el("tbody");
    this.body.replaceChildren(
      el("h3", {}, this.config.title ?? this.say("power_now")),
      ...(shown ? [stage] : []),
      ...(this.loads.length && this.config.loads !== 0 ? [el("h4", {}, this.say("largest_loads")), this.parts.loads] : []),
      this.parts.told,
      unseen(this.say("power_now"), [this.say("part"), this.say("power")], this.parts.rows),
    );
  }

  line(from) {
    const middle = (from.y + HOME.y) / 2;
    const path = `M${from.x},${from.y} C${from.x},${middle + 18} ${HOME.x},${middle - 18} ${HOME.x},${HOME.y}`;
    const parts = {
      line: svg("path", { class: "line", d: path }),
      moving: svg("path", { class: "moving", d: path }),
      arrow: svg("path", { class: "arrow", d: "M-7,-8 L9,0 L-7,8 Z" }),
      // Half way along the curve, and where it leads there.
      at: [(from.x + HOME.x) / 2, middle],
      turn: (Math.atan2(0.75 * (HOME.y - from.y) - 27, 1.5 * (HOME.x - from.x)) * 180) / Math.PI,
    };
    this.parts.lines_svg.append(parts.line, parts.moving, parts.arrow);
    return parts;
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
      sentences.push(home === null ? this.say("home_unknown") : this.say("home_uses", { power: power(this.hass, home) }));
    }
    for (const [name, watts] of Object.entries(flows)) {
      rows.push(this.drawNode(name, watts, this.entity(name, watts)));
      sentences.push(this.sentence(name, watts));
      this.drawLine(this.parts.lines[name], name, watts, most);
    }
    mark(this.parts.lines_svg, "aria-label", sentences.join(" "));
    rows.push(...this.drawLoads(home));
    this.parts.rows.replaceChildren(
      ...rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value))),
    );
    this.tell();
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
    const value = watts === null ? this.say("not_known") : power(this.hass, watts);
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

  drawLine(parts, name, watts, most) {
    const colour = COLOURS[watts < 0 ? `${name}_back` : name];
    const width = watts ? 2.5 + (THICKEST - 2.5) * Math.sqrt(Math.abs(watts) / most) : 1.5;
    parts.line.style.stroke = watts ? colour : "var(--disabled-text-color, #9a9a9a)";
    parts.line.style.strokeWidth = width;
    parts.line.classList.toggle("missing", watts === null);
    parts.arrow.style.fill = colour;
    parts.arrow.style.display = watts ? "" : "none";
    const turn = watts < 0 ? parts.turn + 180 : parts.turn;
    mark(parts.arrow, "transform", `translate(${parts.at}) rotate(${turn}) scale(${0.75 + width / 14})`);
    parts.moving.style.display = watts && width > 4 ? "" : "none";
    // Quicker with more power, in steps, so that a running animation is rarely begun anew.
    parts.moving.style.animationDuration = `${[2, 1.4, 1, 0.7][Math.min(3, Math.floor((width - 2) / 2))]}s`;
    parts.moving.style.animationDirection = watts < 0 ? "reverse" : "normal";
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
      this.parts.loads.replaceChildren(...shown.map((thing) => el("li", {}, this.load_button(thing))));
    }
    shown.forEach((thing, number) => {
      const [, value, bar] = this.parts.loads.children[number].firstChild.children;
      write(value, thing.watts === null ? this.say("not_known") : power(this.hass, thing.watts));
      bar.firstChild.style.width = `${(100 * (thing.watts ?? 0)) / most}%`;
    });
    return shown.map((thing) => [thing.title, thing.watts === null ? this.say("not_known") : power(this.hass, thing.watts)]);
  }

  load_button(thing) {
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
